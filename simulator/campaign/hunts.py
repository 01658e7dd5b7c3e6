"""Which tasks a campaign begins with.

Lives here: the sets of tables that scenarios have, and the sequences of scenarios on each. Must not live here: doing
them (`bench`), what is made of their results (`machine`).
"""

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import System
from simulator.campaign.task import Hunt, Strike, Task

# More than people choose from.
_SEEDS = 1 << 64

# How many sequences are generated on one set of tables before the next one's turn, where the time is what counts.
_ROUND = 30

# What a step of a scenario expects: the model knows that too.
_EXPECTED = {"expect", "expect-missing", "error"}


def hunts(
    known: Sequence[Scenario], system: System, folder: Path, *, seed: int, sequences: int, length: int, aimed: bool
) -> Sequence[Hunt]:
    """One for each set of tables, unless another one holds it too; they share the sequences.

    folder: where the files lie that steps of the system's alphabet name. aimed: otherwise every operation is as likely
    as any other, and nothing else is tried.
    """
    different = _different([scenario.tables for scenario in known], system)
    share, rest = divmod(sequences, max(1, len(different)))
    written: list[tuple[tuple[Step, ...], ...]] = []
    left = [(each, system.canonical(each.tables)) for each in known]
    for tables in map(system.canonical, different):
        # Each on the first set that holds its tables.
        holds = [_is_part(own, tables, system) for _, own in left]
        written.append(tuple(_written([each for (each, _), here in zip(left, holds, strict=True) if here], folder)))
        left = [each for each, here in zip(left, holds, strict=True) if not here]
    return [
        Hunt(
            tables,
            written[number] if aimed else (),
            aimed,
            # Sets of tables are alike: each gets sequences of its own.
            seed + number * _SEEDS,
            share + (number < rest),
            length,
            number,
            uniform=not aimed,
        )
        for number, tables in enumerate(different)
    ]


def in_order(hunts: Sequence[Hunt]) -> Sequence[Hunt]:
    """What is planned on every set of tables, then what is generated."""
    planned = [replace(hunt, sequences=0) for hunt in hunts if hunt.shown or hunt.aimed]
    return [*planned, *(replace(hunt, shown=(), aimed=False) for hunt in hunts if hunt.sequences)]


def boxed(tasks: Sequence[Task], end: float) -> Iterator[Task]:
    """These until `end`, by the monotonic clock; generated sequences last, new ones as long as there is time."""
    some = [task for task in tasks if isinstance(task, Hunt)]
    strikes = [task for task in tasks if isinstance(task, Strike)]
    # Half of the time is for faults, if they are asked for.
    half = (time.monotonic() + end) / 2 if strikes else end
    yield from (replace(hunt, sequences=0, end=half) for hunt in some)
    for left, strike in zip(range(len(strikes), 0, -1), strikes, strict=True):
        # Each has its share of what is left.
        now = time.monotonic()
        yield replace(strike, end=now + (end - now) / left)
    for number, hunt in enumerate(itertools.cycle(some)):
        if time.monotonic() > end:
            return
        yield Hunt(
            hunt.tables,
            seed=hunt.seed + (number // len(some)) * len(some) * _SEEDS,
            sequences=_ROUND,
            length=hunt.length,
            turn=hunt.turn,
            uniform=hunt.uniform,
            end=end,
        )


def all_steps(scenario: Scenario) -> Sequence[Step]:
    """Those of the setup first."""
    return (*scenario.setup, *scenario.steps)


def _written(scenarios: Sequence[Scenario], folder: Path) -> Iterator[tuple[Step, ...]]:
    """The sequences of the scenarios whose files are in `folder`."""
    for scenario in scenarios:
        steps = tuple(_plain(step) for step in all_steps(scenario) if step.do != "mark")
        files = {step.text("file") for step in steps} - {""}
        there = all(_same(scenario.folder / file, folder / file) for file in files)
        if steps and there:
            yield steps


def _plain(step: Step) -> Step:
    return Step(step.do, {name: value for name, value in step.arguments.items() if name not in _EXPECTED})


def _same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


def _different(tables: Sequence[Tables], system: System) -> Sequence[Tables]:
    """Those that are not part of others, and one of those that are alike."""
    known = [system.canonical(each) for each in tables]

    def is_part(index: int) -> bool:
        others = (other for number, other in enumerate(known) if other != known[index] or number < index)
        return any(_is_part(known[index], other, system) for other in others)

    return [each for index, each in enumerate(tables) if not is_part(index)]


def _is_part(tables: Tables, other: Tables, system: System) -> bool:
    """Whether every entry is one of the other's; tables without named entries must be equal."""
    return tables.keys() == other.keys() and all(
        entries == other[table] if table in system.flat_tables else entries.items() <= other[table].items()
        for table, entries in tables.items()
    )
