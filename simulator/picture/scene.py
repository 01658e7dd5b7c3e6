"""The picture while it grows, from top to bottom.

Lives here: layers of shapes, the bars of activations, the beginnings and ends of lifelines. Must not live here: what an
element looks like (`rows`).

Law: what is behind is drawn first: boxes, frames, lifelines, bars, everything else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from simulator.picture.mark import Marks, unmarked
from simulator.picture.shapes import Room, Shape, around, line, rectangle

BAR = 10
"""The width of an activation bar in pixels; nested ones stand half of it further right."""


@dataclass(slots=True)
class Bar:
    """An activation that has begun: its top, colour, and how many there are below it."""

    top: float
    color: str
    level: int


@dataclass(slots=True)
class Scene:
    """xs: places of the columns. y: of the next row. arrow: of the last message.

    rooms: what the fragments that are open hold so far, the whole picture first.
    """

    xs: Sequence[float]
    marks: Marks = unmarked
    y: float = 0
    arrow: float = 0
    boxes: list[Shape] = field(default_factory=list)
    frames: list[Shape] = field(default_factory=list)
    lifelines: list[Shape] = field(default_factory=list)
    bars: list[Shape] = field(default_factory=list)
    front: list[Shape] = field(default_factory=list)
    anchors: dict[str, float] = field(default_factory=dict)
    _rooms: list[list[Room]] = field(default_factory=lambda: [[]])
    _open: dict[int, list[Bar]] = field(default_factory=dict)
    _began: dict[int, float] = field(default_factory=dict)

    def add(self, shape: Shape) -> None:
        """Draw it in front of everything so far."""
        self.front.append(shape)
        self.reserve(shape.room)

    def reserve(self, room: Room) -> None:
        """Make the fragments that are open hold this."""
        self._rooms[-1].append(room)

    @contextmanager
    def inside(self) -> Iterator[list[Room]]:
        """Gather the rooms of what is drawn meanwhile."""
        gathered: list[Room] = []
        self._rooms.append(gathered)
        yield gathered
        self._rooms.pop()
        if gathered:
            self.reserve(around(gathered))

    @property
    def room(self) -> Room:
        """All there is."""
        behind = [shape.room for layer in (self.boxes, self.frames, self.lifelines) for shape in layer]
        return around([*self._rooms[0], *behind])

    # Lifelines and their bars.

    def begin(self, column: int, y: float) -> None:
        """A lifeline begins here, or goes on."""
        self._began[column] = y

    def begun(self, column: int) -> bool:
        """Whether the lifeline is there."""
        return column in self._began

    def end(self, column: int, y: float) -> None:
        """A lifeline ends here, its bars with it."""
        while self._open.get(column):
            self.close(column, y)
        if column in self._began:
            x = self.xs[column]
            self.lifelines.append(line(x, self._began.pop(column), x, y, "lifeline"))

    def end_all(self, y: float) -> None:
        """All lifelines end here."""
        for column in list(self._began):
            self.end(column, y)

    def delay(self, top: float, bottom: float) -> None:
        """Every lifeline is dotted in between."""
        for column, began in list(self._began.items()):
            x = self.xs[column]
            self.lifelines.append(line(x, began, x, top, "lifeline"))
            self.lifelines.append(line(x, top, x, bottom, "lifeline delayed"))
            self._began[column] = bottom

    def open(self, column: int, y: float, color: str = "") -> None:
        """A bar begins."""
        bars = self._open.setdefault(column, [])
        bars.append(Bar(y, color, len(bars)))

    def close(self, column: int, y: float) -> None:
        """The last bar ends."""
        if bars := self._open.get(column):
            bar = bars.pop()
            left = self.xs[column] - BAR / 2 + bar.level * BAR / 2
            bottom = max(y, bar.top + BAR / 2)
            # Those below are drawn first.
            self.bars.insert(0, rectangle(Room(left, bar.top, left + BAR, bottom), "bar", fill=bar.color))

    def level(self, column: int) -> int:
        """How many bars are open."""
        return len(self._open.get(column, ()))

    def edge(self, column: int, side: int, level: int | None = None) -> float:
        """Where an arrow meets a lifeline from the left (side -1) or the right (1); level: of the bar it meets."""
        level = self.level(column) if level is None else level
        x = self.xs[column]
        if not level:
            return x
        return x + level * BAR / 2 if side > 0 else x - BAR + level * BAR / 2

    def shapes(self) -> Iterator[Shape]:
        """Everything in the order of drawing."""
        for layer in (self.boxes, self.frames, self.lifelines, self.bars, self.front):
            yield from layer
