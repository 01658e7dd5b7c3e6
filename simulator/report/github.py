"""What is wrong for GitHub Actions: annotations beside changed lines, and a summary of the job.

Lives here: workflow commands and the Markdown of the summary (GitHub, "Workflow commands for GitHub Actions"). Must not
live here: what is wrong (`finding`, `campaign_finding`), sentences (`deviation`), Mermaid (`diagram.mermaid`).

Laws: a text cannot end its command or begin another, nor its fence in the summary. What deviates is drawn in the
summary, which is never longer than GitHub takes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from simulator.diagram.ast import Element, Fragment, Message, Return, SequenceDiagram
from simulator.diagram.mermaid import print_mermaid
from simulator.errors import SimulatorError
from simulator.picture.mark import SIGNS
from simulator.report.account import Account
from simulator.report.campaign_text import campaign_lines, replayed_lines
from simulator.report.covered import rounded
from simulator.report.finding import Finding
from simulator.report.groups import Group, groups
from simulator.report.line import plain, utf8, visible
from simulator.report.marked import Marked, marked
from simulator.report.result import Campaign, Replayed, Report
from simulator.report.text import failure_lines

MOST = 10
"""So many failures are drawn; GitHub shows as many annotations of a kind for one step."""
LONGEST = 1_000_000
"""So many bytes a summary may have; of a step with more than 1 MiB GitHub shows none."""
_LONGEST_DRAWN = 50_000
"""So many letters Mermaid reads (`maxTextSize`)."""


def annotations(findings: Iterable[Finding], folder: PurePath, workspace: PurePath) -> str:
    """One workflow command per finding, each on a line of its own; paths in `folder` are told from `workspace`."""
    return "".join(f"{_command(each, folder, workspace)}\n" for each in findings)


def _command(finding: Finding, folder: PurePath, workspace: PurePath) -> str:
    where, place = "", finding.place
    if place is not None and place.file:
        path = folder / place.file
        file = str(path.relative_to(workspace)) if path.is_relative_to(workspace) else place.file
        where = f"file={_property(file)},line={place.line},col={place.column},"
    title = f"{finding.kind}: {finding.seen}" if finding.seen else finding.kind
    return f"::error {where}title={_property(title)}::{_data(finding.message)}"


def _data(text: str) -> str:
    escaped = visible(utf8(text), "\n").replace("%", "%25")
    return escaped.replace("\n", "%0A")


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
    several = len(report.services) > 1
    told = [list(_told(group, report, several=several)) for group in failed[:MOST]]
    errors = [[*_fenced(str(error)), ""] for error in report.errors]
    return _shortened(lines, [*errors, *told], len(failed[MOST:]))


def campaign_summary(campaign: Campaign) -> str:
    """The same of an `explore`: what its text says, and what happened in each failure as Mermaid."""
    exploration = campaign.exploration
    failures = exploration.failures if exploration is not None else ()
    drawn = [[f"### {_code(each.name)}", "", *_drawn(each.actual)] for each in failures]
    errors = [[*_fenced(str(error)), ""] for error in campaign.errors]
    text = plain(campaign_lines(campaign)).strip("\n")
    return _shortened(["## simulator explore", ""], [*errors, [*_fenced(text), ""], *drawn[:MOST]], len(drawn[MOST:]))


def replayed_summary(replayed: Replayed) -> str:
    """The same of a `replay`."""
    errors = [[*_fenced(str(error)), ""] for error in replayed.errors]
    text = plain(replayed_lines(replayed)).strip("\n")
    return _shortened(["## simulator replay", ""], [*errors, [*_fenced(text), ""]], 0)


def _shortened(head: Sequence[str], blocks: Sequence[Sequence[str]], rest: int) -> str:
    """As many of the blocks as there is room for; rest: how many there are besides."""
    text = "\n".join(head) + "\n"
    for block in blocks:
        more = utf8("\n".join(block) + "\n")
        if len(text.encode()) + len(more.encode()) > LONGEST:
            rest += 1
        else:
            text += more
    return f"{text}and {rest} more\n" if rest else text


def _told(group: Group, report: Report, *, several: bool) -> Iterator[str]:
    result = group.first
    where = f" on {result.s3}" if several and result.s3 else ""
    yield f"### {result.outcome}: {_code(result.diagram)}, {_code(str(group))}{where}"
    yield ""
    yield from _fenced(plain(failure_lines(result)).strip("\n"))
    yield ""
    written = report.diagrams.get(result.diagram)
    if written is not None and result.verdict is not None:
        account = Account(result.verdict, result.events, result.expectation)
        yield from _drawn(signed(marked(written.diagram, account)))


def _drawn(diagram: SequenceDiagram) -> Iterator[str]:
    try:
        drawn = print_mermaid(diagram).text.rstrip("\n")
    except SimulatorError:
        return
    if len(drawn) <= _LONGEST_DRAWN:
        yield from _fenced(drawn, "mermaid")
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
    text = visible(utf8(text))
    ticks = "`" * (1 + max((len(run) for run in _runs(text)), default=0))
    return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"


def _fenced(text: str, language: str = "") -> list[str]:
    text = visible(utf8(text), "\n\t")
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(text)), default=0))
    return [f"{fence}{language}", text, fence]


def _runs(text: str) -> list[str]:
    return re.findall("`+", text)
