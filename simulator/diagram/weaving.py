"""One line with its variables and calls replaced.

Lives here: finding the names in a line, and putting it together again, also from the lines of procedures. Must not
live here: what names stand for (`preprocess`).

Laws: what is not replaced keeps its place, what is gets that of its name. A line without known names stays as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from simulator.diagram.expressions import Arguments, Scope, arguments, follow
from simulator.diagram.source import Line, Span
from simulator.diagram.values import Value, Wrong, text

_NAME = re.compile(r"[$%]?+\w++")
_PASTE = "##"


class Names(Scope, Protocol):
    """What the names in a line stand for."""

    def write(self, name: str, given: Arguments) -> Value | list[Line]:
        """What a call gives: a value, or the lines of a procedure. Raises `Wrong`."""

    def none_of(self, words: Sequence[str]) -> bool:
        """Whether no word stands for anything."""

    def knows(self, name: str) -> bool:
        """Whether a name in the text stands for a function that is called."""


@dataclass(slots=True)
class _Woven:
    """The lines that came of one line; parts, spans and length are those of the last of them, which is not complete."""

    line: Line
    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0
    origin: Line | None = None
    changed: bool = False

    def copy(self, begin: int, end: int) -> None:
        if begin < end:
            self.spans.extend(self.line.part(begin, end, self.length))
            self._add(self.line.text[begin:end])

    def put(self, written: str, column: int) -> None:
        """Put text for what is written at a column; each line feed in it ends a line."""
        self.changed = True
        first, *others = written.split("\n")
        self._fixed(first, column)
        for other in others:
            self._end()
            self._fixed(other, column)

    def insert(self, lines: Sequence[Line], column: int) -> None:
        """Put lines for what is written at a column: the first behind what is there, the last before what follows."""
        self.changed = True
        for number, line in enumerate(lines):
            if number:
                self._end()
            self.origin = line.origin or line
            self._fixed(line.text, column)

    def paste(self) -> None:
        """Take away `##` at the end."""
        if self.parts and self.parts[-1].endswith(_PASTE):
            self.parts[-1] = self.parts[-1].removesuffix(_PASTE)
            self.length -= len(_PASTE)

    def finish(self) -> list[Line]:
        self._end()
        return self.lines

    def _fixed(self, written: str, column: int) -> None:
        if written:
            place = self.line.place(column)
            self.spans.append(Span(self.length, place.line, place.column, self.line.source(column), fixed=True))
            self._add(written)

    def _add(self, written: str) -> None:
        self.parts.append(written)
        self.length += len(written)

    def _end(self) -> None:
        spans = tuple(span for span in self.spans if span.start < max(self.length, 1))
        self.lines.append(replace(self.line, text="".join(self.parts), spans=spans, origin=self.origin))
        self.parts, self.spans, self.length, self.origin = [], [], 0, None


def weave(line: Line, names: Names) -> list[Line]:
    """The lines that a line becomes: one, unless a procedure writes none or several. Raises `Wrong`."""
    source = line.text
    if names.none_of(_NAME.findall(source)) and r"\n" not in source:
        return [line]
    woven = _Woven(line)
    done = position = 0
    wrote = False
    while found := _NAME.search(source, position):
        position = found.end()
        start, name = _known(source, found, names)
        if not name:
            continue
        woven.copy(done, start)
        value, done = _value(source, start, name, names)
        if isinstance(value, list):
            woven.insert(value, start)
            wrote = True
        else:
            woven.paste()
            names.budget.spend(value)
            woven.put(text(value), start)
            done += len(_PASTE) if source.startswith(_PASTE, done) else 0
        position = done
    if not woven.changed:
        return [line]
    woven.copy(done, len(source))
    lines = woven.finish()
    return [] if wrote and len(lines) == 1 and not lines[0].text.strip() else lines


def _known(source: str, found: re.Match[str], names: Names) -> tuple[int, str]:
    r"""Where a name begins that stands for something, and the name; empty where there is none.

    The `n` of a line end may stand before it: `\nNAME`.
    """
    start, word = found.start(), found[0]
    behind = source[found.end() : found.end() + 1]
    for skipped in range(2 if word[0] == "n" and source[start - 1 : start] == "\\" else 1):
        name = word[skipped:]
        if name and ((behind == "(" and names.knows(name)) or names.variable(name) is not None):
            return start + skipped, name
    return start, ""


def _value(source: str, start: int, name: str, names: Names) -> tuple[Value | list[Line], int]:
    """What a name and what follows it stand for, and where that ends."""
    end = start + len(name)
    if source[end : end + 1] == "(" and names.knows(name):
        as_text = bool(names.takes_text(name))
        given, end = arguments(source, end + 1, names, as_text=as_text)
        try:
            value = names.write(name, given)
        except Wrong as wrong:
            raise Wrong(wrong.message, start, wrong.hint) from None
        return (value, end) if isinstance(value, list) else follow(source, end, value, names)
    variable = names.variable(name)
    return follow(source, end, "" if variable is None else variable, names)
