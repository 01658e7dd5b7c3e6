"""Messages: an arrow, its text above it, and the notes that are attached to it.

Lives here: `MessageRow`. Must not live here: heads of arrows (`heads`), which activations belong to a message
(`rows`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from simulator.diagram.ast import Message, Return
from simulator.picture.block import Block
from simulator.picture.columns import Columns
from simulator.picture.creole import css
from simulator.picture.figures import Head, cross
from simulator.picture.heads import Look, head
from simulator.picture.mark import NONE
from simulator.picture.notes import Paper
from simulator.picture.row import GAP, PADDING
from simulator.picture.scene import BAR, Scene
from simulator.picture.shapes import Group, Shape, Text, circle, line

_LOOP = 42
"""How far a message to oneself reaches, in pixels."""
_TURN = 14
"""How far down it goes meanwhile."""
_SHORT = 36
"""The least length of an arrow from or to nobody."""


@dataclass(slots=True)
class Effects:
    """What else happens at an arrow: bars that begin (with their colour) and end, lifelines that begin and end."""

    opens: list[tuple[int, str]] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    creates: list[tuple[int, Head]] = field(default_factory=list)
    destroys: list[int] = field(default_factory=list)

    def happen(self, scene: Scene, y: float, end: float) -> None:
        """All of it; y: where the arrow begins, end: where it ends."""
        for column in self.closes:
            scene.close(column, end)
        for column, created in self.creates:
            scene.begin(column, y + created.height / 2)
            scene.add(created.draw(scene.xs[column], y + created.height / 2, "top", NONE))
        for column, color in self.opens:
            scene.open(column, end, css(color))
        for column in self.destroys:
            scene.end(column, end)
            for shape in cross(scene.xs[column], end):
                scene.add(shape)


@dataclass(frozen=True, slots=True)
class Standing:
    """What happens to lifelines where no message is."""

    effects: Effects
    parallel: bool = False

    def ask(self, columns: Columns) -> None:
        """Nothing."""

    def span(self, scene: Scene) -> tuple[float, float]:
        """Everything."""
        return scene.xs[0], scene.xs[-1]

    def put(self, scene: Scene) -> None:
        """It happens between the rows."""
        y = scene.y - GAP / 2
        self.effects.happen(scene, y, y)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message.

    source, target: columns; borders are columns too. free: on which side (-1 left, 1 right) the arrow ends at nobody;
    both columns are those of the other end then. others: further receivers. look: of the arrow as it is on the screen.
    """

    message: Message | Return
    source: int
    target: int
    text: Block
    look: Look
    effects: Effects
    dashed: bool = False
    backwards: bool = False
    hidden: bool = False
    free: int = 0
    others: Sequence[int] = ()
    notes: list[Paper] = field(default_factory=list)

    @property
    def parallel(self) -> bool:
        """Whether it begins beside the row before it."""
        return self.message.parallel

    @property
    def is_loop(self) -> bool:
        """Whether it goes to where it comes from."""
        return self.source == self.target and not self.free

    @property
    def goes_right(self) -> bool:
        """Whether its beginning is on the left."""
        if self.free:
            return ">" in self.look.right
        return self.source < self.target

    @property
    def loops_left(self) -> bool:
        """Whether it goes to itself on the left: `A <- A`."""
        return self.is_loop and self.backwards and isinstance(self.message, Message)

    @property
    def first(self) -> int:
        """The column of its left end."""
        return min(self.source, self.target, *self.others)

    @property
    def last(self) -> int:
        """The column of its right end."""
        return max(self.source, self.target, *self.others)

    def length(self) -> float:
        """What the arrow needs for its text."""
        return self.text.width + 2 * PADDING + 2 * BAR

    def ask(self, columns: Columns) -> None:
        """The text fits between both ends; notes and loops beside them."""
        extra = 0.0
        if self.is_loop:
            extra = max(_LOOP, self.text.width) + 2 * PADDING + BAR
            columns.apart(self.last, self.last + (-1 if self.loops_left else 1), extra)
        elif self.free:
            columns.apart(self.first, self.first + self.free, max(_SHORT, self.length()))
        else:
            columns.apart(self.source, self.target, self.length() + self.new_at(self.target))
        arrow = max(_SHORT, self.length())
        for paper in self.notes:
            away = paper.width + 2 * PADDING + BAR
            if paper.note.position == "left":
                near = self.new_at(self.first) + (extra if self.loops_left else 0) + (arrow if self.free < 0 else 0)
                columns.beside(self.first, -1, away, near)
            else:
                near = self.new_at(self.last) + (0 if self.loops_left else extra) + (arrow if self.free > 0 else 0)
                columns.beside(self.last, 1, away, near)

    def span(self, scene: Scene) -> tuple[float, float]:
        """From the leftmost text or end to the rightmost."""
        left, right = scene.xs[self.first], scene.xs[self.last]
        middle = (left + right) / 2
        left, right = min(left, middle - self.text.width / 2), max(right, middle + self.text.width / 2)
        if self.is_loop:
            away = max(_LOOP, self.text.width) + 2 * PADDING
            left, right = (middle - away, middle) if self.loops_left else (middle, middle + away)
        if self.free < 0:
            left = scene.xs[self.first] - max(_SHORT, self.length())
        if self.free > 0:
            right = scene.xs[self.first] + max(_SHORT, self.length())
        for paper in self.notes:
            if paper.note.position == "left":
                left -= paper.width + 2 * PADDING
            else:
                right += paper.width + 2 * PADDING
        return left, right

    @property
    def body(self) -> float:
        """The height of text and arrow."""
        return self.text.height + 5 + self.fall

    @property
    def fall(self) -> float:
        """How far below its beginning the arrow ends."""
        return _TURN if self.is_loop else self.look.slant

    @property
    def created(self) -> float:
        """The height of the highest head that begins here."""
        return max((each.height for _, each in self.effects.creates), default=0.0)

    @property
    def beside(self) -> dict[bool, float]:
        """The height of the notes on the left (True) and on the right."""
        sides = {True: 0.0, False: 0.0}
        for paper in self.notes:
            sides[paper.note.position == "left"] += paper.height + 4
        return sides

    @property
    def height(self) -> float:
        """Of everything but the lower half of a head that begins here."""
        return max(self.body, self.created / 2 + self.text.height, *self.beside.values())

    @property
    def lead(self) -> float:
        """How far below the top of the row the arrow is."""
        return (self.height - self.body) / 2 + self.text.height + 3

    def put(self, scene: Scene) -> None:
        """Draw text, arrow and notes; what happens at the arrow happens."""
        height, arrow = self.height, scene.y + self.lead
        top = arrow - self.text.height - 3
        scene.arrow = arrow + self.fall
        if isinstance(self.message, Message) and self.message.anchor:
            scene.anchors[self.message.anchor] = arrow
        if not self.hidden:
            self.draw(scene, top, arrow)
        else:
            self.effects.happen(scene, arrow, scene.arrow)
        self.draw_notes(scene, height, self.beside)
        bottom = max(scene.y + height, arrow + self.created / 2)
        scene.y = bottom + GAP

    def draw(self, scene: Scene, top: float, arrow: float) -> None:
        """Text and arrow."""
        mark = scene.marks(self.message)
        color = self.look.color if mark.kind is None else ""
        left_level, right_level = scene.level(self.first), scene.level(self.last)
        self.effects.happen(scene, arrow, scene.arrow)
        left = scene.edge(self.first, 1, max(left_level, scene.level(self.first)))
        right = scene.edge(self.last, -1, max(right_level, scene.level(self.last)))
        shapes: list[Shape] = []
        if self.is_loop:
            at = right - PADDING - self.text.width if self.loops_left else left + PADDING
            if self.loops_left:
                shapes += self.loop(right, scene.edge(self.last, -1), arrow, color)
            else:
                shapes += self.loop(left, scene.edge(self.last, 1), arrow, color)
        else:
            if self.free < 0:
                right = scene.edge(self.first, -1)
                left = right - max(_SHORT, self.length())
            elif self.free > 0:
                right = left + max(_SHORT, self.length())
            if not self.free:
                left, right = left + self.new_at(self.first), right - self.new_at(self.last)
            at = (left + right - self.text.width) / 2
            shapes += self.arrow(left, right, arrow, color)
            shapes += self.to_others(scene, arrow, color)
        if self.text:
            role = f"message-text{' on-look' if color else ''}"
            shapes.append(Text(at, top, self.text, role))
        kind = f"message{' dashed' if self.dashed else ''}{' bold' if self.look.bold else ''}"
        dotted = " dotted" if self.look.dotted else ""
        scene.add(Group(tuple(shapes), kind + dotted, mark))

    def new_at(self, column: int) -> float:
        """How far from a lifeline the arrow ends, at its head, if the lifeline begins here."""
        return next((each.width / 2 for new, each in self.effects.creates if new == column), 0.0)

    def arrow(self, left: float, right: float, y: float, color: str) -> Iterator[Shape]:
        """The shaft and both heads."""
        falls = (y, y + self.look.slant)
        start, end = falls if self.goes_right else falls[::-1]
        left_heads, left_taken = head(left, start, -1, self.look.left, color) if self.look.left else ((), 0.0)
        right_heads, right_taken = head(right, end, 1, self.look.right, color) if self.look.right else ((), 0.0)
        yield line(left + left_taken, start, right - right_taken, end, "shaft", color)
        yield from left_heads
        yield from right_heads

    def loop(self, start: float, end: float, y: float, color: str) -> Iterator[Shape]:
        """Out, down and back."""
        far = min(start, end) - _LOOP if self.loops_left else max(start, end) + _LOOP
        towards = 1 if self.loops_left else -1
        yield line(start, y, far, y, "shaft", color)
        yield line(far, y, far, y + _TURN, "shaft", color)
        written = self.look.left if self.backwards else self.look.right
        written = (written or self.look.left or self.look.right).replace(*("<>" if self.loops_left else "><"))
        heads, taken = head(end, y + _TURN, towards, written, color) if written else ((), 0.0)
        yield line(end - towards * taken, y + _TURN, far, y + _TURN, "shaft", color)
        yield from heads

    def to_others(self, scene: Scene, y: float, color: str) -> Iterator[Shape]:
        """The heads at further receivers."""
        for column in (self.target, *self.others) if self.others else ():
            side = -1 if column > self.source else 1
            if column not in {self.first, self.last}:
                yield from head(scene.edge(column, side), y, -side, ">", color)[0]
                yield circle(scene.xs[column], y, 1.5, "head", color, color)

    def draw_notes(self, scene: Scene, height: float, sides: dict[bool, float]) -> None:
        """On both sides, in the middle of the height."""
        tops = {side: scene.y + (height - taken) / 2 for side, taken in sides.items()}
        left, right = self.sides(scene)
        for paper in self.notes:
            is_left = paper.note.position == "left"
            at = left - PADDING - paper.width if is_left else right + PADDING
            paper.draw(scene, at, tops[is_left])
            tops[is_left] += paper.height + 4

    def sides(self, scene: Scene) -> tuple[float, float]:
        """Where notes begin on the left and on the right."""
        left = scene.edge(self.first, -1) - self.new_at(self.first)
        right = scene.edge(self.last, 1) + self.new_at(self.last)
        if self.loops_left:
            left -= max(_LOOP, self.text.width) + PADDING
        elif self.is_loop:
            right += max(_LOOP, self.text.width) + PADDING
        if self.free < 0:
            left -= max(_SHORT, self.length())
        if self.free > 0:
            right += max(_SHORT, self.length())
        return left - (BAR / 2 if scene.level(self.first) else 0), right + (BAR / 2 if scene.level(self.last) else 0)
