"""The cheapest alignment of a trace with a diagram.

Lives here: the search, and the choice among alignments of equal cost. Pure. Must not live here: what may come next
(`frontier`), what the outcome is called (`check`).

The search is A* (Hart, Nilsson, Raphael 1968) over (state of the diagram, position in the trace, values of the holes
that still matter). Its order is (cost bound, positions of the deviations so far, later first), so the first complete
alignment that comes out is the cheapest, and of the cheapest the one whose deviations lie latest (semantics.md 4).
Steps that lead to one node equally well are all kept: among them the smallest reading is chosen at the end.

Laws: the cost is 0 exactly when the diagram allows the trace; it is the least over all values of all holes; missing
and different events bind nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from typing import Literal

from simulator.conformance.frontier import Frontier, State, may_differ
from simulator.events import Event
from simulator.interaction.patterns import Bindings
from simulator.interaction.terms import Expected

StepKind = Literal["fits", "different", "missing", "unexpected"]
Key = tuple[State, int, frozenset[tuple[str, str]]]
Rank = tuple[int, tuple[int, ...]]

_PREFERENCE: Mapping[str, int] = {"different": 0, "missing": 1, "unexpected": 2}

# Equally cheap alignments looked at for the smallest reading; beyond it the first ones found decide.
MOST_READINGS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an alignment.

    kind: what it does. position: 0-based index in the trace (for `missing`: of the event before which it is missing).
    expected: the event of the diagram; for `unexpected` the one that could have come, or None at the end.
    bindings: the values of live holes before the step; bound: the values that the step adds.
    """

    kind: StepKind
    position: int
    expected: Expected | None
    bindings: Bindings
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
    state: State
    position: int
    live: Bindings
    rank: Rank
    parents: list[tuple["_Node | None", Step | None]] = field(default_factory=list)
    done: bool = False


class Search:
    """One search; `limit` is the number of nodes that may be expanded."""

    def __init__(self, frontier: Frontier, trace: Sequence[Event], bindings: Bindings, limit: int) -> None:
        self._frontier = frontier
        self._trace = trace
        self._bindings = bindings
        self._limit = limit
        self._nodes: dict[Key, _Node] = {}
        self._queue: list[tuple[int, tuple[int, ...], int, _Node]] = []
        self._pushes = 0

    def run(self) -> Alignment:
        """Search until the best complete alignments are known, or the limit is reached."""
        self._reach(None, None, self._frontier.start, 0, self._bindings, (0, ()))
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
        readings = islice((path for node in complete for path in _paths(node)), MOST_READINGS)
        return Alignment(min(readings, key=self._size), complete[0].rank[0])

    def _expand(self, node: _Node) -> None:
        at = node.position
        event = self._trace[at] if at < len(self._trace) else None
        options = self._frontier.options(node.state)
        cost, positions = node.rank
        worse = (cost + 1, (*positions, -at))
        for expected, after in options:
            if event is not None:
                as_is = False
                for bound in self._frontier.fits(expected, event, node.live):
                    added = {name: value for name, value in bound.items() if name not in node.live}
                    as_is = as_is or not added
                    step = Step("fits", at, expected, node.live, added)
                    self._reach(node, step, after, at + 1, bound, node.rank)
                # Where fitting binds a hole, differing may be cheaper: it leaves the hole to the other occurrences.
                if not as_is and may_differ(expected, event):
                    step = Step("different", at, expected, node.live, {})
                    self._reach(node, step, after, at + 1, node.live, worse)
            step = Step("missing", at, expected, node.live, {})
            self._reach(node, step, after, at, node.live, worse)
        if event is not None:
            step = Step("unexpected", at, options[0][0] if options else None, node.live, {})
            self._reach(node, step, node.state, at + 1, node.live, worse)

    def _reach(
        self, parent: _Node | None, step: Step | None, state: State, at: int, values: Bindings, rank: Rank
    ) -> None:
        kept = self._frontier.live(state, values)
        key = (state, at, frozenset(kept.items()))
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(state, at, kept, rank)
        elif rank > node.rank:
            return
        elif rank < node.rank:
            node.rank, node.parents = rank, []
        node.parents.append((parent, step))
        if len(node.parents) == 1:
            bound = rank[0] + abs(self._frontier.needs(state) - (len(self._trace) - at))
            # The newest first among equals: a fitting run is walked straight to its end.
            self._pushes -= 1
            heappush(self._queue, (bound, rank[1], self._pushes, node))

    def _size(self, steps: tuple[Step, ...]) -> tuple[int, list[int], list[int]]:
        """What makes one of two equally cheap, equally late alignments the smaller reading."""
        deviating = [step for step in steps if step.kind != "fits"]
        joined = len(pair_moved(self._frontier, self._trace, steps))
        kinds = [_PREFERENCE[step.kind] for step in deviating]
        return len(deviating) - joined, kinds, [step.expected.place.line if step.expected else 0 for step in deviating]


def pair_moved(frontier: Frontier, trace: Sequence[Event], steps: Sequence[Step]) -> dict[int, int]:
    """Which missing step is the same event as which unexpected step: index of the first -> index of the second."""
    values: dict[str, str] = {}
    for step in steps:
        values.update(step.bindings)
        values.update(step.bound)
    free = [index for index, step in enumerate(steps) if step.kind == "unexpected"]
    pairs: dict[int, int] = {}
    for index, step in enumerate(steps):
        if step.kind != "missing" or step.expected is None:
            continue
        for other in free:
            if any(True for _ in frontier.fits(step.expected, trace[steps[other].position], values)):
                pairs[index] = other
                free.remove(other)
                break
    return pairs


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
