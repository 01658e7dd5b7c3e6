"""Expected above actual, with marks under the words that differ.

Lives here: which lines of two written events differ, and how they stand above each other. Must not live here: which
words differ (`difference`), what else is said about a deviation (`deviation`).

Law: whatever the length of the texts, at most ten lines, and the first difference is in sight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from unicodedata import combining, east_asian_width

from simulator.report.difference import Difference, Range, difference, whole
from simulator.report.line import Line, Span, Style, line
from simulator.report.notation import Words

NOTES = 1
_WIDTH = 150
_BEFORE = 30
_LABEL = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the expected event (`number` 0: the event itself, then its notes) and of the actual one."""

    number: int
    expected: str
    actual: str
    difference: Difference


def differing(expected: Words, actual: Words, bindings: Mapping[str, str]) -> tuple[Pair, ...]:
    """The lines that differ; where only one side has a line, the other is empty.

    bindings: the values of holes. A hole without a value stands for anything, so every line may fit by itself although
    the values do not agree with each other; then each line that is not literally equal counts.
    """
    rows = list(enumerate(zip_longest(expected.lines, actual.lines, fillvalue="")))
    pairs = (Pair(index, should, is_, difference(should, is_, bindings)) for index, (should, is_) in rows)
    found = tuple(pair for pair in pairs if pair.difference)
    return found or tuple(
        Pair(index, should, is_, whole(should, is_)) for index, (should, is_) in rows if should != is_
    )


def aligned(expected: Words, actual: Words, bindings: Mapping[str, str]) -> Iterator[Line]:
    """The lines that differ above each other; the event itself in any case, to know where one is."""
    pairs = differing(expected, actual, bindings)
    if pairs and pairs[0].number:
        yield row("", cut(actual.first))
    for pair in pairs[: NOTES + 1]:
        yield from _pair(pair)
    if len(pairs) > NOTES + 1:
        yield row("", f"  (and {len(pairs) - NOTES - 1} more notes)", "faint")


def row(label: str, text: str, style: Style = "plain", more: str = "") -> Line:
    """One line of a block: a label, a text, and what is to be said about the text."""
    return line("  ", Span(label.ljust(_LABEL), "faint"), Span(text, style), Span(more, "faint"))


def cut(text: str, start: int = 0) -> str:
    """As much of a text as one line shows, from column `start` on; what is left out is `...`."""
    if start == 0 and len(text) <= _WIDTH:
        return text
    return f"{'...' if start else ''}{text[start : start + _WIDTH]}{'...' if start + _WIDTH < len(text) else ''}"


def _pair(pair: Pair) -> Iterator[Line]:
    start = _start(pair)
    upper = _marks(pair.expected, pair.difference.expected, start)
    lower = _marks(pair.actual, pair.difference.actual, start)
    both = bool(pair.expected and pair.actual)
    yield row("expected", cut(pair.expected, start) or "  no note", "good")
    if both and upper and upper != lower:
        yield row("", upper, "mark")
    yield row("actual", cut(pair.actual, start) or "  no note", "bad")
    if both and lower:
        yield row("", lower, "mark")


def _start(pair: Pair) -> int:
    """From which column to show two long lines."""
    if max(len(pair.expected), len(pair.actual)) <= _WIDTH:
        return 0
    marks = (*pair.difference.expected, *pair.difference.actual)
    return max(0, min(first for first, _ in marks) - _BEFORE)


def _marks(text: str, ranges: tuple[Range, ...], start: int) -> str:
    """Carets under the ranges of a text that `cut` shows from column `start` on."""
    marks = ""
    head = "..." if start else ""
    for first, last in ranges:
        seen_to = min(last, start + _WIDTH)
        if seen_to > max(first, start):
            before = _columns(head + text[start:first])
            marks = marks.ljust(before) + "^" * _columns(text[max(first, start) : seen_to])
    return marks


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)
