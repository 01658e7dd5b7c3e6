"""What is said about the strength of a diagram."""

import json
from dataclasses import replace

import pytest

from simulator.conformance.check import Judge
from simulator.conformance.strength import strength
from simulator.diagram.parser import parse
from simulator.events import Trace
from simulator.interaction.lower import lower
from simulator.report.json_report import report_json
from simulator.report.line import plain
from simulator.report.result import Report, Result
from simulator.report.strength import strength_lines
from tests.golden.loader import Case, load
from tests.report.judged import FILE, judged

LOOSE = "@startuml\nopt\nA -> B: ${X}\nend\nA -> B: end\n@enduml\n@startuml\nA -> B: v1\nA -> B: end\n@enduml\n"


def measured(text: str) -> Result:
    """The strength of the first diagram of a text, by the run that the second writes down."""
    result = judged(text)
    judge = Judge(lower(parse(text, FILE)[0], FILE))
    return replace(result, strength=strength(judge, Trace(result.trace, result.events)))


def told(text: str) -> str:
    """The same in words."""
    return plain(strength_lines([measured(text)], quiet=False, verbose=False)).rstrip("\n")


@pytest.mark.parametrize("case", load("report/strength"), ids=str)
def test_golden(case: Case) -> None:
    """What goes unnoticed is told with its place and the reason, in 15 lines at most."""
    assert told(case.input) == case.expected
    assert len(case.expected.splitlines()) <= 15


def test_several_runs_of_a_diagram_are_told_together() -> None:
    """The counts of all runs are added up, and a gap is told once."""
    result = measured(LOOSE)
    one, two = (plain(strength_lines([result] * count, quiet=False, verbose=False)) for count in (1, 2))
    assert len(one.splitlines()) == len(two.splitlines()) == 3
    assert "12 of 14 changes noticed, 85 %" in one
    assert "24 of 28 changes noticed, 85 %" in two


def test_verbose_shows_every_change_with_its_event() -> None:
    """Each change that goes unnoticed has a line with the event and the name of the run."""
    text = plain(strength_lines([measured(LOOSE)], quiet=False, verbose=True))
    assert "event 0 left out: A -> B: v1   trace one\n" in text
    assert "event 0 with another value: A -> B: v1   trace one\n" in text


def test_quiet_leaves_out_diagrams_that_notice_everything() -> None:
    """Quiet tells only of what goes unnoticed."""
    strong = measured("@startuml\nA -> B: x\n@enduml\n@startuml\nA -> B: x\n@enduml\n")
    assert list(strength_lines([strong], quiet=True, verbose=False)) == []
    assert len(list(strength_lines([strong, measured(LOOSE)], quiet=True, verbose=False))) == 3


def test_json_has_every_change_that_goes_unnoticed() -> None:
    """The field `strength` has the counts and the changes; it is there only where it was asked for."""
    row = json.loads(report_json(Report((measured(LOOSE),))))["results"][0]["strength"]
    dropped, value = row.pop("survivors")
    assert row == {"mutants": 14, "rejected": 12, "undecided": 0, "share": 12 / 14, "events": 2, "of": 2}
    assert dropped == {
        "event": 0,
        "change": "dropped",
        "cause": "opt",
        "file": FILE,
        "line": 2,
        "column": 1,
        "hole": "",
        "message": "event 0 left out: `opt` may be left out",
    }
    assert (value["cause"], value["hole"], value["line"]) == ("once", "${X}", 3)
    assert "strength" not in json.loads(report_json(Report((judged(LOOSE),))))["results"][0]
