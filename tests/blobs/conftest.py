"""What the tests of the blob manager share: a manager on the memory double, its announcements as lines, faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from simulator.blobs.client import S3Client
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation


class Faulty:
    """A client that raises `faults[method]` where there is one, and otherwise does what `client` does."""

    def __init__(self, client: S3Client, faults: dict[str, BaseException]) -> None:
        self._client = client
        self._faults = faults

    def __getattr__(self, method: str) -> Any:
        """Give the method, or one that raises the fault."""
        if method not in self._faults:
            return getattr(self._client, method)

        def fail(**_: object) -> None:
            raise self._faults[method]

        return fail


@pytest.fixture
def operations() -> list[Operation]:
    """Whatever the manager announces."""
    return []


@pytest.fixture
def lines(operations: list[Operation]) -> Callable[[], list[str]]:
    """Take the announcements since the last call as `source->target name values`, temp names as T1, T2 ... in order."""

    def take() -> list[str]:
        temps: dict[str, str] = {}
        lines = []
        for operation in operations:
            values = dict(operation.values)
            if "temp" in values:
                values["temp"] = temps.setdefault(str(values["temp"]), f"T{len(temps) + 1}")
            lines.append(
                " ".join((f"{operation.source}->{operation.target}", operation.name, *map(str, values.values())))
            )
        operations.clear()
        return lines

    return take


@pytest.fixture
def client() -> MemoryClient:
    """A client with one empty bucket."""
    return MemoryClient("bucket")


@pytest.fixture
def temp_dir(tmp_path: Path) -> Path:
    """An empty folder for temp files."""
    folder = tmp_path / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def make(operations: list[Operation], client: MemoryClient, temp_dir: Path) -> Callable[..., BlobManager]:
    """Make a manager from options by name of the store (default: `main`, and `other` under `other/`), with faults."""

    def make(faults: dict[str, BaseException] | None = None, **stores: StoreOptions) -> BlobManager:
        chosen = stores or {"main": StoreOptions(), "other": StoreOptions(prefix="other/")}
        faulty = cast("S3Client", Faulty(client, faults or {}))
        return BlobManager(faulty, "bucket", chosen, observer=operations.append, temp_dir=temp_dir)

    return make
