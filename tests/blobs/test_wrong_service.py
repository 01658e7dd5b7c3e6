"""Servers that refuse every request: one clear message each, that says what to do."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from simulator.blobs.backends import open_backend
from simulator.errors import BackendError
from tests.servers import as_user


@contextlib.contextmanager
def refusing(status: int, code: str) -> Iterator[str]:
    """Run a server that answers every request with this error; its URL."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<Error><Code>{code}</Code><Message>the message</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_PUT = do_GET  # noqa: N815 - as the library spells them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "code", "message", "hint"),
    [
        (403, "InvalidAccessKeyId", "the message", "set AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "the message", "set AWS_ACCESS_KEY_ID"),
        (400, "AuthorizationHeaderMalformed", "the message", "set AWS_DEFAULT_REGION"),
        (301, "PermanentRedirect", "sends every request elsewhere", "whether it begins with https"),
        (500, "InternalError", "the message", "whether an S3 service answers there"),
    ],
)
def test_refusals(monkeypatch: pytest.MonkeyPatch, status: int, code: str, message: str, hint: str) -> None:
    """Wrong credentials, a wrong region, a wrong address: what S3 said, and what to do."""
    as_user(monkeypatch)
    with refusing(status, code) as url, pytest.raises(BackendError) as caught, open_backend(url, "bucket"):
        pass
    assert str(caught.value).startswith(url)
    assert message in str(caught.value)
    assert hint in str(caught.value)
