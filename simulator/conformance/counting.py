"""Counting what verdicts show of the parts of diagrams.

Lives here: one diagram's count, and the book of several. Must not live here: which parts one run shows (`occurrences`),
what is counted in the end (`coverage`).

Laws: the order of verdicts does not matter. Conforming verdicts of a straight diagram, and those on variants
of a trace, are counted without a look at their steps.
"""

from collections import Counter
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from simulator.conformance.anatomy import Anatomy
from simulator.conformance.coverage import Coverage, Part, merged
from simulator.conformance.occurrences import Word, shown
from simulator.conformance.selection import LeftOut, nothing
from simulator.conformance.steps import Steps
from simulator.conformance.verdict import Verdict
from simulator.interaction.terms import Expectation


def coverage(
    expectation: Expectation, verdicts: Iterable[Verdict], *, left_out: LeftOut = nothing, weak: bool = False
) -> Coverage:
    """What the verdicts on traces by one diagram show; left_out, weak: as the traces were judged."""
    counting = Counting(expectation, left_out, weak=weak)
    for verdict in verdicts:
        counting.add(verdict)
    return counting.coverage


class Counting:
    """Counts what verdicts by one diagram show, one after the other.

    left_out: what is compared nowhere is no part. weak: as with `--order lifeline`.
    """

    def __init__(self, expectation: Expectation, left_out: LeftOut = nothing, *, weak: bool = False) -> None:
        self._expectation = expectation
        self._anatomy = Anatomy(expectation, left_out, weak=weak)
        self._times: Counter[frozenset[int]] = Counter()
        self._words: dict[tuple[Word, bool], frozenset[int]] = {}
        self._seen: WeakKeyDictionary[object, frozenset[int]] = WeakKeyDictionary()
        self._everything = frozenset(range(len(self._anatomy.features)))

    def add(self, verdict: Verdict) -> None:
        """Count one verdict; one without a complete alignment shows nothing."""
        if verdict.cost is not None:
            self._times[self._shown(verdict)] += 1

    def _shown(self, verdict: Verdict) -> frozenset[int]:
        if self._anatomy.straight and verdict.conforms:
            return self._everything
        variant = verdict.steps.variant if isinstance(verdict.steps, Steps) else verdict.steps
        found = self._seen.get(variant)
        if found is None:
            found = self._seen[variant] = self._read(verdict)
        return found

    def _read(self, verdict: Verdict) -> frozenset[int]:
        numbers = self._anatomy.numbers
        word = tuple(
            (numbers[id(step.expected)], step.kind == "fits")
            for step in verdict.alignment
            if step.kind in {"fits", "different", "missing"}
        )
        key = (word, verdict.conforms)
        if key not in self._words:
            self._words[key] = shown(self._anatomy, word, whole=verdict.conforms)
        return self._words[key]

    @property
    def coverage(self) -> Coverage:
        """What was counted until now."""
        counts = dict.fromkeys(range(len(self._anatomy.features)), 0)
        for numbers, times in self._times.items():
            for number in numbers:
                counts[number] += times
        parts = (Part(self._expectation.name, *feature) for feature in self._anatomy.features)
        return Coverage(tuple(sorted(zip(parts, counts.values(), strict=True))))


class Book:
    """Counts verdicts by several diagrams, of several runs; parameters as `Counting`."""

    def __init__(self, left_out: LeftOut = nothing, *, weak: bool = False) -> None:
        self._left_out = left_out
        self._weak = weak
        self._counting: dict[int, Counting] = {}

    def add(self, expectation: Expectation, verdict: Verdict | None = None) -> None:
        """Count a verdict by a diagram; without one, that the parts of the diagram are among those to be shown."""
        counting = self._counting.get(id(expectation))
        if counting is None:
            counting = self._counting[id(expectation)] = Counting(expectation, self._left_out, weak=self._weak)
        if verdict is not None:
            counting.add(verdict)

    @property
    def coverage(self) -> Coverage:
        """What was counted until now."""
        return merged(counting.coverage for counting in self._counting.values())
