"""The cheapest alignment of a trace with a diagram.

Lives here: the search, and the choice among alignments of equal cost. Pure. Must not live here: what may come next
(`frontier`), what an event does (`moves`), what the rest costs at least (`horizon`), what the outcome is called
(`check`).

The search is A* (Hart, Nilsson, Raphael 1968) over (what remains of the diagram, position in the trace, values that
still matter). Its order is (least cost, positions of the deviations so far, later first), so the first complete
alignment that comes out is the cheapest, and of the cheapest the one whose deviations lie latest (semantics.md 4).
Steps that lead to one node equally well are all kept: among them the smallest reading is chosen at the end.

Where only one event can come next, and the one of the trace is it whatever the holes are, nothing else is tried: an
alignment that deviates there can be changed into one that does not, and costs no more (as for matching letters of two
words: Wagner, Fischer 1974). So the work follows the number of edits, not the product of the lengths.

Laws: the cost is 0 exactly when the diagram allows the trace; it is the least over all values of all holes; missing
and different events bind nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from math import inf
from typing import Literal

from simulator.conformance.horizon import Horizon, nothing_ahead
from simulator.conformance.likeness import may_differ
from simulator.conformance.moved import pair_moved
from simulator.conformance.moves import Bound, Move, Moves
from simulator.conformance.residual import Residual
from simulator.conformance.steps import Made, steps_of
from simulator.conformance.trail import Trail
from simulator.conformance.verdict import StepKind
from simulator.events import Event
from simulator.interaction.holes import Bindings

Rank = tuple[int, Trail]

Deviating = Literal["nowhere", "at the end", "anywhere"]

_PREFERENCE: Mapping[StepKind, int] = {"forbidden": 0, "different": 1, "missing": 2, "unexpected": 3}

# Equally cheap alignments looked at for the smallest reading; beyond it the first ones found decide.
MOST_READINGS = 1_000
_MOST_STEPS = 100_000
_MOST_TIES = 1_000

# After so many events that can only be what they are a node is kept, where ways may meet.
_STRETCH = 64


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a search found.

    made: the steps of the cheapest alignment; None where there is none, or the work limit stopped the search.
    cost: in events; where the limit was reached (`stopped`) only a lower bound.
    reached_end: whether the diagram allows the trace so far, if it was searched without deviations.
    """

    made: tuple[Made, ...] | None
    cost: int
    stopped: bool = False
    reached_end: bool = False


@dataclass(slots=True, eq=False)
class _Node:
    """How far a search has come."""

    residual: Residual
    position: int
    bound: Bound
    rank: Rank
    parents: list[tuple["_Node | None", tuple[Made, ...]]] = field(default_factory=list)
    done: bool = False


