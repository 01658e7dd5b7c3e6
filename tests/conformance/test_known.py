"""What a diagram refers to must be known before anything is judged."""

import pytest

from simulator.diagram.parser import parse
from simulator.errors import DiagramError
from simulator.events import Event, Trace
from simulator.interaction.lower import lower
from tests.confirmed import check

RUN = Trace("run", (Event(source="A", target="B", label="x"),))


def refused(*lines: str) -> str:
    """The message for a diagram of these lines, without its hint."""
    (diagram,) = parse("\n".join(("@startuml", *lines, "@enduml")), "d.puml")
    with pytest.raises(DiagramError) as error:
        check(lower(diagram, "d"), RUN)
    return str(error.value).split("\n")[0]


def test_uses_that_are_not_known() -> None:
    """Where a `ref` names no diagram, nothing is judged."""
    assert refused("A -> B: x", "ref over A: usual") == (
        "d.puml:3:1: no diagram is known that is called 'usual': what this `ref` stands for is not known, so nothing "
        "can be judged"
    )


def test_uses_that_are_known() -> None:
    """What a `ref` names is judged in its place."""
    first, second = parse("@startuml\ngroup strict\nref over A: sub\nend\n@enduml\n@startuml sub\nA -> B: x\n@enduml")
    expectation = lower(first, "d", resolve=lambda name: {"sub": (second,)}[name])
    assert check(expectation, RUN).conforms
