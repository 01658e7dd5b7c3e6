"""The grammar at work: which statement stands at a place of a text.

Lives here: reading `sequence.lark`, and which statements are tried where. Must not live here: what a statement becomes
(`statements`), how statements nest (`parser`).

Law: at each place that statement is found which the grammar lists first (by its priority, then the longer expression)
of all that match there. That a plain message is tried before, and only what begins with the letters that are there,
does not change what is found: it is why reading is fast.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from simulator.diagram import statements
from simulator.diagram.mistakes import CLOSINGS
from simulator.diagram.shapes import Shapes, compile_shapes
from simulator.errors import Place

_ARROWS = ("MESSAGE", "TO_BORDER", "FROM_BORDER")
_FIRST: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("MESSAGE", "TO_BORDER", "SUFFIX_ALONE"), ("",)),
    "FROM_BORDER": ("&", "{", "[", "]", "?", "<", "-", "/", "\\", "(", "o", "x"),
    "DURATION": ("{",),
    "RETURN": ("&", "ret"),
    "ACTIVATION": ("act", "dea", "des"),
    "AUTOACTIVATE": ("aut",),
    **dict.fromkeys(
        ("PARTICIPANT", "PARTICIPANT_BLOCK"), ("act", "bou", "col", "con", "cre", "dat", "ent", "par", "que")
    ),
    "BOX": ("box",),
    "END_BOX": ("end",),
    **dict.fromkeys(("NOTE", "NOTE_BLOCK"), ("&", "/", "hno", "not", "rno")),
    **dict.fromkeys(("REF", "REF_BLOCK"), ("ref",)),
    "SECTION": ("==",),
    "DELAY": ("...", "\u2026"),
    "SPACE": ("||",),
    "PAGE": ("@ne", "new"),
    "FRAGMENT": ("&", "alt", "bre", "cri", "gro", "loo", "opt", "par"),
    "ELSE": ("als", "els"),
    "END": ("end",),
    **dict.fromkeys(("HEADING", "HEADING_BLOCK"), ("cap", "cen", "foo", "hea", "lef", "leg", "mai", "rig", "tit")),
    "DIRECTIVE": (
        *("!as", "!pr", "!th", "aut", "foo", "hid", "ign", "min", "pag", "rem", "res", "rot", "sca", "set", "sho"),
        *("ski", "spr", "url"),
    ),
    "BRACED": ("ski", "spr"),
    "SVG": ("spr",),
    "STYLE": ("<st",),
}
"""How a statement can begin, in small letters, at most `_LONGEST` of them; one that has a name there, in any way."""

_LONGEST = 3

_MOST = 10_000
"""For how many beginnings it is remembered which statements they may be."""

# How a line begins, and whether there is a dash in it, as in every arrow.
_Key = tuple[str, bool]
_Candidates = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The statements of the language.

    statements: what each looks like, in the order in which they are tried. plain: that of a plain message, which is
    tried before them. readers: what makes the node of one.
    """

    statements: Mapping[str, str]
    plain: re.Pattern[str]
    shapes: Shapes
    readers: Mapping[str, Callable[[re.Match[str], Place], object]]
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)
    _candidates: dict[_Key, _Candidates] = field(default_factory=dict)

    def find(self, text: str, position: int, without: frozenset[str]) -> tuple[str, re.Match[str]] | None:
        """The statement that stands at a position, where no blank does, unless it is one of some; and its kind."""
        if found := self.plain.match(text, position):
            return "PLAIN", found
        begin = text[position : position + _LONGEST].lower()
        end = text.find("\n", position)
        key = begin, text.find("-", position, end if end >= 0 else len(text)) >= 0
        for kind, pattern in self._candidates.get(key) or self._beginning(key):
            # What no later line closes would be looked for up to the end of the text.
            if kind not in without and (found := pattern.match(text, position)):
                return kind, found
        return None

    def opens(self, line: str) -> str | None:
        """Which statement of several lines begins with a line, if one does."""
        for name, closing in CLOSINGS.items():
            if self._pattern(name).match(f"{line}\n{closing}"):
                return name
        return None

    def _beginning(self, key: _Key) -> _Candidates:
        begin, dash = key
        kinds = [kind for kind in self.statements if begin.startswith(_FIRST[kind]) and (dash or kind not in _ARROWS)]
        found = tuple((kind, self._pattern(kind)) for kind in kinds)
        if len(self._candidates) < _MOST:
            self._candidates[key] = found
        return found

    def _pattern(self, kind: str) -> re.Pattern[str]:
        if kind not in self._patterns:
            self._patterns[kind] = re.compile(self.statements[kind])
        return self._patterns[kind]


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
    # The shapes of a message find the same as its terminal, and cut it at once.
    (message,), (plain,) = shapes["MESSAGE"], shapes["PLAIN"]
    return Grammar({**looks, "MESSAGE": message.whole.pattern}, plain.whole, shapes, readers)
