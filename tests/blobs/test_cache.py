"""The cache: what enters and leaves it, when S3 or the disk fails, and what is never evicted."""

import hashlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.announce import Announcer
from simulator.blobs.cache import Cache
from simulator.blobs.cache_folder import CacheFolder, file_name
from simulator.blobs.client import S3Client
from simulator.blobs.errors import BlobDamaged, BlobError, BlobNotFound, BlobNotWritten
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation
from tests.blobs.conftest import Faulty

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
CACHED = StoreOptions(cache=True)

Make = Callable[..., BlobManager]


def refusal(code: str) -> ClientError:
    """The error of an S3 service that refuses."""
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 500}}
    return ClientError(answer, "Operation")


@pytest.fixture
def caches(tmp_path: Path) -> Path:
    """Where the caches of a manager are."""
    return tmp_path / "caches"


@pytest.fixture
def cached(client: MemoryClient, operations: list[Operation], temp_dir: Path, caches: Path) -> Make:
    """Make a manager with one store, `main`, with these options."""

    def make(options: StoreOptions = CACHED, faults: dict[str, BaseException] | None = None) -> BlobManager:
        return BlobManager(
            cast("S3Client", Faulty(client, faults or {})),
            "bucket",
            {"main": options},
            observer=operations.append,
            temp_dir=temp_dir,
            cache_dir=caches,
        )

    return make


def entries(caches: Path) -> set[str]:
    """The names of all files in the caches."""
    return {path.name for path in caches.rglob("*") if path.is_file()}


def test_files_are_named_by_the_key(cached: Make, caches: Path) -> None:
    """A file's name is the SHA-512 of the key, and its content that of the blob."""
    key = cached().write("main", b"foo")
    (path,) = (path for path in caches.rglob("*") if path.is_file())
    assert path.name == hashlib.sha512(key.encode()).hexdigest()
    assert path.read_bytes() == b"foo"


def test_failed_upload_leaves_no_entry(cached: Make, caches: Path, operations: list[Operation]) -> None:
    """The entry under the random key is deleted, and that is announced; the error keeps its cause."""
    fault = refusal("SlowDown")
    with pytest.raises(BlobNotWritten, match=f"^Failed to write blob: {FOO}$") as caught:
        cached(faults={"put_object": fault}).write("main", b"foo")
    assert caught.value.__cause__ is fault
    assert entries(caches) == set()
    assert [operation.name for operation in operations][-2:] == ["put", "cache-delete"]


@pytest.mark.parametrize("method", ["get_object", "head_object", "copy_object"])
def test_failure_leaves_no_entry(cached: Make, caches: Path, client: MemoryClient, method: str) -> None:
    """Whatever S3 refuses, no part of a content stays in the cache."""
    client.put_object(Bucket="bucket", Key=FOO, Body=io.BytesIO(b"foo"))
    manager = cached(faults={method: refusal("SlowDown")})
    if method == "get_object":
        with pytest.raises(BlobError, match="Failed to read blob"):
            manager.read("main", FOO)
    if method == "head_object":
        with pytest.raises(BlobError, match="Cannot tell"):
            manager.write("main", b"foo")
    assert entries(caches) == set()


def test_damaged_download_is_refused(cached: Make, caches: Path, client: MemoryClient) -> None:
    """Bytes that are not those of the digest are an error and do not enter the cache, unless that is not wanted."""
    client.put_object(Bucket="bucket", Key=FOO, Body=io.BytesIO(b"bar"))
    for options in (CACHED, StoreOptions()):
        with pytest.raises(BlobDamaged, match=FOO):
            cached(options).read("main", FOO)
    assert entries(caches) == set()
    assert cached(StoreOptions(cache=True, verify_digest=False)).read("main", FOO) == b"bar"


def test_cache_outlives_the_manager(cached: Make, operations: list[Operation]) -> None:
    """A later manager on the same folder finds the entries."""
    cached().write("main", b"foo")
    operations.clear()
    assert cached(faults={"get_object": refusal("SlowDown")}).read("main", FOO) == b"foo"
    assert [operation.name for operation in operations] == ["cache-read"]


def test_own_folder_goes_with_the_manager(client: MemoryClient, temp_dir: Path) -> None:
    """Without `cache_dir` nothing of the cache is left."""
    manager = BlobManager(client, "bucket", {"main": CACHED}, temp_dir=temp_dir)
    folder = cast("Path", manager._cache_dir)
    manager.write("main", b"foo")
    assert entries(folder)
    del manager
    assert not folder.exists()


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({"cache_count": 1, "cache_min_age": 0}, {"c"}),
        ({"cache_size": 6, "cache_min_age": 0}, {"b", "c"}),
        ({"cache_size": 0, "cache_count": 0, "cache_min_age": 3600}, {"a", "b", "c"}),
    ],
    ids=["count", "size", "age"],
)
def test_eviction(tmp_path: Path, limits: dict[str, Any], left: set[str]) -> None:
    """What was not used for longest goes first, until the limits hold; what is young stays."""
    now = iter(range(1000, 2000))
    folder = CacheFolder(tmp_path / "cache", StoreOptions(cache=True, **limits), lambda: float(next(now)))
    cache = Cache(folder, Announcer())
    for key in "abc":
        with cache.fetch(key, lambda write: write(b"foo")):
            pass
    assert entries(tmp_path / "cache") == {file_name(key) for key in left}


