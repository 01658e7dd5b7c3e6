"""The few errors a user can cause, and the place they point at.

Lives here: `Place` and the exceptions for wrong input. Imports nothing of this project. A deviation of a trace from a
diagram is a result (`conformance.verdict`); where somebody asks that a run is stopped by it, it is a `DeviationError`.
A bug of ours is any other exception that is not a `SimulatorError`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file the user wrote; `line` and `column` are 1-based."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        """Write the place as editors and terminals link it: `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


class SimulatorError(Exception):
    """The user's input is wrong; `str()` is the whole message for the terminal.

    message: what is wrong, with the value seen, on one line.
    place: where; None when there is no position (a missing folder, say).
    source: the text of the line at `place`, for the caret. column: where the caret stands, 1-based, where `source` is
    not that whole line but the part of it that is wrong.
    expected: what could have stood there instead, each a few words.
    hint: what to do next, one sentence.
    others: how many errors there are besides, in the same input.
    """

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        source: str | None = None,
        expected: tuple[str, ...] = (),
        hint: str | None = None,
        others: int = 0,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.source = source
        self.expected = expected
        self.hint = hint
        self.others = others
        self.column = column

    def __str__(self) -> str:
        """Place and message, then the line with a caret, what was expected, what to do."""
        lines = [f"{self.place}: {self.message}" if self.place else self.message]
        column = self.column or (self.place.column if self.place else None)
        if column and self.source is not None:
            before = self.source[: column - 1]
            pad = "".join("\t" if letter == "\t" else " " for letter in before)
            lines += [f"  {self.source}", f"  {pad}^"]
        if self.expected:
            lines.append(f"  expected: {', '.join(self.expected)}")
        if self.hint:
            lines.append(f"  {self.hint}")
        if self.others:
            plural = "" if self.others == 1 else "s"
            lines.append(f"  (and {self.others} more error{plural}: `simulator parse` tells all)")
        return "\n".join(lines)


class DiagramError(SimulatorError):
    """A diagram cannot be read, or has no meaning."""


class ScenarioError(SimulatorError):
    """A scenario cannot be read, or asks for something that does not exist."""


class LogError(SimulatorError):
    """An event log cannot be read."""


class ConfigurationError(SimulatorError):
    """A setting, an option or a path is wrong."""


class MissingAbilityError(SimulatorError):
    """The S3 service cannot do what a scenario needs (versions, say); others can be run on it."""


class BackendError(SimulatorError):
    """The S3 service asked for is not there, or refuses us."""


class DeviationError(AssertionError):
    """A run that is recorded does what its diagram does not allow, or ends too early; `str()` is what a report says."""
