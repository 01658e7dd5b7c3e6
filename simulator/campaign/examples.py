"""Examples out of diagrams and their scenarios: which expected events belong to which step.

Lives here: `Pair`, running it, cutting what its diagram expects into steps. Must not live here: lifting examples to
rules (`discovery.rules`).

A step's events are those that the verdict on the scenario's own run assigns to it. Where the run does not conform (the
system has a bug), sections cut the diagram: a section with one step is that step's example, others give none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.blobs.backends import Backend
from simulator.campaign.runner import Run, run
from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Step
from simulator.campaign.system import System
from simulator.conformance.check import check
from simulator.conformance.verdict import Verdict
from simulator.discovery.rules import Example
from simulator.interaction.terms import Expectation, Expected


@dataclass(frozen=True, slots=True)
class Pair:
    """A diagram and its scenario; several diagrams of one file are alternatives."""

    expectations: tuple[Expectation, ...]
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Shown:
    """What one pair shows: examples in the order of its steps, and the verdict on its own run."""

    examples: tuple[Example, ...]
    verdict: Verdict


def examples_of(pair: Pair, backend: Backend, system: System) -> Shown:
    """Run the scenario, judge it by its diagram, and cut the diagram into examples."""
    happened = run(pair.scenario, backend, system=system)
    judged = [(check(expectation, happened.trace), expectation) for expectation in pair.expectations]
    verdict, expectation = next((each for each in judged if each[0].conforms), judged[0])
    cut = _by_evidence(verdict, happened) if verdict.conforms else _by_sections(expectation, pair.scenario.steps)
    model = system.model(pair.scenario.tables, pair.scenario.folder)
    for span in happened.setup:
        model.perform(span.step, span.outcome.names)
    examples = []
    marks = iter([event for event in expectation.events if event.kind == "section"])
    section, place = "", expectation.place
    for index, step in enumerate(pair.scenario.steps):
        if step.section:
            section = step.section
            place = next((mark.place for mark in marks if str(mark.text) == section), place)
        parts = [part for group in happened.spans[index].parts or model.parts(step) for part in group]
        if index in cut and step.do != "mark" and len(parts) == 1:
            examples.append(
                Example(
                    step.do,
                    parts[0].facts,
                    parts[0].meanings,
                    expectation.name,
                    section,
                    place,
                    cut[index],
                    expectation.data_notes,
                    _single(verdict) if verdict.conforms else {},
                )
            )
        model.perform(step, happened.spans[index].outcome.names)
    if verdict.conforms and happened.failures:
        # The events are right, what came back is not.
        verdict = replace(verdict, outcome="inconclusive", reason=happened.failures[0].message)
    return Shown(tuple(examples), verdict)


def _single(verdict: Verdict) -> Mapping[str, str]:
    """The values of the holes that have one."""
    return {name: value for name, value in verdict.bindings.items() if isinstance(value, str)}


def _by_evidence(verdict: Verdict, happened: Run) -> Mapping[int, tuple[Expected, ...]]:
    return {
        index: tuple(expected for number, expected in verdict.evidence if span.start <= number < span.stop)
        for index, span in enumerate(happened.spans)
    }


def _by_sections(expectation: Expectation, steps: Sequence[Step]) -> Mapping[int, tuple[Expected, ...]]:
    said = _sections(expectation.events, {step.section for step in steps if step.section})
    run: list[tuple[str, list[int]]] = []
    for index, step in enumerate(steps):
        if step.section:
            run.append((step.section, []))
        if run and step.do != "mark":
            run[-1][1].append(index)
    if [title for title, _ in said] != [title for title, _ in run]:
        return {}
    return {inside[0]: tuple(events) for (_, events), (_, inside) in zip(said, run, strict=True) if len(inside) == 1}


def _sections(events: Sequence[Expected], titles: Collection[str]) -> Sequence[tuple[str, list[Expected]]]:
    """The titles and what stands below each, from the first section on; other marks are the system's own."""
    sections: list[tuple[str, list[Expected]]] = []
    for event in events:
        if event.kind == "section" and str(event.text) in titles:
            sections.append((str(event.text), []))
        elif sections:
            sections[-1][1].append(event)
    return sections