def test_entry_in_use_is_not_evicted(tmp_path: Path) -> None:
    """Neither eviction nor clearing takes an entry that is being read, nor a temp file; afterwards both may."""
    folder = CacheFolder(tmp_path / "cache", StoreOptions(cache=True, cache_size=0, cache_min_age=0))
    cache = Cache(folder, Announcer())
    temp = folder.temp_path("x")
    with cache.receive(lambda write: write(b"foo"), "md5") as entry:
        temp.touch()
        folder.shrink()
        folder.clear()
        assert entries(tmp_path / "cache") == {file_name(entry.key), temp.name}
        with folder.using("a"):
            entry.keep("a")
            folder.shrink()
            folder.clear()
            assert folder.size("a") == len(b"foo")
        folder.shrink()
        assert entries(tmp_path / "cache") == {temp.name}


def test_range_that_is_none(cached: Make) -> None:
    """A range that ends before it starts is an invalid key; without the option it is part of the key."""
    manager = cached(StoreOptions(cache=True, byte_range=True))
    manager.write("main", b"foobar")
    with pytest.raises(BlobError, match="ends before it starts"):
        manager.read("main", f"{FOO};3;1")
    with pytest.raises(BlobNotFound):
        cached().read("main", f"{FOO};1;3")


def test_threads_share_a_cache(cached: Make, caches: Path) -> None:
    """Threads that write, read and forget the same blobs see whole contents, and leave nothing behind."""
    manager = cached(StoreOptions(cache=True, cache_size=10, cache_min_age=0))
    contents = [bytes([65 + number]) * 1000 for number in range(4)]

    def work(number: int) -> None:
        content = contents[number % 4]
        key = manager.write("main", content)
        assert manager.read("main", key) == content
        manager.clear_cache("main")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(200)))
    assert entries(caches) <= {file_name(hashlib.md5(content).hexdigest()) for content in contents}


class Pausing(MemoryClient):
    """A client that stops before or after a call of `method`, once, until it may go on."""

    def __init__(self, method: str, *, after: bool) -> None:
        super().__init__("bucket")
        self.reached, self.go_on = threading.Event(), threading.Event()
        original = getattr(self, method)

        def paused(**arguments: Any) -> Any:
            setattr(self, method, original)
            answer = original(**arguments) if after else None
            self.reached.set()
            assert self.go_on.wait(10)
            return answer if after else original(**arguments)

        setattr(self, method, paused)


@pytest.mark.parametrize("meanwhile", ["write", "delete"])
def test_what_is_downloaded_is_not_kept_when_it_is_old(caches: Path, meanwhile: str) -> None:
    """A document that gets another content while it is downloaded is not cached with the old one."""
    client = Pausing("get_object", after=True)
    options = StoreOptions(cache=True, key_strategy="document")
    manager = BlobManager(client, "bucket", {"main": options}, cache_dir=caches)
    manager.write("main", b"old", document="id1")
    manager.clear_cache("main")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(manager.read, "main", "id1")
        assert client.reached.wait(10)
        changing: Future[Any] = (
            pool.submit(manager.write, "main", b"new", document="id1")
            if meanwhile == "write"
            else pool.submit(manager.delete, "main", "id1")
        )
        # It waits until the old content has been dealt with.
        assert not wait([changing], timeout=0.1).done
        client.go_on.set()
        assert reading.result() == b"old"
        changing.result()
    if meanwhile == "write":
        assert manager.read("main", "id1") == b"new"
    else:
        with pytest.raises(BlobNotFound):
            manager.read("main", "id1")


def test_a_reader_does_not_keep_what_is_being_changed(caches: Path) -> None:
    """Who reads a document while somebody writes it does not wait, and leaves the entry to the writer."""
    client = Pausing("put_object", after=False)
    options = StoreOptions(cache=True, key_strategy="document")
    MemoryClient.put_object(client, Bucket="bucket", Key="id1", Body=io.BytesIO(b"old"))
    manager = BlobManager(client, "bucket", {"main": options}, cache_dir=caches)
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(manager.write, "main", b"new", document="id1")
        assert client.reached.wait(10)
        assert manager.read("main", "id1") == b"old"
        client.go_on.set()
        writing.result()
    assert manager.read("main", "id1") == b"new"
    assert entries(caches) == {file_name("id1")}


def test_the_last_of_two_writers_is_cached(caches: Path) -> None:
    """Two threads that write one document: object and entry have the same content, that of the one who came last."""
    client = Pausing("put_object", after=True)
    options = StoreOptions(cache=True, key_strategy="document")
    manager = BlobManager(client, "bucket", {"main": options}, cache_dir=caches)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(manager.write, "main", b"first", document="id1")
        assert client.reached.wait(10)
        second = pool.submit(manager.write, "main", b"second", document="id1")
        # The second one waits for the first one's entry.
        assert not wait([second], timeout=0.1).done
        client.go_on.set()
        first.result()
        second.result()
    assert manager.read("main", "id1") == b"second"
    manager.clear_cache("main")
    assert manager.read("main", "id1") == b"second"


def test_managers_share_a_folder(caches: Path, client: MemoryClient) -> None:
    """Managers over one folder use each other's entries, and do without one that another has evicted in between."""
    stores = {"main": StoreOptions(cache=True, transactional=True, cache_count=0, cache_min_age=0)}
    first, second = (BlobManager(client, "bucket", stores, cache_dir=caches) for _ in range(2))
    first.begin()
    key = first.write("main", b"foo")
    # A third one takes over the entries it finds, and evicts all of them at its first occasion.
    BlobManager(client, "bucket", stores, cache_dir=caches).write("main", b"bar")
    first.commit()
    assert first.read("main", key) == second.read("main", key) == b"foo"
    assert entries(caches) == set()
