"""Constraints between two anchors (PlantUML, Sequence Diagram, "Anchors and Duration").

Lives here: where they stand and what they look like. Must not live here: the arrows that have the anchors.

Law: they stand to the right of everything, those of the same time beside each other.
"""

from simulator.diagram.ast import Duration, SequenceDiagram
from simulator.picture.block import Block, block
from simulator.picture.row import PADDING
from simulator.picture.scene import Scene
from simulator.picture.shapes import Group, Room, Shape, Text, area, line

_TICK = 6
_HEAD = 8


def put_durations(scene: Scene, diagram: SequenceDiagram) -> None:
    """Draw what stands between anchors that are there."""
    start = scene.room.right + 2 * PADDING
    taken: list[Room] = []
    for each in diagram.elements():
        if isinstance(each, Duration) and each.first in scene.anchors and each.second in scene.anchors:
            top, bottom = sorted((scene.anchors[each.first], scene.anchors[each.second]))
            text = block(each.text, size=12)
            middle, half = (top + bottom) / 2, max(bottom - top, text.height) / 2
            width = 2 * _TICK + text.width + PADDING
            room = Room(start, middle - half, start + width, middle + half)
            while met := next((other for other in taken if other.meets(room)), None):
                room = Room(met.right + PADDING, room.top, met.right + PADDING + width, room.bottom)
            taken.append(room)
            scene.add(Group(_shapes(room.left, top, bottom, text), "duration", scene.marks(each)))


def _shapes(left: float, top: float, bottom: float, text: Block) -> tuple[Shape, ...]:
    """A line with a head at both ends, between two ticks, and the text on its right."""
    x = left + _TICK
    shapes: list[Shape] = [line(left, y, left + 2 * _TICK, y, "tick") for y in (top, bottom)]
    shapes.append(line(x, top, x, bottom, "span"))
    for y, inwards in ((top, 1), (bottom, -1)):
        back = y + inwards * _HEAD
        shapes.append(area([(x, y), (x - _HEAD / 2, back), (x + _HEAD / 2, back)], "head"))
    if text:
        shapes.append(Text(left + 2 * _TICK, (top + bottom - text.height) / 2, text, "duration-text"))
    return tuple(shapes)
