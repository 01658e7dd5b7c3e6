"""A small exploration to report about.

Lives here: one of each thing that an exploration can find.
"""

from simulator.conformance.exploration import Behaviour, Exploration, Failure, Reachable, RuleUse, Source, Uncovered
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.parser import parse
from simulator.errors import Place
from tests.report.judged import FILE, judged

WRITE = Behaviour("write", ("missing",), "Write")
READ = Behaviour("read", ("stored",), "Read")
DELETE = Behaviour("delete", ("stored",), "Delete")


def diagram(*lines: str) -> SequenceDiagram:
    """Read a diagram from its lines."""
    (found,) = parse("\n".join(("@startuml", *lines, "@enduml")), FILE)
    return found


def verdict() -> Verdict:
    """Give a verdict with one deviation."""
    found = judged("@startuml\nA -> B: put 3\n@enduml\n@startuml\nA -> B: put 4\n@enduml\n").verdict
    assert found is not None
    return found


RULES = (
    RuleUse(WRITE, (Source(FILE, "Write", Place(FILE, 2)), Source("traces/two.puml", "Also", Place(FILE, 9))), 12),
    RuleUse(READ, (Source(FILE, "Read", Place(FILE, 5)),), 0),
)
UNCOVERED = Uncovered("delete", DELETE, 4, ("write 'foo' to main", "delete it"), "", diagram("A -> B: delete"))
DEVIATION = Failure(
    "write-1",
    "deviation",
    "no rule allows these events",
    WRITE,
    ("write 'foo' to main",),
    verdict(),
    diagram("A -> B: put 3"),
    diagram("A -> B: put 4"),
    "",
)
RESULT = Failure(
    "read-1",
    "result",
    "expected b'foo', got b''",
    READ,
    ("write 'foo' to main", "read it"),
    None,
    None,
    diagram("== Read ==", "A -> B: get", "hnote right: key"),
    "",
)
REACHED = Reachable(212, (), 6, 3481, complete=True, after=4321)
MISSED = Reachable(3, (READ,), 1, 17, complete=False, after=1)
PASSED = Exploration(1, "memory", 100, 471, RULES, (UNCOVERED,))
FAILED = Exploration(1, "memory", 100, 471, RULES, (), (DEVIATION, RESULT), (verdict(),))
