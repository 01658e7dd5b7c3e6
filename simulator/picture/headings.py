"""What stands around a picture: title and header above, caption, legend and footer below, a frame around everything.

Lives here: `put_headings`. Must not live here: anything between the lifelines.
"""

from simulator.diagram.ast import Heading, SequenceDiagram
from simulator.picture.block import block
from simulator.picture.dividers import tab
from simulator.picture.row import GAP, PADDING
from simulator.picture.scene import Scene
from simulator.picture.shapes import Group, Room, Shape, Text, rectangle

_ABOVE = ("title", "header")
_BELOW = ("legend", "caption", "footer")


def put_headings(scene: Scene, diagram: SequenceDiagram) -> None:
    """Put every heading above or below what is drawn so far; of each kind the last one counts."""
    headings = {each.kind: each for each in diagram.elements() if isinstance(each, Heading)}
    for kind in _ABOVE:
        if kind in headings:
            _put(scene, headings[kind], above=True)
    for kind in _BELOW:
        if kind in headings:
            _put(scene, headings[kind], above=False)
    if frame := headings.get("mainframe"):
        keyword, room = block(frame.text, bold=True), scene.room
        top = room.top - keyword.height - GAP - PADDING
        around = Room(room.left - GAP, top, max(room.right + GAP, room.left + keyword.width), room.bottom + GAP)
        scene.add(Group((rectangle(around, "frame"), *tab(around.left, top, keyword)), "mainframe"))


def _put(scene: Scene, heading: Heading, *, above: bool) -> None:
    title = heading.kind == "title"
    text = block(heading.text, bold=title, size=16 if title else 12)
    room = scene.room
    y = room.top - text.height - GAP if above else room.bottom + GAP
    middle = (room.left + room.right - text.width) / 2
    usual = {"header": "right", "footer": "center"}.get(heading.kind, "center")
    x = {"left": room.left, "right": room.right - text.width}.get(heading.align or usual, middle)
    shapes: list[Shape] = [Text(x, y, text, f"heading {heading.kind}", centered=title)]
    if heading.kind == "legend":
        paper = Room(x - PADDING, y, x + text.width + PADDING, y + text.height + PADDING)
        shapes = [rectangle(paper, "legend-box"), Text(x, y + PADDING / 2, text, "heading legend")]
    scene.add(Group(tuple(shapes), heading.kind, scene.marks(heading)))
