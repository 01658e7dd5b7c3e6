"""How fast sequences are explored: `python -m pytest tests/benchmarks/bench_exploring.py`.

The same sequences of 47 operations go through more and more of what exploring does, on `memory` and on `moto`. The
layers take turns, of several passes the quickest counts: only ratios within one run mean something. Time is what this
thread computed, and what the system computed for it. Temp files are real ones: `TMPDIR=/dev/shm` puts them into memory,
where that is a file system of its own. Beyond the bare calls exploring cannot go: they are what it is for.

Not part of the tests: numbers are read by people.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from random import Random

import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.blob_session import BlobSession
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import examples_of
from simulator.campaign.judging import Rules
from simulator.campaign.runner import private_folder
from simulator.campaign.sequence import Series, play
from simulator.campaign.step import Step, Tables
from simulator.campaign.strategies import Code, Letters, hunt
from simulator.discovery.rules import learn
from simulator.events import Operation
from tests.campaign.shipped import PLAIN, of

LENGTH = 47
PASSES = 3
# Of the alphabet's groups the last one is on a content of more than a megabyte: that is time for hashing and disks.
SMALL = 2

Sequences = Sequence[Sequence[Step]]
Say = Callable[[str], None]

CONFIGURATIONS: Mapping[str, Tables] = {
    "plain": {"stores": {"main": {}, "other": {"prefix": "other"}}},
    "cached, transactional": {
        "stores": {"main": {"cache": True, "transactional": True}, "other": {"prefix": "other", "transactional": True}}
    },
}
FOLDERS = (*PLAIN, "cache", "transactions")


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Say a line to whoever runs this."""

    def said(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")

    return said


@cache
def rules() -> Rules:
    """What the shipped diagrams of these configurations say."""
    with open_backend("memory") as backend:
        shown = [examples_of(pair, backend, BLOBS) for pair in of(*FOLDERS)]
    return Rules(learn(example for each in shown for example in each.examples))


def drawn(tables: Tables, count: int, groups: int | None) -> Sequences:
    """Sequences of random steps, each on one content."""
    random, alphabet = Random(0), BLOBS.alphabet(tables)[:groups]
    return [random.choices(random.choice(alphabet), k=LENGTH) for _ in range(count)]


class Layers:
    """What can be done with a sequence, from the manager alone to all of exploring; each gives how many steps it did.

    series: where they are watched. unheard: a session that tells nobody.
    """

    def __init__(self, series: Series, unheard: BlobSession) -> None:
        self._series, self._unheard = series, unheard

    @property
    def all(self) -> Mapping[str, Callable[[Sequence[Step]], int]]:
        """The layers by name."""
        return {
            "bare calls": self.bare,
            "+ being told": partial(self.watched, model=False, look=False),
            "+ model": partial(self.watched, look=False),
            "+ invariants": self.watched,
            "+ judging": self.judged,
        }

    def bare(self, steps: Sequence[Step]) -> int:
        """Nobody is told of anything."""
        for step in steps:
            self._unheard.perform(step)
        self._unheard.reset()
        return len(steps)

    def watched(self, steps: Sequence[Step], *, model: bool = True, look: bool = True) -> int:
        """What happens is told, what must come back is known, and what is left behind is looked at."""
        with self._series.watching() as watch:
            for step in steps:
                if model:
                    assert watch.model.parts(step)
                outcome = watch.session.perform(step)
                if model:
                    assert outcome.fits(watch.model.perform(step, outcome.names))
                assert not look or not watch.session.violation(watch.model)
        return len(steps)

    def judged(self, steps: Sequence[Step]) -> int:
        """As exploring does it."""
        with self._series.watching() as watch:
            played = play(watch, steps, rules())
        assert played.wrong is None, played.wrong.message
        return len(played.seen)


@contextmanager
def layers_on(tables: Tables, service: str, folder: Path) -> Iterator[Layers]:
    """The layers on one service; folder: for the files that steps name."""

    def nobody(_: Operation, /) -> None:
        pass

    for file in BLOBS.files:
        (folder / file.name).write_bytes(file.content)
    with (
        open_backend(service) as backend,
        private_folder() as private,
        closing(BLOBS.start(tables, folder, backend, nobody, private)) as unheard,
        closing(Series(BLOBS, tables, folder, backend)) as series,
    ):
        yield Layers(series, unheard)


def quickest(things: Mapping[str, Callable[[], int]]) -> Mapping[str, float]:
    """Operations in a second, of the quickest of several passes."""
    best = dict.fromkeys(things, 0.0)
    for number in range(PASSES):
        for name in list(things)[:: 1 if number % 2 else -1]:
            began = time.thread_time()
            operations = things[name]()
            best[name] = max(best[name], operations / (time.thread_time() - began))
    return best


def told(say: Say, rates: Mapping[str, float]) -> None:
    """Say how quick each was, and what it took more than the first."""
    first = next(iter(rates.values()))
    for name, rate in rates.items():
        say(f"  {name:14} {rate:8,.0f} op/s {rate / LENGTH:7,.1f} seq/s {1e6 / rate:8,.1f} us {first / rate:6.2f} x")


@pytest.mark.parametrize("groups", [SMALL, None], ids=["small", "all"])
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_layers(say: Say, tmp_path: Path, name: str, groups: int | None) -> None:
    """Judging beside the bare calls, on `memory` and on `moto`."""
    tables = CONFIGURATIONS[name]
    rules()
    judged = {}
    for service, count in (("memory", 40), ("moto", 3)):
        sequences = drawn(tables, count if groups else count // 3, groups)
        with layers_on(tables, service, tmp_path) as through_all:
            layers = through_all.all
            for layer in layers.values():
                layer(sequences[0])
            rates = quickest({each: partial(through, layer, sequences) for each, layer in layers.items()})
        say(f"\n{name} stores, {'short' if groups else 'all'} contents, on {service}:")
        told(say, rates)
        judged[service] = rates["+ judging"]
    say(f"  memory is {judged['memory'] / judged['moto']:.1f} times moto")


def through(layer: Callable[[Sequence[Step]], int], sequences: Sequences) -> int:
    """All sequences through one layer."""
    return sum(map(layer, sequences))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_drawing(say: Say, tmp_path: Path, name: str) -> None:
    """Sequences that Hypothesis draws beside those of a plain random choice, run and judged, and not run at all."""
    tables, count = CONFIGURATIONS[name], 60
    groups = BLOBS.alphabet(tables)[:SMALL]
    steps = [step for group in groups for step in group]
    starts = [sum(map(len, groups[:number])) for number in range(len(groups))]
    alphabets = [[tuple(range(start, start + len(group)))] for start, group in zip(starts, groups, strict=True)]
    rules()
    with layers_on(tables, "memory", tmp_path) as layers:
        judged = layers.judged

        def hypothesis(layer: Callable[[Sequence[Step]], int]) -> int:
            lengths = []

            def attempt(letters: Letters) -> float:
                lengths.append(layer([steps[letter] for letter in letters]))
                return 0.0

            hunt(attempt, alphabets, tmp_path / ".hypothesis", seed=0, sequences=count, length=LENGTH, aimed=False)
            return sum(lengths)

        def chosen(layer: Callable[[Sequence[Step]], int]) -> int:
            random = Random(0)
            code = Code(alphabets, LENGTH, swarm=False)
            drawn = enumerate(random.randbytes(code.size) for _ in range(count))
            return sum(layer([steps[letter] for letter in code.letters(each, turn)]) for turn, each in drawn)

        ways = {"random": chosen, "Hypothesis": hypothesis}
        done: Mapping[str, Callable[[Sequence[Step]], int]] = {"judged": judged, "not run": len}
        rates = quickest({f"{way}, {each}": partial(ways[way], layer) for way in ways for each, layer in done.items()})
    say(f"\n{name} stores, short contents, on memory:")
    for each, rate in rates.items():
        say(f"  {each:20} {rate:10,.0f} op/s {rate / LENGTH:9,.1f} seq/s")
    assert math.isfinite(min(rates.values()))
