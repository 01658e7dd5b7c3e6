"""Rows across all lifelines: sections, delays, spaces, new pages; and uses of other diagrams.

Lives here: what has no arrow and no operands. Must not live here: notes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.diagram.ast import Delay, Page, Ref, Section
from simulator.picture.block import Block, block
from simulator.picture.columns import Columns
from simulator.picture.creole import css
from simulator.picture.row import GAP, PADDING
from simulator.picture.scene import Scene
from simulator.picture.shapes import Group, Room, Shape, Text, area, line, rectangle


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section mark: its title between two lines, across everything."""

    section: Section | Page
    text: Block
    parallel: bool = False

    def ask(self, columns: Columns) -> None:
        """The title fits between the borders."""
        columns.apart(0, columns.right, self.text.width + 6 * PADDING)

    def span(self, scene: Scene) -> tuple[float, float]:
        """Everything."""
        return scene.xs[0], scene.xs[-1]

    def put(self, scene: Scene) -> None:
        """Two lines, and the title in a box on them."""
        scene.y += GAP
        left, right = scene.xs[0], scene.xs[-1]
        height = self.text.height + PADDING
        middle, center = scene.y + height / 2, (left + right) / 2
        shapes: list[Shape] = [line(left, middle + dy, right, middle + dy, "section-line") for dy in (-1.5, 1.5)]
        mark = scene.marks(self.section)
        if self.text:
            half = self.text.width / 2 + PADDING
            shapes.append(rectangle(Room(center - half, scene.y, center + half, scene.y + height), "section-box"))
            shapes.append(Text(center - half + PADDING, scene.y + PADDING / 2, self.text, "section-text"))
        scene.add(Group(tuple(shapes), "section", mark))
        scene.y += height + GAP


@dataclass(frozen=True, slots=True)
class DelayRow:
    """Time passes: lifelines are dotted, and a text may say how much."""

    delay: Delay
    text: Block
    parallel: bool = False

    def ask(self, columns: Columns) -> None:
        """The text fits between the borders."""
        columns.apart(0, columns.right, self.text.width + 2 * PADDING)

    def span(self, scene: Scene) -> tuple[float, float]:
        """Everything."""
        return scene.xs[0], scene.xs[-1]

    def put(self, scene: Scene) -> None:
        """Dots, and the text in the middle."""
        height = max(self.text.height if self.text else 0, 24) + GAP
        scene.delay(scene.y, scene.y + height)
        center = (scene.xs[0] + scene.xs[-1]) / 2
        if self.text:
            text = Text(center - self.text.width / 2, scene.y + (height - self.text.height) / 2, self.text, "delay")
            scene.add(Group((text,), "the-delay", scene.marks(self.delay)))
        scene.y += height + GAP


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """Nothing, of some height in pixels."""

    height: float
    parallel: bool = False

    def ask(self, columns: Columns) -> None:
        """Nothing."""

    def span(self, scene: Scene) -> tuple[float, float]:
        """Everything."""
        return scene.xs[0], scene.xs[-1]

    def put(self, scene: Scene) -> None:
        """Move on."""
        scene.y += self.height


@dataclass(frozen=True, slots=True)
class HeadsRow:
    """The heads of all lifelines again, where the first ones are out of sight; draw: puts them into the scene."""

    draw: Callable[[Scene], None]
    parallel: bool = False

    def ask(self, columns: Columns) -> None:
        """Nothing more than the heads at the top."""

    def span(self, scene: Scene) -> tuple[float, float]:
        """Everything."""
        return scene.xs[0], scene.xs[-1]

    def put(self, scene: Scene) -> None:
        """Draw them."""
        self.draw(scene)


@dataclass(frozen=True, slots=True)
class RefRow:
    """An interaction use: a frame over its lifelines (UML 2.5.1, 17.7)."""

    ref: Ref
    columns: Sequence[int]
    text: Block
    parallel: bool = False

    @classmethod
    def of(cls, ref: Ref, columns: Sequence[int]) -> "RefRow":
        """Measure it."""
        return cls(ref, columns, block(ref.text))

    def ask(self, columns: Columns) -> None:
        """The text fits over the lifelines."""
        first, last = self.columns[0], self.columns[-1]
        if first != last:
            columns.apart(first, last, self.text.width - 2 * PADDING)
        else:
            for left in (first - 1, first):
                columns.apart(left, left + 1, self.width / 2 + PADDING)

    @property
    def width(self) -> float:
        """In pixels, without its lifelines."""
        return max(self.text.width, 50) + 2 * PADDING

    def span(self, scene: Scene) -> tuple[float, float]:
        """A little more than its lifelines."""
        left, right = scene.xs[self.columns[0]], scene.xs[self.columns[-1]]
        middle, half = (left + right) / 2, max(self.width / 2, (right - left) / 2 + 3 * PADDING)
        return middle - half, middle + half

    def put(self, scene: Scene) -> None:
        """A frame with `ref` in its corner."""
        left, right = self.span(scene)
        keyword = block("ref", bold=True, size=12)
        height = keyword.height + self.text.height + 2 * PADDING
        room = Room(left, scene.y, right, scene.y + height)
        mark = scene.marks(self.ref)
        shapes: list[Shape] = [rectangle(room, "ref-box", css(self.ref.color))]
        shapes += tab(left, scene.y, keyword)
        text = Text(
            (left + right - self.text.width) / 2,
            scene.y + keyword.height + PADDING,
            self.text,
            "ref-text",
            centered=True,
        )
        shapes.append(text)
        scene.add(Group(tuple(shapes), "ref", mark, f"ref {self.ref.text}"))
        scene.y += height + GAP


def tab(left: float, top: float, text: Block, fill: str = "") -> list[Shape]:
    """The corner of a frame with a keyword in it."""
    right, bottom = left + text.width + 2 * PADDING, top + text.height + 4
    corners = [(left, top), (right, top), (right, bottom - 6), (right - 6, bottom), (left, bottom)]
    role = "keyword on-color" if fill else "keyword"
    return [area(corners, "tab", fill), Text(left + PADDING, top + 2, text, role)]
