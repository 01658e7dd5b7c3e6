"""GitHub: one command a line whatever the texts are, and a summary that GitHub takes."""

import re
from dataclasses import replace
from pathlib import PurePath

import pytest

from simulator.errors import DiagramError
from simulator.report.campaign_finding import campaign_findings, replayed_findings
from simulator.report.finding import findings
from simulator.report.github import (
    LONGEST,
    MOST,
    annotations,
    campaign_summary,
    job_summary,
    replayed_summary,
)
from simulator.report.result import Campaign, Replayed, Report
from tests.report.reports import CAMPAIGNS, DEVIATES, HOSTILE, REPLAYS, REPORTS, hostile, report

FOLDER = PurePath("/project")

# As the runner reads a command: properties up to the next `::`, each up to the next comma.
COMMAND = re.compile(r"::error (?:file=[^,:\r\n]+,line=\d+,col=\d+,)?title=[^,:\r\n]+::[^\r\n]*")


def annotated(report: Report, workspace: str = "/project") -> list[str]:
    """The annotations of a `check`, each one whole command."""
    return whole(annotations(findings(report), FOLDER, PurePath(workspace)))


def whole(text: str) -> list[str]:
    """The lines of a text, all of which are commands."""
    lines = text.splitlines()
    assert text == "".join(f"{line}\n" for line in lines)
    assert [line for line in lines if not COMMAND.fullmatch(line)] == []
    return lines


def fences(text: str) -> list[str]:
    """The text of a Markdown document outside of its blocks of code (CommonMark, "Fenced code blocks")."""
    outside, fence = [], ""
    for line in text.split("\n"):
        ticks = re.match("`{3,}", line)
        if not fence and ticks:
            fence = ticks.group()
        elif fence and re.fullmatch(f"{fence}`*\\s*", line):
            fence = ""
        elif not fence:
            outside.append(line)
    assert not fence
    return outside


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_what_is_wrong_is_annotated(report: Report) -> None:
    """An error where something is wrong, for `check`."""
    assert bool(annotated(report)) == (report.status != 0)
    fences(job_summary(report))


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=CAMPAIGNS.keys())
def test_what_is_wrong_in_a_campaign_is_annotated(campaign: Campaign) -> None:
    """The same of `explore`."""
    assert bool(whole(annotations(campaign_findings(campaign), FOLDER, FOLDER))) == (campaign.status != 0)
    fences(campaign_summary(campaign))


@pytest.mark.parametrize("replayed", REPLAYS.values(), ids=REPLAYS.keys())
def test_what_is_wrong_in_a_replay_is_annotated(replayed: Replayed) -> None:
    """The same of `replay`."""
    assert bool(whole(annotations(replayed_findings(replayed), FOLDER, FOLDER))) == (replayed.status != 0)
    fences(replayed_summary(replayed))


def test_an_annotation_stands_at_the_line_of_the_diagram() -> None:
    """Told from the folder that GitHub tells paths from."""
    title, said = "title=different%3A trace one", "the label differs: expected 'A -> B: two', got 'A -> B: 2'"
    assert annotated(DEVIATES)[0] == f"::error file=traces/one.puml,line=4,col=1,{title}::{said}"
    assert annotated(DEVIATES, "/")[0] == f"::error file=project/traces/one.puml,line=4,col=1,{title}::{said}"
    assert annotated(DEVIATES, "/elsewhere")[0].startswith("::error file=traces/one.puml,")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_only_texts(text: str) -> None:
    """No text ends its command, or a block of the summary, or shows as Markdown outside of one."""
    found = hostile(text)
    assert len(annotated(found)) == 4
    outside = "\n".join(fences(job_summary(found)))
    assert "::error" not in re.sub("(`+).*?\\1", "", outside)
    assert "<script>" not in re.sub("(`+) .*? \\1", "", outside)
    assert all(letter.isprintable() or letter == "\n" for letter in job_summary(found))


def test_the_summary_counts_and_draws() -> None:
    """A table of counts; each failure whole, and its diagram as Mermaid with signs."""
    summary = job_summary(REPORTS["two services"])
    assert "\n| 1 | 1 | 0 | 0 | 0 | 0 |  |\n" in summary
    assert "### deviates: `traces/one.puml`, `trace one` on http://127.0.0.1:9000" in summary
    drawn = job_summary(DEVIATES)
    assert "### deviates: `traces/one.puml`, `trace one`\n" in drawn
    assert "    patch     traces/one.puml:4  A -> B: 2" in drawn
    assert drawn.count("```mermaid") == 1
    assert "A->>B: \u2260 two<br/>came: 2" in drawn


def test_a_summary_of_a_campaign_draws_what_happened() -> None:
    """Each failure as Mermaid, under the text of the command."""
    summary = campaign_summary(CAMPAIGNS["failed"])
    assert "failure write-1 (deviation, Write): no rule allows these events" in summary
    assert summary.count("```mermaid") == 2
    assert "A->>B: put 4" in summary


def test_a_summary_is_never_longer_than_github_takes() -> None:
    """Of many failures the first are drawn, of long ones so many as have room, and the others are counted."""
    many = report("A -> B: one", "A -> B: two").results[0]
    failed = Report(tuple(replace(many, diagram=f"{number}.puml") for number in range(MOST + 5)))
    assert job_summary(failed).count("### ") == MOST
    assert job_summary(failed).endswith("\nand 5 more\n")
    drawn = report("\n".join(f"A -> B: {'x' * 5_000} {number}" for number in range(11)), f"A -> B: {'x' * 5_000} 0")
    assert "```mermaid" not in job_summary(drawn)
    wrong = replace(DEVIATES, errors=tuple(DiagramError("\u00e9" * 200_000) for _ in range(4)))
    summary = job_summary(wrong)
    assert 800_000 < len(summary.encode()) < LONGEST
    assert summary.count("\u00e9" * 200_000) == 2
    assert "```mermaid" in summary
    assert summary.endswith("\nand 2 more\n")
