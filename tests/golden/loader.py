"""Golden cases: Markdown files of `## title`, a fenced block of input, a fenced block of what is expected.

Lives here: finding and reading cases, for every room. Must not live here: what a room does with them. Text outside of
titles and fences is for people. A fence is three or more backticks; the words behind it are for highlighting only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_GOLDEN = Path(__file__).parent
_FENCE = re.compile(r"(`{3,})[^`]*")


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case; `input` and `expected` have no line feed at their ends. `place` is `file:line` of the title."""

    title: str
    input: str
    expected: str
    place: str

    def __str__(self) -> str:
        """Name the case in a test report."""
        return f"{self.place} {self.title}"


def load(room: str) -> list[Case]:
    """Read all cases of `tests/golden/<room>/`, in the order of file names; ValueError where a file is malformed."""
    cases = [case for path in sorted((_GOLDEN / room).glob("*.md")) for case in _read(path)]
    if not cases:
        raise ValueError(f"there are no golden cases for {room}")
    return cases


def _read(path: Path) -> Iterator[Case]:
    title, place, blocks = "", "", list[str]()
    numbered = enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
    for number, line in numbered:
        if line.startswith("## "):
            if title:
                raise ValueError(f"{place}: {title!r} needs an input and what is expected")
            title, place, blocks = line[3:].strip(), f"{path.name}:{number}", []
        elif fence := _FENCE.fullmatch(line):
            blocks.append("\n".join(_until(fence[1], numbered, f"{path.name}:{number}")))
            if not title:
                raise ValueError(f"{path.name}:{number}: this block belongs to no title")
            if len(blocks) == len(("input", "expected")):
                yield Case(title, blocks[0], blocks[1], place)
                title = ""
    if title:
        raise ValueError(f"{place}: {title!r} needs an input and what is expected")


def _until(fence: str, numbered: Iterator[tuple[int, str]], place: str) -> Iterator[str]:
    for _, line in numbered:
        if line == fence:
            return
        yield line
    raise ValueError(f"{place}: this block is never closed")
