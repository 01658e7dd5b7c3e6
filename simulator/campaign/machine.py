"""Exploring: sequences of operations that nobody wrote down, each operation judged by what the diagrams say about it.

Lives here: `explore`, the configurations that are explored, and what many searches found together. Must not live here:
the sequences on one configuration (`search`), writing files (`saving`).

Law: the same seed, system and diagrams give the same `Exploration`.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from simulator.blobs.backends import Backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import Pair, examples_of
from simulator.campaign.judging import Rules
from simulator.campaign.runner import private_folder
from simulator.campaign.scenario import Scenario
from simulator.campaign.search import Search
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import System
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Behaviour, Exploration, Failure, RuleUse, Source, Uncovered
from simulator.discovery.rules import Rule, learn
from simulator.errors import MissingAbilityError

SEQUENCES = 120
LENGTH = 24

# More than people choose from.
_SEEDS = 1 << 64

Progress = Callable[[str, int, int], None]
Found = TypeVar("Found", Uncovered, Failure)


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
    searches: list[Search] = []
    interrupted = False
    with private_folder() as folder:
        for file in system.files:
            (folder / file.name).write_bytes(file.content)
        different = _different([scenario.tables for scenario in known], system)
        written = [list(_written(known, tables, system, folder)) for tables in different]
        share = math.ceil(sequences / max(1, len(different)))
        tell = _tell(progress, sum(map(len, written)) + share * len(different))
        for number, tables in enumerate(different):
            told = frozenset(kind for search in searches for kind in search.smallest)
            search = Search(Teller(system, tables, folder), backend, _by_operation(rules), told, tell)
            searches.append(search)
            try:
                # Sets of tables are alike: each gets sequences of its own.
                search.run(seed + number * _SEEDS, share, length, written[number])
            except KeyboardInterrupt:
                interrupted = True
                break
        uncovered = _merged(found for search in searches for found in search.all_uncovered())
        failures = [found for search in searches for found in search.all_failures()]
    uses = sum((search.uses for search in searches), Counter[int]())
    return Exploration(
        seed=seed,
        backend=backend.name,
        sequences=sum(len(search.kinds) for search in searches),
        operations=sum(search.operations for search in searches),
        rules=tuple(_use(system, rule, uses[id(rule)]) for rule in rules),
        uncovered=_named(uncovered),
        failures=_named(failures),
        broken=tuple(each.verdict for each in shown if not each.verdict.conforms),
        left_out=left_out,
        interrupted=interrupted,
    )


def _by_operation(rules: Sequence[Rule]) -> Rules:
    found: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
    for rule in rules:
        found.setdefault((rule.operation, rule.facts), []).append(rule)
    return found


def _all_steps(scenario: Scenario) -> Sequence[Step]:
    return (*scenario.setup, *scenario.steps)


def _tell(progress: Progress | None, total: int) -> Callable[[], object]:
    """Tell about one sequence more, shrinking aside."""
    done = itertools.count(1)
    return lambda: progress and progress("exploring", min(next(done), total), total)


# What a step of a scenario expects: the model knows that too.
_EXPECTED = {"expect", "expect-missing", "error"}


def _written(scenarios: Sequence[Scenario], tables: Tables, system: System, folder: Path) -> Iterator[Sequence[Step]]:
    """The sequences of the scenarios on these tables, or a part of them, whose files are in `folder`."""
    for scenario in scenarios:
        steps = [_plain(step) for step in _all_steps(scenario) if step.do != "mark"]
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


def _merged(found: Iterable[Uncovered]) -> Sequence[Uncovered]:
    """One for each behaviour: the smallest example, and the sum of the counts."""
    merged: dict[Behaviour, Uncovered] = {}
    for each in found:
        known = merged.get(each.behaviour, each)
        count = each.count if known is each else known.count + each.count
        merged[each.behaviour] = replace(min(known, each, key=lambda some: len(some.sequence)), count=count)
    return list(merged.values())


def _named(found: Sequence[Found]) -> tuple[Found, ...]:
    """Sorted, every name once."""
    counts: Counter[str] = Counter()
    named = []
    for each in sorted(found, key=lambda each: (each.name, len(each.sequence), each.sequence)):
        counts[each.name] += 1
        number = counts[each.name]
        named.append(each if number == 1 else replace(each, name=f"{each.name}-{number}"))
    return tuple(named)
