"""All step rules: what a diagram allows next, and whether an event is it.

Lives here, and nowhere else in the project:

- which expected events may come next, and what remains after one of them (`Frontier.options`);
- whether the diagram may end here (`Frontier.accepts`), and how many events it still needs (`Frontier.needs`);
- when an event fits an expected event (`Frontier.fits`), and when it is near enough to count as *different* rather
  than as one missing and one unexpected event (`may_differ`).

A state is opaque to everybody else. Pure: no clock, no files, no randomness.

Laws: `needs` falls by one along every option; a state accepts exactly when it needs no event and has no option left
that must be taken. Only `strict` sequencing exists so far (UML 2.5.1, 17.6.3): one option per state.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from simulator.events import Event, Note
from simulator.interaction.patterns import Bindings, TextPattern, fold
from simulator.interaction.terms import Expected

State = int

# More ways than this to split one line between adjacent holes is a diagram that says nothing; beyond it no search.
MOST_SPLITS = 10_000


class TooManySplits(Exception):
    """One event can be read in more ways than the work limit allows."""


class Frontier:
    """The step rules of one diagram: states are counted from `start`.

    expected: its events in order. data_notes: the note shapes that are compared.
    """

    def __init__(self, expected: Sequence[Expected], data_notes: tuple[str, ...]) -> None:
        self._expected = tuple(expected)
        self._shapes = frozenset(data_notes)
        self.start: State = 0
        holes = [
            (state, hole) for state, event in enumerate(expected) for text in event.patterns for hole in text.holes
        ]
        self._fresh = frozenset(hole.name for _, hole in holes if hole.fresh)
        # The state up to which the value of a hole matters. That of a fresh hole is compared with all others.
        self._last = {hole.name: len(self._expected) if self._fresh else state for state, hole in holes}

    def options(self, state: State) -> tuple[tuple[Expected, State], ...]:
        """The events that may come next, each with the state after it."""
        return ((self._expected[state], state + 1),) if state < len(self._expected) else ()

    def accepts(self, state: State) -> bool:
        """Whether the run may end here."""
        return state == len(self._expected)

    def needs(self, state: State) -> int:
        """The least number of events until the run may end."""
        return len(self._expected) - state

    def live(self, state: State, bindings: Bindings) -> Bindings:
        """The bindings whose values still matter from here on."""
        return {name: value for name, value in bindings.items() if self._last.get(name, -1) >= state}

    def fits(self, expected: Expected, event: Event, bindings: Bindings) -> Iterator[Bindings]:
        """Every extension of the bindings under which the event is the expected one.

        Raises `TooManySplits`.
        """
        pairs = self.texts(expected, event)
        if pairs is None:
            return
        found = islice(_match_all(pairs, bindings), MOST_SPLITS + 1)
        for number, bound in enumerate(found):
            if number == MOST_SPLITS:
                raise TooManySplits(expected.text)
            if self._fresh_holes_differ(bound):
                yield bound

    def texts(self, expected: Expected, event: Event) -> list[tuple[TextPattern, str]] | None:
        """The texts to compare once all else fits; None if they cannot fit, whatever the holes are."""
        if not alike(expected, event):
            return None
        match expected.kind:
            case "message":
                notes = self.notes(expected, event)
                if [note.shape for note in notes] != [note.shape for note in expected.notes]:
                    return None
                label = (expected.text, event.label)
                return [label, *((note.text, actual.text) for note, actual in zip(expected.notes, notes, strict=True))]
            case "note":
                return [(expected.text, event.text)]
            case "end":
                # A log may close a frame without repeating its label.
                return [(expected.text, event.label)] if event.label else []
            case _:
                return [(expected.text, event.label)]

    def notes(self, expected: Expected, event: Event) -> tuple[Note, ...]:
        """The data notes of the event that are compared with those of the message."""
        shapes = self._shapes.union(note.shape for note in expected.notes)
        return tuple(note for note in event.notes if note.shape in shapes)

    def _fresh_holes_differ(self, bindings: Bindings) -> bool:
        return all(
            value != bindings[name]
            for name in self._fresh & bindings.keys()
            for other, value in bindings.items()
            if other != name
        )


def may_differ(expected: Expected, event: Event) -> bool:
    """Whether the two count as one event that is different, where they do not fit (semantics.md 4)."""
    return expected.kind != "end" and alike(expected, event)


def alike(expected: Expected, event: Event) -> bool:
    """Whether the two differ in texts and notes at most."""
    if expected.kind != event.kind:
        return False
    if expected.kind == "message":
        return (expected.source, expected.target, expected.line) == (event.source, event.target, event.line)
    return expected.kind != "note" or (expected.on == frozenset(event.on) and expected.shape == event.shape)


def folded(event: Event) -> Event:
    """The event with its texts as they are compared."""
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


def _match_all(pairs: list[tuple[TextPattern, str]], bindings: Bindings) -> Iterator[Bindings]:
    if not pairs:
        yield bindings
        return
    (pattern, text), *rest = pairs
    for bound in pattern.match(text, bindings):
        yield from _match_all(rest, bound)
