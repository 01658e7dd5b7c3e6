"""The exact costs of the rests of a trace, values and guards left aside.

Lives here: columns of costs, from the end of a trace to its beginning; as for a search of texts with errors (Sellers
1980), in an automaton. Pure. Must not live here: when they are used (`horizon`).

Columns repeat where the trace does, so each is found once, and looked up after that.

Law: the bound is never above the true cost; along a step it falls by at most what the step costs.
"""

from collections.abc import Sequence
from math import inf

from simulator.conformance.likeness import may_differ
from simulator.conformance.moves import Move, Moves
from simulator.conformance.residual import Residual
from simulator.events import Event

Column = tuple[float, ...]


class Columns:
    """The costs of the rests of one trace from every residual."""

    def __init__(
        self, moves: Moves, residuals: Sequence[Residual], trace: Sequence[Event], codes: Sequence[int]
    ) -> None:
        self._moves = moves
        self._number = {residual: number for number, residual in enumerate(residuals)}
        # What an event costs depends on what is expected, which is the same in many places.
        kinds: dict[tuple[int, bool], int] = {}
        self._kinds: list[Move] = []
        self._arcs: list[tuple[int, int, int]] = []
        # What remains before a missing event, by what remains after it.
        self._before: list[list[int]] = [[] for _ in residuals]
        for source, residual in enumerate(residuals):
            for move in moves.of(residual):
                look = (id(move.option.expected), move.option.forbidden)
                if look not in kinds:
                    kinds[look] = len(self._kinds)
                    self._kinds.append(move)
                target = self._number[move.option.after]
                self._arcs.append((source, target, kinds[look]))
                if move.expected is not None and not move.option.forbidden:
                    self._before[target].append(source)
        self._next: dict[tuple[int, Column], tuple[int, float]] = {}
        costs: dict[int, Column] = {}
        self._columns: list[Column] = []
        self._ids: dict[Column, int] = {}
        at_end = self._closed([0.0 if residual.ends else inf for residual in residuals])
        self._column = [0] * (len(trace) + 1)
        self._least = [0.0] * (len(trace) + 1)
        self._column[-1], self._least[-1] = self._kept(at_end)
        for position in range(len(trace) - 1, -1, -1):
            code = codes[position]
            if code not in costs:
                costs[code] = tuple(self._cost(move, trace[position], code) for move in self._kinds)
            key = (self._column[position + 1], costs[code])
            if key not in self._next:
                self._next[key] = self._kept(self._earlier(self._columns[key[0]], key[1]))
            self._column[position], more = self._next[key]
            self._least[position] = self._least[position + 1] + more

    def __call__(self, residual: Residual, position: int) -> int:
        """The least cost of aligning the rest of the trace with what remains."""
        cost = self._least[position] + self._columns[self._column[position]][self._number[residual]]
        # Without an end in reach there is no alignment at all: any bound is true.
        return int(cost) if cost < inf else 1 << 30

    def _earlier(self, later: Column, costs: Column) -> Column:
        """The costs with one more event, of these costs, before the rest of the trace."""
        found = [cost + 1 for cost in later]
        for source, target, kind in self._arcs:
            found[source] = min(found[source], later[target] + costs[kind])
        return self._closed(found)

    def _cost(self, move: Move, event: Event, code: int) -> float:
        if move.code == code if move.code is not None else self._moves.may_fit(move, event):
            return 1 if move.option.forbidden else 0
        possible = move.expected is not None and not move.option.forbidden and may_differ(move.expected, event)
        return 1 if possible else inf

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
