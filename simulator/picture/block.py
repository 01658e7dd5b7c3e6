"""Texts with a size: lines of runs, measured and broken where they are too wide.

Lives here: `Block`. Must not live here: markup (`creole`), drawing.

Law: no line is wider than `most`, unless one word is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.picture.creole import Run, runs
from simulator.picture.measure import width

SIZE = 13
"""Of the usual face, in pixels."""
MOST = 560
"""The widest line, in pixels; longer ones are broken."""

Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A text as it is drawn. widths: of the lines; all in pixels."""

    lines: tuple[Line, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]

    @property
    def width(self) -> float:
        """That of the widest line."""
        return max(self.widths, default=0)

    @property
    def height(self) -> float:
        """All lines."""
        return sum(self.heights)

    def __bool__(self) -> bool:
        """Whether there is anything to see."""
        return any(run.text for line in self.lines for run in line)


def block(text: str, *, size: int = SIZE, bold: bool = False, italic: bool = False, most: float = MOST) -> Block:
    """Measure a text; most: how wide a line may get, in pixels."""
    plain = Run("", bold=bold, italic=italic, size=size)
    lines = tuple(part for line in runs(text, plain=plain) for part in _broken(line, most))
    return Block(lines, tuple(_width(line) for line in lines), tuple(_height(line, size) for line in lines))


def _height(line: Line, size: int) -> float:
    return round(max((run.size for run in line), default=size) * 1.3)


def _width(line: Line) -> float:
    return sum(width(run.text, run.size, bold=run.bold, monospaced=run.monospaced) for run in line)


def _broken(line: Line, most: float) -> Iterator[Line]:
    if _width(line) <= most:
        yield line
        return
    now: list[Run] = []
    taken = 0.0
    for word in _words(line):
        wide = _width((word,))
        if now and taken + wide > most and word.text.strip():
            yield tuple(now)
            now, taken, word = [], 0.0, replace(word, text=word.text.lstrip())  # noqa: PLW2901  # the blank is the break
        now.append(word)
        taken += _width((word,))
    if now:
        yield tuple(now)


def _words(line: Line) -> Iterator[Run]:
    """The runs, cut before each blank."""
    for run in line:
        for word in re.findall(r"\s*\S+|\s+$", run.text):
            yield replace(run, text=word)
