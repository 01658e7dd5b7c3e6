"""Whether a run that did not deviate yet can still come to an end.

Lives here: the search for an end through events that did not come yet. Pure. Must not live here: which events may come
(`frontier`), what an event does (`moves`), which states there are (`monitor`).

What did not come binds nothing, so only guards of values that are known already can stand in the way. What is found out
about one state holds for all in which the same of the diagram remains, and guarded holes have the same values.
"""

from collections.abc import Collection
from heapq import heappop, heappush

from simulator.conformance.fitting import Budget
from simulator.conformance.moves import Bound, Moves, original
from simulator.conformance.residual import Residual
from simulator.interaction.holes import Bindings

TOO_FAR_AWAY = "no way to the end of the diagram was found in time"

_Key = tuple[Residual, frozenset[tuple[str, str]]]
_Node = tuple[Residual, Bound]


class Endings:
    """Finds them for one diagram. guarded: the holes that guards compare. limit: of the steps that one search takes."""

    def __init__(self, moves: Moves, guarded: Collection[str], limit: int) -> None:
        self._moves = moves
        self._guarded = guarded
        self._limit = limit
        self._budget = Budget(TOO_FAR_AWAY)
        self._known: dict[_Key, bool] = {}

    def in_reach(self, residual: Residual, bound: Bound, values: Bindings) -> bool:
        """Whether some events would complete the run. values: of all holes that have one. Raises `WorkLimitReached`."""
        names = tuple(name for name in values if original(name) in self._guarded) if self._guarded else ()
        found = self._known.get(self._key((residual, bound), names))
        return self._search((residual, bound), names) if found is None else found

    def _key(self, node: _Node, names: tuple[str, ...]) -> _Key:
        residual, bound = node
        return residual, frozenset(self._moves.known_of(bound, names).items() if names else ())

    def _search(self, start: _Node, names: tuple[str, ...]) -> bool:
        """Look for the nearest end: A* by the number of events."""
        self._budget.refill(self._limit)
        came_from: dict[_Node, _Node | None] = {start: None}
        queue = [(0.0, 0, 0, start)]
        while queue:
            _, _, far, node = heappop(queue)
            known = self._known.get(self._key(node, names))
            if known or (known is None and self._moves.may_end(*node)):
                way: _Node | None = node
                while way is not None:
                    self._known[self._key(way, names)] = True
                    way = came_from[way]
                return True
            if known is None:
                for after in self._after(node):
                    if after not in came_from:
                        came_from[after] = node
                        least = far + 1 + min(after[0].needs, after[0].to_leave)
                        heappush(queue, (least, -len(came_from), far + 1, after))
        self._known.update((self._key(node, names), False) for node in came_from)
        return False

    def _after(self, node: _Node) -> list[_Node]:
        residual, bound = node
        self._budget.spend(1)
        possible = (move for move in self._moves.of(residual) if move.expected and not move.option.forbidden)
        passed = ((move.option.after, self._moves.passed(move, bound)) for move in possible)
        return [(after, known) for after, known in passed if known is not None]
