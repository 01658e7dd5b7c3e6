"""Holes: variables in the texts of a diagram, and the types of their values.

Lives here: `Hole` and the built-in types. Pure. Must not live here: texts (`patterns`), the search for values
(`matching`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Bindings = Mapping[str, str]

# Value patterns of semantics.md 3 of the design: the letters a value may have and, where that is not all, its shape.
_DIGITS = frozenset("0123456789")
_HEX = _DIGITS | frozenset("abcdefABCDEF")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class HoleType:
    """Which values a hole may take.

    letters: those that a value is made of; None: any. length: of a value, where it is fixed; shape: then its pattern.
    signed: one `-` may stand before the letters.
    """

    letters: frozenset[str] | None = None
    length: int | None = None
    shape: re.Pattern[str] | None = None
    signed: bool = False

    def allows(self, value: str) -> bool:
        """Whether a whole value is of this type."""
        digits = value.removeprefix("-") if self.signed else value
        return (
            bool(digits)
            and self.length in (None, len(value))
            and (self.letters is None or self.letters.issuperset(digits))
            and (self.shape is None or self.shape.fullmatch(value) is not None)
        )

    def run_ends(self, text: str) -> list[int]:
        """For each position of the text, where the run of letters that begins there ends; in one pass."""
        ends = [len(text)] * (len(text) + 1)
        if self.letters is None:
            return ends
        for at in range(len(text) - 1, -1, -1):
            ends[at] = (ends[at + 1] if at + 1 < len(text) else len(text)) if text[at] in self.letters else at
        if self.signed:
            for at in range(len(text) - 1):
                if text[at] == "-" and ends[at + 1] > at + 1:
                    ends[at] = ends[at + 1]
        return ends


TYPES: Mapping[str, HoleType] = {
    "word": HoleType(_WORD),
    "int": HoleType(_DIGITS, signed=True),
    "hex": HoleType(_HEX),
    "md5": HoleType(_HEX, 32),
    "sha1": HoleType(_HEX, 40),
    "sha256": HoleType(_HEX, 64),
    "uuid": HoleType(_HEX | {"-"}, 36, _UUID),
    "any": HoleType(),
}


@dataclass(frozen=True, slots=True)
class Hole:
    """`${name:type!}`; fresh (`!`): its value differs from that of every other hole."""

    name: str
    type: str = "word"
    fresh: bool = False
