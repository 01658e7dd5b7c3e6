"""The positions of a regular expression: its letters, numbered, and which may come after which.

Lives here: the construction of V. M. Glushkov (The abstract theory of automata, 1961). Pure. Must not live here:
reading texts (`automaton`). Sets of positions are numbers, a bit for each.

Law: a word of the expression is a way along `follow`, from one of `first` to one of `last`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.interaction.regex_tree import Choice, Letters, Regex, Repeated, Sequence


@dataclass(frozen=True, slots=True)
class Part:
    """Part of an expression: the positions its words begin and end with; empty: whether it has the empty word."""

    first: int
    last: int
    empty: bool


class Positions:
    """Numbers the letters of an expression. follow: for each, which ones may come next."""

    def __init__(self) -> None:
        self.letters: list[Letters] = []
        self.follow: list[int] = []

    def of(self, regex: Regex) -> Part:
        """Number the letters of this part."""
        match regex:
            case Letters():
                self.letters.append(regex)
                self.follow.append(0)
                bit = 1 << len(self.letters) - 1
                return Part(bit, bit, empty=False)
            case Sequence(items):
                return self.sequence(map(self.of, items))
            case Choice(items):
                parts = [self.of(item) for item in items]
                first = last = 0
                for part in parts:
                    first, last = first | part.first, last | part.last
                return Part(first, last, any(part.empty for part in parts))
            case Repeated(item, least, None):
                parts = [self.of(item) for _ in range(max(1, least))]
                self.join(parts[-1].last, parts[-1].first)
                whole = self.sequence(parts)
                return Part(whole.first, whole.last, whole.empty or not least)
            case Repeated(item, least, most):
                parts = [self.of(item) for _ in range(most or 0)]
                optional = (Part(part.first, part.last, empty=True) for part in parts[least:])
                return self.sequence((*parts[:least], *optional))

    def sequence(self, parts: Iterable[Part]) -> Part:
        """One after the other."""
        first, last, empty = 0, 0, True
        for part in parts:
            self.join(last, part.first)
            first |= part.first if empty else 0
            last = part.last | (last if part.empty else 0)
            empty = empty and part.empty
        return Part(first, last, empty)

    def join(self, last: int, first: int) -> None:
        """Let these positions be followed by those."""
        for position in bits(last):
            self.follow[position] |= first


def bits(number: int) -> Iterator[int]:
    """The positions in a set."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
