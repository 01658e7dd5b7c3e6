"""Text with holes: what a label or note may read.

Lives here: `TextPattern`, reading one out of a diagram, and how texts are compared (`fold`). Pure. Must not live here:
what a hole may be (`holes`), the search for values (`matching`), events (`conformance.frontier`).

Laws: a pattern without holes matches exactly its own text. Every way to split the text between adjacent holes is
found, once. A hole that is already bound matches its value and nothing else.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast

from simulator.errors import Place
from simulator.interaction.extraction import Extraction, Readings
from simulator.interaction.hole_types import TYPES, HoleType, Types
from simulator.interaction.holes import TOKEN, Bindings, Hole, read_hole
from simulator.interaction.matching import Reading, Spend, unlimited

# A hole, or the escape by which PlantUML writes any character (PlantUML, Creole, "Unicode": `<U+221E>`).
_TOKEN = re.compile(rf"{TOKEN}|<U\+(?P<code>[0-9A-Fa-f]{{1,6}})>", re.DOTALL)
_BLANKS = re.compile(r"\s+")
# The same where a backslash may break a line; an escaped backslash breaks none (PlantUML, Creole, "Newline").
_BLANKS_OR_BREAKS = re.compile(r"(\\\\)|(?:\s|\\[nlr])+")
_LAST_CODE_POINT = 0x10FFFF
_SPECIAL = r"<U\+|\$\{|'(?=/)|(?<=/)'|\\\Z|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]"


@dataclass(frozen=True, slots=True)
class TextPattern:
    """Literal texts and holes, in order; no two literals are neighbours and none is empty."""

    parts: tuple[str | Hole, ...]
    _extraction: Extraction | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def extraction(self) -> Extraction:
        """How texts are read, found out when first asked for."""
        if self._extraction is None:
            object.__setattr__(self, "_extraction", Extraction(self.parts))
        return cast(Extraction, self._extraction)

    def extract(self, text: str, spend: Spend = unlimited, most: int | None = None) -> Readings | None:
        """Every way to read `text` (folded), as the values of the distinct holes from left to right; None if none.

        spend: called with the work done; may raise to stop it. most: so many ways are told, where there are more.
        """
        return self.extraction.extract(text, spend, most)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes from left to right, repeated ones repeated."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def literal(self) -> bool:
        """Whether it has no holes."""
        return not self.parts or (len(self.parts) == 1 and isinstance(self.parts[0], str))

    def __str__(self) -> str:
        """The text as a diagram writes it."""
        return "".join(map(str, self.parts))

    def fill(self, bindings: Bindings) -> str:
        """The text with the values of bound holes in their places; the others stay holes."""
        return "".join(
            part if isinstance(part, str) else bindings.get(part.name, f"${{{part.name}}}") for part in self.parts
        )

    def bound(self, bindings: Bindings) -> "TextPattern":
        """The pattern with the values of bound holes in their places."""
        parts: list[str | Hole] = []
        for part in self.parts:
            known = bindings.get(part.name, part) if isinstance(part, Hole) else part
            if isinstance(known, str) and parts and isinstance(parts[-1], str):
                known = parts.pop() + known  # type: ignore[operator]  # the last one is a text
            parts.append(known)
        return TextPattern(tuple(parts))

    def renamed(self, names: Mapping[str, str]) -> "TextPattern":
        """The same with other names of holes."""
        parts = (
            part if isinstance(part, str) else replace(part, name=names.get(part.name, part.name))
            for part in self.parts
        )
        return TextPattern(tuple(parts))

    def match(
        self, text: str, bindings: Bindings, relevant: Container[str] | None = None, spend: Spend = unlimited
    ) -> Iterator[Bindings]:
        """Every extension of `bindings` under which the pattern reads `text` (folded), shortest first holes first.

        relevant: the names whose values matter elsewhere. Other holes that occur once get one value only, any that
        fits; None: all values of all holes are told. spend: called with the work done; may raise to stop it.
        """
        extraction = self.extraction
        names = extraction.names
        known = tuple([bindings.get(name) for name in names])
        if None not in known:
            if text == extraction.filled(cast(tuple[str, ...], known)):
                yield bindings
            return
        if extraction.single:
            readings = extraction.extract(text, spend, None)
            unknown = known.count(None) == len(known)
            if readings and (unknown or all(map(_same_or_none, known, readings[0]))):
                yield {**bindings, **dict(zip(names, readings[0], strict=True))}
                return
            # A value that is known beforehand may be of other letters than its type has.
            if unknown or all(map(_none_or_allowed, known, extraction.kinds)):
                return
        parts = [bindings.get(part.name, part) if isinstance(part, Hole) else part for part in self.parts]
        yield from Reading(parts, text, relevant, spend).extensions(bindings)


def _same_or_none(known: str | None, value: str) -> bool:
    return known is None or known == value


def _none_or_allowed(known: str | None, kind: HoleType) -> bool:
    return known is None or kind.allows(known)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    r"""Runs of blanks and line ends (`\n`, `\l`, `\r` included) as one blank, trimmed: how texts are compared.

    Rule: semantics.md 1. An escaped backslash (`\\n`) begins no line end.
    """
    return _folded(text).strip(" ")


def _folded(text: str) -> str:
    if "\\" in text:
        return _BLANKS_OR_BREAKS.sub(lambda found: found[1] or " ", text)
    return _BLANKS.sub(" ", text)


def parse_text(text: str, place: Place, types: Types = TYPES) -> TextPattern:
    """Read the holes of a label, note text, title or frame label; what is literal is folded.

    Raises `DiagramError` for a hole that is none (`${}`, an unknown type, a regular expression that is none).
    """
    if "${" not in text and "<U+" not in text:
        return TextPattern((folded,) if (folded := fold(text)) else ())
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
        parts += [_folded(literal), read_hole(token, place, types)]
        literal = ""
    parts.append(_folded(literal + text[position:]))
    parts[0], parts[-1] = _edge(parts[0], str.lstrip), _edge(parts[-1], str.rstrip)
    return TextPattern(tuple(part for part in parts if part))


def _edge(part: str | Hole, strip: Callable[[str, str], str]) -> str | Hole:
    return strip(part, " ") if isinstance(part, str) else part


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
