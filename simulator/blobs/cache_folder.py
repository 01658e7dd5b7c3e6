"""The files of a cache: one for each entry, in one flat folder.

Lives here: names of files, moving entries between keys, eviction. Must not live here: announcements, S3 (`cache`,
`cache_store`).

Laws: a file has the name of the SHA-512 of its entry's key, so no key leads out of the folder. An entry appears under
its key at once and whole, by a rename. An entry that is in use is never evicted, nor is a temp file.
"""

import hashlib
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from simulator.blobs.content import transfer
from simulator.blobs.journal import Entry, Journal, file_at
from simulator.blobs.options import StoreOptions
from simulator.blobs.temp_files import Create, create


@lru_cache(maxsize=1_000)
def file_name(key: str) -> str:
    """Name the file of an entry."""
    return hashlib.sha512(key.encode("utf-8", "surrogatepass")).hexdigest()


class KeyLock:
    """A lock that lasts as long as somebody has it; who holds it can have it again."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


@dataclass(slots=True)
class CacheFolder:
    """The entries in `directory`, which is made when it is not there; any number of threads may use it.

    So may other managers, of other processes too. None evicts what it uses itself; an entry that another one evicts can
    still be read by whoever has opened it, and is missing for all others. Each counts what it found or put there.

    options: the limits `cache-size`, `cache-count` and `cache-min-age`. clock: seconds since the epoch.
    journal: of the files that a crash must not leave.
    create: makes its files.
    """

    directory: Path
    options: StoreOptions
    clock: Callable[[], float] = time.time
    journal: Journal = field(default_factory=Journal)
    create: Create = create
    _lock: threading.RLock = field(default_factory=threading.RLock)
    # How many are using an entry, by the name of its file.
    _used: Counter[str] = field(default_factory=Counter)
    # Size in bytes of every entry that has its key, by the name of its file.
    _sizes: dict[str, int] = field(default_factory=dict)
    _total: int = 0
    _locks: WeakValueDictionary[str, "KeyLock"] = field(default_factory=WeakValueDictionary)

    def __post_init__(self) -> None:
        """Take over the entries that are there."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.directory.iterdir():
            if path.suffix != ".tmp":
                with suppress(FileNotFoundError):
                    self._count(path.name, path.stat().st_size)

    def path(self, key: str) -> Path:
        """Where the entry of a key lies, if there is one."""
        return self.directory / file_name(key)

    def temp_path(self, temp: str) -> Path:
        """Where a spool file lies; `temp` is the random part of its name."""
        return self.directory / f"bin_{temp}.tmp"

    def remains(self, key: str) -> Entry:
        """What a crash would leave of the entry of a key."""
        return file_at(self.path(key))

    @contextmanager
    def using(self, key: str) -> Iterator[None]:
        """Protect the entry of a key from eviction, whether it is there yet or not."""
        name = file_name(key)
        with self._lock:
            self._used[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._used[name] -= 1
                if not self._used[name]:
                    del self._used[name]

    def size(self, key: str) -> int | None:
        """The size of an entry in bytes; None where there is none."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, key: str) -> BinaryIO | None:
        """Open an entry for reading; None where there is none. It counts as used now."""
        path = self.path(key)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        with suppress(FileNotFoundError):
            os.utime(path, (self.clock(), self.clock()))
        return file

    def rename(self, path: Path, key: str) -> None:
        """Make a file of this folder the entry of `key`, in place of one that is there.

        A file that another manager has evicted meanwhile is just not cached.
        """
        target = self.path(key)
        with self._lock, suppress(FileNotFoundError):
            self._forget(path.name)
            size = path.stat().st_size
            path.replace(target)
            self._count(target.name, size)
            os.utime(target, (self.clock(), self.clock()))

    def remove(self, key: str) -> None:
        """Remove an entry, if there is one."""
        with self._lock:
            self.path(key).unlink(missing_ok=True)
            self._forget(file_name(key))

    def take(self, content: BinaryIO, key: str) -> None:
        """Make a copy of a content the entry of `key`."""
        path = self.temp_path(secrets.token_hex(8))
        with self.journal.covering(file_at(path)):
            try:
                with self.create(path) as file:
                    transfer(content, file.write)
                self.rename(path, key)
            finally:
                path.unlink(missing_ok=True)

    def lock(self, key: str) -> "KeyLock":
        """Find the lock of a key; who holds it decides what its entry is."""
        with self._lock:
            return self._locks.setdefault(file_name(key), KeyLock())

    def clear(self) -> None:
        """Remove all entries that nobody is using."""
        with self._lock:
            for name in [name for name in self._sizes if name not in self._used]:
                self._evict(name)

    def collect(self, marked: Container[str], before: float) -> None:
        """Remove the entries last used before that time whose files are not marked and that nobody is using."""
        with self._lock:
            for used, name in list(self._last_used()):
                if used < before and name not in marked and name not in self._used:
                    self._evict(name)

    def shrink(self) -> None:
        """Evict what was not used for longest, until the limits hold or nothing may be evicted."""
        with self._lock:
            if not self._is_full():
                return
            youngest = self.clock() - self.options.cache_min_age
            for used, name in sorted(self._last_used()):
                if not self._is_full() or used > youngest:
                    return
                if name not in self._used:
                    self._evict(name)

    def _last_used(self) -> Iterator[tuple[float, str]]:
        for name in list(self._sizes):
            try:
                yield (self.directory / name).stat().st_mtime, name
            except FileNotFoundError:
                self._forget(name)

    def _is_full(self) -> bool:
        return self._total > self.options.cache_size or len(self._sizes) > self.options.cache_count

    def _evict(self, name: str) -> None:
        (self.directory / name).unlink(missing_ok=True)
        self._forget(name)

    def _count(self, name: str, size: int) -> None:
        self._forget(name)
        self._sizes[name] = size
        self._total += size

    def _forget(self, name: str) -> None:
        self._total -= self._sizes.pop(name, 0)
