"""Which parts of diagrams some trace showed: messages, operands, numbers of iterations, orders of parallel operands.

Lives here: the records, and adding them up. Pure. Must not live here: which parts a diagram has (`anatomy`), which
are shown by verdicts (`counting`), wording (`report.covered`).

Laws: `merged` is associative and commutative, and `NOTHING` changes nothing. Equal coverages are equal records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.conformance.anatomy import Case, PartKind
from simulator.errors import Place


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


NOTHING = Coverage()


def merged(coverages: Iterable[Coverage]) -> Coverage:
    """All of them together: the counts of equal parts are added."""
    counts: dict[Part, int] = {}
    for coverage in coverages:
        for part, count in coverage.counts:
            counts[part] = counts.get(part, 0) + count
    return Coverage(tuple(sorted(counts.items())))
