"""Where the tables and keys of a TOML text stand: `tomllib` reads values and forgets places.

Lives here: a line scanner that knows headers, keys and multi-line strings, and nothing else of TOML. Must not live
here: values and their meaning (`scenario`).

Law: for text that `tomllib` accepts, every header and every key at the start of a line is found; what is written inside
an inline table has the place of the key before it.
"""

import re
from collections.abc import Sequence

from simulator.errors import Place, ScenarioError

_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_NAME = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_LIST = re.compile(rf"\s*\[\[\s*({_NAME})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_NAME})\s*\]")
_KEY = re.compile(rf"\s*({_NAME})\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')

Path = tuple[str | int, ...]


class Locator:
    """The places in one TOML text; paths are those of the values: `("steps", 0, "store")`."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = text.replace("\r\n", "\n").split("\n")
        self._found: dict[Path, Place] = {(): Place(file)}
        self._scan()

    def place(self, path: Path) -> Place:
        """Where `path` is written; for what has no line of its own, where the nearest thing around it is."""
        while path not in self._found:
            path = path[:-1]
        return self._found[path]

    def error(
        self, at: Path | Place, message: str, *, expected: Sequence[str] = (), hint: str | None = None
    ) -> ScenarioError:
        """The error that points at a path or a place."""
        place = at if isinstance(at, Place) else self.place(at)
        source = self._lines[place.line - 1] if place.line <= len(self._lines) else None
        return ScenarioError(message, place=place, source=source, expected=tuple(expected), hint=hint)

    def _scan(self) -> None:
        counts: dict[Path, int] = {}
        table: Path = ()
        closing = ""
        for number, line in enumerate(self._lines, 1):
            if closing:
                closing = "" if closing in line else closing
                continue
            if header := _LIST.match(line):
                name = _path(header[1])
                counts[name] = counts.get(name, -1) + 1
                table = (*name, counts[name])
                self._note(table, number, header.start(1))
            elif header := _TABLE.match(line):
                table = _inside_lists(_path(header[1]), counts)
                self._note(table, number, header.start(1))
            elif key := _KEY.match(line):
                self._note((*table, *_path(key[1])), number, key.start(1))
                closing = _left_open(line[key.end() :])

    def _note(self, path: Path, line: int, start: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], Place(self._file, line, start + 1))


def _path(name: str) -> Path:
    return tuple(word.strip("\"'") for word in re.findall(_WORD, name))


def _inside_lists(path: Path, counts: dict[Path, int]) -> Path:
    """A table below a list of tables belongs to the last entry of that list."""
    for length in range(len(path), 0, -1):
        if path[:length] in counts:
            return (*path[:length], counts[path[:length]], *path[length:])
    return path


def _left_open(value: str) -> str:
    """The quotes of a multi-line string that begins in `value` and does not end there."""
    opening = _QUOTES.match(value.strip())
    if opening is None or opening[0] in value.strip()[3:]:
        return ""
    return opening[0]
