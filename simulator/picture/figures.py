"""The heads of lifelines: a box with a name, or a figure above it.

Lives here: one drawing for each kind of participant (PlantUML, Sequence Diagram, "Declaring participant"). Must not
live here: where lifelines stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.diagram.ast import Participant
from simulator.picture.block import Block, block
from simulator.picture.creole import css
from simulator.picture.mark import Mark
from simulator.picture.shapes import Group, Path, Room, Shape, Text, area, circle, line, number, rectangle

_PADDING = 8
_FIGURE = 36
"""The height of a figure, in pixels."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one lifeline, measured: name, stereotype above it, and figure."""

    participant: Participant
    name: Block
    stereotype: Block

    @classmethod
    def of(cls, participant: Participant) -> "Head":
        """Measure it."""
        kind = f"«{participant.stereotype}»" if participant.stereotype else ""
        return cls(participant, block(participant.name), block(kind, italic=True))

    @property
    def boxed(self) -> bool:
        """Whether the name stands in a box."""
        return self.participant.kind not in _FIGURES

    @property
    def width(self) -> float:
        """In pixels."""
        text = max(self.name.width, self.stereotype.width if self.stereotype else 0)
        extra = {"queue": 24, "collections": 6}.get(self.participant.kind, 0)
        return max(text + 2 * _PADDING + extra, _FIGURE if not self.boxed else 0)

    @property
    def height(self) -> float:
        """In pixels."""
        text = self.name.height + (self.stereotype.height if self.stereotype else 0)
        return text + (2 * _PADDING if self.boxed else _FIGURE + 4)

    def draw(self, x: float, y: float, edge: Literal["top", "bottom"], mark: Mark) -> Group:
        """The head around x; y: its lower edge at the top of the diagram, its upper edge at the bottom."""
        top = y - self.height if edge == "top" else y
        room = Room(x - self.width / 2, top, x + self.width / 2, top + self.height)
        fill = css(self.participant.color)
        shapes: list[Shape]
        if self.boxed:
            shapes = [*_BOXES.get(self.participant.kind, _box)(room, fill)]
            shapes += self.texts(x, top + _PADDING, fill)
        else:
            text = self.height - _FIGURE - 4
            figure, names = (top, top + _FIGURE + 4) if edge == "top" else (top + text + 4, top)
            shapes = [*_FIGURES[self.participant.kind](x, figure, fill), *self.texts(x, names, "")]
        return Group(tuple(shapes), "participant", mark, f"{self.participant.kind} {self.participant.name}")

    def texts(self, x: float, y: float, fill: str) -> Sequence[Text]:
        """The lines around x, from y downwards."""
        role = "name on-color" if fill else "name"
        found = []
        if self.stereotype:
            found.append(Text(x - self.stereotype.width / 2, y, self.stereotype, role, centered=True))
            y += self.stereotype.height
        return [*found, Text(x - self.name.width / 2, y, self.name, role, centered=True)]


def _box(room: Room, fill: str) -> Sequence[Path]:
    return [rectangle(room, "head-box", fill)]


def _collections(room: Room, fill: str) -> Sequence[Path]:
    behind = Room(room.left + 4, room.top - 4, room.right + 4, room.bottom - 4)
    return [rectangle(behind, "head-box", fill), rectangle(room, "head-box", fill)]


def _queue(room: Room, fill: str) -> Sequence[Path]:
    left, right, ry = number(room.left + 8), number(room.right - 8), number((room.bottom - room.top) / 2)
    arc = f"A8 {ry} 0 0"
    outline = (
        f"M{left} {number(room.top)}H{right}{arc} 1 {right} {number(room.bottom)}H{left}{arc} 1 {left}"
        f" {number(room.top)}Z"
    )
    rim = f"M{right} {number(room.top)}{arc} 0 {right} {number(room.bottom)}"
    return [Path(outline, room, "head-box", fill), Path(rim, room, "outline")]


_BOXES: dict[str, Callable[[Room, str], Sequence[Path]]] = {"collections": _collections, "queue": _queue}


def _actor(x: float, y: float, fill: str) -> Sequence[Path]:
    body = (line(x, y + 13, x, y + 24, "outline"), line(x - 10, y + 16, x + 10, y + 16, "outline"))
    legs = (line(x, y + 24, x - 8, y + 34, "outline"), line(x, y + 24, x + 8, y + 34, "outline"))
    return [circle(x, y + 7, 6, "head-box", fill), *body, *legs]


def _boundary(x: float, y: float, fill: str) -> Sequence[Path]:
    bar = line(x - 16, y + 8, x - 16, y + 32, "outline")
    return [bar, line(x - 16, y + 20, x - 6, y + 20, "outline"), circle(x + 5, y + 20, 11, "head-box", fill)]


def _control(x: float, y: float, fill: str) -> Sequence[Path]:
    tip = [line(x - 3, y + 9, x + 4, y + 5, "outline"), line(x - 3, y + 9, x + 4, y + 13, "outline")]
    return [circle(x, y + 20, 11, "head-box", fill), *tip]


def _entity(x: float, y: float, fill: str) -> Sequence[Path]:
    return [circle(x, y + 18, 11, "head-box", fill), line(x - 12, y + 31, x + 12, y + 31, "outline")]


def _database(x: float, y: float, fill: str) -> Sequence[Path]:
    left, right, top, bottom = number(x - 15), number(x + 15), number(y + 8), number(y + 30)
    room = Room(x - 15, y + 3, x + 15, y + 35)
    outline = f"M{left} {top}A15 5 0 0 1 {right} {top}V{bottom}A15 5 0 0 1 {left} {bottom}Z"
    return [Path(outline, room, "head-box", fill), Path(f"M{left} {top}A15 5 0 0 0 {right} {top}", room, "outline")]


_FIGURES: dict[str, Callable[[float, float, str], Sequence[Path]]] = {
    "actor": _actor,
    "boundary": _boundary,
    "control": _control,
    "entity": _entity,
    "database": _database,
}


def cross(x: float, y: float) -> Sequence[Path]:
    """The end of a lifeline that is destroyed."""
    return [line(x - 7, y - 7, x + 7, y + 7, "cross"), line(x - 7, y + 7, x + 7, y - 7, "cross")]


def paper(room: Room, shape: str, fill: str) -> Sequence[Path]:
    """A note: with a dog's ear, a hexagon (`hnote`) or a rectangle (`rnote`)."""
    left, top, right, bottom = room.left, room.top, room.right, room.bottom
    if shape == "rnote":
        return [rectangle(room, "note", fill)]
    if shape == "hnote":
        middle, cut = (top + bottom) / 2, 8
        corners = [(left + cut, top), (right - cut, top), (right, middle), (right - cut, bottom), (left + cut, bottom)]
        return [area([*corners, (left, middle)], "note", fill)]
    ear = 8
    corners = [(left, top), (right - ear, top), (right, top + ear), (right, bottom), (left, bottom)]
    fold = area([(right - ear, top), (right - ear, top + ear), (right, top + ear)], "note", fill)
    return [area(corners, "note", fill), fold]
