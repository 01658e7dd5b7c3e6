"""The words of a Mermaid diagram: which lifelines there are and how they are called, texts, colours.

Lives here: names and texts that Mermaid reads. Must not live here: statements (`mermaid`).

Laws: two lifelines have two ids; an id is a word of letters, digits and `_` that Mermaid gives no meaning; a text
is one line that Mermaid shows as it is written here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Box,
    EndBox,
    Message,
    Note,
    Participant,
    Ref,
    Return,
    SequenceDiagram,
)
from simulator.errors import Place

_WORD = re.compile(r"[^\W\d]\w*")
# Mermaid ignores the case of its keywords.
_KEYWORDS = frozenset(
    (
        *("participant", "actor", "create", "destroy", "box", "end", "as", "autonumber", "activate"),
        *("deactivate", "note", "loop", "alt", "else", "opt", "par", "par_over", "and", "rect", "critical"),
        *("option", "break", "title", "acctitle", "accdescr", "links", "link"),
        *("properties", "details", "over", "left", "right", "off", "sequencediagram"),
    )
)
_BORDERS = {LEFT: "border_left", RIGHT: "border_right", SHORT: "border"}
# `;` and `#` end a text, `%%` begins a comment, `<` a tag, `$$` a formula; `:` would be read where a text begins.
_ENTITY = {"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "$": "#36;", "%": "#37;"}
_SPECIAL = re.compile(r"\\n|\n|<br */?>|[#;<>&]|\$(?=\$)|%(?=%)")
_WRAP = re.compile(r"\s*:?\s*(?:no)?wrap:|\s*:")
_HEX = re.compile(r"#((?:[0-9A-Fa-f]{2}){3})|#([0-9A-Fa-f]{3})")
_NAMED_COLOR = re.compile(r"#([A-Za-z]+)")

Say = Callable[[str, Place], None]


def text_of(text: str) -> str:
    r"""Write a text of any number of lines on one; `\n` is a line end, as in PlantUML."""
    spelled = _SPECIAL.sub(lambda found: _ENTITY.get(found.group(), "<br/>"), text.strip())
    # `wrap:` at the beginning would be an order.
    return f"#{ord(spelled[0])};{spelled[1:]}" if _WRAP.match(spelled) else spelled


def color_of(color: str) -> str:
    """Write a colour of PlantUML for CSS; empty where it is no plain colour."""
    if found := _HEX.fullmatch(color):
        digits = found[1] or "".join(2 * digit for digit in found[2])
        return f"rgb({int(digits[:2], 16)},{int(digits[2:4], 16)},{int(digits[4:], 16)})"
    found = _NAMED_COLOR.fullmatch(color)
    return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True)
class Lifelines:
    """The lifelines of a diagram, from left to right.

    ids: what Mermaid calls each. participants: what was declared of them. boxes: the box of some. created: those
    whose first message creates them.
    """

    ids: dict[str, str]
    participants: dict[str, Participant]
    boxes: dict[str, Box]
    created: frozenset[str]

    @staticmethod
    def of(diagram: SequenceDiagram) -> "Lifelines":
        """Find the lifelines of a diagram: as declared, or by their first use."""
        declared: dict[str, Participant] = {}
        boxes: dict[str, Box] = {}
        used: dict[str, None] = {}
        made: set[str] = set()
        box: Box | None = None
        for element in diagram.elements():
            match element:
                case Box():
                    box = element
                case EndBox():
                    box = None
                case Participant():
                    declared[element.lifeline] = element
                    if box:
                        boxes.setdefault(element.lifeline, box)
                    if element.created and element.lifeline not in used:
                        made.add(element.lifeline)
                case Message(hidden=False) if "**" in element.activation and element.target not in used:
                    made.add(element.target)
            if isinstance(element, Message):
                declared.update((each.lifeline, each) for each in element.introduces)
            used.update(dict.fromkeys(_mentioned(element)))
        order = {name: declared[name].order or 0 for name in used if name in declared}
        names = sorted((name for name in used if name not in _BORDERS), key=lambda name: order.get(name, 0))
        names = [*(end for end in (LEFT,) if end in used), *names, *(end for end in (RIGHT, SHORT) if end in used)]
        return Lifelines(_ids(names), declared, boxes, frozenset(made - set(boxes)))

    def id(self, lifeline: str) -> str:
        """What Mermaid calls a lifeline."""
        return self.ids[lifeline]

    def edges(self, lifelines: tuple[str, ...]) -> tuple[str, str]:
        """The ids of the leftmost and the rightmost of some lifelines, or of all where none are given."""
        inner = [name for name in self.ids if name not in _BORDERS]
        chosen = [self.ids[name] for name in self.ids if name in (lifelines or inner or self.ids)]
        return chosen[0], chosen[-1]

    def declaration(self, lifeline: str) -> str:
        """`participant X as Name`."""
        participant = self.participants.get(lifeline)
        shown = participant.name if participant else lifeline
        keyword = "actor" if participant and participant.kind == "actor" else "participant"
        called = self.ids[lifeline]
        return f"{keyword} {called}" if shown == called else f"{keyword} {called} as {text_of(shown) or '#32;'}"

    def declared(self, say: Say) -> Iterator[str]:
        """The declarations of all that are not created later, in their boxes."""
        open_box: Box | None = None
        for name in self.ids:
            self._lose(name, say)
            if name in self.created:
                continue
            box = self.boxes.get(name)
            if box is not open_box:
                if open_box:
                    yield "end"
                if box:
                    yield _opening(box, say)
                open_box = box
            yield f"{'  ' if box else ''}{self.declaration(name)}"
        if open_box:
            yield "end"

    def _lose(self, name: str, say: Say) -> None:
        participant = self.participants.get(name)
        if not participant:
            return
        if participant.kind not in {"participant", "actor"}:
            say(f"`{participant.kind}` is written as `participant`", participant.place)
        if participant.color or participant.stereotype or participant.url:
            say("colours, stereotypes and links of participants are left out", participant.place)


def _opening(box: Box, say: Say) -> str:
    color = color_of(box.color)
    if box.color and not color:
        say(f"the colour {box.color} of a box is left out", box.place)
    # Without a colour, a title that begins with the name of one would lose it.
    return f"box {color or 'transparent'} {text_of(box.title)}".rstrip()


def _ids(names: list[str]) -> dict[str, str]:
    ids = {name: name for name in names if _WORD.fullmatch(name) and name.lower() not in _KEYWORDS}
    taken = set(ids)
    for number, name in enumerate(names, start=1):
        if name in ids:
            continue
        wished = _BORDERS.get(name, f"P{number}")
        while wished in taken:
            wished += "_"
        taken.add(wished)
        ids[name] = wished
    return {name: ids[name] for name in names}


def _mentioned(element: object) -> tuple[str, ...]:
    match element:
        case Participant():
            return (element.lifeline,)
        case Message():
            left, right = element.source, element.target
            ends = (right, left) if element.backwards else (left, right)
            return (*ends, *element.receivers)
        case Return():
            return (element.source, element.target)
        case Note() | Ref():
            return element.on
        case Activation(lifeline=str() as lifeline):
            return (lifeline,)
        case _:
            return ()
