"""One line of a report: pieces of text, each with the meaning that a terminal may show by colour.

Lives here: `Span` and `Line`. Must not live here: colours (the command line maps a `Style` to one), wording.

Laws: without its styles a line loses no information. A line holds no control character, whatever the input holds, so
that no diagram and no log can steer the reader's terminal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "good", "bad", "doubt", "faint", "strong", "mark"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text and what it means to the reader."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of text in one line, without its line feed."""

    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        """The line without styles."""
        return "".join(span.text for span in self.spans).rstrip()

    def indented(self, width: int) -> "Line":
        """The same line, further to the right; an empty line stays empty."""
        return Line((Span(" " * width), *self.spans)) if self.spans else self


EMPTY = Line()


def line(*pieces: "str | Span") -> Line:
    """Put a line together; a string is plain."""
    spans = (Span(piece) if isinstance(piece, str) else piece for piece in pieces)
    return Line(tuple(Span(visible(span.text), span.style) for span in spans if span.text))


def visible(text: str, kept: str = "") -> str:
    """The text with every control character and line end, but those in `kept`, as an escape like Python's."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in kept else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def utf8(text: str) -> str:
    """A text that any UTF-8 file can hold: what Python made of odd bytes in the name of a file stands as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain(lines: Iterable[Line]) -> str:
    """Lines as text, each ended by a line feed."""
    return "".join(f"{each}\n" for each in lines)
