"""What goes wrong: faults of S3, of files and of people, and what is left behind (nothing)."""

import io
import os
import resource
import signal
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import IO, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, IncompleteReadError

from simulator.blobs.client import S3Client
from simulator.blobs.errors import BlobError, BlobNotFound, BlobNotWritten
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

Make = Callable[..., BlobManager]
Lines = Callable[[], list[str]]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


def refusal(status: int, code: str) -> ClientError:
    """The error of an S3 service that refuses."""
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


FORBIDDEN = refusal(403, "403")
SLOW_DOWN = refusal(503, "SlowDown")
FAULTS = pytest.mark.parametrize("fault", [FORBIDDEN, SLOW_DOWN, UNREACHABLE], ids=["403", "503", "unreachable"])


@pytest.fixture(autouse=True)
def no_temp_file_is_left(temp_dir: Path) -> Iterator[None]:
    """Whatever fails here, no temp file is left."""
    yield
    if temp_dir.exists():
        assert list(temp_dir.iterdir()) == []


@FAULTS
def test_upload_fails(make: Make, lines: Lines, fault: Exception) -> None:
    """A failed upload names the key, keeps its cause, has no answer, and its temp file is removed all the same."""
    with pytest.raises(BlobNotWritten, match=f"^Failed to write blob: {FOO}$") as caught:
        make({"put_object": fault}).write("main", b"foo")
    assert (caught.value.store, caught.value.key) == ("main", FOO)
    assert caught.value.__cause__ is fault
    assert lines() == [
        "Nuxeo->tmp temp-write T1",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-missing",
        f"tmp->S3 put 3 {FOO}",
        "tmp->tmp temp-delete T1",
    ]


def test_upload_of_file_fails(make: Make, tmp_path: Path) -> None:
    """The file of a file-backed blob stays where it is."""
    path = tmp_path / "foo"
    path.write_bytes(b"foo")
    with pytest.raises(BlobNotWritten):
        make({"put_object": SLOW_DOWN}).write("main", path)
    assert path.exists()


@FAULTS
def test_existence_is_unknown(make: Make, lines: Lines, fault: Exception) -> None:
    """A question that S3 does not answer is unknown, not missing: nothing is uploaded."""
    with pytest.raises(BlobError, match=f"Cannot tell whether {FOO} exists") as caught:
        make({"head_object": fault}).write("main", b"foo")
    assert caught.value.__cause__ is fault
    assert lines() == ["Nuxeo->tmp temp-write T1", f"Nuxeo->S3 head {FOO}", "tmp->tmp temp-delete T1"]


def test_exists_is_unknown(make: Make) -> None:
    """Neither yes nor no, for both ways to ask."""
    for options in (StoreOptions(), StoreOptions(existence_check="exists")):
        with pytest.raises(BlobError, match="Cannot tell"):
            make({"head_object": FORBIDDEN}, main=options).exists("main", FOO)


@FAULTS
def test_read_fails(make: Make, lines: Lines, fault: Exception) -> None:
    """A failed download is not a missing blob, and announces nothing: nothing came."""
    with pytest.raises(BlobError, match=f"Failed to read blob: {FOO}") as caught:
        make({"get_object": fault}).read("main", FOO)
    assert not isinstance(caught.value, BlobNotFound)
    assert caught.value.__cause__ is fault
    assert lines() == []


@FAULTS
def test_delete_fails(make: Make, lines: Lines, fault: Exception) -> None:
    """A failed delete is told to the caller."""
    with pytest.raises(BlobError, match=f"Failed to delete blob: {FOO}") as caught:
        make({"delete_object": fault}).delete("main", FOO)
    assert caught.value.__cause__ is fault
    assert lines() == [f"Nuxeo->S3 delete {FOO}"]


def test_delete_where_the_server_says_absent(make: Make) -> None:
    """A server that answers 404 to the deletion of nothing is content, and so are we."""
    make({"delete_object": refusal(404, "NoSuchKey")}).delete("main", FOO)


def test_missing_bucket_is_not_a_missing_blob(client: MemoryClient, temp_dir: Path) -> None:
    """That the bucket is gone must not pass for a blob that never was."""
    manager = BlobManager(client, "gone", {"main": StoreOptions()}, temp_dir=temp_dir)
    with pytest.raises(BlobError, match="NoSuchBucket") as caught:
        manager.read("main", FOO)
    assert not isinstance(caught.value, BlobNotFound)
    with pytest.raises(BlobError, match="NoSuchBucket"):
        manager.write("main", b"foo")


