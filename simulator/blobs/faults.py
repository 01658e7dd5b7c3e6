"""Faults of S3 and of the disk, made to happen: at the next request of a kind, or the next file.

Lives here: what can go wrong, waiting for its turn, and happening: in a boto3 client by botocore's own events, where
our double is used around it. Must not live here: which fault is due when (`campaign`).

A fault strikes one request as S3 sees it. What botocore retries in its standard mode is retried here too, at once, so
that a fault which strikes less often than there are attempts shows in the number of retries only.

A crash leaves S3 and the disk as they are at that moment: nothing that is done afterwards, by whatever code cleans up
on its way out, has any effect on them, until the process is said to be `reborn`.

Laws: nothing strikes outside of `Faults.active`; after `close` the client is as it was. The caller of a boto3 client
and of the double cannot tell which of them a fault struck.

Sources: Amazon S3 API Reference, "Error responses"; AWS SDKs Reference Guide, "Retry behavior".
"""

import errno
import io
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ConnectionClosedError, IncompleteReadError

from simulator.blobs.client import Body, S3Client
from simulator.blobs.errors import BlobError
from simulator.blobs.temp_files import create

# The requests of the blob manager, as S3 names them.
REQUESTS = (
    "PutObject",
    "GetObject",
    "HeadObject",
    "CopyObject",
    "DeleteObject",
    "ListObjectsV2",
    "RestoreObject",
    "PutObjectRetention",
    "PutObjectLegalHold",
    "CreateMultipartUpload",
    "UploadPart",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
)
# The errors of S3, with the HTTP status of each.
REFUSALS: Mapping[str, int] = {
    "AccessDenied": 403,
    "InternalError": 500,
    "InvalidObjectState": 403,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NoSuchVersion": 404,
    "NotImplemented": 501,
    "PreconditionFailed": 412,
    "RequestTimeout": 400,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
}
NO_ANSWER, CUT_OFF, SLOW = "no-answer", "cut-off", "slow"
# What the blob manager does with files: makes temp files and those of caches, renames and deletes them.
FILES = ("temp-file", "cache-file", "cache-rename", "temp-delete", "cache-delete")
DISK_FULL, PERMISSION_DENIED = "disk-full", "permission-denied"
CRASH = "crash"
# What callers notice of faults that are alike. Only after a copy they look what became of it.
REFUSED, LOST, FAILED = "refused", "answer-lost", "failed"

