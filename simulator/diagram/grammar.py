"""The grammar at work: which statement stands at a place of a text.

Lives here: reading `sequence.lark`, and which statements are tried where. Must not live here: what a statement becomes
(`statements`), how statements nest (`parser`).

Law: at each place that statement is found which the grammar lists first (by its priority, then the longer expression)
of all that match there; the letters and the plain message only make it quick.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from simulator.diagram import statements
from simulator.diagram.mistakes import CLOSINGS
from simulator.diagram.shapes import AT_ONCE, Shapes, compile_shapes
from simulator.errors import Place

_FIRST = {
    "FROM_BORDER": "&{[]?<-/\\(ox",
    "DURATION": "{",
    "RETURN": "&r",
    "ACTIVATION": "ad",
    "AUTOACTIVATE": "a",
    "PARTICIPANT": "abcdepq",
    "PARTICIPANT_BLOCK": "abcdepq",
    "BOX": "b",
    "END_BOX": "e",
    "NOTE": "&/hnr",
    "NOTE_BLOCK": "&/hnr",
    "REF": "r",
    "REF_BLOCK": "r",
    "SECTION": "=",
    "DELAY": ".\u2026",
    "SPACE": "|",
    "PAGE": "@n",
    "FRAGMENT": "&abcglop",
    "ELSE": "ae",
    "END": "e",
    "HEADING": "cfhlmrt",
    "HEADING_BLOCK": "cfhlmrt",
    "DIRECTIVE": "!afhimprsu",
    "BRACED": "s",
    "SVG": "s",
    "STYLE": "<",
}
"""The letters that a statement can begin with, in any case; a statement that is not here begins with a name."""

_Candidates = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The statements of the language.

    statements: what each looks like, in the order in which they are tried. readers: what makes the node of one.
    """

    statements: Mapping[str, str]
    shapes: Shapes
    readers: Mapping[str, Callable[[re.Match[str], Place], object]]
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)
    _candidates: dict[str, _Candidates] = field(default_factory=dict)

    def find(self, text: str, position: int, without: frozenset[str]) -> tuple[str, re.Match[str]] | None:
        """The statement that stands at a position, where no blank does, unless it is one of some; and its kind."""
        letter = text[position]
        for kind, pattern in self._candidates.get(letter) or self._beginning(letter):
            found = pattern.match(text, position)
            if found and kind not in without:
                return kind, found
        return None

    def opens(self, line: str) -> str | None:
        """Which statement of several lines begins with a line, if one does."""
        for name, closing in CLOSINGS.items():
            if self._pattern(name).match(f"{line}\n{closing}"):
                return name
        return None

    def _beginning(self, letter: str) -> _Candidates:
        """The statements that may begin with a letter; all letters beyond ASCII count as one."""
        key = letter if letter.isascii() else ""
        if key not in self._candidates:
            kinds = [kind for kind in self.statements if _begins(kind, key.lower())]
            self._candidates[key] = tuple((kind, self._pattern(kind)) for kind in kinds)
        return self._candidates[key]

    def _pattern(self, kind: str) -> re.Pattern[str]:
        if kind not in self._patterns:
            self._patterns[kind] = re.compile(self.statements[kind])
        return self._patterns[kind]


def _begins(kind: str, letter: str) -> bool:
    first = _FIRST.get(kind)
    return first is None or (letter in first if letter else not first.isascii())


@cache
def grammar() -> Grammar:
    """Read the grammar, once."""
    from lark import Lark

    text = Path(__file__).with_name("sequence.lark").read_text(encoding="utf-8")
    lark = Lark(text, start=["statement", "part"], parser="lalr", lexer="basic", maybe_placeholders=False)
    shapes = compile_shapes({terminal.name: terminal.pattern.to_regexp() for terminal in lark.terminals})
    readers = statements.readers(shapes)
    # As lark orders them: by priority, then the longer expression, which says more.
    ordered = sorted(lark.terminals, key=lambda each: (-each.priority, -len(each.pattern.value), each.name))
    known = {*readers, "FRAGMENT", "ELSE", "END"}
    looks = {each.name: each.pattern.to_regexp() for each in ordered if each.name in known}
    at_once = {kind: shapes[kind][0].whole.pattern for kind in AT_ONCE}
    return Grammar({**at_once, **{kind: look for kind, look in looks.items() if kind not in at_once}}, shapes, readers)
