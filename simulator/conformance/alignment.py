"""The cheapest alignment of a trace with a diagram.

Lives here: the search, and the choice among alignments of equal cost. Pure. Must not live here: what may come next
(`frontier`), what the rest costs at least (`bound`), what the outcome is called (`check`).

The search is A* (Hart, Nilsson, Raphael 1968) over (state of the diagram, position in the trace, values of the holes
that still matter). Its order is (cost bound, positions of the deviations so far, later first), so the first complete
alignment that comes out is the cheapest, and of the cheapest the one whose deviations lie latest (semantics.md 4).
Steps that lead to one node equally well are all kept: among them the smallest reading is chosen at the end.

Laws: the cost is 0 exactly when the diagram allows the trace; it is the least over all values of all holes; missing
and different events bind nothing.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from types import MappingProxyType
from typing import Literal

from simulator.conformance.bound import Bound
from simulator.conformance.frontier import Frontier, State, alike, may_differ
from simulator.conformance.values import Values
from simulator.events import Event
from simulator.interaction.holes import Bindings
from simulator.interaction.terms import Expected

StepKind = Literal["fits", "different", "missing", "unexpected"]
Key = tuple[State, int, int]
Rank = tuple[int, tuple[int, ...]]

_PREFERENCE: Mapping[str, int] = {"different": 0, "missing": 1, "unexpected": 2}

# Equally cheap alignments looked at for the smallest reading; beyond it the first ones found decide.
MOST_READINGS = 1_000

NOTHING: Bindings = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an alignment.

    kind: what it does. position: 0-based index in the trace (for `missing`: of the event before which it is missing).
    expected: the event of the diagram; for `unexpected` the one that could have come, or None at the end.
    bound: the values that the step adds.
    """

    kind: StepKind
    position: int
    expected: Expected | None
    bound: Bindings


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest alignment, or the bound that was reached.

    steps: in order; None when the work limit stopped the search. cost: in events; then only a lower bound.
    """

    steps: tuple[Step, ...] | None
    cost: int


@dataclass(slots=True)
class _Node:
    """How far a search has come: bound is a set of `Values`, pairs belongs to the `Bound`."""

    state: State
    position: int
    bound: int
    pairs: int
    rank: Rank
    parents: list[tuple["_Node | None", Step | None]] = field(default_factory=list)
    done: bool = False


class Search:
    """One search; `limit` is the number of nodes that may be expanded."""

    def __init__(self, frontier: Frontier, trace: Sequence[Event], bindings: Bindings, limit: int) -> None:
        self._frontier = frontier
        self._trace = trace
        self._known = bindings
        self._limit = limit
        self._values = Values()
        self._bound = Bound(frontier, trace)
        self._nodes: dict[Key, _Node] = {}
        self._queue: list[tuple[int, tuple[int, ...], int, _Node]] = []
        self._pushes = 0

    def run(self) -> Alignment:
        """Search until the best complete alignments are known, or the limit is reached."""
        start = _Node(self._frontier.start, 0, self._values.add(0, self._known), self._bound.pairs(), (0, ()))
        self._reach(None, None, start)
        complete: list[_Node] = []
        expanded = 0
        while self._queue:
            bound, positions, _, node = heappop(self._queue)
            if complete and (bound, positions) != complete[0].rank:
                break
            if node.done or node.rank[1] != positions:
                continue
            if expanded == self._limit:
                return Alignment(None, bound)
            node.done = True
            expanded += 1
            if node.position == len(self._trace) and self._frontier.accepts(node.state):
                complete.append(node)
                continue
            self._expand(node)
        readings = list(islice((path for node in complete for path in _paths(node)), MOST_READINGS))
        chosen = min(readings, key=self._size) if len(readings) > 1 else readings[0]
        return Alignment(chosen, complete[0].rank[0])

    def _expand(self, node: _Node) -> None:
        at = node.position
        event = self._trace[at] if at < len(self._trace) else None
        options = self._frontier.options(node.state)
        for expected, after in options:
            if event is not None:
                self._pair(node, expected, after, event)
            step = Step("missing", at, expected, {})
            self._reach(node, step, self._consumed(node, after, at, deviates=True))
        if event is not None:
            step = Step("unexpected", at, options[0][0] if options else None, {})
            self._reach(node, step, self._consumed(node, node.state, at + 1, deviates=True))

    def _pair(self, node: _Node, expected: Expected, after: State, event: Event) -> None:
        """The event as the expected one: as it is, or as one that differs."""
        known = self._values.of(node.bound, self._frontier.names(node.state))
        as_is = False
        for bound in self._frontier.fits(expected, event, known, after):
            added = {name: bound[name] for name in self._frontier.holes(node.state) if name not in known}
            as_is = as_is or not added
            reached = self._consumed(node, after, node.position + 1, added)
            self._reach(node, Step("fits", node.position, expected, added), reached)
        # Where fitting binds a hole, differing may be cheaper: it leaves the hole to the other occurrences.
        if not as_is and may_differ(expected, event):
            reached = self._consumed(node, after, node.position + 1, deviates=True)
            self._reach(node, Step("different", node.position, expected, {}), reached)

    def _consumed(
        self, node: _Node, state: State, at: int, added: Bindings = NOTHING, *, deviates: bool = False
    ) -> _Node:
        """Where a step leads: to a state and a position, with values added."""
        bound = self._values.add(node.bound, added) if added else node.bound
        if state != node.state:
            bound = self._values.without(bound, self._frontier.dead_after(node.state))
        pairs = self._bound.pairs_after(
            node.pairs, node.state, node.position, expected=state != node.state, actual=at != node.position
        )
        cost, positions = node.rank
        rank = (cost + 1, (*positions, -node.position)) if deviates else node.rank
        return _Node(state, at, bound, pairs, rank)

    def _reach(self, parent: _Node | None, step: Step | None, reached: _Node) -> None:
        key = (reached.state, reached.position, reached.bound)
        node = self._nodes.setdefault(key, reached)
        if reached.rank > node.rank:
            return
        if reached.rank < node.rank:
            node.rank, node.parents = reached.rank, []
        node.parents.append((parent, step))
        if len(node.parents) == 1:
            least = node.rank[0] + self._bound.least(node.state, node.position, node.pairs)
            # The newest first among equals: a fitting run is walked straight to its end.
            self._pushes -= 1
            heappush(self._queue, (least, node.rank[1], self._pushes, node))

    def _size(self, steps: tuple[Step, ...]) -> tuple[int, list[int], list[int]]:
        """What makes one of two equally cheap, equally late alignments the smaller reading."""
        deviating = [step for step in steps if step.kind != "fits"]
        joined = len(pair_moved(self._frontier, self._trace, steps, self._known))
        kinds = [_PREFERENCE[step.kind] for step in deviating]
        return len(deviating) - joined, kinds, [step.expected.place.line if step.expected else 0 for step in deviating]


def pair_moved(frontier: Frontier, trace: Sequence[Event], steps: Sequence[Step], known: Bindings) -> dict[int, int]:
    """Which missing step is the same event as which unexpected step: as many pairs as there can be.

    A maximum matching by augmenting paths (Berge 1957), in the order of the steps.
    """
    values = dict(known)
    for step in steps:
        values.update(step.bound)
    unexpected = [index for index, step in enumerate(steps) if step.kind == "unexpected"]
    equals: dict[int, list[int]] = {}
    for index, step in enumerate(steps):
        if step.kind == "missing" and step.expected is not None:
            equals[index] = [
                other
                for other in unexpected
                if alike(step.expected, trace[steps[other].position])
                and any(True for _ in frontier.fits(step.expected, trace[steps[other].position], values))
            ]
    missing_of: dict[int, int] = {}
    for index in equals:
        _augment(index, equals, missing_of)
    return {index: other for other, index in sorted(missing_of.items())}


def _augment(start: int, equals: Mapping[int, Sequence[int]], missing_of: dict[int, int]) -> None:
    """Pair `start` too, if other pairs can make room."""
    came_from: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        index = waiting.popleft()
        for other in equals[index]:
            if other in came_from:
                continue
            came_from[other] = index
            if other in missing_of:
                waiting.append(missing_of[other])
                continue
            # Free: turn the pairs along the way around.
            partner_of = {index: other for other, index in missing_of.items()}
            free: int | None = other
            while free is not None:
                taker = came_from[free]
                missing_of[free] = taker
                free = partner_of.get(taker)
            return


def _paths(last: _Node) -> Iterator[tuple[Step, ...]]:
    """Every way that leads to the node, from the start; an explicit stack, since traces are long."""
    stack: list[tuple[_Node, tuple[Step, ...]]] = [(last, ())]
    while stack:
        node, steps = stack.pop()
        # Straight stretches in one go: prepending step by step would copy a long path once per step.
        stretch: list[Step] = []
        while len(node.parents) == 1 and node.parents[0][0] is not None:
            parent, step = node.parents[0]
            if parent is None or step is None:
                break
            stretch.append(step)
            node = parent
        steps = (*reversed(stretch), *steps)
        for parent, step in reversed(node.parents):
            if parent is None or step is None:
                yield steps
            else:
                stack.append((parent, (step, *steps)))
