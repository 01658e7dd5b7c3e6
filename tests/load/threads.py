"""Threads that write, read, copy and delete the same few blobs while garbage is collected: nothing may be lost.

python -m tests.load.threads [--operations N] [--threads N] [--keys N] [--seed N] [--on memory|seaweedfs|moto|URL]

Two managers with caches of their own share a bucket, and a third shares the cache folder of the first. The threads play
an application with a database: whose write returned, notes it there; who deletes, or only forgets, waits until nobody
uses that blob. Garbage is collected all the time, and only what the database knows is marked, after all that was under
way at the start came to an end: what is written meanwhile is marked by nobody, and often there already as garbage.
"""

import argparse
import hashlib
import io
import itertools
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.bucket import Bucket
from simulator.blobs.cache_folder import file_name
from simulator.blobs.client import S3Client
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from tests.load.services import service

# Limits so small that entries are evicted all the time.
_TIGHT: dict[str, Any] = {"cache": True, "cache_count": 8, "cache_size": 200_000, "cache_min_age": 0}
STORES = {
    "cached": StoreOptions(prefix="cached/", **_TIGHT),
    "deep": StoreOptions(prefix="deep/", subdirs_depth=2, **_TIGHT),
    "plain": StoreOptions(prefix="plain/"),
    "tx": StoreOptions(prefix="changes/", transactional=True, **_TIGHT),
}


@dataclass
class Blob:
    """One content in one store, and whether the database has it."""

    store: str
    content: bytes
    known: bool = False
    _users: int = 0
    _free: threading.Condition = field(default_factory=threading.Condition)

    @property
    def key(self) -> str:
        """Its digest."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Use it, as others may meanwhile."""
        with self._free:
            self._users += 1
        try:
            yield
        finally:
            with self._free:
                self._users -= 1
                self._free.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have it for oneself."""
        with self._free:
            self._free.wait_for(lambda: not self._users)
            yield


def told(error: BaseException) -> str:
    """An error with those that are in it, or behind it."""
    parts = error.exceptions if isinstance(error, ExceptionGroup) else [error.__cause__] if error.__cause__ else []
    return " <- ".join((f"{type(error).__name__}: {error}", *map(told, parts)))


class Slow:
    """A client whose answers take a moment, so that a lot happens between any two requests."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def __getattr__(self, method: str) -> Any:
        """Give the method, with a wait before and after it."""
        call = getattr(self._client, method)

        def slowly(**arguments: Any) -> Any:
            time.sleep(random.random() / 1000)
            answer = call(**arguments)
            time.sleep(random.random() / 1000)
            return answer

        return slowly


@dataclass
class Worker:
    """One thread of the application; operations: how many it has begun and ended, so that an odd number is under way.

    problems: what was wrong. done: how often each operation.
    """

    managers: Sequence[BlobManager]
    blobs: Sequence[Blob]
    choice: random.Random
    operations: int = 0
    problems: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def work(self, count: int) -> None:
        """Do so many operations."""
        for _ in range(count):
            manager, blob = self.choice.choice(self.managers), self.choice.choice(self.blobs)
            do = self.choice.choice(("write", "write", "read", "read", "read", "copy", "delete", "forget", "roll_back"))
            self.operations += 1
            try:
                getattr(self, do)(manager, blob)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                self.problems.append(f"{do} of {blob.key} in {blob.store}: {told(error)}")
            self.operations += 1
            self.done[do] += 1

    def write(self, manager: BlobManager, blob: Blob) -> None:
        """Write it, in a transaction or not, and note that it is there."""
        with blob.used():
            if self.choice.random() < 0.5:
                manager.begin()
            assert manager.write(blob.store, io.BytesIO(blob.content)) == blob.key
            if manager.in_transaction:
                manager.commit()
            blob.known = True
            self.read(manager, blob)

    def read(self, manager: BlobManager, blob: Blob) -> None:
        """Read it; what is known cannot be missing, what is not may be there."""
        with blob.used():
            known = blob.known
            try:
                assert manager.read(blob.store, blob.key) == blob.content, "wrong bytes"
            except BlobNotFound:
                assert not known, "lost"

    def copy(self, manager: BlobManager, blob: Blob) -> None:
        """Copy it from another store, where it may be missing unless it is known."""
        source = self.choice.choice([each for each in self.blobs if each.content == blob.content and each is not blob])
        with source.used(), blob.used():
            known = source.known
            try:
                assert manager.copy(source.store, blob.store, blob.key) == blob.key
                blob.known = True
            except BlobNotFound:
                assert not known, "its source is lost"
            self.read(manager, blob)

    def delete(self, manager: BlobManager, blob: Blob) -> None:
        """Delete it."""
        with blob.alone():
            blob.known = False
            manager.delete(blob.store, blob.key)
            assert not manager.exists(blob.store, blob.key), "deleted and there"

    def forget(self, _: BlobManager, blob: Blob) -> None:
        """Make garbage of it."""
        with blob.alone():
            blob.known = False

    def roll_back(self, manager: BlobManager, blob: Blob) -> None:
        """Write it in a transaction that comes to nothing."""
        manager.begin()
        manager.write("tx", blob.content)
        manager.rollback()


