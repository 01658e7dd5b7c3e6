"""Some sections instead of everything: of a diagram, of the scenario beside it, and of what its run leaves.

Lives here: `Excerpt`. Pure. Must not live here: which titles there are to choose from (`meaning`), judging.

A section of a diagram goes from its mark to the next that stands in no fragment; one of a trace ends where the next
such section begins. Holes have their values from what is left, as if nothing had come before.
"""

from collections.abc import Iterable, Iterator, Sequence
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

    def of_expectation(self, whole: Expectation) -> Expectation:
        """What a diagram allows in these sections."""
        kept: list[Term] = []
        inside = False
        for item in items(whole.term):
            if isinstance(item, Expected) and item.kind == "section":
                inside = self.means(item.text)
            if inside:
                kept.append(item)
        cut = replace(whole, term=Strict(tuple(kept)), constraints=())
        anchors = {event.anchor for event in cut.events}
        timed = (each for each in whole.constraints if {each.first, each.second} <= anchors)
        return replace(cut, constraints=tuple(timed))

    def of_scenario(self, whole: Scenario, diagrams: Sequence[Expectation]) -> Scenario:
        """The steps up to the end of the last of these sections; diagrams: those that the run is judged by."""
        inside = self._inside((step.section for step in whole.steps), diagrams)
        last = max((number for number, each in enumerate(inside, start=1) if each), default=0)
        return replace(whole, steps=whole.steps[:last])

    def of_trace(self, whole: Trace, diagrams: Sequence[Expectation]) -> Trace:
        """The events of these sections."""
        titles = (event.label if event.kind == "section" else "" for event in whole.events)
        return Trace(whole.name, tuple(compress(whole.events, self._inside(titles, diagrams))))

    def findings(self, run: Run, diagrams: Sequence[Expectation]) -> Iterator[Finding]:
        """What the steps of these sections did not give, and those before recording began."""
        inside = self._inside((span.step.section for span in run.spans), diagrams)
        for span in (*run.setup, *compress(run.spans, inside)):
            yield from findings(span.step, span.outcome)

    def _inside(self, titles: Iterable[str], diagrams: Sequence[Expectation]) -> Iterator[bool]:
        """Whether each belongs to a section that is meant; titles: of the sections that begin, empty where none does.

        What begins within a fragment ends no section.
        """
        every = {event.text for each in diagrams for event in each.events if event.kind == "section"}
        marks = {mark for each in diagrams for mark in marks_of(each)}
        inside = False
        for title in titles:
            if title and (_any(marks, title) or not _any(every, title)):
                inside = title in self.titles or _any(filter(self.means, marks), title)
            yield inside

    def means(self, mark: TextPattern) -> bool:
        """Whether a section of this title is one of these."""
        return any(title == str(mark) or _any((mark,), title) for title in self.titles)


def marks_of(expectation: Expectation) -> Iterator[TextPattern]:
    """The titles of the sections that can be chosen: those that stand in no fragment."""
    return (item.text for item in items(expectation.term) if isinstance(item, Expected) and item.kind == "section")


def _any(marks: Iterable[TextPattern], title: str) -> bool:
    return any(next(mark.match(fold(title), NO_BINDINGS, ()), None) is not None for mark in marks)
