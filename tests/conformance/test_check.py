"""Judgement, case by case: a diagram and a run, both written as PlantUML, and the verdict."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.conformance.check import NO_DATA
from simulator.conformance.verdict import Verdict
from simulator.diagram.parser import parse
from simulator.errors import Place
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Expected, Strict
from tests.confirmed import check
from tests.golden.loader import Case, load
from tests.instances import instance

DIAGRAM = "d.puml"


def expectation(text: str) -> Expectation:
    """What the lines of a diagram expect; line 1 is the first of them."""
    # On the line of the first statement, so that lines count as the case is read.
    (diagram,) = parse(f"@startuml\n{text}\n@enduml\n", DIAGRAM)
    return lower(diagram, DIAGRAM, data_notes=("hnote", "rnote"))


def event(expected: Expected) -> Event:
    """The event that an expected event without holes stands for; `TX ...` are marks of the system."""
    return replace(instance(expected), attributes={"origin": "system"} if str(expected.text).startswith("TX") else {})


def told(verdict: Verdict) -> str:
    """A verdict as the cases write it: lines are those of the diagram as shown, without its first line."""
    lines = [f"{verdict.outcome} {verdict.cost}" + (f": {verdict.reason}" if verdict.reason else "")]
    for each in verdict.deviations:
        what = each.expected.text.fill(each.bindings) if each.expected else each.actual and each.actual.label
        moved = f" from {each.actual_event}" if each.actual_event is not None else ""
        where = "/".join([each.section, *each.frames])
        lines.append(f"{each.kind} {each.event}{moved} line {each.place.line - 1} in '{where}': {what}")
    values = " ".join(f"{name}={value}" for name, value in verdict.bindings.items())
    return "\n".join([*lines, *([values] if values else [])])


@pytest.mark.parametrize("case", load("conformance"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram and a run give the verdict that their case shows."""
    parts = re.fullmatch(r"(?:\[(?P<kind>\w+)=(?P<marks>\w+)\]\n)?(.*)\n--- run\n?(.*)", case.input, re.DOTALL)
    assert parts
    events = tuple(map(event, expectation(parts[4]).events)) if parts[4] else ()
    marks: dict[str, Any] = {parts["kind"]: parts["marks"]} if parts["kind"] else {}
    verdict = check(expectation(parts[3]), Trace("run", events), **marks)
    assert told(verdict) == case.expected


def test_an_empty_diagram_never_conforms() -> None:
    """A diagram that expects nothing allows no message, and an empty run is nothing to judge."""
    nothing = Expectation("empty", Place("empty.puml"), Strict())
    assert check(nothing, Trace("t", ())).reason == NO_DATA
    verdict = check(nothing, Trace("t", (Event(source="A", target="B", label="m"),)))
    assert (verdict.outcome, verdict.cost, verdict.fitness) == ("deviates", 1, 0.0)
    assert verdict.deviations[0].place == Place("empty.puml")


def test_values_known_beforehand_are_read_literally() -> None:
    """A hole that is bound from outside reads its value, whatever letters that has, and no other."""
    wanted = expectation("A -> B: get ${key}")
    trace = Trace("t", (Event(source="A", target="B", label="get a/b c"),))
    assert not check(wanted, trace)
    assert check(wanted, trace, bindings={"key": "a/b c"}).bindings == {"key": "a/b c"}
    assert not check(wanted, trace, bindings={"key": "a/b"})


def test_a_remark_that_holds_a_hole_is_data() -> None:
    """A plain note with a hole must be there, and fit; without one it says nothing about the run."""
    wanted = expectation("A -> B: put ${X}\nnote right: is ${X}")
    for text, allowed in (("is a", True), ("is b", False)):
        event = Event(source="A", target="B", label="put a", notes=(Note("note", text),))
        assert check(wanted, Trace("t", (event,))).conforms == allowed
        assert check(expectation("A -> B: put ${X}\nnote right: is"), Trace("t", (event,)))


def test_too_many_readings_of_one_line_are_inconclusive() -> None:
    """A line that can be split in more ways than the limit gives a verdict, not a wait."""
    wanted = expectation("A -> B: ${A}${B}${C}${D}\nB -> A: ${A}${B}${C}${D}x")
    run = Trace("t", tuple(Event(source=a, target=b, label="a" * 200) for a, b in ("AB", "BA")))
    verdict = check(wanted, run)
    assert (verdict.outcome, verdict.cost) == ("inconclusive", None)
    assert "too many ways" in verdict.reason


def test_a_long_run_is_judged() -> None:
    """Runs longer than the work limit are judged: the limit is on top of one step per event."""
    text = "\n".join(f"A -> B: {number}" for number in range(3000))
    wanted = expectation(text)
    events = tuple(map(event, wanted.events))
    assert check(wanted, Trace("t", events))
    verdict = check(wanted, Trace("t", events[:1500] + events[1501:]))
    assert [each.event for each in verdict.deviations] == [1500]


def test_a_verdict_is_true_when_it_conforms() -> None:
    """A verdict names the diagram it was judged by, and its truth is conformance."""
    verdict = check(expectation("A -> B: m"), Trace("t", (Event(source="A", target="B", label="m"),)))
    assert verdict
    assert (verdict.diagram, verdict.fitness) == (DIAGRAM, 1.0)


def test_too_many_iterations_at_once() -> None:
    """Where order is weak iterations overlap; too many of them are a reason to stop, and no error."""
    wanted = expectation("loop\nA -> B: x ${N}\nC -> D: y ${N}\nend")
    events = tuple(Event(source="A", target="B", label=f"x {number}") for number in range(60))
    assert check(wanted, Trace("t", events), order="lifeline").outcome in {"prefix", "inconclusive"}
