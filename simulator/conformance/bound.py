"""A lower bound of what the rest of an alignment costs.

Lives here: counting how many events of what is left can find an equal partner at all. Pure. Must not live here: the
search that uses it (`alignment`).

Laws: the bound is never above the true cost; along a step it falls by at most what the step costs (it is consistent).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from simulator.conformance.frontier import Frontier, Twin
from simulator.events import Event

Places = dict[Twin | None, list[int]]


class Bound:
    """The bound for every (number of expected events consumed, number of events of the trace consumed).

    Of the rests, at most as many events fit as equal literal ones can be paired, and one for each expected event with
    holes. `pairs` is the number of literal pairs, carried along the search and brought up to date in constant time.
    """

    def __init__(self, frontier: Frontier, trace: Sequence[Event]) -> None:
        self._expected = [frontier.twin(state) for state in range(frontier.needs(frontier.start))]
        self._trace = [frontier.twin_of(event) for event in trace]
        self._at_expected = _positions(self._expected)
        self._at_trace = _positions(self._trace)
        self._with_holes = [0]
        for twin in reversed(self._expected):
            self._with_holes.append(self._with_holes[-1] + (twin is None))
        self._with_holes.reverse()

    def pairs(self) -> int:
        """The literal pairs of the whole diagram and the whole trace."""
        return sum(
            min(len(places), len(self._at_trace.get(twin, ())))
            for twin, places in self._at_expected.items()
            if twin is not None
        )

    def pairs_after(self, pairs: int, state: int, at: int, *, expected: bool, actual: bool) -> int:
        """The literal pairs once the expected event at `state`, the event at `at`, or both are consumed."""
        if expected:
            twin = self._expected[state]
            if twin is not None and _left(self._at_expected, twin, state) <= _left(self._at_trace, twin, at):
                pairs -= 1
            state += 1
        if actual:
            found = self._trace[at]
            if _left(self._at_trace, found, at) <= _left(self._at_expected, found, state):
                pairs -= 1
        return pairs

    def least(self, state: int, at: int, pairs: int) -> int:
        """The least cost of aligning the rests."""
        expected, actual = len(self._expected) - state, len(self._trace) - at
        return max(abs(expected - actual), max(expected, actual) - pairs - self._with_holes[state])


def _positions(twins: Sequence[Twin | None]) -> Places:
    places: Places = defaultdict(list)
    for place, twin in enumerate(twins):
        places[twin].append(place)
    return dict(places)


def _left(places: Places, twin: Twin, at: int) -> int:
    """How many of a kind are left from a position on."""
    found = places.get(twin)
    return len(found) - bisect_left(found, at) if found else 0
