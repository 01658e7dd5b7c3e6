"""From syntax to meaning: the walk through a diagram, which finds the events it expects, in order.

Lives here: what each construct of the tree means (semantics.md 1 of the design). Pure. Must not live here: reading
text (`diagram.parser`), what the fragments are made into (`assembly`), judging (`conformance`).

Laws: one expected event per receiver of a message, per section, free data note, frame begin and frame end, in reading
order; the place of each is that of its node; presentation never changes what is expected.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from simulator.diagram.arrows import points_one_way
from simulator.diagram.ast import (
    Duration,
    Element,
    Else,
    Fragment,
    Message,
    Note,
    Ref,
    Return,
    Section,
    SequenceDiagram,
)
from simulator.diagram.lifelines import lifelines
from simulator.errors import DiagramError, Place
from simulator.events import Kind
from simulator.interaction.assembly import Scope, assemble
from simulator.interaction.declared import Declared
from simulator.interaction.hole_types import TYPES, Types
from simulator.interaction.holes import has_hole
from simulator.interaction.labels import Bounds, read_bounds, read_operation, read_time
from simulator.interaction.patterns import parse_text
from simulator.interaction.terms import Constraint, Expectation, Expected, NotePattern

DATA_NOTES = ("hnote", "rnote")

MOST_INLINED = 50_000
"""How many elements the diagrams that a diagram refers to may put into it: they may refer to others in turn."""

Resolve = Callable[[str], tuple[SequenceDiagram, ...]]
"""Gives the diagrams that a `ref` names, at least one; raises `DiagramError` where it names none."""


def no_others(name: str) -> tuple[SequenceDiagram, ...]:
    """Know no other diagrams."""
    raise DiagramError(f"no diagram is known that is called {name!r}")


def lower(
    diagram: SequenceDiagram,
    name: str,
    *,
    data_notes: tuple[str, ...] = DATA_NOTES,
    types: Types = TYPES,
    resolve: Resolve = no_others,
) -> Expectation:
    """What `diagram` expects.

    name: how the diagram is called in reports. data_notes: the shapes of notes that carry data. types: those that
    holes may name. resolve: finds the diagrams that a `ref` names; where it finds none, that is a warning, and a `Use`
    with a problem.
    Raises `DiagramError` for a hole that cannot be read, or that has two types.
    """
    lowering = _Lowering(data_notes, types, resolve)
    top = lowering.walk(diagram)
    declared = Declared.by(lowering.events, types)
    term = assemble(top, lowering.closed, lowering.events, declared)
    warnings = (*diagram.warnings, *lowering.warnings, *lowering.unknown_anchors())
    return Expectation(name, diagram.place, term, data_notes, tuple(lowering.constraints), tuple(sorted(set(warnings))))


@dataclass(slots=True)
class _Text:
    """One diagram that is being read: the top one, or one that a `ref` names.

    last: the numbers of the events of the message that an attached note belongs to; none before any message, and after
    a fragment or an `else`; fragment: that this is why.
    """

    diagrams: tuple[SequenceDiagram, ...]
    last: tuple[int, ...] = ()
    fragment: bool = False
    known: frozenset[str] | None = None

    @property
    def lifelines(self) -> frozenset[str]:
        """Those of the whole text, found when first needed."""
        if self.known is None:
            self.known = frozenset(each.lifeline for diagram in self.diagrams for each in lifelines(diagram))
        return self.known


@dataclass(slots=True)
class _Lowering:
    """The walk: what was found so far, and where it stands; reading: the places of the diagrams of the texts."""

    data_notes: tuple[str, ...]
    types: Types
    resolve: Resolve
    events: list[Expected] = field(default_factory=list)
    closed: list[Scope] = field(default_factory=list)
    warnings: list[tuple[Place, str]] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    texts: list[_Text] = field(default_factory=list)
    reading: set[Place] = field(default_factory=set)
    section: str = ""
    frames: tuple[str, ...] = ()
    inlined: int = 0

    def walk(self, diagram: SequenceDiagram) -> Scope:
        """Read everything; the scope of the whole diagram comes back."""
        # An explicit stack: diagrams may nest deeper than Python's calls do.
        top = Scope(None, diagram.place)
        top.begin("", diagram.place)
        stack: list[tuple[Scope, Iterator[Element]]] = [(top, self.enter((diagram,)))]
        while stack:
            scope, rest = stack[-1]
            for element in rest:
                if inner := self.element(element, scope):
                    stack.append(inner)
                    break
            else:
                stack.pop()
                self.close(scope)
        return top

    def element(self, element: Element, scope: Scope) -> tuple[Scope, Iterator[Element]] | None:
        """Read one element; what is in it, where that is to be read next."""
        if len(self.texts) > 1:
            self.inlined += 1
        match element:
            case Message(hidden=False) | Return():
                self.message(element, scope)
            case Note(position="left" | "right" | "top" | "bottom", on=()):
                self.attach(element)
            case Note() if element.shape in self.data_notes:
                on = frozenset(element.on) or self.texts[-1].lifelines
                number = self.add("note", element.text, element.place, on=on, shape=element.shape)
                scope.add(number, beside=element.parallel or element.aligned)
            case Section():
                self.section = element.title
                scope.add(self.add("section", element.title, element.place))
                scope.ends_row()
            case Else():
                scope.begin(element.label, element.place)
                self.forget(scope)
            case Fragment():
                return self.open(element, scope), iter(element.body)
            case Ref():
                return self.use(element, scope)
            case Duration():
                self.duration(element)
            case _:
                pass
        return None

    def message(self, message: Message | Return, scope: Scope) -> None:
        if isinstance(message, Return):
            if not message.source:
                raise DiagramError("it is not known who returns to whom", place=message.place)
            message = Message(
                message.source,
                message.target,
                message.label,
                dashed=True,
                parallel=message.parallel,
                place=message.place,
            )
        numbers: list[int] = []
        for receiver in (message.target, *message.receivers):
            number = self.add(
                "message",
                message.label,
                message.place,
                source=message.source,
                target=receiver,
                line="dashed" if message.dashed else "solid",
                both=message.both and not points_one_way(message.arrow),
                anchor=message.anchor,
            )
            scope.add(number, beside=message.parallel or bool(numbers))
            numbers.append(number)
        self.texts[-1].last = tuple(numbers)

    def attach(self, note: Note) -> None:
        text = parse_text(note.text, note.place, self.types) if self.carries_data(note) else None
        if text is None:
            return
        here = self.texts[-1]
        if not here.last:
            what = "belongs to the fragment before it" if here.fragment else "stands after no message"
            self.warnings.append((note.place, f"this note {what}: it carries no data"))
        for number in here.last:
            message = self.events[number]
            notes = (*message.notes, NotePattern(note.shape, text, note.place))
            self.events[number] = replace(message, notes=notes)

    def carries_data(self, note: Note) -> bool:
        """Plain notes are remarks for people, unless they hold a `${VAR}`."""
        return note.shape in self.data_notes or (note.shape == "note" and has_hole(note.text))

    def open(self, fragment: Fragment, around: Scope) -> Scope:
        """Begin a fragment."""
        scope = Scope(fragment, fragment.place, start=len(self.events))
        match fragment.operator:
            case "group":
                scope.operation = read_operation(fragment.label)
                if scope.operation.operator == "group":
                    self.frames = (*self.frames, fragment.label)
                    self.add("begin", fragment.label, fragment.place)
            case "loop":
                scope.bounds = read_bounds(fragment.label)
                if scope.bounds.most is not None and scope.bounds.most < scope.bounds.least:
                    scope.bounds = Bounds(0, None)
                    told = f"`{fragment.label}` are no bounds, since the larger comes second: any number of times"
                    self.warnings.append((fragment.place, told))
            case _:
                pass
        scope.begin(fragment.label, fragment.place)
        around.add(scope, beside=fragment.parallel)
        return scope

    def close(self, scope: Scope) -> None:
        """End a diagram, a fragment or a `ref`."""
        match scope.head:
            case Fragment(label=label, end=end):
                if scope.operation and scope.operation.operator == "group":
                    self.add("end", label, end)
                    self.frames = self.frames[:-1]
                self.forget(scope)
            case Ref() if not scope.problem:
                self.reading.difference_update(each.place for each in self.texts.pop().diagrams)
            case _:
                pass
        scope.stop = len(self.events)
        self.closed.append(scope)

    def forget(self, scope: Scope) -> None:
        """Let no message take the notes that follow: they belong to the fragment, if it is one."""
        self.texts[-1].last, self.texts[-1].fragment = (), isinstance(scope.head, Fragment)

    def use(self, ref: Ref, around: Scope) -> tuple[Scope, Iterator[Element]]:
        """Begin what a `ref` stands for."""
        scope = Scope(ref, ref.place, start=len(self.events))
        scope.begin("", ref.place)
        around.add(scope)
        if self.inlined > MOST_INLINED:
            raise DiagramError(
                f"the diagrams that this one refers to have more than {MOST_INLINED} elements", place=ref.place
            )
        try:
            found = self.resolve(ref.text)
        except DiagramError as error:
            scope.problem = f"{error.place}: {error.message}" if error.place else error.message
            found = ()
        if any(each.place in self.reading for each in found):
            scope.problem = f"the diagram {ref.text!r} refers to itself"
        if scope.problem:
            self.warnings.append((ref.place, f"{scope.problem}: what this stands for is not known"))
            return scope, iter(())
        return scope, self.enter(found)

    def enter(self, diagrams: tuple[SequenceDiagram, ...]) -> Iterator[Element]:
        """Begin to read diagrams, several as alternatives."""
        self.texts.append(_Text(diagrams))
        self.reading.update(each.place for each in diagrams)
        first, *others = diagrams
        return chain(first.body, *(chain((Else(place=each.place),), each.body) for each in others))

    def duration(self, duration: Duration) -> None:
        if time := read_time(duration.text):
            self.constraints.append(Constraint(duration.first, duration.second, *time, duration.place))

    def unknown_anchors(self) -> Iterator[tuple[Place, str]]:
        """A warning for each anchor in a constraint that no message has."""
        known = {event.anchor for event in self.events}
        for constraint in self.constraints:
            for name in (constraint.first, constraint.second):
                if name not in known:
                    yield constraint.place, f"no message has the anchor {{{name}}}"

    def add(self, kind: Kind, text: str, place: Place, **fields: object) -> int:
        """Expect an event; its number comes back."""
        pattern = parse_text(text, place, self.types)
        self.events.append(Expected(kind, pattern, place, section=self.section, frames=self.frames, **fields))  # type: ignore[arg-type]  # the callers above give fields of Expected
        return len(self.events) - 1
