"""Laws of the blob manager: one behaviour, whatever S3 is behind it, and it is that of a dictionary."""

import hashlib
import io
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.cache_folder import file_name
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.events import Operation
from tests.servers import as_user, moto_server

STORES = {
    "main": StoreOptions(),
    "other": StoreOptions(prefix="other/"),
    "quick": StoreOptions(prefix="quick", verify_source=False, existence_check="exists"),
    "sha": StoreOptions(prefix="sha/", digest="sha-256"),
    "cached": StoreOptions(prefix="cached/", cache=True),
    "warm": StoreOptions(prefix="warm/", cache=True, subdirs_depth=2, cache_size=4, cache_min_age=0),
}
CONTENTS = [b"", b"foo", b"bar", bytes(range(256)) * 5000]


def digest(store: str, content: bytes) -> str:
    """The key of a content in a store."""
    return hashlib.new(STORES[store].algorithm.replace("-", ""), content).hexdigest()


# Stores whose keys are not digests: they are compared between services, not with a dictionary.
DOCUMENTS = {
    **STORES,
    "record": StoreOptions(prefix="record/", record=True, cache=True),
    "plain": StoreOptions(prefix="plain/", record=True),
    "tx": StoreOptions(prefix="tx/", transactional=True),
    "cached-tx": StoreOptions(prefix="cached-tx/", transactional=True, cache=True, subdirs_depth=1),
    "managed": StoreOptions(prefix="managed/", key_strategy="managed", cache=True),
}

KEYS = [digest(store, content) for store in ("main", "sha") for content in CONTENTS[:3]]
REFUSED = ["../up", "nul\0", "k" * 2000]
ENTRIES = KEYS.copy()
KEYS += ["absent", "0" * 32, f"other/{digest('other', b'foo')}", *REFUSED]


@dataclass(frozen=True)
class Step:
    """One operation: `do` is the method, the rest what it is given."""

    do: str
    store: str = "main"
    source: str = "main"
    key: str = ""
    content: bytes = b""
    document: str = ""
    as_file: bool = False


stores = st.sampled_from(sorted(STORES))
keys = st.sampled_from(KEYS)
steps = st.one_of(
    st.builds(Step, st.just("write"), stores, content=st.sampled_from(CONTENTS), as_file=st.booleans()),
    st.builds(Step, st.just("copy"), stores, source=stores, key=keys),
    st.builds(Step, st.sampled_from(["read", "delete", "exists"]), stores, key=keys),
    st.builds(Step, st.just("clear_cache"), stores),
)
documents = st.sampled_from(["", "id1", "id2", "id@1"])
every_store = st.sampled_from(sorted(DOCUMENTS))
# `#1` is the key that came back from the step of that number.
any_key = st.one_of(st.sampled_from([*KEYS[:2], "id1", "id1@absent"]), st.integers(0, 5).map("#{}".format))
document_steps = st.one_of(
    st.builds(Step, st.just("write"), every_store, content=st.sampled_from(CONTENTS[:3]), document=documents),
    st.builds(Step, st.just("copy"), every_store, source=every_store, key=any_key, document=documents),
    st.builds(Step, st.sampled_from(["read", "delete", "exists"]), every_store, key=any_key),
    st.builds(Step, st.just("clear_cache"), every_store),
    st.builds(Step, st.sampled_from(["begin", "begin", "commit", "rollback"])),
)
document_runs = st.lists(document_steps, min_size=1, max_size=12)
runs = st.lists(steps, min_size=1, max_size=12)


@dataclass
class Outcome:
    """What a run shows: results or errors of its steps, announcements with temp names numbered, objects at the end."""

    results: list[object] = field(default_factory=list)
    announced: list[tuple[object, ...]] = field(default_factory=list)
    objects: list[tuple[str, bytes]] = field(default_factory=list)


def perform(backend: Backend, run: list[Step], stores: Mapping[str, StoreOptions] = STORES) -> Outcome:
    """Perform the steps at a clean place; no temp file may be left after any of them."""
    outcome = Outcome()
    operations: list[Operation] = []
    root = backend.fresh_root()
    with tempfile.TemporaryDirectory() as folder:
        temp_dir, path = Path(folder, "temp"), Path(folder, "content")
        temp_dir.mkdir()
        manager = BlobManager(
            backend.client,
            backend.bucket,
            stores,
            observer=operations.append,
            temp_dir=temp_dir,
            cache_dir=Path(folder, "cache"),
            root=root,
        )
        for step in run:
            if step.key.startswith("#"):
                earlier = dict(enumerate(outcome.results)).get(int(step.key[1:]))
                step = replace(step, key=earlier if isinstance(earlier, str) else "none")  # noqa: PLW2901 - by its key
            outcome.results.append(attempt(manager, step, path))
            assert list(temp_dir.iterdir()) == []
            if not manager.in_transaction:
                assert left_in_caches(Path(folder, "cache"), outcome) == []
                assert not [key for key, _ in backend.objects(root) if "/tx/" in key]
        if manager.in_transaction:
            manager.rollback()
    outcome.announced = list(normalised(operations))
    outcome.results = [without_version(result) for result in outcome.results]
    outcome.objects = list(backend.objects(root))
    backend.clear(root)
    assert list(backend.objects(root)) == []
    return outcome


def without_version(result: object) -> object:
    """A key or message in which versions are all the same."""
    return re.sub(r"@[0-9a-f-]{36}", "@V", repr(result)) if "@" in repr(result) else result


def left_in_caches(folder: Path, outcome: Outcome) -> list[str]:
    """Files in caches that are no entry of a key that was asked for or came back."""
    known = {
        file_name(key) for key in [*ENTRIES, "id1", "id2", *(each for each in outcome.results if isinstance(each, str))]
    }
    return [path.name for path in folder.rglob("*") if path.is_file() and path.name not in known]


