"""All sequences on one configuration: run, judged, shrunk; and what is remembered of them.

Lives here: `Search`. Must not live here: which configurations there are (`machine`), where sequences come from
(`strategies`), running and judging one (`sequence`).
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from simulator.blobs.backends import Backend
from simulator.campaign.judging import Rules
from simulator.campaign.sequence import Played, Wrong, play, watching
from simulator.campaign.step import Step
from simulator.campaign.strategies import Letters, hunt, interruptible
from simulator.campaign.system import Parts
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Behaviour, Failure, FailureKind, Uncovered

# How many occurrences of an uncovered behaviour are tried for the smallest example.
_TRIES = 20

# Up to this length the simplest example is looked for among all sequences.
_EXHAUSTIVE = 2

Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Failures that are alike are shrunk as one."""

    kind: FailureKind
    behaviour: Behaviour


@dataclass(slots=True)
class Search:
    """All sequences on one set of tables, and what is remembered of them.

    told: kinds of failures known from other tables. tell: called after every sequence. alphabet: the steps that are
    written as letters. kinds: how each sequence that was tried ended. smallest, wrongs:
    the smallest sequence of each kind of failure, and how it failed. uses: by identity of the rule. reached: the
    smallest sequence to each uncovered behaviour, and how often it occurred.
    """

    teller: Teller
    backend: Backend
    rules: Rules
    told: frozenset[Kind] = frozenset()
    tell: Callable[[], object] = lambda: None
    alphabet: list[Step] = field(default_factory=list)
    operations: int = 0
    kinds: dict[Letters, Kind | None] = field(default_factory=dict)
    smallest: dict[Kind, Letters] = field(default_factory=dict)
    wrongs: dict[Kind, Wrong] = field(default_factory=dict)
    uses: Counter[int] = field(default_factory=Counter)
    occurred: Counter[Behaviour] = field(default_factory=Counter)
    reached: dict[Behaviour, Letters] = field(default_factory=dict)

    def run(self, seed: int, sequences: int, length: int, shown: Sequence[Sequence[Step]]) -> None:
        """Go through the sequences that somebody wrote down, then hunt through those of the system's alphabet."""
        groups = self.teller.system.alphabet(self.teller.tables)
        numbers = itertools.count()
        of_groups = [tuple(next(numbers) for _ in group) for group in groups]
        self.alphabet = [step for group in groups for step in group]
        alphabets = [tuple(range(len(self.alphabet))), *of_groups]
        with interruptible() as stop_if_interrupted:
            for steps in shown:
                stop_if_interrupted()
                self.try_once(tuple(self.letter(step) for step in steps))
            for kind in list(self.smallest):
                self.shrink(kind, stop_if_interrupted)
        shrunk = frozenset(self.smallest)

        def attempt(letters: Letters) -> Kind | None:
            kind = self.try_once(letters)
            return None if kind in shrunk else kind

        home = self.teller.folder / ".hypothesis"
        hunt(attempt, alphabets, home, seed=seed, sequences=sequences, length=length)
        with interruptible() as stop_if_interrupted:
            for kind in [kind for kind in self.smallest if kind not in shrunk]:
                self.shrink(kind, stop_if_interrupted)

    def shrink(self, kind: Kind, stop_if_interrupted: Callable[[], None]) -> None:
        """Look for a smaller sequence of this kind: without one operation, then with others.

        Hypothesis shrinks one number at a time; the content of a write and of the read after it change together.
        """
        while any(self.is_of(kind, each, stop_if_interrupted) for each in _shorter(self.smallest[kind])):
            pass
        any(self.is_of(kind, each, stop_if_interrupted) for each in self.simpler(self.smallest[kind], kind.behaviour))

    def is_of(self, kind: Kind, letters: Letters, stop_if_interrupted: Callable[[], None]) -> bool:
        """Whether a sequence fails in this way."""
        stop_if_interrupted()
        return self.try_once(letters) == kind

    def letter(self, step: Step) -> int:
        """The number of a step, which nobody draws by chance if it is no letter of the system's alphabet."""
        if step not in self.alphabet:
            self.alphabet.append(step)
        return self.alphabet.index(step)

    def try_once(self, letters: Letters) -> Kind | None:
        """Run one sequence, unless that is done; the kind of its failure."""
        if letters not in self.kinds:
            self.kinds[letters] = self.attempt(letters)
            self.tell()
        return self.kinds[letters]

    def attempt(self, letters: Letters) -> Kind | None:
        """Run one sequence; the kind of its failure."""
        system = self.teller.system
        with watching(system, self.teller.tables, self.teller.folder, self.backend) as watch:
            played = play(watch, self.steps(letters), self.rules)
        self.operations += len(played.seen)
        self.remember(letters, played)
        if played.wrong is None:
            return None
        seen = played.wrong.seen
        kind = Kind(played.wrong.kind, system.behaviour(seen.step, seen.parts[0][0].facts))
        if kind in self.told:
            return None
        reduced = letters[: len(played.seen)]
        if kind not in self.smallest or _size(reduced) < _size(self.smallest[kind]):
            self.smallest[kind], self.wrongs[kind] = reduced, played.wrong
        return kind

    def remember(self, letters: Letters, played: Played) -> None:
        """Count which rules held, and note what is uncovered."""
        for index, (seen, rules) in enumerate(zip(played.seen, played.held, strict=False)):
            for rule in rules:
                self.uses[id(rule)] += 1
            for facts in () if rules else _facts(seen.parts):
                if (seen.step.do, facts) not in self.rules:
                    self.remember_uncovered(letters[: index + 1], facts)

    def remember_uncovered(self, letters: Letters, facts: Facts) -> None:
        """Note an operation, the last one, that has a part which no rule is for."""
        behaviour = self.teller.system.behaviour(self.alphabet[letters[-1]], facts)
        self.occurred[behaviour] += 1
        if self.occurred[behaviour] <= _TRIES:
            example = self.reduced(letters, facts)
            known = self.reached.get(behaviour, example)
            # A diagram of that part alone says most.
            self.reached[behaviour] = min(known, example, key=lambda each: (len(self.facts(each)), _size(each)))

    def reduced(self, letters: Letters, facts: Facts) -> Letters:
        """Without the operations that the last one needs not for its facts; only the model is asked."""
        again = True
        while again:
            # What an operation needed may be gone with a later one.
            again = False
            for index in range(len(letters) - 2, -1, -1):
                shorter = letters[:index] + letters[index + 1 :]
                if facts in self.facts(shorter):
                    letters, again = shorter, True
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
            if self.facts(candidate) == (behaviour.facts,):
                yield candidate

    def facts(self, letters: Letters) -> tuple[Facts, ...]:
        """What holds before the parts of the last operation."""
        model = self.teller.system.model(self.teller.tables, self.teller.folder)
        steps = self.steps(letters)
        for step in steps[:-1]:
            model.perform(step)
        return tuple(_facts(model.parts(steps[-1])))

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


def _facts(parts: Parts) -> Iterator[Facts]:
    return (part.facts for group in parts for part in group)


def _shorter(letters: Letters) -> Iterator[Letters]:
    """The same without one of its letters but the last."""
    return (letters[:index] + letters[index + 1 :] for index in range(len(letters) - 2, -1, -1))


def _size(letters: Letters) -> tuple[int, Letters]:
    return len(letters), letters
