"""What diagrams say, for people: their participants and the events they expect, as a tree.

Lives here: the text of `parse`. Must not live here: reading (`diagram.parser`), meaning (`interaction.lower`).

Law: every expected event is one line, with the line of the diagram that says so; its notes stand under it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.lifelines import lifelines
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expectation,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Operand,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
)
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
    """The lifelines by first mention, with the text shown where that is another."""
    for each in lifelines(diagram):
        shown = " ".join(each.name.split())
        yield each.lifeline if each.lifeline == each.name else f"{each.lifeline} ({shown})"


def _events(expectation: Expectation) -> Iterator[Line]:
    messages = sum(event.kind == "message" for event in expectation.events)
    told = f"{counted(len(expectation.events), 'expected event')}, {counted(messages, 'message')}"
    yield line("    ", Span(f"{told}:", "faint"))
    yield from _Tree(Notation.over(expectation.events)).lines(expectation.term)


@dataclass(slots=True)
class _Tree:
    """The walk through one term; an explicit stack, since terms nest deep. sectioned: whether a section has begun."""

    notation: Notation
    sectioned: bool = False

    def lines(self, term: Term) -> Iterator[Line]:
        """Every event and every operand, indented by the operators around it, and by sections."""
        stack: list[tuple[int, Term | _Head]] = [(0, term)]
        while stack:
            depth, item = stack.pop()
            match item:
                case _Head(number, text, style):
                    yield self._line(number, depth, text, style)
                case Expected():
                    yield from self._event(item, depth)
                case Strict(items):
                    stack += ((depth, each) for each in reversed(items))
                case Combined():
                    stack += reversed(list(_parts(item, depth)))

    def _event(self, event: Expected, depth: int) -> Iterator[Line]:
        self.sectioned = self.sectioned or event.kind == "section"
        first, *notes = self.notation.words(event).lines
        if event.kind == "section":
            yield line(_gutter(event.place.line), " " * _STEP * (depth + 1 if depth else 0), Span(first, "strong"))
        else:
            yield self._line(event.place.line, depth, first)
        for note in notes:
            yield self._line(None, depth, note)

    def _line(self, number: int | None, depth: int, text: str, style: Style = "plain") -> Line:
        return line(_gutter(number), " " * _STEP * (depth + self.sectioned), Span(text, style))


@dataclass(frozen=True, slots=True)
class _Head:
    """The line that begins an operator or one of its operands."""

    line: int
    text: str
    style: Style = "plain"


def _gutter(number: int | None) -> Span:
    return Span(f"{number or '':>10}  ", "faint")


def _parts(term: Combined, depth: int) -> Iterator[tuple[int, Term | _Head]]:
    """What an operator is told as: its head or the mark where it begins, its operands, the mark where it ends."""
    begin, end = (term.begin, term.end) if isinstance(term, Group) else (None, None)
    first, *others = _operands(term)
    yield depth, begin or _Head(term.place.line, f"{_keyword(term)} {first.guard.text}".rstrip(), _style(term))
    yield depth + 1, first.body
    for operand in others:
        yield depth, _Head(operand.place.line, f"{_separator(term)} {operand.guard.text}".rstrip())
        yield depth + 1, operand.body
    if end:
        yield depth, end


def _operands(term: Combined) -> tuple[Operand, ...]:
    """The operands as they are written: with those that `else` separates in a fragment that has one."""
    inner = term.body
    if not isinstance(inner, Alternatives) or inner.written:
        return term.operands
    first, *others = inner.operands
    return (Operand(first.body, term.operands[0].guard, first.place), *others)


def _separator(term: Combined) -> str:
    return "also" if isinstance(term, Parallel) else "or" if isinstance(term, Use) else "else"


def _style(term: Combined) -> Style:
    return "doubt" if isinstance(term, Use) and term.problem else "plain"


def _keyword(term: Combined) -> str:
    match term:
        case Loop(least=least, most=most):
            bounds = f"{least}" if least == most else "" if (least, most) == (0, None) else f"{least}..{most or '*'}"
            return f"loop {bounds}".rstrip()
        case Ignore(messages=messages) | Consider(messages=messages):
            return f"{_KEYWORDS[type(term)]} {{{', '.join(map(str, messages))}}}"
        case Use(name=name, problem=problem):
            return f"ref {' '.join(name.split())}{' (not known)' if problem else ''}"
        case _:
            return _KEYWORDS[type(term)]


_KEYWORDS: Mapping[type[Combined], str] = {
    Alternatives: "alt",
    AnyOrder: "any order",
    Break: "break",
    Consider: "consider",
    Critical: "critical",
    Group: "strict",
    Ignore: "ignore",
    Negative: "neg",
    Option: "opt",
    Parallel: "par",
    Weak: "seq",
}
