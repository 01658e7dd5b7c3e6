"""What can be written as PlantUML, and what would read back as something else.

Lives here: the checks of names, texts, colours and lines that the printer makes. Must not live here: the lines
themselves (`printer`).

Law: a value that passes its check reads back equal.
"""

import re
from collections.abc import Callable
from typing import Never

from simulator.diagram.arrows import Arrow
from simulator.diagram.ast import LEFT, RIGHT, SHORT, Fragment, Message
from simulator.diagram.builtins import BUILTINS, MOMENTARY
from simulator.diagram.naming import ASKING
from simulator.diagram.source import BLANKS, QUOTES, continues, dedent, opens_comment, uncommented
from simulator.errors import DiagramError, Place

_KINDS = frozenset(("participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"))
_LARGEST_ORDER = 999_999_999

_BARE = re.compile(r"[\w.@]+")
_QUOTED = re.compile(rf"[^{QUOTES}\r\n\0]+")
_NO_LETTERS = re.compile(r"[\r\n\0]")
_COLOR = re.compile(r"#[^\s<\[]*\w")
_COLOR_BEFORE = re.compile(rf"(?:#\w{{2,}}(?:[|/\\-]\w+)?|#[^\W\d])(?![^{BLANKS}\n#])")
_COLORS = re.compile(rf"{_COLOR.pattern}(?:[{BLANKS}]*{_COLOR.pattern})*")
_END_OF_BLOCK = {
    "end note": re.compile(r"(?ai:end[ \t\u00a0]*[hr]?note)"),
    "end ref": re.compile(r"(?ai:end(?:[ \t\u00a0]*ref)?)"),
    "]": re.compile(r"\]"),
}
_END_OF_HEADING = re.compile(r"(?ai:end[ \t\u00a0]*(?:title|header|footer|caption|mainframe|legend))")
_EDGE_OF_BLOCK = re.compile(r"@(?:start|end)")
# What makes the keyword of a fragment the lifeline of a message.
_REST_OF_MESSAGE = re.compile(
    r"(?:[oxOX](?=[-<(/\\\[]))?(?:\(\d+\))?(?:<<?|//?|\\\\?)?(?:\[[^\]]*\])?-+(?:\[[^\]]*\]-*)?"
    r"[_>/\\oxOX][_>/\\oxOX\]\[?()\d]*[ \t\u00a0]*(?:[\w.@]+|[\"“”][^\"“”]+[\"“”])?[ \t\u00a0]*"
    r"(?:[:#&+\-*!<\[].*)?"
)

_CALL = re.compile(r"%(\w+)\(")

_NAMES = "A name is not empty, and holds no quote and no line end."
_ALIASES = "An alias holds only letters, digits, `_`, `.` and `@`."

# An empty comment at the end of a line keeps what looks like a comment or a continuation before it.
_GUARD = " /''/"


def refuse(place: Place, message: str, hint: str | None = None) -> Never:
    """Raise the DiagramError for what cannot be written."""
    raise DiagramError(message, place=place if place.file else None, hint=hint)


def is_bare(text: str) -> bool:
    """Whether a name needs no quotes."""
    return bool(_BARE.fullmatch(text)) and not _EDGE_OF_BLOCK.match(text)


def name(text: str, place: Place, *, quoted: bool = False) -> str:
    """Write a name, in quotes where it needs them or where they are asked for."""
    if not quoted and is_bare(text):
        return text
    if not is_name(text):
        refuse(place, f"{text!r} cannot be written as a name", _NAMES)
    return f'"{text}"'


def is_name(text: str) -> bool:
    """Whether a name can be written, in quotes if need be."""
    return bool(_QUOTED.fullmatch(text)) and text not in {LEFT, RIGHT, SHORT}


def check_text(text: str, what: str, place: Place) -> None:
    """Refuse a text that is not one line, or has blanks at its ends."""
    check_letters(text, what, place)
    if text != text.strip(BLANKS):
        refuse(place, f"{what} {text!r} has blanks at its ends, which reading would take away")


