"""Results to report about, made from text.

Lives here: reading an expected and an actual run, both written as PlantUML, into a `Result`.
"""

from simulator.conformance.check import check
from simulator.conformance.counting import coverage
from simulator.conformance.coverage import Coverage
from simulator.diagram.parser import parse
from simulator.events import Trace
from simulator.interaction.lower import lower
from simulator.report.result import Result
from tests.instances import instance

FILE = "traces/one.puml"


def judged(text: str) -> Result:
    """Judge by the first diagram of a text the run that the second diagram writes down."""
    diagram, run = parse(text, FILE)
    trace = Trace("one", tuple(instance(expected) for expected in lower(run, "run").events))
    meant = lower(diagram, FILE)
    return Result(FILE, trace.name, check(meant, trace), events=trace.events, expectation=meant)


def covered(result: Result) -> Coverage:
    """What a result shows of its diagram."""
    assert result.expectation is not None
    assert result.verdict is not None
    return coverage(result.expectation, [result.verdict])
