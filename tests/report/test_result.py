"""What follows from results: outcome, counts, exit status."""

from dataclasses import replace

import pytest

from simulator.conformance.exploration import Replay
from simulator.diagram.ast import SequenceDiagram
from simulator.errors import ConfigurationError, DiagramError, Place
from simulator.report.result import (
    Campaign,
    Parse,
    ParsedDiagram,
    ParsedFile,
    Remark,
    Replayed,
    Report,
    Result,
)
from tests.report.explored import DEVIATION, FAILED, PASSED
from tests.report.judged import judged

FITS = judged("@startuml\nA -> B: x\n@enduml\n@startuml\nA -> B: x\n@enduml\n")
DEVIATES = judged("@startuml\nA -> B: x\n@enduml\n@startuml\nA -> B: y\n@enduml\n")
PREFIX = judged("@startuml\nA -> B: x\nA -> B: y\n@enduml\n@startuml\nA -> B: x\n@enduml\n")
EMPTY = judged("@startuml\nA -> B: x\n@enduml\n@startuml\nparticipant A\n@enduml\n")
NOT_RUN = Result("traces/x.puml")
STEP = Remark(Place("one.toml", 3, 1), "expected 'foo'")
ERROR = ConfigurationError("wrong")
VALID = ParsedFile("a.puml", (ParsedDiagram(SequenceDiagram()),))


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (Report(), 2),
        (Report((FITS,)), 0),
        (Report((FITS, NOT_RUN)), 0),
        (Report((NOT_RUN,)), 2),
        (Report((FITS, DEVIATES)), 1),
        (Report((PREFIX,)), 1),
        (Report((EMPTY,)), 1),
        (Report((replace(FITS, failures=(STEP,)),)), 1),
        (Report((FITS,), (ERROR,)), 2),
        (Report((DEVIATES,), (ERROR,)), 2),
        (Report((FITS,), interrupted=True), 130),
    ],
)
def test_status_of_a_report(report: Report, status: int) -> None:
    """Zero when something was judged and all conform, 1 when something does not, 2 on wrong input, 130 when stopped."""
    assert report.status == status


def test_summary() -> None:
    """Every result is counted once."""
    summary = Report((FITS, DEVIATES, PREFIX, EMPTY, NOT_RUN, replace(FITS, failures=(STEP,)))).summary
    assert (summary.conforms, summary.deviates, summary.prefix, summary.inconclusive, summary.not_run) == (
        1,
        2,
        1,
        1,
        1,
    )
    assert summary.judged == 5


def test_reason() -> None:
    """The reason of the verdict, or the steps that failed."""
    assert EMPTY.reason == "the trace holds no message and no data note"
    assert replace(FITS, failures=(STEP,)).reason == "one.toml:3:1: expected 'foo'"
    assert FITS.reason == NOT_RUN.reason == ""


@pytest.mark.parametrize(
    ("campaign", "status"),
    [
        (Campaign(PASSED), 0),
        (Campaign(FAILED), 1),
        (Campaign(PASSED, errors=(ERROR,)), 2),
        (Campaign(), 2),
        (Campaign(replace(PASSED, interrupted=True)), 130),
    ],
)
def test_status_of_a_campaign(campaign: Campaign, status: int) -> None:
    """What is uncovered is no failure."""
    assert campaign.status == status


@pytest.mark.parametrize(
    ("replayed", "status"),
    [
        (Replayed((Replay("a", None),)), 0),
        (Replayed((Replay("a", None), Replay("b", DEVIATION))), 1),
        (Replayed((Replay("a", None),), (ERROR,)), 2),
        (Replayed(), 2),
        (Replayed(interrupted=True), 130),
    ],
)
def test_status_of_a_replay(replayed: Replayed, status: int) -> None:
    """Zero when every failure is gone."""
    assert replayed.status == status


@pytest.mark.parametrize(
    ("parse", "status"),
    [
        (Parse((VALID,)), 0),
        (Parse((VALID, replace(VALID, errors=(DiagramError("wrong"),)))), 2),
        (Parse((ParsedFile("none.puml"),)), 2),
        (Parse(), 2),
    ],
)
def test_status_of_a_parse(parse: Parse, status: int) -> None:
    """Zero when every file is valid; a file without a diagram is not."""
    assert parse.status == status