def check_letters(text: str, what: str, place: Place) -> None:
    """Refuse a text that is not one line."""
    if _NO_LETTERS.search(text):
        refuse(place, f"{what} {text!r} is not one line of text")


def check_alias(alias: str, place: Place) -> None:
    """Refuse an alias that would need quotes."""
    if not _BARE.fullmatch(alias):
        refuse(place, f"the alias {alias!r} cannot be written", _ALIASES)


def check_kind(kind: str, place: Place) -> None:
    """Refuse a kind of participant that PlantUML does not know."""
    if kind not in _KINDS:
        refuse(place, f"there is no kind of participant called {kind!r}")


def check_order(order: int, place: Place) -> None:
    """Refuse an order that PlantUML does not read."""
    if abs(order) > _LARGEST_ORDER:
        refuse(place, f"the order {order} has more than nine digits")


def check_color(color: str, place: Place, *, several: bool = False) -> None:
    """Refuse a colour, or several with blanks between them, that would not read back."""
    if color and not (_COLORS if several else _COLOR).fullmatch(color):
        refuse(place, f"the colour {color!r} cannot be written")


def check_arrow(message: Message, read: Callable[[str], Arrow], arrow: str) -> None:
    """Refuse an arrow that says something else than its message."""
    try:
        said = read(arrow)
    except ValueError:
        refuse(message.place, f"{arrow!r} is no arrow")
    fields = (message.dashed, message.backwards, message.both, message.hidden)
    if (said.dashed, said.backwards, said.both, said.hidden) != fields or said.look != message.arrow:
        refuse(message.place, f"the arrow {arrow!r} says something else than its message")


def check_first_word(label: str, color: str, place: Place) -> None:
    """Refuse a label that would be read as the colour that stands before it, where there is none."""
    if not color and _COLOR_BEFORE.match(label):
        refuse(place, f"the label {label!r} would be read as a colour")


def check_label_of_fragment(fragment: Fragment) -> None:
    """Refuse a label that would be read as a colour, or make the keyword a lifeline."""
    label, place = fragment.label, fragment.place
    check_text(label, "the label", place)
    check_first_word(label, fragment.color, place)
    if _REST_OF_MESSAGE.fullmatch(label):
        refuse(place, f"with the label {label!r}, `{fragment.operator}` would be read as a lifeline")


def block_lines(text: str, what: str, end: str, place: Place) -> list[str]:
    """Cut a text of several lines; refuse lines that would end it, or blanks that reading would take away."""
    lines = text.split("\n")
    for line in lines:
        check_letters(line, what, place)
    if dedent(lines) != lines:
        refuse(place, f"{what} {text!r} has blanks that reading would take away")
    closes = _END_OF_BLOCK.get(end, _END_OF_HEADING)
    for line in lines:
        if closes.fullmatch(line.strip(BLANKS)) or _EDGE_OF_BLOCK.match(line.strip(BLANKS)):
            refuse(
                place,
                f"a note cannot hold the line {line!r}"
                if end == "end note"
                else f"{what} cannot hold the line {line!r}",
            )
    return lines


def guarded(line: str, place: Place) -> str:
    """Keep a line from being read as a comment, as continued, or as a call of a function."""
    line = _CALL.sub(lambda call: f"%chr(37){call[1]}(" if _is_called(f"%{call[1]}") else call[0], line)
    if uncommented(line) == (line, 0) and not continues(line) and not opens_comment(line):
        return line
    if opens_comment(line) or uncommented(line + _GUARD) != (line + " ", 0):
        refuse(place, f"the line {line.strip(BLANKS)!r} would be read as a comment")
    return line + _GUARD


def _is_called(function: str) -> bool:
    return (function in BUILTINS and function not in MOMENTARY) or function in ASKING
