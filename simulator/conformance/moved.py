"""Which missing event is the same as which unexpected one: `moved`, one deviation instead of two.

Lives here: the pairing. Pure. Must not live here: the search (`alignment`), what is told of a pair (`deviations`).

Law: as many pairs as there can be; a maximum matching by augmenting paths (Berge 1957), in the order of the steps.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from simulator.conformance.fitting import Fitting
from simulator.conformance.likeness import alike
from simulator.conformance.verdict import Step
from simulator.events import Event
from simulator.interaction.holes import Bindings


def pair_moved(fitting: Fitting, trace: Sequence[Event], steps: Sequence[Step], known: Bindings) -> dict[int, int]:
    """The numbers of missing steps, each with that of the unexpected step that is the same event.

    The positions of the steps are those in `trace`. known: holes with values given beforehand.
    """
    missing = [index for index, step in enumerate(steps) if step.kind == "missing"]
    unexpected = [index for index, step in enumerate(steps) if step.kind == "unexpected"]
    if not missing or not unexpected:
        return {}
    values = {**known, **{name: value for step in steps for name, value in step.values.items()}}
    equals: dict[int, list[int]] = {}
    for index in missing:
        expected = steps[index].expected
        if expected is not None:
            equals[index] = [
                other
                for other in unexpected
                if alike(expected, trace[steps[other].position])
                and any(True for _ in fitting.fits(expected, trace[steps[other].position], values, ()))
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
