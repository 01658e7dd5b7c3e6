"""Text with holes: what a label or note may read, and which values its holes then have.

Lives here: `Hole`, `TextPattern`, the built-in hole types, and matching. Pure. Must not live here: events
(`conformance.frontier`), reading diagrams (`lower`).

Laws: a pattern without holes matches exactly its own text. Every way to split the text between adjacent holes is
found, once. A hole that is already bound matches its value and nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.errors import DiagramError, Place

Bindings = Mapping[str, str]

# Value patterns of semantics.md 3 of the design: the letters a value may have and, where that is not all, its shape.
_WORD = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_LONGEST_INT = 100
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class HoleType:
    """Which values a hole may take: of these letters (None: any), of this length, of this shape."""

    letters: frozenset[str] | None = None
    shortest: int = 1
    longest: int | None = None
    shape: re.Pattern[str] | None = None

    def allows(self, value: str) -> bool:
        """Whether a whole value is of this type."""
        return (
            len(value) >= self.shortest
            and (self.longest is None or len(value) <= self.longest)
            and (self.letters is None or self.letters.issuperset(value))
            and (self.shape is None or self.shape.fullmatch(value) is not None)
        )


TYPES: Mapping[str, HoleType] = {
    "word": HoleType(_WORD),
    "int": HoleType(_DIGITS | {"-"}, longest=_LONGEST_INT, shape=re.compile("-?[0-9]+")),
    "hex": HoleType(_HEX),
    "md5": HoleType(_HEX, 32, 32),
    "sha1": HoleType(_HEX, 40, 40),
    "sha256": HoleType(_HEX, 64, 64),
    "uuid": HoleType(_HEX | {"-"}, 36, 36, re.compile(_UUID)),
    "any": HoleType(),
}

# A hole, or the escape by which PlantUML writes any character (PlantUML, Creole, "Unicode": `<U+221E>`).
_TOKEN = re.compile(r"\$\{(?P<hole>[^{}]*)\}|<U\+(?P<code>[0-9A-Fa-f]{1,6})>")
_HOLE = re.compile(r"(?P<name>[0-9A-Za-z_.]+)(?::(?P<type>[^!]+))?(?P<fresh>!)?")
_BLANKS = re.compile(r"(?:\s|\\n)+")
_LAST_CODE_POINT = 0x10FFFF
_SPECIAL = r"<U\+|\$\{|'(?=/)|(?<=/)'|\\\Z|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]"


@dataclass(frozen=True, slots=True)
class Hole:
    """`${name:type!}`; fresh (`!`): its value differs from that of every other hole."""

    name: str
    type: str = "word"
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class TextPattern:
    """Literal texts and holes, in order; no two literals are neighbours and none is empty."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes from left to right, repeated ones repeated."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def __str__(self) -> str:
        """The text as a diagram writes it, with untyped holes."""
        return "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in self.parts)

    def fill(self, bindings: Bindings) -> str:
        """The text with the values of bound holes in their places; the others stay holes."""
        return "".join(
            part if isinstance(part, str) else bindings.get(part.name, f"${{{part.name}}}") for part in self.parts
        )

    def match(self, text: str, bindings: Bindings) -> Iterator[Bindings]:
        """Every extension of `bindings` under which the pattern reads `text` (folded), shortest first holes first."""
        parts = [bindings.get(part.name, part) if isinstance(part, Hole) else part for part in self.parts]
        if all(isinstance(part, str) for part in parts):
            if text == "".join(part for part in parts if isinstance(part, str)):
                yield bindings
            return
        reach = _reachable(parts, text)
        stack = [(0, 0, bindings)] if 0 in reach[0] else []
        while stack:
            index, start, bound = stack.pop()
            if index == len(parts):
                yield bound
                continue
            part = parts[index]
            if isinstance(part, Hole) and part.name in bound:
                part = bound[part.name]
            if isinstance(part, str):
                end = start + len(part)
                if text.startswith(part, start) and end in reach[index + 1]:
                    stack.append((index + 1, end, bound))
                continue
            ends = [end for end in _ends(part, text, start) if end in reach[index + 1]]
            stack.extend((index + 1, end, {**bound, part.name: text[start:end]}) for end in reversed(ends))


