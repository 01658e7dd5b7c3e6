"""Judge traces by diagrams.

Lives here: `Judge`, which knows one diagram and judges one trace after the other, and which of the four outcomes it
is. Pure. Must not live here: which marks are compared (`selection`), the step rules (`frontier`), the search
(`alignment`), wording (`report.text`).

Laws: what a judge learnt from one trace never changes its verdict on another. Deviations are results.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Literal

from simulator.conformance.alignment import Search
from simulator.conformance.deviations import Told, deviations
from simulator.conformance.filters import Names
from simulator.conformance.fitting import TOO_MANY_READINGS, Budget, Fitting, WorkLimitReached
from simulator.conformance.found import Found
from simulator.conformance.horizon import horizon
from simulator.conformance.known import refuse_unknown
from simulator.conformance.moves import Moves, original
from simulator.conformance.residual import Residual
from simulator.conformance.selection import Compared, LeftOut, Marks, nothing, select
from simulator.conformance.steps import Made, Steps, steps_of
from simulator.conformance.unfolding import unfold
from simulator.conformance.variants import Variants
from simulator.conformance.verdict import Deviation, Outcome, Step, Value, Verdict
from simulator.events import Trace
from simulator.interaction.holes import Bindings
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Expectation, Expected, Loop, Term, parts

Order = Literal["strict", "lifeline"]

# Nodes and moves looked at before the search gives up, beyond those that a straight walk needs; some seconds of work.
WORK_LIMIT = 200_000

# Steps of reading texts with holes before it is given up: some seconds at most, beyond reading each text a few times.
MATCHING_LIMIT = 60_000
MATCHING_PER_EVENT = 200

TOO_FAR = "another diagram is nearer"
TOO_DEEP = "too many iterations are under way at once"
NO_RUN = "the diagram allows no run at all"
NO_DATA = "the trace holds no message and no data note"


def check(
    expectation: Expectation,
    trace: Trace,
    *,
    sections: Marks = "strict",
    frames: Marks = "strict",
    order: Order = "strict",
    bindings: Bindings | None = None,
    left_out: LeftOut = nothing,
    limit: int | None = None,
) -> Verdict:
    """Judge `trace` by `expectation` (semantics.md 4 of the design).

    sections, frames: how the marks of that kind are compared: `strict`, `auto` or `ignore` (semantics.md 1).
    order: `lifeline`: events are in order only where they share a lifeline (UML 2.5.1, 17.6.3, weak sequencing).
    bindings: values of holes known beforehand; such a hole reads exactly its value, whatever letters that has.
    left_out: which events count nowhere, of the trace and of the diagram.
    limit: how many nodes the search may expand before the verdict is `inconclusive`; by default enough for long traces.
    Deviations are results. Raises `DiagramError` for a `ref` to what is not known.
    """
    judge = Judge(expectation, sections=sections, frames=frames, order=order, left_out=left_out, bindings=bindings)
    return judge.verdict(trace, limit)


def nearest(judges: "Sequence[Judge]", trace: Trace) -> "tuple[Verdict, Judge]":
    """Judge by several diagrams, at least one: by the first that allows the trace, else by the one it is nearest to."""
    if len(judges) == 1:
        return judges[0].verdict(trace), judges[0]
    for judge in judges:
        if judge.allows(trace):
            return judge.verdict(trace), judge
    verdict, nearest_ = judges[0].verdict(trace), judges[0]
    for judge in judges[1:]:
        most = inf if verdict.cost is None else verdict.cost - 1
        another = judge.verdict(trace, most=most)
        if another.cost is not None and (verdict.cost is None or another.cost < verdict.cost):
            verdict, nearest_ = another, judge
    return verdict, nearest_


class Judge:
    """Judges traces by one diagram; parameters as `check`."""

    def __init__(
        self,
        expectation: Expectation,
        *,
        sections: Marks = "strict",
        frames: Marks = "strict",
        order: Order = "strict",
        left_out: LeftOut = nothing,
        bindings: Bindings | None = None,
    ) -> None:
        refuse_unknown(expectation)
        self.expectation = expectation
        self._marks = (sections, frames)
        self._weak = order == "lifeline"
        self._left_out = left_out
        self._known = {name: fold(value) for name, value in (bindings or {}).items()}
        self._budget = Budget(TOO_MANY_READINGS)
        self._fitting = Fitting(expectation.data_notes, self._budget.spend)
        # By the expected events that are left out: marks may depend on the trace.
        self._prepared: dict[frozenset[int], tuple[Moves, Residual]] = {}
        self._fullest = _fullest(expectation.term)
        self._variants = Variants(
            expectation,
            self._fitting,
            usable=left_out is nothing and not self._known,
            marked=sections == "strict" == frames,
        )

    def verdict(self, trace: Trace, limit: int | None = None, most: float = inf) -> Verdict:
        """Judge one trace; most: where it would cost more the verdict is `inconclusive`, and that is found out soon."""
        size = len(self.expectation.events) + len(trace.events)
        self._budget.refill(MATCHING_LIMIT + MATCHING_PER_EVENT * size)
        try:
            shape = self._variants.shape(trace.events)
            found = self._variants.get(shape, trace.events)
            if found is not None:
                return self._told(trace, range(len(trace.events)), found)
            compared = select(self.expectation, trace, *self._marks, self._left_out, self._fitting)
            found = self._search(compared, WORK_LIMIT + size if limit is None else limit, most)
            if found.made is not None:
                self._variants.keep(shape, found)
            return self._told(trace, compared.numbers, found)
        except (WorkLimitReached, RecursionError) as reached:
            # Iterations that overlap stand one in the other: Python's calls are only so deep.
            reason = str(reached) if isinstance(reached, WorkLimitReached) else TOO_DEEP
            stopped = Found("inconclusive", reason, None, 0, (), self._known, 0, len(trace.events))
            return self._told(trace, (), stopped)

    def _search(self, compared: Compared, limit: int, most: float) -> Found:
        moves, start = self._begin(compared)
        moves.restart(self._known)
        search = Search(moves, compared.events, limit)
        found = search.run(start, "nowhere")
        outcome: Outcome = "conforms"
        if found.made is None and not found.stopped:
            if most < 1:
                return Found("inconclusive", TOO_FAR, None, 1, (), self._known, 0, len(compared.events))
            ahead = horizon(moves, start, compared.events, search.codes)
            outcome = "prefix"
            if found.reached_end:
                # Beyond that only what cannot end goes on: an end needs no more than every part of the diagram once.
                far = (len(compared.events) + 1) * (self._fullest + 1)
                found = search.run(start, "at the end", ahead, min(most, far))
                if found.stopped and found.cost > far:
                    found = replace(found, stopped=False)
            if found.made is None and not found.stopped:
                outcome, found = "deviates", search.run(start, "anywhere", ahead, most)
        reason = ""
        if found.made is None:
            stopped = TOO_FAR if found.cost > most else f"stopped after {limit} steps of the search"
            outcome, reason = "inconclusive", stopped if found.stopped else NO_RUN
        elif not any(event.is_data for event in compared.events):
            outcome, reason = "inconclusive", NO_DATA
        shortest = int(start.needs) if start.needs < inf else 0
        made = found.made
        bindings = _bindings(made or (), self._known, moves.fresh)
        given = None if made is None else lambda: made
        told = self._deviations(compared, made, moves.fresh) if made and found.cost else ()
        return Found(outcome, reason, given, found.cost, told, bindings, shortest, len(compared.events))

    def _told(self, trace: Trace, numbers: Sequence[int], found: Found) -> Verdict:
        steps: Callable[[], tuple[Step, ...]] = tuple
        if found.made:
            steps = Steps(found.made, self._known, numbers, len(trace.events))
        return Verdict(
            diagram=self.expectation.name,
            trace=trace.name,
            outcome=found.outcome,
            cost=None if found.made is None else found.cost,
            bound=found.cost,
            expected=found.shortest,
            actual=found.actual,
            reason=found.reason,
            bindings=found.bindings,
            deviations=found.deviations,
            steps=steps,
        )

    def _deviations(self, compared: Compared, made: Sequence[Made], fresh: Names) -> tuple[Deviation, ...]:
        last = compared.expected[-1].place if compared.expected else self.expectation.place
        events, numbers = compared.events, compared.numbers
        told = Told(self._fitting, compared.trace.events, events, numbers, last, self._known, fresh)
        return tuple(deviations(told, steps_of(made, self._known)))

    def violated(self, trace: Trace, made: Sequence[Made]) -> Verdict:
        """The verdict on a run that deviates by its last step only, and was not judged further (`monitor`)."""
        self._budget.refill(MATCHING_LIMIT + MATCHING_PER_EVENT * len(made))
        compared = select(self.expectation, trace, *self._marks, self._left_out, self._fitting)
        moves, start = self._begin(compared)
        told, bindings = self._deviations(compared, made, moves.fresh), _bindings(made, self._known, moves.fresh)
        sizes = int(start.needs), len(compared.events)
        return self._told(trace, compared.numbers, Found("deviates", "", lambda: made, 1, told, bindings, *sizes))

    def allows(self, trace: Trace) -> bool:
        """Whether the diagram allows the trace; sooner known than why it does not."""
        return self.verdict(trace, most=0).conforms

    def _begin(self, compared: Compared) -> tuple[Moves, Residual]:
        key = frozenset(map(id, compared.expected))
        if key not in self._prepared:
            unfolded = unfold(self.expectation, lambda event: id(event) in key, frozenset(self._known), weak=self._weak)
            self._prepared[key] = (Moves(self.expectation, unfolded, self._fitting), unfolded.start)
        return self._prepared[key]


def _fullest(term: Term) -> int:
    """How many events a run has that goes through every part once, and through loops as often as it must."""
    count = 0
    stack = [(term, 1)]
    while stack:
        term, times = stack.pop()
        count += times if isinstance(term, Expected) else 0
        times *= max(term.least, 1) if isinstance(term, Loop) else 1
        stack += [(part, times) for part in parts(term)]
    return count


def _bindings(made: Sequence[Made], known: Bindings, fresh: Names) -> dict[str, Value]:
    """The value of each hole; of one that is new in each iteration those of all iterations."""
    values: dict[str, Value] = dict(known)
    for each in made:
        for name, value in each.added.items():
            written = original(name)
            before = values.get(written, ())
            values[written] = (*before, value) if written in fresh and isinstance(before, tuple) else value
    return values
