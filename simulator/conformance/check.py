"""Judge one trace by one diagram.

Lives here: which marks are compared, which of the four outcomes it is, and the deviations in the words of the
diagram. Pure. Must not live here: the step rules (`frontier`), the search (`alignment`), wording (`report.text`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from simulator.conformance.alignment import Alignment, Search, Step, pair_moved
from simulator.conformance.frontier import Frontier, WorkLimitReached, folded
from simulator.conformance.known import refuse_unknown
from simulator.conformance.verdict import NO_BINDINGS, Deviation, DeviationKind, Outcome, Verdict
from simulator.errors import Place
from simulator.events import Event, Kind, Trace
from simulator.interaction.holes import Bindings
from simulator.interaction.matching import Spend
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Expectation, Expected

Marks = Literal["strict", "auto", "ignore"]

# Nodes expanded before the search gives up, beyond those that a straight walk needs; some ten seconds of work.
WORK_LIMIT = 200_000

# Steps of reading texts with holes before it is given up: some seconds, beyond reading each text a few times.
MATCHING_LIMIT = 200_000
MATCHING_PER_EVENT = 200

LeftOut = Callable[[Event | Expected], bool]

NO_DATA = "the trace holds no message and no data note"


def nothing(event: Event | Expected) -> bool:  # noqa: ARG001 - whatever it is
    """Leave nothing out."""
    return False


def check(
    expectation: Expectation,
    trace: Trace,
    *,
    sections: Marks = "strict",
    frames: Marks = "strict",
    bindings: Bindings | None = None,
    left_out: LeftOut = nothing,
    limit: int | None = None,
) -> Verdict:
    """Judge `trace` by `expectation` (semantics.md 4 of the design).

    sections, frames: how the marks of that kind are compared: `strict`, `auto` or `ignore` (semantics.md 1).
    bindings: values of holes known beforehand; such a hole reads exactly its value, whatever letters that has.
    left_out: which events count nowhere, of the trace and of the diagram.
    limit: how many nodes the search may expand before the verdict is `inconclusive`; by default enough for long traces.
    Deviations are results. Raises `DiagramError` for a diagram with operators that cannot be judged yet.
    """
    refuse_unknown(expectation)
    budget = _Budget(MATCHING_LIMIT + MATCHING_PER_EVENT * (len(expectation.events) + len(trace.events)))
    known = {name: fold(value) for name, value in (bindings or {}).items()}
    try:
        judged = _Judged.select(expectation, trace, sections, frames, budget.spend, left_out)
        return _judge(judged, known, limit, budget.spend)
    except WorkLimitReached as reached:
        judged = _Judged(expectation, trace, expectation.events, trace.events, tuple(range(len(trace.events))))
        return judged.verdict("inconclusive", Alignment(None, 0), reason=str(reached))


def nearest(
    expectations: Sequence[Expectation], trace: Trace, sections: Marks, frames: Marks, left_out: LeftOut = nothing
) -> tuple[Verdict, Expectation]:
    """Judge by several diagrams, at least one: by the first that allows the trace, else by the one it is nearest to."""
    found: list[tuple[float, Verdict, Expectation]] = []
    for expectation in expectations:
        verdict = check(expectation, trace, sections=sections, frames=frames, left_out=left_out)
        if verdict.conforms:
            return verdict, expectation
        found.append((float("inf") if verdict.cost is None else verdict.cost, verdict, expectation))
    _, verdict, expectation = min(found, key=lambda each: each[0])
    return verdict, expectation


def _judge(judged: "_Judged", known: Bindings, limit: int | None, spend: Spend) -> Verdict:
    frontier = Frontier(judged.expected, judged.expectation.data_notes, spend)
    if limit is None:
        limit = WORK_LIMIT + len(judged.expected) + len(judged.events)
    alignment = Search(frontier, judged.events, known, limit).run()
    if alignment.steps is None:
        return judged.verdict("inconclusive", alignment, reason=f"stopped after {limit} steps of the search")
    values = dict(known)
    for step in alignment.steps:
        values.update(step.bound)
    outcome, reason = _outcome(judged, alignment.steps)
    return judged.verdict(
        outcome,
        alignment,
        reason=reason,
        bindings=values,
        deviations=tuple(_deviations(judged, frontier, alignment.steps, known, values)),
        evidence=tuple(
            (judged.numbers[step.position], step.expected)
            for step in alignment.steps
            if step.kind == "fits" and step.expected is not None
        ),
    )


class _Budget:
    """Work that reading texts may take, whatever the patterns are."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def spend(self, work: int) -> None:
        """Take work off. Raises `WorkLimitReached`."""
        self._left -= work
        if self._left < 0:
            raise WorkLimitReached("the texts can be read in too many ways")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is compared, after the marks and notes that are not compared are left out.

    events: folded; numbers: the number of each in the whole trace.
    """

    expectation: Expectation
    trace: Trace
    expected: tuple[Expected, ...]
    events: tuple[Event, ...]
    numbers: tuple[int, ...]

    @classmethod
    def select(
        cls, expectation: Expectation, trace: Trace, sections: Marks, frames: Marks, spend: Spend, left_out: LeftOut
    ) -> "_Judged":
        expected = [event for event in expectation.events if not left_out(event)]
        kept = [
            (number, folded(event))
            for number, event in enumerate(trace.events)
            if (event.kind != "note" or event.shape in expectation.data_notes) and not left_out(event)
        ]
        expected, kept = _without_uncompared(expected, kept, trace, ("section",), sections, spend)
        expected, kept = _without_uncompared(expected, kept, trace, ("begin", "end"), frames, spend)
        return cls(
            expectation,
            trace,
            tuple(expected),
            tuple(event for _, event in kept),
            tuple(number for number, _ in kept),
        )

    def number(self, position: int) -> int:
        """The number in the whole trace of the event at a position of what is compared."""
        return self.numbers[position] if position < len(self.numbers) else len(self.trace.events)

    def verdict(self, outcome: Outcome, alignment: Alignment, **rest: object) -> Verdict:
        return Verdict(
            diagram=self.expectation.name,
            trace=self.trace.name,
            outcome=outcome,
            cost=None if alignment.steps is None else alignment.cost,
            bound=alignment.cost,
            expected=len(self.expected),
            actual=len(self.events),
            **rest,  # type: ignore[arg-type]  # the callers above give fields of Verdict
        )


def _without_uncompared(
    expected: list[Expected],
    kept: list[tuple[int, Event]],
    trace: Trace,
    kinds: tuple[Kind, ...],
    marks: Marks,
    spend: Spend,
) -> tuple[list[Expected], list[tuple[int, Event]]]:
    """Leave out the marks of these kinds that the setting does not compare (semantics.md 1, "Marks")."""
    of_run = any(event.kind in kinds and event.attributes.get("origin", "run") == "run" for event in trace.events)
    if marks == "strict" or (marks == "auto" and of_run):
        return expected, kept
    if marks == "ignore":
        return (
            [event for event in expected if event.kind not in kinds],
            [(number, event) for number, event in kept if event.kind not in kinds],
        )
    titles = {event.label for _, event in kept if event.kind in kinds}
    return [
        event for event in expected if event.kind not in kinds or any(_reads(event, title, spend) for title in titles)
    ], kept


def _reads(expected: Expected, title: str, spend: Spend) -> bool:
    return next(expected.text.match(title, NO_BINDINGS, (), spend), None) is not None


def _outcome(judged: _Judged, steps: Sequence[Step]) -> tuple[Outcome, str]:
    if not any(event.is_data for event in judged.events):
        return "inconclusive", NO_DATA
    deviating = [step for step in steps if step.kind != "fits"]
    if not deviating:
        return "conforms", ""
    end = len(judged.events)
    return ("prefix" if all(step.kind == "missing" and step.position == end for step in deviating) else "deviates"), ""


def _deviations(
    judged: _Judged, frontier: Frontier, steps: tuple[Step, ...], known: Bindings, final: Bindings
) -> Iterator[Deviation]:
    moved = pair_moved(frontier, judged.events, steps, known)
    found_again = {other: index for index, other in moved.items()}
    values = dict(known)
    here: Expected | None = None
    for index, step in enumerate(steps):
        if step.kind != "fits" and not _told_before(index, moved, found_again):
            partner = moved.get(index, found_again.get(index))
            bindings = dict(values)
            if step.kind == "different" and step.expected is not None:
                # It may differ because of what a hole is later: then that value belongs to the explanation.
                names = {hole.name for text in step.expected.patterns for hole in text.holes}
                bindings |= {name: final[name] for name in names & final.keys() - values.keys()}
            deviation = _deviation(judged, frontier, step, here, bindings)
            yield deviation if partner is None else _moved(judged, deviation, steps[partner])
        values.update(step.bound)
        if step.kind != "unexpected":
            here = step.expected


def _told_before(index: int, moved: dict[int, int], found_again: dict[int, int]) -> bool:
    """A moved event is one deviation, told where the first of its two ends lies."""
    partner = moved.get(index, found_again.get(index))
    return partner is not None and partner < index


def _deviation(judged: _Judged, frontier: Frontier, step: Step, here: Expected | None, values: Bindings) -> Deviation:
    number = judged.number(step.position)
    actual = None if step.kind == "missing" else judged.trace.events[number]
    if step.kind == "unexpected" or step.expected is None:
        last = judged.expected[-1].place if judged.expected else judged.expectation.place
        return Deviation(
            "unexpected",
            step.expected.place if step.expected else last,
            number,
            None,
            actual,
            section=here.section if here else "",
            frames=_frames_after(here),
            bindings=values,
        )
    kind: DeviationKind = "missing"
    place = step.expected.place
    if step.kind == "different":
        kind, place = "different", _differing_place(frontier, step.expected, judged.events[step.position], values)
    section, frames = step.expected.section, step.expected.frames
    return Deviation(kind, place, number, step.expected, actual, section, frames, values)


def _frames_after(here: Expected | None) -> tuple[str, ...]:
    """The frames that are open after an expected event."""
    if here is None:
        return ()
    return here.frames[:-1] if here.kind == "end" else here.frames


def _moved(judged: _Judged, deviation: Deviation, other: Step) -> Deviation:
    """Join a missing and an unexpected event that are equal."""
    if deviation.kind == "unexpected" and other.expected is not None:
        expected = other.expected
        return replace(
            deviation,
            kind="moved",
            place=expected.place,
            expected=expected,
            event=judged.number(other.position),
            actual_event=deviation.event,
            section=expected.section,
            frames=expected.frames,
        )
    found = judged.number(other.position)
    return replace(deviation, kind="moved", actual=judged.trace.events[found], actual_event=found)


def _differing_place(frontier: Frontier, expected: Expected, event: Event, values: Bindings) -> Place:
    """The line of the diagram that differs: that of the first note that does not fit, if the label does."""
    label = event.text if expected.kind == "note" else event.label
    pairs = [(expected.place, expected.text, label)]
    for note, actual in zip_longest(expected.notes, frontier.notes(expected, event)):
        if note is None or actual is None or actual.shape != note.shape:
            # Where a note is too many, the last line of the message is the nearest.
            place = note.place if note else expected.notes[-1].place if expected.notes else expected.place
            return frontier.first_misfit(pairs, values) or place
        pairs.append((note.place, note.text, actual.text))
    return frontier.first_misfit(pairs, values) or expected.place
