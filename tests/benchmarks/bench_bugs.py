"""How soon planted bugs are found: `python -m pytest tests/benchmarks/bench_bugs.py`.

A table: for each bug of `tests/campaign/planted.py` the operations until it is found, aimed (as `explore` does it) and
uniform (every operation as likely as any other, nothing else), and the size of the shrunk sequence, with the same
budget. Then how many of the rules both come to with as many
operations as `explore` runs by default, and how soon each comes to the rarest of them.

Not part of the tests: numbers are read by people. It takes a few minutes.
"""

import sys
from collections.abc import Callable, Sequence
from statistics import median

import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.machine import LENGTH, SEQUENCES, explore
from simulator.conformance.exploration import Exploration
from tests.campaign.planted import BUGS
from tests.campaign.shipped import PLAIN, of

SEED = 1
# What uniform choice may run until it gives up, so that a bug that it finds late is told from one that it never finds.
GENERATED = 10 * SEQUENCES
# How many times as many operations uniform choice gets in the end to reach everything.
TIMES = 10

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Say a line to whoever runs this."""

    def said(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")

    return said


def first_of(found: Exploration) -> tuple[int | None, int | None]:
    """After how many operations something failed, and how many it takes when shrunk; None where nothing did."""
    if not found.failures:
        return None, None
    failure = min(found.failures, key=lambda failure: failure.found_after)
    return failure.found_after, len(failure.sequence)


def shown(number: float | None) -> str:
    """A number; a dash for none."""
    return "-" if number is None else f"{number:.0f}"


def test_bugs(say: Say) -> None:
    """Each bug aimed and uniform, and medians of each kind: what uniform choice did not find counts as infinite."""
    rows: list[tuple[str, tuple[int | None, int | None, int | None]]] = []
    say(f"\n{'kind':<14}{'bug':<38}{'aimed':>8}{'uniform':>9}{'shrunk to':>11}")
    for bug in BUGS:
        aimed, size = first_of(bug.explored(seed=SEED, sequences=GENERATED))
        uniform, _ = first_of(bug.explored(seed=SEED, sequences=GENERATED, aimed=False))
        rows.append((bug.kind, (aimed, uniform, size)))
        say(f"{bug.kind:<14}{bug.name:<38}{shown(aimed):>8}{shown(uniform):>9}{shown(size):>11}")
    for kind in [*dict.fromkeys(bug.kind for bug in BUGS), ""]:
        some = [numbers for each, numbers in rows if kind in {each, ""}]
        missed = [sum(numbers[column] is None for numbers in some) for column in (0, 1)]
        middle = [middle_of([numbers[column] for numbers in some]) for column in (0, 1, 2)]
        say(
            f"{kind or 'all':<14}{f'median of {len(some)}, not found: {missed[0]} and {missed[1]}':<38}"
            f"{middle[0]:>8}{middle[1]:>9}{middle[2]:>11}"
        )


def middle_of(numbers: Sequence[int | None]) -> str:
    """The median, where half of them are numbers."""
    middle = median(float("inf") if number is None else number for number in numbers)
    return "-" if middle == float("inf") else f"{middle:.0f}"


def test_behaviours(say: Say) -> None:
    """How many behaviours each comes to, and how soon to the one that uniform choice meets least."""
    folders = (*PLAIN, "cache", "documents", "transactions", "async-digests")
    with open_backend("memory") as backend:
        aimed = explore(of(*folders), backend, seed=SEED)
        # A sequence that is chosen uniformly has half of the most operations on the average.
        same, more = (
            explore(of(*folders), backend, seed=SEED, aimed=False, sequences=times * aimed.operations // (LENGTH // 2))
            for times in (1, TIMES)
        )
    say("")
    for name, found in (("aimed", aimed), ("uniform", same), ("uniform", more)):
        reached = sum(rule.count > 0 for rule in found.rules)
        say(f"{name:<8} {reached} of {len(found.rules)} rules in {found.operations} operations")
    rarest = min(zip(aimed.rules, more.rules, strict=True), key=lambda rules: rules[1].count)
    times = more.operations / max(1, rarest[1].count) / aimed.operations
    say(
        f"the rarest: {rarest[0].behaviour.title}: aimed within {aimed.operations} operations, uniform "
        + (f"{rarest[1].count} times in {more.operations}" if rarest[1].count else f"not in {more.operations}")
        + f": {'' if rarest[1].count else 'more than '}{times:.1f} times as many"
    )
    assert all(rule.count for rule in aimed.rules)
