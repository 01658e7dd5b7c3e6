"""What one run shows of the parts of a diagram: which operands it took, how often it went through loops.

Lives here: cutting the events of a run into the occurrences of the fragments they belong to. Pure. Must not live here:
which parts there are (`anatomy`), how a run is found (`alignment`), counting (`coverage`).

Each event of a diagram stands at one place in it, so what an event belongs to is known, but for the iteration of a
loop. An iteration takes every event that may still come in it; with one that may not the next begins, of the innermost
loop that can: so there are as few iterations as can be. Those that a lower bound asks for and that show no event were
there all the same. Where a run has no event of an `alt`, it took the smallest operand that may be empty.
"""

from collections.abc import Iterator
from math import inf

from simulator.conformance.anatomy import Anatomy, Node, Path, count_of
from simulator.conformance.filters import Names
from simulator.conformance.residual import lifelines_of

Word = tuple[tuple[int, bool], ...]
"""A run of a diagram: the numbers of its events, each with whether an event of the trace fits it."""


def shown(anatomy: Anatomy, word: Word, *, whole: bool) -> frozenset[int]:
    """The numbers of the parts that a run shows.

    whole: whether the trace is this run. If not, what only a whole run shows is none of it: what was not taken, that a
    loop had no more iterations, that one operand of a `par` was over before another began.
    """
    run = _Run(anatomy)
    for position, (number, fits) in enumerate(word):
        run.add(number, position if fits else None)
    found = {anatomy.messages[number] for number, fits in word if fits and number in anatomy.messages}
    for occurrence in run.occurrences:
        found.update(occurrence.parts(whole=whole))
    return frozenset(found)


_NO_CHILDREN: "dict[int, _Occurrence]" = {}


class _Occurrence:
    """One time that a fragment, an operand, an event or an iteration came about.

    index: which child of the one around it, or which iteration of the loop around it, it is.
    children: those that came about, by index; of a loop the iterations. last: the child with the latest event. left:
    the child by which a `break` left it. shown: whether an event of the trace fits one of its events.
    lines: for weak order, the lifelines of each child; None where it holds a mark. spans: for parallel operands, the
    positions of the first and the last event that fits. latest: for weak order, which iteration had an event last.
    """

    __slots__ = ("around", "children", "index", "last", "latest", "left", "lines", "node", "shown", "spans")

    def __init__(self, node: Node, around: "_Occurrence | None" = None, index: int = 0) -> None:
        self.node, self.around, self.index = node, around, index
        self.last, self.left, self.shown = -1, inf, False
        # There are as many as events and more: what most of them do not need is not made.
        self.children: dict[int, _Occurrence] = {} if node.children else _NO_CHILDREN
        if node.weak:
            self.lines: dict[int, Names | None] = {}
            self.latest: dict[int, int] = {}
        if node.shape == "parallel":
            self.spans: dict[int, tuple[int, int]] = {}

    def takes(self, index: int, lines: Names | None) -> bool:
        """Whether an event of a child may come now."""
        match self.node.shape:
            case "choice":
                return self.last in {-1, index}
            case "sequence" if self.node.weak:
                later = (own for each, own in self.lines.items() if each > index)
                return index <= self.left and not any(lines is None or own is None or own & lines for own in later)
            case "sequence":
                return self.last <= index <= self.left
            case "any order":
                return index == self.last or (self.left == inf and (self.node.weak or index not in self.children))
            case _:
                return True

    def iterations(self, number: int) -> "Iterator[_Occurrence]":
        """The iterations that an event may belong to."""
        if not self.node.weak:
            return iter((self.children[len(self.children) - 1],) if self.children else ())
        return (self.children[each] for each in range(self.latest.get(number, 0), len(self.children)))

    def may_repeat(self) -> bool:
        """Whether another iteration may begin."""
        return self.left == inf and len(self.children) < self.node.most

    def note(self, inner: "_Occurrence", number: int, position: int | None, lines: Names | None) -> None:
        """Learn of an event of a child."""
        self.last = index = inner.index
        if self.node.weak:
            self.latest[number] = index
            own = self.lines.get(index, frozenset())
            self.lines[index] = None if own is None or lines is None else own | lines
        if position is not None and self.node.shape == "parallel":
            self.spans[index] = (self.spans.get(index, (position,))[0], position)

    def parts(self, *, whole: bool) -> Iterator[int]:
        """The numbers of the parts that it shows."""
        own = self.node.own
        match self.node.shape:
            case "choice":
                yield from self._taken()
            case "parallel":
                yield from self._taken()
                yield from self._orders(whole=whole)
            case "option" | "break" if self.shown and own:
                yield own["taken"]
            case "loop" if own:
                yield from self._iterations(whole=whole)
            case _:
                pass
        if whole and self.node.shape in {"sequence", "any order", "parallel"}:
            for index, child in enumerate(self.node.children):
                if index not in self.children and (index < self.left or self.node.shape == "parallel"):
                    yield from _without_events(child)

    def _taken(self) -> Iterator[int]:
        own = self.node.own
        return (own[index] for index, child in self.children.items() if child.shown and index in own)

    def _orders(self, *, whole: bool) -> Iterator[int]:
        for key, part in self.node.own.items():
            if isinstance(key, tuple):
                (one, other), case = key
                if one in self.spans and other in self.spans:
                    (first, last), (first_, last_) = self.spans[one], self.spans[other]
                    order = "in order" if last < first_ else "reversed" if last_ < first else "interleaved"
                    if order == case and (whole or case == "interleaved"):
                        yield part

    def _iterations(self, *, whole: bool) -> Iterator[int]:
        count = sum(child.shown for child in self.children.values())
        if whole:
            count = max(len(self.children), self.node.least)
            if len(self.children) < count:
                yield from _without_events(self.node.children[0])
        if whole or count > 1:
            yield self.node.own[count_of(count)]


