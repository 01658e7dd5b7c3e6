"""One operation judged by the rules for it.

Lives here: which rule speaks, and what it means that a rule expects no event. Must not live here: how events are
compared (`conformance.check`), where rules come from (`discovery.rules`).
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.campaign.system import Parts
from simulator.conformance.check import check
from simulator.conformance.verdict import Verdict
from simulator.discovery.rules import Meanings, Rule, bindings, chain, numbered
from simulator.events import Trace
from simulator.interaction.terms import Expectation

# By operation and facts.
Rules = Mapping[tuple[str, tuple[str, ...]], Sequence[Rule]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rule that allows what happened, else the nearest one, its parts, and its verdict."""

    rule: Rule
    parts: tuple[Rule, ...]
    verdict: Verdict


def judge(rules: Rules, operation: str, parts: Parts, trace: Trace) -> Judgement | None:
    """Judge the events of one operation; any of the rules may hold. None where a part has none."""
    nearest: Judgement | None = None
    values = bindings(meanings_of(parts))
    for rule, used in _candidates(rules, operation, parts):
        verdict = verdict_of(rule.expectation, trace, values)
        if verdict.conforms:
            return Judgement(rule, used, verdict)
        if nearest is None or verdict.bound < nearest.verdict.bound:
            nearest = Judgement(rule, used, verdict)
    return nearest


def meanings_of(parts: Parts) -> Meanings:
    """The meanings in all events of an operation, named as in the rule that holds for it."""
    single = [part.meanings for group in parts for part in group]
    return single[0] if len(single) == 1 else numbered(single)


def _candidates(rules: Rules, operation: str, parts: Parts) -> Iterator[tuple[Rule, tuple[Rule, ...]]]:
    """Every way to choose a rule for each part."""
    known = [rules.get((operation, part.facts), ()) for group in parts for part in group]
    for chosen in itertools.product(*known):
        if len(chosen) == 1:
            yield chosen[0], chosen
        else:
            following = iter(chosen)
            yield chain([[next(following) for _ in group] for group in parts]), chosen


def verdict_of(expectation: Expectation, trace: Trace, values: Mapping[str, str]) -> Verdict:
    """As `check`, but an operation that must do nothing and does nothing conforms.

    A trace without events is never taken for evidence (semantics.md 4 of the design) - of a whole run. Here it is known
    that an operation ran, and that its silence is what the diagram shows.
    """
    if any(event.is_data for event in trace.events) or any(event.kind in _DATA for event in expectation.events):
        return check(expectation, trace, bindings=values)
    return Verdict(expectation.name, trace.name, "conforms", 0, 0, len(expectation.events), len(trace.events))


_DATA = ("message", "note")
