"""A long picture cut at its sections, so that each can be folded away.

Lives here: which pictures are cut, and where. Must not live here: pages (`report`).

Laws: every shape of the picture is in some part. Parts are as wide as the whole: lifelines stand below each other.
"""

from collections.abc import Sequence
from itertools import pairwise

from simulator.picture.picture import Picture
from simulator.picture.row import GAP
from simulator.picture.shapes import Group, Room, Shape, Text

MOST = 100
"""A picture of more messages than this is cut."""


def is_long(picture: Picture) -> bool:
    """Whether it is to be cut."""
    return sum(map(_is_message, picture.shapes)) > MOST


def parts(picture: Picture) -> Sequence[Picture]:
    """The sections of a long picture, each with its own title; of any other one only itself."""
    every = _sections(picture)
    first = min((shape.room.top for shape in picture.shapes if _is_message(shape)), default=picture.room.bottom)
    sections = [each for each in every if each.room.top > first]
    if not is_long(picture) or not sections:
        return [picture]
    edges = [picture.room.top, *(group.room.top - GAP / 2 for group in sections), picture.room.bottom]
    titles = [next((_said(each) for each in every if each.room.top <= first), picture.title), *map(_said, sections)]
    found = []
    for title, (top, bottom) in zip(titles, pairwise(edges), strict=True):
        room = Room(picture.room.left, top, picture.room.right, bottom)
        shapes = tuple(shape for shape in picture.shapes if shape.room.top <= bottom and top <= shape.room.bottom)
        count = sum(map(_is_message, shapes))
        found.append(Picture(shapes, room, title, f"{count} {'message' if count == 1 else 'messages'}"))
    return found


def _sections(picture: Picture) -> Sequence[Group]:
    """Those that are in no fragment."""
    frames = [shape.room for shape in picture.shapes if not isinstance(shape, Text) and shape.role == "frame"]
    return [
        shape
        for shape in picture.shapes
        if isinstance(shape, Group)
        and shape.role == "section"
        and not any(frame.top < shape.room.top < frame.bottom for frame in frames)
    ]


def _is_message(shape: Shape) -> bool:
    return isinstance(shape, Group) and shape.role.partition(" ")[0] == "message"


def _said(group: Group) -> str:
    texts = [shape for shape in group.shapes if isinstance(shape, Text)]
    return " ".join("".join(run.text for run in line) for text in texts for line in text.block.lines).strip()
