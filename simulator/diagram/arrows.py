"""Arrows: what one says about its message, and how it is drawn.

Lives here: heads, shafts and decorations (PlantUML, Sequence Diagram, "Change arrow style"). Must not live here: which
texts are arrows (`sequence.lark`).

Law: an arrow that says no more than its fields is one of `PLAIN`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

PLAIN = {
    "->": (False, False, False),
    "-->": (True, False, False),
    "<-": (False, True, False),
    "<--": (True, True, False),
    "<->": (False, False, True),
    "<-->": (True, False, True),
}
"""The arrows that have no look of their own: whether they are dashed, backwards, both ways."""

_PARTS = re.compile(
    r"(?P<tail>[oxOX]?)(?:\(\d+\))?(?P<left><<?|//?|\\\\?)?"
    r"(?P<shaft>(?:\[[^\]]*\])?-+(?:\[[^\]]*\])?-*)"
    r"_?(?P<right>>>?|//?|\\\\?)?(?:\(\d+\))?(?P<tip>[oxOX]?)"
)
_STYLE = re.compile(r"\[([^\]]*)\]")
_DASHED_STYLES = frozenset(("dashed", "dotted"))


@dataclass(frozen=True, slots=True)
class Arrow:
    """What an arrow says.

    dashed: its line. backwards: from right to left. both: it has two heads (a cross counts as one). hidden: not drawn.
    look: the arrow as written where it says more than that, else empty.
    """

    dashed: bool
    backwards: bool
    both: bool
    hidden: bool
    look: str


def plain(*, dashed: bool, backwards: bool, both: bool) -> str:
    """Return the arrow that says just that."""
    shaft = "--" if dashed else "-"
    if both:
        return f"<{shaft}>"
    return f"<{shaft}" if backwards else f"{shaft}>"


@lru_cache(maxsize=1024)
def read_arrow(text: str) -> Arrow:
    """Read an arrow, without the blanks around it and without borders.

    Raises ValueError for what is none.
    """
    if known := PLAIN.get(text):
        dashed, backwards, both = known
        return Arrow(dashed, backwards, both, hidden=False, look="")
    parts = _PARTS.fullmatch(text)
    if not parts:
        raise ValueError(text)
    style = _STYLE.search(parts["shaft"])
    styles = frozenset(style[1].lower().split(",")) if style else frozenset[str]()
    dashed = parts["shaft"].count("-", 0) - (style[1].count("-") if style else 0) > 1 or bool(styles & _DASHED_STYLES)
    tail, tip = parts["tail"].lower() == "x", parts["tip"].lower() == "x"
    backwards = bool(parts["left"]) and not parts["right"]
    # The cross is a second head unless it crosses the only one: the tip of the arrow.
    both = bool(parts["left"] and parts["right"]) or (tip if backwards else tail)
    longer = not style and not (tail or tip or parts["tail"] or parts["tip"]) and re.fullmatch(r"<?-+>?", text)
    return Arrow(dashed, backwards, both, "hidden" in styles, "" if longer else text)


def points_one_way(look: str) -> bool:
    """Whether an arrow with two heads has a direction all the same: a cross at the tail (`x->`) is no second head."""
    parts = _PARTS.fullmatch(look)
    return parts is not None and bool(parts["left"]) != bool(parts["right"])
