"""S3 behind a URL: buckets found and made, and nobody else's objects touched."""

import contextlib
import io
import subprocess
from collections.abc import Iterator

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.errors import BackendError
from tests.servers import as_user, moto_server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of its own: one test ends it."""
    with moto_server() as started:
        yield started


@pytest.fixture
def url(server: tuple[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of the server, and a user who may use it."""
    as_user(monkeypatch)
    return server[0]


def test_missing_bucket(url: str) -> None:
    """A bucket that is not there is not made unasked."""
    for _ in range(2):
        with pytest.raises(BackendError, match="has no bucket 'not-mine'"), open_backend(url, "not-mine"):
            pass


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_bucket_is_made_when_asked_for(url: str, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """With `create_bucket` it is made, in the region of the user, and stays."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    for create in (True, True, False):
        with open_backend(url, f"made-in-{region}", create_bucket=create) as backend:
            assert list(backend.objects(backend.root)) == []


def test_nothing_stays(url: str) -> None:
    """At the end everything under our root is gone, the bucket stays."""
    with open_backend(url, "kept", create_bucket=True) as backend:
        BlobManager(backend.client, "kept", {"main": StoreOptions()}, root=backend.fresh_root()).write("main", b"foo")
        with open_backend(url, "kept") as second:
            second.client.put_object(Bucket="kept", Key=f"{second.root}k", Body=io.BytesIO(b""))
        assert "Contents" not in backend.client.list_objects_v2(Bucket="kept", Prefix=second.root)
    with open_backend(url, "kept") as third:
        assert "Contents" not in third.client.list_objects_v2(Bucket="kept")


def test_only_our_objects_go(url: str) -> None:
    """At the end our objects are gone, also after an error, and those of others are not."""
    with open_backend(url, "shared", create_bucket=True) as theirs:
        for key in ("mine", "simulator-0/mine", f"{theirs.root}1"):
            theirs.client.put_object(Bucket="shared", Key=key, Body=io.BytesIO(b"precious"))
        with contextlib.suppress(ZeroDivisionError), open_backend(url, "shared") as backend:
            assert backend.root != theirs.root
            stores = {"main": StoreOptions()}
            BlobManager(backend.client, "shared", stores, root=backend.fresh_root()).write("main", b"foo")
            BlobManager(backend.client, "shared", stores, root=backend.root).write("main", b"foo")
            assert len(list(backend.objects(backend.root))) == 2
            with pytest.raises(ValueError, match="is not under"):
                backend.clear(theirs.root)
            raise ZeroDivisionError
        assert list(backend.objects(backend.root)) == []
        assert list(theirs.objects(theirs.root)) == [("1", b"precious")]
        for key in ("mine", "simulator-0/mine"):
            theirs.client.head_object(Bucket="shared", Key=key)
            theirs.client.delete_object(Bucket="shared", Key=key)


def test_server_goes_away(url: str, server: tuple[str, subprocess.Popen[bytes]]) -> None:
    """A server that ends meanwhile: what may remain is said, and hides no other error. The last test of this file."""
    error = KeyboardInterrupt()
    with contextlib.suppress(KeyboardInterrupt), open_backend(url, "lost", create_bucket=True) as backend:
        server[1].terminate()
        server[1].wait()
        raise error
    assert "could not be removed" in error.__notes__[0]
    with pytest.raises(BackendError, match=r"could not be removed(.|\n)*by hand"):
        backend.clear(backend.root)
    with pytest.raises(BackendError, match="cannot be reached"), open_backend(url, "lost"):
        pass
    with pytest.raises(BackendError, match="cannot be read"):
        list(backend.objects(backend.root))
