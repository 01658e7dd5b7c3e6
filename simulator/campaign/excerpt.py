"""Some sections instead of everything: of a diagram, of the scenario beside it, and of what its run leaves.

Lives here: `Excerpt`. Pure. Must not live here: which titles there are to choose from (`meaning`), judging.

A section of a diagram goes from its mark to the next that stands in no fragment; one of a trace ends where the next
such section begins. Sections that the system begins by itself are parts of that of the run, and can be meant alone.
Holes have their values from what is left, as if nothing had come before.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from simulator.campaign.cutting import items
from simulator.campaign.runner import Finding, Run, findings
from simulator.campaign.scenario import Scenario
from simulator.conformance.verdict import NO_BINDINGS
from simulator.events import Trace
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.terms import Expectation, Expected, Strict, Term


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The sections that somebody chose; titles: as that one wrote them, or as diagrams do."""

    titles: tuple[str, ...]

    def says(self, diagram: Expectation) -> bool:
        """Whether a diagram has one of these sections."""
        return any(map(self.means, marks_of(diagram)))

    def of_expectation(self, whole: Expectation, own: Collection[str] = ()) -> Expectation:
        """What a diagram allows in these sections; own: the titles of those that the system begins by itself."""
        marks = map(_mark, items(whole.term))
        begun = [
            None if mark is None else (self.means(mark), any(_reads((mark,), title) for title in own)) for mark in marks
        ]
        cut = replace(whole, term=Strict(tuple(compress(items(whole.term), _inside(begun)))), constraints=())
        anchors = {event.anchor for event in cut.events}
        timed = (each for each in whole.constraints if {each.first, each.second} <= anchors)
        return replace(cut, constraints=tuple(timed))

    def of_scenario(self, whole: Scenario, diagrams: Sequence[Expectation]) -> Scenario:
        """The steps up to the end of the last of these sections; all, where the system begins one of them by itself."""
        begun = [step.section for step in whole.steps if step.section]
        wanted = [mark for each in diagrams for mark in marks_of(each) if self.means(mark)]
        if not all(any(_reads((mark,), title) for title in begun) for mark in wanted):
            return whole
        inside = _inside([(_reads(wanted, step.section), False) if step.section else None for step in whole.steps])
        last = max((number for number, each in enumerate(inside, start=1) if each), default=0)
        return replace(whole, steps=whole.steps[:last])

    def of_trace(self, whole: Trace, diagrams: Sequence[Expectation]) -> Trace:
        """The events of these sections."""
        return Trace(whole.name, tuple(compress(whole.events, self._events_inside(whole, diagrams))))

    def findings(self, run: Run, diagrams: Sequence[Expectation]) -> Iterator[Finding]:
        """What the steps of these sections did not give, and those before recording began."""
        inside = self._events_inside(run.trace, diagrams)
        for span in run.setup:
            yield from findings(span.step, span.outcome)
        for span in run.spans:
            # A step may have no event but the mark of its section.
            if any(inside[max(0, span.start - 1) : span.stop]):
                yield from findings(span.step, span.outcome)

    def _events_inside(self, trace: Trace, diagrams: Sequence[Expectation]) -> Sequence[bool]:
        """Whether each event belongs to a section that is meant; what begins within a fragment ends no section."""
        every = {event.text for each in diagrams for event in each.events if event.kind == "section"}
        marks = {mark for each in diagrams for mark in marks_of(each)}
        wanted, own = [mark for mark in marks if self.means(mark)], own_titles((trace,))
        begun = [
            (event.label in self.titles or _reads(wanted, event.label), event.label in own)
            if event.kind == "section" and (_reads(marks, event.label) or not _reads(every, event.label))
            else None
            for event in trace.events
        ]
        return list(_inside(begun))

    def means(self, mark: TextPattern) -> bool:
        """Whether a section of this title is one of these."""
        return any(title == str(mark) or _reads((mark,), title) for title in self.titles)


def marks_of(expectation: Expectation) -> Iterator[TextPattern]:
    """The titles of the sections that can be chosen: those that stand in no fragment."""
    return (mark for mark in map(_mark, items(expectation.term)) if mark is not None)


def own_titles(traces: Iterable[Trace]) -> frozenset[str]:
    """The titles that the system gave to parts of the sections of runs."""
    marks = (event for trace in traces for event in trace.events if event.kind == "section")
    return frozenset(event.label for event in marks if event.attributes.get("origin", "run") != "run")


def _inside(begun: Iterable[tuple[bool, bool] | None]) -> Iterator[bool]:
    """Whether each belongs to what is meant; begun: whether what begins there is meant, and whether it is a part."""
    around = inside = False
    for each in begun:
        if each is not None:
            meant, is_part = each
            around = around if is_part else meant
            inside = around or meant
        yield inside


def _mark(item: Term) -> TextPattern | None:
    return item.text if isinstance(item, Expected) and item.kind == "section" else None


def _reads(marks: Iterable[TextPattern], title: str) -> bool:
    return any(next(mark.match(fold(title), NO_BINDINGS, ()), None) is not None for mark in marks)
