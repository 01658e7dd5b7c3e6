"""One run drawn as one diagram.

Lives here: which lifelines, arrows, notes and holes a drawn trace has. Pure. Must not live here: files, printing
(`diagram.printer`), several runs as one diagram.

Laws: the diagram allows the trace it was drawn from; the same trace always gives the same diagram.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.diagram.ast import (
    Element,
    Group,
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
from simulator.interaction.patterns import TYPES, escape, fold

_NO_NAME = re.compile(r"[^0-9A-Za-z_.]")


def draw(trace: Trace) -> SequenceDiagram:
    """Draw a trace (interfaces.md of the design, "Drawing").

    Lifelines in order of first appearance; the earlier of the two on the left of each message; values that the events
    call volatile become holes `${KIND1}`, `${KIND2}` ... in order of first appearance, one name for one value.
    Raises `SimulatorError` when a frame ends that never began.
    """
    lifelines = {name: number for number, name in enumerate(_lifelines(trace), start=1)}
    names = _Names()
    frames: list[tuple[str, list[Element]]] = [("", [])]
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
                frames.append((names.text(event.label, event, edges="#<-["), []))
            case "end":
                if len(frames) == 1:
                    raise SimulatorError(
                        f"event {number} of the trace {trace.name!r} ends a frame that never began",
                        hint="the trace cannot be drawn: record it from the start",
                    )
                _close(frames)
    while len(frames) > 1:
        _close(frames)
    declared = (Participant(name, order=order) for name, order in lifelines.items())
    return SequenceDiagram(body=(*declared, *frames[0][1]))


def _close(frames: list[tuple[str, list[Element]]]) -> None:
    label, body = frames.pop()
    frames[-1][1].append(Group(label, tuple(body)))


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
        yield Note(_shape(note.shape), "right", names.text(note.text, event))


def _free_note(event: Event, names: "_Names") -> Note:
    position: NotePosition = "right" if event.shape == "hnote" and len(event.on) == 1 else "over"
    return Note(_shape(event.shape), position, names.text(event.text, event), on=event.on)


def _shape(shape: str) -> NoteShape:
    match shape:
        case "note" | "hnote" | "rnote":
            return shape
    raise SimulatorError(f"a note of the shape {shape!r} cannot be drawn", expected=("hnote", "rnote", "note"))


@dataclass(slots=True)
class _Names:
    """The holes given so far: value -> name."""

    given: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def text(self, text: str, event: Event, edges: str = "") -> str:
        """The text as the diagram writes it: volatile values as holes, everything else literally."""
        volatile = {str(value): kind for kind, value in event.attributes.get("volatile", {}).items() if value}
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
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.given[value] = f"{kind}{self.counts[kind]}"
        return f"${{{self.given[value]}}}" if TYPES["word"].allows(value) else f"${{{self.given[value]}:any}}"
