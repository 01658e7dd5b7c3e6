"""Results to report about, made from text.

Lives here: reading an expected and an actual run, both written as PlantUML, into a `Result`.
"""

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expected
from simulator.report.result import Result

FILE = "traces/one.puml"


def judged(text: str) -> Result:
    """Judge by the first diagram of a text the run that the second diagram writes down."""
    diagram, run = parse(text, FILE)
    trace = Trace("one", tuple(_event(expected) for expected in lower(run, "run").events))
    return Result(FILE, trace.name, check(lower(diagram, FILE), trace), events=trace.events)


def _event(expected: Expected) -> Event:
    text = str(expected.text)
    return Event(
        kind=expected.kind,
        source=expected.source,
        target=expected.target,
        line=expected.line,
        label="" if expected.kind == "note" else text,
        notes=tuple(Note(note.shape, str(note.text)) for note in expected.notes),
        on=tuple(sorted(expected.on)),
        shape=expected.shape,
        text=text if expected.kind == "note" else "",
    )
