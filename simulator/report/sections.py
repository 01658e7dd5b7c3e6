"""A verdict cut into the sections of its diagram, each with its events in the order of the alignment.

Lives here: `Section` and `Entry`. Must not live here: wording, counting over several results.

Law: every fitting event and every deviation of the verdict is in exactly one section, in order.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simulator.conformance.verdict import NO_BINDINGS, Deviation, Verdict
from simulator.interaction.terms import Expected


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an alignment.

    event: number of the event of the trace that fits `expected`; of a deviation, its `event`. expected: None for what
    is unexpected or ignored.
    binds: the holes that have their value from this event on. values: of all its holes.
    possible: for an unexpected event, what could have come instead.
    """

    event: int
    expected: Expected | None
    deviation: Deviation | None = None
    binds: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=lambda: NO_BINDINGS)
    possible: tuple[Expected, ...] = ()

    @property
    def title(self) -> str | None:
        """The section this entry belongs to; a section mark to the one it opens; None for what is ignored."""
        if self.expected is not None and self.expected.kind == "section":
            return str(self.expected.text)
        if self.deviation is not None:
            return self.deviation.section
        return self.expected.section if self.expected is not None else None

    @property
    def opens(self) -> bool:
        """Whether a section of the diagram begins here."""
        return self.expected is not None and self.expected.kind == "section"

    @property
    def wanted(self) -> bool:
        """Whether the diagram has an event here that it does not forbid."""
        return self.expected is not None and (self.deviation is None or self.deviation.kind != "forbidden")

    @property
    def pairs(self) -> bool:
        """Whether an event of the trace stands for the one expected here, even if it differs."""
        return self.fits or (self.deviation is not None and self.deviation.kind == "different")

    @property
    def fits(self) -> bool:
        """Whether an event of the trace is the one expected here."""
        return self.expected is not None and self.deviation is None


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title (empty before the first) and its entries."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def expected(self) -> int:
        """How many events the diagram has here."""
        return sum(entry.wanted for entry in self.entries)

    @property
    def deviations(self) -> int:
        """How many entries do not fit."""
        return sum(entry.deviation is not None for entry in self.entries)


def entries(verdict: Verdict) -> tuple[Entry, ...]:
    """The alignment in order; a moved event stands where the diagram expects it."""
    told: dict[tuple[int, int], deque[Deviation]] = {}
    for deviation in verdict.deviations:
        told.setdefault((deviation.event, id(deviation.expected)), deque()).append(deviation)
    return tuple(_rows(verdict, told))


def _rows(verdict: Verdict, told: Mapping[tuple[int, int], deque[Deviation]]) -> Iterator[Entry]:
    known: set[str] = set()
    for step in verdict.alignment:
        expected = None if step.kind == "unexpected" else step.expected
        if step.kind in {"fits", "ignored"}:
            # A hole that is new in every iteration of a loop has another value each time.
            names = [
                name for name in step.values if name not in known or not isinstance(verdict.bindings.get(name, ()), str)
            ]
            yield Entry(step.position, expected, binds=tuple(names), values=step.values)
            known |= step.values.keys()
        # Of an event that has moved there is nothing more to say where it was found.
        elif waiting := told.get((step.position, id(expected))):
            yield Entry(step.position, expected, waiting.popleft(), values=step.values, possible=step.possible)


def sections(verdict: Verdict) -> tuple[Section, ...]:
    """The alignment, section by section."""
    groups: list[tuple[str, list[Entry]]] = []
    for entry in entries(verdict):
        title = entry.title
        if entry.opens or not groups or title not in {None, groups[-1][0]}:
            groups.append((title or "", []))
        groups[-1][1].append(entry)
    return tuple(Section(title, tuple(group)) for title, group in groups)
