"""What a system under test offers to scenarios and to exploring: a port of three protocols.

Lives here: the protocols and the outcome of an operation. Must not live here: anything about one system (the blob
manager is `blob_system`), running (`runner`, `machine`).

A `System` is a description without state. A `Model` is the reference: a state so small that it is obviously right. A
`Session` is the real thing, in an empty place of its own. Who has a class with methods needs none of these three:
`simple_system` makes them out of it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from simulator.campaign.content import Large, summary
from simulator.campaign.domain import Domain
from simulator.campaign.step import Form, Step, Tables
from simulator.conformance.exploration import Behaviour, SavedFile
from simulator.discovery.rules import Meanings
from simulator.errors import Place
from simulator.events import Event, Observer, Operation

# What an operation may give back; contents that are not small are only told, not held.
Value = bytes | Large | str | int | None

# Names that a system makes up as it goes (versions, random keys), by what they name.
Names = Mapping[str, str]
NO_NAMES: Names = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation gave its caller.

    value: what came back. missing: what the system says is not there, empty where it does not say so. problem: the
    message of the exception, empty where there was none. kind: of that problem, where model and system call it alike.
    names: what the system made up in the step. felt: the faults that struck it and did not pass unnoticed
    (`PutObject refused`). known: false where nobody can say what is due.
    """

    value: Value = None
    missing: str = ""
    problem: str = ""
    kind: str = ""
    names: Names = field(default_factory=dict, compare=False)
    felt: tuple[str, ...] = field(default=(), compare=False)
    known: bool = True

    def fits(self, due: "Outcome") -> bool:
        """Whether this is what is `due`; how a problem is worded does not matter."""
        return not due.known or _compared(self) == _compared(due)

    @property
    def told_missing(self) -> bool:
        """Whether a fault was that something is not there."""
        return any(each.rpartition(" ")[2].startswith("NoSuch") for each in self.felt)

    @property
    def crashed(self) -> bool:
        """Whether the system died in the step, and was started again."""
        return any(each.endswith(" crash") for each in self.felt)

    def __str__(self) -> str:
        """A few words for people."""
        if self.missing:
            return f"the error that {self.missing} is missing"
        if self.problem:
            return f"the error {self.problem!r}"
        if isinstance(self.value, bytes):
            return f"{len(self.value)} bytes {self.value[:20]!r}{'...' if len(self.value) > 20 else ''}"  # noqa: PLR2004  # a glance
        return "nothing" if self.value is None else str(self.value)


def _compared(outcome: Outcome) -> tuple[object, ...]:
    # In Python True equals 1.
    value = (isinstance(outcome.value, bool), _told(outcome.value))
    return value, outcome.missing, outcome.kind, bool(outcome.problem) and not outcome.missing


def _told(value: Value) -> Value:
    return summary(BytesIO(value)) if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True)
class Part:
    """What there is to know of an operation, or of a part of it, before it.

    facts: what holds and decides which behaviour is due. meanings: the literal values in its events by their meaning;
    earlier ones win between equals. shares: how many events at its beginning and at its end are those of its group.
    """

    facts: tuple[str, ...]
    meanings: Meanings = field(default_factory=dict)
    shares: tuple[int, int] = (1, 1)


Parts = Sequence[Sequence[Part]]


class Model(Protocol):
    """The reference state."""

    def parts(self, step: Step) -> Parts:
        """What `step` consists of: mostly one group of one part.

        Groups happen one after the other. The parts of a group do too, between a beginning and an end that they share.
        Diagrams show an operation with a single part; one with several does what each of them alone would do.
        """

    def perform(self, step: Step, names: Names = NO_NAMES) -> Outcome:
        """Change the state as the system must; what must come back.

        names: those that the system made up in this step (`Outcome.names`); the model makes up what is not among them.
        """

    def fork(self) -> "Model":
        """An independent copy."""

    def state(self) -> Hashable:
        """Equal for two models that nobody can tell apart from now on, up to names that the system makes up."""


class Session(Protocol):
    """The running system; `model` of `violation` is the one that its `System` makes."""

    def parts(self, step: Step) -> Parts | None:
        """As `Model.parts`, where the system itself says what holds; None where that is left to the model."""

    def perform(self, step: Step) -> Outcome:
        """Do it. Whatever the system raises is an outcome."""

    def violation(self, model: Any) -> str:  # noqa: ANN401  # the model its own system makes
        """The first broken invariant, in a sentence; empty while all hold. `model` went through the same steps."""

    def loose_ends(self) -> Iterable[tuple[Place, str]]:
        """Steps that came to nothing in the end: where each stands, and what did not happen, in a sentence."""

    def close(self) -> None:
        """Remove what the system wrote outside of its private folder."""


@runtime_checkable
class Resettable(Protocol):
    """A session that need not be closed and started again for the next sequence."""

    def reset(self) -> None:
        """As new: nothing has happened yet, nothing of what did is left."""


class System(Protocol):
    """One kind of system under test.

    name: what scenarios call it (`package.module:factory`), empty for the one that ships.
    uses_s3: whether it needs a service; others are given one in memory that costs nothing.
    has_model: whether `model` knows what is due; else it only goes along, and the sessions say what holds.
    forms: its steps by name.
    tables: the forms of the entries of its named tables (`[stores.NAME]`).
    flat_tables: those of them that are one entry without a name (`[bucket]`).
    word: how its operations are written as events.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def uses_s3(self) -> bool: ...  # noqa: D102
    @property
    def has_model(self) -> bool: ...  # noqa: D102
    @property
    def forms(self) -> Mapping[str, Form]: ...  # noqa: D102
    @property
    def tables(self) -> Mapping[str, Form]: ...  # noqa: D102
    @property
    def flat_tables(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def word(self) -> Callable[[Operation], Event]: ...  # noqa: D102

    def model(self, tables: Tables, folder: Path) -> Model:
        """The reference in its first state; folder: where files that steps name lie."""

    def start(self, tables: Tables, folder: Path, backend: Any, observer: Observer, private: Path) -> Session:  # noqa: ANN401
        """The system in a fresh place of the backend, a `blobs.backends.Backend`.

        observer: is told what the system does. private: an empty folder that is removed afterwards.
        """

    def explorable(self, tables: Tables, steps: Sequence[Step]) -> bool:
        """Whether `model` and `alphabet` know all of these settings and steps; other scenarios are only checked."""

    def canonical(self, tables: Tables) -> Tables:
        """The same settings, written so that equal ones are equal."""

    def alphabet(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """The steps to generate sequences of, in groups that act on the same things; simplest first."""

    def unlike(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """The groups of `alphabet` but those that are like an earlier one, up to names that mean nothing."""

    @property
    def files(self) -> Sequence[SavedFile]:
        """The files that steps of the alphabet name."""

    def domain(self, tables: Tables) -> Domain:
        """A small world, to be gone through completely."""

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """A step and the facts before it, with a title for people."""

    def describe(self, step: Step) -> str:
        """A step in words (`write "foo" to main`)."""

    def readable(self, steps: Sequence[Step], tables: Tables, folder: Path) -> tuple[Step, ...]:
        """The same steps as a person would write them (names instead of computed values); folder: as for `model`."""

    def witnesses(self, step: Step, tables: Tables) -> Iterable[Step]:
        """Steps that may have events, to follow one that has none."""
