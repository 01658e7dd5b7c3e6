"""A local cache: entries under keys, each thing done to them announced.

Lives here: the sequences of blob-manager.md 5 that begin with P-CACHE. Must not live here: files (`cache_folder`), S3
and which content belongs into a cache (`cache_store`).

Laws: an entry under a random key lasts no longer than the operation that made it, also when it fails. Every disk error
is a `BlobError`.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, Announcer
from simulator.blobs.cache_folder import CacheFolder
from simulator.blobs.content import Fill, spool
from simulator.blobs.errors import BlobError
from simulator.blobs.journal import file_at
from simulator.blobs.keys import Algorithm


@dataclass(frozen=True, slots=True)
class Cache:
    """A cache over `folder`, called `lifeline` in announcements; any number of threads may use it."""

    folder: CacheFolder
    announce: Announcer
    lifeline: str = "Cache"

    @contextmanager
    def receive(self, fill: Fill, algorithm: Algorithm) -> Iterator["Entry"]:
        """Take new content in under a random key (P-CACHEWRITE); unless it is kept, it is deleted at the end."""
        entry = Entry(self, keys.random_key())
        temp = secrets.token_hex(8)
        path = self.folder.temp_path(temp)
        unfinished = self.folder.journal.covering(file_at(path), self.folder.remains(entry.key))
        with _disk_errors(), self.folder.using(entry.key), unfinished, ExitStack() as files:
            try:
                file = files.enter_context(self.folder.create(path))
                spooled = spool(fill, file, algorithm)
                file.flush()
                self.announce("cache-write", CALLER, self.lifeline, size=spooled.size, temp=temp)
                self._announce_rename(entry.key)
                self.folder.rename(path, entry.key)
            finally:
                path.unlink(missing_ok=True)
            entry.file, entry.size, entry.digest = file, spooled.size, spooled.digest
            try:
                yield entry
            finally:
                if not entry.kept:
                    self.delete(entry.key)
            self.folder.shrink()

    @contextmanager
    def fetch(
        self, key: str, get: Callable[[Callable[[bytes], object]], object], *, changes: bool = False
    ) -> Iterator[BinaryIO]:
        """Take in what `get` downloads as the entry `key`, and lend it for reading; nothing is left when it fails.

        changes: the key may get another content. Where somebody gives it one meanwhile, this one is not kept.
        """
        entry = Entry(self, keys.random_key())
        path = self.folder.path(entry.key)
        unfinished = self.folder.journal.covering(self.folder.remains(entry.key))
        with _disk_errors(), self.folder.using(key), ExitStack() as files:
            with self.folder.using(entry.key), unfinished, self._reserving(key, changes=changes) as reserved:
                try:
                    file = files.enter_context(self.folder.create(path))
                    get(file.write)
                    file.seek(0)
                    if reserved:
                        entry.keep(key)
                finally:
                    path.unlink(missing_ok=True)
            yield file
        self.folder.shrink()

    @contextmanager
    def _reserving(self, key: str, *, changes: bool) -> Iterator[bool]:
        # Never waits: whoever changes this key may itself be reading another one.
        held = self.folder.lock(key)
        reserved = not changes or held.lock.acquire(blocking=False)
        try:
            yield reserved
        finally:
            if changes and reserved:
                held.lock.release()

    def stores(self, key: str) -> bool:
        """Look, during a write, whether there is an entry (P-CACHELOOK)."""
        size = self.folder.size(key)
        if size is None:
            self.announce("cache-missing", self.lifeline, CALLER, key=key)
            return False
        self.announce("cache-exists", self.lifeline, CALLER, size=size, key=key)
        return True

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO | None]:
        """Lend an entry for reading, None where there is none (P-CACHELOOK)."""
        with _disk_errors(), self.folder.using(key):
            file = self.folder.open(key)
            if file is None:
                self.announce("cache-missing", self.lifeline, CALLER, key=key)
                yield None
                return
            with file:
                size = file.seek(0, 2)
                file.seek(0)
                self.announce("cache-read", self.lifeline, CALLER, size=size, key=key)
                yield file

    def holds(self, key: str) -> bool:
        """Whether there is an entry; nothing is announced."""
        return self.folder.size(key) is not None

    def rename(self, old: str, new: str) -> None:
        """Give an entry another key, over one that has it already (P-CACHERENAME)."""
        self.announce("cache-key", self.lifeline, self.lifeline, key=old)
        self._announce_rename(new)
        with _disk_errors():
            self.folder.rename(self.folder.path(old), new)

    def copy(self, source: "Cache", key: str, new: str) -> bool:
        """Copy an entry of another cache, if it is there; whether it was."""
        with _disk_errors(), source.folder.using(key):
            content = source.folder.open(key)
            if content is None:
                return False
            with content:
                self.announce("cache-key", source.lifeline, source.lifeline, key=key)
                self.announce("cache-copy", source.lifeline, self.lifeline, key=new)
                self.folder.take(content, new)
        self.folder.shrink()
        return True

    def move(self, source: "Cache", key: str, new: str) -> bool:
        """Move an entry of a cache over the same folder, if it is there; whether it was."""
        with _disk_errors(), self.folder.using(key):
            if not self.holds(key):
                return False
            self.announce("cache-key", source.lifeline, source.lifeline, key=key)
            self.announce("cache-move", source.lifeline, self.lifeline, key=new)
            self.folder.rename(self.folder.path(key), new)
        return True

    def delete(self, key: str) -> None:
        """Make sure that there is no such entry."""
        self.announce("cache-delete", CALLER, self.lifeline, key=key)
        with _disk_errors():
            self.folder.remove(key)

    def _announce_rename(self, key: str) -> None:
        self.announce("cache-rename", self.lifeline, self.lifeline)
        self.announce("cache-key", self.lifeline, self.lifeline, key=key)


@dataclass(slots=True)
class Entry:
    """New content in a cache under a random key, with its file open for reading."""

    cache: Cache
    key: str
    file: BinaryIO = field(init=False)
    size: int = field(init=False)
    digest: str = field(init=False)
    kept: bool = False

    def keep(self, key: str) -> None:
        """Give it its final key."""
        self.cache.rename(self.key, key)
        self.kept = True


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BlobError(f"The cache cannot be used: {error}") from error
