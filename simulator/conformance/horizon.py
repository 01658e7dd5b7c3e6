"""What the rest of an alignment costs at least.

Lives here: lower bounds for the search. Pure. Must not live here: the search that uses them (`alignment`).

A small diagram is looked at from the end of the trace: the cost of aligning each rest of the trace with whatever
remains of the diagram, values and guards left aside; as for a search of texts with errors (Sellers 1980), in an
automaton. Such columns of costs repeat where the trace does, so each is found once, and looked up after that. For a
diagram with more than `MOST_RESIDUALS` events are only counted.

Laws: the bound is never above the true cost; along a step it falls by at most what the step costs (it is consistent).
"""

from collections import deque
from collections.abc import Callable, Sequence
from math import inf

from simulator.conformance.likeness import may_differ
from simulator.conformance.moves import Move, Moves
from simulator.conformance.residual import Residual
from simulator.events import Event

Horizon = Callable[[Residual, int], int]

MOST_RESIDUALS = 300
"""What may remain of a diagram whose columns are found, how many of it."""

Column = tuple[float, ...]


def nothing_ahead(residual: Residual, position: int) -> int:  # noqa: ARG001 - whatever it is
    """The rest costs nothing at least."""
    return 0


def horizon(moves: Moves, start: Residual, trace: Sequence[Event], codes: Sequence[int]) -> Horizon:
    """The best bound for aligning `trace` with a diagram. codes: those of the events (`Moves.code`)."""
    residuals = _reachable(moves, start)
    return _Counts(moves, trace, codes) if residuals is None else _Columns(moves, residuals, trace, codes)


class _Counts:
    """How many events of the trace are none of the diagram, and how many of the diagram are left over.

    Of an event of the trace one thing holds: it is like none of the diagram (`unlike`, it can only be unexpected), it
    is none but may differ from one (`strange`), or it may fit (`fitting`). An event of the diagram that none is left to
    fit costs something, too.
    """

    def __init__(self, moves: Moves, trace: Sequence[Event], codes: Sequence[int]) -> None:
        kinds: dict[int, int] = {}
        counts = [0, 0, 0]
        self._counts = [(0, 0, 0)] * (len(trace) + 1)
        for position in range(len(trace) - 1, -1, -1):
            code = codes[position]
            if code not in kinds:
                event = trace[position]
                kinds[code] = 2 if code >= 0 or moves.fits_somewhere(event) else 1 if moves.like_some(event) else 0
            counts[kinds[code]] += 1
            self._counts[position] = (counts[0], counts[1], counts[2])

    def __call__(self, residual: Residual, position: int) -> int:
        """The least cost of aligning the rest of the trace with what remains."""
        needs = min(residual.needs, residual.to_leave)
        unlike, strange, fitting = self._counts[position]
        return unlike + max(strange, int(needs) - fitting if needs < inf else 0)


def _reachable(moves: Moves, start: Residual) -> Sequence[Residual] | None:
    """All that may remain of the diagram; None where that is too much."""
    found = {start: None}
    waiting = deque([start])
    while waiting:
        for move in moves.of(waiting.popleft()):
            after = move.option.after
            if after not in found:
                if len(found) == MOST_RESIDUALS:
                    return None
                found[after] = None
                waiting.append(after)
    return tuple(found)


class _Columns:
    """The costs of the rests of one trace from every residual."""

    def __init__(
        self, moves: Moves, residuals: Sequence[Residual], trace: Sequence[Event], codes: Sequence[int]
    ) -> None:
        self._moves = moves
        self._number = {residual: number for number, residual in enumerate(residuals)}
        self._arcs = [
            (number, self._number[move.option.after], move)
            for number, residual in enumerate(residuals)
            for move in moves.of(residual)
        ]
        # What remains before a missing event, by what remains after it.
        self._before: list[list[int]] = [[] for _ in residuals]
        for source, target, move in self._arcs:
            if move.expected is not None and not move.option.forbidden:
                self._before[target].append(source)
        self._next: dict[tuple[int, int], tuple[int, float]] = {}
        self._columns: list[Column] = []
        self._ids: dict[Column, int] = {}
        at_end = self._closed([0.0 if residual.ends else inf for residual in residuals])
        self._column = [0] * (len(trace) + 1)
        self._least = [0.0] * (len(trace) + 1)
        self._column[-1], self._least[-1] = self._kept(at_end)
        for position in range(len(trace) - 1, -1, -1):
            key = (self._column[position + 1], codes[position])
            if key not in self._next:
                self._next[key] = self._kept(self._earlier(self._columns[key[0]], trace[position]))
            self._column[position], more = self._next[key]
            self._least[position] = self._least[position + 1] + more

    def __call__(self, residual: Residual, position: int) -> int:
        """The least cost of aligning the rest of the trace with what remains."""
        cost = self._least[position] + self._columns[self._column[position]][self._number[residual]]
        # Without an end in reach there is no alignment at all: any bound is true.
        return int(cost) if cost < inf else 1 << 30

    def _earlier(self, later: Column, event: Event) -> Column:
        """The costs with one more event before the rest of the trace."""
        costs = [cost + 1 for cost in later]
        for source, target, move in self._arcs:
            if later[target] < costs[source]:
                costs[source] = min(costs[source], later[target] + self._cost(move, event))
        return self._closed(costs)

    def _cost(self, move: Move, event: Event) -> float:
        if self._moves.may_fit(move, event):
            return 1 if move.option.forbidden else 0
        return (
            1 if move.expected is not None and not move.option.forbidden and may_differ(move.expected, event) else inf
        )

    def _closed(self, costs: list[float]) -> Column:
        """The costs where events may be missing as well."""
        order = sorted(range(len(costs)), key=costs.__getitem__)
        for number in order:
            stack = [number]
            while stack:
                target = stack.pop()
                for source in self._before[target]:
                    if costs[source] > costs[target] + 1:
                        costs[source] = costs[target] + 1
                        stack.append(source)
        return tuple(costs)

    def _kept(self, column: Column) -> tuple[int, float]:
        """The number of a column with its least cost taken away, and that cost."""
        least = min(column)
        least = least if least < inf else 0
        relative = tuple(cost - least for cost in column)
        if relative not in self._ids:
            self._ids[relative] = len(self._columns)
            self._columns.append(relative)
        return self._ids[relative], least
