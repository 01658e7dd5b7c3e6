"""The process that does tasks for another one.

Lives here: what it is sent, what it answers, and its main function. Must not live here: starting and ending it
(`crew`), doing a task (`bench`).

It gets an order, then one task after the other, and answers each with the advances it makes and with what was found.
It ends when nobody is there any more, and after Ctrl-C (which the crew passes on) when it has said what was found.
"""

import signal
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from simulator.blobs.backends import Backend
from simulator.campaign.bench import bench
from simulator.campaign.interruption import never_lost
from simulator.campaign.parcels import packed, unpacked
from simulator.campaign.system import System
from simulator.campaign.task import Advance
from simulator.discovery.rules import Rule
from simulator.errors import ConfigurationError, SimulatorError

# How often the crew hears of advances, in seconds.
_PAUSE = 0.1

ALONE = "explore with --workers 1"


@dataclass(frozen=True, slots=True)
class Order:
    """What all tasks of a worker have in common; open: the service, in the worker's process."""

    system: System
    rules: Sequence[Rule]
    open: Callable[[], AbstractContextManager[Backend]]


@dataclass(frozen=True, slots=True)
class Broken:
    """The answer to a task that could not be done."""

    error: Exception


@dataclass(slots=True)
class _Advances:
    """Passes advances on, several at once."""

    send: Callable[[object], None]
    waiting: list[Advance] = field(default_factory=list)
    told: float = field(default_factory=time.monotonic)

    def __call__(self, advance: Advance) -> None:
        self.waiting.append(advance)
        if time.monotonic() - self.told > _PAUSE:
            self.flush()

    def flush(self) -> None:
        self.send(tuple(self.waiting))
        self.waiting.clear()
        self.told = time.monotonic()


def main(descriptor: int) -> None:
    """Work for whoever is at the other end of this socket."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gone = suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt)
    with Connection(descriptor) as line, gone, never_lost():
        try:
            _work(line)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # noqa: BLE001  # it is raised in the process that people see
            _send(line, Broken(_told(error)))


def _work(line: Connection) -> None:
    order = _order(_received(line))
    with order.open() as backend, bench(order.system, order.rules, backend) as here:
        while True:
            task = unpacked(_received(line))
            advances = _Advances(lambda message: _send(line, message))
            found = here.do(task, advances)
            advances.flush()
            _send(line, found)


def _received(line: Connection) -> bytes:
    """The next message. Raises `EOFError` where nobody is there any more, in the middle of a message too."""
    try:
        return line.recv_bytes()
    except OSError as problem:
        raise EOFError from problem


def _order(parcel: bytes) -> Order:
    try:
        order: Order = unpacked(parcel)
    except Exception as error:
        raise ConfigurationError(
            f"the system under test cannot be loaded in a worker: {type(error).__name__}: {error}", hint=ALONE
        ) from error
    return order


def _told(error: Exception) -> Exception:
    """A bug with where it happened; one that cannot be sent is told in words."""
    if isinstance(error, SimulatorError):
        return error
    error.add_note("".join(traceback.format_exception(error)))
    try:
        unpacked(packed(error))
    except Exception:  # noqa: BLE001  # any exception, of any class
        return RuntimeError(error.__notes__[-1])
    return error


def _send(line: Connection, message: Any) -> None:  # noqa: ANN401  # whatever can be sent
    line.send_bytes(packed(message))
