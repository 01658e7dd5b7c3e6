"""Whether an event is like an expected one but for its texts, and what of texts is compared.

Lives here: what all comparing needs before texts are read. Pure. Must not live here: reading texts (`fitting`).

Law: to fold twice is to fold once.
"""

from simulator.events import Event, Note
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Expected


def may_differ(expected: Expected, event: Event) -> bool:
    """Whether the two count as one event that is different, where they do not fit (semantics.md 4)."""
    return expected.kind != "end" and alike(expected, event)


def alike(expected: Expected, event: Event) -> bool:
    """Whether the two differ in texts and notes at most."""
    if expected.kind != event.kind:
        return False
    if expected.kind == "message":
        ends = (event.source, event.target)
        directed = (expected.source, expected.target) == ends
        return expected.line == event.line and (
            directed or (expected.both and (expected.target, expected.source) == ends)
        )
    return expected.kind != "note" or (expected.on == frozenset(event.on) and expected.shape == event.shape)


def folded(event: Event) -> Event:
    """The event with its texts as they are compared; the very same one where they are already."""
    if event.kind != "note" and not event.notes and fold(event.label) == event.label:
        return event
    notes = tuple(Note(note.shape, fold(note.text)) for note in event.notes)
    return Event(
        kind=event.kind,
        source=event.source,
        target=event.target,
        line=event.line,
        label=fold(event.label),
        notes=notes,
        on=event.on,
        shape=event.shape,
        text=fold(event.text),
    )
