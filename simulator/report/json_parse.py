"""What diagrams say as one JSON document (interfaces.md of the design, `simulator parse --format json`).

Lives here: the shape of that document, version 1. Must not live here: reading (`diagram.parser`), text for people
(`tree`).

Laws: the same files give the same bytes. One document for all files, those with errors included. `messages` has one
entry per message in the text.
"""

import re

import msgspec

from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Return, Section, SequenceDiagram
from simulator.errors import Place, SimulatorError
from simulator.report.line import utf8
from simulator.report.result import Parse, ParsedFile

# The escapes by which a label breaks its line (PlantUML, Creole, "Newline"); an escaped backslash breaks none.
_ESCAPE = re.compile(r"\\([nlr\\])")


class ProblemRow(msgspec.Struct, frozen=True):
    """An error or a warning and where."""

    file: str
    line: int
    column: int
    message: str


class ParticipantRow(msgspec.Struct, frozen=True):
    """A declared participant."""

    name: str
    alias: str | None
    kind: str
    order: int | None
    line: int


class MessageRow(msgspec.Struct, frozen=True):
    """A message of the flat list; `both` is `<->`."""

    source: str
    target: str
    label: str
    dashed: bool
    both: bool
    line: int


class MessageNode(msgspec.Struct, frozen=True, tag="message"):
    """A message in the tree; backwards: written from right to left."""

    source: str
    target: str
    label: str
    dashed: bool
    both: bool
    backwards: bool
    line: int
    column: int


class NoteNode(msgspec.Struct, frozen=True, tag="note"):
    """A note; `on` is empty where it is attached to the message before it."""

    shape: str
    position: str
    on: tuple[str, ...]
    text: str
    line: int
    column: int


class SectionNode(msgspec.Struct, frozen=True, tag="section"):
    """A section mark."""

    title: str
    line: int
    column: int


class FrameNode(msgspec.Struct, frozen=True, tag="frame"):
    """A named frame; end: the line of its `end`."""

    label: str
    line: int
    column: int
    end: int
    body: "list[Node]"


Node = MessageNode | NoteNode | SectionNode | FrameNode


class DiagramRow(msgspec.Struct, frozen=True):
    """One `@startuml` block."""

    name: str
    line: int
    participants: tuple[ParticipantRow, ...]
    body: list[Node]
    messages: tuple[MessageRow, ...]


class FileRow(msgspec.Struct, frozen=True):
    """One file."""

    file: str
    valid: bool
    errors: tuple[ProblemRow, ...]
    warnings: tuple[ProblemRow, ...]
    diagrams: tuple[DiagramRow, ...]


class ParseDocument(msgspec.Struct, frozen=True):
    """The whole document."""

    version: int
    files: tuple[FileRow, ...]


def parse_json(parse: Parse) -> str:
    """The document of a `parse`."""
    document = ParseDocument(1, tuple(_file_row(file) for file in parse.files))
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _file_row(file: ParsedFile) -> FileRow:
    return FileRow(
        utf8(file.file),
        file.valid,
        tuple(_error_row(error, file.file) for error in file.errors),
        tuple(_problem(warning.place, warning.message) for warning in file.warnings),
        tuple(_diagram_row(parsed.diagram) for parsed in file.diagrams),
    )


def _error_row(error: SimulatorError, file: str) -> ProblemRow:
    if error.place is None:
        return ProblemRow(utf8(file), 1, 1, utf8(error.message))
    return _problem(error.place, error.message)


def _problem(place: Place, message: str) -> ProblemRow:
    return ProblemRow(utf8(place.file), place.line, place.column, utf8(message))


def _diagram_row(diagram: SequenceDiagram) -> DiagramRow:
    elements = tuple(diagram.elements())
    return DiagramRow(
        diagram.name,
        diagram.place.line,
        tuple(_participant_row(each) for each in elements if isinstance(each, Participant)),
        _nodes(diagram.body),
        tuple(
            _message_row(each)
            for each in elements
            if isinstance(each, Return) or (isinstance(each, Message) and not each.hidden)
        ),
    )


def _participant_row(participant: Participant) -> ParticipantRow:
    return ParticipantRow(
        participant.name, participant.alias, participant.kind, participant.order, participant.place.line
    )


def _message_row(message: Message | Return) -> MessageRow:
    dashed, both = (True, False) if isinstance(message, Return) else (message.dashed, message.both)
    return MessageRow(message.source, message.target, _broken(message.label), dashed, both, message.place.line)


def _broken(label: str) -> str:
    return _ESCAPE.sub(lambda found: "\\" if found[1] == "\\" else "\n", label)


def _nodes(body: tuple[Element, ...]) -> list[Node]:
    return [_node(element) for element in body if isinstance(element, Message | Note | Section | Fragment)]


def _node(element: Message | Note | Section | Fragment) -> Node:
    line, column = element.place.line, element.place.column
    match element:
        case Message():
            return _message_node(element)
        case Note(shape, position, text, on):
            return NoteNode(shape, position, on, text, line, column)
        case Section(title):
            return SectionNode(title, line, column)
        case Fragment():
            return FrameNode(element.label, line, column, element.end.line, _nodes(element.body))


def _message_node(message: Message) -> MessageNode:
    return MessageNode(
        message.source,
        message.target,
        _broken(message.label),
        message.dashed,
        message.both,
        message.backwards,
        message.place.line,
        message.place.column,
    )
