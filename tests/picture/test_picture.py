"""Pictures of diagrams: well-formed, nothing on top of each other, everything there."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from simulator.diagram.ast import Message, SequenceDiagram
from simulator.diagram.parser import parse, parse_file
from simulator.picture.mark import NONE, SIGNS, Kind, Mark
from simulator.picture.picture import Picture, draw
from simulator.picture.shapes import Group, Shape, Text
from simulator.picture.svg import svg
from tests.laws.test_diagram import rich_diagrams, wild

TRACES = Path(__file__).parents[2] / "traces"
_SVG = "{http://www.w3.org/2000/svg}"


def texts(shapes: tuple[Shape, ...]) -> Iterator[Text]:
    """Every text, those in groups included."""
    for shape in shapes:
        if isinstance(shape, Text):
            yield shape
        elif isinstance(shape, Group):
            yield from texts(shape.shapes)


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of texts of messages that stand on each other."""
    found = [text for text in texts(picture.shapes) if text.role.startswith("message-text")]
    return [(said(one), said(other)) for one, other in itertools.combinations(found, 2) if one.room.meets(other.room)]


def said(text: Text) -> str:
    """What it says."""
    return " ".join("".join(run.text for run in line) for line in text.block.lines)


def read(text: str) -> SequenceDiagram:
    """One diagram."""
    return parse(f"@startuml\n{text}\n@enduml\n", "x.puml")[0]


@pytest.mark.parametrize("path", sorted(TRACES.glob("*.puml")), ids=lambda path: path.stem)
def test_shipped_diagrams_are_drawn_in_full(path: Path) -> None:
    """Every label is in the picture, which is well-formed, and no message stands on another."""
    for diagram in parse_file(path):
        picture = draw(diagram)
        ET.fromstring(svg(picture))
        shown = {said(text) for text in texts(picture.shapes)}
        assert {each.label for each in diagram.elements() if isinstance(each, Message)} <= shown
        assert not overlapping(picture)


@settings(max_examples=60)
@given(rich_diagrams(wild, wild, wild, 3))
def test_every_diagram_can_be_drawn(diagram: SequenceDiagram) -> None:
    """Well-formed whatever it holds, the same twice, no message on top of another."""
    picture = draw(diagram)
    written = svg(picture)
    ET.fromstring(written)
    assert written == svg(draw(diagram))
    assert not overlapping(picture)


def test_messages_side_by_side_stand_below_each_other_where_they_would_meet() -> None:
    """`&` puts messages on one height only where there is room."""
    apart = draw(read("A -> B : x\n& C -> D : y"))
    meeting = draw(read("participant A\nparticipant B\nA -> C : x\n& B -> D : y"))
    tops = [[text.y for text in texts(each.shapes) if text.role == "message-text"] for each in (apart, meeting)]
    assert len(set(tops[0])) == 1
    assert len(set(tops[1])) == 2


def test_texts_cannot_become_elements() -> None:
    """A label that is a script is text, here and in every attribute."""
    hostile = "<script>alert(1)</script>\" onload='x' &amp; ]]> \x00"
    diagram = SequenceDiagram(body=(Message("A", "B", hostile), Message('"><script>', "B", "y")))
    written = svg(draw(diagram, lambda _: Mark("missing", hostile, anchor='"><b')), name='"><i')
    tree = ET.fromstring(written)
    assert {element.tag.removeprefix(_SVG) for element in tree.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "path", "g", "text", "tspan"),
    }
    assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)


@pytest.mark.parametrize("kind", SIGNS)
def test_a_mark_is_told_by_sign_class_and_title(kind: Kind) -> None:
    """So it can be seen without colours, found by style, and read by who does not see it."""
    message = Message("A", "B", "hello")
    written = svg(
        draw(
            SequenceDiagram(body=(message,)),
            lambda each: Mark(kind, "because", "2 x", anchor="m1") if each is message else NONE,
        )
    )
    group = next(each for each in ET.fromstring(written).iter(f"{_SVG}g") if each.get("id") == "m1")
    assert (group.get("class") or "").split()[-1] == kind
    assert "".join(group.itertext()).strip().startswith(f"{kind}: because")
    assert f"{SIGNS[kind]} hello (2 x)" in "".join(group.itertext())


def test_long_diagrams_show_their_lifelines_again() -> None:
    """Nobody has to scroll back for a name."""
    picture = draw(read("\n".join("A -> B : x" for _ in range(100))))
    assert sum(said(text) == "A" for text in texts(picture.shapes)) == 4


def test_the_picture_is_accessible_and_needs_nothing_else() -> None:
    """Title, description, texts as texts; no link, no script, no font from elsewhere."""
    written = svg(draw(read("title T\nA -> B : x")))
    tree = ET.fromstring(written)
    labels = (tree.get("aria-labelledby") or "").split()
    told = [element.text for element in tree.iter() if element.get("id") in labels]
    assert told == ["T", "1 message between A, B"]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import|<script", written)
