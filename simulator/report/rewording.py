"""The text of a diagram that would read what a run says, with the holes that can stay.

Lives here: the choice of what stays. Must not live here: which lines change (`patch`).

Law: what is given reads the text of the run, where the holes have the values that they have in the end.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest

from simulator.errors import DiagramError
from simulator.interaction.hole_types import TYPES
from simulator.interaction.holes import Bindings, Hole
from simulator.interaction.patterns import TextPattern, escape, fold, parse_text
from simulator.interaction.terms import NOWHERE
from simulator.report.context import Context
from simulator.report.difference import WORD, word_fits

_HOLE = re.compile(r"(\$\{[^{}]*\})")
_SHORTEST = 3


def as_written(pattern: TextPattern) -> str:
    """The text as the diagram has it, but folded."""
    return "".join(str(part) if isinstance(part, Hole) else escape(part) for part in pattern.parts)


def adapted(patterns: Sequence[TextPattern | None], texts: Sequence[str], context: Context) -> tuple[str, ...]:
    """The texts of one event that read what it has in the run, with as many holes of the patterns as can stay."""
    known, found = context.account.known, []
    for pattern, actual in zip_longest(patterns[: len(texts)], map(fold, texts)):
        kept = None if pattern is None else _kept(pattern, actual, known, context)
        if kept is None:
            found.append(with_holes(actual, _values(pattern, known)))
        else:
            known = kept[1]
            found.append(kept[0])
    return tuple(found)


def _kept(pattern: TextPattern, actual: str, known: Bindings, context: Context) -> tuple[str, Bindings] | None:
    """The pattern itself, or what is left of it, if it reads the text; and the values that its holes have then."""
    types = {**TYPES, **{hole.type: hole.kind for hole in pattern.holes}}
    middle = _middle_replaced("".join(map(str, pattern.parts)), actual, known, _values(pattern, known))
    for text in (as_written(pattern), middle):
        with suppress(DiagramError):
            read = parse_text(text, NOWHERE, types)
            bound = next(read.match(actual, known), None)
            if bound is not None and context.account.alone(read, context.row):
                return text, bound
    return None


def _values(pattern: TextPattern | None, known: Bindings) -> Bindings:
    """The holes that values may be written as; those of other texts where the value is not there by chance."""
    named = {hole.name for hole in pattern.holes} if pattern is not None else set()
    return {
        value: name
        for name, value in known.items()
        if name in named or (len(value) >= _SHORTEST and not value.isdigit())
    }


def _middle_replaced(expected: str, actual: str, known: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The expected text, with what stands between its first and last differing word replaced."""
    left, right = list(WORD.finditer(expected)), list(WORD.finditer(actual))
    shorter = min(len(left), len(right))
    fits = [word_fits(a[0], b[0], known) for a, b in zip(left, right, strict=False)]
    head = next((index for index, each in enumerate(fits) if not each), shorter)
    backwards = zip(reversed(left[head:]), reversed(right[head:]), strict=False)
    tail = next((index for index, (a, b) in enumerate(backwards) if not word_fits(a[0], b[0], known)), shorter - head)
    first, last = _edges(left, head, tail, len(expected)), _edges(right, head, tail, len(actual))
    middle = with_holes(actual[last[0] : last[1]], values)
    return f"{_escaped(expected[: first[0]])}{middle}{_escaped(expected[first[1] :])}"


def _escaped(text: str) -> str:
    """What is literal as a diagram can hold it; holes stay."""
    return "".join(piece if number % 2 else escape(piece) for number, piece in enumerate(_HOLE.split(text)))


def _edges(words: Sequence[re.Match[str]], head: int, tail: int, end: int) -> tuple[int, int]:
    """From where to where the words between head and tail reach, blanks around them included."""
    return words[head - 1].end() if head else 0, words[len(words) - tail].start() if tail else end


def with_holes(text: str, values: Mapping[str, str]) -> str:
    """A text of the run, with values as the holes that have them, where they are whole words; the longest first."""
    for value in sorted((each for each in values if each in text), key=lambda each: (-len(each), each)):
        start = _found(text, value)
        if start >= 0:
            after = with_holes(text[start + len(value) :], values)
            return f"{with_holes(text[:start], values)}${{{values[value]}}}{after}"
    return escape(text)


def _found(text: str, value: str) -> int:
    """Where a value stands with no letter or digit beside it; -1 where it does not."""
    start = text.find(value)
    while start >= 0:
        beside = text[max(0, start - 1) : start] + text[start + len(value) : start + len(value) + 1]
        if not any(letter.isascii() and letter.isalnum() for letter in beside):
            return start
        start = text.find(value, start + 1)
    return -1
