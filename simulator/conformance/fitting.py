"""Whether an event is an expected one, and which values of holes make it so.

Lives here: when an event fits (`fits`), when it is near enough to count as *different* rather than as one missing and
one unexpected event (`may_differ`), what an event is compared by (`folded`, `twin_of`). Pure. Must not live here: which
events may come when (`frontier`), reading texts (`interaction.patterns`).

Law: two events with the same twin fit the same expected events, under the same values.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import islice

from simulator.conformance.filters import Filter
from simulator.conformance.likeness import alike
from simulator.errors import Place
from simulator.events import Event, Note
from simulator.interaction.holes import Bindings
from simulator.interaction.matching import Spend, unlimited
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected

Twin = tuple[object, ...]
"""What an event, or an expected event without holes, is equal to."""

# So many ways to split a line are followed when looking for the place of a difference.
MOST_SPLITS = 200

TOO_MANY_READINGS = "the texts can be read in too many ways"


class WorkLimitReached(Exception):
    """Judging took more work than is allowed; the message says which."""


class Budget:
    """Work that judging may take, whatever diagram and trace are; reason: what is said when there is none left."""

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._left = 0

    def refill(self, limit: int) -> None:
        """Begin anew."""
        self._left = limit

    def add(self, work: int) -> None:
        """Allow more."""
        self._left += work

    def spend(self, work: int) -> None:
        """Take work off. Raises `WorkLimitReached`."""
        self._left -= work
        if self._left < 0:
            raise WorkLimitReached(self._reason)


class Fitting:
    """Compares events with those of a diagram. shapes: of the notes that carry data. spend: told of the work done."""

    def __init__(self, shapes: Iterable[str], spend: Spend = unlimited) -> None:
        self._shapes = frozenset(shapes)
        self.spend = spend

    def fits(
        self, expected: Expected | Filter, event: Event, bindings: Bindings, relevant: Container[str] | None
    ) -> Iterator[Bindings]:
        """Every extension of the bindings under which the event is the expected one.

        relevant: the holes whose values matter elsewhere (None: all); of the values of the others one is told.
        Raises what `spend` raises.
        """
        if isinstance(expected, Filter):
            yield from self._filtered(expected, event, bindings)
            return
        pairs = self.texts(expected, event)
        if pairs is None:
            return
        if len(pairs) > 1:
            counts = Counter(name for pattern, _ in pairs for name in {hole.name for hole in pattern.holes})
            several = {name for name, count in counts.items() if count > 1}
            relevant = _Union(relevant, several) if several and relevant is not None else relevant
        yield from self._match_all(pairs, bindings, relevant)

    def _filtered(self, ignored: Filter, event: Event, bindings: Bindings) -> Iterator[Bindings]:
        if event.kind != "message" or {event.source, event.target} & ignored.among != ignored.touching:
            return
        if ignored.considered:
            if not any(self._reads(pattern, event.label) for pattern in ignored.messages):
                yield bindings
            return
        for pattern in ignored.messages:
            for bound in pattern.match(event.label, bindings, ignored.named, self.spend):
                yield {name: value for name, value in bound.items() if name in bindings or name in ignored.named}

    def _reads(self, pattern: TextPattern, text: str) -> bool:
        return next(pattern.match(text, {}, (), self.spend), None) is not None

    def _match_all(
        self, pairs: Sequence[tuple[TextPattern, str]], bindings: Bindings, relevant: Container[str] | None
    ) -> Iterator[Bindings]:
        if not pairs:
            yield bindings
            return
        pattern, text = pairs[0]
        for bound in pattern.match(text, bindings, relevant, self.spend):
            yield from self._match_all(pairs[1:], bound, relevant)

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

    def twin(self, expected: Expected) -> Twin | None:
        """What the expected event is equal to; None where holes decide, the direction is open, or remarks are data."""
        if expected.both or not all(text.literal for text in expected.patterns):
            return None
        notes = tuple((note.shape, str(note.text)) for note in expected.notes)
        if not all(shape in self._shapes for shape, _ in notes):
            return None
        kind = (expected.kind, expected.source, expected.target, expected.line, expected.on, expected.shape)
        return (*kind, str(expected.text), notes)

    def twin_of(self, event: Event) -> Twin:
        """What an event of the trace is equal to, folded."""
        if event.kind == "message":
            notes = tuple((note.shape, note.text) for note in event.notes if note.shape in self._shapes)
            return (event.kind, event.source, event.target, event.line, frozenset(), "", event.label, notes)
        if event.kind == "note":
            return (event.kind, "", "", "solid", frozenset(event.on), event.shape, event.text, ())
        return (event.kind, "", "", "solid", frozenset(), "", event.label, ())

    def first_misfit(self, texts: Sequence[tuple[Place, TextPattern, str]], bindings: Bindings) -> Place | None:
        """Where the first text stands that no values make fit, given that those before it fit; None if all can."""
        possible: Iterable[Bindings] = [bindings]
        for place, pattern, text in texts:
            possible = [
                bound
                for known in possible
                for bound in islice(pattern.match(text, known, None, self.spend), MOST_SPLITS)
            ][:MOST_SPLITS]
            if not possible:
                return place
        return None


class _Union:
    """What is in one of two."""

    def __init__(self, first: Container[str], second: Collection[str]) -> None:
        self._both = (first, second)

    def __contains__(self, name: object) -> bool:
        return any(name in each for each in self._both)
