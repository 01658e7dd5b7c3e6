"""What is wrong, one thing at a time, as code hosts show it beside the line that it is about.

Lives here: the findings of a `check`. Must not live here: those of campaigns (`campaign_finding`), formats (`sarif`,
`github`), sentences (`deviation`).

Law: there is a finding exactly where the exit status is not 0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.conformance.exploration import FailureKind
from simulator.conformance.verdict import DeviationKind
from simulator.errors import Place, SimulatorError
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.covered import under_sentence
from simulator.report.deviation import sentence
from simulator.report.groups import Group, groups
from simulator.report.patch import patch
from simulator.report.result import Campaign, Report

_Other = Literal[
    "deviates", "prefix", "inconclusive", "step", "coverage", "input", "stopped", "contradiction", "uncovered"
]
Kind = DeviationKind | FailureKind | _Other

KINDS: Mapping[Kind, str] = {
    "missing": "The diagram expects an event that the run lacks.",
    "unexpected": "The run has an event that the diagram does not allow there.",
    "different": "An event of the run differs from the one that the diagram expects.",
    "moved": "An event of the run stands at another place than in the diagram.",
    "forbidden": "The run does what `group neg` forbids.",
    "deviation": "No rule allows what an operation did.",
    "deviates": "The diagram does not allow the run.",
    "prefix": "The run stops before the diagram ends.",
    "inconclusive": "The run could not be judged.",
    "step": "A step of the scenario did not give what it expects.",
    "coverage": "Less of the diagrams was exercised than must be.",
    "input": "A diagram, scenario, log or setting is wrong, or there is nothing to judge.",
    "stopped": "The run was stopped.",
    "result": "An operation did not give what it should.",
    "invariant": "After an operation something does not hold that always should.",
    "service": "Two S3 services do not do the same.",
    "contradiction": "No run is allowed by both of two diagrams.",
    "uncovered": "No diagram describes what an operation did.",
}
"""Every kind of finding, and what it means."""

STOPPED = "stopped: this is what was found until then"
NOTHING_JUDGED = "nothing was judged: no diagram has a scenario beside it, and no trace was given"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    seen: which trace shows it; empty where none does. message: one sentence. place: the line it is about, if any.
    diagram: as in `Result.diagram`, may be empty. about: what distinguishes it from others of its kind and diagram, in
    words that stay when lines of the diagram come or go. count: how many traces show it.
    """

    kind: Kind
    message: str
    place: Place | None = None
    diagram: str = ""
    about: str = ""
    seen: str = ""
    count: int = 1

    def __str__(self) -> str:
        """Say who shows what."""
        return f"{self.seen}: {self.message}" if self.seen else self.message


def findings(report: Report) -> Iterator[Finding]:
    """What is wrong with a `check`: deviations that are alike once."""
    several = len(report.services) > 1
    for group in groups(result for result in report.results if result.outcome not in {None, "conforms"}):
        yield from _of_group(group, several=several)
    yield from map(of_error, report.errors)
    if report.under and report.summary.judged:
        yield of_coverage(report)
    if report.interrupted:
        yield Finding("stopped", STOPPED)
    elif not report.summary.judged and not report.errors:
        yield Finding("input", NOTHING_JUDGED)


def of_error(error: SimulatorError) -> Finding:
    """Wrong input."""
    return Finding("input", error.message, error.place, about=error.message)


def of_coverage(report: Report | Campaign) -> Finding:
    """Too little was exercised; it stands at the first part that was not."""
    first = report.coverage.missing[0]
    return Finding("coverage", under_sentence(report), first.place)


def of_context(context: Context, diagram: str, seen: str, count: int = 1) -> Finding:
    """One deviation."""
    deviation, change = context.deviation, patch([context])
    expected = "" if deviation.expected is None else str(context.notation.words(deviation.expected))
    wanted = " ".join(change.text) if change is not None else ""
    about = "\n".join((deviation.section, *deviation.frames, expected, wanted))
    return Finding(deviation.kind, sentence(context), deviation.place, diagram, about, seen, count)


def _of_group(group: Group, *, several: bool) -> Iterator[Finding]:
    result, verdict = group.first, group.first.verdict
    seen = f"{group} on {result.s3}" if several else str(group)
    for failure in result.failures:
        yield Finding("step", failure.message, failure.place, result.diagram, failure.message, seen, group.count)
    if verdict is None or verdict.outcome == "conforms":
        return
    if verdict.deviations:
        for context in contexts(Account(verdict, result.events, result.expectation)):
            yield of_context(context, result.diagram, seen, group.count)
        return
    place = result.expectation.place if result.expectation is not None else None
    said = verdict.reason or f"it does not conform, and needs at least {verdict.bound} changes"
    yield Finding(verdict.outcome, said, place, result.diagram, "", seen, group.count)
