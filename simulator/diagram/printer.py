"""Writing: syntax tree to canonical PlantUML.

Lives here: one function per node that gives its lines. Must not live here: reading, layout by taste - a diagram has
one canonical text: a statement a line, what is inside a group indented by two blanks, no blank lines.

Laws: `parse(print_diagram(d)) == (d,)` for every diagram that can be written; one that cannot raises DiagramError.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Never

from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Section, SequenceDiagram
from simulator.diagram.source import BLANKS, QUOTES, continues, dedent, opens_comment, uncommented
from simulator.errors import DiagramError, Place

INDENTATION = "  "
MAX_DEPTH = 200
"""How deep groups may be nested; the same as the parser reads."""

_KINDS = frozenset(("participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"))
_LARGEST_ORDER = 999_999_999

_BARE = re.compile(r"[\w.@]+")
_QUOTED = re.compile(rf"[^{QUOTES}\r\n\0]+")
_NO_LETTERS = re.compile(r"[\r\n\0]")
_END_OF_NOTE = re.compile(r"(?ai:end ?[hr]?note)")
_EDGE_OF_BLOCK = re.compile(r"@(?:start|end)")
# What makes `group` the lifeline of a message.
_REST_OF_MESSAGE = re.compile(
    rf"(?:-+>|<-+)[{BLANKS}]*(?:[\w.@]++|[{QUOTES}][^{QUOTES}]+[{QUOTES}])[{BLANKS}]*(?::.*)?"
)

_NAMES = "A name is not empty, and holds no quote and no line end."
_ALIASES = "An alias holds only letters, digits, `_`, `.` and `@`."

# An empty comment at the end of a line keeps what looks like a comment or a continuation before it.
_GUARD = " /''/"


def print_diagram(diagram: SequenceDiagram) -> str:
    """Write a diagram as PlantUML that reads back equal, ending with a line feed.

    Raises DiagramError, with the place of the element, where PlantUML has no way to write a value: a name with a
    quote, a label of two lines, a diagram without elements, ...
    """
    if not diagram.body:
        _refuse(diagram.place, "a diagram without elements cannot be written")
    start = f"@startuml {diagram.name}".rstrip(BLANKS)
    _check_text(diagram.name, "the name of the diagram", diagram.place)
    return "\n".join([start, *_lines(diagram), "@enduml", ""])


def _lines(diagram: SequenceDiagram) -> Iterator[str]:
    """Walk the elements without recursion, which deep nesting would exhaust."""
    walk = [iter(diagram.body)]
    while walk:
        element = next(walk[-1], None)
        if element is None:
            walk.pop()
            if walk:
                yield INDENTATION * (len(walk) - 1) + "end"
            continue
        for line in _WRITERS[type(element)](element):
            yield _guarded(INDENTATION * (len(walk) - 1) + line, element.place) if line else line
        if isinstance(element, Fragment):
            if len(walk) > MAX_DEPTH:
                _refuse(element.place, f"groups nested deeper than {MAX_DEPTH} cannot be written")
            walk.append(iter(element.body))


def _message(message: Message) -> Iterator[str]:
    source, target = _name(message.source, message.place), _name(message.target, message.place)
    shaft = "--" if message.dashed else "-"
    line = f"{target} <{shaft} {source}" if message.backwards else f"{source} {shaft}> {target}"
    yield _statement(f"{line}: " if message.label else line, message.label, "the label", message.place)


def _participant(participant: Participant) -> Iterator[str]:
    if participant.kind not in _KINDS:
        _refuse(participant.place, f"there is no kind of participant called {participant.kind!r}")
    line = f"{participant.kind} {_name(participant.name, participant.place)}"
    if participant.alias is not None:
        if not _BARE.fullmatch(participant.alias):
            _refuse(participant.place, f"the alias {participant.alias!r} cannot be written", _ALIASES)
        line += f" as {participant.alias}"
    if participant.order is not None:
        if abs(participant.order) > _LARGEST_ORDER:
            _refuse(participant.place, f"the order {participant.order} has more than nine digits")
        line += f" order {participant.order}"
    yield line


def _note(note: Note) -> Iterator[str]:
    lifelines = len(note.on)
    if lifelines not in ((1, 2) if note.position == "over" else (0, 1)):
        _refuse(note.place, f"a note {note.position} cannot stand on {lifelines} lifelines")
    names = ", ".join(_name(name, note.place) for name in note.on)
    head = f"{note.shape} {note.position}"
    if names:
        head += f" {names}" if note.position == "over" else f" of {names}"
    if "\n" not in note.text:
        yield _statement(f"{head}: " if note.text else f"{head}:", note.text, "the text of the note", note.place)
        return
    lines = note.text.split("\n")
    for line in lines:
        _check_letters(line, "the text of the note", note.place)
    if dedent(lines) != lines:
        _refuse(note.place, f"the text of the note {note.text!r} has blanks that reading would take away")
    yield head
    for line in lines:
        if _END_OF_NOTE.fullmatch(line.strip(BLANKS)) or _EDGE_OF_BLOCK.match(line.strip(BLANKS)):
            _refuse(note.place, f"a note cannot hold the line {line!r}")
        yield INDENTATION + line if line else line
    yield "end note"


def _section(section: Section) -> Iterator[str]:
    yield _statement("== ", section.title, "the title", section.place, " ==" if section.title else "==")


def _group(group: Fragment) -> Iterator[str]:
    if group.label.startswith("#"):
        _refuse(group.place, f"the label {group.label!r} would be read as a colour")
    if _REST_OF_MESSAGE.fullmatch(group.label):
        _refuse(group.place, f"with the label {group.label!r}, `group` would be read as a lifeline")
    yield _statement("group " if group.label else "group", group.label, "the label", group.place)


def _statement(before: str, text: str, what: str, place: Place, after: str = "") -> str:
    """Write a text within a line."""
    _check_text(text, what, place)
    return f"{before}{text}{after}"


def _check_text(text: str, what: str, place: Place) -> None:
    _check_letters(text, what, place)
    if text != text.strip(BLANKS):
        _refuse(place, f"{what} {text!r} has blanks at its ends, which reading would take away")


def _check_letters(text: str, what: str, place: Place) -> None:
    if _NO_LETTERS.search(text):
        _refuse(place, f"{what} {text!r} is not one line of text")


def _guarded(line: str, place: Place) -> str:
    """Keep a line from being read as a comment, or as continued."""
    if uncommented(line) == (line, 0) and not continues(line) and not opens_comment(line):
        return line
    if opens_comment(line) or uncommented(line + _GUARD) != (line + " ", 0):
        _refuse(place, f"the line {line.strip(BLANKS)!r} would be read as a comment")
    return line + _GUARD


def _name(name: str, place: Place) -> str:
    if _BARE.fullmatch(name) and not _EDGE_OF_BLOCK.match(name):
        return name
    if not _QUOTED.fullmatch(name):
        _refuse(
            place, f"{name!r} cannot be written as a name", "A name is not empty, and holds no quote and no line end."
        )
    return f'"{name}"'


def _refuse(place: Place, message: str, hint: str | None = None) -> Never:
    raise DiagramError(message, place=place if place.file else None, hint=hint)


_WRITERS: Mapping[type[Element], Callable[..., Iterator[str]]] = {
    Message: _message,
    Participant: _participant,
    Note: _note,
    Section: _section,
    Fragment: _group,
}