def attempt(manager: BlobManager, step: Step, path: Path) -> object:
    """What one step gives back, or how it fails."""
    try:
        match step.do:
            case "write":
                path.write_bytes(step.content)
                content = path if step.as_file else io.BytesIO(step.content)
                return manager.write(step.store, content, document=step.document)
            case "copy":
                return manager.copy(step.source, step.store, step.key, document=step.document)
            case "begin" | "commit" | "rollback":
                getattr(manager, step.do)()
                return None
            case "clear_cache":
                manager.clear_cache(step.store)
                return None
            case _:
                return getattr(manager, step.do)(step.store, step.key)
    except BlobError as error:
        return type(error).__name__, str(error)


def normalised(operations: list[Operation]) -> Iterator[tuple[object, ...]]:
    """The announcements, with the values that differ from run to run replaced by their number."""
    numbers: dict[str, str] = {}
    for operation in operations:
        values = dict(operation.values)
        for volatile in operation.volatile.values():
            number = numbers.setdefault(volatile, f"#{len(numbers)}")
            values = {name: str(value).replace(volatile, number) for name, value in values.items()}
        yield operation.name, operation.source, operation.target, values, list(operation.volatile)


class Model:
    """A blob manager that is a dictionary from object keys to contents."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def attempt(self, step: Step) -> object:
        """What a step must give, or how it must fail."""
        if step.key in REFUSED:
            return "InvalidKey", step.key
        try:
            return getattr(self, step.do)(step)
        except BlobNotFound as error:
            return type(error).__name__, str(error)

    def write(self, step: Step) -> str:
        """Keep the content."""
        return self.keep(step.store, step.content)

    def keep(self, store: str, content: bytes) -> str:
        """Keep a content under its key."""
        key = digest(store, content)
        self.objects[self.at(store, key)] = content
        return key

    def copy(self, step: Step) -> str:
        """Take over a content, where it is absent."""
        if step.source == step.store:
            return step.key
        same = STORES[step.source].algorithm == STORES[step.store].algorithm
        is_digest = (
            step.key == step.key.lower() and len(step.key) == len(digest(step.store, b"")) and step.key.isalnum()
        )
        if same and is_digest and self.at(step.store, step.key) in self.objects:
            return step.key
        return self.keep(step.store, self.content(step.source, step.key))

    def read(self, step: Step) -> bytes:
        """Give the content."""
        return self.content(step.store, step.key)

    def delete(self, step: Step) -> None:
        """Forget the content."""
        self.objects.pop(self.at(step.store, step.key), None)

    def exists(self, step: Step) -> bool:
        """Look whether there is a content."""
        return self.at(step.store, step.key) in self.objects

    def clear_cache(self, _: Step) -> None:
        """Forget nothing: what is cached is not what is stored."""

    def content(self, store: str, key: str) -> bytes:
        """Give the content, if there is one."""
        if self.at(store, key) not in self.objects:
            raise BlobNotFound(store, key)
        return self.objects[self.at(store, key)]

    @staticmethod
    def at(store: str, key: str) -> str:
        """Where a key of a store is kept."""
        prefix = STORES[store].prefix
        if STORES[store].subdirs_depth:
            key = f"{key[:2]}/{key[2:4]}/{quote(key, safe='')}"
        return f"{prefix.removesuffix('/')}/{key}" if prefix else key


@pytest.fixture(scope="module")
def moto() -> Iterator[Backend]:
    """Open moto in this process."""
    with open_backend("moto") as backend:
        yield backend


@pytest.fixture(scope="module")
def memory() -> Iterator[Backend]:
    """Open the double."""
    with open_backend("memory") as backend:
        yield backend


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Backend]:
    """A bucket behind a URL."""
    with moto_server() as (url, _), pytest.MonkeyPatch.context() as environment:
        as_user(environment)
        with open_backend(url, "laws", create_bucket=True) as backend:
            yield backend
            assert list(backend.objects(backend.root)) == []


@given(runs)
def test_it_is_a_dictionary(memory: Backend, run: list[Step]) -> None:
    """Results, errors and objects are those of a dictionary; what was written reads back."""
    model = Model()
    expected = [model.attempt(step) for step in run]
    outcome = perform(memory, run)
    results = [
        ("InvalidKey", step.key) if isinstance(result, tuple) and result[0] == "InvalidKey" else result
        for step, result in zip(run, outcome.results, strict=True)
    ]
    assert results == expected
    assert outcome.objects == sorted(model.objects.items())


@given(runs)
@settings(max_examples=30)
def test_memory_cannot_be_told_from_moto(memory: Backend, moto: Backend, run: list[Step]) -> None:
    """The double gives the results, errors, announcements and objects that moto gives."""
    assert perform(memory, run) == perform(moto, run)


@given(document_runs)
@settings(max_examples=30)
def test_memory_cannot_be_told_from_moto_by_documents(memory: Backend, moto: Backend, run: list[Step]) -> None:
    """Nor by stores whose keys are documents, with versions and without."""
    assert perform(memory, run, DOCUMENTS) == perform(moto, run, DOCUMENTS)
    versions = memory.with_versions(), moto.with_versions()
    assert perform(versions[0], run, DOCUMENTS) == perform(versions[1], run, DOCUMENTS)


@pytest.mark.server
@given(runs)
@settings(max_examples=10)
def test_memory_cannot_be_told_from_an_endpoint(memory: Backend, endpoint: Backend, run: list[Step]) -> None:
    """Nor can it be told from a service under a URL."""
    assert perform(memory, run) == perform(endpoint, run)
