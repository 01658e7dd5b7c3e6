"""What a system under test offers to scenarios and to exploring: a port of three protocols.

Lives here: the protocols and the outcome of an operation. Must not live here: anything about one system (the blob
manager is `blob_system`), running (`runner`, `machine`).

A `System` is a description without state. A `Model` is the reference: a state so small that it is obviously right. A
`Session` is the real thing, in an empty place of its own.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from simulator.blobs.backends import Backend
from simulator.campaign.content import Large, summary
from simulator.campaign.step import Form, Step, Tables
from simulator.conformance.exploration import Behaviour, SavedFile
from simulator.discovery.rules import Meanings
from simulator.errors import Place
from simulator.events import Event, Observer, Operation

# What an operation may give back; contents that are not small are only told, not held.
Value = bytes | Large | str | bool | None

# Names that a system makes up as it goes (versions, random keys), by what they name.
Names = Mapping[str, str]
NO_NAMES: Names = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation gave its caller.

    value: what came back. missing: what the system says is not there, empty where it does not say so. problem: the
    message of the exception, empty where there was none. names: what the system made up in the step. felt: the faults
    that struck it and did not pass unnoticed (`PutObject refused`).
    """

    value: Value = None
    missing: str = ""
    problem: str = ""
    names: Names = field(default_factory=dict, compare=False)
    felt: tuple[str, ...] = field(default=(), compare=False)

    def fits(self, due: "Outcome") -> bool:
        """Whether this is what is `due`; how a problem is worded does not matter."""
        return (_told(self.value), self.missing, bool(self.problem) and not self.missing) == (
            _told(due.value),
            due.missing,
            bool(due.problem) and not due.missing,
        )

    def __str__(self) -> str:
        """A few words for people."""
        if self.missing:
            return f"the error that {self.missing} is missing"
        if self.problem:
            return f"the error {self.problem!r}"
        if isinstance(self.value, bytes):
            return f"{len(self.value)} bytes {self.value[:20]!r}{'...' if len(self.value) > 20 else ''}"  # noqa: PLR2004  # a glance
        return "nothing" if self.value is None else str(self.value)


def _told(value: Value) -> Value:
    return summary(BytesIO(value)) if isinstance(value, bytes) else value


@dataclass(frozen=True, slots=True)
class Part:
    """What there is to know of an operation, or of a part of it, before it.

    facts: what holds and decides which behaviour is due. meanings: the literal values in its events by their meaning;
    earlier ones win between equals.
    """

    facts: tuple[str, ...]
    meanings: Meanings = field(default_factory=dict)


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

    def perform(self, step: Step) -> Outcome:
        """Do it. Whatever the system raises is an outcome."""

    def violation(self, model: Any) -> str:  # noqa: ANN401  # the model its own system makes
        """The first broken invariant, in a sentence; empty while all hold. `model` went through the same steps."""

    def loose_ends(self) -> Iterable[tuple[Place, str]]:
        """Steps that came to nothing in the end: where each stands, and what did not happen, in a sentence."""

    def close(self) -> None:
        """Remove what the system wrote outside of its private folder."""


class System(Protocol):
    """One kind of system under test.

    forms: its steps by name.
    tables: the forms of the entries of its named tables (`[stores.NAME]`); later_tables: documented ones.
    flat_tables: those of them that are one entry without a name (`[bucket]`).
    word: how its operations are written as events.
    """

    @property
    def forms(self) -> Mapping[str, Form]: ...  # noqa: D102
    @property
    def tables(self) -> Mapping[str, Form]: ...  # noqa: D102
    @property
    def flat_tables(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def later_tables(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def word(self) -> Callable[[Operation], Event]: ...  # noqa: D102

    def model(self, tables: Tables, folder: Path) -> Model:
        """The reference in its first state; folder: where files that steps name lie."""

    def start(self, tables: Tables, folder: Path, backend: Backend, observer: Observer, private: Path) -> Session:
        """The system in a fresh place of the backend; private: an empty folder that is removed afterwards."""

    def explorable(self, tables: Tables, steps: Sequence[Step]) -> bool:
        """Whether `model` and `alphabet` know all of these settings and steps; other scenarios are only checked."""

    def canonical(self, tables: Tables) -> Tables:
        """The same settings, written so that equal ones are equal."""

    def alphabet(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """The steps to generate sequences of, in groups that act on the same things; simplest first."""

    @property
    def files(self) -> Sequence[SavedFile]:
        """The files that steps of the alphabet name."""

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """A step and the facts before it, with a title for people."""

    def describe(self, step: Step) -> str:
        """A step in words (`write "foo" to main`)."""

    def readable(self, steps: Sequence[Step], tables: Tables, folder: Path) -> tuple[Step, ...]:
        """The same steps as a person would write them (names instead of computed values); folder: as for `model`."""

    def witness(self, step: Step, tables: Tables) -> Step:
        """A step that has events, to follow one that has none."""
