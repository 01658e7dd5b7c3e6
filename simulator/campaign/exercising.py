"""Which parts of the diagrams a campaign showed: by the own runs of scenarios, and by operations that held to rules.

Lives here: what an operation showed of each part of the rule that it held to, and adding it up. Pure. Must not live
here: which parts a run shows (`conformance.occurrences`), judging (`judging`).

An operation shows parts of every diagram that its rule was learnt from: these say the same.

Law: no part is counted that `check` would not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.conformance.anatomy import Anatomy
from simulator.conformance.coverage import Coverage, Part, merged
from simulator.conformance.occurrences import Word, shown
from simulator.conformance.selection import nothing
from simulator.conformance.verdict import Verdict
from simulator.discovery.chains import Shares, origins
from simulator.discovery.rules import Rule
from simulator.interaction.terms import Expectation

Exercised = Mapping[tuple[int, Word], int]
"""How many operations went which way through which rule, by its number: the numbers of its events, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The ways that an operation went through rules: each with its way. Compared by identity, which is fast."""

    through: tuple[tuple[Rule, Word], ...] = ()


def ways(expectation: Expectation, verdict: Verdict, groups: Sequence[Sequence[Rule]], shares: Shares) -> Ways:
    """Which way a run that `expectation` allows went; groups, shares: what it was put together of, as in `chain`."""
    numbers = {id(event): number for number, event in enumerate(expectation.events)}
    whose = dict(enumerate(origins(groups, shares)))
    found: list[list[tuple[int, bool]]] = [[] for group in groups for _ in group]
    for step in verdict.alignment:
        if step.kind == "fits" and step.expected:
            for part, number in whose[numbers[id(step.expected)]]:
                found[part].append((number, True))
    rules = (rule for group in groups for rule in group)
    return Ways(tuple(zip(rules, map(tuple, found), strict=True)))


def coverage(rules: Sequence[Rule], own: Iterable[Coverage], exercised: Iterable[Exercised]) -> Coverage:
    """What was shown; own: by the own runs of scenarios, with all parts of their diagrams."""
    known = merged(own)
    parts = {part for part, _ in known.counts}
    counts: Counter[Part] = Counter()
    times = sum((Counter(each) for each in exercised), Counter[tuple[int, Word]]())
    by_rule: dict[int, list[tuple[Word, int]]] = {}
    for (number, word), count in times.items():
        by_rule.setdefault(number, []).append((word, count))
    for number, words in by_rule.items():
        for example in rules[number].examples:
            meant = Expectation(example.diagram, example.place, example.term, example.data_notes)
            anatomy = Anatomy(meant, nothing, weak=False)
            features = {at: Part(example.diagram, *feature) for feature, at in anatomy.features.items()}
            for word, count in words:
                for at in shown(anatomy, word, whole=True):
                    counts[features[at]] += count
    return merged([known, Coverage(tuple((part, count) for part, count in counts.items() if part in parts))])
