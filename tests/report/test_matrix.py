"""What `check` says about several services: the golden cases of `tests/golden/report/matrix/`, and what is left out."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator.report.line import plain
from simulator.report.result import Report, Result
from simulator.report.text import report_lines
from tests.golden.loader import Case, load
from tests.report.judged import judged

PART = re.compile(r"^-- (?P<diagram>\S+) on (?P<s3>\S+?)(?:: (?P<why>.*))?$", re.MULTILINE)


def results(text: str) -> Iterator[Result]:
    """Judge every part of a case."""
    places = list(PART.finditer(text))
    for place, end in zip(places, [*(each.start() for each in places[1:]), len(text)], strict=True):
        diagram, s3, why = place.groups()
        if why:
            yield Result(diagram, not_run=why, s3=s3)
        else:
            yield replace(judged(text[place.end() : end].strip() + "\n"), diagram=diagram, s3=s3)


@pytest.mark.parametrize("case", load("report/matrix"), ids=str)
def test_matrix(case: Case) -> None:
    """A report about several services reads exactly as its golden case."""
    report = Report(tuple(results(case.input)))
    assert plain(report_lines(report, again="simulator check --s3 moto")) == case.expected + "\n"


def test_quiet() -> None:
    """With `-q` the table is there only when something differs."""
    alike, differ = load("report/matrix")[:2]
    assert plain(report_lines(Report(tuple(results(alike.input))), "quiet")) == "2 conform (0.00 s)\n"
    assert plain(report_lines(Report(tuple(results(differ.input))), "quiet")).startswith("1 of 2 diagrams differ")


def test_verbose() -> None:
    """With `-v` every run is told, with its service."""
    text = plain(report_lines(Report(tuple(results(load("report/matrix")[0].input))), "verbose"))
    assert "conforms      traces/one.puml   trace one on moto, 1 event, " in text
    assert "conforms      traces/one.puml   trace one on memory, 1 event, " in text
