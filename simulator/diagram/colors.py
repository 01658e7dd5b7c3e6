"""Colours: which names PlantUML knows.

Lives here: the names and the ways to write a colour (PlantUML, Color). Must not live here: where one may stand
(`sequence.lark`).

Law: what PlantUML calls "No such color" is unknown here. Names ignore case.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from simulator.diagram.arrows import read_arrow
from simulator.diagram.ast import Element, Fragment, Message

_CSS = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue
chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen
darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue
darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick
floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink
indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid
mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple red rosybrown royalblue saddlebrown
salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan
teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
"""
# The layers of ArchiMate, and what is no colour but may stand for one.
_OTHERS = "application business implementation motivation physical strategy technology automatic background transparent"

NAMES = frozenset((*_CSS.split(), *_OTHERS.split()))
"""The colours with a name, in small letters."""

_HEXADECIMAL = re.compile(r"[0-9a-f]|[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8}", re.IGNORECASE)
_STYLE = re.compile(r"(?:back|header|line|text)(?:\.\w+)?:(.*)", re.DOTALL | re.IGNORECASE)
_LINE = re.compile(r"(?:line|text)\.\w+", re.IGNORECASE)
_MIXED = re.compile(r"[|/\\-]")
_OF_ARROW = re.compile(r"#\w+")
_STYLE_OF_ARROW = re.compile(r"#\w+,|,?#\w+")

AnElement = TypeVar("AnElement", bound=Element)


@lru_cache(maxsize=1024)
def unknown(written: str) -> str | None:
    r"""Find the first name that is no colour in `#red`, `#ff8800`, `#red|blue`, `#back:red;line:blue`, `#red #blue`.

    The name is told as it is written.
    """
    for part in (part for color in written.split() for part in color.split(";")):
        bare = part.removeprefix("#")
        if _LINE.fullmatch(bare):
            continue
        style = _STYLE.fullmatch(bare)
        for name in _MIXED.split(style[1] if style else bare):
            short = name.removeprefix("#")
            if short.lower() not in NAMES and not _HEXADECIMAL.fullmatch(short):
                return short
    return None


def colors_of(element: Element) -> Iterator[str]:
    """Every colour that an element names."""
    match element:
        case Message():
            yield from _OF_ARROW.findall(element.arrow)
            yield element.color
        case Fragment():
            yield element.head_color
            yield element.color
        case _:
            yield getattr(element, "color", "")


def colorless(element: AnElement) -> AnElement:
    """Give the element without its colours."""
    changes: dict[str, Any] = {"color": ""}
    match element:
        case Message():
            changes["arrow"] = read_arrow(_STYLE_OF_ARROW.sub("", element.arrow).replace("[]", "") or "->").look
        case Fragment():
            changes["head_color"] = ""
    return replace(element, **changes)
