"""SARIF: valid, stable, and hard to confuse."""

import json
import os
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from simulator.report.campaign_finding import campaign_findings, replayed_findings
from simulator.report.finding import Finding, findings
from simulator.report.result import Campaign, Replayed, Report
from simulator.report.sarif import sarif, uri
from tests.report.reports import CAMPAIGNS, DEVIATES, HOSTILE, REPLAYS, REPORTS, hostile, report
from tests.report.schemas import problems

FOLDER = PurePath("/folder")


def document(report: Report) -> Any:
    """The document of a `check`, which is valid."""
    return valid(sarif(findings(report), FOLDER, report.status))


def valid(text: str) -> Any:
    """Read it, and check it by the schema."""
    found = json.loads(text)
    assert problems(found, "sarif-2.1.0") == []
    return found["runs"][0]


def prints(report: Report) -> list[str]:
    """The fingerprints of all results."""
    return [each["partialFingerprints"]["finding/v1"] for each in document(report)["results"]]


def test_the_schema_can_refuse() -> None:
    """Else being valid says nothing."""
    assert problems({"version": "2.1.0"}, "sarif-2.1.0") == ["$: 'runs' is a required property"]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_every_report_is_valid_and_shows_what_is_wrong(report: Report) -> None:
    """Results where something is wrong, all of them errors; a run that did not succeed says so."""
    run = document(report)
    assert bool(run["results"]) == (report.status != 0)
    assert {each["level"] for each in run["results"]} <= {"error"}
    assert run["invocations"] == [{"executionSuccessful": report.status in {0, 1}, "exitCode": report.status}]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in run["results"])


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=CAMPAIGNS.keys())
def test_every_campaign_is_valid(campaign: Campaign) -> None:
    """The same of `explore`."""
    run = valid(sarif(campaign_findings(campaign), FOLDER, campaign.status))
    assert bool(run["results"]) == (campaign.status != 0)


@pytest.mark.parametrize("replayed", REPLAYS.values(), ids=REPLAYS.keys())
def test_every_replay_is_valid(replayed: Replayed) -> None:
    """The same of `replay`."""
    run = valid(sarif(replayed_findings(replayed), FOLDER, replayed.status))
    assert bool(run["results"]) == (replayed.status != 0)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_only_texts(text: str) -> None:
    """No control character but line feeds is left in a message, and every address is one."""
    for each in document(hostile(text))["results"]:
        said = each["message"]["text"].replace("\n", "")
        assert said.isprintable()
        for location in each.get("locations", ()):
            address = location["physicalLocation"]["artifactLocation"]["uri"]
            assert address.isascii()
            assert urlsplit(address)[:2] == ("", "")


def test_a_location_is_the_line_of_the_diagram() -> None:
    """With the column, both from 1."""
    first = document(DEVIATES)["results"][0]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "traces/one.puml"},
                "region": {"startLine": 4, "startColumn": 1},
            }
        }
    ]
    assert first["message"]["text"] == "trace one: the label differs: expected 'A -> B: two', got 'A -> B: 2'"


def test_paths_are_relative_to_the_folder() -> None:
    """What is elsewhere keeps its whole path; letters that addresses cannot have are escaped byte by byte."""
    assert uri("/folder/traces/a b.puml", FOLDER) == "traces/a%20b.puml"
    assert uri("traces/a.puml", FOLDER) == "traces/a.puml"
    assert uri("/other/a.puml", FOLDER) == "file:///other/a.puml"
    assert uri("c:a.puml", FOLDER) == "c%3Aa.puml"
    odd = os.fsdecode(b"caf\xe9#1?.puml")
    assert unquote_to_bytes(uri(odd, FOLDER)) == os.fsencode(odd)


def test_fingerprints_stay_when_lines_are_inserted_above() -> None:
    """Comments, a title, another section: what deviates below is still the same."""
    run = "== S ==\nA -> B: one\nA -> B: 2\nB -> A: x"
    plain = "== S ==\nA -> B: one\nA -> B: two\nB -> A: three"
    moved = report(f"' a comment\ntitle x\n\n{plain}", run)
    longer = report(f"== First ==\nA -> B: zero\n{plain}", f"== First ==\nA -> B: zero\n{run}")
    lines = [[each.place.line for each in findings(one) if each.place] for one in (DEVIATES, moved, longer)]
    assert lines == [[4, 5], [7, 8], [6, 7]]
    assert prints(DEVIATES) == prints(moved) == prints(longer)
    assert prints(DEVIATES) == prints(replace(DEVIATES, results=(replace(DEVIATES.results[0], seconds=99),)))


def test_fingerprints_tell_deviations_apart() -> None:
    """By what is expected, by what came instead, by section, by diagram, and by turn where all of that is equal."""
    others = [
        report("A -> B: one", "A -> B: 1"),
        report("A -> B: one", "A -> B: 2"),
        report("A -> B: two", "A -> B: 2"),
        report("== S ==\nA -> B: one", "== S ==\nA -> B: 1"),
        report("A -> B: one", "A -> B: 1", "traces/other.puml"),
        report("A -> B: one\nA -> B: two", "A -> B: two"),
        report("A -> B: one", "A -> B: one\nA -> B: one"),
        report("A -> B: one\nA -> B: one\nA -> B: 3", "A -> B: 1\nA -> B: 1\nA -> B: 3"),
    ]
    found = [each for one in others for each in prints(one)]
    # The first of the last report says the same as that of the first.
    assert len(found) == len(others) + 1
    assert len(set(found)) == len(others)


def test_a_diagram_has_one_name_in_fingerprints(tmp_path: Path) -> None:
    """Whether its path was given from here or from the root."""
    one = Finding("different", "x", diagram="traces/one.puml", about="x")
    other = replace(one, diagram=str(tmp_path / "traces/one.puml"))
    texts = [sarif([each], tmp_path, 1) for each in (one, other)]
    assert texts[0] == texts[1]
