"""From syntax to meaning: the events that a diagram expects, in order.

Lives here: what each construct of the tree means (semantics.md 1 of the design). Pure. Must not live here: reading
text (`diagram.parser`), judging (`conformance`).

Laws: one expected event per message, section, free data note, frame begin and frame end, in reading order; the place
of each is that of its node; presentation never changes what is expected.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Section, SequenceDiagram
from simulator.errors import DiagramError, Place
from simulator.events import Kind
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, has_hole, parse_text
from simulator.interaction.terms import Expectation, Expected, NotePattern

DATA_NOTES = ("hnote", "rnote")


def lower(diagram: SequenceDiagram, name: str, *, data_notes: tuple[str, ...] = DATA_NOTES) -> Expectation:
    """What `diagram` expects.

    name: how the diagram is called in reports. data_notes: the shapes of notes that carry data.
    Raises `DiagramError` for a hole that cannot be read, or that has two types.
    """
    lowering = _Lowering(data_notes, warnings=list(diagram.warnings))
    lowering.elements(diagram.body)
    return Expectation(
        name, diagram.place, _with_one_type_per_name(lowering.events), data_notes, tuple(lowering.warnings)
    )


@dataclass(slots=True)
class _Lowering:
    """The walk through one diagram: what was found so far, and where the walk stands."""

    data_notes: tuple[str, ...]
    events: list[Expected] = field(default_factory=list)
    warnings: list[tuple[Place, str]] = field(default_factory=list)
    section: str = ""
    frames: tuple[str, ...] = ()
    # The index of the message that an attached note belongs to; None before any message and after a fragment.
    last: int | None = None

    def elements(self, body: tuple[Element, ...]) -> None:
        # An explicit stack: diagrams may nest deeper than Python's calls do.
        stack: list[tuple[Fragment | None, Iterable[Element]]] = [(None, iter(body))]
        while stack:
            group, rest = stack[-1]
            for element in rest:
                if isinstance(element, Fragment):
                    self.open(element)
                    stack.append((element, iter(element.body)))
                    break
                self.element(element)
            else:
                stack.pop()
                if group is not None:
                    self.close(group)

    def element(self, element: Element) -> None:
        match element:
            case Participant():
                pass
            case Message():
                self.last = len(self.events)
                self.add(
                    "message",
                    element.label,
                    element.place,
                    source=element.source,
                    target=element.target,
                    line="dashed" if element.dashed else "solid",
                )
            case Section():
                self.section = element.title
                self.add("section", element.title, element.place)
            case Note(on=()):
                self.attach(element)
            case Note():
                if element.shape in self.data_notes:
                    self.add("note", element.text, element.place, on=frozenset(element.on), shape=element.shape)

    def attach(self, note: Note) -> None:
        text = parse_text(note.text, note.place) if self.carries_data(note) else None
        if text is None:
            return
        if self.last is None:
            self.warnings.append((note.place, "this note stands after no message: it carries no data"))
            return
        message = self.events[self.last]
        self.events[self.last] = replace(message, notes=(*message.notes, NotePattern(note.shape, text, note.place)))

    def carries_data(self, note: Note) -> bool:
        """Plain notes are remarks for people, unless they hold a `${VAR}`."""
        return note.shape in self.data_notes or (note.shape == "note" and has_hole(note.text))

    def open(self, group: Fragment) -> None:
        self.frames = (*self.frames, group.label)
        self.add("begin", group.label, group.place)

    def close(self, group: Fragment) -> None:
        self.add("end", group.label, group.end)
        self.frames = self.frames[:-1]
        self.last = None

    def add(self, kind: Kind, text: str, place: Place, **fields: object) -> None:
        pattern = parse_text(text, place)
        self.events.append(Expected(kind, pattern, place, section=self.section, frames=self.frames, **fields))  # type: ignore[arg-type]  # the callers above give fields of Expected


def _with_one_type_per_name(events: list[Expected]) -> tuple[Expected, ...]:
    """Give every hole of a name the type (and freshness) that one of them declares."""
    declared: dict[str, Hole] = {}
    for event in events:
        for pattern in event.patterns:
            for hole in pattern.holes:
                known = declared.setdefault(hole.name, hole)
                if "word" not in {known.type, hole.type} and known.type != hole.type:
                    raise DiagramError(
                        f"the hole {hole.name!r} is of type {known.type!r} and of type {hole.type!r}",
                        place=event.place,
                        hint="give all of its occurrences the same type, or two holes two names",
                    )
                kind = hole.type if known.type == "word" else known.type
                declared[hole.name] = Hole(hole.name, kind, fresh=known.fresh or hole.fresh)

    def typed(pattern: TextPattern) -> TextPattern:
        return TextPattern(tuple(part if isinstance(part, str) else declared[part.name] for part in pattern.parts))

    def all_typed(event: Expected) -> Expected:
        notes = tuple(replace(note, text=typed(note.text)) for note in event.notes)
        return replace(event, text=typed(event.text), notes=notes)

    return tuple(all_typed(event) if any(text.holes for text in event.patterns) else event for event in events)
