"""Counting what of a trace is in a diagram at all.

Lives here: a lower bound of costs that takes no time. Pure. Must not live here: when it is used (`horizon`).

Law: the bound is never above the true cost; along a step it falls by at most what the step costs.
"""

from collections.abc import Sequence
from math import inf

from simulator.conformance.moves import Moves
from simulator.conformance.residual import Residual
from simulator.events import Event


class Counts:
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
