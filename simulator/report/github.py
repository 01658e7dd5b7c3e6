"""A report for GitHub Actions: annotations beside changed lines, and a summary of the job.

Lives here: workflow commands and the Markdown of the summary (GitHub, "Workflow commands for GitHub Actions"). Must not
live here: sentences (`deviation`), Mermaid (`diagram.mermaid`).

Laws: a text cannot end its command or begin another. What deviates is drawn in the summary.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from simulator.diagram.ast import Element, Fragment, Message, Return, SequenceDiagram
from simulator.diagram.mermaid import print_mermaid
from simulator.errors import Place, SimulatorError
from simulator.picture.mark import SIGNS
from simulator.report.account import Account
from simulator.report.context import contexts
from simulator.report.covered import rounded
from simulator.report.deviation import sentence
from simulator.report.groups import Group, groups
from simulator.report.line import plain, utf8
from simulator.report.marked import Marked, marked
from simulator.report.result import Report, Result
from simulator.report.text import failure_lines

MOST = 10
"""So many failures are drawn; GitHub shows as many annotations of a kind for one step."""


def annotations(report: Report) -> str:
    """One workflow command per deviation, failed step and error, each on a line of its own."""
    lines = [line for result in report.results for line in _of_result(result)]
    lines += [_command(error.place, "wrong input", error.message) for error in report.errors]
    return "".join(f"{utf8(line)}\n" for line in lines)


def _of_result(result: Result) -> Iterator[str]:
    for failure in result.failures:
        yield _command(failure.place, "step failed", failure.message)
    verdict = result.verdict
    if verdict is None or verdict.conforms:
        return
    if verdict.outcome == "inconclusive":
        yield _command(Place(result.diagram.partition("#")[0]), "inconclusive", verdict.reason)
    for context in contexts(Account(verdict, result.events, result.expectation)):
        title = f"{context.deviation.kind}: trace {result.trace}"
        yield _command(context.deviation.place, title, sentence(context))


def _command(place: Place | None, title: str, message: str) -> str:
    where = f"file={_property(place.file)},line={place.line},col={place.column}," if place and place.file else ""
    return f"::error {where}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def job_summary(report: Report) -> str:
    """The summary of the job as Markdown: counts, and each failure with its diagram as Mermaid."""
    counts = report.summary
    lines = ["## simulator", "", "| conform | deviate | prefix | inconclusive | not run | wrong input | coverage |"]
    lines.append("| --: | --: | --: | --: | --: | --: | --: |")
    numbers = (counts.conforms, counts.deviates, counts.prefix, counts.inconclusive, counts.not_run, len(report.errors))
    percent = f"{rounded(report.coverage.percent):g} %" if report.coverage.counts else ""
    lines += [f"| {' | '.join(map(str, numbers))} | {percent} |", ""]
    failed = groups(each for each in report.results if each.outcome not in {None, "conforms"})
    for group in failed[:MOST]:
        lines += _told(group, report)
    if rest := len(failed) - MOST:
        lines += [f"and {rest} more", ""] if rest > 0 else []
    for error in report.errors:
        lines += [*_fenced(str(error)), ""]
    return utf8("\n".join(lines))


def _told(group: Group, report: Report) -> Iterator[str]:
    result = group.first
    yield f"### {result.outcome}: {_code(result.diagram)}, {_code(str(group))}"
    yield ""
    yield from _fenced(plain(failure_lines(result)).strip("\n"))
    yield ""
    written = report.diagrams.get(result.diagram)
    if written is not None and result.verdict is not None:
        account = Account(result.verdict, result.events, result.expectation)
        try:
            drawn = print_mermaid(signed(marked(written.diagram, account))).text
        except SimulatorError:
            return
        yield from _fenced(drawn.rstrip("\n"), "mermaid")
        yield ""


def signed(found: Marked) -> SequenceDiagram:
    """The marked diagram, with the signs of its marks in the labels; what passed needs none."""

    def sign(element: Element) -> Element:
        if isinstance(element, Fragment):
            return replace(element, body=tuple(map(sign, element.body)))
        if isinstance(element, Message | Return):
            mark = found.marks(element)
            if mark.kind not in {None, "passed"}:
                below = f"\\n{mark.below}" if mark.below else ""
                return replace(element, label=f"{SIGNS[mark.kind]} {element.label}{below}")
        return element

    return replace(found.diagram, body=tuple(map(sign, found.diagram.body)))


def _code(text: str) -> str:
    """A text as code: with more backticks around it than it has."""
    ticks = "`" * (1 + max((len(run) for run in _runs(text)), default=0))
    return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"


def _fenced(text: str, language: str = "") -> list[str]:
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(text)), default=0))
    return [f"{fence}{language}", text, fence]


def _runs(text: str) -> list[str]:
    return re.findall("`+", text)
