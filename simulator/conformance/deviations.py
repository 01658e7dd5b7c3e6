"""From the steps of an alignment to deviations, in the words of the diagram.

Lives here: places, sections, frames and bindings of deviations (semantics.md 4 of the design). Pure. Must not live
here: the search (`alignment`), wording (`report.text`).

Law: every step that costs is in exactly one deviation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from simulator.conformance.filters import Names
from simulator.conformance.fitting import Fitting
from simulator.conformance.moved import pair_moved
from simulator.conformance.verdict import Deviation, DeviationKind, Step
from simulator.errors import Place
from simulator.events import Event
from simulator.interaction.holes import Bindings
from simulator.interaction.terms import Expected

_COSTS: Mapping[str, DeviationKind] = {
    "different": "different",
    "missing": "missing",
    "unexpected": "unexpected",
    "forbidden": "forbidden",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What deviations tell of.

    events: of the trace, as they were recorded. compared: those that are compared, folded; numbers: the number of each
    among `events`. last: the place of what the diagram has last. known: holes with values given beforehand.
    fresh: the holes that are new in each iteration of a loop.
    """

    fitting: Fitting
    events: Sequence[Event]
    compared: Sequence[Event]
    numbers: Sequence[int]
    last: Place
    known: Bindings
    fresh: Names

    def number(self, position: int) -> int:
        """The number in the whole trace of the event at a position of what is compared."""
        return self.numbers[position] if position < len(self.numbers) else len(self.events)


def deviations(told: Told, steps: Sequence[Step]) -> Iterator[Deviation]:
    """The deviations of an alignment, in order; the positions of its steps are those of what is compared."""
    moved = pair_moved(told.fitting, told.compared, steps, told.known)
    found_again = {other: index for index, other in moved.items()}
    final = {**told.known, **{name: value for step in steps for name, value in step.values.items()}}
    values = dict(told.known)
    here: Expected | None = None
    for index, step in enumerate(steps):
        if step.kind == "fits":
            here = step.expected
            if step.values:
                values.update(step.values)
            continue
        partner = moved.get(index, found_again.get(index))
        # A moved event is one deviation, told where the first of its two ends lies.
        if step.kind in _COSTS and (partner is None or partner > index):
            bindings = dict(values)
            if step.kind == "different" and step.expected is not None:
                # It may differ because of what a hole is later: then that value belongs to the explanation.
                names = {hole.name for text in step.expected.patterns for hole in text.holes} - told.fresh
                bindings |= {name: final[name] for name in names & final.keys() - values.keys()}
            deviation = _deviation(told, step, here, bindings)
            yield deviation if partner is None else _moved(told, deviation, steps[partner])
        values.update(step.values)
        if step.kind in {"different", "missing", "forbidden"}:
            here = step.expected


def _deviation(told: Told, step: Step, here: Expected | None, values: Bindings) -> Deviation:
    number = told.number(step.position)
    actual = None if step.kind == "missing" else told.events[number]
    expected = step.expected
    if step.kind == "unexpected" or expected is None:
        place = expected.place if expected else told.last
        section = here.section if here else ""
        return Deviation("unexpected", place, number, None, actual, section, _frames_after(here), values)
    place = expected.place
    if step.kind == "different":
        place = differing_place(told.fitting, expected, told.compared[step.position], values)
    return Deviation(_COSTS[step.kind], place, number, expected, actual, expected.section, expected.frames, values)


def _frames_after(here: Expected | None) -> tuple[str, ...]:
    """The frames that are open after an expected event."""
    if here is None:
        return ()
    return here.frames[:-1] if here.kind == "end" else here.frames


def _moved(told: Told, deviation: Deviation, other: Step) -> Deviation:
    """Join a missing and an unexpected event that are equal."""
    if deviation.kind == "unexpected" and other.expected is not None:
        expected = other.expected
        return replace(
            deviation,
            kind="moved",
            place=expected.place,
            expected=expected,
            event=told.number(other.position),
            actual_event=deviation.event,
            section=expected.section,
            frames=expected.frames,
        )
    found = told.number(other.position)
    return replace(deviation, kind="moved", actual=told.events[found], actual_event=found)


def differing_place(fitting: Fitting, expected: Expected, event: Event, values: Bindings) -> Place:
    """The line that differs from a folded event: that of the first note that does not fit, where the label does."""
    label = event.text if expected.kind == "note" else event.label
    pairs = [(expected.place, expected.text, label)]
    for note, actual in zip_longest(expected.notes, fitting.notes(expected, event)):
        if note is None or actual is None or actual.shape != note.shape:
            # Where a note is too many, the last line of the message is the nearest.
            place = note.place if note else expected.notes[-1].place if expected.notes else expected.place
            return fitting.first_misfit(pairs, values) or place
        pairs.append((note.place, note.text, actual.text))
    return fitting.first_misfit(pairs, values) or expected.place
