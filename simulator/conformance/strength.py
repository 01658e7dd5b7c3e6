"""How much a diagram would notice: the mutants of a run that it allows, judged again.

Lives here: `strength`, and why a mutant that is allowed is (`Survivor`). Pure. Must not live here: how mutants are made
(`mutants`), wording (`report.strength`).

Law: a diagram drawn from a run notices every mutant, but for another value of a hole that occurs once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from simulator.conformance.check import NO_DATA, TOO_FAR, Judge
from simulator.conformance.fitting import Fitting
from simulator.conformance.mutants import Change, Mutant, mutants
from simulator.conformance.verdict import Step
from simulator.errors import Place
from simulator.events import Event, Trace
from simulator.interaction.holes import Hole
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Expectation,
    Expected,
    Ignore,
    Loop,
    Option,
    Parallel,
    Term,
    Weak,
    parts,
    walk,
)

Cause = Literal[
    "loop", "opt", "break", "alt", "par", "any order", "seq", "lifeline", "ignore", "consider",
    "any", "once", "run", "direction", "left out", "else",
]  # fmt: skip
"""Why a change is not noticed: an operator; the order of lifelines only; messages of `ignore` and `consider`; a hole
that takes any text, that occurs once, or once in this run; a message without direction; what is not compared."""

_OPERATORS: Mapping[type[Combined], Cause] = {
    Loop: "loop",
    Option: "opt",
    Break: "break",
    Alternatives: "alt",
    Parallel: "par",
    AnyOrder: "any order",
    Weak: "seq",
    Ignore: "ignore",
    Consider: "consider",
}
_NOT_TOLD = (NO_DATA, TOO_FAR)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that the diagram allows.

    change, event: as in `Mutant`. cause, place: why, and where the diagram says so. hole: as the diagram writes it,
    where one is the cause. expected: what the event is in the diagram; None where it is ignored or left out.
    """

    change: Change
    event: int
    cause: Cause
    place: Place
    hole: str = ""
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Strength:
    """What a diagram notices of the mutants of one run.

    mutants: how many were judged; rejected: how many of them it does not allow; undecided: how many a work limit left
    open. events: how many of the events of the run were changed; of: how many there are.
    survivors: those that it allows, in the order of the run.
    """

    mutants: int
    rejected: int
    undecided: int
    events: int
    of: int
    survivors: tuple[Survivor, ...] = ()

    @property
    def share(self) -> float:
        """The share rejected of those decided; 1 where none was."""
        decided = self.mutants - self.undecided
        return self.rejected / decided if decided else 1.0


def gaps(survivors: Iterable[Survivor]) -> list[tuple[Survivor, ...]]:
    """Those with one cause at one place together: the most first, values that occur once last of all."""

    def key(each: Survivor) -> tuple[str, int, int, str, str]:
        return (each.place.file, each.place.line, each.place.column, each.cause, each.hole)

    together = [tuple(each) for _, each in groupby(sorted(survivors, key=lambda each: (key(each), each.event)), key)]
    return sorted(together, key=lambda each: (each[0].cause in {"once", "run"}, -len(each)))


def strength(
    judge: Judge,
    trace: Trace,
    numbers: Collection[int] | None = None,
    tell: Callable[[int], object] = lambda _: None,
) -> Strength | None:
    """Judge the mutants of a run again; None where the diagram does not allow the run itself.

    numbers: of the events to change; None: all. tell: is told before each of them how many are done.
    """
    verdict = judge.verdict(trace)
    if not verdict.conforms:
        return None
    steps = {step.position: step for step in verdict.alignment}
    reasons = _Reasons(judge.expectation, trace.events, steps)
    shapes, fitting = judge.expectation.data_notes, Fitting(judge.expectation.data_notes)
    made = rejected = undecided = 0
    survivors = []
    chosen = range(len(trace.events)) if numbers is None else sorted(numbers)
    for done, number in enumerate(chosen):
        tell(done)
        for mutant in mutants(trace.events, number, steps.get(number), shapes, fitting.twin_of):
            made += 1
            again = judge.verdict(Trace(trace.name, mutant.of(trace.events)), most=0)
            if again.conforms:
                survivors.append(reasons.survivor(mutant, {step.position: step for step in again.alignment}))
            elif again.outcome == "inconclusive" and again.reason not in _NOT_TOLD:
                undecided += 1
            else:
                rejected += 1
    return Strength(made, rejected, undecided, len(chosen), len(trace.events), tuple(survivors))