def collect(manager: BlobManager, blobs: Sequence[Blob], workers: Sequence[Worker], store: str) -> int:
    """Collect the garbage of a store as an application does; how many objects that was."""
    collection = manager.collect_garbage(store)
    for worker, begun in [(worker, worker.operations) for worker in workers]:
        while begun % 2 and worker.operations == begun:
            time.sleep(0.0005)
    for blob in blobs:
        if blob.store == store and blob.known:
            collection.mark(blob.key)
    return len(collection.stop().keys)


@dataclass(frozen=True)
class Result:
    """What happened, and what was wrong with it."""

    done: Counter[str]
    garbage: int
    problems: Sequence[str]


def run(
    backend: Backend,
    operations: int,
    threads: int = 16,
    keys: int = 50,
    seed: int = 0,
    manager: Callable[..., BlobManager] = BlobManager,
) -> Result:
    """Let the threads work, then look at what is left: nothing that nobody knows, and all that is known."""
    contents = [f"{seed} {number} ".encode() * (number * number * 4 + 1) for number in range(keys)]
    blobs = [Blob(store, content) for content in contents for store in STORES]
    root = backend.fresh_root()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.callback(backend.clear, root)
        temp = Path(folder, "temp")
        temp.mkdir()
        managers = [
            manager(
                cast("S3Client", Slow(backend.client)),
                backend.bucket,
                STORES,
                temp_dir=temp,
                cache_dir=Path(folder, cache),
                journal_dir=Path(folder, "journals"),
                root=root,
            )
            for cache in ("first", "second", "first")
        ]
        workers = [Worker(managers, blobs, random.Random(f"{seed} {number}")) for number in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            share = -(-operations // threads)
            futures = [pool.submit(worker.work, share) for worker in workers]
            garbage = 0
            for chosen, store in zip(itertools.cycle(managers), itertools.cycle(STORES), strict=False):
                if all(future.done() for future in futures):
                    break
                garbage += collect(chosen, blobs, workers, store)
        problems = [problem for worker in workers for problem in worker.problems]
        for store in STORES:
            garbage += collect(managers[0], blobs, workers, store)
        done = sum((worker.done for worker in workers), Counter[str]())
        return Result(done, garbage, [*problems, *remains(backend, root, Path(folder), managers, blobs)])


def remains(
    backend: Backend, root: str, folder: Path, managers: Sequence[BlobManager], blobs: Sequence[Blob]
) -> Iterator[str]:
    """What is lost, and what is left that should not be."""
    for manager in managers:
        for store in STORES:
            manager.clear_cache(store)
    known = [blob for blob in blobs if blob.known]
    for blob in known:
        with suppress(BlobNotFound):
            if managers[1].read(blob.store, blob.key) == blob.content:
                continue
        yield f"{blob.key} in {blob.store}: lost at the end"
    objects = sum(1 for _ in Bucket(backend.client, backend.bucket, root).all_keys())
    if objects != len(known):
        yield f"there are {objects} objects for {len(known)} blobs"
    yield from (f"a temp file is left: {path}" for path in Path(folder, "temp").iterdir())
    names = {file_name(blob.key) for blob in blobs}
    for cache in ("first", "second"):
        left = [path.name for path in Path(folder, cache).rglob("*") if path.is_file() and path.name not in names]
        yield from (f"an entry of a cache is left: {name}" for name in left)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it, print what happened, and say whether something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.threads", description="Work with many threads at once.")
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--keys", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--on", default="memory", help="memory, seaweedfs (installed for the run), moto (its server), or a URL"
    )
    chosen = parser.parse_args(arguments)
    start = time.monotonic()
    with ExitStack() as stack:
        remote = chosen.on != "memory"
        where = stack.enter_context(service(chosen.on)) if remote else chosen.on
        backend = stack.enter_context(open_backend(where, "threads", create_bucket=remote))
        result = run(backend, chosen.operations, chosen.threads, chosen.keys, chosen.seed)
    for problem in result.problems:
        sys.stdout.write(f"{problem}\n")
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(result.done.items()))
    sys.stdout.write(
        f"{result.done.total()} operations of {chosen.threads} threads on {chosen.keys} keys ({counts}), "
        f"{result.garbage} objects collected: {len(result.problems)} problems, {time.monotonic() - start:.1f} s\n"
    )
    return bool(result.problems)


if __name__ == "__main__":
    sys.exit(main())