@FAULTS
def test_copy_falls_back(make: Make, lines: Lines, fault: Exception) -> None:
    """When S3 does not copy, we do: read from the source, ask again, upload."""
    manager = make({"copy_object": fault})
    manager.write("main", b"foo")
    lines()
    assert manager.copy("main", "other", FOO) == FOO
    assert lines() == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-found 3",
        f"Nuxeo->S3 copy {FOO} other/{FOO}",
        "S3->Nuxeo copy-error",
        "Nuxeo->tmp temp-write T1",
        f"S3->Nuxeo get 3 {FOO}",
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"tmp->S3 put 3 other/{FOO}",
        "tmp->tmp temp-delete T1",
    ]
    assert manager.read("other", FOO) == b"foo"


def test_copy_falls_back_onto_nothing(make: Make, lines: Lines) -> None:
    """When the source vanishes between the failed copy and its replacement, only the temp lines stand around that."""
    stores = {"main": StoreOptions(), "other": StoreOptions(prefix="other/", verify_source=False)}
    with pytest.raises(BlobNotFound) as caught:
        make({"copy_object": SLOW_DOWN}, **stores).copy("main", "other", FOO)
    assert caught.value.store == "main"
    assert lines()[3:] == [
        "S3->Nuxeo copy-error",
        "Nuxeo->tmp temp-write T1",
        f"S3->Nuxeo get-missing {FOO}",
        "tmp->tmp temp-delete T1",
    ]


def test_source_is_unknown(temp_dir: Path) -> None:
    """A source that S3 does not tell about stops the copy before anything is changed."""

    class HidesMain(MemoryClient):
        def head_object(self, *, Bucket: str, Key: str, **_: Any) -> Mapping[str, Any]:  # noqa: N803 - boto3 spells them so
            if Key == FOO:
                raise FORBIDDEN
            return super().head_object(Bucket=Bucket, Key=Key)

    stores = {"main": StoreOptions(), "other": StoreOptions(prefix="other/")}
    manager = BlobManager(HidesMain("bucket"), "bucket", stores, temp_dir=temp_dir)
    with pytest.raises(BlobError, match="Cannot tell"):
        manager.copy("main", "other", FOO)


def test_download_breaks_off(temp_dir: Path) -> None:
    """Content that stops arriving is an error with its cause, for a read and for a copy through a temp file."""
    broken = IncompleteReadError(actual_bytes=2, expected_bytes=3)

    class Broken:
        closed = False

        def iter_chunks(self, chunk_size: int) -> Iterator[bytes]:
            yield b"f"[:chunk_size]
            raise broken

        def close(self) -> None:
            self.closed = True

    class BreaksOff(MemoryClient):
        body = Broken()

        def get_object(self, *, Bucket: str, Key: str, **_: Any) -> Mapping[str, Any]:  # noqa: N803 - as boto3 spells it
            return {"Body": self.body}

    client = BreaksOff("bucket")
    stores = {"main": StoreOptions(), "sha": StoreOptions(prefix="sha/", digest="sha-256")}
    manager = BlobManager(client, "bucket", stores, temp_dir=temp_dir)
    for use in (lambda: manager.read("main", FOO), lambda: manager.copy("main", "sha", FOO)):
        client.body = Broken()
        with pytest.raises(BlobError, match="Failed to read blob") as caught:
            use()
        assert caught.value.__cause__ is broken
        assert client.body.closed
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


@pytest.mark.parametrize("error", [OSError("unplugged"), KeyboardInterrupt(), ZeroDivisionError()])
def test_stream_fails(make: Make, lines: Lines, error: BaseException) -> None:
    """A stream that cannot be read stores nothing; an I/O error is a `BlobError`, any other is the caller's own."""

    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise error

    with pytest.raises(BlobError if isinstance(error, OSError) else type(error)) as caught:
        make().write("main", cast("Any", Failing()))
    assert error in {caught.value, caught.value.__cause__}
    assert lines() == ["Nuxeo->tmp temp-write T1", "tmp->tmp temp-delete T1"]


@pytest.mark.parametrize("stream", [io.StringIO("foo"), io.StringIO("")])
def test_text_stream(make: Make, client: MemoryClient, stream: io.StringIO) -> None:
    """Text is not content, not even empty text."""
    with pytest.raises(TypeError):
        make().write("main", cast("Any", stream))
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


def test_stream_that_has_nothing_yet(make: Make, client: MemoryClient) -> None:
    """A non-blocking stream without data is not at its end: nothing is cut off silently."""
    out, into = os.pipe()
    os.set_blocking(out, False)
    try:
        with open(out, "rb", buffering=0) as stream, pytest.raises(TypeError):  # noqa: PTH123 - a descriptor, no path
            make().write("main", stream)
    finally:
        os.close(into)
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


