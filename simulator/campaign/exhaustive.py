"""Every sequence of operations over a small domain, but for those that show nothing new.

Lives here: which sequences those are; only the model is asked. Must not live here: running them (`bench`), the domain
(the system gives it).

Two sequences are the same where a renaming of the domain leads from one to the other, and what follows one shows
nothing new where an earlier one, or a renaming of it, leads to an equal state. So each operation is run once in each
state, both up to renaming. What the system remembers beside what the model does, nobody hears of here.

Law: of all sequences of the domain up to that length, each is run, or a renaming or an equal state leads it to one that
is (`sequences == transitions + symmetric + equal`).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.campaign.domain import Domain, Renaming
from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import Model, System
from simulator.campaign.task import Hunt
from simulator.conformance.exploration import Exhausted
from simulator.errors import ConfigurationError

Letters = tuple[int, ...]

# How many sequences one task has.
_TASK = 250


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is, counted, and the sequences to run; each of the others that count is the beginning of one."""

    counts: Exhausted
    sequences: Sequence[tuple[Step, ...]]


def exhausting(
    scenarios: Sequence[Scenario], system: System, folder: Path, depth: int
) -> tuple[Exhausted, Sequence[Hunt]]:
    """The tasks that go through all sequences on the simplest tables that a scenario has, and what they stand for.

    folder: where files lie that steps name. Raises `ConfigurationError` where there is no model to be asked.
    """
    if not system.has_model:
        raise ConfigurationError(f"{system.name} has no reference model that tells equal states: leave out --depth")
    if not scenarios:
        raise ConfigurationError("none of the scenarios can be explored: there are no stores to go through")
    tables = _simplest([scenario.tables for scenario in scenarios], system)
    plan = planned(system, tables, folder, depth)
    tasks = [
        Hunt(tables, tuple(plan.sequences[start : start + _TASK])) for start in range(0, len(plan.sequences), _TASK)
    ]
    return plan.counts, tasks


def _simplest(tables: Sequence[Tables], system: System) -> Tables:
    """Those with two named entries, if any, and of those the ones with the fewest settings."""

    def size(each: Tables) -> tuple[int, int]:
        named = sum(len(entries) for table, entries in each.items() if table not in system.flat_tables)
        return abs(named - 2), sum(len(entry) for entries in each.values() for entry in entries.values())

    return min(tables, key=size)


def planned(system: System, tables: Tables, folder: Path, depth: int) -> Plan:
    """Go through all sequences of up to `depth` operations; folder: where files lie that steps name."""
    names = tuple(name for table in tables if table not in system.flat_tables for name in tables[table])
    return _Walk(system.domain(tables), names).plan(system.model(tables, folder), depth)


@dataclass(frozen=True, slots=True)
class _Place:
    """A state that is new: the sequence that leads there, and a model for each renaming of that."""

    letters: Letters
    models: Sequence[Model]
    states: Sequence[Hashable]


@dataclass(slots=True)
class _Walk:
    """All sequences, once.

    names: of the entries of tables. known: states, and what renaming makes of them. places: states up to renaming.
    pairs: of a state and an operation. sequences: one for each pair, up to renaming.
    """

    domain: Domain
    names: tuple[str, ...]
    known: set[Hashable] = field(default_factory=set)
    places: int = 0
    pairs: int = 0
    sequences: list[Letters] = field(default_factory=list)

    def plan(self, model: Model, depth: int) -> Plan:
        """From the first state on, one operation more at a time."""
        level = [self.place((), [model.fork() for _ in self.domain.renamings])]
        for _ in range(depth):
            level = [found for place in level for found in self.following(place)]
        inner = {letters[:-1] for letters in self.sequences}
        steps = self.domain.steps
        everything = sum(len(steps) ** length for length in range(1, depth + 1))
        return Plan(
            Exhausted(
                names=self.names,
                depth=depth,
                operations=len(steps),
                sequences=everything,
                states=self.places,
                transitions=len(self.sequences),
                symmetric=self.pairs - len(self.sequences),
                equal=everything - self.pairs,
                complete=not level,
            ),
            [tuple(steps[letter] for letter in each) for each in self.sequences if each not in inner],
        )

    def place(self, letters: Letters, models: Sequence[Model]) -> _Place:
        """A place that is known from now on, under all of its names."""
        place = _Place(letters, models, [model.state() for model in models])
        self.known.update(place.states)
        self.places += 1
        return place

    def following(self, place: _Place) -> list[_Place]:
        """Do every operation there, of those that renaming does not tell apart the first; the places that are new."""
        found = []
        steps, renamings = self.domain.steps, self.domain.renamings
        unchanged = [
            renaming for renaming, state in zip(renamings, place.states, strict=True) if state == place.states[0]
        ]
        self.pairs += len(set(place.states)) * len(steps)
        for letter in range(len(steps)):
            if any(renaming[letter] < letter for renaming in unchanged):
                continue
            letters = (*place.letters, letter)
            self.sequences.append(letters)
            if self.after(place.models[0], letter, renamings[0]).state() not in self.known:
                after = [self.after(model, letter, by) for model, by in zip(place.models, renamings, strict=True)]
                found.append(self.place(letters, after))
        return found

    def after(self, model: Model, letter: int, renaming: Renaming) -> Model:
        """Do an operation, renamed, in a copy."""
        fork = model.fork()
        fork.perform(self.domain.steps[renaming[letter]])
        return fork
