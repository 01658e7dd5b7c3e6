"""What the fixtures of the pytest plugin give to tests: a recorder, and a blob manager that it records.

Lives here: putting them together. Must not live here: pytest (`pytest_plugin`).

Law: when the block ends nothing is recorded any more, and nothing that the manager wrote is left in S3.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.errors import ConfigurationError
from simulator.events import Operation
from simulator.interaction.vocabulary import AWS, BLOB
from simulator.recording import aws
from simulator.recording.clients import watching
from simulator.recording.recorder import Recorder
from simulator.where import Where

_STORES: Mapping[str, Mapping[str, Any]] = {"main": {}, "other": {"prefix": "other/"}}


class TestRecorder(Recorder):
    """A recorder that listens until the test is over."""

    # pytest takes classes called so for tests.
    __test__ = False

    def __init__(self, name: str, stack: ExitStack) -> None:
        super().__init__(name, AWS.word)
        self._stack = stack

    @classmethod
    @contextmanager
    def of(cls, name: str) -> Iterator["TestRecorder"]:
        """A recorder for the time of a block; name: of its trace."""
        with ExitStack() as stack:
            yield cls(name, stack)

    def listen(self, *clients: aws.Client) -> None:
        """Record every call through these boto3 clients, or resources. Raises `ConfigurationError` for others."""
        self._stack.enter_context(watching(clients, {}, self))

    def of_manager(self, operation: Operation, /) -> None:
        """Take an operation of a blob manager, which has words of its own."""
        self._append(BLOB.word(operation))


@contextmanager
def managed(
    recorder: TestRecorder, stores: Mapping[str, Mapping[str, Any]] | None, s3: str | None, folder: Path
) -> Iterator[BlobManager]:
    """A blob manager that the recorder records; stores: their options by name. s3: the service; folder: for its files.

    Raises `ConfigurationError` for options that there are not, `BackendError` where the service cannot be used.
    """
    where = Where(s3)
    try:
        options = {
            name: msgspec.convert(dict(each), StoreOptions)
            for name, each in (_STORES if stores is None else stores).items()
        }
    except msgspec.ValidationError as problem:
        raise ConfigurationError(f"the stores of blob_manager are wrong: {problem}") from None
    folders = {name: folder / name for name in ("temp", "cache", "journal")}
    for each in folders.values():
        each.mkdir(exist_ok=True)
    with where.backend(where.settings()) as opened:
        backend = opened()
        root = backend.fresh_root()
        yield BlobManager(
            backend.client,
            backend.bucket,
            options,
            observer=recorder.of_manager,
            temp_dir=folders["temp"],
            cache_dir=folders["cache"],
            journal_dir=folders["journal"],
            root=root,
        )
        backend.clear(root)
