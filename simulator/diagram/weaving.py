"""One line with its variables and calls replaced.

Lives here: finding the names in a line, and putting it together again, also from the lines of procedures. Must not
live here: what names stand for (`preprocess`).

Laws: what is not replaced keeps its place, what is gets that of its name. A line without known names stays as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from simulator.diagram.expressions import Arguments, Scope, arguments, follow
from simulator.diagram.source import Line, Span
from simulator.diagram.values import Value, Wrong, text

_NAME = re.compile(r"[$%]?+\w++")
_PASTE = "##"
# What no line of a file can hold.
_NO_TEXT = re.compile("[\0\r\ud800-\udfff]")


class Names(Scope, Protocol):
    """What the names in a line stand for."""

    def write(self, name: str, given: Arguments) -> Value | list[Line]:
        """What a call gives: a value, or the lines of a procedure. Raises `Wrong`."""

    def known(self, words: set[str]) -> set[str]:
        """Those that stand for something."""

    def knows(self, name: str) -> bool:
        """Whether a name in the text stands for a function that is called."""


@dataclass(slots=True)
class _Woven:
    """The lines that came of one line; parts, spans and length are those of the last of them, which is not complete.

    placed: whether anybody asks where the parts come from.
    """

    line: Line
    placed: bool
    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0
    origin: Line | None = None
    changed: bool = False

    def copy(self, begin: int, end: int) -> None:
        if begin < end:
            if self.placed:
                self.spans.extend(self.line.part(begin, end, self.length))
            self._add(self.line.text[begin:end])

    def put(self, written: str, column: int) -> None:
        """Put text for what is written at a column; each line feed ends a line, and what is no text is a blank."""
        self.changed = True
        first, *others = _NO_TEXT.sub(" ", written).split("\n")
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
            if self.placed:
                place = self.line.place(column)
                self.spans.append(Span(self.length, place.line, place.column, self.line.source(column), fixed=True))
            self._add(written)

    def _add(self, written: str) -> None:
        self.parts.append(written)
        self.length += len(written)

    def _end(self) -> None:
        spans = tuple(span for span in self.spans if span.start < max(self.length, 1))
        self.lines.append(self.line._replace(text="".join(self.parts), spans=spans, origin=self.origin))
        self.parts, self.spans, self.length, self.origin = [], [], 0, None


def weave(line: Line, names: Names, *, placed: bool) -> list[Line]:
    """The lines that a line becomes: one, unless a procedure writes none or several. Raises `Wrong`.

    placed: whether their places matter; those of lines that a macro writes are replaced by that of the call.
    """
    source = line.text
    words = set(_NAME.findall(source))
    if r"\n" in source:
        words.update([word[1:] for word in words if word[0] == "n"])
    known = names.known(words)
    if not known:
        return [line]
    woven = _Woven(line, placed)
    done = position = 0
    wrote = False
    while found := _NAME.search(source, position):
        position = found.end()
        start, name = _meant(source, found, known)
        called = source[position : position + 1] == "(" and names.knows(name)
        if not name or not (called or names.variable(name) is not None):
            continue
        woven.copy(done, start)
        value, done = _value(source, start, name, names)
        # A call may define more.
        known = names.known(words) if called else known
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


def _meant(source: str, found: re.Match[str], known: set[str]) -> tuple[int, str]:
    r"""Where a name begins that stands for something, and the name; empty where there is none.

    The `n` of a line end may stand before it: `\nNAME`.
    """
    start, word = found.start(), found[0]
    if word in known:
        return start, word
    if word[0] == "n" and word[1:] in known and source[start - 1 : start] == "\\":
        return start + 1, word[1:]
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
