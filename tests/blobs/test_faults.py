"""Faults that are made to happen: the same in the double and in boto3, retried as botocore would, gone in the end."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.errors import BlobError, BlobNotWritten
from simulator.blobs.faults import REFUSALS, REQUESTS, Crashed, Fault, Faults
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
STORES = {"main": StoreOptions(multipart_threshold=1 << 20), "cached": StoreOptions(prefix="cached/", cache=True)}


@pytest.fixture(scope="module", params=["memory", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each service that runs in this process."""
    with open_backend(request.param) as opened:
        yield opened


@pytest.fixture
def faults(backend: Backend, temp_dir: Path) -> Iterator[Faults]:
    """Faults of a service, which are gone in the end."""
    made = Faults(backend.client, temp_dir)
    yield made
    made.close()


@pytest.fixture
def manager(faults: Faults, backend: Backend, tmp_path: Path, operations: list[Operation]) -> BlobManager:
    """A manager that runs into them, in an empty place."""
    return BlobManager(
        faults.client,
        backend.bucket,
        STORES,
        observer=operations.append,
        temp_dir=tmp_path / "temp",
        cache_dir=tmp_path / "cache",
        create_file=faults.create,
        root=backend.fresh_root(),
    )


def retries(operations: list[Operation]) -> Mapping[str, int]:
    """How often requests were sent again, by operation, as the events say."""
    return {each.name: each.attributes["retries"] for each in operations if "retries" in each.attributes}


@pytest.mark.parametrize("kind", ["SlowDown", "InternalError", "RequestTimeout", "no-answer"])
def test_retried(faults: Faults, manager: BlobManager, operations: list[Operation], kind: str) -> None:
    """What is worth another attempt gets it, at once; that shows as an attribute of the one event, and nowhere else."""
    started = time.monotonic()
    for on, times in (("HeadObject", 1), ("PutObject", 2), ("GetObject", 2), ("CopyObject", 1), ("DeleteObject", 1)):
        faults.plan(Fault(on, kind), times)
    with faults.active():
        assert manager.write("main", b"foo") == FOO
        assert manager.read("main", FOO) == b"foo"
        assert manager.copy("main", "cached", FOO) == FOO
        manager.delete("main", FOO)
    assert retries(operations) == {"head": 1, "put": 2, "get": 2, "copy": 1, "delete": 1}
    assert [each.name for each in operations].count("put") == 1
    assert time.monotonic() - started < 2


def test_retries_end(faults: Faults, manager: BlobManager, operations: list[Operation]) -> None:
    """After three attempts it is an error, which keeps its cause."""
    struck = faults.plan(Fault("PutObject", "SlowDown"), 3)
    assert not struck()
    with faults.active():
        with pytest.raises(BlobNotWritten) as caught:
            manager.write("main", b"foo")
        assert struck()
        assert "SlowDown" in str(caught.value.__cause__)
        assert "reached max retries: 2" in str(caught.value.__cause__)
        assert retries(operations) == {"put": 2}
        assert manager.write("main", b"foo") == FOO


def test_retries_of_what_failed(faults: Faults, manager: BlobManager, operations: list[Operation]) -> None:
    """Retries of a read that failed, which has no event, are not told of the next one."""
    manager.write("main", b"foo")
    faults.plan(Fault("GetObject", "SlowDown"), 3)
    with faults.active():
        with pytest.raises(BlobError, match="SlowDown"):
            manager.read("main", FOO)
        assert manager.read("main", FOO) == b"foo"
    assert retries(operations) == {}


def test_retries_of_parts(faults: Faults, manager: BlobManager, operations: list[Operation]) -> None:
    """The retries of all requests of one upload are told of its one event."""
    faults.plan(Fault("UploadPart", "SlowDown"), 2)
    faults.plan(Fault("CompleteMultipartUpload", "SlowDown"), 1)
    with faults.active():
        manager.write("main", bytes(6 << 20))
    assert retries(operations) == {"put": 3}


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_errors_of_the_service(faults: Faults, manager: BlobManager, code: str) -> None:
    """Every error comes as the service would send it: with its code, or for HEAD with its status."""
    faults.plan(Fault("PutObject", code), 3)
    faults.plan(Fault("HeadObject", code), 3)
    with faults.active():
        if REFUSALS[code] != 404:
            with pytest.raises(BlobError) as asked:
                manager.exists("main", FOO)
            cause = asked.value.__cause__
            assert isinstance(cause, ClientError)
            assert cause.response["Error"]["Code"] == str(REFUSALS[code])
        faults.close()
        faults.plan(Fault("PutObject", code), 3)
        with pytest.raises(BlobNotWritten) as written:
            manager.write("main", b"foo")
        cause = written.value.__cause__
        assert isinstance(cause, ClientError)
        assert (cause.response["Error"]["Code"], cause.response["ResponseMetadata"]["HTTPStatusCode"]) == (
            code,
            REFUSALS[code],
        )


