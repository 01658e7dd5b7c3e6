"""How wide a text is, without a font at hand.

Lives here: advance widths of a plain sans serif face. Must not live here: markup (`creole`), where texts stand.

The widths are those of the Helvetica metrics that Adobe published for its core fonts, in thousandths of the size.
Outside of ASCII: letters are as wide as the letter they are made of, wide characters (Unicode, East Asian Width,
UAX 11) fill a square, marks that combine take no room. What is drawn says how wide it was measured (`textLength`), so
that a picture is right with another face too.
"""

import unicodedata
from functools import lru_cache

_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_FIRST = 32
_SQUARE, _CAPITAL, _SMALL, _MONOSPACED = 1000, 690, 560, 600
_BOLD = 1.08


def width(text: str, size: float, *, bold: bool = False, monospaced: bool = False) -> float:
    """The width of one line in pixels; size: of the face, in pixels."""
    total = sum(map(_monospaced if monospaced else _advance, text))
    return total * size * (_BOLD if bold and not monospaced else 1) / 1000


@lru_cache(maxsize=4096)
def _advance(letter: str) -> int:
    place = ord(letter) - _FIRST
    if 0 <= place < len(_ASCII):
        return _ASCII[place]
    if _takes_no_room(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _SQUARE
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter:
        return _advance(base)
    return _CAPITAL if letter.isupper() or not letter.isalpha() else _SMALL


@lru_cache(maxsize=4096)
def _monospaced(letter: str) -> int:
    if _takes_no_room(letter):
        return 0
    return _SQUARE if unicodedata.east_asian_width(letter) in "WF" else _MONOSPACED


def _takes_no_room(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me", "Cf", "Cc"}
