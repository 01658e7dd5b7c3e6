"""How fast the parts are, side by side: `python -m pytest tests/benchmarks/bench_speed.py`.

Not part of the tests: numbers are read by people, and only ratios within one run mean something.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.campaign import scenario as scenarios
from simulator.campaign.machine import explore
from simulator.campaign.runner import run
from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.events import Observer, Trace
from simulator.interaction.lower import lower
from simulator.interaction.vocabulary import BLOB
from simulator.recording.recorder import Recorder
from tests.campaign.shipped import TRACES, shipped

Measure = Callable[..., Any]
SEED = (TRACES / "basic.puml").read_text()
LONG = SEED.replace("@enduml", "") + "\n".join(SEED.splitlines()[4:-1] * 400) + "\n@enduml\n"
STORES = {"main": StoreOptions()}


@pytest.fixture(params=["memory", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each of the services in this process."""
    with open_backend(request.param) as backend:
        yield backend


@pytest.mark.benchmark(group="reading 18,000 lines")
def test_parse(benchmark: Measure) -> None:
    """Text to tree."""
    assert benchmark(parse, LONG)


@pytest.mark.benchmark(group="reading 18,000 lines")
def test_print(benchmark: Measure) -> None:
    """Tree to text."""
    (diagram,) = parse(LONG)
    assert benchmark(print_diagram, diagram)


@pytest.mark.benchmark(group="reading 18,000 lines")
def test_lower(benchmark: Measure) -> None:
    """Tree to what is expected."""
    (diagram,) = parse(LONG)
    assert benchmark(lower, diagram, "long")


@pytest.mark.benchmark(group="judging the seed's run")
@pytest.mark.parametrize("missing", [0, 1, 3])
def test_check(benchmark: Measure, missing: int) -> None:
    """A run of 30 events with so many of them missing."""
    expectation = lower(parse(SEED)[0], "seed")
    with open_backend("memory") as backend:
        events = run(scenarios.load(TRACES / "basic.toml"), backend).trace.events
    trace = Trace("run", tuple(event for number, event in enumerate(events) if number % 10 or number // 10 >= missing))
    assert benchmark(check, expectation, trace).cost == missing


@pytest.mark.benchmark(group="writing a blob that is there")
@pytest.mark.parametrize("observed", [False, True], ids=["unobserved", "observed"])
def test_write(benchmark: Measure, backend: Backend, tmp_path: Path, *, observed: bool) -> None:
    """The cost of being observed, beside that of the service."""
    observer: Observer | None = Recorder("run", BLOB.word) if observed else None
    manager = BlobManager(backend.client, backend.bucket, STORES, observer=observer, temp_dir=tmp_path)
    assert benchmark(manager.write, "main", b"foo")


@pytest.mark.benchmark(group="exploring 10 sequences, judged")
def test_explore(benchmark: Measure, backend: Backend) -> None:
    """Sequences of operations, each judged by the rules of all shipped diagrams."""
    found = benchmark(explore, shipped(), backend, sequences=10)
    assert found.operations
