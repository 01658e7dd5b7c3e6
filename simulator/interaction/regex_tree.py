"""The tree of a regular expression.

Lives here: frozen values, and what they tell about the words. Pure. Must not live here: how people write one (`regex`),
how it is run (`automaton`).

Law: what Python is told to do in our place it does in linear time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_LAST = 0x10FFFF
_FEW_WAYS = 16


@dataclass(frozen=True, slots=True)
class Letters:
    """One letter of a set: ranges of code points, in order and apart."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> "Letters":
        """The set that these ranges make together."""
        joined: list[tuple[int, int]] = []
        for low, high in sorted(ranges):
            if joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
            else:
                joined.append((low, high))
        return cls(tuple(joined))

    def __contains__(self, letter: str) -> bool:
        """Whether a letter is one of the set."""
        code = ord(letter)
        return any(low <= code <= high for low, high in self.ranges)

    @property
    def python(self) -> str:
        """The set in the syntax of Python."""
        if self == ANY:
            return "(?s:.)"
        return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in self.ranges) + "]"

    @property
    def others(self) -> "Letters":
        """All letters that are not in the set."""
        ends = (-1, *(high for _, high in self.ranges))
        starts = (*(low for low, _ in self.ranges), _LAST + 1)
        return Letters(tuple((end + 1, start - 1) for end, start in zip(ends, starts, strict=True) if start > end + 1))


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: "tuple[Regex, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    items: "tuple[Regex, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """At least `least` times and at most `most` times (None: any number)."""

    item: "Regex"
    least: int
    most: int | None


Regex = Letters | Sequence | Choice | Repeated

ANY = Letters(((0, _LAST),))


def letters_of(regex: Regex) -> Letters:
    """Every letter that a word may have."""
    ranges: list[tuple[int, int]] = []
    stack = [regex]
    while stack:
        match stack.pop():
            case Letters(each):
                ranges += each
            case Repeated(most=0):
                pass
            case Repeated(item):
                stack.append(item)
            case Sequence(items) | Choice(items):
                stack += items
    return Letters.of(ranges)


def python_of(regex: Regex) -> str | None:
    """The same in the syntax of Python, where its engine cannot but read it in linear time; None for all others.

    It goes back as often as there are ways to repeat: letters may be repeated without an end once, and a few more
    times within narrow bounds. No choice and no group is repeated.
    """
    items = regex.items if isinstance(regex, Sequence) else (regex,)
    ways, endless, pattern = 1, 0, ""
    for item in items:
        match item:
            case Letters():
                pattern += item.python
            case Repeated(Letters() as letters, least, most):
                pattern += f"{letters.python}{{{least},{'' if most is None else most}}}"
                ways *= 1 if most is None else most - least + 1
                endless += most is None
            case _:
                return None
    return pattern if ways <= _FEW_WAYS and endless <= 1 else None


def size_of(regex: Regex) -> int:
    """How many letters it has when its repetitions are written out."""
    match regex:
        case Letters():
            return 1
        case Repeated(item, least, most):
            return size_of(item) * max(1, least if most is None else most)
        case Sequence(items) | Choice(items):
            return sum(map(size_of, items))