class _Reasons:
    """Why the changes of one run are not noticed. steps: by event, what it is in the diagram."""

    def __init__(self, expectation: Expectation, events: tuple[Event, ...], steps: Mapping[int, Step]) -> None:
        self._expectation = expectation
        self._events = events
        self._steps = steps
        self._parents: dict[int, Term] = {}
        for term in walk(expectation.term):
            for part in parts(term):
                self._parents.setdefault(id(part), term)

    def survivor(self, mutant: Mutant, after: Mapping[int, Step]) -> Survivor:
        """Say why; after: by event, what the mutant is in the diagram."""
        old = [self._steps.get(mutant.event + each) for each in range(mutant.taken)]
        new = [after.get(mutant.event + each) for each in range(len(mutant.put))]
        first = old[0].expected if old[0] else None
        compared = [step for step in (*old, *new) if step is not None]
        if None in old or None in new:
            return Survivor(mutant.change, mutant.event, "left out", self._near(mutant.event))
        if any(step.kind == "ignored" for step in compared):
            return Survivor(mutant.change, mutant.event, *self._filter(mutant.event), "", first)
        if len(old) == len(new) and all(_same(one, two) for one, two in zip(old, new, strict=True)):
            pairs = [(one, two) for one, two in zip(old, new, strict=True) if one and two]
            return self._by_text(mutant, pairs)
        expected = [step.expected for step in compared if step.expected is not None]
        return Survivor(mutant.change, mutant.event, *self._operator(mutant.change, expected), "", first)

    def _by_text(self, mutant: Mutant, pairs: list[tuple[Step, Step]]) -> Survivor:
        """The same events of the diagram allow it: for another value, or in either direction."""
        found = [
            (step.expected, hole, place)
            for step, other in pairs
            if step.expected is not None
            for hole, place in _holes(step.expected)
            if step.values.get(hole.name) != other.values.get(hole.name)
        ]
        own = [each for each in found if mutant.hole is None or each[1].name == mutant.hole.name] or found
        if not own:
            expected = pairs[0][0].expected
            place = expected.place if expected else self._near(mutant.event)
            both = expected is not None and expected.both
            return Survivor(mutant.change, mutant.event, "direction" if both else "else", place, "", expected)
        expected, hole, place = next((each for each in own if each[1].type == "any"), own[0])
        names = [other.name for each in self._expectation.events for text in each.patterns for other in text.holes]
        once: Cause = "once" if names.count(hole.name) == 1 else "run"
        cause: Cause = "any" if hole.type == "any" else once
        return Survivor(mutant.change, mutant.event, cause, place, str(hole), expected)

    def _operator(self, change: Change, expected: list[Expected]) -> tuple[Cause, Place]:
        """The innermost operator that makes room for the change."""
        around = [list(self._around(each)) for each in expected]
        common = [each for each in around[0] if all(each in others for others in around[1:])]
        every = [each for others in around for each in others]
        match change:
            case "dropped":
                found = [each for each in every if _skippable(each)]
            case "doubled":
                found = [each for each in every if isinstance(each, Loop)]
            case "swapped":
                found = [each for each in common if isinstance(each, Parallel | AnyOrder | Weak | Loop)]
                if not found and expected[0] is expected[3] and expected[1] is expected[2]:
                    return "lifeline", expected[0].place
            case _:
                found = [each for each in common if isinstance(each, Alternatives | Parallel | AnyOrder | Weak | Loop)]
        for operator in found or [each for each in every if type(each) in _OPERATORS]:
            return _OPERATORS[type(operator)], operator.place
        return "else", expected[0].place

    def _around(self, term: Term) -> Iterator[Combined]:
        """The operators around an event, the innermost first."""
        while (above := self._parents.get(id(term))) is not None:
            if isinstance(above, Combined):
                yield above
            term = above

    def _filter(self, number: int) -> tuple[Cause, Place]:
        """The `ignore` or `consider` that stands around what is next to an event, else the first there is."""
        near = [self._steps[each].expected for each in (number - 1, number, number + 1) if each in self._steps]
        operators = [each for expected in near if expected is not None for each in self._around(expected)]
        operators += [each for each in walk(self._expectation.term) if isinstance(each, Combined)]
        operator = next(each for each in operators if isinstance(each, Ignore | Consider))
        return _OPERATORS[type(operator)], operator.place

    def _near(self, number: int) -> Place:
        """Where the diagram is at this event of the run."""
        before = (self._steps[each].expected for each in range(number, -1, -1) if each in self._steps)
        return next((expected.place for expected in before if expected is not None), self._expectation.place)


def _same(one: Step | None, two: Step | None) -> bool:
    return one is not None and two is not None and one.expected is two.expected


def _holes(expected: Expected) -> Iterator[tuple[Hole, Place]]:
    """The holes of an event, each with the place of its text."""
    yield from ((hole, expected.place) for hole in expected.text.holes)
    for note in expected.notes:
        yield from ((hole, note.place) for hole in note.text.holes)


def _skippable(operator: Combined) -> bool:
    """Whether it can do without what stands in it."""
    if isinstance(operator, Alternatives):
        return any(not any(isinstance(each, Expected) for each in walk(part.body)) for part in operator.operands)
    return isinstance(operator, Loop | Option | Break)
