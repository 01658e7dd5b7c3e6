"""Exploring: sequences of operations that nobody wrote down, each operation judged by what the diagrams say about it.

Lives here: `explore`, the configurations that are explored, and what many searches found together. Must not live here:
the sequences on one configuration (`search`), writing files (`saving`).

Law: the same seed, system and diagrams give the same `Exploration`.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from simulator.blobs.backends import Backend
from simulator.campaign import merging
from simulator.campaign.bench import Bench, bench
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import Pair, examples_of
from simulator.campaign.scenario import Scenario
from simulator.campaign.spelling import Spelling
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import System
from simulator.campaign.task import Failing, Found, Hunt, Reached, Shrink, Task
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Exploration, Failure, RuleUse, Source, Uncovered
from simulator.discovery.rules import Rule, learn
from simulator.errors import MissingAbilityError

SEQUENCES = 120
LENGTH = 24

# More than people choose from.
_SEEDS = 1 << 64

Progress = Callable[[str, int, int], None]


def explore(
    pairs: Sequence[Pair],
    backend: Backend,
    *,
    seed: int = 0,
    sequences: int = SEQUENCES,
    length: int = LENGTH,
    system: System = BLOBS,
    progress: Progress | None = None,
) -> Exploration:
    """Judge generated sequences by the rules that the diagrams of `pairs` are examples of.

    Every different set of tables (stores) that the scenarios have is explored with all rules, unless another one holds
    it too: first the sequences of the scenarios themselves, with the invariants after every step, then generated ones.
    Scenarios with settings or steps that the system's model does not know, or that the service cannot do, are left out.
    sequences: how many to generate, the sets share them; shrinking runs more. length: operations in one, at most.
    progress: told what is done, how many sequences were run, and of how many.
    Ctrl-C ends the search; what was found until then is returned.
    Raises `SimulatorError` where the backend cannot be used.
    """
    known, shown, left_out = [], [], 0
    for pair in pairs:
        try:
            if not system.explorable(pair.scenario.tables, _all_steps(pair.scenario)):
                left_out += 1
                continue
            shown.append(examples_of(pair, backend, system))
            known.append(pair.scenario)
        except MissingAbilityError:
            left_out += 1
    rules = learn(example for each in shown for example in each.examples)
    with bench(system, rules, backend) as here:
        hunts = _hunts(known, here, seed, sequences, length)
        tell = _tell(progress, sum(len(hunt.shown) + hunt.sequences for hunt in hunts))
        found, interrupted = _done(here, hunts, tell)
        failing = merging.failing(found)
        # One of each kind, whatever the task; what turns up meanwhile is shrunk as well.
        large = list(failing)
        while large and not interrupted:
            shrunk, interrupted = _done(here, [Shrink(failing[kind]) for kind in large], tell)
            found += shrunk
            small = merging.failing(shrunk)
            large = [kind for kind in small if kind not in failing]
            failing |= small
        uncovered = [_uncovered(here, each) for each in merging.uncovered(found)]
        failures = [_failure(here, each) for each in failing.values()]
    uses = sum((Counter(each.uses) for each in found), Counter[int]())
    return Exploration(
        seed=seed,
        backend=backend.name,
        sequences=sum(each.sequences for each in found),
        operations=sum(each.operations for each in found),
        rules=tuple(_use(system, rule, uses[number]) for number, rule in enumerate(rules)),
        uncovered=merging.named(uncovered),
        failures=merging.named(failures),
        broken=tuple(each.verdict for each in shown if not each.verdict.conforms),
        left_out=left_out,
        interrupted=interrupted,
    )


def _all_steps(scenario: Scenario) -> Sequence[Step]:
    return (*scenario.setup, *scenario.steps)


def _hunts(known: Sequence[Scenario], here: Bench, seed: int, sequences: int, length: int) -> Sequence[Hunt]:
    """One for each set of tables, which share the sequences."""
    different = _different([scenario.tables for scenario in known], here.system)
    share = math.ceil(sequences / max(1, len(different)))
    return [
        # Sets of tables are alike: each gets sequences of its own.
        Hunt(tables, tuple(_written(known, tables, here.system, here.folder)), seed + number * _SEEDS, share, length)
        for number, tables in enumerate(different)
    ]


def _done(here: Bench, tasks: Sequence[Task], tell: Callable[[], object]) -> tuple[list[Found], bool]:
    """What the tasks found, in their order, and whether Ctrl-C kept some from being done."""
    found: list[Found] = []
    for task in tasks:
        found.append(here.do(task, tell))
        if found[-1].interrupted:
            return found, True
    return found, False


def _uncovered(here: Bench, reached: Reached) -> Uncovered:
    spelling = Spelling.of(here.system, reached.tables, here.folder)
    letters = spelling.letters(reached.steps)
    steps = spelling.steps(next(spelling.simpler(letters, reached.behaviour), letters))
    teller = Teller(here.system, reached.tables, here.folder)
    return teller.uncovered(reached.behaviour, steps, reached.count, here.backend)


def _failure(here: Bench, failing: Failing) -> Failure:
    teller = Teller(here.system, failing.tables, here.folder)
    return teller.failure(failing.kind.behaviour, failing.steps, failing.wrong)


def _tell(progress: Progress | None, total: int) -> Callable[[], object]:
    """Tell about one sequence more, shrinking aside."""
    done = itertools.count(1)
    return lambda: progress and progress("exploring", min(next(done), total), total)


# What a step of a scenario expects: the model knows that too.
_EXPECTED = {"expect", "expect-missing", "error"}


def _written(scenarios: Sequence[Scenario], tables: Tables, system: System, folder: Path) -> Iterator[tuple[Step, ...]]:
    """The sequences of the scenarios on these tables, or a part of them, whose files are in `folder`."""
    for scenario in scenarios:
        steps = tuple(_plain(step) for step in _all_steps(scenario) if step.do != "mark")
        files = {step.text("file") for step in steps} - {""}
        there = all(_same(scenario.folder / file, folder / file) for file in files)
        if steps and there and _is_part(system.canonical(scenario.tables), system.canonical(tables), system):
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


def _use(system: System, rule: Rule, count: int) -> RuleUse:
    sources = tuple(Source(example.diagram, example.section, example.place) for example in rule.examples)
    return RuleUse(system.behaviour(Step(rule.operation), rule.facts), sources, count)
