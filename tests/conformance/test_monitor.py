"""Judging one event at a time, case by case: what is possible after each event, and what could come next."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.conformance.check import NO_RUN
from simulator.conformance.endings import TOO_FAR_AWAY
from simulator.conformance.fitting import TOO_MANY_READINGS
from simulator.conformance.monitor import TOO_MANY_STATES, Monitor
from simulator.errors import DiagramError
from simulator.events import Event
from simulator.report.notation import Notation
from tests.conformance.test_check import event, expectation
from tests.golden.loader import Case, load

SETTINGS: dict[str | None, dict[str, Any]] = {
    None: {},
    "ignore": {"sections": "ignore", "frames": "ignore"},
    "lifeline": {"order": "lifeline"},
}


def told(monitor: Monitor) -> str:
    """Where a monitor is, as the cases write it."""
    events = monitor.expectation.events
    if monitor.violation is None:
        what = ""
    else:
        (deviation,) = monitor.violation.deviations
        values = "".join(f" {name}={value}" for name, value in deviation.bindings.items())
        what = f" {deviation.kind} line {deviation.place.line - 1}{values}"
    following = [str(Notation.over(events).words(each)) for each in monitor.expected]
    return f"{monitor.state}{what}: {' | '.join(following) or 'nothing'}"


@pytest.mark.parametrize("case", load("monitor"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram and a run give these states: before the first event, and after each."""
    parts = re.fullmatch(r"(?:\[(\w+)\]\n)?(.*)\n--- run\n(.*)", case.input, re.DOTALL)
    assert parts
    monitor = Monitor(expectation(parts[2]), **SETTINGS[parts[1]])
    lines = [told(monitor)]
    for each in expectation(parts[3]).events:
        monitor.observe(event(each))
        lines.append(told(monitor))
    assert "\n".join(lines) == case.expected


def sent(label: str) -> Event:
    """A message from A to B."""
    return Event(source="A", target="B", label=label)


def test_a_diagram_that_allows_no_run_is_inconclusive() -> None:
    """Values known beforehand may rule out every run; then no event changes what is known."""
    monitor = Monitor(expectation("A -> B: n ${N:int}\nalt N > 9\nA -> B: many\nend"), bindings={"N": "7"})
    assert (monitor.state, monitor.reason, monitor.expected) == ("inconclusive", NO_RUN, ())
    assert (monitor.observe(sent("n 7")), monitor.verdict().reason) == ("inconclusive", NO_RUN)


def test_too_many_readings_of_one_line_are_inconclusive() -> None:
    """A line that takes too long to read stops the monitor, and keeps nobody waiting."""
    monitor = Monitor(expectation("A -> B: ${A}${B}${C}${A}\nA -> B: ${B}${C}"))
    assert monitor.observe(sent("a" * 150 + "b")) == "inconclusive"
    assert monitor.reason == TOO_MANY_READINGS


def test_too_many_states_are_inconclusive() -> None:
    """Lines that can be split in many ways make states by the thousand: beyond the limit nothing is said any more."""
    wanted = expectation("A -> B: ${A}${B}\nA -> B: ${C}${D}\nA -> B: ${A}${C}x\nA -> B: ${B}${D}x")
    monitor = Monitor(wanted, limit=100)
    assert [monitor.observe(sent("a" * 60)) for _ in range(2)] == ["possible", "inconclusive"]
    assert (monitor.reason, monitor.expected, len(monitor.events)) == (TOO_MANY_STATES, (), 2)
    assert Monitor(wanted).observe(sent("a" * 60)) == "possible"


def test_a_way_that_never_ends_keeps_nobody_waiting() -> None:
    """Where what must come first is locked out for good, an end is looked for in vain, and not for long."""
    wanted = expectation("B -> A: one\ncritical\nA -> B: two\nloop\nA -> B: in\nelse\nC -> C: three\nend\nend")
    astray, violated = Monitor(wanted, order="lifeline"), Monitor(wanted, order="lifeline")
    assert astray.observe(Event(source="C", target="C", label="three")) == "inconclusive"
    assert astray.reason == TOO_FAR_AWAY
    assert violated.observe(sent("four")) == "violated"


def test_a_run_without_end_goes_on() -> None:
    """What an event may cost is given anew with each: the number of events has no limit."""
    monitor = Monitor(expectation("loop\nA -> B: get ${K}\nB --> A: ${K}\nend"), limit=0)
    for number in range(2000):
        assert monitor.observe(sent(f"get {number}")) == "possible"
        back = Event(source="B", target="A", line="dashed", label=str(number))
        assert monitor.observe(back) == "complete"
    assert monitor.verdict("run").conforms


def test_what_was_violated_stays_so() -> None:
    """Later events are kept for the verdict, and change nothing else."""
    monitor = Monitor(expectation("A -> B: one\nA -> B: two"))
    assert [monitor.observe(sent(label)) for label in ("one", "one", "two")] == ["possible", "violated", "violated"]
    assert monitor.violation is not None
    assert (monitor.violation.cost, monitor.violation.actual) == (1, 2)
    assert [each.kind for each in monitor.verdict().deviations] == ["unexpected"]


def test_what_is_seen_is_judged() -> None:
    """Events are judged under the names that diagrams have, and what is left out counts nowhere."""
    monitor = Monitor(
        expectation("A -> B: one\nA -> B: log\nA -> B: two"),
        left_out=lambda each: "log" in {str(getattr(each, "text", "")), getattr(each, "label", "")},
        seen=lambda event: replace(event, source="A"),
    )
    run = [replace(sent(label), source="X") for label in ("one", "log", "log", "two")]
    assert [monitor.observe(each) for each in run] == ["possible"] * 3 + ["complete"]
    assert monitor.verdict().conforms


def test_a_diagram_that_stands_for_nothing_known_is_refused() -> None:
    """As `check` does: a reference to no diagram is an error with its place."""
    with pytest.raises(DiagramError, match="what this `ref` stands for is not known"):
        Monitor(expectation("A -> B: one\nref over A: nowhere"))
