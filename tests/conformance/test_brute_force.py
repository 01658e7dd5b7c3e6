"""The brute force says what the golden cases say, which were derived by hand."""

import re

import pytest

from simulator.diagram.parser import parse
from simulator.events import Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation
from tests.conformance.brute_force import Bindings, judge
from tests.golden.loader import Case, load
from tests.instances import instance


def expectation(text: str) -> Expectation:
    """What the lines of a diagram expect."""
    (diagram,) = parse(f"@startuml\n{text}\n@enduml\n", "d.puml")
    return lower(diagram, "d.puml")


def told(bindings: Bindings) -> str:
    """Values, as a case writes them, in the order of names."""
    return " ".join(sorted(f"{name}={value}" for name, value in bindings))


# Marks that are not compared are none of its business.
CASES = [
    case
    for case in load("conformance")
    if not case.input.startswith(("[sections", "[frames")) and case.input.count("\n") < 20
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_golden(case: Case) -> None:
    """Outcome, cost, positions and bindings are those that the case shows."""
    parts = re.fullmatch(r"(?:\[order=(\w+)\]\n)?(.*)\n--- run\n?(.*)", case.input, re.DOTALL)
    assert parts
    trace = Trace("run", tuple(map(instance, expectation(parts[3]).events)) if parts[3] else ())
    answer = judge(expectation(parts[2]), trace, order=parts[1] or "strict")
    first, *rest = case.expected.split("\n")
    assert first.split(":")[0] == f"{answer.outcome} {answer.cost}"
    lines = [line.split() for line in rest if re.match(r"\w+ [0-9]+ ", line)]
    positions = [int(at) for line in lines for at in ([line[1], line[3]] if line[0] == "moved" else line[1:2])]
    assert tuple(sorted(positions)) == answer.positions
    assert sum(line[0] == "forbidden" for line in lines) == answer.forbidden
    values = rest[-1] if len(rest) > len(lines) else ""
    assert " ".join(sorted(re.split(r" (?=\w+=)", values))) in map(told, answer.bindings)
