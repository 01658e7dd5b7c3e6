"""Findings: nothing that is wrong is without one, and nothing else has one."""

from dataclasses import replace

import pytest

from simulator.report.campaign_finding import campaign_findings, replayed_findings
from simulator.report.finding import KINDS, findings
from simulator.report.result import Campaign, Replayed, Report
from tests.report.explored import FAILED
from tests.report.reports import CAMPAIGNS, DEVIATES, REPLAYS, REPORTS


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_a_check_has_findings_where_it_fails(report: Report) -> None:
    """The law; every kind is explained."""
    found = list(findings(report))
    assert bool(found) == (report.status != 0)
    assert {each.kind for each in found} <= KINDS.keys()
    assert all(each.message for each in found)


@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=CAMPAIGNS.keys())
def test_a_campaign_has_findings_where_it_fails(campaign: Campaign) -> None:
    """The law."""
    found = list(campaign_findings(campaign))
    assert bool(found) == (campaign.status != 0)
    assert {each.kind for each in found} <= KINDS.keys()


@pytest.mark.parametrize("replayed", REPLAYS.values(), ids=REPLAYS.keys())
def test_a_replay_has_findings_where_it_fails(replayed: Replayed) -> None:
    """The law."""
    found = list(replayed_findings(replayed))
    assert bool(found) == (replayed.status != 0)
    assert {each.kind for each in found} <= KINDS.keys()


def test_what_is_alike_is_told_once() -> None:
    """Thirty traces that deviate alike are as many findings as one."""
    one, many = list(findings(DEVIATES)), list(findings(REPORTS["a group"]))
    assert [each.kind for each in one] == ["different", "different"]
    assert [(each.kind, each.place, each.count) for each in many] == [(each.kind, each.place, 30) for each in one]
    assert many[0].seen == "30 traces (run-0, run-1, run-2, ...)"


def test_several_services_are_told_apart() -> None:
    """Which one it was is part of what is said."""
    assert [each.seen for each in findings(REPORTS["two services"])] == ["trace one on http://127.0.0.1:9000"] * 2


def test_failures_of_a_campaign_stand_at_their_diagram() -> None:
    """At the deviation, else at the rule about the operation, else at the saved scenario."""
    found = list(campaign_findings(CAMPAIGNS["failed"]))
    assert [(each.kind, str(each.place)) for each in found] == [
        ("deviates", "traces/one.puml:2:1"),
        ("different", "traces/one.puml:2:1"),
        ("result", "traces/one.puml:5:1"),
    ]
    assert found[2].message == "expected b'foo', got b''; after: write 'foo' to main; read it"
    unruled = replace(CAMPAIGNS["failed"], exploration=replace(FAILED, rules=()))
    assert [str(each.place) for each in campaign_findings(unruled)][-1] == "found/read-1.toml:1:1"
