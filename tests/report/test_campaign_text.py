"""What `explore` and `replay` say."""

from dataclasses import replace
from pathlib import Path

from simulator.conformance.exploration import Exhausted, Replay
from simulator.errors import SimulatorError
from simulator.report.campaign_text import campaign_lines, replayed_lines
from simulator.report.line import plain
from simulator.report.result import Campaign, Replayed
from simulator.report.text import Detail
from tests.report.explored import DEVIATION, FAILED, MISSED, PASSED, REACHED, RESULT

GOLDEN = Path(__file__).parent.parent / "golden" / "report" / "campaign"


def said(campaign: Campaign, detail: Detail = "normal") -> str:
    """Write an exploration."""
    return plain(campaign_lines(campaign, detail, "simulator explore traces"))


def golden(name: str) -> str:
    """Read what is expected."""
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_passed() -> None:
    """Rules that were never exercised, what is uncovered, what ran on which service with which seed."""
    assert said(Campaign(PASSED)) == golden("passed")


def test_failed() -> None:
    """Each failure with its operations, its events and the line that runs it again."""
    assert said(Campaign(FAILED, {"write-1": "found/write-1.toml"})) == golden("failed")


def test_verbose() -> None:
    """With `-v` every rule with its sources and how often it was met, and all events of a failure."""
    assert said(Campaign(FAILED), "verbose") == golden("verbose")


def test_events_as_expected_are_shown_once() -> None:
    """Where the answer is wrong, and nothing else."""
    text = said(Campaign(replace(FAILED, failures=(replace(RESULT, expected=RESULT.actual),))))
    assert "\n  events, as expected:" in text
    assert "  actual:" not in text


def test_exhausted() -> None:
    """Where all sequences were gone through, how many there are, and what was pruned of them."""
    exhausted = Exhausted(("main", "other"), 5, 24, 8_308_824, 10, 192, 192, 8_308_440, complete=True)
    assert said(Campaign(replace(PASSED, exhausted=exhausted))) == golden("exhausted")
    narrow = replace(PASSED, exhausted=replace(exhausted, names=(), complete=False))
    without = (
        golden("exhausted").replace("  longer sequences lead to no other state\n", "").replace(" on main, other", "")
    )
    assert said(Campaign(narrow)) == without


def test_quiet() -> None:
    """With `-q` a passed exploration is one line."""
    assert len(said(Campaign(PASSED), "quiet").splitlines()) == 1


def test_what_can_be_reached() -> None:
    """How much of it was, and how soon, how far anybody looked, whether that is all there is, and what was missed."""
    text = said(Campaign(replace(PASSED, reachable=REACHED)))
    told = "reached 212 of 212 behaviours that 6 operations can reach, after 4321 operations (3481 states, none left)"
    assert f"\n{told}\n\n" in text
    text = said(Campaign(replace(PASSED, reachable=MISSED)))
    told = (
        "reached 2 of 3 behaviours that 1 operation can reach, after 1 operation "
        "(17 states, longer ways were not all looked at)"
    )
    assert f"\n{told}\n  not reached: Read\n\n" in text
    assert "reached" not in said(Campaign(replace(PASSED, reachable=REACHED)), "quiet")


def test_stopped() -> None:
    """Who stops it knows that much is missing: it is counted, and only `-v` lists it."""
    campaign = Campaign(replace(PASSED, reachable=MISSED, interrupted=True))
    text = said(campaign)
    assert text.startswith("rules (2): 1 never exercised; -v lists all\nuncovered")
    assert "reached 2 of 3 behaviours" in text
    assert "not reached" not in text
    assert "  not reached: Read\n" in said(campaign, "verbose")


def test_services() -> None:
    """Where it ran, where that was confirmed, and whether the time was what counted."""
    text = said(Campaign(replace(PASSED, confirmed="moto", seconds=30)))
    assert "(memory, samples and failures confirmed on moto, 0.00 s, seed 1, boxed by time: " in text


def test_drawn() -> None:
    """What was drawn is named, instead of the advice to draw it."""
    text = said(Campaign(PASSED, drawn=("found/delete.puml",)))
    assert "  drawn: found/delete.puml\n" in text
    assert "-o DIR" not in text


def test_replayed() -> None:
    """Each file is fixed or still failing; what still fails is explained."""
    text = plain(replayed_lines(Replayed((Replay("a.toml", None), Replay("b.toml", DEVIATION)))))
    assert text.startswith("fixed          a.toml\nstill failing  b.toml\n\nfailure write-1 ")
    assert text.endswith("1 fixed, 1 still failing (0.00 s)\n")
    assert plain(replayed_lines(Replayed((), (SimulatorError("no such file"),)))) == ""
