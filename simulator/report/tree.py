"""What diagrams say, for people: their participants and the events they expect, as a tree.

Lives here: the text of `parse`. Must not live here: reading (`diagram.parser`), meaning (`interaction.lower`).

Law: every expected event is one line, with the line of the diagram that says so; its notes stand under it.
"""

from collections.abc import Iterator

from simulator.diagram.ast import Message, Participant, SequenceDiagram
from simulator.interaction.terms import Expectation, Expected
from simulator.report.line import EMPTY, Line, Span, Style, line
from simulator.report.notation import Notation
from simulator.report.result import Parse, ParsedFile
from simulator.report.text import counted

_STEP = 2


def parse_lines(parse: Parse) -> Iterator[Line]:
    """All files; errors are not told here."""
    for number, file in enumerate(parse.files):
        if number:
            yield EMPTY
        yield from _file(file)


def _file(file: ParsedFile) -> Iterator[Line]:
    state = Span("valid", "good") if file.valid else Span("not valid", "bad")
    yield line(Span(file.file, "strong"), ": ", state)
    for warning in file.warnings:
        yield line("  ", Span("warning: ", "doubt"), str(warning))
    for parsed in file.diagrams:
        title = parsed.diagram.name or f"at line {parsed.diagram.place.line}"
        yield line("  ", f"diagram {title}")
        yield line("    ", Span("participants: ", "faint"), ", ".join(_participants(parsed.diagram)) or "none")
        if parsed.expectation is not None:
            yield from _events(parsed.expectation)


def _participants(diagram: SequenceDiagram) -> Iterator[str]:
    """The declared ones with their alias, then those that only messages name."""
    seen = set()
    for participant in (each for each in diagram.elements() if isinstance(each, Participant)):
        seen.add(participant.lifeline)
        yield participant.name if participant.alias is None else f"{participant.alias} ({participant.name})"
    for message in (each for each in diagram.elements() if isinstance(each, Message)):
        for name in (message.source, message.target):
            if name not in seen:
                seen.add(name)
                yield name


def _events(expectation: Expectation) -> Iterator[Line]:
    notation = Notation.over(expectation.events)
    messages = sum(event.kind == "message" for event in expectation.events)
    told = f"{counted(len(expectation.events), 'expected event')}, {counted(messages, 'message')}"
    yield line("    ", Span(f"{told}:", "faint"))
    for event in expectation.events:
        words = notation.words(event)
        for index, text in enumerate(words.lines):
            gutter = Span(f"{'' if index else event.place.line:>6}  ", "faint")
            style: Style = "strong" if event.kind == "section" else "plain"
            yield line("    ", gutter, " " * _depth(event), Span(text, style))


def _depth(event: Expected) -> int:
    """How far an event is indented: sections at the margin, a frame's own marks one step less than what is inside."""
    if event.kind == "section":
        return 0
    frames = len(event.frames) - (event.kind in {"begin", "end"})
    return _STEP * (max(0, frames) + bool(event.section))
