"""The verdict as one picture."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from simulator.report.result import Report
from simulator.report.verdict_svg import report_svg
from tests.report.test_html import DEVIATING, judged, message

GOOD = judged("A -> B: fine", message("fine"), name="good.puml")


def test_the_diagram_shows_what_came() -> None:
    """Every kind of deviation is a class of an arrow, and the picture says whose verdict it is."""
    tree = ET.fromstring(report_svg(DEVIATING))
    classes = {kind for element in tree.iter() for kind in (element.get("class") or "").split()}
    assert {"passed", "different", "missing"} <= classes
    assert "deviates: x.puml, trace run" in "".join(tree.itertext())


def test_results_stand_below_each_other_what_deviates_first() -> None:
    """As one picture, with every id once."""
    both = Report((*GOOD.results, *DEVIATING.results), diagrams={**GOOD.diagrams, **DEVIATING.diagrams})
    tree = ET.fromstring(report_svg(both))
    inside = [each for each in tree if each.tag.endswith("svg")]
    tops = [float(each.get("y") or 0) for each in inside]
    heights = [float(each.get("height") or 0) for each in inside]
    assert tops[0] == 0
    assert abs(tops[1] - heights[0]) < 1
    told = ["".join(each.itertext()) for each in inside]
    assert "deviates: x.puml" in told[0]
    assert "conforms: good.puml" in told[1]
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_what_was_not_run_and_nothing_at_all_are_pictures_too() -> None:
    """A report that cannot be drawn is no reason to fail."""
    idle = replace(GOOD.results[0], verdict=None, not_run="there is no scenario")
    assert "there is no scenario" in report_svg(replace(GOOD, results=(idle,)))
    assert "Nothing was judged" in report_svg(Report())
