"""Judging a run while it happens, one event at a time.

Lives here: `Monitor`, which knows at each point what is still possible. Pure. Must not live here: the step rules
(`frontier`), what an event does (`moves`), whether an end is in reach (`endings`), the verdict on a whole run
(`check`), wording (`report`).

All ways to read the run so far are kept, as states of a search that never deviates; equal ones are one.

Laws: the first violated event is the first with which no allowed run begins. Of a whole run, the state says what the
verdict of `check` says: `complete` where it conforms, `possible` where it is a prefix, `violated` where it deviates.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from simulator.conformance.check import MATCHING_LIMIT, MATCHING_PER_EVENT, NO_RUN, TOO_DEEP, WORK_LIMIT, Judge, Order
from simulator.conformance.endings import Endings
from simulator.conformance.fitting import TOO_MANY_READINGS, Budget, Fitting, WorkLimitReached
from simulator.conformance.likeness import folded, may_differ
from simulator.conformance.moves import Bound, Move, Moves, original
from simulator.conformance.residual import Residual, names_of
from simulator.conformance.selection import FRAMES, SECTIONS, LeftOut, counts, nothing, select
from simulator.conformance.steps import Made
from simulator.conformance.unfolding import unfold
from simulator.conformance.verdict import StepKind, Verdict
from simulator.events import Event, Trace
from simulator.interaction.holes import Bindings
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Combined, Expectation, Expected, walk

State = Literal["possible", "complete", "violated", "inconclusive"]
Marks = Literal["strict", "ignore"]

# States that each event may cost, on top of those that all of a run may.
STATES_PER_EVENT = 100

# Steps of looking for an end from one state, beyond those that a diagram of that length may need.
STEPS_TO_AN_END = 1_000

_PREFERENCE: Mapping[StepKind, int] = {"forbidden": 0, "different": 1, "unexpected": 2}

TOO_MANY_STATES = "the run can be read in too many ways"


class _Way(NamedTuple):
    """One way to read the run so far: the values of holes, the last step, and the way until then."""

    values: Bindings
    made: Made | None = None
    before: "_Way | None" = None


def as_it_is(event: Event) -> Event:
    """See an event as it was recorded."""
    return event


class Monitor:
    """Judges one run by one diagram, event by event.

    expectation, order, bindings, left_out: as for `check`. sections, frames: whether these marks are compared; which of
    them occur is not known while a run goes on, so there is no `auto`. seen: the event as diagrams name it.
    limit: how many states may be looked at, beside `STATES_PER_EVENT` for each event. Raises `DiagramError` as `check`.

    state: `possible` (some allowed run begins so), `complete` (this is one, and another may go on), `violated`, or
    `inconclusive`: a work limit was reached, or the diagram allows no run at all. The last two are for good.
    reason: why it is `inconclusive`, else empty. events: all that were observed.
    violation: the verdict on the run until it was violated, whose only deviation is the event that did; None before.
    """

    def __init__(
        self,
        expectation: Expectation,
        *,
        sections: Marks = "strict",
        frames: Marks = "strict",
        order: Order = "strict",
        bindings: Bindings | None = None,
        left_out: LeftOut = nothing,
        seen: Callable[[Event], Event] = as_it_is,
        limit: int = WORK_LIMIT,
    ) -> None:
        self._judge = Judge(
            expectation, sections=sections, frames=frames, order=order, left_out=left_out, bindings=bindings
        )
        self.expectation = expectation
        self.events: list[Event] = []
        self.state: State = "possible"
        self.reason = ""
        self.violation: Verdict | None = None
        self._left_out = left_out
        self._seen = seen
        self._skipped = (*(SECTIONS if sections == "ignore" else ()), *(FRAMES if frames == "ignore" else ()))
        self._readings, self._work = Budget(TOO_MANY_READINGS), Budget(TOO_MANY_STATES)
        self._readings.refill(MATCHING_LIMIT + MATCHING_PER_EVENT * len(expectation.events))
        self._work.refill(limit + len(expectation.events))
        fitting = Fitting(expectation.data_notes, self._readings.spend)
        expected = select(expectation, Trace("", ()), sections, frames, left_out, fitting).expected
        known = {name: fold(value) for name, value in (bindings or {}).items()}
        kept = frozenset(map(id, expected))
        unfolded = unfold(expectation, lambda event: id(event) in kept, frozenset(known), weak=order == "lifeline")
        self._moves = Moves(expectation, unfolded, fitting)
        self._moves.restart(known)
        steps = STEPS_TO_AN_END + 10 * len(expectation.events)
        self._endings = Endings(self._moves, _guarded(expectation), steps)
        self._compared = 0
        self._states: dict[tuple[Residual, Bound], _Way] = {}
        self._begin((unfolded.start, self._moves.start), _Way(known))

    def observe(self, event: Event) -> State:
        """Take the next event; the state after it."""
        event = self._seen(event)
        self.events.append(event)
        counted = event.kind not in self._skipped and counts(self.expectation, event, self._left_out)
        if counted and self.state in {"possible", "complete"}:
            self._readings.add(MATCHING_PER_EVENT)
            self._work.add(STATES_PER_EVENT)
            try:
                self._go(folded(event))
                self._compared += 1
            except (WorkLimitReached, RecursionError) as reached:
                self.state = "inconclusive"
                self.reason = str(reached) if isinstance(reached, WorkLimitReached) else TOO_DEEP
        return self.state

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What may come next, with the values that holes have by now; once violated, what could have come instead.

        In the order of the diagram for each way to read the run; each once. Empty where the state is `inconclusive`.
        """
        if self.state == "inconclusive":
            return ()
        return tuple(dict.fromkeys(self._expected()))

    def verdict(self, name: str = "") -> Verdict:
        """What `check` says of all events so far, as a trace of this name."""
        return self._judge.verdict(Trace(name, tuple(self.events)))

    def _begin(self, start: tuple[Residual, Bound], way: _Way) -> None:
        try:
            if self._endings.in_reach(*start, way.values):
                self._stand({start: way})
            else:
                self.state, self.reason = "inconclusive", NO_RUN
        except WorkLimitReached as reached:
            self.state, self.reason = "inconclusive", str(reached)

    def _stand(self, states: dict[tuple[Residual, Bound], _Way]) -> None:
        self._states = states
        self.state = "complete" if any(self._moves.may_end(*state) for state in states) else "possible"

    def _go(self, event: Event) -> None:
        code = self._moves.code(event)
        reached: dict[tuple[Residual, Bound], _Way] = {}
        for (residual, bound), way in self._states.items():
            for move in self._moves.of(residual):
                if move.option.forbidden or (move.code is not None and move.code != code):
                    continue
                for added, after in self._moves.fits(move, event, bound):
                    state, values = (move.option.after, after), _values(way.values, move, added)
                    if state not in reached and self._endings.in_reach(*state, values):
                        self._work.spend(1)
                        kind: StepKind = "fits" if move.expected is not None else "ignored"
                        reached[state] = _Way(values, Made(kind, self._compared, move, added), way)
        if reached:
            self._stand(reached)
        else:
            self.violation = self._violation(event)
            self.state = "violated"

    def _violation(self, event: Event) -> Verdict:
        """How the event deviates: as a forbidden one, as a different one, or it was not expected at all."""
        # What can be said of it must not depend on what is left of the budget.
        self._readings.add(MATCHING_LIMIT)
        ahead = list(self._ahead())
        ways = [(way, made) for way, move, bound in ahead for made in self._deviating(event, move, bound)]
        ways.append((next(iter(self._states.values())), Made("unexpected", self._compared, None, {})))
        way, last = min(ways, key=lambda each: _PREFERENCE[each[1].kind])
        if last.kind == "unexpected":
            possible = (move for _, move, _ in ahead if move.expected is not None and not move.option.forbidden)
            last = last._replace(instead=tuple(dict.fromkeys(possible)))
        return self._judge.violated(Trace("", tuple(self.events)), (*_steps(way), last))

    def _deviating(self, event: Event, move: Move, bound: Bound) -> Iterator[Made]:
        """How an event that does not fit may be read where a move was possible."""
        if move.option.forbidden:
            for added, _ in self._moves.fits(move, event, bound):
                yield Made("forbidden", self._compared, move, added)
                return
        elif move.expected is not None:
            if may_differ(move.expected, event):
                yield Made("different", self._compared, move, {})
            yield Made("unexpected", self._compared, move, {})

    def _ahead(self) -> Iterator[tuple[_Way, Move, Bound]]:
        """Every move that may come next without a deviation, as far as is known in time, or is forbidden."""
        in_time = True
        for (residual, bound), way in self._states.items():
            for move in self._moves.of(residual):
                after = self._moves.passed(move, bound)
                if after is None:
                    continue
                try:
                    known = move.option.forbidden or not in_time
                    if known or self._endings.in_reach(move.option.after, after, way.values):
                        yield way, move, bound
                except WorkLimitReached:
                    in_time = False
                    yield way, move, bound

    def _expected(self) -> Iterator[Expected]:
        for way, move, _ in self._ahead():
            if move.expected is not None and not move.option.forbidden:
                names = [name for name in move.names if name in way.values and name not in move.option.resets]
                yield _filled(move.expected, {original(name): way.values[name] for name in names})


def _guarded(expectation: Expectation) -> frozenset[str]:
    """The holes that guards compare."""
    operands = (each for term in walk(expectation.term) if isinstance(term, Combined) for each in term.operands)
    comparisons = (each.guard.comparison for each in operands)
    return frozenset(name for each in comparisons if each is not None for name in names_of(each))


def _steps(way: _Way) -> list[Made]:
    """The steps of a way, from the first on."""
    made = []
    while way.made is not None and way.before is not None:
        made.append(way.made)
        way = way.before
    return made[::-1]


def _values(before: Bindings, move: Move, added: Bindings) -> Bindings:
    """The values of holes after a move."""
    if not added and not move.option.resets:
        return before
    return {**{name: value for name, value in before.items() if name not in move.option.resets}, **added}


def _filled(expected: Expected, values: Bindings) -> Expected:
    """The event of the diagram with the values that its holes have."""
    if not values:
        return expected
    notes = tuple(replace(note, text=note.text.bound(values)) for note in expected.notes)
    return replace(expected, text=expected.text.bound(values), notes=notes)
