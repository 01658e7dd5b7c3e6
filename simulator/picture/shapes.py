"""What a picture consists of: texts, lines, areas, each with the room it takes.

Lives here: frozen shapes and rectangles, in pixels, y downwards. Must not live here: SVG (`svg`), where shapes go.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.picture.block import Block
from simulator.picture.mark import NONE, Mark


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def __or__(self, other: "Room") -> "Room":
        """The smallest rectangle that holds both."""
        return Room(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def meets(self, other: "Room") -> bool:
        """Whether they overlap by more than a hair."""
        hair = 0.5
        return (
            self.left + hair < other.right
            and other.left + hair < self.right
            and self.top + hair < other.bottom
            and other.top + hair < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A block of text; x: of its left edge, y: of its top; centered: its lines in the middle of its width."""

    x: float
    y: float
    block: Block
    role: str
    centered: bool = False
    color: str = ""

    @property
    def room(self) -> Room:
        """Where it stands."""
        return Room(self.x, self.y, self.x + self.block.width, self.y + self.block.height)


@dataclass(frozen=True, slots=True)
class Path:
    """A line or area; points: SVG path data. fill, stroke: as CSS writes them, empty for what `role` has."""

    data: str
    room: Room
    role: str
    fill: str = ""
    stroke: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that are one element of the diagram, and what is to be said about it. label: for who cannot see it."""

    shapes: "tuple[Shape, ...]"
    role: str
    mark: Mark = NONE
    label: str = ""

    @property
    def room(self) -> Room:
        """Where its shapes are."""
        return around(shape.room for shape in self.shapes)


Shape = Text | Path | Group


def around(rooms: Iterable[Room]) -> Room:
    """The smallest rectangle that holds all; an empty one for none."""
    found: Room | None = None
    for room in rooms:
        found = room if found is None else found | room
    return found or Room(0, 0, 0, 0)


def line(x1: float, y1: float, x2: float, y2: float, role: str, stroke: str = "") -> Path:
    """A straight line."""
    room = Room(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    return Path(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", room, role, stroke=stroke)


def area(points: Iterable[tuple[float, float]], role: str, fill: str = "", stroke: str = "") -> Path:
    """A polygon."""
    found = list(points)
    data = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in found) + "Z"
    return Path(data, around(Room(x, y, x, y) for x, y in found), role, fill, stroke)


def rectangle(room: Room, role: str, fill: str = "", stroke: str = "") -> Path:
    """The outline of a room, filled."""
    data = f"M{number(room.left)} {number(room.top)}H{number(room.right)}V{number(room.bottom)}H{number(room.left)}Z"
    return Path(data, room, role, fill, stroke)


def circle(x: float, y: float, radius: float, role: str, fill: str = "", stroke: str = "") -> Path:
    """A circle around a point."""
    r = number(radius)
    data = (
        f"M{number(x - radius)} {number(y)}A{r} {r} 0 1 1 {number(x + radius)} {number(y)}"
        f"A{r} {r} 0 1 1 {number(x - radius)} {number(y)}Z"
    )
    return Path(data, Room(x - radius, y - radius, x + radius, y + radius), role, fill, stroke)


def number(value: float) -> str:
    """A coordinate as it is written: a tenth of a pixel is enough."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
