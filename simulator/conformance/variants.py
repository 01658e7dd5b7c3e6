"""Traces that are alike but for the values of holes are judged once: they are variants of one.

Lives here: when two traces are alike (`Variants.shape`), and what was found about each. Pure. Must not live here: how
a trace is judged (`check`).

Of an event the judgement asks which events of the diagram it fits, whatever the holes are, and which values are equal.
So a trace is told by those, and by the numbers of its values in the order in which they appear.

Laws: what is kept of one trace gives the verdict of every other of its shape. Where that is not sure - a text that can
be read in several ways, guards, ignored messages, values known beforehand - a trace has no shape.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple, cast

from simulator.conformance.alike import NOTHING, Alike
from simulator.conformance.deviations import differing_place
from simulator.conformance.fitting import Fitting
from simulator.conformance.found import Found
from simulator.conformance.likeness import folded
from simulator.conformance.steps import Made
from simulator.conformance.verdict import Deviation, Value
from simulator.events import Event
from simulator.interaction.extraction import Readings
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Combined, Consider, Expectation, Ignore, walk

# Events that are remembered: most logs have far fewer that differ, and no log fills the memory.
_MOST_EVENTS = 200_000
# Those with values hardly ever come again.
_MOST_VALUES = 10_000
_MOST_VARIANTS = 20_000

# The class of an event whose trace has no shape.
_ALONE = -1


class Shape(NamedTuple):
    """What traces that are judged alike have in common, and the values of one of them."""

    key: tuple[int, ...]
    values: Sequence[str]


class Variants:
    """The shapes of traces met so far. marked: whether traces with marks have one."""

    def __init__(self, expectation: Expectation, fitting: Fitting, *, usable: bool, marked: bool) -> None:
        self._fitting = fitting
        self._data_notes = expectation.data_notes
        self._marked = marked
        operators = [term for term in walk(expectation.term) if isinstance(term, Combined)]
        self._usable = usable and not any(
            isinstance(term, Ignore | Consider) or any(operand.guard.comparison for operand in term.operands)
            for term in operators
        )
        self._alike: dict[object, Alike] = {}
        for number, each in enumerate(expectation.events):
            for source, target in {(each.source, each.target), (each.target, each.source)}:
                if each.both or source == each.source:
                    ends = (each.kind, source, target, each.line)
                    self._alike.setdefault(ends, Alike([], {}, [])).add(number, each)
        self._classes: dict[object, int] = {}
        self._events: dict[object, tuple[int, tuple[str, ...]]] = {}
        self._found: dict[tuple[int, ...], tuple[Found, Mapping[str, int]]] = {}

    def shape(self, events: Sequence[Event]) -> Shape | None:
        """The shape of a trace; None where it has none."""
        if not self._usable:
            return None
        known = self._events
        numbers: dict[str, int] = {}
        key = []
        for event in events:
            look = (event.label, event.source, event.target, event.line, event.notes, event.kind)
            entry = known.get(look)
            if entry is None:
                entry = self._entry(event)
                if len(known) < (_MOST_VALUES if entry[1] else _MOST_EVENTS) and event.kind != "note":
                    known[look] = entry
            number, values = entry
            if number == _ALONE:
                return None
            key.append(number)
            if values:
                key += [numbers.setdefault(value, len(numbers)) for value in values]
        return Shape(tuple(key), tuple(numbers))

    def get(self, shape: Shape | None, events: Sequence[Event]) -> Found | None:
        """What is known about a trace of this shape, with its events and values."""
        if shape is None or shape.key not in self._found:
            return None
        found, numbers = self._found[shape.key]
        values = shape.values

        def renewed(value: Value) -> Value:
            return values[numbers[value]] if isinstance(value, str) else tuple(values[numbers[each]] for each in value)

        if found.deviations:
            found = found._replace(deviations=tuple(self._of(events, each, renewed) for each in found.deviations))
        if not numbers or found.made is None:
            return found
        bindings = {name: renewed(value) for name, value in found.bindings.items()}
        return found._replace(made=partial(_renewed, found.made, numbers, values), bindings=bindings)

    def _of(self, events: Sequence[Event], deviation: Deviation, renewed: Callable[[Value], Value]) -> Deviation:
        """The deviation of another trace."""
        found_at = deviation.event if deviation.actual_event is None else deviation.actual_event
        actual = None if deviation.actual is None else events[found_at]
        bindings = {name: cast(str, renewed(value)) for name, value in deviation.bindings.items()}
        place, expected = deviation.place, deviation.expected
        if deviation.kind == "different" and expected is not None and actual is not None and expected.notes:
            place = differing_place(self._fitting, expected, folded(actual), bindings)
        return replace(deviation, actual=actual, bindings=bindings, place=place)

    def keep(self, shape: Shape | None, found: Found) -> None:
        """Remember what was found about a trace."""
        if shape is not None and len(self._found) < _MOST_VARIANTS:
            self._found[shape.key] = (found, {value: number for number, value in enumerate(shape.values)})

    def _entry(self, raw: Event) -> tuple[int, tuple[str, ...]]:
        """The class of an event, and the values of the holes of all that it fits."""
        if raw.kind == "note":
            if raw.shape not in self._data_notes:
                return _ALONE, ()
        elif raw.kind != "message" and not self._marked:
            return _ALONE, ()
        alike = self._alike.get((raw.kind, raw.source, raw.target, raw.line), NOTHING)
        plain = raw.kind == "message" and not raw.notes
        fits: list[int] = []
        values: tuple[str, ...] = ()
        for number, readings in self._plain(alike, fold(raw.label)) if plain else self._all(alike, folded(raw)):
            if len(readings) > 1:
                return _ALONE, ()
            fits.append(number)
            values += readings[0]
        look = (raw.kind, raw.source, raw.target, raw.line, raw.on, raw.shape, *fits)
        return self._classes.setdefault(look, len(self._classes)), values

    def _plain(self, alike: Alike, label: str) -> Iterator[tuple[int, Readings]]:
        """The events of the diagram that a message without notes fits, each with how it can be read."""
        for number in alike.literal.get(label, ()):
            yield number, ((),)
        for number, text in alike.open:
            readings = text.extract(label, self._fitting.spend, 2)
            if readings:
                yield number, readings

    def _all(self, alike: Alike, event: Event) -> Iterator[tuple[int, Readings]]:
        """The same for any event."""
        for number, expected in alike.events:
            fitting = islice(self._fitting.fits(expected, event, {}, None), 2)
            readings = tuple(tuple(reading.values()) for reading in fitting)
            if readings:
                yield number, readings


def _renewed(made: Callable[[], Sequence[Made]], numbers: Mapping[str, int], values: Sequence[str]) -> Sequence[Made]:
    """The steps with the values of another trace."""
    return [
        each._replace(added={name: values[numbers[value]] for name, value in each.added.items()})
        if each.added
        else each
        for each in made()
    ]
