"""What `parse` says."""

import pytest

from simulator.diagram.parser import parse
from simulator.errors import DiagramError, Place
from simulator.interaction.lower import lower
from simulator.report.line import plain
from simulator.report.result import Parse, ParsedDiagram, ParsedFile, Remark
from simulator.report.tree import parse_lines
from tests.golden.loader import Case, load
from tests.report.judged import FILE


def parsed(text: str) -> ParsedFile:
    """Read a file that holds `text`."""
    diagrams = tuple(ParsedDiagram(diagram, lower(diagram, FILE)) for diagram in parse(text, FILE))
    warnings = (Remark(*each) for parsed in diagrams if parsed.expectation for each in parsed.expectation.warnings)
    return ParsedFile(FILE, diagrams, (), tuple(warnings))


@pytest.mark.parametrize("case", load("report/parse"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram is told exactly as in its golden case."""
    assert plain(parse_lines(Parse((parsed(case.input),)))) == case.expected + "\n"


def test_refused_file() -> None:
    """A file that cannot be read is named, and the next one is told all the same."""
    refused = ParsedFile("bad.puml", errors=(DiagramError("wrong", place=Place("bad.puml", 2, 1)),))
    text = plain(parse_lines(Parse((refused, parsed("@startuml\nA -> B: x\n@enduml\n")))))
    assert text.startswith("bad.puml: not valid\n\ntraces/one.puml: valid\n")
