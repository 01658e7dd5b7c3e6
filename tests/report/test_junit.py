"""JUnit XML: as the schema says, and nothing that is wrong looks green."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest

from simulator.report.campaign_junit import campaign_junit, replayed_junit
from simulator.report.junit import report_junit
from simulator.report.result import Campaign, Replayed, Report
from tests.report.junit_structure import problems
from tests.report.reports import CAMPAIGNS, DEVIATES, HOSTILE, REPLAYS, REPORTS, hostile


def valid(text: str) -> Element:
    """Read a document, which is as the schema says, and whose counts are true."""
    root = fromstring(text.encode())
    assert list(problems(root)) == []
    for element in (root, *root.iter("testsuite")):
        tags = {"failures": "failure", "errors": "error", "skipped": "skipped", "tests": "testcase"}
        for name, tag in tags.items():
            if element.tag != "testsuites" or name != "skipped":
                assert element.get(name) == str(len(list(element.iter(tag))))
    return root


def red(root: Element) -> bool:
    """Whether anything failed."""
    return root.find(".//failure") is not None or root.find(".//error") is not None


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_every_report_is_valid_and_red_where_something_is_wrong(report: Report) -> None:
    """The law, for `check`."""
    root = valid(report_junit(report))
    assert red(root) == (report.status != 0)
    assert len(list(root.iter("testcase"))) >= len(report.results)


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=CAMPAIGNS.keys())
def test_every_campaign_is_valid_and_red_where_something_is_wrong(campaign: Campaign) -> None:
    """The law, for `explore`."""
    assert red(valid(campaign_junit(campaign))) == (campaign.status != 0)


@pytest.mark.parametrize("replayed", REPLAYS.values(), ids=REPLAYS.keys())
def test_every_replay_is_valid_and_red_where_something_is_wrong(replayed: Replayed) -> None:
    """The law, for `replay`."""
    assert red(valid(replayed_junit(replayed))) == (replayed.status != 0)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_only_texts(text: str) -> None:
    """No text ends an element, and none keeps the document from being read."""
    report = hostile(text)
    root = valid(report_junit(report))
    assert [each.tag for case in root.iter("testcase") for each in case] == ["failure", "skipped", "error", "error"]


def test_a_failure_says_first_what_deviates_and_then_everything() -> None:
    """Lists of CI servers show the message alone."""
    failure = valid(report_junit(DEVIATES)).find(".//failure")
    assert failure is not None
    assert failure.attrib == {
        "type": "deviates",
        "message": "the label differs: expected 'A -> B: two', got 'A -> B: 2' (and 1 more)",
    }
    assert failure.text is not None
    assert failure.text.startswith("deviates traces/one.puml: trace one: 2 deviations in 4 expected events\n")
    assert "patch     traces/one.puml:4  A -> B: 2" in failure.text


def test_cases_have_a_diagram_a_trace_and_a_service() -> None:
    """The service only where there are several; so histories do not break."""
    two = [
        (case.get("classname"), case.get("name"))
        for case in valid(report_junit(REPORTS["two services"])).iter("testcase")
    ]
    assert two == [("traces/one.puml", "one on moto"), ("traces/one.puml", "one on http://127.0.0.1:9000")]
    one = Report(tuple(replace(each, s3="moto", seconds=1.25) for each in DEVIATES.results))
    (case,) = valid(report_junit(one)).iter("testcase")
    assert (case.get("name"), case.get("time")) == ("one", "1.250")


def test_a_campaign_has_a_case_per_rule_and_failure() -> None:
    """Rules that no operation met are skipped."""
    root = valid(campaign_junit(CAMPAIGNS["failed"]))
    cases = [(case.get("classname"), case.get("name"), [each.tag for each in case]) for case in root.iter("testcase")]
    assert cases == [
        ("traces/one.puml", "Write", []),
        ("traces/one.puml", "Read", ["skipped"]),
        ("traces/one.puml", "one", ["failure"]),
        ("failures", "write-1", ["failure"]),
        ("failures", "read-1", ["failure"]),
    ]
