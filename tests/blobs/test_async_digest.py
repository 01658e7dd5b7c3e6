"""Digests that are computed later: which are, what jobs do when something is in their way, and what is left."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from simulator.blobs import keys
from simulator.blobs.backends import Backend
from simulator.blobs.client import S3Client
from simulator.blobs.errors import BlobNotFound, InvalidKey
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation
from tests.blobs.conftest import Faulty

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
FOO_SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
STORES = {
    "main": StoreOptions(digest="sha-1"),
    "ranges": StoreOptions(digest="sha-1", byte_range=True),
    "md5": StoreOptions(prefix="md5/", digest_async=True),
    "sha": StoreOptions(prefix="sha/", digest="sha-256", digest_async=True),
    "cached": StoreOptions(prefix="cached/", digest="sha-256", digest_async=True, cache=True),
    "tx": StoreOptions(prefix="tx/", digest="sha-256", digest_async=True, transactional=True),
}


def refusal(code: str = "SlowDown", status: int = 503) -> ClientError:
    """The error of an S3 service that refuses."""
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


class Desk:
    """A manager with a clock that stands still, faults that come and go, and what it announced and replaced."""

    def __init__(self, temp_dir: Path) -> None:
        self.client = MemoryClient("bucket")
        self.faults: dict[str, BaseException] = {}
        self.now = 0.0
        self.operations: list[Operation] = []
        self.told: list[tuple[str, str, str]] = []
        self.manager = BlobManager(
            cast("S3Client", Faulty(self.client, self.faults)),
            "bucket",
            STORES,
            observer=self.operations.append,
            temp_dir=temp_dir,
            clock=lambda: self.now,
            replaced=lambda *names: self.told.append(names),
        )

    def copied(self, store: str) -> str:
        """Copy the content `foo` to a store."""
        return self.manager.copy("main", store, self.manager.write("main", b"foo"))

    def names(self) -> list[str]:
        """What was announced since the last call."""
        names = [operation.name for operation in self.operations]
        self.operations.clear()
        return names

    def objects(self, prefix: str) -> Mapping[str, bytes]:
        """The objects below a prefix."""
        return dict(Backend("memory", self.client, "bucket").objects(prefix))


@pytest.fixture
def desk(temp_dir: Path) -> Desk:
    """A manager on an empty bucket."""
    return Desk(temp_dir)


class Answering(MemoryClient):
    """A service that adds something to what it tells of objects."""

    def __init__(self, **more: str) -> None:
        super().__init__("bucket")
        self.more = more
        self.heads = 0

    def head_object(self, **asked: str) -> Mapping[str, Any]:
        """Count, and answer."""
        self.heads += 1
        return {**super().head_object(**asked), **self.more}


@pytest.mark.parametrize(
    ("more", "usable"),
    [
        ({}, True),
        ({"ServerSideEncryption": "AES256"}, True),
        ({"ETag": f'"{FOO}-2"'}, False),
        ({"ETag": f'"{FOO.upper()}"'}, False),
        ({"ServerSideEncryption": "aws:kms"}, False),
        ({"ServerSideEncryption": "aws:kms:dsse"}, False),
        ({"SSECustomerAlgorithm": "AES256"}, False),
    ],
)
def test_which_etags_are_digests(more: Mapping[str, str], *, usable: bool) -> None:
    """A plain MD5 is taken, at the cost of one request that is not announced; whatever else is computed by a job."""
    client = Answering(**more)
    operations: list[Operation] = []
    manager = BlobManager(client, "bucket", STORES, observer=operations.append)
    source = manager.write("main", b"foo")
    client.heads = 0
    operations.clear()
    key = manager.copy("main", "md5", source)
    assert client.heads - [operation.name for operation in operations].count("head") == 1
    assert keys.is_random(key) is not usable
    manager.run_jobs()
    assert manager.copy("md5", "md5", key) == FOO
    assert manager.read("md5", key) == b"foo"


def test_large_content_has_no_plain_etag(desk: Desk) -> None:
    """What S3 got in parts is read by a job."""
    large = bytes(17 << 20)
    key = desk.manager.copy("main", "md5", desk.manager.write("main", large))
    assert keys.is_random(key)
    desk.manager.run_jobs()
    assert desk.manager.read("md5", key) == large


def test_whoever_keeps_keys_is_told(desk: Desk) -> None:
    """When a job is done, and not before, once for each pseudo-digest."""
    key = desk.copied("sha")
    assert desk.told == []
    desk.manager.run_jobs()
    desk.manager.run_jobs()
    assert desk.told == [("sha", key, FOO_SHA)]


def test_a_range_is_read(desk: Desk) -> None:
    """S3 cannot copy a part under a digest of its own: it goes the way of plain content."""
    key = desk.manager.write("ranges", b"foo")
    copied = desk.manager.copy("ranges", "sha", f"{key};1;2")
    assert keys.is_digest(copied, "sha-256")
    assert desk.manager.read("sha", copied) == b"oo"


@pytest.mark.parametrize("method", ["get_object", "head_object"])
def test_a_job_that_fails_stays_scheduled(desk: Desk, method: str) -> None:
    """All failures are told together, with their cause, and the next run does it."""
    key, other = desk.copied("sha"), desk.copied("cached")
    desk.faults[method] = refusal()
    with pytest.raises(ExceptionGroup, match="the rest stays scheduled") as caught:
        desk.manager.run_jobs()
    assert [type(problem.__cause__) for problem in caught.value.exceptions] == [ClientError, ClientError]
    desk.faults.clear()
    assert (desk.manager.read("sha", key), desk.manager.read("cached", other)) == (b"foo", b"foo")
    desk.manager.run_jobs()
    assert {told[1] for told in desk.told} == {key, other}


def test_a_copy_that_is_refused_goes_through_here(desk: Desk) -> None:
    """Both the copy and the job come to their end without `CopyObject`."""
    desk.faults["copy_object"] = refusal()
    key = desk.copied("sha")
    desk.manager.run_jobs()
    assert set(desk.objects("sha/")) == {key, FOO_SHA}
    assert desk.manager.read("sha", key) == b"foo"


def test_vanished_between_reading_and_copying(desk: Desk) -> None:
    """The job stops, nothing is told, and the entry that was made ahead is gone."""
    key = desk.copied("cached")
    desk.manager.read("cached", key)
    desk.faults["copy_object"] = refusal("NoSuchKey", 404)
    desk.names()
    desk.manager.run_jobs()
    assert desk.names() == [
        *("get", "cache-key", "cache-copy", "head", "head-missing", "copy", "copy-missing", "cache-delete")
    ]
    desk.faults.clear()
    desk.manager.run_jobs()
    assert (desk.names(), desk.told) == ([], [])


def test_a_deletion_that_fails_stays_due(desk: Desk) -> None:
    """It is told, the key still reads, and the next purge does it."""
    key = desk.copied("sha")
    desk.manager.run_jobs()
    desk.now += 3600
    desk.faults["delete_object"] = refusal()
    with pytest.raises(ExceptionGroup, match="the rest stays marked"):
        desk.manager.purge()
    desk.faults.clear()
    assert key in desk.objects("sha/")
    desk.manager.purge()
    assert desk.objects("sha/") == {FOO_SHA: b"foo"}
    assert desk.manager.read("sha", key) == b"foo"


def test_when_a_pseudo_digest_goes(desk: Desk) -> None:
    """Its object after an hour, not a second earlier; the key itself another hour later."""
    key = desk.copied("sha")
    desk.manager.run_jobs()
    for advance, left in ((3599, 2), (1, 1), (3599, 1)):
        desk.now += advance
        desk.manager.purge()
        assert len(desk.objects("sha/")) == left
        assert desk.manager.read("sha", key) == b"foo"
        assert desk.manager.exists("sha", key)
    desk.now += 1
    desk.manager.purge()
    with pytest.raises(BlobNotFound):
        desk.manager.read("sha", key)
    assert desk.manager.read("sha", FOO_SHA) == b"foo"


def test_a_later_manager_reads_what_is_left_open(desk: Desk, temp_dir: Path) -> None:
    """Without the jobs of a process that ended, its pseudo-digests are keys like any other."""
    key = desk.copied("sha")
    later = BlobManager(desk.client, "bucket", STORES, temp_dir=temp_dir)
    assert later.read("sha", key) == b"foo"
    later.delete("sha", key)
    desk.manager.run_jobs()
    assert desk.told == []


def test_jobs_are_run_once(desk: Desk) -> None:
    """Many threads run all jobs together, each job in one of them, and none is left."""
    found = [desk.copied("sha") for _ in range(40)]
    start = threading.Barrier(8)

    def run(_: int) -> None:
        start.wait()
        desk.manager.run_jobs()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    assert sorted(key for _, key, _ in desk.told) == sorted(found)


def test_made_keys_are_not_given(desk: Desk) -> None:
    """A key that looks like a pseudo-digest cannot be chosen: what is stored under it would be taken for known."""
    with pytest.raises(InvalidKey, match="such keys are made"):
        desk.manager.write("sha", b"foo", key=keys.random_key())
    assert desk.objects("sha/") == {}


@pytest.mark.parametrize("read_first", [False, True])
def test_deleted_is_deleted(desk: Desk, *, read_first: bool) -> None:
    """A user who deletes a pseudo-digest reads it no more, whether its job is done or not, cached or not."""
    for run_first in (False, True):
        key = desk.copied("cached")
        if run_first:
            desk.manager.run_jobs()
        if read_first:
            desk.manager.read("cached", key)
        desk.manager.delete("cached", key)
        desk.manager.run_jobs()
        with pytest.raises(BlobNotFound):
            desk.manager.read("cached", key)


def test_what_a_transaction_does_to_the_digest_holds_for_the_pseudo_digest(tmp_path: Path) -> None:
    """Whoever deletes the digest in a transaction sees it gone by both of its names, until that is rolled back."""
    desk = Desk(tmp_path)
    key = desk.copied("tx")
    desk.manager.run_jobs()
    desk.manager.begin()
    desk.manager.delete("tx", FOO_SHA)
    with pytest.raises(BlobNotFound):
        desk.manager.read("tx", key)
    with pytest.raises(BlobNotFound):
        desk.manager.copy("tx", "main", key)
    assert not desk.manager.exists("tx", key)
    desk.manager.rollback()
    assert desk.manager.read("tx", key) == b"foo"
