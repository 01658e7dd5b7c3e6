"""One run drawn as one diagram.

Lives here: which lifelines, arrows, notes and holes a drawn trace has. Pure. Must not live here: files, printing
(`diagram.printer`), several runs as one diagram.

Laws: the diagram allows the trace it was drawn from; the same trace always gives the same diagram.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simulator.diagram.ast import (
    Element,
    Fragment,
    Message,
    Note,
    NotePosition,
    NoteShape,
    Participant,
    Section,
    SequenceDiagram,
)
from simulator.errors import SimulatorError
from simulator.events import Event, Trace
from simulator.interaction.hole_types import TYPES
from simulator.interaction.labels import read_operation
from simulator.interaction.patterns import escape, fold

_NO_NAME = re.compile(r"[^0-9A-Za-z_.]")


def draw(trace: Trace) -> SequenceDiagram:
    """Draw a trace (interfaces.md of the design, "Drawing").

    Lifelines in order of first appearance; the earlier of the two on the left of each message; values that the events
    call volatile become holes `${KIND1}`, `${KIND2}` ... in order of first appearance, one name for one value.
    A frame that is open at the end is drawn closed: the trace is then a prefix of the drawing.
    Raises `SimulatorError` when a frame ends that is not open, for shapes of notes that PlantUML has not, and for
    volatile values that are no texts.
    """
    lifelines = {name: number for number, name in enumerate(_lifelines(trace), start=1)}
    names = _Names()
    frames: list[tuple[str, list[Element]]] = [("", [])]
    open_frames: list[str] = []
    for number, event in enumerate(trace.events):
        body = frames[-1][1]
        match event.kind:
            case "message":
                body += _message(event, lifelines, names)
            case "note":
                body.append(_free_note(event, names))
            case "section":
                body.append(Section(names.text(event.label, event, edges="=")))
            case "begin":
                open_frames.append(fold(event.label))
                frames.append((_frame(names.text(event.label, event, edges="#<-[")), []))
            case "end":
                if not open_frames or fold(event.label) != open_frames[-1]:
                    raise SimulatorError(
                        f"event {number} of the trace {trace.name!r} ends the frame {event.label!r}, which is not open",
                        hint="the trace cannot be drawn: record it from the start, and close frames in order",
                    )
                open_frames.pop()
                _close(frames)
    while len(frames) > 1:
        _close(frames)
    declared = (Participant(name, order=order) for name, order in lifelines.items())
    return SequenceDiagram(body=(*declared, *frames[0][1]))


def _close(frames: list[tuple[str, list[Element]]]) -> None:
    label, body = frames.pop()
    frames[-1][1].append(Fragment("group", label, tuple(body)))


def _frame(label: str) -> str:
    """The label of a frame; one that reads as an operator (`neg`) begins with an escape."""
    return label if read_operation(label).operator == "group" else f"<U+{ord(label[0]):04X}>{label[1:]}"


def _lifelines(trace: Trace) -> Iterator[str]:
    """The lifelines by first appearance: the sender of a message before its receiver."""
    seen: set[str] = set()
    for event in trace.events:
        for name in (event.source, event.target) if event.kind == "message" else event.on:
            if name not in seen:
                seen.add(name)
                yield name


def _message(event: Event, lifelines: dict[str, int], names: "_Names") -> Iterator[Element]:
    backwards = lifelines[event.source] > lifelines[event.target]
    label = names.text(event.label, event)
    yield Message(event.source, event.target, label, dashed=event.line == "dashed", backwards=backwards)
    for note in event.notes:
        # A remark stays one: with a hole in it, it would be data.
        text = escape(fold(note.text)) if note.shape == "note" else names.text(note.text, event)
        yield Note(_shape(note.shape), "right", text)


def _free_note(event: Event, names: "_Names") -> Note:
    position: NotePosition = "right" if event.shape == "hnote" and len(event.on) == 1 else "over"
    return Note(_shape(event.shape), position, names.text(event.text, event), on=event.on)


def _shape(shape: str) -> NoteShape:
    match shape:
        case "note" | "hnote" | "rnote":
            return shape
    raise SimulatorError(f"a note of the shape {shape!r} cannot be drawn", expected=("hnote", "rnote", "note"))


def _volatile(event: Event) -> dict[str, str]:
    """The kinds of the volatile values of an event, by value."""
    given = event.attributes.get("volatile", {})
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        raise SimulatorError(f"the volatile values of an event are texts by kind, not {given!r}")
    return {value: kind for kind, value in given.items() if value}


@dataclass(slots=True)
class _Names:
    """The holes given so far: value -> name."""

    given: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def text(self, text: str, event: Event, edges: str = "") -> str:
        """The text as the diagram writes it: volatile values as holes, everything else literally."""
        volatile = _volatile(event)
        text = fold(text)
        if not volatile:
            return escape(text, edges)
        # Longest first, so that a value that is part of another does not cut it.
        values = sorted(volatile, key=lambda value: (-len(value), value))
        pattern = "|".join(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])" for value in values)
        pieces = re.split(f"({pattern})", text)
        return "".join(
            self.hole(volatile[piece], piece) if piece in volatile else escape(piece, edges) for piece in pieces
        )

    def hole(self, kind: str, value: str) -> str:
        if value not in self.given:
            kind = _NO_NAME.sub("_", kind) or "VALUE"
            while (name := f"{kind}{self.counts[kind] + 1}") in self.given.values():
                self.counts[kind] += 1
            self.counts[kind] += 1
            self.given[value] = name
        return f"${{{self.given[value]}}}" if TYPES["word"].allows(value) else f"${{{self.given[value]}:any}}"
