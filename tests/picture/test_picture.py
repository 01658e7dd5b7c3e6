"""Pictures of diagrams: well-formed, nothing on top of each other, everything there."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from simulator.diagram.ast import Message, SequenceDiagram
from simulator.diagram.parser import parse, parse_file
from simulator.picture.block import block
from simulator.picture.mark import NONE, SIGNS, Kind, Mark
from simulator.picture.picture import Picture, draw
from simulator.picture.places import places
from simulator.picture.shapes import Group, Room, Text, rectangle
from simulator.picture.shapes import Path as Line
from simulator.picture.svg import svg
from tests.laws.test_diagram import rich_diagrams, wild
from tests.pictures import cut, main, overlapping, said, texts

TRACES = Path(__file__).parents[2] / "traces"
_SVG = "{http://www.w3.org/2000/svg}"


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
        assert not list(overlapping(picture))


@settings(max_examples=60)
@given(rich_diagrams(wild, wild, wild, 3))
def test_every_diagram_can_be_drawn(diagram: SequenceDiagram) -> None:
    """Well-formed whatever it holds, the same twice, no message on top of another."""
    picture = draw(diagram)
    written = svg(picture)
    ET.fromstring(written)
    assert written == svg(draw(diagram))
    assert not list(overlapping(picture))


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


def heights(text: str) -> list[float]:
    """Of the shafts of the arrows of a diagram, in its order."""
    return [
        float(re.findall(r"M[-\d.]+ ([-\d.]+)L", each.data)[0])
        for shape in draw(read(text)).shapes
        if isinstance(shape, Group) and shape.role.startswith("message")
        for each in shape.shapes
        if isinstance(each, Line) and each.role == "shaft"
    ]


def test_messages_side_by_side_have_their_arrows_on_one_height() -> None:
    """Also where one leads on to the other, has more lines or a note; and so have the operands of `par2`."""
    for text in (
        "A -> B : one\\nline more\n& B -> C : x",
        "A -> B : x\n& B -> C : y\nnote right: of\\nthree\\nlines",
        "par2\nA -> B : x\nelse\nB -> C\nend",
    ):
        one, other = heights(text)
        assert one == other
    one, other = heights("participant A\nparticipant B\npar2\nA -> C : x\nelse\nB -> C : y\nend")
    assert one < other


def test_lifelines_stand_where_they_are_declared_last() -> None:
    """As PlantUML has it: a declaration moves a lifeline into its box, one that only a message names stays."""
    found = places(read("box O\nA -> B\nend box\nparticipant E\nbox I\nparticipant B\nend box"))
    told = [(each.name, [box.title for box in boxes]) for each, boxes in found.items()]
    assert told == [("A", ["O"]), ("E", []), ("B", ["I"])]
    assert [each.name for each in places(read("queue Q\nparticipant A\ncreate Q\nA -> Q"))] == ["Q", "A"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('autonumber "<b>[000]"\nA -> B : x', ["[001] x"]),
        ('autonumber 10 5 "<u>0</u>:"\nA -> B : x\nA -> B : y', ["10: x", "15: y"]),
        ("autonumber 1.1\nA -> B : x\nautonumber inc A\nA -> B : y", ["1.1 x", "2.1 y"]),
        ("autonumber\nA -> B : x\nautonumber stop\nA -> B : y\nautonumber resume\nA -> B : z", ["1 x", "y", "2 z"]),
        ("skinparam maxMessageSize 60\nA -> B : several words here", ["several words here"]),
        ("group Retry [twice]\nA -> B : x\nend", ["x", "Retry", "[twice]"]),
        ("group\nA -> B : x\nend", ["x", "group"]),
        ("[-> A : in\nA ->] : out\n?-> A : found\nA ->? : lost", ["in", "out", "found", "lost"]),
        ("A -> B & C : all", ["all"]),
        ("create B\nA -> B : new\ndestroy B", ["new"]),
        ("{a} A -> B : x\n{b} B -> A : y\n{a} <-> {b} : 3 s", ["x", "y", "3 s"]),
        ("title One\\nTwo\nA -> B\nnewpage Next\nA -> B : y", ["y", "One Two", "Next"]),
        ("... later ...\nA -> B\n|||\n||45||", ["later"]),
        ("A -[hidden]-> B : unseen", []),
        ("rnote across: of all\nhnote over A, B: of both\nnote left of A: l", ["of all", "of both", "l"]),
        ("A -> B : שלום 👋 你好", ["שלום 👋 你好"]),
    ],
)
def test_everything_is_drawn(text: str, shown: list[str]) -> None:
    """What a diagram says is in its picture, and nothing stands on anything."""
    picture = draw(read(text))
    heads = [said(each) for each in texts(picture.shapes) if each.role.startswith("name")]
    written = [said(each).strip() for each in texts(picture.shapes)]
    assert sorted(set(written) - set(heads) - {""}) == sorted(shown)
    assert not list(overlapping(picture))
    assert not list(cut(picture))
    ET.fromstring(svg(picture))


def test_a_folder_of_pictures_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m tests.pictures` counts what it draws and leaves out what cannot be read."""
    (tmp_path / "good.puml").write_text("@startuml\nA -> B : x\n@enduml\n@startuml\nB -> A\n@enduml\n")
    (tmp_path / "bad.puml").write_text("@startuml\nnonsense (\n@enduml\n")
    assert main([str(tmp_path), "--save", str(tmp_path / "out")]) == 0
    assert "2 diagrams drawn, 0 faults, 1 files not read" in capsys.readouterr().out
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["good-1.svg", "good-2.svg"]


