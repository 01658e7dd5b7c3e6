"""One operation judged by the rules for it.

Lives here: which rule speaks, and what it means that a rule expects no event. Must not live here: how events are
compared (`conformance.check`), where rules come from (`discovery.rules`), when two runs are one (`shape`).

Law: what is remembered never changes which events are allowed.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.campaign.exercising import Ways, ways
from simulator.campaign.shape import Shape
from simulator.campaign.system import Parts
from simulator.campaign.worded import Worded
from simulator.conformance.check import check
from simulator.conformance.verdict import Verdict
from simulator.discovery.chains import Shares, chain, numbered
from simulator.discovery.rules import Meanings, Rule, bindings
from simulator.events import Event, Trace
from simulator.interaction.terms import Expectation

Facts = tuple[str, ...]

# So many runs that hold are remembered: more are not alike, and remembering does not pay.
_MOST = 50_000


_NO_WAYS = Ways()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rule that allows what happened, else the nearest one, its parts, and its verdict; ways: through the parts.

    The verdict of a rule that holds may be that on an earlier run, alike but for the values in it.
    """

    rule: Rule
    parts: tuple[Rule, ...]
    verdict: Verdict
    ways: Ways = _NO_WAYS


class Rules:
    """All rules of a campaign, by operation and facts, and the runs that they allowed until now."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[tuple[str, Facts], list[Rule]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.operation, rule.facts].append(rule)
        self._held: dict[object, Judgement] = {}

    def __reduce__(self) -> tuple[type["Rules"], tuple[Sequence[Rule]]]:
        """To another process go the rules alone."""
        return Rules, (tuple(itertools.chain(*self._rules.values())),)

    def forgetful(self) -> "Rules":
        """The same rules, which allowed nothing yet: their verdict is on the very run."""
        return Rules(itertools.chain(*self._rules.values()))

    def __contains__(self, due: tuple[str, Facts]) -> bool:
        """Whether there is a rule for this operation and these facts."""
        return due in self._rules

    def judge(self, operation: str, parts: Parts, events: Sequence[Event]) -> Judgement | None:
        """Judge the events of one operation; any of the rules may hold. None where a part has none."""
        if any((operation, part.facts) not in self._rules for group in parts for part in group):
            return None
        # Mostly it is known before there are words.
        told = events.key(parts) if isinstance(events, Worded) else None
        held = None if told is None else self._held.get((operation, told))
        if held is not None:
            return held
        shape = Shape.of(parts, tuple(events))
        key = (operation, shape.key)
        judgement = self._held.get(key) or self._judge(operation, parts, Trace(operation, shape.events))
        if judgement and judgement.verdict.conforms and (key in self._held or self._is_sure(judgement, shape)):
            self._held[key] = judgement
            if told is not None:
                self._held[operation, told] = judgement
        return judgement

    def _is_sure(self, judgement: Judgement, shape: Shape) -> bool:
        """Whether a judgement that a rule holds is that on all runs of the shape: no earlier rule may hold for some."""
        if shape.key is None or len(self._held) >= _MOST:
            return False
        firsts = (self._rules[rule.operation, rule.facts][0] for rule in judgement.parts)
        first = all(rule is each for rule, each in zip(judgement.parts, firsts, strict=True))
        return not shape.signs or (first and shape.explained(judgement.rule.expectation, judgement.verdict))

    def _judge(self, operation: str, parts: Parts, trace: Trace) -> Judgement | None:
        nearest: Judgement | None = None
        values = bindings(meanings_of(parts))
        for rule, groups in self._candidates(operation, parts):
            verdict = verdict_of(rule.expectation, trace, values)
            used = tuple(itertools.chain(*groups))
            if verdict.conforms:
                return Judgement(rule, used, verdict, ways(rule.expectation, verdict, groups, _shares(parts)))
            if nearest is None or verdict.bound < nearest.verdict.bound:
                nearest = Judgement(rule, used, verdict)
        return nearest

    def _candidates(self, operation: str, parts: Parts) -> Iterator[tuple[Rule, Sequence[Sequence[Rule]]]]:
        """Every way to choose a rule for each part."""
        known = [self._rules.get((operation, part.facts), ()) for group in parts for part in group]
        for chosen in itertools.product(*known):
            following = iter(chosen)
            groups = [[next(following) for _ in group] for group in parts]
            yield chosen[0] if len(chosen) == 1 else chain(groups, _shares(parts)), groups


def _shares(parts: Parts) -> Shares:
    return [group[0].shares for group in parts]


def meanings_of(parts: Parts) -> Meanings:
    """The meanings in all events of an operation, named as in the rule that holds for it."""
    single = [part.meanings for group in parts for part in group]
    return single[0] if len(single) == 1 else numbered(single)


def verdict_of(expectation: Expectation, trace: Trace, values: Mapping[str, str]) -> Verdict:
    """As `check`, but an operation that may do nothing and does nothing conforms.

    A trace without events is never taken for evidence (semantics.md 4 of the design) - of a whole run. Here it is known
    that an operation ran, and that its silence is what the diagram shows.
    """
    verdict = check(expectation, trace, bindings=values)
    silent = verdict.outcome == "inconclusive" and verdict.cost == 0
    return replace(verdict, outcome="conforms", reason="") if silent else verdict
