"""What tasks found, put together.

Lives here: the smallest of each kind over all tasks, and names. Pure. Must not live here: the tasks (`bench`), telling
(`telling`).

Law: only the order of the tasks matters, not which was done first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from simulator.campaign.reach import Due, joined
from simulator.campaign.task import Failing, Found, Kind, Reached
from simulator.conformance.exploration import Behaviour, Failure, Reachable, Uncovered

Named = TypeVar("Named", Uncovered, Failure)


def failing(found: Iterable[Found]) -> dict[Kind, Failing]:
    """One failure of each kind: the smallest; after all operations of earlier tasks."""
    merged: dict[Kind, Failing] = {}
    before = 0
    for some in found:
        for each in some.failing:
            known = merged.get(each.kind, replace(each, after=before + each.after))
            smallest = min(known, each, key=lambda failing: len(failing.steps))
            merged[each.kind] = replace(smallest, after=known.after)
        before += some.operations
    return merged


def uncovered(found: Iterable[Found]) -> Sequence[Reached]:
    """One for each behaviour: the smallest example, and the sum of the counts."""
    merged: dict[Behaviour, Reached] = {}
    for each in (reached for some in found for reached in some.uncovered):
        known = merged.get(each.behaviour, each)
        count = each.count if known is each else known.count + each.count
        merged[each.behaviour] = replace(min(known, each, key=lambda reached: len(reached.steps)), count=count)
    return list(merged.values())


def reachable(found: Sequence[Found], behaviour: Callable[[Due], Behaviour]) -> Reachable | None:
    """What all together could reach, and did; behaviour: made of an operation and its facts."""
    reaches = [each.reach for each in found if each.reach]
    if not reaches:
        return None
    reach = joined(reaches)
    met: dict[Due, int] = {}
    before = 0
    for each in found:
        for due, after in each.met.items():
            met.setdefault(due, before + after)
        before += each.operations
    missed = tuple(behaviour(due) for due in reach.ways if due not in met)
    after = max((met[due] for due in reach.ways if due in met), default=0)
    return Reachable(len(reach.ways), missed, reach.depth, reach.states, reach.complete, after)


def named(found: Iterable[Named]) -> tuple[Named, ...]:
    """Sorted, every name once."""
    counts: Counter[str] = Counter()
    result = []
    for each in sorted(found, key=lambda each: (each.name, len(each.sequence), each.sequence)):
        counts[each.name] += 1
        number = counts[each.name]
        result.append(each if number == 1 else replace(each, name=f"{each.name}-{number}"))
    return tuple(result)
