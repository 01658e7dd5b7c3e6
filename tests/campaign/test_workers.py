"""Workers: they make no difference to what is found, and nothing of them stays."""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.manager import BlobManager
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.machine import explore
from simulator.campaign.standing import Progress, Standing
from simulator.campaign.step import Step
from simulator.conformance.exploration import Behaviour, Exploration
from simulator.errors import BackendError, ConfigurationError, SimulatorError
from tests.campaign.shipped import TRACES, of, pair
from tests.campaign.test_machine import DeletesTwice

pytestmark = pytest.mark.slow

MEMORY = partial(open_backend, "memory")


def in_worker() -> bool:
    """Whether this process is a worker, whose temp files lie below those of others."""
    return os.environ.get("TMPDIR", "").endswith("workers")


class EndsItsProcess(BlobManager):
    """Its deletion takes a worker with it."""

    def delete(self, store: str, key: str) -> None:
        if in_worker():
            os._exit(7)
        super().delete(store, key)


class HasABug(BlobSystem):
    """Fails in workers."""

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """As it should, elsewhere."""
        if in_worker():
            raise ZeroDivisionError("a bug")
        return super().behaviour(step, facts)


class OnlyHere(BlobSystem):
    """A system that another process cannot load."""

    def __reduce__(self) -> Any:
        """As it is loaded."""
        return _loaded, ()


def _loaded() -> BlobSystem:
    raise ModuleNotFoundError("no module named 'here'")


def worked(
    workers: int, system: BlobSystem | None = None, reopen: Any = MEMORY, progress: Progress | None = None
) -> Exploration:
    """Explore the plain configurations in memory."""
    pairs = [*of("digests"), *(pair(TRACES / f"{name}.puml") for name in ("basic", "delete", "delete-missing"))]
    system = system or BlobSystem()
    with open_backend("memory") as backend:
        return explore(pairs, backend, sequences=30, system=system, workers=workers, reopen=reopen, progress=progress)


def test_any_number_of_workers_finds_the_same() -> None:
    """Counts, examples, failures, verdicts and words; also more workers than tasks."""
    alone, together = (worked(workers, BlobSystem(DeletesTwice)) for workers in (1, 9))
    assert alone == together
    assert alone.failures
    assert alone.uncovered
    shown = [failure.verdict.alignment for found in (alone, together) for failure in found.failures if failure.verdict]
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]


def test_what_cannot_be_sent_is_said() -> None:
    """A system without a name that others know."""

    class Nameless(BlobManager):
        pass

    with pytest.raises(ConfigurationError, match=r"cannot be sent to a worker: .*Nameless(.|\n)*--workers 1"):
        worked(2, BlobSystem(Nameless))
    with pytest.raises(ConfigurationError, match=r"cannot be loaded in a worker: .*no module named 'here'"):
        worked(2, OnlyHere())


def test_what_goes_wrong_in_a_worker_is_raised_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is not there, a worker that is gone, and a bug; nothing stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(BackendError, match="cannot be reached"):
        worked(2, reopen=partial(open_backend, "http://127.0.0.1:9", "bucket"))
    with pytest.raises(SimulatorError, match="a worker ended in the middle of its task, with status 7"):
        worked(2, BlobSystem(EndsItsProcess))
    with pytest.raises(ZeroDivisionError, match="a bug") as raised:
        worked(2, HasABug())
    assert "test_workers.py" in raised.value.__notes__[0]
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_what_workers_have_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each has found by then, and nothing of them stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def progress(standing: Standing) -> None:
        if standing.sequences == 10:
            raise KeyboardInterrupt

    found = worked(2, BlobSystem(DeletesTwice), progress=progress)
    assert found.interrupted
    assert found.failures
    assert found.sequences >= 10
    assert list(tmp_path.iterdir()) == []