def test_what_stands_on_something_or_is_cut_is_found() -> None:
    """The tier can fail."""
    room = Room(0, 0, 50, 20)
    text = Text(5, 5, block("hello"), "message-text")
    for other, problems in ((text, (1, 0)), (rectangle(Room(0, 0, 90, 90), "frame"), (0, 0))):
        picture = Picture((text, other), room, "", "")
        assert (len(list(overlapping(picture))), len(list(cut(picture)))) == problems
    assert list(cut(Picture((text, rectangle(Room(0, 10, 50, 40), "frame")), room, "", "")))


def test_a_wide_note_covers_lifelines_instead_of_pushing_them_away() -> None:
    """What stands beside it gets room up to a limit; the note is in the picture in full."""
    words = "word " * 30
    wide, narrow = (draw(read(f"A -> A : x\nnote right: {text}\nA -> B\nB -> C\nC -> D")) for text in (words, "w"))
    heads = [
        [shape.room for shape in each.shapes if isinstance(shape, Group) and shape.role == "participant"]
        for each in (wide, narrow)
    ]
    assert heads[0][1].left - heads[1][1].left <= 200
    note = next(shape.room for shape in wide.shapes if isinstance(shape, Group) and shape.role == "the-note note")
    assert heads[0][1].right < note.right <= wide.room.right


def test_hidden_messages_take_their_room() -> None:
    """They move what comes below them, and draw nothing."""
    hidden, none = heights("A -> B : x\nA -[hidden]-> B : y\nA -> B : z"), heights("A -> B : x\nA -> B : z")
    assert len(hidden) == len(none) == 2
    assert hidden[1] > none[1]


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("queue Q\ncreate Q\nA -> Q", 1),
        ("A -> Q **", 1),
        ("A -> Q **\nQ -> A !! : gone", 1),
    ],
)
def test_every_lifeline_has_one_head_where_it_begins(text: str, heads: int) -> None:
    """Also one that is declared before it is created."""
    picture = draw(read(f"hide footbox\n{text}"))
    assert sum(said(each) == "Q" for each in texts(picture.shapes)) == heads


@pytest.mark.parametrize(("text", "fall"), [("A ->(30) B", 30), ("A -> B", 0), ("B -> A\nA (30)<- B", -30)])
def test_a_slanted_arrow_ends_below_its_beginning(text: str, fall: int) -> None:
    """By so many pixels, and what comes next stands below its end."""
    picture = draw(read(f"participant A\nparticipant B\n{text}\nA -> B : next"))
    shafts = [
        re.findall(r"-?[\d.]+", each.data)
        for shape in picture.shapes
        if isinstance(shape, Group) and shape.role.startswith("message")
        for each in shape.shapes
        if isinstance(each, Line) and each.role == "shaft"
    ]
    (_, top, _, bottom), (_, below, _, _) = shafts[-2:]
    assert float(bottom) - float(top) == fall
    assert float(below) > max(float(top), float(bottom))


def test_a_message_to_oneself_goes_to_the_side_it_is_written_to() -> None:
    """`B <- B` goes to the left, with its notes beside it."""
    sides = []
    for arrow in ("->", "<-"):
        picture = draw(read(f"A -> B : x\nB {arrow} B : self\nnote left: l\nnote right: r\nB -> C : y"))
        found = {said(each): each.room for each in texts(picture.shapes)}
        assert not list(overlapping(picture))
        assert found["l"].right < found["self"].left
        assert found["self"].right < found["r"].left
        sides.append(found["self"].left > found["B"].left)
    assert sides == [True, False]
