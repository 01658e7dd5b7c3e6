"""Garbage collection: what goes, what stays, and what is written meanwhile."""

import hashlib
import io
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from simulator.blobs.bucket import Bucket
from simulator.blobs.cache_folder import file_name
from simulator.blobs.claims import Claims
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.garbage import Garbage
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

Make = Callable[..., BlobManager]
Lines = Callable[[], list[str]]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
BAR = "37b51d194a7513e45b56f6524f2d51f2"
UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


def keys_in(client: MemoryClient) -> list[str]:
    """The keys of all objects."""
    return list(Bucket(client, "bucket").all_keys())


def test_what_is_found(make: Make, lines: Lines) -> None:
    """Garbage is told by key and size, and asked about in the order of the keys, whether it is deleted or not."""
    manager = make()
    for content in (b"foo", b"bar", b""):
        manager.write("main", content)
    lines()
    dry = manager.collect_garbage("main")
    dry.mark("d41d8cd98f00b204e9800998ecf8427e")
    assert dry.stop(delete=False) == Garbage((BAR, FOO), 6)
    wet = manager.collect_garbage("main")
    wet.mark(FOO)
    assert wet.stop() == Garbage((BAR, "d41d8cd98f00b204e9800998ecf8427e"), 3)
    assert lines()[:6] == [
        "Nuxeo->S3 list bucket ",
        "S3->Nuxeo listed 3",
        f"Nuxeo->S3 head {BAR}",
        "S3->Nuxeo head-found 3",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-found 3",
    ]
    assert manager.read("main", FOO) == b"foo"


def test_the_root_does_not_show(client: MemoryClient, operations: list[Operation], tmp_path: Path) -> None:
    """What is announced has the prefix of the store, not the place that the manager was given."""
    stores = {"main": StoreOptions(prefix="p")}
    manager = BlobManager(client, "bucket", stores, observer=operations.append, temp_dir=tmp_path, root="run-1/")
    manager.write("main", b"foo")
    operations.clear()
    manager.collect_garbage("main").stop()
    assert [dict(operation.values) for operation in operations[:3]] == [
        {"bucket": "bucket", "prefix": "p/"},
        {"count": 1},
        {"key": f"p/{FOO}"},
    ]
    assert keys_in(client) == []


def test_many_pages(make: Make, client: MemoryClient) -> None:
    """A store of more objects than S3 lists at a time is collected whole."""
    contents = [str(number).encode() for number in range(2_100)]
    digests = [hashlib.md5(content).hexdigest() for content in contents]
    for digest, content in zip(digests, contents, strict=True):
        client.put_object(Bucket="bucket", Key=digest, Body=io.BytesIO(content))
    collection = make().collect_garbage("main")
    for digest in digests[::2]:
        collection.mark(digest)
    assert collection.stop().keys == tuple(sorted(digests[1::2]))
    assert keys_in(client) == sorted(digests[::2])


@pytest.mark.parametrize(
    "options", [StoreOptions(), StoreOptions(cache=True), StoreOptions(transactional=True), StoreOptions(record=True)]
)
def test_what_is_written_meanwhile_stays(make: Make, options: StoreOptions) -> None:
    """New or there already, written, copied or committed: nobody asks about it, it stays."""
    manager = make(main=options, other=StoreOptions(prefix="other/"))
    first = [manager.write("main", b"foo", document="id1"), manager.write("main", b"bar", document="id2")]
    copied = manager.write("other", b"", document="id3")
    manager.copy("other", "main", copied, document="id3")
    collection = manager.collect_garbage("main")
    assert manager.write("main", b"foo", document="id1") == first[0]
    if options.is_transactional:
        manager.begin()
    again = manager.copy("other", "main", copied, document="id3")
    new = manager.write("main", b"new", document="id4")
    if options.is_transactional:
        manager.commit()
    manager.copy("main", "main", first[1], document="id2")
    assert collection.stop() == Garbage((), 0)
    assert [manager.read("main", key) for key in (*first, again, new)] == [b"foo", b"bar", b"", b"new"]


def test_a_write_that_began_before_stays(make: Make, client: MemoryClient) -> None:
    """A content that is being written when the collection starts stays, though it is only found to be stored."""
    asked, go_on = threading.Event(), threading.Event()

    class Slow(MemoryClient):
        def head_object(self, **asked_for: Any) -> Any:
            answer = super().head_object(**asked_for)
            asked.set()
            go_on.wait()
            return answer

    slow = Slow("bucket")
    slow._buckets = client._buckets
    make().write("main", b"foo")
    writer = threading.Thread(target=BlobManager(slow, "bucket", {"main": StoreOptions()}).write, args=("main", b"foo"))
    writer.start()
    asked.wait()
    collection = make().collect_garbage("main")
    go_on.set()
    writer.join()
    assert collection.stop() == Garbage((), 0)


def test_nobody_finds_what_is_being_deleted(make: Make, client: MemoryClient) -> None:
    """A write waits for the deletion of the same content, and then stores it."""
    waiting = threading.Event()
    other = make()

    class Deletes(MemoryClient):
        def delete_object(self, **asked_for: Any) -> Any:
            writer.start()
            assert not waiting.wait(0.1)
            return super().delete_object(**asked_for)

    deletes = Deletes("bucket")
    deletes._buckets = client._buckets
    other.write("main", b"foo")

    def write() -> None:
        other.write("main", b"foo")
        waiting.set()

    writer = threading.Thread(target=write)
    manager = BlobManager(deletes, "bucket", {"main": StoreOptions()})
    assert manager.collect_garbage("main").stop().keys == (FOO,)
    writer.join()
    assert other.read("main", FOO) == b"foo"


