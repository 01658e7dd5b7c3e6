"""One operation judged by the rules for it.

Lives here: which rule speaks, and what it means that a rule expects no event. Must not live here: how events are
compared (`conformance.check`), where rules come from (`discovery.rules`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.conformance.check import check
from simulator.conformance.verdict import Verdict
from simulator.discovery.rules import Meanings, Rule, bindings
from simulator.events import Trace
from simulator.interaction.terms import Expectation


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rule that allows what happened, else the nearest one, and its verdict."""

    rule: Rule
    verdict: Verdict


def judge(rules: Sequence[Rule], trace: Trace, meanings: Meanings) -> Judgement | None:
    """Judge the events of one operation; any of the rules may hold. None where there is no rule."""
    nearest: Judgement | None = None
    for rule in rules:
        verdict = verdict_of(rule.expectation, trace, bindings(meanings))
        if verdict.conforms:
            return Judgement(rule, verdict)
        if nearest is None or verdict.bound < nearest.verdict.bound:
            nearest = Judgement(rule, verdict)
    return nearest


def verdict_of(expectation: Expectation, trace: Trace, values: Mapping[str, str]) -> Verdict:
    """As `check`, but an operation that must do nothing and does nothing conforms.

    A trace without events is never taken for evidence (semantics.md 4 of the design) - of a whole run. Here it is known
    that an operation ran, and that its silence is what the diagram shows.
    """
    if any(event.is_data for event in trace.events) or any(event.kind in _DATA for event in expectation.events):
        return check(expectation, trace, bindings=values)
    return Verdict(expectation.name, trace.name, "conforms", 0, 0, len(expectation.events), len(trace.events))


_DATA = ("message", "note")