class Search:
    """One search; `limit` is the number of nodes that may be expanded, and of moves that may be tried."""

    def __init__(self, moves: Moves, trace: Sequence[Event], limit: int) -> None:
        self.expanded = 0
        self._moves = moves
        self._trace = trace
        self.codes = [moves.code(event) for event in trace]
        self._limit = limit
        self._nodes: dict[tuple[Residual, int, Bound], _Node] = {}
        self._queue: list[tuple[int, Trail, int, _Node]] = []
        self._pushes = 0
        self._deviating: Deviating = "nowhere"
        self._ahead: Horizon = nothing_ahead

    def run(
        self, start: Residual, deviating: Deviating, ahead: Horizon = nothing_ahead, most: float = inf
    ) -> Alignment:
        """Search until the best complete alignments are known, or the limit is reached.

        deviating: where the alignment may deviate; "at the end": by missing events. ahead: what the rest costs at
        least. most: what costs more is not looked for.
        """
        self._nodes, self._queue = {}, []
        self._deviating, self._ahead = deviating, ahead
        self._reach(None, (), start, 0, self._moves.start, (0, Trail()))
        complete: list[_Node] = []
        reached_end = False
        ties = 0
        while self._queue:
            least, trail, _, node = heappop(self._queue)
            if complete and (least, trail) != complete[0].rank:
                break
            if node.done or node.rank[1] is not trail:
                continue
            if self.expanded >= self._limit or least > most:
                return Alignment(None, least, stopped=True)
            node.done = True
            self.expanded += 1 + len(self._moves.of(node.residual))
            at_end = node.position == len(self._trace)
            reached_end = reached_end or at_end
            if at_end and self._moves.may_end(node.residual, node.bound):
                complete.append(node)
            elif not complete or (deviating != "nowhere" and ties < _MOST_TIES):
                ties += bool(complete)
                self._expand(node)
        if not complete:
            return Alignment(None, 0, reached_end=reached_end)
        most = max(1, min(MOST_READINGS, _MOST_STEPS // (len(self._trace) + 1)))
        readings = list(islice((path for node in complete for path in _paths(node)), most))
        chosen = min(readings, key=self._size) if len(readings) > 1 else readings[0]
        return Alignment(chosen, complete[0].rank[0])

    def _expand(self, node: _Node) -> None:
        if node.position == len(self._trace):
            if self._deviating != "nowhere":
                self._miss(node)
            return
        if self._stretch(node):
            return
        event = self._trace[node.position]
        moves = self._moves.of(node.residual)
        for move in moves:
            self._pair(node, move, event)
        if self._deviating == "anywhere":
            self._miss(node)
            expected = next((move for move in moves if move.expected is not None and not move.option.forbidden), None)
            made = Made("unexpected", node.position, expected, {}, moves)
            self._reach(node, (made,), node.residual, node.position + 1, node.bound, self._deviated(node))

    def _stretch(self, node: _Node) -> bool:
        """Go on as long as there is only one way to go; False where there are more from the start."""
        residual, position, bound = node.residual, node.position, node.bound
        end = min(len(self._trace), (position // _STRETCH + 1) * _STRETCH)
        made: list[Made] = []
        while position < end:
            move = self._moves.only(residual)
            if move is None:
                break
            added: Bindings = {}
            if move.code is None:
                found = self._moves.certainly(move, self._trace[position], bound)
                if found is None:
                    break
                added, bound = found
            elif move.code != self.codes[position]:
                break
            made.append(Made("fits", position, move, added))
            residual = move.option.after
            position += 1
        if made:
            self._reach(node, tuple(made), residual, position, bound, node.rank)
        return bool(made)

    def _pair(self, node: _Node, move: Move, event: Event) -> None:
        """The event as the expected one: as it is, or as one that differs."""
        forbidden = move.option.forbidden
        if forbidden and self._deviating != "anywhere":
            return
        position, as_is = node.position, False
        kind: StepKind = "forbidden" if forbidden else "ignored" if move.expected is None else "fits"
        rank = self._deviated(node) if forbidden else node.rank
        if move.code is None or move.code == self.codes[position]:
            for added, bound in self._moves.fits(move, event, node.bound):
                as_is = as_is or not added
                made = Made(kind, position, move, added)
                self._reach(node, (made,), move.option.after, position + 1, bound, rank)
        # Where fitting binds a hole, differing may be cheaper: it leaves the hole to the other occurrences.
        if self._deviating == "anywhere" and not (as_is or forbidden or move.expected is None):
            bound_ = self._moves.passed(move, node.bound) if may_differ(move.expected, event) else None
            if bound_ is not None:
                made = Made("different", position, move, {})
                self._reach(node, (made,), move.option.after, position + 1, bound_, self._deviated(node))

    def _miss(self, node: _Node) -> None:
        """Each event that may come next as one that is missing."""
        for move in self._moves.of(node.residual):
            if move.expected is not None and not move.option.forbidden:
                bound = self._moves.passed(move, node.bound)
                if bound is not None:
                    made = Made("missing", node.position, move, {})
                    self._reach(node, (made,), move.option.after, node.position, bound, self._deviated(node))

    def _deviated(self, node: _Node) -> Rank:
        cost, trail = node.rank
        return cost + 1, trail.then(node.position)

    def _reach(
        self,
        parent: _Node | None,
        made: tuple[Made, ...],
        residual: Residual,
        position: int,
        bound: Bound,
        rank: Rank,
    ) -> None:
        key = (residual, position, bound)
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = _Node(residual, position, bound, rank)
        elif rank > node.rank:
            return
        elif rank < node.rank:
            node.rank, node.parents = rank, []
        node.parents.append((parent, made))
        if len(node.parents) == 1:
            least = rank[0] + self._ahead(residual, position)
            # The newest first among equals: a fitting run is walked straight to its end.
            self._pushes -= 1
            heappush(self._queue, (least, rank[1], self._pushes, node))

    def _size(self, made: tuple[Made, ...]) -> tuple[int, list[int], list[int]]:
        """What makes one of two equally cheap, equally late alignments the smaller reading."""
        steps = steps_of(made, self._moves.known)
        deviating = [step for step in steps if step.kind in _PREFERENCE]
        joined = len(pair_moved(self._moves.fitting, self._trace, steps, self._moves.known))
        kinds = [_PREFERENCE[step.kind] for step in deviating]
        return len(deviating) - joined, kinds, [step.expected.place.line if step.expected else 0 for step in deviating]


def _paths(last: _Node) -> Iterator[tuple[Made, ...]]:
    """Every way that leads to the node, from the start; an explicit stack, since traces are long."""
    stack: list[tuple[_Node, tuple[Made, ...]]] = [(last, ())]
    while stack:
        node, steps = stack.pop()
        # Straight stretches in one go: prepending step by step would copy a long path once per step.
        stretch: list[tuple[Made, ...]] = []
        while len(node.parents) == 1:
            parent, made = node.parents[0]
            if parent is None:
                break
            stretch.append(made)
            node = parent
        steps = (*(each for made in reversed(stretch) for each in made), *steps)
        for parent, made in reversed(node.parents):
            if parent is None:
                yield steps
            else:
                stack.append((parent, (*made, *steps)))
