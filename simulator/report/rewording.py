"""The text of a diagram that would read what a run says, with the holes that can stay.

Lives here: the choice of what stays. Must not live here: which lines change (`patch`).

Law: what is given reads the text of the run, where the holes have the values that they have in the end.
"""

import re
from collections.abc import Mapping, Sequence

from simulator.errors import DiagramError
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, escape, fold, parse_text
from simulator.interaction.terms import NOWHERE
from simulator.report.context import Context
from simulator.report.difference import WORD, word_fits

_HOLE = re.compile(r"(\$\{[^{}]*\})")
_SHORTEST = 3


def as_written(pattern: TextPattern) -> str:
    """The text as the diagram has it, but folded."""
    return "".join(str(part) if isinstance(part, Hole) else escape(part) for part in pattern.parts)


def adapted(pattern: TextPattern | None, actual: str | None, context: Context) -> str:
    """The text that reads `actual`, with as many holes of the pattern as can stay."""
    actual = fold(actual or "")
    known = context.account.known
    named = {hole.name for hole in pattern.holes} if pattern is not None else set()
    # What is long enough not to be there by chance.
    values = {
        value: name
        for name, value in known.items()
        if name in named or (len(value) >= _SHORTEST and not value.isdigit())
    }
    if pattern is not None:
        if next(pattern.match(actual, known), None) is not None and context.account.alone(pattern, context.row):
            return as_written(pattern)
        kept = _middle_replaced("".join(map(str, pattern.parts)), actual, known, values)
        try:
            read = parse_text(kept, NOWHERE)
        except DiagramError:
            read = TextPattern(())
        if next(read.match(actual, known), None) is not None and context.account.alone(read, context.row):
            return kept
    return _with_holes(actual, values)


def _middle_replaced(expected: str, actual: str, known: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The expected text, with what stands between its first and last differing word replaced."""
    left, right = list(WORD.finditer(expected)), list(WORD.finditer(actual))
    shorter = min(len(left), len(right))
    fits = [word_fits(a[0], b[0], known) for a, b in zip(left, right, strict=False)]
    head = next((index for index, each in enumerate(fits) if not each), shorter)
    backwards = zip(reversed(left[head:]), reversed(right[head:]), strict=False)
    tail = next((index for index, (a, b) in enumerate(backwards) if not word_fits(a[0], b[0], known)), shorter - head)
    first, last = _edges(left, head, tail, len(expected)), _edges(right, head, tail, len(actual))
    middle = _with_holes(actual[last[0] : last[1]], values)
    return f"{_escaped(expected[: first[0]])}{middle}{_escaped(expected[first[1] :])}"


def _escaped(text: str) -> str:
    """What is literal as a diagram can hold it; holes stay."""
    return "".join(piece if number % 2 else escape(piece) for number, piece in enumerate(_HOLE.split(text)))


def _edges(words: Sequence[re.Match[str]], head: int, tail: int, end: int) -> tuple[int, int]:
    """From where to where the words between head and tail reach, blanks around them included."""
    return words[head - 1].end() if head else 0, words[len(words) - tail].start() if tail else end


def _with_holes(text: str, values: Mapping[str, str]) -> str:
    """A text of the run, with known values as holes."""
    if not values:
        return escape(text)
    longest_first = sorted(values, key=lambda value: (-len(value), value))
    pattern = "|".join(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])" for value in longest_first)
    pieces = re.split(f"({pattern})", text)
    return "".join(f"${{{values[piece]}}}" if number % 2 else escape(piece) for number, piece in enumerate(pieces))
