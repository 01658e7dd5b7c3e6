"""In which iteration of the loops around it each event of an alignment stands.

Lives here: the counting. Must not live here: which loops there are (`enclosing`), what a loop allows (`conformance`).

Law: an iteration begins where an event comes that cannot follow the one before in the same iteration.
"""

from collections.abc import Iterator, Sequence

from simulator.interaction.terms import Alternatives, AnyOrder, Expected, Loop, Parallel, Weak
from simulator.report.enclosing import Above, Enclosing

_UNORDERED = (Parallel, AnyOrder, Weak)

# How often the loops around an event have begun, by loop.
Times = dict[int, int]


class Iterations:
    """Counts the iterations of the loops of one diagram."""

    def __init__(self, enclosing: Enclosing) -> None:
        self._enclosing = enclosing
        self._same: dict[tuple[int, int, int], bool] = {}

    def iteration(self, loop: Loop, times: Times) -> tuple[int, ...]:
        """Which iteration of the loop it is, with those of the loops around it."""
        around = (above.term for above in self._enclosing.up(loop) if isinstance(above.term, Loop))
        return tuple(times.get(id(each), 0) for each in (loop, *around))

    def of(self, events: Sequence[Expected | None]) -> list[Times]:
        """For each of the expected events of an alignment, how often the loops around it have begun."""
        last: dict[int, Expected] = {}
        seen: dict[int, set[int]] = {}
        times: Times = {}
        told: list[Times] = []
        for event in events:
            again = False
            if event is None:
                told.append(dict(times))
                continue
            for loop in self._enclosing.loops(event):
                number = id(loop)
                if again or number not in last:
                    times[number], seen[number] = 1, set()
                elif not self._follows(last[number], event, loop, seen[number]):
                    times[number], seen[number], again = times[number] + 1, set(), True
                    self._forget(loop, last)
                last[number] = event
                seen[number].add(id(event))
            told.append(dict(times))
        return told

    def _forget(self, loop: Loop, last: dict[int, Expected]) -> None:
        """Let the loops inside begin anew."""
        for number, event in list(last.items()):
            around = [id(each) for each in self._enclosing.loops(event)]
            if id(loop) in around and number in around[around.index(id(loop)) + 1 :]:
                del last[number]

    def _follows(self, before: Expected, event: Expected, loop: Loop, seen: set[int]) -> bool:
        """Whether the event can come after the other in one iteration of the loop."""
        key = (id(before), id(event), id(loop))
        if key not in self._same:
            self._same[key] = self._can_follow(before, event, loop)
        in_turn = self._same[key]
        return in_turn and (id(event) not in seen or self._repeats(event, loop))

    def _repeats(self, event: Expected, loop: Loop) -> bool:
        return self._enclosing.loops(event)[-1] is not loop

    def _can_follow(self, before: Expected, event: Expected, loop: Loop) -> bool:
        ways = [list(self._down(loop, each)) for each in (before, event)]
        unordered = False
        for one, other in zip(*ways, strict=False):
            if one.term is not loop and isinstance(one.term, Loop):
                return True
            unordered = unordered or isinstance(one.term, _UNORDERED)
            if one.part != other.part:
                return not isinstance(one.term, Alternatives) and (unordered or one.part < other.part)
        return False

    def _down(self, loop: Loop, event: Expected) -> Iterator[Above]:
        way = []
        for above in self._enclosing.up(event):
            way.append(above)
            if above.term is loop:
                break
        return reversed(way)