class _Run:
    """A run as far as it was read; occurrences: all of them."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._root = _Occurrence(anatomy.root)
        self._lines: dict[int, Names | None] = {}
        self.occurrences = [self._root]

    def add(self, number: int, position: int | None) -> None:
        """Go on with an event, which the event of the trace at this position fits; None where none does."""
        path = self._anatomy.path(number)
        if number not in self._lines:
            self._lines[number] = lifelines_of(self._anatomy.events[number])
        lines = self._lines[number]
        found = self._find(path, number, lines)
        if found is None:
            return
        inner, level = found
        for node, index in path[level:]:
            inner = self._begin(node.children[index], inner, index)
        around: _Occurrence | None = inner
        while around is not None:
            inner.shown = inner.shown or position is not None
            around = inner.around
            if around is not None:
                around.note(inner, number, position, lines)
                inner = around

    def _find(self, path: Path, number: int, lines: Names | None) -> tuple[_Occurrence, int] | None:
        """The innermost occurrence that the event can belong to, and its level in the path.

        None where it can belong to none, which the runs of a diagram never come to.
        """
        loops: list[tuple[_Occurrence, int, Iterator[_Occurrence]]] = []
        here, level = self._root, 0
        while True:
            index = path[level][1]
            if here.node.shape == "loop":
                loops.append((here, level, here.iterations(number)))
            elif here.takes(index, lines):
                if index not in here.children:
                    return here, level
                if level + 1 < len(path):
                    here, level = here.children[index], level + 1
                    continue
            # Here it cannot be: in another iteration then, the innermost loop first.
            while loops:
                loop, at, iterations = loops[-1]
                iteration = next(iterations, None) if at + 1 < len(path) else None
                if iteration is not None:
                    here, level = iteration, at + 1
                    break
                loops.pop()
                if loop.may_repeat():
                    return loop, at
            else:
                return None

    def _begin(self, node: Node, around: _Occurrence, index: int) -> _Occurrence:
        if around.node.shape == "loop":
            index = len(around.children)
        occurrence = around.children[index] = _Occurrence(node, around, index)
        if node.children:
            self.occurrences.append(occurrence)
        if node.shape == "break":
            _leave(occurrence)
        return occurrence


def _leave(inner: _Occurrence) -> None:
    """Leave what is around a `break`: the rest of the innermost operand that is written, in a loop also the loop."""
    around = inner.around
    while around is not None:
        if not around.node.catches or around.node.shape in {"any order", "loop"}:
            around.left = inner.index
        if around.node.catches:
            return
        inner, around = around, around.around


def _without_events(node: Node) -> Iterator[int]:
    """The parts that are shown where a run went by and had no event."""
    stack = [node]
    while stack:
        node = stack.pop()
        match node.shape:
            case "choice":
                empty = [number for number, child in enumerate(node.children) if child.empty]
                if empty:
                    taken = min(empty, key=lambda number: node.children[number].size)
                    stack.append(node.children[taken])
                    if taken in node.own:
                        yield node.own[taken]
            case "option" | "break":
                yield from ([node.own["not taken"]] if node.own else ())
            case "loop":
                yield from ([node.own[count_of(node.least)]] if node.own else ())
                stack += node.children if node.least else []
            case _:
                stack += node.children
