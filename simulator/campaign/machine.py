"""Exploring: sequences of operations that nobody wrote down, each operation judged by what the diagrams say about it.

Lives here: `explore`: from what is learned over the tasks to what many tasks found together. Must not live here: which
tasks there are (`hunts`), doing one (`bench`), writing files (`saving`).

Law: the same seed, system and diagrams give the same `Exploration`, whatever the number of workers.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from simulator.blobs.backends import Backend
from simulator.campaign import merging
from simulator.campaign.bench import Bench, bench
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.confirming import Difference, confirm
from simulator.campaign.contradictions import contradictions
from simulator.campaign.crew import crew
from simulator.campaign.examples import Pair, Shown, examples_of
from simulator.campaign.exercising import coverage
from simulator.campaign.exhaustive import exhausting
from simulator.campaign.fault_search import needs_fault, strikes
from simulator.campaign.hunts import all_steps, boxed, hunts, in_order
from simulator.campaign.scenario import Scenario
from simulator.campaign.spelling import Spelling
from simulator.campaign.standing import Account, Progress
from simulator.campaign.step import Step
from simulator.campaign.system import System
from simulator.campaign.task import Failing, Found, Reached, Shrink, Task
from simulator.campaign.telling import Teller
from simulator.campaign.worker import Order
from simulator.conformance.exploration import Exploration, Failure, RuleUse, Source, Struck, Uncovered
from simulator.discovery.rules import Rule, learn
from simulator.errors import MissingAbilityError

SEQUENCES = 120
LENGTH = 24

Opener = Callable[[], AbstractContextManager[Backend]]

# Does tasks: what they found, in their order, and whether Ctrl-C kept some from being done.
Doing = Callable[[Iterable[Task], Account], tuple[list[Found], bool]]


def explore(  # noqa: PLR0913 - one for each thing to choose
    pairs: Sequence[Pair],
    backend: Backend,
    *,
    seed: int = 0,
    sequences: int = SEQUENCES,
    length: int = LENGTH,
    seconds: float | None = None,
    depth: int = 0,
    faults: int = 0,
    first: bool = False,
    system: System = BLOBS,
    aimed: bool = True,
    workers: int = 1,
    reopen: Opener | None = None,
    confirmed_on: Opener | None = None,
    progress: Progress | None = None,
) -> Exploration:
    """Judge generated sequences by the rules that the diagrams of `pairs` are examples of.

    Every different set of tables (stores) that the scenarios have is explored with all rules, unless another one holds
    it too: first the sequences of the scenarios themselves, with the invariants after every step, then the shortest
    ways to everything that the model can reach, then generated ones.
    Scenarios with settings or steps that the system's model does not know, or that the service cannot do, are left out.
    sequences: how many to generate, the sets share them; shrinking runs more. length: operations in one, at most.
    seconds: how long to search, instead of a number of sequences; what happens in that time differs from run to run.
    depth: instead of all that, run all sequences of so many operations on the simplest tables, as `exhaustive` says.
    faults: how many to inject at most, at the calls of the last operations of sequences that show every behaviour.
    first: end with the first sequence that fails, when it is shrunk; one process does that.
    aimed: otherwise generated ones only, every operation as likely as any other. workers: how many processes share the
    work; reopen: the same service once more, in each of them.
    confirmed_on: another service, on which one sample of every behaviour and every failure is run once more.
    progress: told how far it is after every sequence.
    Ctrl-C ends the search; what was found until then is returned.
    Raises `SimulatorError` where the backend cannot be used, or the system cannot be sent to workers.
    """
    end = None if seconds is None else time.monotonic() + seconds
    known, shown = _lessons(pairs, backend, system)
    rules = learn(example for each in shown for example in each.examples)
    with bench(system, rules, backend, first=first) as here:
        exhausted, tasks = (
            exhausting(known, system, here.folder, depth)
            if depth
            else (None, hunts(known, system, here.folder, seed=seed, sequences=sequences, length=length, aimed=aimed))
        )
        struck = strikes(tasks, system, here.folder, seed=seed, most=faults) if faults and not depth else ()
        every: Sequence[Task] = [*in_order(tasks), *struck]
        account = Account(progress, len(rules), len(every), end)
        with _doing(here, workers if end else min(workers, len(every)), reopen) as do:
            found, failing, interrupted = _all(
                do, every if end is None else boxed([*tasks, *struck], end), account, first=first
            )
        reached = merging.uncovered(found)
        uncovered = [_uncovered(here, each) for each in reached]
        differences: Sequence[Difference] = ()
        confirmed = ""
        if confirmed_on and not interrupted:
            with confirmed_on() as other:
                confirmed = other.name
                failing, differences, interrupted = confirm(found, failing, here, replace(here, backend=other), account)
        failures = [*(_failure(here, each) for each in failing), *(each.failure(here) for each in differences)]
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
        contradictions=contradictions(rules, system),
        coverage=coverage(rules, (each.coverage for each in shown), (each.exercised for each in found)),
        left_out=len(pairs) - len(known),
        interrupted=interrupted,
        reachable=merging.reachable(found, lambda due: system.behaviour(Step(due[0]), due[1])),
        exhausted=exhausted,
        seconds=seconds,
        faults=_struck(found, failing, reached) if struck else None,
        confirmed=confirmed,
    )


def _struck(found: Sequence[Found], failing: Sequence[Failing], reached: Sequence[Reached]) -> Struck:
    """What came of the faults."""
    kinds = sum((Counter(each.faults) for each in found), Counter[str]())
    failures, uncovered = (sum(map(needs_fault, each)) for each in (failing, reached))
    return Struck(dict(kinds), failures, uncovered)


def _lessons(pairs: Sequence[Pair], backend: Backend, system: System) -> tuple[Sequence[Scenario], Sequence[Shown]]:
    """The scenarios that can be explored, and what each shows."""
    known, shown = [], []
    for pair in pairs:
        if system.explorable(pair.scenario.tables, all_steps(pair.scenario)):
            try:
                shown.append(examples_of(pair, backend, system))
                known.append(pair.scenario)
            except MissingAbilityError:
                continue
    return known, shown


@contextmanager
def _doing(here: Bench, workers: int, reopen: Opener | None) -> Iterator[Doing]:
    """In this process, or in workers."""
    if workers <= 1 or reopen is None or here.first:
        yield partial(_alone, here)
        return
    folder = here.folder / "workers"
    folder.mkdir()
    with crew(workers, Order(here.system, here.rules, reopen), folder) as all_of_them:
        yield all_of_them.do


def _alone(here: Bench, tasks: Iterable[Task], account: Account) -> tuple[list[Found], bool]:
    found: list[Found] = []
    for task in tasks:
        found.append(here.do(task, account))
        account.done += 1
        if found[-1].interrupted:
            return found, True
        if here.first and found[-1].failing:
            break
    return found, False


def _all(
    do: Doing, tasks: Iterable[Task], account: Account, *, first: bool
) -> tuple[Sequence[Found], Sequence[Failing], bool]:
    """Everything that was found, one failure of each kind, shrunk, and whether it was interrupted."""
    found, interrupted = do(tasks, account)
    failing = merging.failing(found)
    large = list(failing)
    while large and not interrupted:
        shrunk, interrupted = do([Shrink(failing[kind]) for kind in large], account)
        found += shrunk
        small = merging.failing(shrunk)
        # What turns up meanwhile is shrunk as well, unless the first is enough.
        large = [kind for kind in small if kind not in failing and not first]
        failing |= {
            kind: replace(small[kind], after=failing.get(kind, small[kind]).after)
            for kind in small
            if kind in failing or not first
        }
    return found, list(failing.values()), interrupted


def _uncovered(here: Bench, reached: Reached) -> Uncovered:
    spelling = Spelling.of(here.system, reached.tables, here.folder)
    letters = spelling.letters(reached.steps)
    steps = spelling.steps(next(spelling.simpler(letters, reached.behaviour), letters))
    teller = Teller(here.system, reached.tables, here.folder)
    return teller.uncovered(reached.behaviour, steps, reached.count, here.backend)


def _failure(here: Bench, failing: Failing) -> Failure:
    teller = Teller(here.system, failing.tables, here.folder)
    failure = teller.failure(failing.kind.behaviour, failing.steps, failing.wrong)
    return replace(failure, found_after=failing.after)


def _use(system: System, rule: Rule, count: int) -> RuleUse:
    sources = tuple(Source(example.diagram, example.section, example.place) for example in rule.examples)
    return RuleUse(system.behaviour(Step(rule.operation), rule.facts), sources, count)
