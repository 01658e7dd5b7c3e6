"""Coverage of diagrams, case by case: a diagram, runs of it, and how many of them showed each part."""

import re
from typing import Any

import msgspec
import pytest

from simulator.conformance.check import Judge
from simulator.conformance.counting import coverage
from simulator.conformance.coverage import Coverage, merged
from simulator.events import Trace
from tests.conformance.test_check import event, expectation
from tests.golden.loader import Case, load


def told(covered: Coverage) -> str:
    """A coverage as the cases write it."""
    return "\n".join(
        " ".join(map(str, filter(None, (str(count), "line", part.place.line - 1, part.kind, part.name, part.case))))
        for part, count in covered.counts
    )


def covered(text: str, *, at_once: bool = True) -> Coverage:
    """The coverage of a case, of all its runs at once or of each merged with the others."""
    parts = re.fullmatch(r"(?:\[order=(lifeline)\]\n)?(.*?)\n(--- run\n.*)", text, re.DOTALL)
    assert parts
    weak: Any = {"order": parts[1] or "strict"}
    meant = expectation(parts[2])
    judge = Judge(meant, **weak)
    runs = [expectation(run.strip()) for run in parts[3].split("--- run\n")[1:]]
    verdicts = [judge.verdict(Trace("run", tuple(map(event, run.events)))) for run in runs]
    groups = [verdicts] if at_once else [[verdict] for verdict in verdicts]
    return merged(coverage(meant, group, weak=bool(parts[1])) for group in groups)


@pytest.mark.parametrize("case", load("coverage"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram and runs of it give the counts that their case shows."""
    assert told(covered(case.input)) == case.expected


@pytest.mark.parametrize("case", load("coverage"), ids=str)
def test_merged(case: Case) -> None:
    """What runs show one by one, merged, is what they show together; it can be written down and read again."""
    together = covered(case.input)
    assert covered(case.input, at_once=False) == together
    assert msgspec.json.decode(msgspec.json.encode(together), type=Coverage) == together
