"""Laws of faults: whatever goes wrong, what came back is kept, nothing is left over, and no service differs."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.cache_folder import file_name
from simulator.blobs.errors import BlobError
from simulator.blobs.faults import REFUSALS, Fault, Faults
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

STORES = {
    "main": StoreOptions(),
    "cached": StoreOptions(prefix="cached/", cache=True),
    "sha": StoreOptions(prefix="sha/", digest="sha-256", cache=True),
}
CONTENTS = [b"", b"foo", bytes(5000)]


@dataclass(frozen=True)
class Step:
    """An operation, or, where there is a fault, what goes wrong next."""

    do: str
    store: str = "main"
    source: str = "main"
    content: bytes = b""
    fault: Fault | None = None
    times: int = 1


def key_of(store: str, content: bytes) -> str:
    """The key that a store gives a content."""
    return hashlib.new(STORES[store].algorithm.replace("-", ""), content).hexdigest()


KEYS = {key_of(store, content) for store in STORES for content in CONTENTS}

stores = st.sampled_from(sorted(STORES))
contents = st.sampled_from(CONTENTS)
requests = st.sampled_from(["PutObject", "GetObject", "HeadObject", "CopyObject", "DeleteObject"])
faults = st.one_of(
    st.builds(Fault, requests, st.sampled_from(sorted(REFUSALS)), st.booleans()),
    st.builds(Fault, requests, st.just("no-answer")),
    st.builds(Fault, st.just("GetObject"), st.just("cut-off")),
    st.builds(Fault, st.sampled_from(["temp-file", "cache-file"]), st.sampled_from(["disk-full", "permission-denied"])),
)
steps = st.one_of(
    st.builds(Step, st.just("write"), stores, content=contents),
    st.builds(Step, st.sampled_from(["read", "delete", "exists"]), stores, content=contents),
    st.builds(Step, st.just("copy"), stores, stores, contents),
    st.builds(Step, st.just("clear_cache"), stores),
    st.builds(Step, st.just("inject"), fault=faults, times=st.integers(1, 4)),
    st.builds(Step, st.just("inject"), fault=faults, times=st.integers(1, 4)),
)
runs = st.lists(steps, min_size=2, max_size=12)


@pytest.fixture(scope="module")
def memory() -> Iterator[Backend]:
    """Open the double."""
    with open_backend("memory") as backend:
        yield backend


@pytest.fixture(scope="module")
def moto() -> Iterator[Backend]:
    """Open moto in this process."""
    with open_backend("moto") as backend:
        yield backend


def attempt(manager: BlobManager, step: Step) -> object:
    """What one step gives back, or how it fails."""
    try:
        match step.do:
            case "write":
                return manager.write(step.store, step.content)
            case "copy":
                return manager.copy(step.source, step.store, key_of(step.source, step.content))
            case "clear_cache":
                manager.clear_cache(step.store)
                return None
        return getattr(manager, step.do)(step.store, key_of(step.store, step.content))
    except BlobError as error:
        return type(error).__name__, re.sub(r"'/.*'", "FILE", str(error))


def perform(backend: Backend, run: list[Step]) -> list[object]:
    """Run the steps and hold the laws; every result, error and event, without what is random."""
    operations: list[Operation] = []
    root = backend.fresh_root()
    seen: list[object] = []
    promised: dict[tuple[str, str], bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        temp_dir, cache_dir = Path(folder, "temp"), Path(folder, "cache")
        temp_dir.mkdir()
        injected = Faults(backend.client, temp_dir)
        manager = BlobManager(
            injected.client,
            backend.bucket,
            STORES,
            observer=operations.append,
            temp_dir=temp_dir,
            cache_dir=cache_dir,
            create_file=injected.create,
            root=root,
        )
        for step in run:
            if step.fault is not None:
                injected.plan(step.fault, step.times)
                continue
            with injected.active():
                result = attempt(manager, step)
            seen.append(result)
            place = step.store, key_of(step.store, step.content)
            if step.do == "delete":
                # Whether it is still there after a failure, nobody knows.
                promised.pop(place, None)
            elif step.do == "write" and isinstance(result, str):
                promised[place] = step.content
            elif step.do == "copy" and isinstance(result, str) and step.source != step.store:
                promised[step.store, result] = step.content
            assert list(temp_dir.iterdir()) == []
            entries = {path.name for path in cache_dir.rglob("*") if path.is_file()}
            assert entries <= {file_name(key) for key in KEYS}
        injected.close()
        for store in STORES:
            manager.clear_cache(store)
        operations_before_reading = len(operations)
        for (store, key), content in promised.items():
            assert manager.read(store, key) == content
        assert {key.rpartition("/")[2] for key, _ in backend.objects(root)} <= KEYS
    backend.clear(root)
    return [*seen, *((each.name, dict(each.attributes)) for each in operations[:operations_before_reading])]


def honest(run: list[Step]) -> bool:
    """Whether no fault says of what is there that it is absent: whoever is told so has to believe it."""
    return not any(step.fault and REFUSALS.get(step.fault.kind) == 404 for step in run)


@given(runs.filter(honest))
def test_what_came_back_is_kept(memory: Backend, run: list[Step]) -> None:
    """Every key that came back reads back, no file and no object is left over, whatever failed and when."""
    perform(memory, run)


@given(runs.filter(honest))
@settings(max_examples=30)
def test_no_service_differs(memory: Backend, moto: Backend, run: list[Step]) -> None:
    """Faults of the double and of moto give the same results, errors, events and numbers of retries."""
    assert perform(memory, run) == perform(moto, run)
