"""Tasks: the pieces of a campaign, which do not depend on each other, and what each of them found.

Lives here: frozen records that can be sent to another process. Must not live here: doing a task (`bench`), which tasks
there are (`machine`), where they are done (`workers`).

Law: what a task finds depends on the task, the system and the rules alone, not on other tasks, nor on when it is done.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.campaign.exercising import Exercised
from simulator.campaign.reach import Due, Reach, Steps
from simulator.campaign.sequence import Wrong
from simulator.campaign.step import Tables
from simulator.conformance.exploration import Behaviour, FailureKind


@dataclass(frozen=True, slots=True)
class Kind:
    """Failures that are alike are shrunk as one."""

    kind: FailureKind
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Hunt:
    """Run sequences on one set of tables.

    shown: those that somebody wrote down, which come first. aimed: whether the ways to all that can be reached are gone
    then. sequences: how many to generate from `seed` at the end; length: operations in one, at most. uniform: whether
    each operation is as likely as any other. end: when to stop, by the monotonic clock.
    """

    tables: Tables
    shown: tuple[Steps, ...] = ()
    aimed: bool = False
    seed: int = 0
    sequences: int = 0
    length: int = 0
    turn: int = 0
    uniform: bool = False
    end: float = math.inf


@dataclass(frozen=True, slots=True)
class Failing:
    """A sequence whose last operation goes wrong; after: how many operations ran until one of its kind did."""

    kind: Kind
    tables: Tables
    steps: Steps
    wrong: Wrong
    after: int


@dataclass(frozen=True, slots=True)
class Shrink:
    """Look for the smallest sequence that fails in the same way."""

    failing: Failing

    @property
    def tables(self) -> Tables:
        """Where it fails."""
        return self.failing.tables


@dataclass(frozen=True, slots=True)
class Strike:
    """Let a fault strike every call of the last operation of each sequence.

    most: so many faults at most, chosen by `seed`. end: until then at most, by the monotonic clock; in what order says
    the seed, too.
    """

    tables: Tables
    sequences: tuple[Steps, ...] = ()
    seed: int = 0
    most: int = 0
    end: float | None = None


Task = Hunt | Shrink | Strike


@dataclass(frozen=True, slots=True)
class Reached:
    """The smallest sequence to a behaviour that no rule is for, and how many operations were of it."""

    behaviour: Behaviour
    tables: Tables
    steps: Steps
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one task found on its tables.

    uses: how many operations each rule held for, by the number of the rule. uncovered: one for each behaviour. failing:
    one of each kind. exercised: which ways operations went through rules. met: every operation with the facts before
    it, and how many operations ran until it was met. reach: what can be reached, where that was looked for.
    interrupted: by Ctrl-C; the rest is what was found until then. faults: how many of each kind were injected.
    """

    tables: Tables
    sequences: int = 0
    operations: int = 0
    uses: Mapping[int, int] = field(default_factory=dict)
    uncovered: Sequence[Reached] = ()
    failing: Sequence[Failing] = ()
    exercised: Exercised = field(default_factory=dict)
    met: Mapping[Due, int] = field(default_factory=dict)
    reach: Reach | None = None
    interrupted: bool = False
    faults: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advance:
    """One sequence more: how many operations it had, the numbers of the rules that held, how it failed."""

    operations: int
    rules: frozenset[int]
    kind: Kind | None
