"""Every smallest change of a run: what a good diagram notices.

Lives here: first-order mutants of a trace (DeMillo, Lipton, Sayward 1978, "Hints on test data selection"). Pure. Must
not live here: judging them (`strength`).

Laws: no mutant is compared equal to its run, but for what is not compared at all. The same run gives the same mutants.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from msgspec.structs import replace

from simulator.conformance.likeness import folded
from simulator.conformance.verdict import Step
from simulator.events import Event, Note
from simulator.interaction.holes import Bindings, Hole
from simulator.interaction.patterns import TextPattern

Change = Literal["dropped", "doubled", "swapped", "turned", "line", "text", "note", "no note", "added note", "value"]
Twin = Callable[[Event], object]

# The letters that take the place of another, until one makes a value of the same type.
_LETTERS = "01abAB"
_ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a run.

    change: the event is left out, comes twice, changes places with the next one, goes the other way, has the other
    line; its text or that of a note is another; a note is gone or is added; one occurrence of a value is another.
    event: 0-based number of the event. taken: how many events it takes away there. put: those that come instead.
    hole: of `value`, the hole that has the value.
    """

    change: Change
    event: int
    taken: int
    put: tuple[Event, ...]
    hole: Hole | None = None

    def of(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """The whole run with this change."""
        return (*events[: self.event], *self.put, *events[self.event + self.taken :])


def mutants(events: Sequence[Event], number: int, step: Step | None, shapes: Sequence[str], twin: Twin) -> list[Mutant]:
    """Those of one event.

    step: what the event is in the diagram, with the values of its holes; None where that is not known.
    shapes: of the notes that carry data. twin: what an event is compared by.
    """
    event = folded(events[number])
    made = [Mutant("dropped", number, 1, ()), Mutant("doubled", number, 1, (event, event))]
    if number + 1 < len(events) and twin(event) != twin(after := folded(events[number + 1])):
        made.append(Mutant("swapped", number, 2, (after, event)))
    other = chain(_altered(event), _other_notes(event, shapes), _other_values(event, step, shapes))
    return made + [Mutant(change, number, 1, (put,), hole) for change, put, hole in other]


Altered = Iterator[tuple[Change, Event, Hole | None]]


def _altered(event: Event) -> Altered:
    if event.kind == "message":
        if event.source != event.target:
            yield "turned", replace(event, source=event.target, target=event.source), None
        yield "line", replace(event, line="solid" if event.line == "dashed" else "dashed"), None
    if event.kind == "note":
        yield "text", replace(event, text=_more(event.text)), None
    else:
        yield "text", replace(event, label=_more(event.label)), None


def _more(text: str) -> str:
    return f"{text} {_ALTERED}".strip()


def _other_notes(event: Event, shapes: Sequence[str]) -> Altered:
    if event.kind != "message":
        return
    notes = event.notes
    for number, note in enumerate(notes):
        if note.shape in shapes:
            yield "note", _noted(event, number, _more(note.text)), None
            yield "no note", replace(event, notes=(*notes[:number], *notes[number + 1 :])), None
    for shape in shapes[:1]:
        yield "added note", replace(event, notes=(*notes, Note(shape, _ALTERED))), None


def _noted(event: Event, number: int, text: str) -> Event:
    notes = (*event.notes[:number], Note(event.notes[number].shape, text), *event.notes[number + 1 :])
    return replace(event, notes=notes)


def _other_values(event: Event, step: Step | None, shapes: Sequence[str]) -> Altered:
    if step is None or step.expected is None or not step.values:
        return
    expected = step.expected
    data = [number for number, note in enumerate(event.notes) if note.shape in shapes]
    for hole, text in _rebound(expected.text, step.values):
        yield "value", replace(event, **{"text" if event.kind == "note" else "label": text}), hole
    for number, pattern in zip(data, expected.notes, strict=False):
        for hole, text in _rebound(pattern.text, step.values):
            yield "value", _noted(event, number, text), hole


def _rebound(pattern: TextPattern, values: Bindings) -> Iterator[tuple[Hole, str]]:
    """The text with one occurrence of one value changed, for every occurrence."""
    pieces = [part if isinstance(part, str) else values.get(part.name, "") for part in pattern.parts]
    for number, part in enumerate(pattern.parts):
        if isinstance(part, Hole) and (other := _other_value(part, pieces[number])):
            yield part, "".join((*pieces[:number], other, *pieces[number + 1 :]))


def _other_value(hole: Hole, value: str) -> str | None:
    """Another value of its type, as near as can be; None where none is found."""
    for at in reversed(range(len(value))):
        for letter in _LETTERS:
            other = f"{value[:at]}{letter}{value[at + 1 :]}"
            if other != value and hole.kind.allows(other):
                return other
    return None
