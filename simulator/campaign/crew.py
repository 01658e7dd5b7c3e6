"""Workers: processes that do tasks side by side.

Lives here: starting them, giving each one task after the other, collecting what they found, ending them. Must not live
here: what a worker does (`worker`), which tasks there are (`machine`).

Workers are started as new processes, never forked: moto and S3 clients have threads. They have a process group of their
own, so that Ctrl-C reaches each of them once, from here, and their temp files lie below our private folder.

Law: whatever the number of workers, the results are the same and in the order of the tasks.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path

from simulator.campaign.parcels import packed, unpacked
from simulator.campaign.standing import Account
from simulator.campaign.strategies import interruptible
from simulator.campaign.system import System
from simulator.campaign.task import Advance, Found, Task
from simulator.campaign.worker import ALONE, Broken, Order
from simulator.errors import ConfigurationError, SimulatorError

_START = """
import sys
sys.path[:] = sys.argv[2:]
from simulator.campaign.worker import main
main(int(sys.argv[1]))
"""

# How often Ctrl-C is looked for, and how long workers may take to end after it, in seconds.
_LOOK = 0.1
_PATIENCE = 10.0

# In the place of a task's number.
_IDLE = -1


@dataclass(eq=False, slots=True)
class _Worker:
    """A process, and the line to it; number: of the task that it does."""

    process: subprocess.Popen[bytes]
    line: Connection
    number: int = _IDLE


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers that have had their order."""

    workers: Sequence[_Worker]

    def do(self, tasks: Iterable[Task], account: Account) -> tuple[list[Found], bool]:
        """What the tasks found, in their order, and whether Ctrl-C kept some from being done.

        Raises `SimulatorError` where the backend cannot be used or a worker is gone.
        """
        found: dict[int, Found] = {}
        waiting = enumerate(tasks)
        interrupted = False
        try:
            with interruptible() as stop_if_interrupted:
                for worker in self.workers:
                    _give(worker, waiting)
                while any(worker.number != _IDLE for worker in self.workers):
                    stop_if_interrupted()
                    for worker in self._answering(_LOOK):
                        if _hear(worker, found, account):
                            account.done += 1
                            _give(worker, waiting)
        except KeyboardInterrupt:
            interrupted = True
            self._stop(found)
        interrupted = interrupted or any(each.interrupted for each in found.values())
        return [found[number] for number in sorted(found)], interrupted

    def _answering(self, seconds: float) -> Iterator[_Worker]:
        busy = {worker.line: worker for worker in self.workers if worker.number != _IDLE}
        return (busy[line] for line in wait(list(busy), seconds) if isinstance(line, Connection))

    def _stop(self, found: dict[int, Found]) -> None:
        """Let all workers say what they have found, and end."""
        busy = [worker for worker in self.workers if worker.number != _IDLE]
        for worker in busy:
            worker.process.send_signal(signal.SIGINT)
        end = time.monotonic() + _PATIENCE
        while any(worker.number != _IDLE for worker in busy) and time.monotonic() < end:
            for worker in self._answering(_LOOK):
                try:
                    _hear(worker, found, lambda _: None)
                except SimulatorError:
                    worker.number = _IDLE


def _give(worker: _Worker, waiting: Iterator[tuple[int, Task]]) -> None:
    for number, task in waiting:
        worker.number = number
        with suppress(BrokenPipeError):  # reading says why
            worker.line.send_bytes(packed(task))
        return


def _hear(worker: _Worker, found: dict[int, Found], tell: Callable[[Advance], object]) -> bool:
    """Take one message; whether the worker is ready for another task."""
    try:
        message = unpacked(worker.line.recv_bytes())
    except (EOFError, ConnectionResetError):
        status = worker.process.wait()
        raise SimulatorError(f"a worker ended in the middle of its task, with status {status}", hint=ALONE) from None
    if isinstance(message, Broken):
        raise message.error
    if isinstance(message, Found):
        found[worker.number] = message
        worker.number = _IDLE
        return True
    for advance in message:
        tell(advance)
    return False


@contextmanager
def crew(number: int, order: Order, folder: Path) -> Iterator[Crew]:
    """Start workers and send them their order; they are gone at the end. folder: for their temp files.

    Raises `ConfigurationError` where the system under test cannot be sent.
    """
    try:
        parcel = packed(order)
    except Exception as error:
        raise ConfigurationError(
            f"the system under test cannot be sent to a worker: {type(error).__name__}: {error}", hint=ALONE
        ) from error
    workers: list[_Worker] = []
    try:
        for _ in range(number):
            workers.append(_started(folder, [*sys.path, *_home(order.system)]))
            with suppress(BrokenPipeError):  # the first answer says why
                workers[-1].line.send_bytes(parcel)
        yield Crew(workers)
    finally:
        for worker in workers:
            worker.line.close()
            if worker.number != _IDLE:
                worker.process.kill()
        for worker in workers:
            worker.process.wait()


def _home(system: System) -> Iterator[str]:
    """Where the module of a system that is named lies: it may be loaded from a folder that is on no path."""
    if system.name:
        module = sys.modules[system.name.partition(":")[0].partition(".")[0]]
        if module.__file__:
            file = Path(module.__file__)
            yield str(file.parents[1] if file.stem == "__init__" else file.parent)


def _started(folder: Path, path: Sequence[str]) -> _Worker:
    here, there = Pipe()
    with there:
        process = subprocess.Popen(  # noqa: S603  # this very interpreter
            [sys.executable, "-c", _START, str(there.fileno()), *path],
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            # What the system under test prints is no part of the report.
            stdout=subprocess.DEVNULL,
            pass_fds=[there.fileno()],
            process_group=0,
        )
    return _Worker(process, here)
