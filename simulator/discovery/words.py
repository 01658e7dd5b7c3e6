"""The runs that a term allows, written out: some of those of loops, all others, as long as they are few.

Lives here: `words_of`, and whether two events may be one. Pure. Must not live here: judging a run
(`conformance.check`), what it means that two diagrams have no run in common (`campaign.contradictions`).

Laws: every word is a run of the term, as long as its guards are true. Where `all` is true, there are no others.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
    parts,
    walk,
)

# So many words of a term are told, and so many iterations more than a loop must have.
_MOST = 100
_FURTHER = 2

Word = tuple[Expected, ...]

# Whether a `break` ended it, so that what follows is left out.
_Run = tuple[Word, bool]


@dataclass(frozen=True, slots=True)
class Words:
    """Runs of a term; all: whether it has no others."""

    words: tuple[Word, ...]
    all: bool


def words_of(term: Term) -> Words:
    """The runs of a term, those that are read first in front."""
    writing = _Writing()
    made: dict[int, list[_Run]] = {}
    # Parts come after what they are parts of; terms may nest deeper than Python's calls do.
    for each in reversed(list(walk(term))):
        runs = writing.runs(each, [made[id(part)] for part in parts(each)])
        made[id(each)] = list(itertools.islice(dict.fromkeys(runs), _MOST + 1))
        if len(made[id(each)]) > _MOST:
            made[id(each)].pop()
            writing.all = False
    return Words(tuple(dict.fromkeys(word for word, _ in made[id(term)])), writing.all)


class _Writing:
    """Writes words down; all: whether none was left out until now."""

    def __init__(self) -> None:
        self.all = True

    def runs(self, term: Term, inner: Sequence[Sequence[_Run]]) -> Iterator[_Run]:
        """The runs of a term by those of its parts."""
        match term:
            case Expected():
                return iter([((term,), False)])
            case Strict():
                return _after_each_other(inner)
            case Break():
                return itertools.chain([((), False)], ((word, True) for word, _ in inner[0]))
            case Combined(written=False):
                return self._combined(term, inner)
            case _:
                return self._caught(self._combined(term, inner))

    def _combined(self, term: Combined, inner: Sequence[Sequence[_Run]]) -> Iterator[_Run]:
        match term:
            case Negative():
                return iter([((), False)])
            case Option():
                return itertools.chain([((), False)], inner[0])
            case Alternatives() | Use():
                return itertools.chain(*inner)
            case Group():
                return _after_each_other(inner)
            case Parallel():
                return self._interleaved(inner)
            case Loop(least=least, most=most):
                return self._repeated(inner[0], least, inf if most is None else most)
            case _:
                # What else an `ignore` lets pass, and other orders, are not written out.
                self.all = self.all and not isinstance(term, Weak | Ignore | Consider | AnyOrder)
                return iter(inner[0])

    def _repeated(self, body: Sequence[_Run], least: int, most: float) -> Iterator[_Run]:
        self.all = self.all and most <= least + _FURTHER
        for count in range(least, int(min(most, least + _FURTHER)) + 1):
            yield from _after_each_other([body] * count)

    def _interleaved(self, operands: Sequence[Sequence[_Run]]) -> Iterator[_Run]:
        for chosen in itertools.product(*operands):
            for word in _merged([word for word, _ in chosen]):
                yield word, False

    @staticmethod
    def _caught(runs: Iterable[_Run]) -> Iterator[_Run]:
        return ((word, False) for word, _ in runs)


def _after_each_other(inner: Sequence[Sequence[_Run]]) -> Iterator[_Run]:
    """One after the other, after a `break` none."""
    found: dict[_Run, None] = {((), False): None}
    for each in inner:
        # One more than is told, so that it shows that some are left out.
        found = dict.fromkeys(itertools.islice(_extended(found, each), _MOST + 1))
    return iter(found)


def _extended(runs: Iterable[_Run], by: Sequence[_Run]) -> Iterator[_Run]:
    for word, broken in runs:
        if broken:
            yield word, broken
        else:
            yield from ((word + more, ends) for more, ends in by)


def _merged(words: Sequence[Word]) -> Iterator[Word]:
    """Every interleaving."""
    stack: list[tuple[Word, Sequence[Word]]] = [((), words)]
    while stack:
        done, left = stack.pop()
        if not any(left):
            yield done
            continue
        for number in reversed(range(len(left))):
            if left[number]:
                rest = [word[1:] if each == number else word for each, word in enumerate(left)]
                stack.append(((*done, left[number][0]), rest))


def may_be_one(one: Expected, other: Expected) -> bool:
    """Whether some event may be both; holes may stand for anything."""
    if (one.kind, one.line, one.on, one.shape) != (other.kind, other.line, other.on, other.shape):
        return False
    ends = (other.source, other.target)
    turned = (one.both or other.both) and ends == (one.target, one.source)
    if not turned and ends != (one.source, one.target):
        return False
    if [note.shape for note in one.notes] != [note.shape for note in other.notes]:
        return False
    return all(may_read_alike(*pair) for pair in zip(one.patterns, other.patterns, strict=True))


_ANY, _MORE = object(), object()


def may_read_alike(one: TextPattern, other: TextPattern) -> bool:
    """Whether some text is one of both patterns, if holes stand for any texts but empty ones."""
    here, there = list(_letters(one)), list(_letters(other))
    seen, stack = {(0, 0)}, [(0, 0)]
    while stack:
        at, beside = stack.pop()
        if at == len(here) and beside == len(there):
            return True
        for move in _moves(here[at : at + 1], there[beside : beside + 1]):
            following = at + move[0], beside + move[1]
            if following not in seen:
                seen.add(following)
                stack.append(following)
    return False


def _letters(pattern: TextPattern) -> Iterator[object]:
    for part in pattern.parts:
        yield from (_ANY, _MORE) if isinstance(part, Hole) else part


def _moves(here: Sequence[object], there: Sequence[object]) -> Iterator[tuple[int, int]]:
    """How far two patterns go with the next letter of a text, or by none."""
    if here == [_MORE]:
        yield 1, 0
    if there == [_MORE]:
        yield 0, 1
    if here and there:
        if here == [_MORE]:
            yield 0, 1
        elif there == [_MORE]:
            yield 1, 0
        elif _ANY in (here[0], there[0]) or here == there:
            yield 1, 1
