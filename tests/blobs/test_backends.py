"""Opening S3: moto and memory, clean places, and addresses that are wrong (`test_endpoint`: those that are right)."""

import contextlib
import io
import os
import socket
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest

from simulator.blobs.backends import open_backend
from simulator.errors import BackendError


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a user, none of which lead out of this machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def free_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("name", ["memory", "moto"])
def test_clean_places(name: str) -> None:
    """Every place is new, holds what is put there, and is cleared without touching the others."""
    with open_backend(name) as backend:
        one, two = backend.fresh_root(), backend.fresh_root()
        assert one != two
        for root in (one, two):
            backend.client.put_object(Bucket=backend.bucket, Key=f"{root}a/b", Body=io.BytesIO(root.encode()))
        assert list(backend.objects(one)) == [("a/b", one.encode())]
        backend.clear(one)
        assert list(backend.objects(one)) == []
        assert list(backend.objects(two)) == [("a/b", two.encode())]
        assert (backend.name, backend.root) == (name, "")


@pytest.mark.parametrize("name", ["memory", "moto"])
def test_nothing_stays(name: str) -> None:
    """Opened again, it is empty, also when the first time ended in an error."""
    with contextlib.suppress(ZeroDivisionError), open_backend(name) as backend:
        backend.client.put_object(Bucket=backend.bucket, Key="k", Body=io.BytesIO(b""))
        raise ZeroDivisionError
    with open_backend(name) as backend:
        assert list(backend.objects("")) == []


def test_moto_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the AWS settings of the user are, moto works, sees none of them, and leaves them as they were."""
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    before = dict(os.environ)
    with open_backend("moto") as backend:
        assert "mine" not in {os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")}
        assert list(backend.objects("")) == []
        with pytest.raises(BackendError, match="NoSuchBucket"):
            list(type(backend)("moto", backend.client, "gone").objects(""))
    assert dict(os.environ) == before


def test_moto_refuses_a_bucket_name() -> None:
    """A bucket name that cannot be is an error for people."""
    with pytest.raises(BackendError, match="bucket 'a/b' cannot be made"), open_backend("moto", "a/b"):
        pass


@pytest.mark.parametrize("s3", ["", "s3", "localhost:9000", "ftp://127.0.0.1/", "http://", "http://[", "https:///x"])
def test_unknown_service(s3: str) -> None:
    """What is neither moto nor memory nor a URL is said to be so, with what could have stood there."""
    with pytest.raises(BackendError, match="unknown S3 service") as caught:
        open_backend(s3, "bucket")
    assert caught.value.expected[:2] == ("moto", "memory")


@pytest.mark.parametrize("bucket", [None, ""])
def test_url_without_bucket(bucket: str | None) -> None:
    """A URL needs a bucket, and the message says how to name one."""
    with pytest.raises(BackendError, match="--bucket"):
        open_backend("http://127.0.0.1:1", bucket)


def test_unreachable(free_port: int) -> None:
    """Where nobody listens, that is said within seconds."""
    started = time.monotonic()
    with (
        pytest.raises(BackendError, match=f"http://127.0.0.1:{free_port} cannot be reached"),
        open_backend(f"http://127.0.0.1:{free_port}", "bucket"),
    ):
        pass
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://bad host/", "http://127.0.0.1:1/?a=b"])
def test_url_that_cannot_be(url: str) -> None:
    """A URL that no client takes is an error for people."""
    with pytest.raises(BackendError), open_backend(url, "bucket"):
        pass


@pytest.mark.parametrize("bucket", ["a/b", "a b", "x" * 300])
def test_bucket_name_that_cannot_be(free_port: int, bucket: str) -> None:
    """A bucket name that no client takes is an error for people."""
    with pytest.raises(BackendError), open_backend(f"http://127.0.0.1:{free_port}", bucket):
        pass


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    """Without credentials the message says what to set."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with (
        pytest.raises(BackendError, match=r"no AWS credentials(.|\n)*AWS_ACCESS_KEY_ID"),
        open_backend(f"http://127.0.0.1:{free_port}", "bucket"),
    ):
        pass


def test_unknown_profile(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    """A profile that is not there is named."""
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    with pytest.raises(BackendError, match="not-there"), open_backend(f"http://127.0.0.1:{free_port}", "bucket"):
        pass


class Answers(BaseHTTPRequestHandler):
    """Gives the same answer to every question."""

    status = 200
    body = b""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web_server() -> Iterator[HTTPServer]:
    """A web server on loopback that gives the answer of `Answers`."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


REFUSAL = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>no</Message></Error>"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, REFUSAL % b"InvalidAccessKeyId", "InvalidAccessKeyId(.|\n)*AWS_ACCESS_KEY_ID"),
        (403, b"", "403"),
        (404, REFUSAL % b"NoSuchBucket", "has no bucket 'bucket'(.|\n)*--create-bucket"),
        (404, b"<html>no such page</html>", "check the address"),
        (200, b"<html><p>welcome</html>", "check the address"),
        (200, b"<Result>&</Result>", "check the address"),
        (503, REFUSAL % b"SlowDown", "SlowDown"),
    ],
)
def test_service_that_refuses(
    web_server: HTTPServer, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, said: str
) -> None:
    """A refusal, or an answer that is none of S3, is an error that says what and what to do, within seconds."""
    monkeypatch.setattr(Answers, "status", status)
    monkeypatch.setattr(Answers, "body", body)
    started = time.monotonic()
    url = f"http://127.0.0.1:{web_server.server_port}"
    with pytest.raises(BackendError, match=said), open_backend(url, "bucket"):
        pass
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("environment", "profile", "mode", "attempts"),
    [
        ({}, "", "standard", 3),
        ({"AWS_MAX_ATTEMPTS": "7"}, "", "standard", 7),
        ({"AWS_RETRY_MODE": "adaptive"}, "", "adaptive", 3),
        ({"AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "2"}, "", "legacy", 2),
        ({}, "retry_mode = adaptive\nmax_attempts = 4", "adaptive", 4),
    ],
)
def test_retries_as_the_user_says(
    web_server: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    environment: Mapping[str, str],
    profile: str,
    mode: str,
    attempts: int,
) -> None:
    """Botocore's standard mode with three attempts, unless environment or profile say otherwise."""
    (tmp_path / "config").write_text(f"[default]\n{profile}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Answers, "body", b"<ListBucketResult></ListBucketResult>")
    with open_backend(f"http://127.0.0.1:{web_server.server_port}", "bucket") as backend:
        meta: Any = cast("Any", backend.client).meta
        assert (meta.config.retries["mode"], meta.config.retries.get("total_max_attempts", 3)) == (mode, attempts)


@pytest.mark.parametrize("setting", [("AWS_RETRY_MODE", "eager"), ("AWS_MAX_ATTEMPTS", "many")])
def test_retries_that_cannot_be(
    web_server: HTTPServer, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str]
) -> None:
    """A setting that botocore does not know is an error for people."""
    monkeypatch.setenv(*setting)
    monkeypatch.setattr(Answers, "body", b"<ListBucketResult></ListBucketResult>")
    url = f"http://127.0.0.1:{web_server.server_port}"
    with pytest.raises(BackendError, match=setting[1]), open_backend(url, "bucket"):
        pass
