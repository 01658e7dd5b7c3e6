"""Examples out of diagrams and their scenarios: which expected events belong to which step.

Lives here: `Pair`, running it, cutting what its diagram expects into steps. Must not live here: lifting examples to
rules (`discovery.rules`).

A step's part of the diagram is that around the events that the verdict on the scenario's own run assigns to it. Where
the run does not conform (the system has a bug), sections cut the diagram: a section with one step is that step's
example, others give none.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.blobs.backends import Backend
from simulator.campaign.cutting import Evidence, by_evidence, by_sections
from simulator.campaign.fault_following import follow, with_felt
from simulator.campaign.runner import Run, Span, run
from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Step
from simulator.campaign.system import Outcome, Parts, Session, System
from simulator.conformance.check import check
from simulator.conformance.counting import Book
from simulator.conformance.coverage import NOTHING, Coverage
from simulator.conformance.verdict import Verdict
from simulator.discovery.rules import Example
from simulator.interaction.terms import Expectation, Loop, Strict, Term, walk


@dataclass(frozen=True, slots=True)
class Pair:
    """A diagram and its scenario; several diagrams of one file are alternatives."""

    expectations: tuple[Expectation, ...]
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Shown:
    """What one pair shows: examples in the order of its steps, the verdict on its own run, and what that exercised."""

    examples: tuple[Example, ...]
    verdict: Verdict
    coverage: Coverage = NOTHING


def examples_of(pair: Pair, backend: Backend, system: System) -> Shown:
    """Run the scenario, judge it by its diagram, and cut the diagram into examples."""
    model = system.model(pair.scenario.tables, pair.scenario.folder)
    every: list[Parts] = []

    def watch(session: Session, step: Step, outcome: Outcome) -> None:
        nonlocal model
        every.append(with_felt(model, step, model.parts(step), outcome))
        if outcome.felt:
            model = follow(model, session, step, outcome).model
        else:
            model.perform(step, outcome.names)

    happened = run(pair.scenario, backend, system=system, told=watch)
    judged = [(check(expectation, happened.trace), expectation) for expectation in pair.expectations]
    verdict, expectation = next((each for each in judged if each[0].conforms), judged[0])
    cut = _by_evidence(expectation, verdict, happened) if verdict.conforms else _by_sections(expectation, happened)
    book = Book()
    for each in pair.expectations:
        book.add(each, verdict if each is expectation else None)
    examples = []
    marks = iter([event for event in expectation.events if event.kind == "section"])
    section, place = "", expectation.place
    for index, step in enumerate(pair.scenario.steps):
        if step.section:
            section = step.section
            place = next((mark.place for mark in marks if str(mark.text) == section), place)
        parts = [part for group in happened.spans[index].parts or every[len(happened.setup) + index] for part in group]
        if index in cut and step.do not in _SILENT and len(parts) == 1 and not happened.spans[index].outcome.crashed:
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
                    _values(verdict, happened.spans[index], cut[index]),
                )
            )
    if verdict.conforms and happened.failures:
        # The events are right, what came back is not.
        verdict = replace(verdict, outcome="inconclusive", reason=happened.failures[0].message)
    return Shown(tuple(examples), verdict, book.coverage)


# Steps that say something of the run, and do nothing themselves.
_SILENT = ("mark", "inject")


def _values(verdict: Verdict, span: Span, term: Term) -> Mapping[str, str]:
    """The values of the holes that have one in this step."""
    if not verdict.conforms:
        return {}
    values = {name: value for name, value in verdict.bindings.items() if isinstance(value, str)}
    for step in verdict.alignment:
        if step.kind == "fits" and span.start <= step.position < span.stop:
            values |= step.values
    fresh = frozenset[str]().union(*(each.fresh for each in walk(term) if isinstance(each, Loop)))
    return {name: value for name, value in values.items() if name not in fresh}


def _by_evidence(expectation: Expectation, verdict: Verdict, happened: Run) -> Mapping[int, Term]:
    owners: dict[int, list[int]] = {}
    spans = [(span.start, span.stop, index) for index, span in enumerate(happened.spans) if span.stop > span.start]
    starts = [start for start, _, _ in spans]
    marks = set[int]()
    for number, expected in verdict.evidence:
        _, stop, index = spans[max(0, bisect_right(starts, number) - 1)] if spans else (0, 0, 0)
        if starts and starts[0] <= number < stop:
            owners.setdefault(id(expected), []).append(index)
        else:
            marks.add(id(expected))
    sections = [inside for _, inside in _sections(happened)]
    cut = by_evidence(expectation.term, Evidence(owners, sections, frozenset(marks)))
    return {index: cut.get(index, Strict()) for index in range(len(happened.spans))}


def _by_sections(expectation: Expectation, happened: Run) -> Mapping[int, Term]:
    ran = _sections(happened)
    said = by_sections(expectation.term, [title for title, _ in ran])
    if [title for title, _ in said] != [title for title, _ in ran]:
        return {}
    return {inside[0]: term for (_, term), (_, inside) in zip(said, ran, strict=True) if len(inside) == 1}


def _sections(happened: Run) -> Sequence[tuple[str, Sequence[int]]]:
    """The sections of a run, with the numbers of the steps that did something in each."""
    sections: list[tuple[str, list[int]]] = []
    for index, span in enumerate(happened.spans):
        if span.step.section:
            sections.append((span.step.section, []))
        if sections and span.step.do != "mark":
            sections[-1][1].append(index)
    return sections
