"""Sequences on one set of tables: run, judged, and what is remembered of them.

Lives here: `Search`. Must not live here: which sequences are tried (`bench`, `strategies`, `shrinking`), running and
judging one (`sequence`).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.campaign.exercising import Exercised, Ways
from simulator.campaign.judging import Rules
from simulator.campaign.reach import Due, Reach
from simulator.campaign.sequence import Played, Series, Wrong, play
from simulator.campaign.spelling import Facts, Spelling, facts_of, size
from simulator.campaign.strategies import Letters
from simulator.campaign.task import Advance, Failing, Found, Kind, Reached
from simulator.conformance.exploration import Behaviour
from simulator.conformance.occurrences import Word

# How many occurrences of an uncovered behaviour are tried for the smallest example. Where only the system knows what
# holds, it is run for each try.
_TRIES = 20
_TRIES_WITHOUT_MODEL = 1


@dataclass(slots=True)
class Search:
    """Sequences on one set of tables, and what is remembered of them.

    series: where they run. numbers: of the rules, by identity. tell: called after every sequence. kinds: how each
    sequence that was tried ended. smallest, wrongs: the smallest sequence of each kind of failure, and how it failed.
    after: how many operations ran until the first of each kind. uses: by number of the rule. ways: how often operations
    went through rules so. met: how often every operation was, with the facts before it. first: how many
    operations ran until it was met. rarest: how rare the rarest
    thing is that the last sequence met: 1 where it was the first time. reached: the smallest sequence to each uncovered
    behaviour; occurred: how often it was met.
    """

    spelling: Spelling
    series: Series
    rules: Rules
    numbers: Mapping[int, int]
    tell: Callable[[Advance], object]
    operations: int = 0
    kinds: dict[Letters, Kind | None] = field(default_factory=dict)
    smallest: dict[Kind, Letters] = field(default_factory=dict)
    wrongs: dict[Kind, Wrong] = field(default_factory=dict)
    uses: Counter[int] = field(default_factory=Counter)
    ways: Counter[Ways] = field(default_factory=Counter)
    after: dict[Kind, int] = field(default_factory=dict)
    rarest: float = 0.0
    met: Counter[Due] = field(default_factory=Counter)
    first: dict[Due, int] = field(default_factory=dict)
    reach: Reach | None = None
    occurred: Counter[Behaviour] = field(default_factory=Counter)
    reached: dict[Behaviour, Letters] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def try_once(self, letters: Letters) -> Kind | None:
        """Run one sequence, unless that is done; the kind of its failure."""
        self.rarest = 0.0
        if letters not in self.kinds:
            self.kinds[letters] = self.attempt(letters)
        return self.kinds[letters]

    def attempt(self, letters: Letters) -> Kind | None:
        """Run one sequence; the kind of its failure."""
        with self.series.watching() as watch:
            played = play(watch, self.spelling.steps(letters), self.rules)
        self.operations += len(played.seen)
        self.remember(letters, played)
        self.ways.update(played.ways)
        kind = self.failed(letters, played)
        rules = frozenset(self.numbers[id(rule)] for held in played.held for rule in held)
        self.tell(Advance(len(played.seen), rules, kind))
        return kind

    def failed(self, letters: Letters, played: Played) -> Kind | None:
        """Remember how a sequence failed, if it did."""
        if played.wrong is None:
            return None
        seen = played.wrong.seen
        kind = Kind(played.wrong.kind, self.spelling.system.behaviour(seen.step, seen.parts[0][0].facts))
        self.after.setdefault(kind, self.operations)
        reduced = letters[: len(played.seen)]
        if kind not in self.smallest or size(reduced) < size(self.smallest[kind]):
            self.smallest[kind], self.wrongs[kind] = reduced, played.wrong
        return kind

    def remember(self, letters: Letters, played: Played) -> None:
        """Count which rules held, and note what is uncovered."""
        before = self.operations - len(played.seen)
        due = [(seen.step.do, facts) for seen in played.seen for facts in facts_of(seen.parts)]
        for number, seen in enumerate(played.seen, start=1):
            for facts in facts_of(seen.parts):
                self.first.setdefault((seen.step.do, facts), before + number)
        self.met.update(due)
        self.rarest = max((1 / self.met[each] for each in due), default=0.0)
        for index, (seen, rules) in enumerate(zip(played.seen, played.held, strict=False)):
            for rule in rules:
                self.uses[self.numbers[id(rule)]] += 1
            for facts in () if rules or not seen.has_rules else facts_of(seen.parts):
                if (seen.step.do, facts) not in self.rules:
                    self.remember_uncovered(letters[: index + 1], facts)

    def remember_uncovered(self, letters: Letters, facts: Facts) -> None:
        """Note an operation, the last one, that has a part which no rule is for."""
        behaviour = self.spelling.system.behaviour(self.spelling.alphabet[letters[-1]], facts)
        self.occurred[behaviour] += 1
        tries = _TRIES if self.spelling.system.has_model else _TRIES_WITHOUT_MODEL
        if self.occurred[behaviour] <= tries:
            example = self.spelling.reduced(letters, facts, self.facts)
            known = self.reached.get(behaviour, example)
            # A diagram of that part alone says most.
            self.reached[behaviour] = min(known, example, key=lambda each: (len(self.facts(each)), size(each)))

    def facts(self, letters: Letters) -> tuple[Facts, ...]:
        """What holds before the parts of the last operation; where there is no model, the system is run for it."""
        if self.spelling.system.has_model:
            return self.spelling.facts(letters)
        with self.series.watching() as watch:
            *_, last = (watch.perform(step) for step in self.spelling.steps(letters))
        return tuple(facts_of(last.parts))

    def exercised(self) -> Exercised:
        """How many operations went which way."""
        found: Counter[tuple[int, Word]] = Counter()
        for ways, count in self.ways.items():
            for rule, way in ways.through:
                found[self.numbers[id(rule)], way] += count
        return dict(found)

    def found(self, *, interrupted: bool) -> Found:
        """All of it, as a record."""
        spelling = self.spelling
        return Found(
            spelling.tables,
            len(self.kinds),
            self.operations,
            dict(self.uses),
            tuple(
                Reached(behaviour, spelling.tables, spelling.steps(letters), self.occurred[behaviour])
                for behaviour, letters in self.reached.items()
            ),
            tuple(
                Failing(kind, spelling.tables, spelling.steps(letters), self.wrongs[kind], self.after[kind])
                for kind, letters in self.smallest.items()
            ),
            self.exercised(),
            self.first,
            self.reach,
            interrupted,
            dict(self.faults),
        )
