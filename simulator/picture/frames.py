"""Combined fragments: a frame around its operands (UML 2.5.1, 17.6).

Lives here: frame, keyword, guards, the lines between operands. Must not live here: what stands in the operands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.diagram.ast import Else, Fragment
from simulator.picture.block import Block, block
from simulator.picture.columns import Columns
from simulator.picture.creole import css
from simulator.picture.dividers import tab
from simulator.picture.row import GAP, PADDING, Row
from simulator.picture.scene import Scene
from simulator.picture.shapes import Group, Room, Shape, Text, around, line, rectangle
from simulator.picture.stack import put_all

_INSET = 10
_GROUP = re.compile(r"(?s)([^\[]*[^\[\s])\s*(?:\[(.*)\])?")


@dataclass(frozen=True, slots=True)
class OperandRows:
    """One operand: the element that begins it, its guard in brackets, its rows."""

    element: Fragment | Else
    guard: Block
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A fragment with its operands."""

    fragment: Fragment
    keyword: Block
    operands: Sequence[OperandRows]

    @property
    def parallel(self) -> bool:
        """Whether it begins beside the row before it."""
        return self.fragment.parallel

    @property
    def header(self) -> float:
        """The width of the keyword and the first guard."""
        return self.keyword.width + self.operands[0].guard.width + 5 * PADDING

    def ask(self, columns: Columns) -> None:
        """What its rows ask for; and that a deep one leaves room at the borders."""
        for operand in self.operands:
            for row in operand.rows:
                row.ask(columns)

    def span(self, scene: Scene) -> tuple[float, float]:
        """From the first to the last of its rows."""
        left, right = span_of([row for operand in self.operands for row in operand.rows], scene)
        return left - _INSET, right + _INSET

    def put(self, scene: Scene) -> None:
        """Draw the operands, then the frame around all they hold."""
        top, behind = scene.y, len(scene.frames)
        cuts: list[float] = []
        scene.y += max(self.keyword.height + 4, self.operands[0].guard.height) + GAP
        within = bottom = scene.y
        beside = self.is_beside(scene)
        with scene.inside() as rooms:
            for number, operand in enumerate(self.operands):
                if beside:
                    scene.y = within
                elif number:
                    cuts.append(scene.y)
                    scene.y += operand.guard.height + GAP if operand.guard else GAP
                put_all(operand.rows, scene)
                bottom = max(bottom, scene.y)
            scene.y = bottom
            content = around(rooms) if rooms else Room(scene.xs[0], top, scene.xs[-1], bottom)
            widest = max([self.header, *(each.guard.width + 4 * PADDING for each in self.operands)])
            left = content.left - _INSET
            frame = Room(left, top, max(content.right + _INSET, left + widest), bottom)
            scene.frames[behind:behind] = self.backgrounds(frame, cuts)
            scene.frames.append(rectangle(frame, "frame"))
            for shape in self.labels(scene, frame, cuts):
                scene.add(shape)
            rooms.append(frame)
        scene.y = bottom + GAP

    def is_beside(self, scene: Scene) -> bool:
        """Whether the operands stand beside each other: those of `par2` do where there is room, and nothing to say."""
        if self.fragment.operator != "par2" or any(each.guard for each in self.operands[1:]):
            return False
        spans = sorted(span_of(operand.rows, scene) for operand in self.operands if operand.rows)
        return all(left[1] <= right[0] for left, right in pairwise(spans))

    def backgrounds(self, frame: Room, cuts: Sequence[float]) -> list[Shape]:
        """The colours of the operands."""
        edges = [frame.top, *cuts, frame.bottom]
        colors = [css(operand.element.color) for operand in self.operands[: len(cuts) + 1]]
        return [
            rectangle(Room(frame.left, edges[index], frame.right, edges[index + 1]), "operand", fill=color or colors[0])
            for index, color in enumerate(colors)
            if color or colors[0]
        ]

    def labels(self, scene: Scene, frame: Room, cuts: Sequence[float]) -> list[Shape]:
        """Keyword, guards, and the lines between operands."""
        keyword = tab(frame.left, frame.top, self.keyword, css(self.fragment.head_color))
        guard = self.operands[0].guard
        at = frame.left + self.keyword.width + 3 * PADDING
        shapes = [*keyword, *([Text(at, frame.top + 2, guard, "guard")] if guard else [])]
        found: list[Shape] = [Group(tuple(shapes), "fragment", scene.marks(self.fragment), str(self.fragment.operator))]
        # Operands beside each other have no line between them.
        for cut, operand in zip(cuts, self.operands[1:], strict=False):
            shapes = [line(frame.left, cut, frame.right, cut, "cut")]
            if operand.guard:
                shapes.append(Text(frame.left + PADDING, cut + 3, operand.guard, "guard"))
            found.append(Group(tuple(shapes), "else", scene.marks(operand.element)))
        return found


def span_of(rows: Sequence[Row], scene: Scene) -> tuple[float, float]:
    """From the leftmost to the rightmost of all; without rows everything."""
    spans = [row.span(scene) for row in rows] or [(scene.xs[0], scene.xs[-1])]
    return min(left for left, _ in spans), max(right for _, right in spans)


def headed_by(fragment: Fragment) -> tuple[str, str]:
    """What stands in the corner of a frame, and its first guard: a group is headed by its own words."""
    found = _GROUP.fullmatch(fragment.label) if fragment.operator == "group" else None
    return (found[1], found[2] or "") if found else (fragment.operator, fragment.label)


def guard_of(label: str, count: str) -> Block:
    """The guard of an operand in brackets, and how often it was taken."""
    said = f"[{label}]" if label else ""
    return block(" ".join(filter(None, (said, count))), size=12, bold=True)
