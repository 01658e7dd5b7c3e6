"""What a report says about parts that no trace showed."""

import json
from dataclasses import replace

import pytest

from simulator.conformance.anatomy import Case, PartKind
from simulator.conformance.coverage import Coverage, Part
from simulator.errors import Place
from simulator.report.campaign_text import campaign_lines
from simulator.report.covered import coverage_lines, rounded, under_lines, words
from simulator.report.json_campaign import campaign_json
from simulator.report.json_report import report_json
from simulator.report.line import plain
from simulator.report.result import Campaign, Report
from simulator.report.text import Detail, report_lines
from tests.report.explored import PASSED
from tests.report.judged import FILE, covered, judged

OPTIONAL = "@startuml\nA -> B: one\nopt hit\nA -> B: two\nend\nloop\nA -> B: three\nend\n@enduml\n"
ONCE = judged(f"{OPTIONAL}@startuml\nA -> B: one\n@enduml\n")
REPORT = Report((ONCE,), coverage=covered(ONCE))


def said(report: Report, detail: Detail) -> str:
    """Write a report."""
    return plain(report_lines(report, detail))


def test_a_line_for_each_diagram() -> None:
    """One line says how much was shown, and the first of what was not."""
    assert said(REPORT, "normal").splitlines()[1] == (
        f"coverage      {FILE}   3 of 8 parts exercised; not: line 3 opt hit: taken, line 4 A -> B: two, and 3 more; "
        "-v shows all"
    )


def test_verbose_lists_all() -> None:
    """With `-v` every part that was not shown has a line."""
    assert plain(coverage_lines(REPORT, verbose=True)) == (
        f"coverage      {FILE}   3 of 8 parts exercised\n"
        "                not   line 3    opt hit: taken\n"
        "                not   line 4    A -> B: two\n"
        "                not   line 6    loop: once\n"
        "                not   line 6    loop: more than once\n"
        "                not   line 7    A -> B: three\n"
    )


def test_quiet_says_nothing() -> None:
    """With `-q` a report without failures is its summary."""
    assert said(REPORT, "quiet") == "1 conforms (0.00 s)\n"


def test_what_deviates_is_told_already() -> None:
    """A diagram that no trace conforms to has a line only with `-v`."""
    deviates = judged(f"{OPTIONAL}@startuml\nA -> B: eins\n@enduml\n")
    report = Report((deviates,), coverage=covered(deviates))
    assert list(coverage_lines(report, verbose=False)) == []
    assert "0 of 8 parts exercised" in said(report, "verbose")


def test_nothing_is_missing() -> None:
    """A diagram all of whose parts were shown has no line."""
    result = judged("@startuml\nA -> B: one\n@enduml\n" * 2)
    assert list(coverage_lines(Report((result,), coverage=covered(result)), verbose=True)) == []


def test_a_threshold() -> None:
    """Less than must be exercised is a failure with status 1, and what is missing is listed with its place."""
    short = replace(REPORT, fail_under=37.6)
    assert (REPORT.status, short.status, replace(REPORT, fail_under=37.5).status) == (0, 1, 0)
    text = plain(under_lines(short))
    assert text.startswith(
        "the coverage is 37.5 %, and must be 37.6 %: 5 of 8 parts of the diagrams were not exercised\n"
    )
    assert f"  {FILE}:3:1: opt hit: taken\n" in text


def test_long_lists_are_cut() -> None:
    """Of many parts the first are listed."""
    parts = (Part(FILE, Place(FILE, line), "message", "A -> B", "shown") for line in range(1, 31))
    report = Report((ONCE,), coverage=Coverage(tuple((part, 0) for part in parts)), fail_under=1)
    assert plain(under_lines(report)).splitlines()[20:] == [f"  {FILE}:20:1: A -> B", "  and 10 more; -v shows all"]


def test_another_file() -> None:
    """A part that another file holds is told with the name of that."""
    part = Part(FILE, Place("traces/shared.iuml", 7), "message", "A -> B", "shown")
    (line,) = coverage_lines(Report((ONCE,), coverage=Coverage(((part, 0),))), verbose=False)
    assert str(line).endswith("0 of 1 parts exercised; not: traces/shared.iuml:7 A -> B")


@pytest.mark.parametrize(
    ("kind", "name", "case", "told"),
    [
        ("alt", "miss", "taken", "alt miss"),
        ("alt", "", "taken", "alt"),
        ("ref", "", "taken", "ref"),
        ("par", "left", "taken", "par left"),
        ("par", "1, 2", "in order", "par: 1 before 2"),
        ("par", "1, 2", "reversed", "par: 2 before 1"),
        ("par", "1, 2", "interleaved", "par: 1 and 2 interleaved"),
        ("break", "", "not taken", "break: left out"),
        ("loop", "", "0", "loop: 0 times"),
    ],
)
def test_words(kind: PartKind, name: str, case: Case, told: str) -> None:
    """Each kind of part in its words."""
    assert words(Part(FILE, Place(FILE), kind, name, case)) == told


def test_percentages_are_rounded_down() -> None:
    """Nearly everything is not everything."""
    assert (rounded(99.99), rounded(100.0), rounded(37.56)) == (99.9, 100.0, 37.5)


def test_a_campaign() -> None:
    """`explore` says of its diagrams what `check` does, and has the same threshold."""
    exploration = replace(PASSED, coverage=REPORT.coverage)
    campaign = Campaign(exploration, fail_under=37.6)
    (told,) = (each for each in plain(campaign_lines(campaign)).splitlines() if each.startswith("coverage"))
    assert told == said(REPORT, "normal").splitlines()[1]
    assert plain(under_lines(campaign)) == plain(under_lines(replace(REPORT, fail_under=37.6)))
    assert (campaign.status, replace(campaign, fail_under=37.5).status) == (1, 0)
    assert json.loads(campaign_json(campaign))["coverage"] == json.loads(report_json(REPORT))["coverage"]


def test_what_is_broken_is_told_already() -> None:
    """Of a diagram that its own scenario does not conform to, a line comes only with `-v`."""
    deviates = judged(f"{OPTIONAL}@startuml\nA -> B: eins\n@enduml\n")
    assert deviates.verdict is not None
    exploration = replace(PASSED, coverage=covered(deviates), broken=(deviates.verdict,))
    assert "coverage" not in plain(campaign_lines(Campaign(exploration)))
    assert "0 of 8 parts exercised" in plain(campaign_lines(Campaign(exploration), "verbose"))
