"""Where a system runs, and how what it does is seen.

Lives here: `Stage`. Must not live here: who is put on it (`simple_system`).

Law: when it is closed nothing hears of the system any more.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import structs

from simulator.blobs.backends import NO_SERVICE
from simulator.campaign.made_up import kind_of
from simulator.errors import ConfigurationError, MissingAbilityError
from simulator.events import Observer, Operation
from simulator.recording import aws
from simulator.recording.files import WatchedFolder
from simulator.recording.normalise import free_kind

# What stands for the bucket in traces, whatever it is called where the system runs.
_BUCKET = "bucket"


@dataclass(slots=True)
class Stage:
    """An empty place for one run of a system, and the eyes on it.

    folder: for files, empty and removed afterwards. caller: the lifeline of the system's own code.
    """

    folder: Path
    caller: str
    _observer: Observer
    _backend: Any = None
    _open: ExitStack = field(default_factory=ExitStack)
    _held: list[Operation] | None = None

    def watch(self, folder: str | Path = ".", name: str = "disk") -> Path:
        """Write down from now on what any code does to the files of a folder, which is made; its lifeline is `name`.

        folder: as seen from `self.folder`. Gives its path.
        """
        path = self.folder / folder
        path.mkdir(parents=True, exist_ok=True)
        self._open.enter_context(WatchedFolder(path, name, self._observe, lambda: self.caller))
        return path

    def tell(self, label: str, target: str, *, source: str = "", **values: str | int) -> None:
        """Write down a message by hand; source: the caller unless given. values: its notes, in order."""
        self._observe(Operation(label, source or self.caller, target, values))

    def s3(self) -> tuple[Any, str, str]:
        """Give a boto3 client whose calls are written down from now on, its bucket, and the prefix of all keys.

        Written down are the keys without it, and the bucket as `bucket`.
        Raises `MissingAbilityError` where there is no client to hear of (`memory`), `ConfigurationError` where the
        system does not say `uses_s3`.
        """
        backend = self._backend
        if backend.name == NO_SERVICE.name:
            raise ConfigurationError("a system that asks for S3 says so", hint="SimpleSystem(..., uses_s3=True)")
        if aws.emitter(backend.client) is None:
            raise MissingAbilityError(f"{backend.name}: there is no boto3 client to hear of", hint="run it on moto")
        prefix = backend.fresh_root()

        def told(operation: Operation, /) -> None:
            values = {
                name: _BUCKET if name == "Bucket" else value.replace(prefix, "") if isinstance(value, str) else value
                for name, value in operation.values.items()
            }
            self._observe(structs.replace(operation, values=values))

        self._open.callback(backend.clear, prefix)
        self._open.enter_context(aws.watch(backend.client, told, caller=lambda: self.caller))
        return backend.client, backend.bucket, prefix

    def _observe(self, operation: Operation, /) -> None:
        if self._held is None:
            self._observer(operation)
        else:
            self._held.append(operation)

    @contextmanager
    def holding(self, made_up: Mapping[str, str]) -> Iterator[None]:
        """Tell what happens in the block at its end, when it is known what was made up: values by name (`ticket1`)."""
        held = self._held = []
        try:
            yield
        finally:
            self._held = None
            for operation in held:
                self._observer(_with_volatile(operation, made_up))

    def close(self) -> None:
        """See nothing more."""
        self._open.close()


def _with_volatile(operation: Operation, made_up: Mapping[str, str]) -> Operation:
    """The operation, with the values in it that another run has others of."""
    found = dict(operation.volatile)
    texts = [text for text in operation.values.values() if isinstance(text, str)]
    for name, value in made_up.items():
        if any(re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", text) for text in texts):
            found[free_kind(kind_of(name).upper(), found)] = value
    return structs.replace(operation, volatile=found)
