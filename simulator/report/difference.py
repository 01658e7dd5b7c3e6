"""Which words of two lines differ.

Lives here: the comparison, word by word, of what a diagram says with what was recorded. Must not live here: how the
words are shown.

Laws: a word that is in both, in order, is never marked. Of two lines without holes that differ, at least one has a
mark. Marks are ranges inside their line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORD = re.compile(r"(?:\$\{[^{}]*\}|[\w.-])+|\S")
_HOLE = re.compile(r"\$\{([^{}:!]*)[^{}]*\}")
_LIMIT = 400

Range = tuple[int, int]
Pairs = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Ranges of columns, 0-based and half open, of the words that differ, in the expected and in the actual line."""

    expected: tuple[Range, ...] = ()
    actual: tuple[Range, ...] = ()

    def __bool__(self) -> bool:
        """Whether any word differs."""
        return bool(self.expected or self.actual)


def difference(expected: str, actual: str, bindings: Mapping[str, str]) -> Difference:
    """Compare two lines word by word; a hole is the value it is bound to, else it stands for one letter or more."""
    if expected == actual:
        return Difference()
    left, right = list(WORD.finditer(expected)), list(WORD.finditer(actual))
    # The value of a hole may be several words: it differs where one of them does.
    pieces = [(index, piece) for index, word in enumerate(left) for piece in _words(_filled(word[0], bindings))]
    should = [piece for _, piece in pieces]
    is_ = [word[0] for word in right]
    kept = _common(should, is_) if len(should) + len(is_) <= _LIMIT else _equal_ends(should, is_)
    kept_left, kept_right = {pair[0] for pair in kept}, {pair[1] for pair in kept}
    differing = {word for number, (word, _) in enumerate(pieces) if number not in kept_left}
    found = Difference(
        tuple(word.span() for index, word in enumerate(left) if index in differing),
        tuple(word.span() for index, word in enumerate(right) if index not in kept_right),
    )
    return found if found or _HOLE.search(expected) else whole(expected, actual)


def word_fits(expected: str, actual: str, bindings: Mapping[str, str]) -> bool:
    """Whether a word of a diagram reads as that of a run, as far as one word can tell."""
    return _fits(_filled(expected, bindings), actual)


def _words(text: str) -> Sequence[str]:
    return WORD.findall(text) or [text]


def _filled(word: str, bindings: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: bindings.get(hole[1], hole[0]), word)


def whole(expected: str, actual: str) -> Difference:
    """Everything differs."""
    return Difference(((0, len(expected)),), ((0, len(actual)),))


def _common(left: Sequence[str], right: Sequence[str]) -> Pairs:
    """The pairs of a longest common run of words."""
    fits = [[_fits(a, b) for b in right] for a in left]
    length = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            skip = max(length[i + 1][j], length[i][j + 1])
            length[i][j] = max(skip, length[i + 1][j + 1] + fits[i][j])
    pairs, i, j = set(), 0, 0
    while i < len(left) and j < len(right):
        if fits[i][j] and length[i][j] == length[i + 1][j + 1] + 1:
            pairs.add((i, j))
            i, j = i + 1, j + 1
        elif length[i + 1][j] >= length[i][j + 1]:
            i += 1
        else:
            j += 1
    return frozenset(pairs)


def _equal_ends(left: Sequence[str], right: Sequence[str]) -> Pairs:
    """The pairs of words that agree from the start and from the end: enough for very long lines."""
    shorter = min(len(left), len(right))
    head = next((i for i in range(shorter) if not _fits(left[i], right[i])), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if not _fits(left[-1 - i], right[-1 - i])), rest)
    ends = {(len(left) - 1 - i, len(right) - 1 - i) for i in range(tail)}
    return frozenset({(i, i) for i in range(head)} | ends)


def _fits(expected: str, actual: str) -> bool:
    """Whether a word reads as the other when each hole left in it takes one letter or more; in linear time."""
    first, *literals = _HOLE.split(expected)[::2]
    if not literals:
        return expected == actual
    if not actual.startswith(first):
        return False
    position = len(first)
    for literal in literals[:-1]:
        found = actual.find(literal, position + 1)
        if found < 0:
            return False
        position = found + len(literal)
    return actual.endswith(literals[-1]) and len(actual) - len(literals[-1]) > position
