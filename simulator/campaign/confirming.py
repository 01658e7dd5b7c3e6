"""What was found on one service, confirmed on another one.

Lives here: which sequences that takes, and what it means where the other service does otherwise. Must not live here:
running them (`bench`), opening services.

One sample of every behaviour is run again, and every failure that needs no fault. Both must end as they did; else the
two services differ, which is a failure of its own kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from simulator.campaign.bench import Bench
from simulator.campaign.reach import Due, Steps
from simulator.campaign.task import Advance, Failing, Found, Hunt
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Failure
from simulator.errors import MissingAbilityError


@dataclass(frozen=True, slots=True)
class Difference:
    """A sequence that goes wrong on one of two services: `on` this one, and not on the other."""

    failing: Failing
    on: str
    other: str

    def failure(self, here: Bench) -> Failure:
        """The same as a failure."""
        teller = Teller(here.system, self.failing.tables, here.folder)
        failure = teller.failure(self.failing.kind.behaviour, self.failing.steps, self.failing.wrong)
        told = f"{self.on} and {self.other} differ: {failure.message}, on {self.on} only"
        return replace(failure, kind="service", message=told, found_after=self.failing.after)


def confirm(
    found: Sequence[Found], failing: Sequence[Failing], here: Bench, there: Bench, tell: Callable[[Advance], object]
) -> tuple[Sequence[Failing], Sequence[Difference], bool]:
    """Say which failures both services show, what only one does, and whether Ctrl-C came before the end.

    here, there: the same but for the service. Raises `SimulatorError` where the other service cannot be used.
    """
    alike = list(failing)
    differences: list[Difference] = []
    known = {each.kind for each in failing}
    tasks = [
        *((each, Hunt(each.tables, (each.steps,))) for each in failing),
        *((None, each) for each in samples(found)),
    ]
    for due, hunt in tasks:
        try:
            again = there.do(hunt, tell)
        except MissingAbilityError:
            continue
        if again.interrupted:
            return alike, differences, True
        if due and due.kind not in {each.kind for each in again.failing}:
            alike.remove(due)
            differences.append(Difference(due, here.backend.name, there.backend.name))
        for each in again.failing:
            if each.kind not in known:
                known.add(each.kind)
                differences.append(Difference(each, there.backend.name, here.backend.name))
    return alike, differences, False


def samples(found: Sequence[Found]) -> Sequence[Hunt]:
    """The shortest sequence to every behaviour that was met, once over all tables; longer ones include shorter."""
    ways: dict[Due, tuple[Found, Steps]] = {}
    for each in found:
        for due, way in (each.reach.ways if each.reach else {}).items():
            if due in each.met and (due not in ways or len(way) < len(ways[due][1])):
                ways[due] = each, way
    kept: dict[int, list[Steps]] = {}
    for each, way in sorted(ways.values(), key=lambda each: -len(each[1])):
        longer = kept.setdefault(found.index(each), [])
        if not any(other[: len(way)] == way for other in longer):
            longer.append(way)
    return [Hunt(found[number].tables, tuple(sequences)) for number, sequences in sorted(kept.items())]
