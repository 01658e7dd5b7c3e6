"""A verdict cut into the sections of its diagram, each with its events in the order of the alignment.

Lives here: `Section` and `Entry`. Must not live here: wording, counting over several results.

Law: every fitting event and every deviation of the verdict is in exactly one section, in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.conformance.verdict import Deviation, Verdict
from simulator.interaction.terms import Expected


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an alignment.

    event: number of the event of the trace that fits `expected`; of a deviation, its `event`.
    binds: the holes that have their value from this event on.
    """

    event: int
    expected: Expected | None
    deviation: Deviation | None = None
    binds: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The section this entry belongs to; a section mark belongs to the section it opens."""
        if self.expected is not None and self.expected.kind == "section":
            return str(self.expected.text)
        if self.deviation is not None:
            return self.deviation.section
        return self.expected.section if self.expected is not None else ""

    @property
    def opens(self) -> bool:
        """Whether a section of the diagram begins here."""
        return self.expected is not None and self.expected.kind == "section"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title (empty before the first) and its entries."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def expected(self) -> int:
        """How many events the diagram has here."""
        return sum(entry.expected is not None for entry in self.entries)

    @property
    def deviations(self) -> int:
        """How many entries do not fit."""
        return sum(entry.deviation is not None for entry in self.entries)


def entries(verdict: Verdict) -> tuple[Entry, ...]:
    """The alignment in order: what is missing before an event comes ahead of that event."""
    rows = [(number, 1, Entry(number, expected, binds=binds)) for number, expected, binds in _binding(verdict)]
    for deviation in verdict.deviations:
        before = deviation.kind in {"missing", "moved"}
        rows.append((deviation.event, 0 if before else 1, Entry(deviation.event, deviation.expected, deviation)))
    return tuple(row[2] for row in sorted(rows, key=lambda row: row[:2]))


def _binding(verdict: Verdict) -> Iterator[tuple[int, Expected, tuple[str, ...]]]:
    """The fitting events, each with the holes whose value it is the first to show."""
    known: set[str] = set()
    for number, expected in verdict.evidence:
        names = dict.fromkeys(hole.name for pattern in expected.patterns for hole in pattern.holes)
        yield number, expected, tuple(name for name in names if name not in known)
        known |= names.keys()


def sections(verdict: Verdict) -> tuple[Section, ...]:
    """The alignment, section by section."""
    groups: list[tuple[str, list[Entry]]] = []
    for entry in entries(verdict):
        if entry.opens or not groups or entry.title != groups[-1][0]:
            groups.append((entry.title, []))
        groups[-1][1].append(entry)
    return tuple(Section(title, tuple(group)) for title, group in groups)
