"""What cannot be judged yet is refused, never judged wrongly."""

import pytest

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.errors import DiagramError
from simulator.events import Event, Trace
from simulator.interaction.lower import lower

RUN = Trace("run", (Event(source="A", target="B", label="x"),))


def refused(*lines: str) -> str:
    """The message for a diagram of these lines, without its hint."""
    (diagram,) = parse("\n".join(("@startuml", *lines, "@enduml")), "d.puml")
    with pytest.raises(DiagramError) as error:
        check(lower(diagram, "d"), RUN)
    return str(error.value).split("\n")[0]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("alt", "`alt`"),
        ("opt maybe", "`opt`"),
        ("loop 1", "`loop`"),
        ("par", "`par`"),
        ("par2", "`par`"),
        ("critical", "`critical`"),
        ("break", "`break`"),
        ("group neg", "`group neg`"),
        ("group seq", "`group seq`"),
        ("group any order", "`group any order`"),
        ("group ignore {y}", "`group ignore`"),
        ("group consider {y}", "`group consider`"),
    ],
)
def test_operators(head: str, told: str) -> None:
    """Each is named with its place, wherever it stands."""
    assert refused("group g", head, "A -> B: x", "end", "end") == f"d.puml:3:1: {told} cannot be judged yet"


def test_elements_that_need_no_fragment() -> None:
    """What stands side by side, several receivers, and `else` where it makes alternatives."""
    assert refused("A -> B: x", "& B -> C: y") == "d.puml:2:1: what stands side by side (`&`) cannot be judged yet"
    assert refused("A -> B & C: x") == "d.puml:2:1: what stands side by side (`&`) cannot be judged yet"
    assert refused("group g", "else", "end") == "d.puml:2:1: `else` in a fragment cannot be judged yet"


def test_uses_that_are_not_known() -> None:
    """Where a `ref` names no diagram, nothing is judged."""
    assert refused("A -> B: x", "ref over A: usual") == (
        "d.puml:3:1: no diagram is known that is called 'usual': what this `ref` stands for is not known, so nothing "
        "can be judged"
    )


def test_what_has_one_order_is_judged() -> None:
    """`group strict` and interaction uses are plain sequences."""
    first, second = parse("@startuml\ngroup strict\nref over A: sub\nend\n@enduml\n@startuml sub\nA -> B: x\n@enduml")
    expectation = lower(first, "d", resolve=lambda name: {"sub": (second,)}[name])
    assert check(expectation, RUN).conforms