def test_claims() -> None:
    """What is claimed is not doomed, also while it is claimed twice; each watch knows what came after its start."""
    claims = Claims()
    with claims.writing("a"), claims.writing("a"):
        during = claims.watch()
    after = claims.watch()
    for key, watch, expected in [("a", during, False), ("b", during, True), ("a", after, True)]:
        with claims.dooming(key, watch) as doomed:
            assert doomed is expected
    with claims.dooming("c", during) as first, claims.dooming("c", after) as second:
        assert (first, second) == (True, False)


@pytest.mark.parametrize(("content", "seconds"), [(b"bar", 0), (b"foo", 1)])
def test_what_another_process_uploads_stays(make: Make, client: MemoryClient, content: bytes, seconds: int) -> None:
    """An object that has another ETag or time than when it was listed is asked about and stays."""

    class Later(MemoryClient):
        def head_object(self, **asked_for: Any) -> Any:
            answer = super().head_object(**asked_for)
            return {**answer, "LastModified": answer["LastModified"] + timedelta(seconds=seconds)}

    later = Later("bucket")
    later._buckets = client._buckets
    manager = BlobManager(later, "bucket", {"main": StoreOptions(record=True)})
    manager.write("main", b"foo", document="id1")
    collection = manager.collect_garbage("main")
    client.put_object(Bucket="bucket", Key="id1", Body=io.BytesIO(content))
    assert collection.stop() == Garbage((), 0)
    assert keys_in(client) == ["id1"]


def test_what_another_process_deletes_is_no_garbage(make: Make, client: MemoryClient, lines: Lines) -> None:
    """An object that is gone when it is asked about is not deleted again."""
    manager = make()
    manager.write("main", b"foo")
    collection = manager.collect_garbage("main")
    client.delete_object(Bucket="bucket", Key=FOO)
    lines()
    assert collection.stop() == Garbage((), 0)
    assert lines() == [f"Nuxeo->S3 head {FOO}", "S3->Nuxeo head-missing"]


def test_names_that_no_blob_has_stay(make: Make, client: MemoryClient) -> None:
    """Objects that this store could not have written are left alone."""
    names = ["a@b", "odd//name", "ac/acbd", "ac/bd/acbd18", "ac/b%64/acbd", "000/ab", "000/abcde"]
    for name in names:
        client.put_object(Bucket="bucket", Key=name, Body=io.BytesIO(b""))
    stores = {"record": StoreOptions(record=True), "deep": StoreOptions(record=True, subdirs_depth=2)}
    manager = make(**stores)
    assert manager.collect_garbage("deep").stop().keys == ("ab", "acbd18")
    assert manager.collect_garbage("record").stop().keys == ()
    assert keys_in(client) == sorted(set(names) - {"ac/bd/acbd18", "000/ab"})


def test_ranges_and_versions_are_marked_as_a_whole(client: MemoryClient) -> None:
    """Whoever needs a range or a version needs the blob."""
    manager = BlobManager(client, "bucket", {"main": StoreOptions(byte_range=True)})
    manager.write("main", b"foo")
    for key in (f"{FOO};0;1", f"{FOO}@v1", FOO):
        collection = manager.collect_garbage("main")
        collection.mark(key)
        assert collection.stop() == Garbage((), 0)


def test_the_local_folder_is_collected(client: MemoryClient, tmp_path: Path, operations: list[Operation]) -> None:
    """Entries that are neither marked nor young nor in use go; a temp file stays. Without deleting all stay."""
    stores = {"main": StoreOptions(cache=True)}
    manager = BlobManager(client, "bucket", stores, observer=operations.append, cache_dir=tmp_path)
    marked, old, young, used = (manager.write("main", content) for content in (b"foo", b"old", b"young", b"used"))
    folder = cast("Any", manager._stores["main"]).cache.folder
    temp = folder.temp_path("x")
    temp.touch()
    for path in (folder.path(marked), folder.path(old), folder.path(used), temp):
        os.utime(path, (path.stat().st_mtime - 3,) * 2)
    for delete in (False, True):
        operations.clear()
        collection = manager.collect_garbage("main")
        collection.mark(marked)
        with folder.using(used):
            collection.stop(delete=delete)
        left = {marked, young, used} if delete else {marked, old, young, used}
        assert {path.name for path in folder.directory.iterdir()} == {*map(file_name, left), temp.name}
    assert not any(operation.name.startswith("cache") for operation in operations)
    with pytest.raises(BlobNotFound):
        manager.read("main", old)


def test_all_is_tried(make: Make, client: MemoryClient) -> None:
    """Where S3 refuses, the rest is collected all the same, and all that went wrong is told."""
    make().write("main", b"foo")
    make().write("main", b"bar")
    with pytest.raises(ExceptionGroup) as caught:
        make({"delete_object": UNREACHABLE}).collect_garbage("main").stop()
    assert [type(problem) for problem in caught.value.exceptions] == [BlobError, BlobError]
    assert [problem.__cause__ for problem in caught.value.exceptions] == [UNREACHABLE] * 2
    with pytest.raises(BlobError, match="Cannot list the blobs of the store main"):
        make({"list_objects_v2": UNREACHABLE}).collect_garbage("main")
    assert keys_in(client) == [BAR, FOO]


def test_it_stops_once(make: Make) -> None:
    """After the end nothing can be marked or collected."""
    collection = make().collect_garbage("main")
    collection.stop()
    for use in (collection.stop, lambda: collection.mark(FOO)):
        with pytest.raises(BlobError, match="has stopped already"):
            use()
