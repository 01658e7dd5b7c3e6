"""Real processes that are killed, and an S3 that outlives them.

A process is a fork of this one, in which everything is imported already. Its S3 is that of this process, moto or our
double; requests and answers go through a pipe. So a process can die before it has sent a request, before the answer has
come, and after.
"""

import contextlib
import io
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.exceptions import ClientError

import simulator.blobs

_BLOBS = str(Path(simulator.blobs.__file__).parent)
_FILE_EVENTS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime"}


@dataclass(slots=True)
class Moments:
    """Counts the moments of a process, and kills it at one of them; `last` says what the latest was."""

    kill_at: int | None = None
    count: int = 0
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        """The next moment has come."""
        self.names.append(name)
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def watch_files(self, folder: Path) -> None:
        """Every time before this process does something to a file in `folder` is a moment."""
        prefix = str(folder)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in _FILE_EVENTS and str(arguments[0]).startswith(prefix):
                self(f"file {event.removeprefix('os.')}")

        sys.addaudithook(hook)

    def watch_lines(self) -> None:
        """Every line of the blob manager is a moment."""

        def trace(frame: FrameType, event: str, _: object) -> Any:
            if not frame.f_code.co_filename.startswith(_BLOBS):
                return None
            if event == "line":
                self(f"line {Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
            return trace

        sys.settrace(trace)


class RemoteClient:
    """The client of such a process; before, during and after each request is a moment."""

    def __init__(self, pipe: "Connection[Any, Any]", moment: Callable[[str], None]) -> None:
        self._pipe = pipe
        self._moment = moment

    def __getattr__(self, method: str) -> Any:
        """Give a method that asks the other side; there is nothing else."""
        if method == "meta":
            raise AttributeError(method)

        def request(**arguments: Any) -> Any:
            if "Body" in arguments:
                body = arguments["Body"]
                arguments["Body"] = body if isinstance(body, bytes) else body.read()
            self._moment(f"before {method}")
            self._pipe.send((method, arguments))
            self._moment(f"sent {method}")
            answer, refusal = self._pipe.recv()
            self._moment(f"after {method}")
            if refusal:
                raise ClientError(*refusal)
            if "Body" in answer:
                answer["Body"] = Body(answer["Body"])
            return answer

        return request


class Body(io.BytesIO):
    """The content of an object."""

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        return iter(lambda: self.read(chunk_size), b"")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process told before it ended, and whether it was killed."""

    told: tuple[Any, ...]
    killed: bool


Work = Callable[["Connection[Any, Any]", Callable[[Any], None]], object]


def fork(client: Any, work: Work) -> Ended:
    """Do `work` in a new process, and serve it `client`; what it tells has arrived when `tell` returns.

    Raises `RuntimeError` where the work does.
    """
    mine, its = Pipe()
    with warnings.catch_warnings():
        # Threads of a test runner are idle meanwhile, and hold nothing that the new process needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:
        mine.close()
        _work(its, work)
    its.close()
    told: list[Any] = []
    # It is a reset where an answer was never read; all that was told before is read first.
    with contextlib.closing(mine), contextlib.suppress(EOFError, ConnectionResetError):
        while True:
            method, arguments = mine.recv()
            if method == "":
                told.append(arguments)
            else:
                # Who asked may be dead by now.
                with contextlib.suppress(BrokenPipeError):
                    mine.send(_answer(client, method, arguments))
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status not in {0, -signal.SIGKILL}:
        raise RuntimeError(told[-1] if told else f"the process ended with {status}")
    return Ended(tuple(told), status == -signal.SIGKILL)


def _work(pipe: "Connection[Any, Any]", work: Work) -> None:
    # Nothing of the parent's may be done at the end of this process: no finalizers, no output of its buffers.
    try:
        work(pipe, lambda what: pipe.send(("", what)))
    except BaseException:  # noqa: BLE001 - the parent raises it
        sys.settrace(None)
        pipe.send(("", traceback.format_exc()))
        os._exit(1)
    os._exit(0)


def _answer(client: Any, method: str, arguments: dict[str, Any]) -> tuple[Any, Any]:
    if "Body" in arguments:
        arguments["Body"] = io.BytesIO(arguments["Body"])
    try:
        answer = dict(getattr(client, method)(**arguments))
    except ClientError as error:
        return None, (error.response, error.operation_name)
    if "Body" in answer:
        answer["Body"] = b"".join(answer["Body"].iter_chunks(1 << 20))
    return answer, None
