"""The ends of arrows (PlantUML, Sequence Diagram, "Change arrow style").

Lives here: what the look of an arrow says, and its heads as shapes. Must not live here: where arrows go.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from simulator.picture.creole import css
from simulator.picture.shapes import Path, area, circle, line

_LOOK = re.compile(
    r"(?P<tail>[oxOX]?)(?P<left><<?|//?|\\\\?)?-*(?:\[(?P<style>[^\]]*)\])?-*_?(?P<right>>>?|//?|\\\\?)?(?P<tip>[oxOX]?)"
)
_SLANT = re.compile(r"\((\d+)\)")
_STEEP = 500
_SPREAD, _LONG = 4.5, 10


@dataclass(frozen=True, slots=True)
class Look:
    """How an arrow is drawn: the heads at its left and right end as written, a colour, `dotted`, `bold` or nothing.

    slant: how far below its beginning it ends, in pixels.
    """

    left: str = ""
    right: str = ""
    color: str = ""
    bold: bool = False
    dotted: bool = False
    slant: int = 0

    @property
    def mirrored(self) -> "Look":
        """The same arrow from the other side."""
        return replace(self, left=_mirrored(self.right), right=_mirrored(self.left))


def _mirrored(written: str) -> str:
    return written.translate(str.maketrans("<>/\\", "><\\/"))


@lru_cache(maxsize=512)
def look_of(arrow: str, *, backwards: bool, both: bool) -> Look:
    """Read the look of an arrow; without one it has the heads that its directions say."""
    found = _LOOK.fullmatch(_SLANT.sub("", arrow)) if arrow else None
    if found is None:
        return Look("<" if backwards or both else "", ">" if both or not backwards else "")
    styles = (found["style"] or "").split(",")
    color = next((css(style) for style in styles if style.startswith("#")), "")
    left = (found["tail"].lower(), found["left"] or "")
    right = (found["tip"].lower(), found["right"] or "")
    thick = next((style for style in styles if style.startswith("thickness=")), "") > "thickness=1"
    slanted = _SLANT.search(arrow)
    slant = min(int(slanted[1]), _STEEP) if slanted else 0
    return Look("".join(left), "".join(right), color, "bold" in styles or thick, "dotted" in styles, slant)


def head(x: float, y: float, towards: int, written: str, color: str = "") -> tuple[tuple[Path, ...], float]:
    r"""The head at a point, for an arrow that goes towards the left (-1) or right (1); how much of the shaft it takes.

    written: `>`, `>>`, `\`, `//`, `o`, `x` and what they make together.
    """
    shapes: list[Path] = []
    taken = 0.0
    if "x" in written:
        middle = x - towards * 10
        shapes += [line(middle - 4, y - 4 * slope, middle + 4, y + 4 * slope, "cross", color) for slope in (-1, 1)]
        taken = 10 if len(written) == 1 else 15
        x = middle - towards * 4 if len(written) > 1 else x
    if "o" in written:
        shapes.append(circle(x - towards * 3.5, y, 3.5, "ring", stroke=color))
        taken += 7
        x -= towards * 7
    arrow = written.strip("xo")
    if not arrow:
        return tuple(shapes), taken
    upper, lower = (x - towards * _LONG, y - _SPREAD), (x - towards * _LONG, y + _SPREAD)
    # What leans back over the shaft is the upper half: `\` to the right, `/` to the left.
    half = {"\\": upper if towards > 0 else lower, "/": lower if towards > 0 else upper}.get(arrow[0])
    if half is None and len(arrow) == 1:
        shapes.append(area([(x, y), upper, (x - towards * (_LONG - 3), y), lower], "head", color, color))
    elif half is None:
        shapes += [line(*upper, x, y, "open-head", color), line(*lower, x, y, "open-head", color)]
    elif len(arrow) == 1:
        shapes.append(area([(x, y), half, (half[0], y)], "head", color, color))
    else:
        shapes.append(line(*half, x, y, "open-head", color))
    return tuple(shapes), taken + (_LONG - 4 if len(arrow) == 1 and half is None else 0)
