"""Diagrams that contradict each other: no run of an operation is allowed by both.

Lives here: which rules contradict each other, and where. Pure. Must not live here: the runs of a rule
(`discovery.words`), how a contradiction is told (`report`).

What one diagram says of an operation under some facts, in all of its sections, is one thing: any of it may hold. Two
diagrams contradict each other when nothing that one of them allows is allowed by the other, with the values of the
example of either. So a rule with a hole does not contradict one with a value there, nor does a rule that allows more;
where two rules are of such operators that not all of their runs can be looked at, they are not said to contradict.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.campaign.step import Step
from simulator.campaign.system import System
from simulator.conformance.check import Judge
from simulator.conformance.exploration import Contradiction, Said, Source
from simulator.discovery.rules import Example, Rule, bindings
from simulator.discovery.words import Word, Words, may_be_one, words_of
from simulator.events import Event, Note, Trace
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected

Facts = tuple[str, ...]

# Of all types that holes mostly have.
_VALUES = ("1", "a" * 32, "a" * 40, "a" * 64, "00000000-0000-4000-8000-000000000000")


def contradictions(rules: Sequence[Rule], system: System) -> tuple[Contradiction, ...]:
    """Every two diagrams that contradict each other; of diagrams that say the same only the first, in their order."""
    by_facts: dict[tuple[str, Facts], list[Rule]] = {}
    for rule in rules:
        by_facts.setdefault((rule.operation, rule.facts), []).append(rule)
    found = []
    for (operation, facts), known in by_facts.items():
        for difference in _differences(known):
            behaviour = system.behaviour(Step(operation), facts)
            found.append(Contradiction(behaviour, difference.event, *difference.sides))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Difference:
    """The first event, by its number, in which the two nearest runs differ; sides: what either says."""

    event: int
    sides: tuple[Said, Said]


def _differences(rules: Sequence[Rule]) -> Iterator[_Difference]:
    said: dict[str, dict[int, Example]] = {}
    for number, rule in enumerate(rules):
        for example in rule.examples:
            said.setdefault(example.diagram, {}).setdefault(number, example)
    # Diagrams that have the same rules say the same.
    different = {tuple(numbers): numbers for numbers in reversed(said.values())}
    for one, other in itertools.combinations(reversed(different.values()), 2):
        if one.keys().isdisjoint(other):
            pairs = [
                (_Side(rules[mine], one[mine]), _Side(rules[theirs], other[theirs])) for mine in one for theirs in other
            ]
            compared = [_compared(*pair) for pair in pairs]
            if all(compared):
                yield max((each for each in compared if each), key=lambda each: each.event)


@dataclass(frozen=True, slots=True)
class _Side:
    """A rule, and the example of one diagram that says it."""

    rule: Rule
    example: Example

    def words(self, values: Mapping[str, str]) -> Words:
        """The runs of the rule, with these values of meanings."""
        found = words_of(self.rule.expectation.term)
        return replace(found, words=tuple(tuple(_bound(event, values) for event in word) for word in found.words))

    def allows(self, word: Word, values: Mapping[str, str]) -> bool:
        """Whether the rule allows a run of another."""
        events = tuple(_instance(event) for event in word)
        verdict = Judge(self.rule.expectation, bindings=values).verdict(Trace("", events))
        return verdict.cost == 0 or verdict.cost is None

    def said(self, word: Word, number: int) -> Said:
        """What the diagram of the example says about an event of a run; none where the run is over before it."""
        source = Source(self.example.diagram, self.example.section, self.example.place)
        if number >= len(word):
            return Said(source, None, self.example.place)
        own = self._own(word[number])
        return Said(source, word[number], own.place if own else self.example.place)

    def _own(self, event: Expected) -> Expected | None:
        """The event of the example that an event of the rule was made of: both terms are built alike."""
        lifted = self.rule.expectation.events
        mine = replace(self.rule.expectation, term=self.example.term).events
        number = next((at for at, each in enumerate(lifted) if each.place == event.place), None)
        return None if number is None else mine[number]


def _compared(one: _Side, other: _Side) -> _Difference | None:
    """Where two rules contradict each other, with the values of either example; None where they do not."""
    found = None
    for values in (bindings(one.example.meanings), bindings(other.example.meanings)):
        mine, theirs = one.words(values), other.words(values)
        if not mine.all and not theirs.all:
            return None
        pairs = list(itertools.product(mine.words, theirs.words))
        if not pairs or any(_is_one(*pair) for pair in pairs):
            return None
        if not mine.all and any(one.allows(word, values) for word in theirs.words):
            return None
        if not theirs.all and any(other.allows(word, values) for word in mine.words):
            return None
        nearest = max(pairs, key=lambda pair: _common(*pair))
        event = _common(*nearest)
        found = found or _Difference(event, (one.said(nearest[0], event), other.said(nearest[1], event)))
    return found


def _common(one: Word, other: Word) -> int:
    """With how many events both begin."""
    pairs = itertools.takewhile(lambda pair: may_be_one(*pair), zip(one, other, strict=False))
    return sum(1 for _ in pairs)


def _is_one(one: Word, other: Word) -> bool:
    return len(one) == len(other) == _common(one, other)


def _bound(event: Expected, values: Mapping[str, str]) -> Expected:
    notes = tuple(replace(note, text=note.text.bound(values)) for note in event.notes)
    return replace(event, text=event.text.bound(values), notes=notes)


def _any(pattern: TextPattern) -> str:
    """Some text of a pattern, if there is an easy one."""
    return "".join(
        part if isinstance(part, str) else next(filter(part.kind.allows, _VALUES), _VALUES[0]) for part in pattern.parts
    )


def _instance(event: Expected) -> Event:
    """An event as it is expected; what its holes stand for is any text."""
    text, notes = _any(event.text), tuple(Note(note.shape, _any(note.text)) for note in event.notes)
    label, free = ("", text) if event.kind == "note" else (text, "")
    on = tuple(sorted(event.on))
    return Event(event.kind, event.source, event.target, event.line, label, notes, on, event.shape, free)
