"""How fast the parts are, side by side: `python -m pytest tests/benchmarks/bench_speed.py`.

Not part of the tests: numbers are read by people, and only ratios within one run mean something.
"""

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from simulator import record
from simulator.blobs.announce import Announcer
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
REQUEST: dict[str, Any] = {"headers": {}, "body": b""}
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


def cost(plain: Callable[[], object], recorded: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Microseconds that a call takes, and that it takes more when it is recorded.

    The two take turns, so that whatever else the machine does strikes both; of ten turns the quickest counts, of all
    rounds the median. Counted is the time that this thread computes, not the time it waits for others.
    """
    clock = time.thread_time
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        quickest = [math.inf, math.inf]
        for turn in range(20):
            which = (turn + turn // 2) % 2
            began = clock()
            (plain, recorded)[which]()
            quickest[which] = min(quickest[which], clock() - began)
        found.append((quickest[0], quickest[1] - quickest[0]))
    return statistics.median(base for base, _ in found) * 1e6, statistics.median(more for _, more in found) * 1e6


def test_recorded_call(capsys: pytest.CaptureFixture[str]) -> None:
    """A boto3 call on moto, with and without the recorder: what is recorded should cost under 20 microseconds."""
    with open_backend("moto") as backend:
        clients: list[Any] = [boto3.client("s3", region_name="us-east-1") for _ in range(2)]
        clients[0].put_object(Bucket=backend.bucket, Key="k", Body=b"foo")
        one, other = (partial(client.head_object, Bucket=backend.bucket, Key="k") for client in clients)
        # Two clients are never equally fast, so each of them is recorded once.
        with record(clients[1]):
            base, more = cost(one, other, rounds=100)
        with record(clients[0]):
            more = (more + cost(other, one, rounds=100)[1]) / 2
    with capsys.disabled():
        sys.stdout.write(f"\na boto3 call on moto: {base:.0f} us, recorded: {more:+.1f} us\n")


def test_announcement(capsys: pytest.CaptureFixture[str]) -> None:
    """An announcement of the blob manager, with and without the recorder: it should cost under 2 microseconds."""

    def announce(announcer: Announcer) -> None:
        for _ in range(1_000):
            announcer("put", "Nuxeo", "S3", size=3, key="acbd18db4cc2f85cedef654fccc4a4d8")

    def recorded() -> None:
        announce(Announcer(Recorder("run", BLOB.word)))

    base, more = (thousand / 1_000 for thousand in cost(lambda: announce(Announcer()), recorded, rounds=20))
    with capsys.disabled():
        sys.stdout.write(f"\nan announcement: {base:.2f} us, recorded: {more:+.2f} us\n")


@pytest.mark.benchmark(group="the hooks of a boto3 call, as botocore calls them")
@pytest.mark.parametrize("recorded", [False, True], ids=["unrecorded", "recorded"])
def test_hooks(benchmark: Measure, *, recorded: bool) -> None:
    """The cost of being recorded, alone: the difference of the two is what a call pays."""
    client: Any = boto3.client("s3", region_name="us-east-1")
    model = client.meta.service_model.operation_model("HeadObject")
    answer = SimpleNamespace(status_code=200)
    parsed = {"ResponseMetadata": {"RequestId": "0123456789ABCDEF"}, "ContentLength": 3}

    def call() -> None:
        for _ in range(1_000):
            context = {"retries": {"attempt": 1}}
            params = {"Bucket": "bucket", "Key": "k"}
            emit = client.meta.events.emit
            emit("before-parameter-build.s3.HeadObject", params=params, model=model, context=context)
            emit("before-call.s3.HeadObject", params=REQUEST, model=model, request_signer=None, context=context)
            emit("after-call.s3.HeadObject", http_response=answer, parsed=parsed, model=model, context=context)

    def start() -> None:
        stack.close()
        if recorded:
            stack.enter_context(record(client))

    with ExitStack() as stack:
        benchmark.pedantic(call, setup=start, rounds=50)  # type: ignore[attr-defined]  # pytest-benchmark has no types


@pytest.mark.benchmark(group="exploring 10 sequences, judged")
def test_explore(benchmark: Measure, backend: Backend) -> None:
    """Sequences of operations, each judged by the rules of all shipped diagrams."""
    found = benchmark(explore, shipped(), backend, sequences=10)
    assert found.operations
