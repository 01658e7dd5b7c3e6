"""Events out of what a diagram expects: how tests write runs down."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.events import Event, Note
from simulator.interaction.terms import Expected

NO_HOLES: Mapping[str, str] = MappingProxyType({})


def instance(expected: Expected, bindings: Mapping[str, str] = NO_HOLES) -> Event:
    """The event that a diagram expects when its holes have these values."""
    text = expected.text.fill(bindings)
    return Event(
        kind=expected.kind,
        source=expected.source,
        target=expected.target,
        line=expected.line,
        label="" if expected.kind == "note" else text,
        text=text if expected.kind == "note" else "",
        notes=tuple(Note(note.shape, note.text.fill(bindings)) for note in expected.notes),
        on=tuple(sorted(expected.on)),
        shape=expected.shape,
    )
