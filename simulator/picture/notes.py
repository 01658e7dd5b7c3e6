"""Notes, beside a message or on their own.

Lives here: their size, place and shape. Must not live here: the message they belong to (`messages`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.diagram.ast import Note
from simulator.picture.block import Block, block
from simulator.picture.columns import Columns
from simulator.picture.creole import css
from simulator.picture.figures import paper
from simulator.picture.row import GAP, PADDING
from simulator.picture.scene import BAR, Scene
from simulator.picture.shapes import Group, Room, Shape, Text

_SIZE = 12
_MOST = 420


@dataclass(frozen=True, slots=True)
class Paper:
    """A note with its text, measured."""

    note: Note
    text: Block

    @classmethod
    def of(cls, note: Note) -> "Paper":
        """Measure it; over several lifelines there is more room."""
        several = note.position == "across" or len(note.on) > 1
        return cls(note, block(note.text, size=_SIZE, most=2 * _MOST if several else _MOST))

    @property
    def width(self) -> float:
        """In pixels."""
        return self.text.width + 2 * PADDING + (10 if self.note.shape == "hnote" else 8)

    @property
    def height(self) -> float:
        """In pixels."""
        return self.text.height + 2 * PADDING - 4

    def draw(self, scene: Scene, left: float, top: float, width: float | None = None) -> Room:
        """Put it into the scene; width: if it is wider than its text."""
        room = Room(left, top, left + (width or self.width), top + self.height)
        fill = css(self.note.color)
        at = (room.left + room.right - self.text.width) / 2
        text = Text(at, top + PADDING - 2, self.text, "note-text on-color" if fill else "note-text")
        shapes: tuple[Shape, ...] = (*paper(room, self.note.shape, fill), text)
        scene.add(Group(shapes, f"the-note {self.note.shape}", scene.marks(self.note), "note"))
        return room


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note that belongs to no message; columns: of the lifelines it is on, all of them for one across."""

    paper: Paper
    columns: Sequence[int]

    @property
    def parallel(self) -> bool:
        """Whether it begins beside the row before it."""
        return self.paper.note.parallel or self.paper.note.aligned

    @property
    def width(self) -> float:
        """Of the paper without its lifelines."""
        return self.paper.width

    def ask(self, columns: Columns) -> None:
        """Keep away from the neighbours."""
        first, last = self.columns[0], self.columns[-1]
        away = self.width + BAR + 2 * PADDING
        match self.paper.note.position:
            case "right":
                columns.beside(last, 1, away)
            case "left":
                columns.beside(first, -1, away)
            case _ if first == last:
                columns.apart(first - 1, first, self.width / 2 + PADDING)
                columns.apart(last, last + 1, self.width / 2 + PADDING)
            case _:
                columns.apart(first, last, self.width - 2 * BAR)

    def span(self, scene: Scene) -> tuple[float, float]:
        """From edge to edge."""
        left, width = self.place(scene)
        return left, left + width

    def place(self, scene: Scene) -> tuple[float, float]:
        """Its left edge and its width."""
        first, last = self.columns[0], self.columns[-1]
        match self.paper.note.position:
            case "right":
                return scene.edge(last, 1) + PADDING, self.width
            case "left":
                return scene.edge(first, -1) - PADDING - self.width, self.width
        middle = (scene.xs[first] + scene.xs[last]) / 2
        width = max(self.width, scene.xs[last] - scene.xs[first] + 3 * BAR) if first != last else self.width
        return middle - width / 2, width

    def put(self, scene: Scene) -> None:
        """Draw it."""
        left, width = self.place(scene)
        self.paper.draw(scene, left, scene.y, width)
        scene.y += self.paper.height + GAP
