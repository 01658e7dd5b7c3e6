"""What expanding a diagram may cost.

Lives here: the limits, and counting. Must not live here: what is done with them.

Law: whatever a diagram says, expanding it ends after work that is linear in its length and that of what it includes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from simulator.diagram.values import Json, Value, Wrong, text

MAX_DEPTH = 100
"""How deep calls, arguments and includes may stand inside each other; the call of a function or procedure takes two."""

MAX_STEPS = 20_000
"""How many lines of macros and loops are run, and calls made; for each line of the diagram `PER_LINE` more."""

MAX_WORK = 5_000_000
"""How many letters are handled on the way; for each letter of the diagram `PER_LINE` more."""

A_VALUE = 25
"""How many letters a value counts beside its own, and each line end in it."""

MAX_WRITTEN = 2_000_000
"""How many letters macros may write; for each letter of the diagram `PER_LINE` more."""

PER_LINE = 10


@dataclass(slots=True)
class Budget:
    """What is left. Every method but `credit` raises `Wrong` where that is not enough."""

    steps: int = MAX_STEPS
    work: int = MAX_WORK
    written: int = MAX_WRITTEN
    depth: int = 0

    def credit(self, lines: int, letters: int) -> None:
        """More text to read, more work."""
        self.steps += PER_LINE * lines
        self.work += PER_LINE * letters
        self.written += PER_LINE * (letters + lines)

    def step(self, letters: int) -> None:
        """One more line of a macro or loop, of this length, or one more call."""
        self.steps -= 1
        self.work -= letters
        if self.steps < 0 or self.work < 0:
            raise _too_much(f"{MAX_STEPS} lines of macros and loops")

    def spend(self, *values: Value) -> None:
        """Work with these values."""
        for value in values:
            written = text(value) if isinstance(value, Json) else value if isinstance(value, str) else ""
            self.work -= len(written) + A_VALUE * (1 + written.count("\n"))
        if self.work < 0:
            raise _too_much(f"{MAX_WORK} letters")

    def write(self, letters: int) -> None:
        """Write a line of so many letters into the diagram."""
        self.written -= letters + PER_LINE
        if self.written < 0:
            raise _too_much(f"{MAX_WRITTEN} letters")

    @contextmanager
    def deeper(self, column: int | None = None, *, levels: int = 1) -> Iterator[None]:
        """So many levels deeper, and back."""
        if self.depth + levels > MAX_DEPTH:
            raise Wrong("calls, arguments or includes stand too deep inside each other", column, "Do they ever end?")
        self.depth += levels
        try:
            yield
        finally:
            self.depth -= levels


def _too_much(what: str) -> Wrong:
    return Wrong(f"the preprocessor stops here, after {what}", hint="Does this loop or macro ever end?")
