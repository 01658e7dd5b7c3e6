"""One event as lines of a diagram.

Lives here: which elements of PlantUML stand for an event. Must not live here: how they are printed
(`diagram.printer`), which texts they have (`rewording`).

Law: the lines read back as what they were written for; there are none where PlantUML has no way to say it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from simulator.diagram.ast import Element, Fragment, Message, Note, NoteShape, Section, SequenceDiagram
from simulator.diagram.printer import print_diagram
from simulator.errors import DiagramError
from simulator.events import Event
from simulator.interaction.terms import Expected

_SHAPES: Mapping[str, NoteShape] = {"hnote": "hnote", "rnote": "rnote", "note": "note"}


def written(
    event: Event | Expected, texts: Sequence[str], order: Mapping[str, int], shapes: Sequence[str] | None = None
) -> tuple[str, ...]:
    """The lines that PlantUML has for an event with these texts; none where it has no way to write them."""
    shapes = [note.shape for note in event.notes] if shapes is None else shapes
    if event.kind == "end":
        return ("end",)
    if not {*shapes, event.shape or "note"} <= _SHAPES.keys():
        return ()
    try:
        body = tuple(_elements(event, texts, shapes, order))
        lines = _printed(body)
    except DiagramError:
        return ()
    return tuple(lines[:1] if event.kind == "begin" else lines)


@lru_cache(1_000)
def _printed(body: tuple[Element, ...]) -> tuple[str, ...]:
    """The lines of some elements; those of a log that deviates alike everywhere are printed once."""
    return tuple(print_diagram(SequenceDiagram(body=body)).splitlines()[1:-1])


def _elements(
    event: Event | Expected, texts: Sequence[str], shapes: Sequence[str], order: Mapping[str, int]
) -> Iterator[Element]:
    first, *notes = texts
    match event.kind:
        case "message":
            backwards = order.get(event.source, 0) > order.get(event.target, 0)
            both = isinstance(event, Expected) and event.both
            dashed = event.line == "dashed"
            yield Message(event.source, event.target, first, dashed=dashed, backwards=backwards and not both, both=both)
        case "note":
            position: Literal["right", "over"] = "right" if len(event.on) == 1 and event.shape == "hnote" else "over"
            yield Note(_SHAPES[event.shape], position, first, on=tuple(sorted(event.on)))
        case "section":
            yield Section(first)
        case _:
            yield Fragment("group", first, ())
    for shape, note in zip(shapes, notes, strict=True):
        yield Note(_SHAPES[shape], "right", note)
