"""Draws every diagram of a folder, and looks at what is on top of what.

python -m tests.pictures FOLDER [--save FOLDER]

Every diagram that can be read has to be drawn, as well-formed XML; no text, note or head stands on another, and no
frame cuts one. What fails is named, and the exit status is 1.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.files import SUFFIXES
from simulator.diagram.parser import parse_file
from simulator.errors import SimulatorError
from simulator.picture.picture import Picture, draw
from simulator.picture.shapes import Group, Room, Shape, Text
from simulator.picture.svg import svg

# Elements that are seen as one piece; of others each text is one.
_PIECES = ("participant", "the-note", "ref")
_FOUND = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that nothing else may touch; kind: its role. said: what it says."""

    kind: str
    said: str
    room: Room

    def __str__(self) -> str:
        """As it is told."""
        return f"{self.kind} {self.said[:40]!r}"


def pieces(shapes: Sequence[Shape]) -> Iterator[Piece]:
    """The pieces of a picture."""
    for shape in shapes:
        if isinstance(shape, Text) and shape.block:
            yield Piece(shape.role.split()[0], said(shape), shape.room)
        elif isinstance(shape, Group):
            if shape.role.startswith(_PIECES):
                yield Piece(shape.role.split()[0], " ".join(map(said, texts(shape.shapes))), shape.room)
            else:
                yield from pieces(shape.shapes)


def texts(shapes: Sequence[Shape]) -> Iterator[Text]:
    """Every text, those in groups included."""
    for shape in shapes:
        if isinstance(shape, Text):
            yield shape
        elif isinstance(shape, Group):
            yield from texts(shape.shapes)


def said(text: Text) -> str:
    """What it says."""
    return " ".join("".join(run.text for run in line) for line in text.block.lines)


def overlapping(picture: Picture) -> Iterator[tuple[Piece, Piece]]:
    """Pairs of pieces that stand on each other."""
    near: list[Piece] = []
    for piece in sorted(pieces(picture.shapes), key=lambda each: each.room.top):
        near = [each for each in near if each.room.bottom > piece.room.top]
        yield from ((each, piece) for each in near if each.room.meets(piece.room))
        near.append(piece)


def cut(picture: Picture) -> Iterator[Piece]:
    """The pieces that the side of a frame goes through."""
    frames = [shape.room for shape in picture.shapes if not isinstance(shape, Text) and shape.role == "frame"]
    sides = [Room(x, frame.top, x, frame.bottom) for frame in frames for x in (frame.left, frame.right)]
    sides += [Room(frame.left, y, frame.right, y) for frame in frames for y in (frame.top, frame.bottom)]
    for piece in pieces(picture.shapes):
        room = piece.room
        within = Room(room.left + 1, room.top + 1, room.right - 1, room.bottom - 1)
        if any(_cross(within, side) for side in sides):
            yield piece


def _cross(room: Room, side: Room) -> bool:
    return room.left < side.right and side.left < room.right and room.top < side.bottom and side.top < room.bottom


@dataclass(slots=True)
class Tally:
    """What became of the diagrams; each of the lists holds a number and what it is of."""

    drawn: int = 0
    refused: int = 0
    slow: list[tuple[float, str]] = field(default_factory=list)
    wide: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, diagram: SequenceDiagram, save: Path | None) -> None:
        """Draw one and look at it."""
        start = time.perf_counter()
        picture = draw(diagram)
        written = svg(picture)
        self.drawn += 1
        self.slow.append((time.perf_counter() - start, name))
        self.wide.append((picture.room.right - picture.room.left, name))
        try:
            ET.fromstring(written)
        except ET.ParseError as error:
            self.wrong.append(f"{name}: not well-formed: {error}")
        self.wrong += [f"{name}: {one} on {other}" for one, other in overlapping(picture)]
        self.wrong += [f"{name}: a frame cuts {piece}" for piece in cut(picture)]
        if save:
            save.mkdir(parents=True, exist_ok=True)
            (save / f"{name.replace('/', '-')}.svg").write_text(written, encoding="utf-8")


def look(folder: Path, save: Path | None = None) -> Tally:
    """Draw the diagrams of a folder."""
    tally = Tally()
    for path in sorted(each for each in folder.rglob("*") if each.suffix in SUFFIXES and each.is_file()):
        try:
            diagrams = parse_file(path)
        except SimulatorError:
            tally.refused += 1
            continue
        for number, diagram in enumerate(diagrams, start=1):
            tally.add(f"{path.relative_to(folder).with_suffix('')}-{number}", diagram, save)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, look, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description="Draw the diagrams of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--save", type=Path, help="a folder for the pictures")
    chosen = parser.parse_args(arguments)
    tally = look(chosen.folder, chosen.save)
    told = [*tally.wrong, f"{tally.drawn} diagrams drawn, {len(tally.wrong)} faults, {tally.refused} files not read"]
    told += [f"slow: {seconds:.2f} s {name}" for seconds, name in sorted(tally.slow)[: -_FOUND - 1 : -1]]
    told += [f"wide: {pixels:.0f} px {name}" for pixels, name in sorted(tally.wide)[: -_FOUND - 1 : -1]]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if tally.wrong or not tally.drawn else 0


if __name__ == "__main__":
    sys.exit(main())
