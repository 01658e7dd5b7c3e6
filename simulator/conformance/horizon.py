"""What the rest of an alignment costs at least.

Lives here: lower bounds for the search. Pure. Must not live here: the search that uses them (`alignment`).

A small diagram is looked at exactly (`columns`), of a diagram with more than `MOST_RESIDUALS` events are only counted
(`counts`).

Laws: the bound is never above the true cost; along a step it falls by at most what the step costs (it is consistent).
"""

from collections import deque
from collections.abc import Callable, Sequence

from simulator.conformance.columns import Columns
from simulator.conformance.counts import Counts
from simulator.conformance.moves import Moves
from simulator.conformance.residual import Residual
from simulator.events import Event

Horizon = Callable[[Residual, int], int]

MOST_RESIDUALS = 300
"""What may remain of a diagram whose columns are found, how many of it."""


def nothing_ahead(residual: Residual, position: int) -> int:  # noqa: ARG001 - whatever it is
    """The rest costs nothing at least."""
    return 0


def horizon(moves: Moves, start: Residual, trace: Sequence[Event], codes: Sequence[int]) -> Horizon:
    """The best bound for aligning `trace` with a diagram. codes: those of the events (`Moves.code`)."""
    residuals = _reachable(moves, start)
    return Counts(moves, trace, codes) if residuals is None else Columns(moves, residuals, trace, codes)


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
