"""Statements: from the parts of one to its node.

Lives here: one function per statement. Must not live here: how statements nest (`parser`), which texts they are
(`sequence.lark`, `shapes`).

Law: what a part says about the picture is kept as written; blanks between parts are not.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from simulator.diagram.arrows import PLAIN, read_arrow
from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    Activation,
    ActivationKind,
    Autoactivate,
    Box,
    Delay,
    Directive,
    Duration,
    Element,
    Else,
    EndBox,
    Fragment,
    Heading,
    HeadingKind,
    Message,
    Note,
    NotePosition,
    NoteShape,
    Operator,
    Page,
    Participant,
    Ref,
    Return,
    Section,
    Space,
)
from simulator.diagram.shapes import Shapes, cut
from simulator.diagram.source import BLANKS, QUOTES, dedent
from simulator.errors import Place

_SPACE = BLANKS + "\n"
_NAME = re.compile(rf"[\w.@]+|[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]")
_PROPERTY = re.compile(
    r"(?P<stereotype><<(?:[^>]|>(?!>))*>>)|(?P<url>\[\[.*?\]\])|(?P<activation>(?:\+\+|--|\*\*|!!)+)"
    rf"|(?ai:order)[{BLANKS}]+(?P<order>-?\d+)|(?P<color>#[^{BLANKS}<\[]*[\w])"
)
_FRAGMENT = re.compile(
    rf"(?P<parallel>&[{BLANKS}]*)?(?P<operator>(?ai:alt|opt|loop|par2?|break|critical|group))(?P<head>#\w+)?"
    rf"(?:[{BLANKS}]+(?P<color>#\w{{2,}}(?:[|/\\-]\w+)?|#[^\W\d])(?![^{_SPACE}#]))?(?P<label>.*)"
)
_ELSE = re.compile(
    rf"(?ai:else|also)(?:[{BLANKS}]*(?P<color>#\w{{2,}}(?:[|/\\-]\w+)?|#[^\W\d])(?![^{_SPACE}#]))?(?P<label>.*)"
)
_BOX = re.compile(
    rf"(?ai:box)[{BLANKS}]*(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}]|(?P<title>[^#]*?))[{BLANKS}]*"
    rf"(?P<rest>(?:<<.*?>>|#.*)*)"
)
_HEADING = re.compile(
    rf"(?:(?P<align>left|right|center)[{BLANKS}]+)?(?P<kind>title|header|footer|caption|mainframe|legend)"
    rf"[{BLANKS}]*:?(?P<text>.*)",
    re.IGNORECASE,
)
_LEGEND = re.compile(rf"(?:[{BLANKS}]*(?:left|right|center|top|bottom)\b)*", re.IGNORECASE)
_ELLIPSES = ("...", "\u2026")

Parts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Properties:
    """What stands behind the names of a participant, a message or a note; empty where nothing does."""

    stereotype: str = ""
    url: str = ""
    activation: str = ""
    order: int | None = None
    color: str = ""


_NONE = Properties()


def plain_message(found: re.Match[str], place: Place) -> Message:
    """`A -> B : label` and no more."""
    left, arrow, right, text = found.groups()
    dashed, backwards, both = PLAIN[arrow]
    source, target = (right, left) if backwards and not both else (left, right)
    return Message(source, target, text[1:].strip(BLANKS) if text else "", dashed, backwards, both, place=place)


def message(parts: Parts, place: Place) -> Message:
    """`A -> B`, `[-> A`, `A ->]` and their kin."""
    arrow = read_arrow(parts["ARROW"] or "")
    introduced: list[Participant] = []
    left = _end(parts.get("left"), parts.get("BORDER") or LEFT, introduced, place)
    right = _end(parts.get("right"), parts.get("BORDER") or RIGHT, introduced, place)
    source, target = (right, left) if arrow.backwards else (left, right)
    text = parts["TEXT"]
    label = text[1:].strip(BLANKS) if text else ""
    if not (arrow.both or arrow.look or introduced or parts["PARALLEL"] or parts["ANCHOR"]) and not (
        parts["RECEIVERS"] or parts["SUFFIX"]
    ):
        return Message(source, target, label, arrow.dashed, arrow.backwards, place=place)
    properties = _properties(parts["SUFFIX"])
    return Message(
        source,
        target,
        label,
        arrow.dashed,
        arrow.backwards,
        arrow.both,
        arrow.hidden,
        arrow.look,
        tuple(_names(parts["RECEIVERS"])),
        tuple(introduced),
        properties.activation,
        properties.color,
        properties.stereotype,
        properties.url,
        bool(parts["PARALLEL"]),
        (parts["ANCHOR"] or "")[1:-1],
        place,
    )


def returns(text: str, place: Place) -> Return:
    """`return label`; who returns to whom is not known here."""
    parallel = text.startswith("&")
    return Return(text.lstrip("&" + BLANKS)[len("return") :].strip(_SPACE), parallel, place=place)


def duration(parts: Parts, place: Place) -> Duration:
    """`{first} <-> {second}: text`."""
    return Duration((parts["first"] or "")[1:-1], (parts["second"] or "")[1:-1], _text(parts["TEXT"]), place)


def activation(parts: Parts, place: Place) -> Activation:
    """`activate X #color` and its kin."""
    kind = cast(ActivationKind, (parts["ACTIVATE"] or "").lower())
    return Activation(kind, _name(parts["NAME"]), (parts["COLORS"] or "").strip(BLANKS), place)


def suffix_alone(parts: Parts, place: Place) -> Activation:
    """`X ++` and `X --`."""
    kind: ActivationKind = "activate" if parts["PLUS_OR_MINUS"] == "++" else "deactivate"
    return Activation(kind, _name(parts["NAME"]), (parts["COLORS"] or "").strip(BLANKS), place)


def autoactivate(text: str, place: Place) -> Autoactivate:
    """`autoactivate on|off`."""
    return Autoactivate(not text.rstrip(_SPACE).lower().endswith("off"), place)


def participant(parts: Parts, place: Place, display: str | None = None) -> Participant:
    """`participant "Long name" as X` and its kin; display: the lines of `participant X [ ... ]`."""
    properties = _properties(parts["PROPERTIES"])
    name, alias = _name(parts["name"]), parts.get("alias")
    if display is not None:
        name, alias = display, alias or name
    return Participant(
        name,
        alias,
        (parts.get("KIND") or "participant").lower(),
        properties.order,
        properties.stereotype,
        properties.color,
        properties.url,
        bool(parts.get("CREATE")),
        place,
    )


def note(parts: Parts, text: str, place: Place) -> Note:
    """`hnote right: text` and its kin."""
    on = tuple(_name(parts[role]) for role in ("on", "and") if parts.get(role))
    before = parts.get("before")
    behind = _properties(parts["PROPERTIES"])
    return Note(
        cast(NoteShape, (parts["SHAPE"] or "").lower()),
        cast(NotePosition, (parts["position"] or "").lower()),
        text,
        on,
        behind.color,
        (parts["first"] or behind.stereotype).strip("<>").strip(BLANKS),
        before == "/",
        before == "&",
        place,
    )


def ref(parts: Parts, text: str, place: Place) -> Ref:
    """`ref over A, B: text` and its block."""
    color = (parts["REFERENCE"] or "")[len("ref") :]
    return Ref(
        (_name(parts["on"]), *_names(parts["NAMES"])), text, color or _properties(parts["PROPERTIES"]).color, place
    )


def section(text: str, place: Place) -> Section:
    """`== title ==`."""
    return Section(text.rstrip(_SPACE)[2:-2].strip(BLANKS), place)


def delay(text: str, place: Place) -> Delay:
    """`...` and `... text ...`."""
    text = text.rstrip(_SPACE)
    for ellipsis in _ELLIPSES:
        text = text.removeprefix(ellipsis).removesuffix(ellipsis)
    return Delay(text.strip(BLANKS), place)


def space(text: str, place: Place) -> Space:
    """`|||` and `||45||`."""
    size = text.strip("|" + _SPACE)
    return Space(int(size) if size else None, place)


def page(text: str, place: Place) -> Page:
    """`newpage title`."""
    return Page(text.lstrip("@")[len("newpage") :].strip(_SPACE).removeprefix(":").strip(BLANKS), place)


def box(text: str, place: Place) -> Box:
    """`box "Title" #color`."""
    found = _BOX.fullmatch(text.strip(_SPACE))
    if not found:
        raise LookupError(text)
    return Box((found["quoted"] or found["title"] or "").strip(BLANKS), _properties(found["rest"]).color, place)


def end_box(_text: str, place: Place) -> EndBox:
    """`end box`."""
    return EndBox(place)


def fragment(text: str, place: Place) -> Fragment:
    """The head of a fragment, which has no elements and no end yet."""
    found = _FRAGMENT.match(text)
    if not found:
        raise LookupError(text)
    operator = cast(Operator, found["operator"].lower())
    label = found["label"].strip(_SPACE)
    color, head_color = found["color"] or "", found["head"] or ""
    return Fragment(operator, label, (), color, head_color, bool(found["parallel"]), place)


def closed(head: Fragment, body: Sequence[Element], end: Place) -> Fragment:
    """The fragment with its elements and its end."""
    label, color, head_color = head.label, head.color, head.head_color
    return Fragment(head.operator, label, tuple(body), color, head_color, head.parallel, head.place, end)


def otherwise(text: str, place: Place) -> Else:
    """`else label`."""
    found = _ELSE.match(text)
    if not found:
        raise LookupError(text)
    return Else(found["label"].strip(_SPACE), found["color"] or "", place)


def heading(text: str, place: Place) -> Heading:
    """`title text` and its kin."""
    align, kind, rest = _heading(text)
    return Heading(kind, rest, align, place)


def heading_block(text: str, place: Place) -> Heading:
    """`title` ... `end title` and its kin."""
    head, lines = block(text)
    align, kind, rest = _heading(head)
    return Heading(kind, "\n".join(dedent(lines)), f"{align} {rest}".strip(BLANKS), place)


def directive(text: str, place: Place) -> Directive:
    """Anything that only changes the picture."""
    head, *lines = text.rstrip(_SPACE).split("\n")
    return Directive("\n".join([head, *dedent(lines)]), place)


def block(text: str) -> tuple[str, list[str]]:
    """Cut a statement of several lines: its first line, and the lines between that and its last."""
    head, *lines, _last = text.rstrip(_SPACE).split("\n")
    return head, lines


def readers(shapes: Shapes) -> Mapping[str, Callable[[re.Match[str], Place], object]]:
    """Give for each statement, by its terminal, the function from what was found of it and its place to its node."""

    def by_text(read: Callable[[str, Place], object]) -> Callable[[re.Match[str], Place], object]:
        return lambda found, place: read(found.group(), place)

    def by_message(found: re.Match[str], place: Place) -> Message:
        return message(found.groupdict(), place)

    others = {terminal: by_text(read) for terminal, read in _by_text(shapes).items()}
    return {"PLAIN": plain_message, "MESSAGE": by_message, **others}


def _by_text(shapes: Shapes) -> Mapping[str, Callable[[str, Place], object]]:
    """Give for each statement that is found as a whole the function from its text and place to its node."""

    def by_parts(terminal: str, make: Callable[[Parts, Place], object]) -> Callable[[str, Place], object]:
        shape = shapes[terminal]
        return lambda text, place: make(cut(shape, text), place)

    def with_text(terminal: str, make: Callable[[Parts, str, Place], object]) -> Callable[[str, Place], object]:
        def read(text: str, place: Place) -> object:
            parts = cut(shapes[terminal], text)
            return make(parts, _text(parts["TEXT"]), place)

        return read

    def with_lines(terminal: str, make: Callable[[Parts, str, Place], object]) -> Callable[[str, Place], object]:
        def read(text: str, place: Place) -> object:
            head, lines = block(text)
            return make(cut(shapes[terminal], head), "\n".join(dedent(lines)), place)

        return read

    return {
        "TO_BORDER": by_parts("TO_BORDER", message),
        "FROM_BORDER": by_parts("FROM_BORDER", message),
        "RETURN": returns,
        "DURATION": by_parts("DURATION", duration),
        "ACTIVATION": lambda text, place: (
            Activation("deactivate", None, "", place)
            if text.rstrip(_SPACE).lower() == "deactivate"
            else activation(cut(shapes["ACTIVATION"], text), place)
        ),
        "SUFFIX_ALONE": by_parts("SUFFIX_ALONE", suffix_alone),
        "AUTOACTIVATE": autoactivate,
        "PARTICIPANT": by_parts("PARTICIPANT", participant),
        "PARTICIPANT_BLOCK": with_lines(
            "PARTICIPANT_BLOCK", lambda parts, text, place: participant(parts, place, display=text)
        ),
        "BOX": box,
        "END_BOX": end_box,
        "NOTE": with_text("NOTE", note),
        "NOTE_BLOCK": with_lines("NOTE", note),
        "REF": with_text("REF", ref),
        "REF_BLOCK": with_lines("REF_BLOCK", ref),
        "SECTION": section,
        "DELAY": delay,
        "SPACE": space,
        "PAGE": page,
        "HEADING": heading,
        "HEADING_BLOCK": heading_block,
        "DIRECTIVE": directive,
        "BRACED": directive,
        "SVG": directive,
        "STYLE": directive,
    }


def _end(name: str | None, border: str, introduced: list[Participant], place: Place) -> str:
    """One end of a message: a lifeline, perhaps introduced here, or the border."""
    if name is None:
        return border
    if name[0] not in QUOTES and name[-1] not in QUOTES:
        return name
    found = _NAME.match(name)
    rest = name[found.end() :].strip(BLANKS) if found else ""
    if not rest:
        return name[1:-1]
    first, second = _name(found.group() if found else ""), _name(rest[len("as") :].strip(BLANKS))
    display, alias = (first, second) if name[0] in QUOTES else (second, first)
    introduced.append(Participant(display, alias, place=place))
    return alias


def _properties(text: str | None) -> Properties:
    if not text:
        return _NONE
    found: dict[str, str] = {}
    for match in _PROPERTY.finditer(text):
        kind = match.lastgroup or ""
        found[kind] = match[kind]
    return Properties(
        found.get("stereotype", "")[2:-2].strip(BLANKS),
        found.get("url", "")[2:-2],
        found.get("activation", ""),
        int(found["order"]) if "order" in found else None,
        found.get("color", ""),
    )


def _heading(text: str) -> tuple[str, HeadingKind, str]:
    found = _HEADING.match(text)
    if not found:
        raise LookupError(text)
    return (found["align"] or "").lower(), cast(HeadingKind, found["kind"].lower()), found["text"].strip(_SPACE)


def _name(part: str | None) -> str:
    name = part or ""
    return name[1:-1] if name[0] in QUOTES else name


def _names(parts: str | None) -> list[str]:
    return [_name(found.group()) for found in _NAME.finditer(parts or "")]


def _text(part: str | None) -> str:
    return (part or ":")[1:].strip(BLANKS)
