"""Faults at every call: which operations are struck, and by what.

Lives here: the shortest sequence to every behaviour, and each with a fault at each of its calls. Must not live here:
what can happen to a call (`Breakable.faults`), what must be so afterwards (`fault_following`).
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from simulator.campaign.breakable import Breakable, BreakableSession
from simulator.campaign.reach import Steps, reach
from simulator.campaign.sequence import Series
from simulator.campaign.step import Tables
from simulator.campaign.system import System
from simulator.campaign.task import Failing, Hunt, Reached, Strike
from simulator.errors import ConfigurationError

Facts = tuple[str, ...]

# Steps that do nothing themselves.
_SILENT = ("mark", "inject")


def shortest(system: System, tables: Tables, folder: Path, sequences: Iterable[Steps]) -> Iterator[Steps]:
    """The shortest beginning to each behaviour, in the order of the sequences; those with faults do not count."""
    found: dict[object, Steps] = {}
    for steps in sequences:
        if any(step.do == "inject" for step in steps):
            continue
        model = system.model(tables, folder)
        for length, step in enumerate(steps, start=1):
            parts = [part for group in model.parts(step) for part in group]
            behaviour = (step.do, tuple(part.facts for part in parts))
            if step.do not in _SILENT and (behaviour not in found or length < len(found[behaviour])):
                found[behaviour] = steps[:length]
            model.perform(step)
    yield from found.values()


def struck(series: Series, steps: Steps) -> Iterator[tuple[str, Steps]]:
    """The sequence once for everything that can happen to a call of its last operation: a kind of fault, and the steps.

    The calls are those of a run without faults. Raises `SimulatorError` where the backend cannot be used.
    """
    counts: Counter[str] = Counter()
    for call in calls(series, steps):
        counts[call] += 1
        for kind, fault in cast("Breakable", series.system).faults(call, counts[call]):
            yield kind, (*steps[:-1], fault, steps[-1])


def calls(series: Series, steps: Steps) -> Sequence[str]:
    """What the last operation asks of its surroundings, in order."""
    with series.watching() as watch:
        session = cast("BreakableSession", watch.session)
        for step in steps[:-1]:
            watch.perform(step)
        session.watch()
        watch.perform(steps[-1])
        return session.calls


def strikes(hunts: Sequence[Hunt], system: System, folder: Path, *, seed: int, most: int) -> Sequence[Strike]:
    """One task for each set of tables: its own sequences, and the ways to what no sequence of any shows.

    most: how many faults to inject in all. Raises `ConfigurationError` where the system has none.
    """
    if not isinstance(system, Breakable):
        raise ConfigurationError(f"{system.name}: there are no faults for this system", hint="leave out --faults")
    reached = [reach(system, hunt.tables, folder).ways for hunt in hunts]
    shown = [list(shortest(system, hunt.tables, folder, hunt.shown)) for hunt in hunts]
    own = [set(_dues(system, hunt.tables, folder, every)) for hunt, every in zip(hunts, shown, strict=True)]
    known = set().union(*own)
    chosen: list[list[Steps]] = []
    for hunt, sequences, ways, dues in zip(hunts, shown, reached, own, strict=True):
        here = {due: way for due, way in ways.items() if due in dues or due not in known}
        known.update(here)
        chosen.append(list(shortest(system, hunt.tables, folder, [*sequences, *here.values()])))
    total = sum(map(len, chosen))
    return [
        Strike(hunt.tables, tuple(every), seed + number, math.ceil(most * len(every) / total))
        for number, (hunt, every) in enumerate(zip(hunts, chosen, strict=True))
        if every
    ]


def _dues(system: System, tables: Tables, folder: Path, sequences: Iterable[Steps]) -> Iterator[tuple[str, Facts]]:
    """What the last operations of sequences are, and under which facts."""
    for steps in sequences:
        model = system.model(tables, folder)
        for step in steps[:-1]:
            model.perform(step)
        yield from ((steps[-1].do, part.facts) for group in model.parts(steps[-1]) for part in group)


def needs_fault(found: Failing | Reached) -> bool:
    """Whether the sequence injects one."""
    return any(step.do == "inject" for step in found.steps)