def test_no_folder_for_temp_files(client: MemoryClient, tmp_path: Path) -> None:
    """A temp folder that is not there is named."""
    folder = tmp_path / "nowhere"
    manager = BlobManager(client, "bucket", {"main": StoreOptions()}, temp_dir=folder)
    with pytest.raises(BlobError, match=f"Cannot make a temp file: .*{folder}"):
        manager.write("main", b"foo")


def test_disk_is_full(make: Make, lines: Lines) -> None:
    """A temp file that cannot be filled is an error with its cause, and is removed."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, kept[1]))
    try:
        with pytest.raises(BlobError, match="Cannot spool") as caught:
            make().write("main", bytes(1 << 18))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        signal.signal(signal.SIGXFSZ, handler)
    assert isinstance(caught.value.__cause__, OSError)
    assert lines() == ["Nuxeo->tmp temp-write T1", "tmp->tmp temp-delete T1"]


def test_path_is_no_file(make: Make, lines: Lines, tmp_path: Path) -> None:
    """A missing file, a folder and a pipe are named and refused; none of them hangs."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe"):
        with pytest.raises(BlobError, match=f"Cannot read {path}"):
            make().write("main", path)
    assert lines() == []


def test_observer_that_raises(client: MemoryClient, temp_dir: Path) -> None:
    """An observer must not raise; if it does, the temp file is removed all the same."""

    def complain(operation: Operation) -> None:
        raise ZeroDivisionError(operation.name)

    with pytest.raises(ZeroDivisionError):
        BlobManager(client, "bucket", {"main": StoreOptions()}, observer=complain, temp_dir=temp_dir).write("main", b"")


@pytest.mark.filterwarnings(
    "ignore:unclosed file:ResourceWarning"
)  # an interrupted `open` leaves that to the collector
def test_interrupted_anywhere(client: MemoryClient, temp_dir: Path) -> None:
    """Ctrl-C at whatever point Python code can be interrupted leaves no temp file, and no object with wrong content."""
    manager = BlobManager(client, "bucket", {"main": StoreOptions()}, observer=lambda _: None, temp_dir=temp_dir)
    point = 0
    while _interrupted(point, lambda: manager.write("main", b"foo")):
        assert list(temp_dir.iterdir()) == []
        for entry in client.list_objects_v2(Bucket="bucket")["Contents"]:
            assert (entry["Key"], manager.read("main", FOO)) == (FOO, b"foo")
        client.delete_object(Bucket="bucket", Key=FOO)
        point += 1
    assert point > 50


def _interrupted(point: int, work: Callable[[], object]) -> bool:
    # The interpreter looks for signals when Python code is entered and when a call into C comes back.
    left = point

    def strike(_frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if event in {"call", "c_return"}:
            left -= 1
            if left < 0:
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(strike)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


@pytest.mark.parametrize("options", [StoreOptions(), StoreOptions(multipart_threshold=1 << 30)], ids=["parts", "whole"])
def test_large_content_in_constant_memory(temp_dir: Path, options: StoreOptions) -> None:
    """A stream of 64 MiB goes through a temp file to S3 in less than 8 MiB of memory, in parts and in one request."""
    size = 64 << 20
    received: list[int] = []

    class Zeros(io.RawIOBase):
        left = size

        def read(self, wanted: int = -1) -> bytes:
            given = min(wanted, self.left)
            self.left -= given
            return bytes(given)

    class Drain(MemoryClient):
        def put_object(self, *, Bucket: str, Key: str, Body: IO[bytes]) -> Mapping[str, Any]:  # noqa: N803
            received.extend(len(chunk) for chunk in iter(lambda: Body.read(1 << 16), b""))
            return {}

        def upload_part(self, *, Body: IO[bytes], **_: Any) -> Mapping[str, Any]:  # noqa: N803
            received.extend(len(chunk) for chunk in iter(lambda: Body.read(1 << 16), b""))
            return {"ETag": ""}

        def complete_multipart_upload(self, **_: Any) -> Mapping[str, Any]:
            return {}

    manager = BlobManager(cast("S3Client", Drain("bucket")), "bucket", {"main": options}, temp_dir=temp_dir)
    tracemalloc.start()
    try:
        manager.write("main", cast("Any", Zeros()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(received) == size
    assert peak < 8 << 20


def test_many_threads(make: Make, client: MemoryClient, operations: list[Operation]) -> None:
    """Threads that share a manager do not disturb each other."""
    manager = make()
    contents = [str(number % 7).encode() * 1000 for number in range(200)]

    def use(content: bytes) -> bytes:
        return manager.read("other", manager.copy("main", "other", manager.write("main", content)))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(use, contents)) == contents
    assert len(client.list_objects_v2(Bucket="bucket")["Contents"]) == 14
    temps = [operation.values["temp"] for operation in operations if operation.name == "temp-write"]
    assert len(set(temps)) == len(temps) == 200
