"""Boxes around lifelines (PlantUML, Sequence Diagram, "Participants encompass").

Lives here: drawing them. Must not live here: which lifelines stand in which box (`places`), heads of lifelines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.diagram.ast import Box
from simulator.picture.block import Block, block
from simulator.picture.columns import Columns
from simulator.picture.creole import css
from simulator.picture.row import PADDING
from simulator.picture.scene import Scene
from simulator.picture.shapes import Group, Room, Shape, Text, rectangle


@dataclass(frozen=True, slots=True)
class Frame:
    """A box; first, last: its columns. depth: how many boxes it stands in."""

    box: Box
    first: int
    last: int
    depth: int
    title: Block

    def ask(self, columns: Columns) -> None:
        """The title fits."""
        columns.apart(self.first - 1, min(self.last + 1, columns.right), self.title.width + 4 * PADDING)

    def draw(self, scene: Scene) -> None:
        """From above the heads to below the feet; what is inside an outer box is smaller."""
        heads = [shape.room for shape in scene.front if isinstance(shape, Group) and shape.role == "participant"]
        left, right = scene.xs[self.first], scene.xs[self.last]
        inside = [room for room in heads if left - 1 <= (room.left + room.right) / 2 <= right + 1]
        space = PADDING * max(1, 3 - self.depth) / 2
        top = min(room.top for room in heads) - (self.title.height + PADDING) * (2 - min(self.depth, 1))
        room = Room(
            min(room.left for room in inside) - space,
            top,
            max(room.right for room in inside) + space,
            max(scene.y, *(room.bottom for room in heads)) + space,
        )
        middle = (room.left + room.right - self.title.width) / 2
        fill = css(self.box.color)
        text = Text(middle, top + 3, self.title, "box-title")
        shapes: tuple[Shape, ...] = (rectangle(room, "box", fill), *((text,) if self.title else ()))
        scene.boxes.append(Group(shapes, "the-box", scene.marks(self.box)))


def boxes_of(around: Sequence[tuple[Box, ...]]) -> Sequence[Frame]:
    """The boxes with lifelines in them, outer ones first. around: by column, the boxes from outside inwards."""
    inside: dict[int, list[int]] = {}
    known: dict[int, tuple[int, Box]] = {}
    for column, boxes in enumerate(around, start=1):
        for depth, box in enumerate(boxes):
            known[id(box)] = depth, box
            inside.setdefault(id(box), []).append(column)
    found = [
        Frame(box, min(inside[key]), max(inside[key]), depth, block(box.title, bold=True))
        for key, (depth, box) in known.items()
    ]
    return sorted(found, key=lambda each: each.depth)
