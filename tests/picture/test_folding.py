"""Long pictures are cut at their sections."""

from simulator.picture.folding import MOST, parts
from simulator.picture.picture import draw
from simulator.picture.shapes import Group
from tests.picture.test_picture import read
from tests.pictures import said, texts


def section(name: str, messages: int) -> str:
    """A section with some messages."""
    return "\n".join([f"== {name} ==", *(f"A -> B : {name} {number}" for number in range(messages))])


def test_a_long_picture_is_cut_at_its_sections() -> None:
    """Each part has its title, its messages, the heads of the lifelines, and the width of the whole."""
    picture = draw(read(f"{section('one', 60)}\n{section('two', 50)}"), foldable=True)
    found = parts(picture)
    assert [(each.title, each.description) for each in found] == [("one", "60 messages"), ("two", "50 messages")]
    assert {(each.room.left, each.room.right) for each in found} == {(picture.room.left, picture.room.right)}
    for part in found:
        written = {said(text) for text in texts(part.shapes)}
        assert {"A", "B", f"{part.title} 1"} <= written
    assert {shape for part in found for shape in part.shapes} == set(picture.shapes)


def test_a_short_picture_is_whole() -> None:
    """And so is one without sections."""
    for text in (section("one", MOST - 1) + "\n== two ==\nA -> B", "A -> B\n" * (MOST + 1)):
        picture = draw(read(text), foldable=True)
        assert parts(picture) == [picture]


def test_a_section_in_a_fragment_cuts_nothing() -> None:
    """Its frame would be cut in two."""
    picture = draw(read(f"{section('one', 60)}\nloop\nA -> B\n{section('two', 60)}\nend"), foldable=True)
    assert parts(picture) == [picture]
    assert any(isinstance(shape, Group) and shape.role == "section" for shape in picture.shapes)
