"""A whole picture: the rows of a diagram between the heads of its lifelines, and what stands around them.

Lives here: `Picture` and `draw`. Must not live here: single rows, SVG (`svg`).

Laws: the same diagram gives the same picture. No two texts of messages overlap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.diagram.ast import Directive, Heading, Message, SequenceDiagram
from simulator.picture.boxes import boxes_of
from simulator.picture.columns import Columns
from simulator.picture.dividers import HeadsRow, SectionRow
from simulator.picture.durations import put_durations
from simulator.picture.figures import Head
from simulator.picture.frames import FrameRow
from simulator.picture.headings import put_headings
from simulator.picture.mark import NONE, Marks, unmarked
from simulator.picture.messages import MessageRow
from simulator.picture.places import places
from simulator.picture.row import GAP, PADDING, Row
from simulator.picture.rows import Rows
from simulator.picture.scene import Scene
from simulator.picture.shapes import Room, Shape
from simulator.picture.stack import put_all

_BETWEEN = 22
"""The least distance between the heads of two lifelines, in pixels."""
_PAGE = 45
"""After so many messages the heads of the lifelines are drawn again, so that nobody has to scroll back."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order of drawing, and the room that all of them take. title, description: in words."""

    shapes: tuple[Shape, ...]
    room: Room
    title: str
    description: str


def draw(diagram: SequenceDiagram, marks: Marks = unmarked, *, foldable: bool = False) -> Picture:
    """Draw a diagram; marks: what a reader is to be told about its elements.

    foldable: every section shows the heads of the lifelines, so that it can be looked at without the others.
    """
    placed = places(diagram)
    named = list(placed)
    columns = {each.lifeline: number for number, each in enumerate(named, start=1)}
    heads = {each.lifeline: Head.of(each) for each in named}
    walk = Rows(columns, heads, marks)
    rows = walk.of(diagram.body)
    asked = Columns(len(named))
    _keep_apart(asked, [heads[each.lifeline] for each in named])
    boxes = boxes_of(list(placed.values()))
    for row in rows:
        row.ask(asked)
    for box in boxes:
        box.ask(asked)
    scene = Scene(asked.positions(), marks)
    by_column = {columns[name]: head for name, head in heads.items()}
    _top(scene, {columns[name]: head for name, head in heads.items() if name not in walk.born})
    put_all(_paged(rows, by_column, foldable=foldable), scene)
    put_durations(scene, diagram)
    _bottom(scene, by_column, feet=not _hides_feet(diagram))
    for box in boxes:
        box.draw(scene)
    put_headings(scene, diagram)
    messages = sum(isinstance(each, Message) and not each.hidden for each in diagram.elements())
    title = next((each.text for each in diagram.body if isinstance(each, Heading) and each.kind == "title"), "")
    told = ", ".join(each.name for each in named)
    description = f"{messages} {'message' if messages == 1 else 'messages'} between {told or 'nobody'}"
    return Picture(tuple(scene.shapes()), scene.room, title or diagram.name or "Sequence diagram", description)


def _keep_apart(columns: Columns, heads: Sequence[Head]) -> None:
    for number, (left, right) in enumerate(pairwise(heads), start=1):
        columns.apart(number, number + 1, (left.width + right.width) / 2 + _BETWEEN)
    if heads:
        columns.apart(0, 1, heads[0].width / 2 + PADDING)
        columns.apart(len(heads), len(heads) + 1, heads[-1].width / 2 + PADDING)


def _top(scene: Scene, heads: Mapping[int, Head]) -> None:
    """The heads with their lower edges on one line."""
    scene.y += max((head.height for head in heads.values()), default=0)
    for column, head in heads.items():
        scene.add(head.draw(scene.xs[column], scene.y, "top", scene.marks(head.participant)))
        scene.begin(column, scene.y)
    scene.y += 2 * GAP


def _bottom(scene: Scene, heads: Mapping[int, Head], *, feet: bool) -> None:
    """The lifelines end, most often at their heads once more."""
    scene.y += GAP
    going = [(column, head) for column, head in heads.items() if scene.begun(column)]
    scene.end_all(scene.y)
    if feet:
        for column, head in going:
            scene.add(head.draw(scene.xs[column], scene.y, "bottom", NONE))


def _paged(rows: Sequence[Row], heads: Mapping[int, Head], *, foldable: bool) -> Sequence[Row]:
    """The rows, with the heads of the lifelines again where many messages stand between, or a section begins."""

    def again(scene: Scene) -> None:
        going = {column: head for column, head in heads.items() if scene.begun(column)}
        top, scene.y = scene.y, scene.y + max((head.height for head in going.values()), default=0) + GAP
        for column, head in going.items():
            middle = (top + scene.y + head.height) / 2
            scene.add(head.draw(scene.xs[column], middle, "top", NONE))
        scene.y += GAP

    paged: list[Row] = []
    since = 0
    for row in rows:
        if since >= _PAGE and not row.parallel:
            paged.append(HeadsRow(again))
            since = 0
        paged.append(row)
        since += _messages(row)
        if foldable and since and isinstance(row, SectionRow):
            paged.append(HeadsRow(again))
            since = 0
    return paged


def _messages(row: Row) -> int:
    if isinstance(row, FrameRow):
        return sum(_messages(inner) for operand in row.operands for inner in operand.rows)
    return isinstance(row, MessageRow)


def _hides_feet(diagram: SequenceDiagram) -> bool:
    texts = [each.text.lower() for each in diagram.elements() if isinstance(each, Directive)]
    return any("footbox" in text and text.split()[0] in {"hide", "skinparam"} for text in texts)