def _ends(hole: Hole, text: str, start: int) -> Iterator[int]:
    """Where a value of the hole that begins at `start` may end."""
    kind = TYPES[hole.type]
    last = len(text) if kind.longest is None else min(len(text), start + kind.longest)
    for end in range(start + 1, last + 1):
        if kind.letters is not None and text[end - 1] not in kind.letters:
            return
        if end - start >= kind.shortest and (kind.shape is None or kind.shape.fullmatch(text, start, end)):
            yield end


def _reachable(parts: list[str | Hole], text: str) -> list[set[int]]:
    """For each part, the positions from which it and the parts after it can read the rest, names not compared.

    Found from the right, so that `match` never walks into a dead end but for unequal values of one name.
    """
    reach: list[set[int]] = [set() for _ in parts] + [{len(text)}]
    for index in range(len(parts) - 1, -1, -1):
        part, after = parts[index], reach[index + 1]
        if isinstance(part, str):
            reach[index] = {end - len(part) for end in after if text.endswith(part, 0, end) and end >= len(part)}
        else:
            reach[index] = {start for start in _starts(part, text, after) if _may_end(part, text, start, after)}
    return reach


def _starts(hole: Hole, text: str, after: set[int]) -> Iterator[int]:
    """Where a run of the hole's letters begins that touches a position of `after`; one pass from the right."""
    letters = TYPES[hole.type].letters
    touches = False
    for start in range(len(text) - 1, -1, -1):
        touches = (touches or start + 1 in after) and (letters is None or text[start] in letters)
        if touches:
            yield start


def _may_end(hole: Hole, text: str, start: int, after: set[int]) -> bool:
    kind = TYPES[hole.type]
    unrestricted = kind.shortest == 1 and kind.longest is None and kind.shape is None
    return unrestricted or any(end in after for end in _ends(hole, text, start))


def fold(text: str) -> str:
    r"""Runs of blanks and line ends (`\n` included) as one blank, trimmed: how texts are compared (semantics.md 1)."""
    return _BLANKS.sub(" ", text).strip(" ")


def parse_text(text: str, place: Place) -> TextPattern:
    """Read the holes of a label, note text, title or frame label.

    Raises `DiagramError` for a hole that is none (`${}`, an unknown type).
    """
    text = fold(text)
    parts: list[str | Hole] = []
    literal = ""
    position = 0
    for token in _TOKEN.finditer(text):
        literal += text[position : token.start()]
        position = token.end()
        if token["code"] is not None:
            code = int(token["code"], 16)
            literal += chr(code) if code <= _LAST_CODE_POINT else token.group()
            continue
        parts += [literal] if literal else []
        literal = ""
        parts.append(_hole(token["hole"], place))
    literal += text[position:]
    return TextPattern((*parts, literal) if literal else tuple(parts))


def _hole(inside: str, place: Place) -> Hole:
    token = _HOLE.fullmatch(inside)
    if token is None:
        raise DiagramError(
            f"${{{inside}}} is no hole",
            place=place,
            expected=("${NAME}", "${NAME:type}", "${NAME!}"),
            hint="names have letters, digits, '_' and '.'; a literal '$' before a brace is written <U+0024>",
        )
    if (kind := token["type"] or "word") not in TYPES:
        raise DiagramError(f"unknown type {kind!r} of the hole {token['name']!r}", place=place, expected=tuple(TYPES))
    return Hole(token["name"], kind, fresh=bool(token["fresh"]))


def escape(text: str, edges: str = "") -> str:
    """Write a recorded text (folded) so that a diagram can hold it and `parse_text` reads back exactly that literal.

    Escaped are what looks like a hole, an escape, a comment or a continued line, what cannot be printed, and letters of
    `edges` at either end, which mean something where the text is to stand.
    """
    at_ends = rf"|\A[{re.escape(edges)}]|[{re.escape(edges)}]\Z" if edges else ""
    return re.sub(_SPECIAL + at_ends, _escaped, text)


def _escaped(special: re.Match[str]) -> str:
    found = special.group()
    return f"<U+{ord(found[0]):04X}>{found[1:]}"
