"""Exploring: sequences of operations that nobody wrote down, each operation judged by what the diagrams say about it.

Lives here: `explore`, and what is remembered of many sequences. Must not live here: where sequences come from
(`strategies`), running and judging one (`sequence`), writing files (`saving`).

Law: the same seed, system and diagrams give the same `Exploration`.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from simulator.blobs.backends import Backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import Pair, examples_of
from simulator.campaign.runner import private_folder
from simulator.campaign.scenario import Scenario
from simulator.campaign.sequence import Played, Rules, Wrong, play, watching
from simulator.campaign.step import Step, Tables
from simulator.campaign.strategies import Letters, hunt
from simulator.campaign.system import System
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Behaviour, Exploration, Failure, FailureKind, RuleUse, Source, Uncovered
from simulator.discovery.rules import Rule, learn

SEQUENCES = 80
LENGTH = 24

# How many occurrences of an uncovered behaviour are tried for the smallest example.
_TRIES = 20

# More than people choose from.
_SEEDS = 1 << 64

# Up to this length the simplest example is looked for among all sequences.
_EXHAUSTIVE = 2

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

    Every different set of tables (stores) that the scenarios have is explored with all rules; scenarios with settings
    or steps that the system's model does not know are left out.
    sequences: how many to generate, the sets share them; shrinking runs more. length: operations in one, at most.
    progress: told what is done, how many sequences were run, and of how many.
    Ctrl-C ends the search; what was found until then is returned.
    Raises `SimulatorError` where the backend cannot be used.
    """
    known = [pair for pair in pairs if system.explorable(pair.scenario.tables, _all_steps(pair.scenario))]
    left_out, pairs = len(pairs) - len(known), known
    shown = [examples_of(pair, backend, system) for pair in pairs]
    rules = learn(example for each in shown for example in each.examples)
    campaigns: list[_Campaign] = []
    interrupted = False
    with private_folder() as folder:
        for file in system.files:
            (folder / file.name).write_bytes(file.content)
        different = list(_different([pair.scenario.tables for pair in pairs], system))
        share = math.ceil(sequences / max(1, len(different)))
        for number, tables in enumerate(different):
            told = frozenset(kind for campaign in campaigns for kind in campaign.smallest)
            campaign = _Campaign(Teller(system, tables, folder), backend, _by_operation(rules), told)
            campaigns.append(campaign)
            try:
                # Sets of tables are alike: each gets sequences of its own.
                campaign.run(seed + number * _SEEDS, share, length, progress)
            except KeyboardInterrupt:
                interrupted = True
                break
        uncovered = _merged(found for campaign in campaigns for found in campaign.all_uncovered())
        failures = [found for campaign in campaigns for found in campaign.all_failures()]
    uses = sum((campaign.uses for campaign in campaigns), Counter[int]())
    return Exploration(
        seed=seed,
        backend=backend.name,
        sequences=sum(len(campaign.kinds) for campaign in campaigns),
        operations=sum(campaign.operations for campaign in campaigns),
        rules=tuple(_use(system, rule, uses[id(rule)]) for rule in rules),
        uncovered=_named(uncovered),
        failures=_named(failures),
        broken=tuple(each.verdict for each in shown if not each.verdict.conforms),
        left_out=left_out,
        interrupted=interrupted,
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """Failures that are alike are shrunk as one."""

    kind: FailureKind
    behaviour: Behaviour


@dataclass(slots=True)
class _Campaign:
    """All sequences on one set of tables, and what is remembered of them.

    told: kinds of failures known from other tables. kinds: how each sequence that was tried ended. smallest, wrongs:
    the smallest sequence of each kind of failure, and how it failed. uses: by identity of the rule. reached: the
    smallest sequence to each uncovered behaviour, and how often it occurred.
    """

    teller: Teller
    backend: Backend
    rules: Rules
    told: frozenset[_Kind] = frozenset()
    alphabet: Sequence[Step] = ()
    operations: int = 0
    kinds: dict[Letters, _Kind | None] = field(default_factory=dict)
    smallest: dict[_Kind, Letters] = field(default_factory=dict)
    wrongs: dict[_Kind, Wrong] = field(default_factory=dict)
    uses: Counter[int] = field(default_factory=Counter)
    occurred: Counter[Behaviour] = field(default_factory=Counter)
    reached: dict[Behaviour, Letters] = field(default_factory=dict)

    def run(self, seed: int, sequences: int, length: int, progress: Progress | None) -> None:
        """Hunt through sequences of the system's alphabet."""
        groups = self.teller.system.alphabet(self.teller.tables)
        self.alphabet = [step for group in groups for step in group]
        numbers = iter(range(len(self.alphabet)))
        alphabets = [tuple(range(len(self.alphabet))), *(tuple(next(numbers) for _ in group) for group in groups)]

        def attempt(letters: Letters) -> _Kind | None:
            if letters not in self.kinds:
                self.kinds[letters] = self.attempt(letters)
                if progress:
                    progress("exploring", min(len(self.kinds), sequences), sequences)
            return self.kinds[letters]

        home = self.teller.folder / ".hypothesis"
        hunt(attempt, alphabets, home, seed=seed, sequences=sequences, length=length)
        # Hypothesis shrinks one number at a time; the content of a write and of the read after it change together.
        for kind, letters in list(self.smallest.items()):
            any(attempt(each) == kind for each in self.simpler(letters, kind.behaviour))

    def attempt(self, letters: Letters) -> _Kind | None:
        """Run one sequence; the kind of its failure."""
        system = self.teller.system
        with watching(system, self.teller.tables, self.teller.folder, self.backend) as watch:
            played = play(watch, self.steps(letters), self.rules)
        self.operations += len(played.seen)
        self.remember(letters, played)
        if played.wrong is None:
            return None
        seen = played.wrong.seen
        kind = _Kind(played.wrong.kind, system.behaviour(seen.step, seen.facts))
        if kind in self.told:
            return None
        reduced = letters[: len(played.seen)]
        if kind not in self.smallest or _size(reduced) < _size(self.smallest[kind]):
            self.smallest[kind], self.wrongs[kind] = reduced, played.wrong
        return kind

    def remember(self, letters: Letters, played: Played) -> None:
        """Count which rules held, and note what is uncovered."""
        for index, (seen, rule) in enumerate(zip(played.seen, played.held, strict=False)):
            if rule is not None:
                self.uses[id(rule)] += 1
                continue
            behaviour = self.teller.system.behaviour(seen.step, seen.facts)
            self.occurred[behaviour] += 1
            if self.occurred[behaviour] <= _TRIES:
                example = self.reduced(letters[: index + 1], seen.facts)
                known = self.reached.get(behaviour, example)
                self.reached[behaviour] = min(known, example, key=_size)

    def reduced(self, letters: Letters, facts: tuple[str, ...]) -> Letters:
        """Without the operations that the last one needs not for its facts; only the model is asked."""
        for index in range(len(letters) - 2, -1, -1):
            shorter = letters[:index] + letters[index + 1 :]
            if self.facts(shorter) == facts:
                letters = shorter
        return letters

    def simpler(self, letters: Letters, behaviour: Behaviour) -> Iterator[Letters]:
        """The sequences before this one, of its length, that end with the behaviour, as far as the model knows."""
        if len(letters) > _EXHAUSTIVE:
            return
        last = [index for index, step in enumerate(self.alphabet) if step.do == behaviour.operation]
        every = range(len(self.alphabet))
        for candidate in itertools.product(*[every] * (len(letters) - 1), last):
            if candidate >= letters:
                return
            if self.facts(candidate) == behaviour.facts:
                yield candidate

    def facts(self, letters: Letters) -> tuple[str, ...]:
        """What holds before the last operation."""
        model = self.teller.system.model(self.teller.tables, self.teller.folder)
        steps = self.steps(letters)
        for step in steps[:-1]:
            model.perform(step)
        return model.facts(steps[-1])

    def steps(self, letters: Letters) -> Sequence[Step]:
        """The operations that the letters stand for."""
        return [self.alphabet[letter] for letter in letters]

    def all_uncovered(self) -> Iterator[Uncovered]:
        """The smallest example of each uncovered behaviour."""
        for behaviour, letters in self.reached.items():
            steps = self.steps(next(self.simpler(letters, behaviour), letters))
            yield self.teller.uncovered(behaviour, steps, self.occurred[behaviour], self.backend)

    def all_failures(self) -> Iterator[Failure]:
        """The smallest sequence of each kind of failure."""
        for kind, letters in self.smallest.items():
            yield self.teller.failure(kind.behaviour, self.steps(letters), self.wrongs[kind])


def _size(letters: Letters) -> tuple[int, Letters]:
    return len(letters), letters


def _by_operation(rules: Sequence[Rule]) -> Rules:
    found: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
    for rule in rules:
        found.setdefault((rule.operation, rule.facts), []).append(rule)
    return found


def _all_steps(scenario: Scenario) -> Sequence[Step]:
    return (*scenario.setup, *scenario.steps)


def _different(tables: Sequence[Tables], system: System) -> Iterator[Tables]:
    known: list[Tables] = []
    for each in tables:
        if (canonical := system.canonical(each)) not in known:
            known.append(canonical)
            yield each


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
