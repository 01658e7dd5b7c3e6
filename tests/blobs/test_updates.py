"""Updates: storage class, retention and legal hold, at once and in transactions, on the double and on moto."""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.errors import BlobError, BlobNotFound, ConcurrentUpdate
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.blobs.storage import Storage
from simulator.blobs.update import Retention, Update
from simulator.errors import MissingAbilityError

Make = Callable[..., BlobManager]
Lines = Callable[[], list[str]]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
COLD = StoreOptions(cold_storage=True)
TO_COLD = Update(storage_class="cold")
LATER = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=["memory", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each service that runs in this process."""
    with open_backend(request.param) as opened:
        yield opened


def test_status(backend: Backend) -> None:
    """A blob in cold storage cannot be downloaded, unless it is restored; every change shows in its status."""
    manager = BlobManager(backend.client, backend.bucket, {"main": COLD}, root=backend.fresh_root())
    key = manager.write("main", b"foo")
    assert manager.status("main", key) == Storage("STANDARD")
    assert manager.update("main", key, TO_COLD) == key
    cold = manager.status("main", key)
    assert cold == Storage("GLACIER", restoring=False)
    assert (cold.is_cold, cold.is_downloadable) == (True, False)
    with pytest.raises(BlobError, match="InvalidObjectState") as caught:
        manager.read("main", key)
    assert isinstance(caught.value.__cause__, ClientError)
    manager.update("main", key, Update(restore_for=timedelta(hours=25)))
    restored = manager.status("main", key)
    assert restored.restored_until is not None
    assert timedelta(days=1) < restored.restored_until - datetime.now(UTC) <= timedelta(days=2)
    assert (restored.is_cold, restored.is_downloadable) == (True, True)
    assert manager.read("main", key) == b"foo"
    manager.update("main", key, Update(storage_class="standard"))
    assert manager.status("main", key) == Storage("STANDARD")


def test_status_of_what_is_absent(make: Make, lines: Lines) -> None:
    """There is no status of nothing, and asking announces nothing."""
    with pytest.raises(BlobNotFound):
        make().status("main", FOO)
    assert lines() == []


def test_a_restore_that_runs() -> None:
    """While a readable copy is made, the blob cannot be downloaded yet."""
    running = Storage.read({"StorageClass": "GLACIER", "Restore": 'ongoing-request="true"'})
    assert running == Storage("GLACIER", restoring=True)
    assert not running.is_downloadable


def test_retention_and_hold(backend: Backend) -> None:
    """What is retained or held cannot be deleted, and reads back; what is neither any more can."""
    locked = backend.with_object_lock()
    manager = BlobManager(locked.client, locked.bucket, {"main": StoreOptions(record=True)}, root=locked.fresh_root())
    key = manager.write("main", b"foo", document="id1")
    for on, off in (
        (Update(Retention(LATER)), Update(Retention(None))),
        (Update(legal_hold=True), Update(legal_hold=False)),
    ):
        manager.update("main", key, on)
        with pytest.raises(BlobError, match="Failed to delete blob: id1@"):
            manager.delete("main", key)
        assert manager.read("main", key) == b"foo"
        manager.update("main", key, off)
    manager.delete("main", key)
    with pytest.raises(BlobNotFound):
        manager.update("main", key, Update(legal_hold=True))


def test_what_is_locked_is_removed_in_the_end(backend: Backend) -> None:
    """Clearing a place also removes what is retained and held, and marks of deletions."""
    locked = backend.with_object_lock()
    root = locked.fresh_root()
    manager = BlobManager(locked.client, locked.bucket, {"main": StoreOptions(record=True)}, root=root)
    key = manager.write("main", b"foo", document="id1")
    manager.update("main", key, Update(Retention(LATER), legal_hold=True))
    manager.delete("main", "id1")
    locked.clear(root)
    assert locked.client.list_object_versions(Bucket=locked.bucket, Prefix=root).get("Versions", []) == []


@pytest.mark.parametrize("update", [Update(Retention(LATER)), Update(legal_hold=False)])
@pytest.mark.parametrize("inside", [False, True])
def test_locks_need_a_version(make: Make, lines: Lines, update: Update, *, inside: bool) -> None:
    """Retention and hold of a key without version are refused at once, also in a transaction; nothing is announced."""
    manager = make(main=COLD)
    if inside:
        manager.begin()
    with pytest.raises(BlobError, match="need a key with its version"):
        manager.update("main", FOO, update)
    assert lines() == []


def test_a_time_needs_its_zone() -> None:
    """Nobody has to guess which midnight is meant."""
    with pytest.raises(ValueError, match="no time zone"):
        Retention(datetime(2040, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("micros", "zone", "text"),
    [
        (0, 0, "2040-01-01T00:00:00Z"),
        (5000, 0, "2040-01-01T00:00:00.005Z"),
        (5, 0, "2040-01-01T00:00:00.000005Z"),
        (0, 2, "2039-12-31T22:00:00Z"),
    ],
)
def test_instants(micros: int, zone: int, text: str) -> None:
    """An instant is written in UTC, with no more digits than it has."""
    shift = timedelta(hours=zone)
    assert str(Retention((LATER - shift).astimezone(UTC).replace(microsecond=micros))) == text


def test_merging() -> None:
    """Updates of one key become one: the later word counts, what only one says stays."""
    first = Update(Retention(LATER), storage_class="cold", legal_hold=True)
    assert first.then(Update(storage_class="standard", legal_hold=False)) == Update(
        Retention(LATER), storage_class="standard", legal_hold=False
    )
    assert Update().then(first) == first == first.then(Update())


def test_order_in_one_update(lines: Lines, operations: list[object]) -> None:
    """Retention, legal hold, storage class."""
    manager = BlobManager(
        MemoryClient("bucket", locked=["bucket"]),
        "bucket",
        {"main": StoreOptions(record=True)},
        observer=operations.append,
    )
    key = manager.write("main", b"foo", document="id1")
    lines()
    moved = manager.update("main", key, Update(Retention(LATER), legal_hold=True, storage_class="cold"))
    assert moved != key
    assert [line.split()[1] for line in lines()] == ["update-retention", "update-hold", "update-class"]
    assert (manager.status("main", key).storage_class, manager.status("main", moved).storage_class) == (
        "STANDARD",
        "GLACIER",
    )


def test_update_is_refused(make: Make, lines: Lines) -> None:
    """An update that S3 refuses is an error with its cause; nothing answers it."""
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "CopyObject")
    with pytest.raises(BlobError, match=f"Failed to update blob: {FOO}") as caught:
        make({"copy_object": refusal}, main=COLD).update("main", FOO, TO_COLD)
    assert not isinstance(caught.value, BlobNotFound)
    assert caught.value.__cause__ is refusal
    assert lines() == [f"Nuxeo->S3 update-class {FOO}@null GLACIER"]


def test_update_at_commit_fails(make: Make, lines: Lines) -> None:
    """What is missing at commit is told after everything else was done."""
    manager = make(main=COLD)
    manager.begin()
    manager.update("main", "0" * 32, TO_COLD)
    manager.write("main", b"foo")
    lines()
    with pytest.raises(ExceptionGroup) as caught:
        manager.commit()
    assert [type(problem) for problem in caught.value.exceptions] == [BlobNotFound]
    assert manager.read("main", FOO) == b"foo"


def test_updates_of_one_document_conflict(make: Make) -> None:
    """Two transactions that update one document are in each other's way, as with any other change."""
    manager = make(main=StoreOptions(record=True, cold_storage=True))
    manager.write("main", b"foo", document="id1")
    other = copy_context()
    manager.begin()
    other.run(manager.begin)
    manager.update("main", "id1", TO_COLD)
    with pytest.raises(ConcurrentUpdate):
        other.run(manager.update, "main", "id1", TO_COLD)


class NoAbilities(MemoryClient):
    """A service without storage classes: it takes the word and does nothing."""

    def copy_object(self, **given: object) -> dict[str, object]:
        return {}


class OneClass(MemoryClient):
    """A service that refuses every storage class but the standard one."""

    def copy_object(self, **given: object) -> dict[str, object]:
        answer: Any = {"Error": {"Code": "InvalidStorageClass"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "CopyObject")


class ColdByName(MemoryClient):
    """A service whose objects bear the class, and are read all the same."""

    def get_object(self, **given: Any) -> Any:
        super().copy_object(Bucket=given["Bucket"], Key=given["Key"], CopySource=given, StorageClass="STANDARD")
        return super().get_object(**given)


@pytest.mark.parametrize("kind", [NoAbilities, OneClass, ColdByName])
def test_missing_abilities(kind: type[MemoryClient]) -> None:
    """A service without cold storage, or without object lock, is said to be so."""
    backend = Backend("none", kind("bucket"), "bucket")
    with pytest.raises(MissingAbilityError, match="no cold storage"):
        backend.require_storage_classes()
    with pytest.raises(MissingAbilityError, match="no object lock"):
        backend.with_object_lock()
    assert list(backend.objects("")) == []
