"""What a diagram allows, as a term: operators (semantics.md 2 of the design) over expected events.

Lives here: frozen values, and the walk through them. Must not live here: how a term is made (`lower`), how it is judged
(`conformance.frontier`).

Laws: `walk` meets the expected events of a term in the order in which the diagram is read. Equality ignores places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from simulator.diagram.nested import Nested
from simulator.errors import Place
from simulator.events import Kind, Line
from simulator.interaction.guards import Guard
from simulator.interaction.patterns import TextPattern

NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class NotePattern:
    """A data note that a message must carry: its shape, its text, and where the diagram says so."""

    shape: str
    text: TextPattern
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """One event that a diagram expects.

    kind, source, target, line, notes, on, shape: as in `events.Event`. both: source and target may change places.
    text: the label of a message, the title of a section, the label of a frame, the text of a free note.
    place: where the diagram says so. anchor: the name in its leading `{name}`, which constraints of time use.
    section, frames: the section it stands in (empty before the first), the labels of the frames around it, as written.
    """

    kind: Kind
    text: TextPattern
    place: Place = field(compare=False)
    source: str = ""
    target: str = ""
    line: Line = "solid"
    notes: tuple[NotePattern, ...] = ()
    on: frozenset[str] = frozenset()
    shape: str = ""
    section: str = ""
    frames: tuple[str, ...] = ()
    both: bool = False
    anchor: str = ""

    @property
    def patterns(self) -> tuple[TextPattern, ...]:
        """Its text and those of its notes."""
        return (self.text, *(note.text for note in self.notes))


@dataclass(frozen=True, slots=True, eq=False)
class Strict(Nested):
    """One after the other: the runs of the first, then those of the second, ... (UML 2.5.1, 17.6.3, `strict`)."""

    items: "tuple[Term, ...]" = ()


@dataclass(frozen=True, slots=True, eq=False)
class Operand(Nested):
    """One operand of an operator: what it allows, under which guard, and where it begins."""

    body: "Term"
    guard: Guard = field(default_factory=Guard)
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Combined(Nested):
    """What the operators have in common: their operands, at least one, and where they stand.

    Where any but `alt` and `par` is written with `else`, the body of its only operand is `Alternatives`.
    written: whether the diagram has a fragment there. Such inner `Alternatives` are none, nor are elements side by side
    (`&`) and several receivers: `break` leaves the innermost operand of a written one.
    """

    operands: tuple[Operand, ...]
    place: Place = field(default=NOWHERE, compare=False, kw_only=True)
    written: bool = field(default=True, kw_only=True)

    @property
    def body(self) -> "Term":
        """What its first, mostly its only, operand allows."""
        return self.operands[0].body


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives(Combined):
    """`alt`, and `else` in other fragments: one of the operands."""


@dataclass(frozen=True, slots=True, eq=False)
class Option(Combined):
    """`opt`: its operand, or nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Loop(Combined):
    """`loop`: its operand, at least `least` and at most `most` times (None: any number).

    fresh: the holes that have new values in every iteration: this is the innermost loop that holds all of them.
    """

    least: int = 0
    most: int | None = None
    fresh: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Parallel(Combined):
    """`par`, `&`, several receivers: every interleaving of the operands, each in its own order."""


@dataclass(frozen=True, slots=True, eq=False)
class Critical(Combined):
    """`critical`: its operand, with nothing from outside in between."""


@dataclass(frozen=True, slots=True, eq=False)
class Break(Combined):
    """`break`: nothing; or its operand, and then what remains of the innermost operand or group around it is left out.

    In the body of a loop it ends the whole loop.
    """


@dataclass(frozen=True, slots=True, eq=False)
class AnyOrder(Combined):
    """`group any order`: the items of its operand, a `Strict`, in every order."""


@dataclass(frozen=True, slots=True, eq=False)
class Weak(Combined):
    """`group seq`: its operand, with events in order where they share a lifeline (UML 2.5.1, 17.6.3, `seq`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Negative(Combined):
    """`group neg`: nothing, and least of all its operand."""


@dataclass(frozen=True, slots=True, eq=False)
class Ignore(Combined):
    """`group ignore {a, b}`: its operand, with any messages in between whose label is one of `messages`."""

    messages: tuple[TextPattern, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Consider(Combined):
    """`group consider {a, b}`: its operand, with any messages in between whose label is none of `messages`."""

    messages: tuple[TextPattern, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Group(Combined):
    """`group`: its operand between two marks; or without any (`group strict`)."""

    begin: Expected | None = None
    end: Expected | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Use(Combined):
    """`ref over A: name`: the diagrams of this name, one operand each (UML 2.5.1, 17.7, interaction use).

    problem: why they are not known, a sentence; then the only operand is empty, and what is meant cannot be judged.
    """

    name: str = ""
    problem: str = ""


Term = Expected | Strict | Combined


@dataclass(frozen=True, slots=True)
class Constraint:
    """How long it may take from one anchored message to another, in seconds: `{a} <-> {b}: < 50 ms`."""

    first: str
    second: str
    relation: Literal["<", "<=", "=", ">", ">="]
    seconds: float
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one diagram allows.

    name: how the diagram is called in reports (`traces/basic.puml`, `FILE#name`); place: where it starts.
    data_notes: the shapes of notes that are compared; others are left out on both sides.
    warnings: what the diagram says that has no meaning (a data note before any message, say), one sentence each.
    events: every expected event of the term, in reading order.
    """

    name: str
    place: Place
    term: Term
    data_notes: tuple[str, ...] = ("hnote", "rnote")
    constraints: tuple[Constraint, ...] = ()
    warnings: tuple[tuple[Place, str], ...] = ()
    events: tuple[Expected, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the events."""
        object.__setattr__(self, "events", tuple(term for term in walk(self.term) if isinstance(term, Expected)))


def walk(term: Term) -> Iterator[Term]:
    """The term and all that is in it, an operator before its operands."""
    # An explicit stack: terms may nest deeper than Python's calls do.
    stack: list[Term] = [term]
    while stack:
        term = stack.pop()
        yield term
        stack += reversed(parts(term))


def parts(term: Term) -> tuple[Term, ...]:
    """What a term is made of, in reading order."""
    match term:
        case Expected():
            return ()
        case Strict(items):
            return items
        case Group(begin=begin, end=end):
            return tuple(part for part in (begin, term.body, end) if part is not None)
        case _:
            return tuple(operand.body for operand in term.operands)
