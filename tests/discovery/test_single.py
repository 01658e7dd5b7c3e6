"""What is drawn from one run, where the laws of drawing do not reach."""

from typing import Any

import pytest

from simulator.diagram.ast import Message, Note
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.discovery.single import draw
from simulator.errors import SimulatorError
from simulator.events import Event, Trace
from simulator.events import Note as Data
from simulator.interaction.lower import lower
from tests.confirmed import check


def put(label: str, **attributes: Any) -> Event:
    """A message."""
    return Event(source="A", target="B", label=label, attributes=attributes)


def test_one_name_for_one_value() -> None:
    """Names are given by first appearance, and kinds that end in digits take no name that is given."""
    events = [put(f"v{number}", volatile={"A": f"v{number}"}) for number in range(11)]
    trace = Trace("t", (*events, put("w", volatile={"A1": "w"}), put("v0", volatile={"A": "v0"})))
    labels = [element.label for element in draw(trace).body if isinstance(element, Message)]
    assert labels == [*(f"${{A{number}}}" for number in range(1, 12)), "${A12}", "${A1}"]
    assert check(lower(parse(print_diagram(draw(trace)))[0], "drawn"), trace)


def test_remarks_stay_remarks() -> None:
    """A plain note has no hole: it would be data."""
    event = Event(
        source="A", target="B", label="id 7", notes=(Data("note", "id 7"),), attributes={"volatile": {"K": "7"}}
    )
    body = draw(Trace("t", (event,))).body
    assert [element.text for element in body if isinstance(element, Note)] == ["id 7"]


def test_a_frame_that_is_open_is_drawn_closed() -> None:
    """What was cut off is the beginning of what is drawn."""
    trace = Trace("t", (Event(kind="begin", label="tx"), put("m")))
    assert check(lower(draw(trace), "drawn"), trace).outcome == "prefix"


@pytest.mark.parametrize(
    "events",
    [
        (Event(kind="end", label="tx"),),
        (Event(kind="begin", label="tx"), Event(kind="end", label="other")),
        (Event(kind="note", on=("A",), shape="cloud", text="t"),),
        (put("m", volatile=["m"]),),
        (put("m", volatile={1: "m"}),),
    ],
)
def test_what_cannot_be_drawn_is_refused(events: tuple[Event, ...]) -> None:
    """Frames that end without being open, unknown shapes, and volatile values that are no texts are errors."""
    with pytest.raises(SimulatorError):
        draw(Trace("t", events))
