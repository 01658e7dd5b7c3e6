"""Sequences of steps as sequences of letters: small numbers that can be compared, drawn and shrunk.

Lives here: the letters of one set of tables, and what the model alone knows of a sequence. Must not live here: running
sequences (`search`).
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.campaign.step import Step, Tables
from simulator.campaign.strategies import Letters
from simulator.campaign.system import Parts, System
from simulator.conformance.exploration import Behaviour

# Up to this length the simplest example is looked for among all sequences.
_EXHAUSTIVE = 2

Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The letters of one set of tables.

    folder: where the files lie that steps name. alphabet: the steps that are written as letters; it grows. groups: the
    letters of each group of the system's alphabet.
    """

    system: System
    tables: Tables
    folder: Path
    alphabet: list[Step]
    groups: Sequence[Letters]

    @classmethod
    def of(cls, system: System, tables: Tables, folder: Path) -> "Spelling":
        """The system's own alphabet."""
        groups = system.alphabet(tables)
        numbers = itertools.count()
        of_groups = [tuple(next(numbers) for _ in group) for group in groups]
        return cls(system, tables, folder, [step for group in groups for step in group], of_groups)

    def kinds(self, letters: Letters) -> Sequence[Letters]:
        """The letters of each operation."""
        kinds: dict[str, list[int]] = {}
        for letter in letters:
            kinds.setdefault(self.alphabet[letter].do, []).append(letter)
        return [tuple(kind) for kind in kinds.values()]

    def letters(self, steps: Sequence[Step]) -> Letters:
        """Steps as letters; nobody draws those by chance that are no letters of the system's alphabet."""
        for step in steps:
            if step not in self.alphabet:
                self.alphabet.append(step)
        return tuple(self.alphabet.index(step) for step in steps)

    def steps(self, letters: Letters) -> tuple[Step, ...]:
        """The operations that the letters stand for."""
        return tuple(self.alphabet[letter] for letter in letters)

    def facts(self, letters: Letters) -> tuple[Facts, ...]:
        """What holds before the parts of the last operation."""
        model = self.system.model(self.tables, self.folder)
        steps = self.steps(letters)
        for step in steps[:-1]:
            model.perform(step)
        return tuple(facts_of(model.parts(steps[-1])))

    def may_have(self, letters: Letters, facts: Facts) -> bool:
        """Whether these are the facts of the last operation, as far as the model knows; of several parts the first."""
        return not self.system.has_model or self.facts(letters)[:1] == (facts,)

    def reduced(self, letters: Letters, facts: Facts, facts_of_last: Callable[[Letters], Sequence[Facts]]) -> Letters:
        """Without the operations that the last one needs not for its facts."""
        again = True
        while again:
            # What an operation needed may be gone with a later one.
            again = False
            for index in range(len(letters) - 2, -1, -1):
                shorter = letters[:index] + letters[index + 1 :]
                if facts in facts_of_last(shorter):
                    letters, again = shorter, True
        return letters

    def simpler(self, letters: Letters, behaviour: Behaviour) -> Iterator[Letters]:
        """The sequences before this one, of its length, that end with the behaviour."""
        if len(letters) > _EXHAUSTIVE:
            return
        last = [index for index, step in enumerate(self.alphabet) if step.do == behaviour.operation]
        every = range(len(self.alphabet))
        for candidate in itertools.product(*[every] * (len(letters) - 1), last):
            if candidate >= letters:
                return
            if self.facts(candidate) == (behaviour.facts,):
                yield candidate


def facts_of(parts: Parts) -> Iterator[Facts]:
    """What holds before each part of an operation."""
    return (part.facts for group in parts for part in group)


def without_one(letters: Letters) -> Iterator[Letters]:
    """The same without one of its letters but the last."""
    return (letters[:index] + letters[index + 1 :] for index in range(len(letters) - 2, -1, -1))


def size(letters: Letters) -> tuple[int, Letters]:
    """What makes one sequence smaller than another."""
    return len(letters), letters
