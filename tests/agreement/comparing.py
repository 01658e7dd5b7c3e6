"""One small case, judged twice: by the product and by brute force.

Lives here: what has to agree, and making a case smaller that does not. Must not live here: drawing cases (`cases`),
the brute force.
"""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from simulator.conformance.check import check
from simulator.conformance.evidence import confirm
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import Element, Else, Fragment, Message, Note, Section
from simulator.errors import DiagramError
from tests.agreement.cases import Case
from tests.conformance.brute_force import Answer, Bindings, TooLarge, judge

# Small cases should need far less; those that do not are counted, and told.
MOST_WORK = 20_000


class Stopped(Exception):
    """The product stopped at its work limit."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A case, and what is wrong with the verdict."""

    case: Case
    problem: str

    def __str__(self) -> str:
        """All of it, for people."""
        return f"{self.case}\n{self.problem}"


def disagreement(case: Case) -> Disagreement | None:
    """What the verdict says of a case that is not so; None: all is right. Raises `TooLarge`, `Stopped`."""
    expectation, trace = case.expectation, case.trace
    answer = judge(expectation, trace, case.order)
    try:
        verdict = check(expectation, trace, order=case.order, limit=MOST_WORK)
    except Exception:  # noqa: BLE001  # whatever goes wrong is to be shown with the case
        return Disagreement(case, traceback.format_exc())
    if verdict.cost is None:
        raise Stopped
    problem = _problem(verdict, answer) or confirm(expectation, trace, verdict, weak=case.order == "lifeline")
    return Disagreement(case, f"{problem}\nis:    {_told(verdict)}\nright: {answer}") if problem else None


def positions(verdict: Verdict) -> tuple[int, ...]:
    """Where the deviations of a verdict are, in order."""
    found = [at for each in verdict.deviations for at in (each.event, each.actual_event) if at is not None]
    return tuple(sorted(found))


def _problem(verdict: Verdict, answer: Answer) -> str:
    if verdict.outcome != answer.outcome:
        return "the outcome is wrong"
    if verdict.outcome == "inconclusive":
        return ""
    if verdict.cost != answer.cost or verdict.cost != sum(each.cost for each in verdict.deviations):
        return "the cost is wrong"
    if positions(verdict) != answer.positions:
        return "the deviations are elsewhere"
    if _bindings(verdict) not in answer.bindings:
        return "the bindings are none of the possible ones"
    # Without those that an `ignore` in a `neg` lets pass: they may be called unexpected as well.
    forbidden = sum(step.kind == "forbidden" and step.expected is not None for step in verdict.alignment)
    # Where only a part can be forbidden, other things may be told of another part.
    right = forbidden > 0 or answer.forbidden < answer.cost
    return "" if (right and forbidden <= answer.forbidden) or not answer.cost else "what is forbidden is wrong"


def _bindings(verdict: Verdict) -> Bindings:
    return frozenset(verdict.bindings.items())


def _told(verdict: Verdict) -> str:
    what = [f"{each.kind} {each.event}" for each in verdict.deviations]
    return f"{verdict.outcome} {verdict.cost} {what} {dict(verdict.bindings)} {verdict.reason}"


def shrink(found: Disagreement) -> Disagreement:
    """A smaller case that disagrees as well, of which every part is needed."""
    while smaller := next(filter(None, map(_still, _smaller(found.case))), None):
        found = smaller
    return found


def _still(case: Case) -> Disagreement | None:
    try:
        return disagreement(case)
    except (TooLarge, Stopped, DiagramError):
        return None


def _smaller(case: Case) -> Iterator[Case]:
    for at in range(len(case.events)):
        yield replace(case, events=case.events[:at] + case.events[at + 1 :])
    for body in _smaller_bodies(case.diagram.body):
        yield replace(case, diagram=replace(case.diagram, body=body))
    if case.order != "strict":
        yield replace(case, order="strict")
    for at, event in enumerate(case.events):
        for less in (changed(event, notes=()), changed(event, line="solid"), changed(event, label=event.label and "a")):
            if less != event:
                yield replace(case, events=(*case.events[:at], less, *case.events[at + 1 :]))


def _smaller_bodies(body: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    for at, element in enumerate(body):
        for less in _less(element):
            yield (*body[:at], *less, *body[at + 1 :])


def _less(element: Element) -> Iterator[tuple[Element, ...]]:
    yield ()
    match element:
        case Fragment(body=body):
            yield tuple(each for each in body if not isinstance(each, Else))
            elses = [at for at, each in enumerate(body) if isinstance(each, Else)]
            for first, last in zip([0, *(at + 1 for at in elses)], [*elses, len(body)], strict=True):
                yield body[first:last]
                yield (replace(element, body=body[first:last]),)
            for inner in _smaller_bodies(body):
                yield (replace(element, body=inner),)
            if element.label and element.operator != "group":
                yield (replace(element, label=""),)
        case Message():
            simple = Message(element.source, element.target, element.label)
            if element != simple:
                yield (simple,)
            if element.label not in {"a", "b"}:
                yield from ((replace(element, label=less),) for less in ("a", "${X}") if less != element.label)
        case Note(text=text) if text != "a":
            yield (replace(element, text="a"),)
        case Else(label=label) if label:
            yield (Else(),)
        case Section(title=title) if title != "s":
            yield (Section("s"),)
        case _:
            pass
