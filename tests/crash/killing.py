"""One kill: a scenario runs in a process that is killed at one moment, another process recovers, and all is looked at.

Looked at from outside: the content of every promised key as the new process reads it, the files in the folders, the
objects and uploads in the bucket. Nothing of the blob manager is asked what is right.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from simulator.blobs import keys
from simulator.blobs.backends import Backend
from simulator.blobs.bucket import Bucket
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.scenario import Scenario
from tests.crash.process import Ended, Moments, RemoteClient, fork
from tests.crash.promises import COLD, Found, Place, Promises

Manager = Callable[..., BlobManager]


@dataclass(frozen=True, slots=True)
class Kill:
    """When a process dies: at which moment of the scenario, and, if at all, of the first recovery.

    lines: whether every line of the blob manager is a moment too.
    """

    at: int | None
    again_at: int | None = None
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What was found: the moments up to the death, whether it came, those of the recovery, what is wrong."""

    moments: Sequence[str]
    killed: bool
    recovery: Sequence[str]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class World:
    """What outlives a process: a place in an S3, and a folder; and what runs there."""

    backend: Backend
    root: str
    scenario: Scenario
    folder: Path
    manager: Manager

    @property
    def bucket(self) -> Bucket:
        """The place, in the bucket that the scenario asks for."""
        return Bucket(self.backend.client, self._chosen.bucket, self.root)

    @property
    def versioned(self) -> bool:
        """Whether it keeps versions."""
        return self._chosen.bucket != self.backend.bucket

    @property
    def _chosen(self) -> Backend:
        options = self.scenario.tables.get("bucket", {}).get("", {})
        if options.get("object-lock"):
            return replace(self.backend, bucket=self.backend.locked)
        return replace(self.backend, bucket=self.backend.versioned) if options.get("versioning") else self.backend

    def clear(self) -> None:
        """Leave nothing in S3."""
        self._chosen.clear(self.root)

    @property
    def stores(self) -> Mapping[str, StoreOptions]:
        """The options of the stores."""
        stores = self.scenario.tables["stores"]
        return {name: msgspec.convert(options, StoreOptions) for name, options in stores.items()}


