"""The verdict on the author's own diagram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.diagram.ast import Fragment, Message, Note, SequenceDiagram
from simulator.diagram.parser import parse
from simulator.events import Event, Trace
from simulator.interaction.lower import lower
from simulator.picture.picture import draw
from simulator.picture.svg import svg
from simulator.report.account import Account
from simulator.report.marked import Marked, marked


def read(text: str) -> SequenceDiagram:
    """One diagram."""
    return parse(f"@startuml\n{text}\n@enduml\n", "x.puml")[0]


def message(words: str) -> Event:
    """`A -> B: label` as a recorded event."""
    source, _, target, label = words.replace(":", "").split()
    return Event(source=source, target=target, label=label)


def judged(text: str, *events: str) -> Marked:
    """A diagram marked by the verdict about these events."""
    diagram = read(text)
    trace = Trace("run", tuple(map(message, events)))
    expectation = lower(diagram, "x.puml")
    return marked(diagram, Account(check(expectation, trace), trace.events, expectation))


def told(found: Marked) -> list[str]:
    """Every message of the marked diagram with its kind."""
    return [f"{found.marks(each).kind} {each.label}" for each in found.diagram.elements() if isinstance(each, Message)]


@pytest.mark.parametrize(
    ("diagram", "events", "marks"),
    [
        ("A -> B: a\nA -> B: b", ["A -> B: a", "A -> B: b"], ["passed a", "passed b"]),
        ("A -> B: a\nA -> B: b", ["A -> B: a"], ["passed a", "missing b"]),
        ("A -> B: a\nA -> B: b", ["A -> B: a", "A -> B: c"], ["passed a", "different b"]),
        ("A -> B: a", ["A -> B: a", "B -> A: c"], ["passed a", "unexpected c"]),
        ("A -> B: a", ["B -> A: c", "A -> B: a"], ["unexpected c", "passed a"]),
        ("A -> B: a\nA -> C: b", ["A -> C: b", "A -> B: a"], ["passed a", "moved b"]),
        ("opt x\nA -> B: a\nend\nA -> B: b", ["A -> B: b"], ["never a", "passed b"]),
        ("group neg\nA -> B: a\nend\nA -> B: b", ["A -> B: a", "A -> B: b"], ["forbidden a", "passed b"]),
    ],
)
def test_each_kind_is_marked_where_it_stands(diagram: str, events: list[str], marks: list[str]) -> None:
    """What nobody expected stands behind what came before it."""
    assert told(judged(diagram, *events)) == marks


def test_what_came_instead_is_shown_below() -> None:
    """The label of the diagram stays, the run's stands below it."""
    found = judged("A -> B: a", "A -> B: b")
    first = next(iter(found.diagram.elements()))
    assert found.marks(first).below == "came: b"


def test_values_and_counts_are_told() -> None:
    """Of a loop how often its operand began, of a hole its values."""
    found = judged("loop\nA -> B: ${X}\nend", "A -> B: one", "A -> B: two")
    loop, inside = found.diagram.elements()
    assert isinstance(loop, Fragment)
    assert found.marks(loop).count == "2 x"
    assert (found.marks(inside).count, found.marks(inside).tip) == ("2 x", "X = one, two")


def test_notes_stay_with_their_message() -> None:
    """What is put in between stands behind the notes of the message before it."""
    found = judged("A -> B: a\nnote right: remark\nA -> B: b", "A -> B: a", "B -> A: c", "A -> B: b")
    kinds = [type(each) for each in found.diagram.elements()]
    assert kinds == [Message, Note, Message, Message]
    assert told(found) == ["passed a", "unexpected c", "passed b"]


def test_every_deviation_has_an_anchor_in_the_picture() -> None:
    """A report can link to it."""
    found = judged("A -> B: a\nA -> B: b\nA -> B: c", "A -> B: a", "B -> A: x", "A -> C: d")
    written = svg(draw(found.diagram, found.marks))
    assert found.anchors
    assert all(f'id="{anchor}"' in written for anchor in found.anchors.values())


_WORDS = st.sampled_from(["A -> B: a", "A -> B: b", "B -> A: c", "A -> C: d"])
_DIAGRAMS = st.sampled_from(
    [
        "A -> B: a\nA -> C: d",
        "loop\nA -> B: a\nopt\nB -> A: c\nend\nend",
        "alt\nA -> B: a\nelse\nA -> B: b\nend\nA -> C: d",
        "par\nA -> B: a\nelse\nB -> A: c\nend",
        "group neg\nA -> B: b\nend\nA -> C: d",
    ]
)


@given(_DIAGRAMS, st.lists(_WORDS, max_size=6))
def test_every_deviation_is_marked_and_nothing_else_is(diagram: str, events: list[str]) -> None:
    """One anchor for each deviation, in the picture; where there is none, all is passed or never exercised."""
    found = judged(diagram, *events)
    written = svg(draw(found.diagram, found.marks))
    assert all(f'id="{anchor}"' in written for anchor in found.anchors.values())
    kinds = {each.split()[0] for each in told(found)}
    assert bool(kinds - {"passed", "never", "None"}) is bool(found.anchors)


def test_recorded_texts_are_no_markup() -> None:
    """What a run calls itself is shown letter for letter."""
    found = judged("A -> B: a", "A -> B: a", "A -> B: **b**")
    assert "+ **b**" in svg(draw(found.diagram, found.marks))
