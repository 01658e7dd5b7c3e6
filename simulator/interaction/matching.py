"""Which values the holes of a pattern take where it reads a text.

Lives here: the walk through one text. Pure. Must not live here: how patterns are written (`patterns`), types (`holes`).

Laws: every reading is found once, as far as relevant values tell readings apart. Time is linear in the text but for
the readings that have to be told; whoever asks is told of the work done, and may stop it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from simulator.interaction import automaton
from simulator.interaction.holes import Bindings, Hole

Spend = automaton.Spend
unlimited = automaton.unlimited


class Reading:
    """One text read by the parts of one pattern: literals, and holes whose values are not known yet.

    reach: for each part, the positions from which it and the parts after it can read the rest, names not compared.
    Found from the right, so that the walk never enters a dead end but for unequal values of one name.
    """

    def __init__(self, parts: list[str | Hole], text: str, relevant: Container[str] | None, spend: Spend) -> None:
        self._parts = parts
        self._text = text
        self._spend = spend
        counts = Counter(part.name for part in parts if isinstance(part, Hole))
        self._kept = {name for name in counts if relevant is None or name in relevant or counts[name] > 1}
        kinds = {part.kind for part in parts if isinstance(part, Hole)}
        self._run_ends = {kind: kind.run_ends(text) for kind in kinds if kind.length is not None}
        self._reach: list[list[int]] = [[len(text)]]
        for part in reversed(parts):
            self._spend(1 + len(text) // 100)
            self._reach.append(self._starts(part, self._reach[-1]))
        self._reach.reverse()

    def extensions(self, bindings: Bindings) -> Iterator[Bindings]:
        """The walk from left to right. What it has seen it does not walk again: only kept values make a difference."""
        seen: set[tuple[int, int, frozenset[tuple[str, str]]]] = set()
        stack = [iter([_Reached(0, 0, {}, ())])] if 0 in self._reach[0] else []
        while stack:
            reached = next(stack[-1], None)
            if reached is None:
                stack.pop()
                continue
            self._spend(1)
            key = (reached.part, reached.at, frozenset(reached.kept.items()))
            if key in seen:
                continue
            seen.add(key)
            if reached.part == len(self._parts):
                others = {name: self._text[start:end] for name, start, end in reached.others}
                yield {**bindings, **reached.kept, **others}
                if not self._kept:
                    return
            else:
                stack.append(self._next(reached))

    def _starts(self, part: str | Hole, after: list[int]) -> list[int]:
        if isinstance(part, str):
            return [end - len(part) for end in after if end >= len(part) and self._text.endswith(part, 0, end)]
        if part.kind.length is None:
            return part.kind.automaton.starts(self._text, set(after), self._spend)
        return [start for start in range(len(self._text)) if next(self._ends(part, start, after), None) is not None]

    def _ends(self, hole: Hole, start: int, after: list[int]) -> Iterator[int]:
        """Where a value of the hole that begins at `start` may end, of the positions `after`, in their order."""
        if (length := hole.kind.length) is None:
            self._spend((after[-1] - start) // 20 if after else 0)
            for end in hole.kind.automaton.ends(self._text, start, self._spend):
                if _holds(after, end):
                    yield end
            return
        last = min(self._run_ends[hole.kind][start], start + (length or len(self._text)))
        for index in range(bisect_left(after, start + (length or 1)), len(after)):
            if after[index] > last:
                return
            yield after[index]

    def _next(self, reached: "_Reached") -> Iterator["_Reached"]:
        part, start, after = self._parts[reached.part], reached.at, self._reach[reached.part + 1]
        if isinstance(part, Hole):
            part = reached.kept.get(part.name, part)
        if isinstance(part, str):
            end = start + len(part)
            if self._text.startswith(part, start) and _holds(after, end):
                yield _Reached(reached.part + 1, end, reached.kept, reached.others)
            return
        for end in self._ends(part, start, after):
            if part.name in self._kept:
                self._spend((end - start) // 100)
                kept = {**reached.kept, part.name: self._text[start:end]}
                yield _Reached(reached.part + 1, end, kept, reached.others)
            else:
                yield _Reached(reached.part + 1, end, reached.kept, (*reached.others, (part.name, start, end)))


class _Reached(NamedTuple):
    """A place in the walk: the next part, the position in the text, kept values, and where the others stand."""

    part: int
    at: int
    kept: Bindings
    others: tuple[tuple[str, int, int], ...]


def _holds(ordered: list[int], number: int) -> bool:
    index = bisect_left(ordered, number)
    return index < len(ordered) and ordered[index] == number