def kill(backend: Backend, scenario: Scenario, kill: Kill, manager: Manager = BlobManager) -> Result:
    """Run the scenario in a process that dies as `kill` says, recover, and look."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        world, client = World(backend, backend.fresh_root(), scenario, Path(folder), manager), backend.client
        promises = Promises(world.stores, scenario.folder, world.versioned)
        first = fork(client, partial(_run, world, kill))
        moments = _follow(first, scenario, promises)
        places = sorted(promises.allowed)
        second = fork(client, partial(_recover, world, kill.again_at, places))
        if second.killed:
            second = fork(client, partial(_recover, world, None, places))
        readings = second.told[1:]
        early: Mapping[Place, Found] = dict(readings[: len(places)])
        late: Mapping[Place, Found] = dict(readings[len(places) :])
        problems = [*_broken(promises, early), *_broken(promises, late), *_left(world, promises)]
        world.clear()
        return Result(moments, first.killed, second.told[0], problems)


def _run(world: World, kill: Kill, pipe: Any, tell: Callable[[Any], None]) -> None:
    moments = Moments(kill.at)
    moments.names = _Teller(tell)
    client: Any = RemoteClient(pipe, moments)
    backend = replace(world.backend, client=client)
    moments.watch_files(world.folder)
    if kill.lines:
        moments.watch_lines()
    system = BlobSystem(partial(_in_place, world))
    scenario = world.scenario
    session = system.start(
        scenario.tables,
        scenario.folder,
        backend,
        lambda operation: moments(f"announce {operation.name}"),
        world.folder,
    )
    for number, step in enumerate((*scenario.setup, *scenario.steps)):
        tell(("begin", number))
        outcome = session.perform(step)
        tell(("end", number, outcome.value, outcome.problem or outcome.missing))


class _Teller(list[str]):
    def __init__(self, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, name: str) -> None:
        self._tell(("moment", name))


def _in_place(world: World, *arguments: Any, **options: Any) -> BlobManager:
    # The next process must find the same place.
    return world.manager(*arguments, **{**options, "root": world.root})


def _recover(
    world: World, kill_at: int | None, places: Collection[Place], pipe: Any, tell: Callable[[Any], None]
) -> None:
    moments = Moments(kill_at)
    client: Any = RemoteClient(pipe, moments)
    moments.watch_files(world.folder)
    manager = world.manager(
        client,
        world.bucket.name,
        world.stores,
        temp_dir=world.folder / "tmp",
        cache_dir=world.folder / "cache",
        journal_dir=world.folder / "journals",
        root=world.root,
    )
    manager.recover()
    tell(tuple(moments.names))
    for place in places:
        tell((place, _content(manager, *place)))
    # What is left to do in the background changes nothing of this.
    manager.run_jobs()
    for place in places:
        tell((place, _content(manager, *place)))


def _content(manager: BlobManager, store: str, key: str) -> Found:
    try:
        return manager.read(store, key)
    except BlobNotFound:
        return None
    except BlobError as error:
        return COLD if "InvalidObjectState" in str(error) else str(error)


def _follow(ended: Ended, scenario: Scenario, promises: Promises) -> Sequence[str]:
    steps = (*scenario.setup, *scenario.steps)
    moments: list[str] = []
    for what, *told in ended.told:
        match what:
            case "moment":
                moments.append(told[0])
            case "begin":
                promises.begin(steps[told[0]])
            case "end":
                number, value, problem = told
                promises.end(steps[number], value, failed=bool(problem))
    return moments


def _broken(promises: Promises, found: Mapping[Place, Found]) -> Iterator[str]:
    for place, allowed in promises.allowed.items():
        if found[place] not in allowed:
            yield f"the blob {place[1]!r} of {place[0]} reads {_shown(found[place])}, not {_any_of(allowed)}"
    for together in promises.together:
        changed = {found[place] == content for place, content in together.items()}
        if len(changed) > 1:
            yield f"a transaction was committed by halves: {sorted(together)}"


def _left(world: World, promises: Promises) -> Iterator[str]:
    bucket = world.bucket
    temp = world.folder / "tmp"
    yield from (f"the temp file {path.name} is left" for path in (temp.iterdir() if temp.is_dir() else ()))
    objects = list(bucket.all_keys())
    promised = {key for _, key in promises.allowed}
    for key in objects:
        name = key.rpartition("/")[2]
        if keys.random_part(name) == name and name not in promised:
            yield f"the object {key} is left"
    yield from (f"an upload in parts to {key} is left" for key, _ in bucket.uploads())
    yield from _wrong(bucket, objects, world)
    known = {hashlib.sha512(name.encode()).hexdigest() for name in _real_keys(bucket, objects, promised, world)}
    for path in (world.folder / "cache").glob("*/*"):
        if path.name not in known:
            yield f"the file {path.name} is left in a cache"


def _wrong(bucket: Bucket, objects: Sequence[str], world: World) -> Iterator[str]:
    for key in objects:
        name = key.rpartition("/")[2]
        for algorithm in {each.algorithm for each in world.stores.values() if each.strategy == "digest"}:
            if keys.is_digest(name, algorithm):
                chunks: list[bytes] = []
                with contextlib.suppress(ClientError):
                    bucket.download(key, chunks.append)
                if chunks and hashlib.new(algorithm.replace("-", ""), b"".join(chunks)).hexdigest() != name:
                    yield f"the object {key} holds another content"


def _real_keys(bucket: Bucket, objects: Sequence[str], promised: Collection[str], world: World) -> Iterator[str]:
    """The keys that entries of caches may have: promised ones, those of objects, those that scenarios name."""
    yield from promised
    steps = (*world.scenario.setup, *world.scenario.steps)
    yield from (str(value) for step in steps for value in step.arguments.values())
    for key in objects:
        yield key.rpartition("/")[2]
        yield from (key.removeprefix(options.directory) for options in world.stores.values())
    if world.versioned:
        for key, version in bucket.all_versions():
            yield f"{key.rpartition('/')[2]}@{version}"


def _shown(content: Found) -> str:
    return "as missing" if content is None else repr(content[:40])


def _any_of(allowed: Collection[Found]) -> str:
    return " or ".join(sorted(map(_shown, allowed)))


def moments_of(
    backend: Backend, scenario: Scenario, manager: Manager = BlobManager, *, lines: bool = False
) -> Sequence[str]:
    """Run the scenario to its end, in a process that then is gone without having cleaned up."""
    return kill(backend, scenario, Kill(None, lines=lines), manager).moments
