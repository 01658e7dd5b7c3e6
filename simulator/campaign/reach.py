"""What can be reached at all: every operation under every facts, and the fewest operations that lead there.

Lives here: `reach`, a search in breadth through the states of the reference model; nothing is run. Must not live here:
what is done with the ways (`machine`), which states are alike (the model says so).

Laws: replaying a way in a fresh model ends with its facts; no sequence of operations of one group, as long as `depth`
at most, reaches anything else or anything sooner.
"""

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.campaign.step import Step, Tables
from simulator.campaign.system import Model, System

# An operation, and what holds before it.
Due = tuple[str, tuple[str, ...]]
Steps = tuple[Step, ...]

# How far is looked by default: all shipped behaviours take five operations at most.
DEPTH = 5
# After so many transitions with as many operations the next one is the last: then it is a matter of seconds.
LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Reach:
    """What the model can come to.

    ways: the shortest sequence that ends with each operation under each facts; of equally long ones the first in the
    order of the alphabet. states: different ones that were looked at. transitions: operations in them. depth: how many
    operations all sequences had that were looked at. complete: longer ones lead to nothing else.
    """

    ways: Mapping[Due, Steps]
    states: int
    transitions: int
    depth: int
    complete: bool


def reach(system: System, tables: Tables, folder: Path, *, depth: int = DEPTH, limit: int = LIMIT) -> Reach:
    """Search every group of the system's alphabet on its own, unless it is like another one.

    folder: where files lie that steps name. depth: operations in a sequence, at most. limit: a group with
    so many transitions after as many operations is not searched any deeper.
    """
    model = system.model(tables, folder)
    return joined(reached(letters, model, depth=depth, limit=limit) for letters in system.unlike(tables))


def reached(letters: Sequence[Step], model: Model, *, depth: int = DEPTH, limit: int = LIMIT) -> Reach:
    """Search the sequences of `letters` from the state of `model` on; the bounds are those of `reach`."""
    return _Group(letters, model).searched(depth, limit)


def joined(reaches: Iterable[Reach]) -> Reach:
    """Several together; what is complete does not bound the depth of others."""
    all_of_them = list(reaches)
    ways: dict[Due, Steps] = {}
    for each in all_of_them:
        for due, way in each.ways.items():
            if due not in ways or len(way) < len(ways[due]):
                ways[due] = way
    incomplete = [each.depth for each in all_of_them if not each.complete]
    return Reach(
        ways,
        sum(each.states for each in all_of_them),
        sum(each.transitions for each in all_of_them),
        min(incomplete) if incomplete else max((each.depth for each in all_of_them), default=0),
        not incomplete,
    )


@dataclass(slots=True)
class _Group:
    """The search among the operations of one group; level: states that are new, and a way to each."""

    letters: Sequence[Step]
    model: Model
    ways: dict[Due, Steps] = field(default_factory=dict)
    known: set[Hashable] = field(default_factory=set)
    level: list[tuple[Model, Steps]] = field(default_factory=list)

    def searched(self, depth: int, limit: int) -> Reach:
        """Look at all sequences of one operation, then of two ..."""
        self.known.add(self.model.state())
        self.level.append((self.model, ()))
        operations = states = transitions = 0
        last = False
        while self.level and not last:
            operations += 1
            pairs = len(self.level) * len(self.letters)
            last = operations == depth or pairs > limit
            states += len(self.level)
            transitions += pairs
            for model, way in self.level:
                self.look(model, way)
            self.level = list(itertools.islice(self.deeper(), 1 if last else None))
        return Reach(self.ways, states, transitions, operations, not self.level)

    def look(self, model: Model, way: Steps) -> None:
        """Note under which facts every operation would happen."""
        for step in self.letters:
            for due in ((step.do, part.facts) for group in model.parts(step) for part in group):
                if due not in self.ways:
                    self.ways[due] = (*way, step)

    def deeper(self) -> Iterator[tuple[Model, Steps]]:
        """Do every operation; the states that are new."""
        for model, way in self.level:
            for step in self.letters:
                after = model.fork()
                after.perform(step)
                state = after.state()
                if state not in self.known:
                    self.known.add(state)
                    yield after, (*way, step)
