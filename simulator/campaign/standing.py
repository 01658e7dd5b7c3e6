"""How far a campaign is, while it runs.

Lives here: `Standing`, and counting up to it. Must not live here: showing it (`cli.progress`), what a campaign finds.

Nothing of this goes into a report: it holds times.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.campaign.task import Advance, Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is by now.

    rules: how many have held, known: of how many. failures: kinds of them. rate: operations in a second. left: seconds,
    as far as anybody can tell; None at the beginning.
    """

    sequences: int
    operations: int
    rules: int
    known: int
    failures: int
    rate: float
    left: float | None


Progress = Callable[[Standing], None]


@dataclass(slots=True)
class Account:
    """Counts, and tells somebody.

    known: how many rules there are. tasks: how many there are to do, done: how many are. end: when the search ends
    instead; began: when it did, by the monotonic clock.
    """

    progress: Progress | None
    known: int
    tasks: int
    end: float | None
    began: float = field(default_factory=time.monotonic)
    done: int = 0
    sequences: int = 0
    operations: int = 0
    rules: set[int] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)

    def __call__(self, advance: Advance) -> None:
        """Take in one sequence more."""
        self.sequences += 1
        self.operations += advance.operations
        self.rules |= advance.rules
        if advance.kind:
            self.kinds.add(advance.kind)
        if self.progress:
            self.progress(self.standing())

    def standing(self) -> Standing:
        """What there is by now."""
        now = time.monotonic()
        passed = max(now - self.began, 1e-3)
        left: float | None = None
        if self.end is not None:
            left = max(self.end - now, 0)
        elif 0 < self.done < self.tasks:
            left = max(passed * (self.tasks - self.done) / self.done, 0)
        rate = self.operations / passed
        return Standing(self.sequences, self.operations, len(self.rules), self.known, len(self.kinds), rate, left)