# Requests that have no effect to speak of.
_READING = frozenset({"GetObject", "HeadObject", "ListObjectsV2"})
# What botocore sends again in its standard mode.
_RETRIED = frozenset({"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown", NO_ANSWER})
# Errors that say nothing but that it did not work: which of them it was makes no difference.
_ALIKE = _RETRIED | {"AccessDenied"}
_ERRNO = {DISK_FULL: errno.ENOSPC, PERMISSION_DENIED: errno.EACCES}
_MESSAGE = "a fault that was injected"
# No service of moto is here, so it lets a request to this place pass.
_NOWHERE = "http://fault.invalid/"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: `on` a request or file, an error of S3 or a `kind` of this module.

    after: the request takes effect first. delay: how long a slow answer takes, in seconds. nth: the first one of its
    kind that it strikes, from 1.
    """

    on: str
    kind: str
    after: bool = False
    delay: float = 0.0
    nth: int = 1


class Crashed(BaseException):
    """The process has died; only a simulated one, so its code still runs, and ends as it would on Ctrl-C."""


@dataclass(slots=True)
class _Due:
    """A fault, how often it is still to strike, and how many requests it has seen."""

    fault: Fault
    left: int
    seen: int = 0


class Faults:
    """Faults that wait for their turn, first come first served; any number of threads may run into them.

    client: where requests go; `self.client` is the one that has faults. temp_dir: where files are temp files; all
    others are of a cache. on_crash: called at the moment of a crash.
    calls: what could have been struck, in order, since somebody emptied the list; with boto3, only while something
    waits or `watch` was called. felt: what was struck and noticed, in words. lost: versions that S3 made for requests
    whose answer was lost. stuck: files that could not be deleted. unknown: how many versions and deletions S3 may have
    that nobody was told of.
    """

    def __init__(self, client: S3Client, temp_dir: Path, on_crash: Callable[[], object] = lambda: None) -> None:
        self.calls: list[str] = []
        self.felt: list[str] = []
        self.lost: list[str] = []
        self.stuck: set[Path] = set()
        self.unknown = 0
        self._on_crash = on_crash
        self._dead = False
        self._temp_place = str(temp_dir)
        self._waiting: list[_Due] = []
        self._lock = threading.Lock()
        self._active = False
        self._hooks = _Hooks(self, client) if hasattr(client, "meta") else None
        self.client = client if self._hooks else cast("S3Client", _Around(self, client))

    def plan(self, fault: Fault, times: int = 1) -> Callable[[], bool]:
        """Let a fault happen at the next matching opportunities; the result tells whether it has struck at all."""
        due = _Due(fault, times)
        self.watch()
        with self._lock:
            self._waiting.append(due)
        return lambda: due.left < times

    def watch(self) -> None:
        """See all requests from now on."""
        with self._lock:
            if self._hooks:
                self._hooks.hang()

    @property
    def dead(self) -> bool:
        """Whether the process has crashed."""
        return self._dead

    def reborn(self) -> None:
        """Let what is done have an effect again; what was to strike the dead process never will."""
        with self._lock:
            self._waiting.clear()
            self._dead = False

    @contextmanager
    def active(self) -> Iterator[None]:
        """Let faults strike until the block ends."""
        self._active = True
        try:
            yield
        finally:
            self._active = False

    def take(self, on: str, *, again: bool = False) -> Fault | None:
        """The fault whose turn it is, if any; again: this is another attempt of the same request.

        Raises `Crashed` where the process dies now, or is dead.
        """
        with self._lock:
            if self._dead:
                raise Crashed
            fault = self._due(on, again=again) if self._active else None
        if fault and fault.kind == CRASH and not fault.after:
            self.die(on)
        return fault

    def pass_by(self, on: str) -> bool:
        """Whether nothing can strike: what `take` is, quickly, where nothing waits."""
        if self._waiting or self._dead:
            return False
        if self._active:
            self.calls.append(on)
        return True

    def _due(self, on: str, *, again: bool) -> Fault | None:
        if not again:
            self.calls.append(on)
        waiting = [due for due in self._waiting if due.fault.on == on]
        for due in waiting:
            due.seen += not again
        for due in waiting:
            if due.left > 0 and due.seen >= due.fault.nth:
                due.left -= 1
                return due.fault
        return None

    def feel(self, on: str, kind: str, *, lost: bool = False) -> None:
        """Note that the last one of these was struck so that its caller notices; lost: it took effect all the same."""
        number = self.calls.count(on)
        what = REFUSED if kind in _ALIKE else kind
        if lost and kind != CRASH and on == "CopyObject":
            what = LOST
        elif on in FILES[2:] and kind != CRASH:
            what = FAILED
        felt = f"{on} {what}" if number <= 1 else f"{on} {number} {what}"
        if felt not in self.felt:
            self.felt.append(felt)

    @contextmanager
    def feeling(self, on: str, *, lost: bool) -> Iterator[None]:
        """Note that a request is refused because it had taken effect already, and its answer was lost."""
        try:
            yield
        except ClientError:
            if lost:
                self.feel(on, "InternalError", lost=True)
            raise

    def lose(self, on: str, answer: Mapping[str, Any]) -> None:
        """Note what only an answer says that nobody gets."""
        if "VersionId" in answer:
            self.unknown += 1
            if on != "DeleteObject":
                self.lost.append(answer["VersionId"])

    def die(self, on: str) -> NoReturn:
        """Crash."""
        self.feel(on, CRASH)
        self._dead = True
        self._on_crash()
        raise Crashed

    def create(self, path: Path) -> BinaryIO:
        """Make a file as `temp_files.create` does, or fail as a disk may."""
        on = "temp-file" if os.path.dirname(path) == self._temp_place else "cache-file"  # noqa: PTH120 - quicker
        fault = self.take(on)
        if fault is None:
            deadly = any(due.fault.kind == CRASH for due in self._waiting)
            return _buffered(_Mortal(path, self)) if deadly else create(path)
        if fault.kind == PERMISSION_DENIED:
            self.feel(on, fault.kind)
            problem = PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            raise BlobError(f"Cannot make a temp file: {problem}") from problem
        create(path).close()
        return _buffered(_FullDisk(path, lambda: self.feel(on, fault.kind)))

    def touch(self, on: str, path: Path) -> None:
        """Fail as a disk may where a file is about to be renamed or deleted."""
        fault = self.take(on)
        if fault is not None:
            self.feel(on, fault.kind)
            if on.endswith("delete"):
                self.stuck.add(path)
            raise OSError(_ERRNO[fault.kind], os.strerror(_ERRNO[fault.kind]), str(path))

    def close(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()
            if self._hooks:
                self._hooks.unhang()


def _buffered(file: io.FileIO) -> BinaryIO:
    return cast("BinaryIO", io.BufferedRandom(file))


class _FullDisk(io.FileIO):
    def __init__(self, path: Path, notice: Callable[[], object]) -> None:
        super().__init__(path, "r+b")
        self._notice = notice

    def write(self, _: object) -> int:
        self._notice()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _Mortal(io.FileIO):
    """A file of a process that may die: what is in a buffer then is lost."""

    def __init__(self, path: Path, faults: Faults) -> None:
        create(path).close()
        super().__init__(path, "r+b")
        self._faults = faults

    def write(self, content: Any, /) -> int:  # noqa: ANN401 - any buffer
        return len(content) if self._faults.dead else super().write(content)


class _Hooks:
    """The faults of a boto3 client: what botocore calls before it sends a request, and when it has the answer."""

    def __init__(self, faults: Faults, client: Any) -> None:  # noqa: ANN401 - of boto3
        self._faults = faults
        self._events = client.meta.events
        self._attempts = int((client.meta.config.retries or {}).get("total_max_attempts", _ATTEMPTS))
        self._now = threading.local()
        self._hung = False

    def hang(self) -> None:
        if not self._hung:
            self._hung = True
            self._events.register_first("before-send.s3", self._before)
            self._events.register_first("needs-retry.s3", self._retry)
            self._events.register_last("after-call.s3.GetObject", self._answer)

    def unhang(self) -> None:
        if self._hung:
            self._hung = False
            self._events.unregister("before-send.s3", self._before)
            self._events.unregister("needs-retry.s3", self._retry)
            self._events.unregister("after-call.s3.GetObject", self._answer)

    def _before(self, *, request: Any, event_name: str, **_: object) -> AWSResponse | None:  # noqa: ANN401 - of botocore
        operation = event_name.rpartition(".")[2]
        again = getattr(self._now, "again", False)
        self._now.again = False
        self._now.lost = again and getattr(self._now, "lost", False)
        fault = self._now.fault = self._faults.take(operation, again=again)
        if fault is None or fault.after or fault.kind == CUT_OFF:
            return None
        if fault.kind == SLOW:
            time.sleep(fault.delay)
            return None
        url, request.url = request.url, _NOWHERE
        if fault.kind == NO_ANSWER:
            raise ConnectionClosedError(endpoint_url=_NOWHERE)
        status = REFUSALS[fault.kind]
        text = f"<Error><Code>{fault.kind}</Code><Message>{_MESSAGE}</Message></Error>"
        body = _Raw(b"" if operation == "HeadObject" else text.encode())
        return AWSResponse(url, status, HTTPHeaders(), body)

    def _retry(self, *, response: Any, operation: Any, attempts: int, **_: object) -> float | None:  # noqa: ANN401 - of botocore
        fault: Fault | None = getattr(self._now, "fault", None)
        if fault is None:
            if getattr(self._now, "lost", False) and response and response[0].status_code >= HTTPStatus.BAD_REQUEST:
                self._faults.feel(operation.name, "InternalError", lost=True)
            return None
        self._now.lost = fault.after and operation.name not in _READING
        if fault.after and response is not None:
            http, parsed = response
            self._faults.lose(operation.name, parsed)
            if fault.kind == CRASH:
                self._faults.die(operation.name)
            refusal = _refusal(operation.name, fault.kind)
            http.status_code = refusal["ResponseMetadata"]["HTTPStatusCode"]
            parsed.setdefault("ResponseMetadata", {})["HTTPStatusCode"] = http.status_code
            parsed["Error"] = refusal["Error"]
        self._now.again = fault.kind in _RETRIED and attempts < self._attempts
        if not self._now.again and fault.kind not in {SLOW, CUT_OFF}:
            self._faults.feel(operation.name, fault.kind, lost=fault.after)
        # At once: to wait would show nothing that matters here.
        return 0.0 if self._now.again else None

    def _answer(self, *, parsed: dict[str, Any], **_: object) -> None:
        fault: Fault | None = getattr(self._now, "fault", None)
        if fault is not None and fault.kind == CUT_OFF and "Body" in parsed:
            self._faults.feel("GetObject", CUT_OFF)
            parsed["Body"] = _CutOff(parsed["Body"])


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


class _Around:
    """The faults of our double: around each of its methods, with the retries that botocore would make."""

    def __init__(self, faults: Faults, client: S3Client) -> None:
        self._faults = faults
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Mapping[str, Any]]:
        method: Callable[..., Mapping[str, Any]] = getattr(self._client, name)
        operation = "".join(word.title() for word in name.split("_"))

        def call(**given: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever the method takes
            if self._faults.pass_by(operation):
                return method(**given)
            body = given.get("Body")
            start = body.tell() if body else 0
            lost = False
            for retries in range(_ATTEMPTS):
                fault = self._faults.take(operation, again=retries > 0)
                if body:
                    body.seek(start)
                if fault is None or fault.kind in {SLOW, CUT_OFF}:
                    with self._faults.feeling(operation, lost=lost):
                        return self._answer(lambda: method(**given), fault, retries)
                if fault.after:
                    lost = operation not in _READING
                    # What was done already may be refused now; that answer is lost, too.
                    with suppress(ClientError):
                        self._faults.lose(operation, method(**given))
                if fault.kind == CRASH:
                    self._faults.die(operation)
                if fault.kind not in _RETRIED or retries + 1 == _ATTEMPTS:
                    self._faults.feel(operation, fault.kind, lost=fault.after)
                    raise _error(operation, fault.kind, retries)
            raise AssertionError

        # What is there is found without `__getattr__`.
        setattr(self, name, call)
        return call

    def _answer(self, ask: Callable[[], Mapping[str, Any]], fault: Fault | None, retries: int) -> Mapping[str, Any]:
        if fault is not None and fault.kind == SLOW:
            time.sleep(fault.delay)
        try:
            answer = ask()
        except ClientError as error:
            error.response["ResponseMetadata"]["RetryAttempts"] = retries
            raise
        if fault is not None and fault.kind == CUT_OFF and "Body" in answer:
            self._faults.feel("GetObject", CUT_OFF)
            answer = {**answer, "Body": _CutOff(answer["Body"])}
        return {**answer, "ResponseMetadata": {"RetryAttempts": retries}} if retries else answer


class _CutOff:
    """A body of which half of the first piece arrives."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        chunk = next(iter(self._body.iter_chunks(chunk_size)), b"")
        yield chunk[: len(chunk) // 2]
        raise IncompleteReadError(actual_bytes=len(chunk) // 2, expected_bytes=len(chunk))

    def close(self) -> None:
        self._body.close()


def _refusal(operation: str, code: str) -> dict[str, dict[str, Any]]:
    status, message = REFUSALS[code], _MESSAGE
    if operation == "HeadObject":
        # The answer to HEAD has no body: botocore takes the status for both.
        code, message = str(status), HTTPStatus(status).phrase
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}


def _error(operation: str, kind: str, retries: int) -> Exception:
    if kind == NO_ANSWER:
        return ConnectionClosedError(endpoint_url=_NOWHERE)
    answer = _refusal(operation, kind)
    answer["ResponseMetadata"]["RetryAttempts"] = retries
    if kind in _RETRIED:
        answer["ResponseMetadata"]["MaxAttemptsReached"] = True
    return ClientError(cast("Any", answer), operation)
