"""What diagrams say as one JSON document (interfaces.md of the design, `simulator parse --format json`).

Lives here: the shape of that document, version 1. Must not live here: reading (`diagram.parser`), text for people
(`tree`).

Laws: the same files give the same bytes. One document for all files, those with errors included. `messages` has one
entry per message in the text.
"""

from collections.abc import Iterator

import msgspec

from simulator.diagram.ast import Message, Participant, Return, SequenceDiagram
from simulator.diagram.lifelines import lifelines
from simulator.errors import DiagramError, Place, SimulatorError
from simulator.report.line import utf8
from simulator.report.nodes import Node, broken, nodes
from simulator.report.result import Parse, ParsedFile


class ProblemRow(msgspec.Struct, frozen=True):
    """An error or a warning and where."""

    file: str
    line: int
    column: int
    message: str


class ParticipantRow(msgspec.Struct, frozen=True):
    """A lifeline, in the order of first mention; one that is never declared is a participant where it is first used."""

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
    try:
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    except RecursionError:
        raise DiagramError("groups are nested too deep for JSON", hint="Lower the setting `max-depth`.") from None


def _file_row(file: ParsedFile) -> FileRow:
    return FileRow(
        utf8(file.file),
        file.valid,
        tuple(error_row(error, file.file) for error in file.errors),
        tuple(_problem(warning.place, warning.message) for warning in file.warnings),
        tuple(_diagram_row(parsed.diagram) for parsed in file.diagrams),
    )


def error_row(error: SimulatorError, file: str = "") -> ProblemRow:
    """One error; file: where no place says which."""
    if error.place is None:
        return ProblemRow(utf8(file), 1, 1, utf8(error.message))
    return _problem(error.place, error.message)


def _problem(place: Place, message: str) -> ProblemRow:
    return ProblemRow(utf8(place.file), place.line, place.column, utf8(message))


def _diagram_row(diagram: SequenceDiagram) -> DiagramRow:
    return DiagramRow(
        diagram.name,
        diagram.place.line,
        tuple(_participant_row(each) for each in lifelines(diagram)),
        nodes(diagram.body),
        tuple(map(_message_row, _messages(diagram))),
    )


def _participant_row(participant: Participant) -> ParticipantRow:
    return ParticipantRow(
        participant.name, participant.alias, participant.kind, participant.order, participant.place.line
    )


def _messages(diagram: SequenceDiagram) -> Iterator[Message | Return]:
    for element in diagram.elements():
        if isinstance(element, Return) or (isinstance(element, Message) and not element.hidden):
            yield element


def _message_row(message: Message | Return) -> MessageRow:
    dashed, both = (True, False) if isinstance(message, Return) else (message.dashed, message.both)
    return MessageRow(message.source, message.target, broken(message.label), dashed, both, message.place.line)
