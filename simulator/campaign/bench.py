"""The place where tasks are done: what all of them need, and how each is done.

Lives here: `Bench`. Must not live here: which tasks there are (`machine`), what is made of their results (`merging`).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from simulator.blobs.backends import Backend
from simulator.campaign.fault_search import struck
from simulator.campaign.judging import Rules
from simulator.campaign.reach import Steps, reach
from simulator.campaign.runner import private_folder
from simulator.campaign.search import Search
from simulator.campaign.sequence import Series
from simulator.campaign.shrinking import shrink
from simulator.campaign.spelling import Spelling, facts_of
from simulator.campaign.strategies import Letters, hunt, interruptible
from simulator.campaign.system import System
from simulator.campaign.task import Advance, Found, Hunt, Shrink, Strike, Task
from simulator.discovery.rules import Rule


@dataclass(frozen=True, slots=True)
class Bench:
    """What tasks are done with.

    judging: by these rules. folder: where the files lie that steps name. first: a hunt ends with what fails first.
    """

    system: System
    rules: Sequence[Rule]
    judging: Rules
    backend: Backend
    folder: Path
    first: bool = False

    def do(self, task: Task, tell: Callable[[Advance], object]) -> Found:
        """Do one task; tell: called after every sequence. After Ctrl-C, give what was found until then.

        Raises `SimulatorError` where the backend cannot be used.
        """
        with closing(Series(self.system, task.tables, self.folder, self.backend)) as series:
            search = self.search(series, tell)
            try:
                with suppress(_Enough):
                    match task:
                        case Hunt():
                            self.hunt(task, search)
                        case Strike():
                            self.strike(task, search)
                        case Shrink():
                            self.shrink(task, search)
            except KeyboardInterrupt:
                return search.found(interrupted=True)
            return search.found(interrupted=False)

    def hunt(self, task: Hunt, search: Search) -> None:
        """Go through the sequences that somebody wrote down, the ways to what can be reached, and generated ones."""
        spelling = search.spelling
        every = tuple(range(len(spelling.alphabet)))
        alphabets = [[every]] if task.uniform else [spelling.kinds(letters) for letters in (every, *spelling.groups)]

        def attempt(letters: Letters) -> float:
            if search.try_once(letters) and self.first:
                raise _Enough
            return search.rarest

        with interruptible() as stop_if_interrupted:
            for letters in self.planned(task, search):
                stop_if_interrupted()
                if time.monotonic() > task.end:
                    return
                attempt(letters)
        hunt(
            attempt,
            alphabets,
            self.folder / ".hypothesis",
            seed=task.seed,
            turn=task.turn,
            sequences=task.sequences,
            length=task.length,
            aimed=not task.uniform,
            end=task.end,
        )

    def planned(self, task: Hunt, search: Search) -> Iterator[Letters]:
        """Sequences that are not generated; of the ways those that end with what was not met before, longest first."""
        yield from [search.spelling.letters(steps) for steps in task.shown]
        if task.aimed and self.system.has_model:
            search.reach = reach(self.system, task.tables, self.folder)
            for due, way in sorted(search.reach.ways.items(), key=lambda each: -len(each[1])):
                if due not in search.met:
                    yield search.spelling.letters(self.tour(task, way, search))

    def tour(self, task: Hunt, way: Steps, search: Search) -> Steps:
        """A way, and what can be met from its end with one operation each, one after the other."""
        model = self.system.model(task.tables, self.folder)
        for step in way:
            model.perform(step)
        steps = list(way)
        for (operation, facts), other in search.reach.ways.items() if search.reach else ():
            last = other[-1]
            if (operation, facts) not in search.met and len(other) > 1 and facts in facts_of(model.parts(last)):
                steps.append(last)
                model.perform(last)
        return tuple(steps)

    def strike(self, task: Strike, search: Search) -> None:
        """Try each sequence with each fault."""
        with interruptible() as stop_if_interrupted:
            every: list[tuple[str, Steps]] = []
            for steps in task.sequences:
                stop_if_interrupted()
                if task.end is not None and time.monotonic() > task.end:
                    break
                every += struck(search.series, steps)
            chosen = Random(task.seed).sample(range(len(every)), min(task.most, len(every)))  # noqa: S311 - not a secret
            for kind, steps in (every[number] for number in (chosen if task.end else sorted(chosen))):
                stop_if_interrupted()
                if task.end is not None and time.monotonic() > task.end:
                    return
                search.faults[kind] += 1
                if search.try_once(search.spelling.letters(steps)) and self.first:
                    raise _Enough

    def shrink(self, task: Shrink, search: Search) -> None:
        """Look for a smaller sequence that fails in the same way."""
        with interruptible() as stop_if_interrupted:
            letters = search.spelling.letters(task.failing.steps)
            shrink(search, task.failing.kind, letters, stop_if_interrupted)

    def search(self, series: Series, tell: Callable[[Advance], object]) -> Search:
        """A search that has tried nothing yet."""
        numbers = {id(rule): number for number, rule in enumerate(self.rules)}
        return Search(Spelling.of(self.system, series.tables, self.folder), series, self.judging, numbers, tell)


class _Enough(Exception):
    """Ends a hunt that has found what it was for."""


@contextmanager
def bench(system: System, rules: Sequence[Rule], backend: Backend, *, first: bool = False) -> Iterator[Bench]:
    """A bench with the files of the system, in a folder that is removed at the end."""
    with private_folder() as folder:
        for file in system.files:
            (folder / file.name).write_bytes(file.content)
        yield Bench(system, rules, Rules(rules), backend, folder, first)
