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

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import islice

from simulator.errors import Place
from simulator.events import Event, Note
from simulator.interaction.holes import Bindings
from simulator.interaction.matching import Spend, unlimited
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.terms import Expected

State = int

# What a literal event is equal to; None stands for an expected event that may equal many.
Twin = tuple[object, ...]


# So many ways to split a line are followed when looking for the place of a difference.
MOST_SPLITS = 200


class WorkLimitReached(Exception):
    """Reading the texts took more work than is allowed."""


class Frontier:
    """The step rules of one diagram: states are counted from `start`.

    expected: its events in order. data_notes: the note shapes that are compared. spend: told of the work done.
    """

    def __init__(self, expected: Sequence[Expected], data_notes: tuple[str, ...], spend: Spend = unlimited) -> None:
        self._expected = tuple(expected)
        self._shapes = frozenset(data_notes)
        self._spend = spend
        self.start: State = 0
        self._holes = [_holes(event) for event in self._expected]
        fresh = [hole for event in self._expected for text in event.patterns for hole in text.holes if hole.fresh]
        self._fresh = frozenset(hole.name for hole in fresh)
        # The state up to which the value of a hole matters. That of a fresh hole is compared with all others.
        self._last = {
            name: len(self._expected) if self._fresh else state
            for state, names in enumerate(self._holes)
            for name in names
        }

    def options(self, state: State) -> tuple[tuple[Expected, State], ...]:
        """The events that may come next, each with the state after it."""
        return ((self._expected[state], state + 1),) if state < len(self._expected) else ()

    def accepts(self, state: State) -> bool:
        """Whether the run may end here."""
        return state == len(self._expected)

    def needs(self, state: State) -> int:
        """The least number of events until the run may end."""
        return len(self._expected) - state

    def holes(self, state: State) -> Sequence[str]:
        """The names of the holes of the event expected in this state, from left to right."""
        return self._holes[state]

    def names(self, state: State) -> Collection[str]:
        """The holes whose values decide whether an event is the one expected in this state."""
        return self._last if self._fresh else self._holes[state]

    def dead_after(self, state: State) -> Collection[str]:
        """The holes of the event expected in this state whose values do not matter once it is consumed."""
        return [name for name in self._holes[state] if self._last[name] <= state]

    def fits(
        self, expected: Expected, event: Event, bindings: Bindings, after: State | None = None
    ) -> Iterator[Bindings]:
        """Every extension of the bindings under which the event is the expected one.

        after: the state it leads to; of values that do not matter there one is told; None: no value matters.
        Raises what `spend` raises.
        """
        pairs = self.texts(expected, event)
        if pairs is None:
            return
        relevant = {
            hole.name
            for pattern, _ in pairs
            for hole in pattern.holes
            if after is not None and self._last.get(hole.name, -1) >= after
        }
        if len(pairs) > 1:
            counts = Counter(name for pattern, _ in pairs for name in {hole.name for hole in pattern.holes})
            relevant |= {name for name, count in counts.items() if count > 1}
        for bound in self._match_all(pairs, bindings, relevant):
            if not self._fresh or self._fresh_holes_differ(bindings, bound):
                yield bound

    def _match_all(
        self, pairs: Sequence[tuple[TextPattern, str]], bindings: Bindings, relevant: Container[str]
    ) -> Iterator[Bindings]:
        if not pairs:
            yield bindings
            return
        pattern, text = pairs[0]
        for bound in pattern.match(text, bindings, relevant, self._spend):
            yield from self._match_all(pairs[1:], bound, relevant)

    def twin(self, state: State) -> Twin | None:
        """What the event expected in this state is equal to; None where holes decide, or the direction is open."""
        expected = self._expected[state]
        if self._holes[state] or expected.both:
            return None
        notes = tuple((note.shape, str(note.text)) for note in expected.notes)
        kind = (expected.kind, expected.source, expected.target, expected.line, expected.on, expected.shape)
        return (*kind, str(expected.text), notes)

    def twin_of(self, event: Event) -> Twin:
        """What an event of the trace is equal to."""
        if event.kind == "message":
            notes = tuple((note.shape, note.text) for note in event.notes if note.shape in self._shapes)
            return (event.kind, event.source, event.target, event.line, frozenset(), "", event.label, notes)
        if event.kind == "note":
            return (event.kind, "", "", "solid", frozenset(event.on), event.shape, event.text, ())
        return (event.kind, "", "", "solid", frozenset(), "", event.label, ())

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
            case _:
                return [(expected.text, event.label)]

    def notes(self, expected: Expected, event: Event) -> tuple[Note, ...]:
        """The data notes of the event that are compared with those of the message."""
        shapes = self._shapes.union(note.shape for note in expected.notes)
        return tuple(note for note in event.notes if note.shape in shapes)

    def first_misfit(self, texts: Sequence[tuple[Place, TextPattern, str]], bindings: Bindings) -> Place | None:
        """Where the first text stands that no values make fit, given that those before it fit; None if all can."""
        possible: Iterable[Bindings] = [bindings]
        for place, pattern, text in texts:
            possible = [
                bound
                for known in possible
                for bound in islice(pattern.match(text, known, None, self._spend), MOST_SPLITS)
            ][:MOST_SPLITS]
            if not possible:
                return place
        return None

    def _fresh_holes_differ(self, before: Bindings, bindings: Bindings) -> bool:
        """Whether the names bound now keep every fresh hole unlike all others."""
        for name in bindings.keys() - before.keys():
            rivals = bindings if name in self._fresh else self._fresh & bindings.keys()
            if any(bindings[other] == bindings[name] for other in rivals if other != name):
                return False
        return True


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


def _holes(expected: Expected) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hole.name for text in expected.patterns for hole in text.holes))
