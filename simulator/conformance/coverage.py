"""Which parts of diagrams some trace showed: messages, operands, numbers of iterations, orders of parallel operands.

Lives here: the records, and adding them up. Pure. Must not live here: which parts a diagram has (`anatomy`), which of
them one run shows (`occurrences`), wording (`report.covered`).

Laws: `merged` is associative and commutative, and `Coverage()` changes nothing. Equal coverages are equal records.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from simulator.conformance.anatomy import Anatomy, Case, PartKind
from simulator.conformance.occurrences import Word, shown
from simulator.conformance.selection import LeftOut, nothing
from simulator.conformance.verdict import Verdict
from simulator.errors import Place
from simulator.interaction.terms import Expectation


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something that a diagram allows, and that a trace shows or not.

    diagram: as in `Verdict.diagram`. place: of the message, the operand or the fragment.
    case: of a message `shown`; of an operand `taken`; of `opt` and `break` also `not taken`; of a `loop` the number of
    its iterations, `0`, `1` or `many`; of two operands of a `par` whether the first is over before the second begins
    (`in order`), the second before the first (`reversed`), or neither (`interleaved`).
    name: the message as `A -> B: label`, the guard of an operand, the numbers of two operands as `1, 2`; may be empty.
    Copies of one message that stand at one place, as those of a `ref` that is there twice, are one part.
    """

    diagram: str
    place: Place
    kind: PartKind
    name: str
    case: Case


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many traces showed each part, of any number of diagrams, traces and runs.

    counts: sorted, each part once, those that no trace showed with 0.
    """

    counts: tuple[tuple[Part, int], ...] = ()

    @property
    def exercised(self) -> int:
        """How many parts some trace showed."""
        return sum(count > 0 for _, count in self.counts)

    @property
    def percent(self) -> float:
        """The share of the parts that some trace showed; 100 where there are none."""
        return 100 * self.exercised / len(self.counts) if self.counts else 100.0

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that no trace showed."""
        return tuple(part for part, count in self.counts if not count)

    @property
    def by_diagram(self) -> "Mapping[str, Coverage]":
        """The same, diagram by diagram."""
        found: dict[str, list[tuple[Part, int]]] = {}
        for part, count in self.counts:
            found.setdefault(part.diagram, []).append((part, count))
        return {diagram: Coverage(tuple(counts)) for diagram, counts in found.items()}


def merged(coverages: Iterable[Coverage]) -> Coverage:
    """All of them together: the counts of equal parts are added."""
    counts: dict[Part, int] = {}
    for coverage in coverages:
        for part, count in coverage.counts:
            counts[part] = counts.get(part, 0) + count
    return Coverage(tuple(sorted(counts.items())))


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
        # Traces of one shape may share how their steps are made.
        self._seen: WeakKeyDictionary[Callable[[], object], frozenset[int]] = WeakKeyDictionary()
        self._everything = frozenset(range(len(self._anatomy.features)))

    def add(self, verdict: Verdict) -> None:
        """Count one verdict; one without a complete alignment shows nothing."""
        if verdict.cost is not None:
            self._times[self._shown(verdict)] += 1

    def _shown(self, verdict: Verdict) -> frozenset[int]:
        if self._anatomy.straight and verdict.conforms:
            return self._everything
        found = self._seen.get(verdict.steps)
        if found is None:
            found = self._seen[verdict.steps] = self._read(verdict)
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