def test_before_and_after(faults: Faults, manager: BlobManager) -> None:
    """A refused request changes nothing, unless it is refused after it took effect."""
    faults.plan(Fault("PutObject", "AccessDenied"))
    faults.plan(Fault("PutObject", "AccessDenied", after=True))
    with faults.active():
        for stored in (False, True):
            with pytest.raises(BlobNotWritten):
                manager.write("main", b"foo")
            assert manager.exists("main", FOO) is stored


def test_cut_off(faults: Faults, manager: BlobManager, temp_dir: Path) -> None:
    """A download that ends too early is an error, and nothing of it is kept."""
    manager.write("cached", b"foo")
    manager.clear_cache("cached")
    faults.plan(Fault("GetObject", "cut-off"))
    with faults.active():
        with pytest.raises(BlobError, match="Failed to read blob"):
            manager.read("cached", FOO)
        assert [path for path in temp_dir.parent.rglob("*") if path.is_file()] == []
        assert manager.read("cached", FOO) == b"foo"


@pytest.mark.parametrize(("store", "file"), [("main", "temp-file"), ("cached", "cache-file")])
@pytest.mark.parametrize("kind", ["disk-full", "permission-denied"])
@pytest.mark.parametrize("content", [b"foo", bytes(3 << 20)])
def test_disk(
    faults: Faults, manager: BlobManager, tmp_path: Path, store: str, file: str, kind: str, content: bytes
) -> None:
    """A disk that takes no more, or that is not ours, is an error for both sizes of content, and leaves no file."""
    faults.plan(Fault(file, kind))
    with faults.active():
        with pytest.raises(BlobError, match=r"No space left|Permission denied") as caught:
            manager.write(store, content)
        assert isinstance(caught.value.__cause__, OSError)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        assert manager.read(store, manager.write(store, content)) == content


def test_slow(faults: Faults, manager: BlobManager) -> None:
    """A slow answer is an answer."""
    faults.plan(Fault("PutObject", "slow", delay=0.05))
    started = time.monotonic()
    with faults.active():
        manager.write("main", b"foo")
    assert time.monotonic() - started >= 0.05


def test_only_while_active(faults: Faults, manager: BlobManager) -> None:
    """Nothing strikes outside of `active`, in its turn or not."""
    struck = faults.plan(Fault("PutObject", "AccessDenied"))
    manager.write("main", b"foo")
    assert not struck()


def test_first_come_first_served(faults: Faults, manager: BlobManager) -> None:
    """Faults of one request strike one after the other."""
    faults.plan(Fault("GetObject", "AccessDenied"))
    faults.plan(Fault("GetObject", "InvalidObjectState"))
    manager.write("main", b"foo")
    with faults.active():
        for code in ("AccessDenied", "InvalidObjectState"):
            with pytest.raises(BlobError, match=code):
                manager.read("main", FOO)
        assert manager.read("main", FOO) == b"foo"


def test_the_client_is_as_it_was(temp_dir: Path) -> None:
    """After `close` a boto3 client tells nothing to the faults any more."""
    with open_backend("moto") as backend:
        faults = Faults(backend.client, temp_dir)
        struck = faults.plan(Fault("PutObject", "AccessDenied"))
        faults.close()
        taken: list[str] = []
        faults.take = taken.append  # type: ignore[method-assign, assignment]
        manager = BlobManager(faults.client, backend.bucket, {"main": StoreOptions()}, temp_dir=temp_dir)
        with faults.active():
            assert manager.write("main", b"foo") == FOO
        assert (taken, struck()) == ([], False)


def test_every_request_is_known() -> None:
    """The names of the requests are those of the client's methods."""
    for name in REQUESTS:
        method = "".join(f"_{each.lower()}" if each.isupper() else each for each in name).removeprefix("_")
        assert hasattr(MemoryClient, method), method


def test_the_nth(faults: Faults, manager: BlobManager, operations: list[Operation]) -> None:
    """A fault can let some requests pass; attempts of one request count as one."""
    faults.plan(Fault("PutObject", "SlowDown"), 2)
    faults.plan(Fault("PutObject", "AccessDenied", nth=2))
    with faults.active():
        manager.write("main", b"foo")
        with pytest.raises(BlobNotWritten):
            manager.write("main", b"bar")
        manager.write("main", b"bar")
    assert retries(operations) == {"put": 2}
    assert faults.felt == ["PutObject 2 refused"]
    assert [call for call in faults.calls if call == "PutObject"] == ["PutObject"] * 3


@pytest.mark.parametrize("after", [False, True])
def test_crash(faults: Faults, manager: BlobManager, tmp_path: Path, *, after: bool) -> None:
    """After a crash nothing has an effect, whatever cleans up; before it everything had."""
    faults.plan(Fault("PutObject", "crash", after=after))
    with faults.active():
        with pytest.raises(Crashed):
            manager.write("cached", b"foo")
        with pytest.raises(Crashed):
            manager.read("cached", FOO)
        with pytest.raises(Crashed):
            manager.write("cached", b"foo")
    assert faults.dead
    assert list((tmp_path / "cache").rglob("bin_*")) == []
    faults.reborn()
    assert manager.exists("cached", FOO) is after
    assert faults.felt == ["PutObject crash"]
