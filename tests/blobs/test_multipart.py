"""Content in parts: what S3 keeps is the content, and what fails leaves no part behind."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.bucket import Bucket
from simulator.blobs.errors import BlobNotWritten
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.multipart import Parts
from simulator.blobs.options import StoreOptions
from simulator.blobs.window import Window

UNREACHABLE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
SMALL = StoreOptions(multipart_threshold=100, part_size=1)
MIB = 1 << 20

Make = Callable[..., BlobManager]


@pytest.mark.parametrize(
    ("parts", "total", "sizes"),
    [
        (Parts(), 12 * MIB, [5 * MIB, 5 * MIB, 2 * MIB]),
        (Parts(size=1), 5 * MIB + 1, [5 * MIB, 1]),
        (Parts(size=6 * MIB), 6 * MIB, [6 * MIB]),
        (Parts(), 0, []),
    ],
)
def test_cut(parts: Parts, total: int, sizes: list[int]) -> None:
    """Every part but the last has the size asked for, at least the one that S3 asks for; nothing is left out."""
    cut = list(parts.cut(total))
    assert [size for _, size in cut] == sizes
    assert [start for start, _ in cut] == [sum(sizes[:index]) for index in range(len(sizes))]


def test_no_content_has_too_many_parts() -> None:
    """5 TiB, the most that S3 keeps, go into 10,000 parts."""
    cut = list(Parts().cut(5 << 40))
    assert len(cut) <= 10_000
    assert sum(size for _, size in cut) == 5 << 40


def test_window() -> None:
    """A window shows its bytes and no others, and can be read again."""
    window = Window(io.BytesIO(b"0123456789"), 2, 5)
    assert (window.read(3), window.read(), window.read()) == (b"234", b"56", b"")
    assert (window.seek(0), window.read()) == (0, b"23456")
    assert (window.seek(0, io.SEEK_END), window.tell(), window.seek(-1, io.SEEK_CUR)) == (5, 5, 4)
    assert window.read() == b"6"


@pytest.fixture(scope="module", params=["memory", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Where parts are put together."""
    with open_backend(request.param) as backend:
        yield backend


@pytest.mark.parametrize("size", [100, 101, 11 * MIB])
@pytest.mark.parametrize("cache", [False, True])
def test_content_in_parts(backend: Backend, tmp_path: Path, size: int, cache: bool) -> None:  # noqa: FBT001 - parametrized
    """Above the threshold content goes in parts, at it in one request; it comes back whole, the observer sees one."""
    put: list[object] = []
    root = backend.fresh_root()
    manager = BlobManager(
        backend.client,
        backend.bucket,
        {"main": StoreOptions(multipart_threshold=100, part_size=1, cache=cache)},
        observer=lambda operation: put.append(operation.values["size"]) if operation.name == "put" else None,
        temp_dir=tmp_path,
        root=root,
    )
    content = bytes(range(256)) * (size // 256 + 1)
    key = manager.write("main", io.BytesIO(content[:size]))
    manager.clear_cache("main")
    assert manager.read("main", key) == content[:size]
    assert put == [size]
    (etag,) = [etag for _, etag in Bucket(backend.client, backend.bucket, root).all_etags()]
    assert ("-" in etag) is (size > 100)


@pytest.mark.parametrize("method", ["upload_part", "complete_multipart_upload"])
@pytest.mark.parametrize("fault", [UNREACHABLE, KeyboardInterrupt()])
def test_failure_leaves_no_part(make: Make, client: MemoryClient, method: str, fault: BaseException) -> None:
    """An upload in parts that fails is forgotten by S3, and is told as any other failed upload."""
    expected = KeyboardInterrupt if isinstance(fault, KeyboardInterrupt) else BlobNotWritten
    with pytest.raises(expected):
        make({method: fault}, main=SMALL).write("main", bytes(6 * MIB))
    assert client.list_multipart_uploads(Bucket="bucket")["Uploads"] == []
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


def test_the_failure_is_told_not_that_of_cleaning_up(make: Make) -> None:
    """Where S3 cannot even forget the upload, the first error is the cause."""
    other = EndpointConnectionError(endpoint_url="http://127.0.0.1:2")
    with pytest.raises(BlobNotWritten) as caught:
        make({"upload_part": UNREACHABLE, "abort_multipart_upload": other}, main=SMALL).write("main", bytes(101))
    assert caught.value.__cause__ is UNREACHABLE


def test_abandoned_uploads_are_forgotten(backend: Backend) -> None:
    """Clearing a place forgets the uploads there that nobody ended, and no others."""
    root, other = backend.fresh_root(), backend.fresh_root()
    place: dict[str, Any] = {"Bucket": backend.bucket}
    for key in (f"{root}a", f"{root}b", f"{other}a"):
        backend.client.create_multipart_upload(**place, Key=key)
    backend.clear(root)
    left = backend.client.list_multipart_uploads(**place, Prefix=backend.root)["Uploads"]
    assert [entry["Key"] for entry in left] == [f"{other}a"]
    backend.clear(other)


class Huge(MemoryClient):
    """A client that says of every object that it has 6 GiB, and refuses to copy it in one request."""

    size = 6 << 30
    code = "InvalidRequest"

    def head_object(self, **asked: Any) -> Any:
        return {**super().head_object(**asked), "ContentLength": self.size}

    def copy_object(self, **_: Any) -> Any:
        answer: Any = {"Error": {"Code": self.code, "Message": "too large"}, "ResponseMetadata": {}}
        raise ClientError(answer, "CopyObject")

    def upload_part_copy(self, *, CopySourceRange: str, **asked: Any) -> Any:  # noqa: N803
        # The first three parts have a byte each.
        first, _, last = CopySourceRange.removeprefix("bytes=").partition("-")
        assert int(last) - int(first) == (1 << 30) - 1
        number = int(first) >> 30
        return super().upload_part_copy(CopySourceRange=f"bytes={number}-{number}", **asked)


def test_what_is_too_large_to_be_copied_at_once_is_copied_in_parts(tmp_path: Path) -> None:
    """Above 5 GiB S3 copies nothing in one request: the parts follow each other, and for an observer it is one copy."""
    client, told = Huge("bucket"), []
    stores = {"main": StoreOptions(), "other": StoreOptions(prefix="other/")}
    manager = BlobManager(
        client, "bucket", stores, observer=lambda operation: told.append(operation.name), temp_dir=tmp_path
    )
    key = manager.write("main", b"foobar")
    told.clear()
    assert manager.copy("main", "other", key) == key
    assert told == ["head", "head-missing", "head", "head-found", "copy", "copied"]
    assert manager.read("other", key) == b"foobar"


@pytest.mark.parametrize(("size", "code"), [(6, "InvalidRequest"), (6 << 30, "SlowDown")])
def test_another_refusal_is_not_taken_for_that(tmp_path: Path, size: int, code: str) -> None:
    """Where the object is small, or S3 refuses for another reason, the content goes through the process."""
    client, told = Huge("bucket"), []
    client.size, client.code = size, code
    stores = {"main": StoreOptions(), "other": StoreOptions(prefix="other/")}
    manager = BlobManager(
        client, "bucket", stores, observer=lambda operation: told.append(operation.name), temp_dir=tmp_path
    )
    manager.copy("main", "other", manager.write("main", b"foobar"))
    assert "copy-error" in told
    assert client.list_multipart_uploads(Bucket="bucket")["Uploads"] == []
