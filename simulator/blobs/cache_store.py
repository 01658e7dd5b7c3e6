"""A store with a local cache in front of it.

Lives here: when the cache is asked before S3, and what enters it (blob-manager.md 6). Must not live here: the calls to
S3 (`s3_store`), entries (`cache`).

What is atomic: each request to S3, and each change of an entry. An entry is made after its object, so a key that was
returned has an object; what is cached may outlive an object that others delete, which `confirm-cache-hits` finds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from simulator.blobs.announce import CALLER
from simulator.blobs.cache import Cache, Entry
from simulator.blobs.content import Content, Write, reading, transfer
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.store import Store


@dataclass(frozen=True, slots=True)
class CacheStore:
    """`base` with a cache; raises what `base` raises, and `BlobError` where the disk fails."""

    base: S3Store
    cache: Cache

    @property
    def name(self) -> str:
        """The name of the store in errors."""
        return self.base.name

    @property
    def options(self) -> StoreOptions:
        """The options of the store."""
        return self.base.options

    @property
    def lifeline(self) -> str:
        """Where its local files come from, in announcements."""
        return self.cache.lifeline

    def write(self, content: Content) -> str:
        """Take content into the cache, and upload it unless it is stored already (blob-manager.md 6.1)."""
        with self.cache.receive(reading(content), self.options.digest) as entry:
            return self._store(entry)

    def read(self, key: str) -> bytes:
        """Return the content of `key`, which is cached afterwards. Raises `BlobNotFound`."""
        chunks: list[bytes] = []
        self.get(key, chunks.append)
        return b"".join(chunks)

    def get(self, key: str, write: Write) -> None:
        """Read piece by piece, from the cache if possible. Raises `BlobNotFound`."""
        self.base.read_key(key)
        with self.cache.open(key) as cached:
            if cached is not None:
                return transfer(cached, write)
        with self.cache.fetch(key, lambda write: self.base.get(key, write)) as fetched:
            return transfer(fetched, write)

    @contextmanager
    def local(self, key: str) -> Iterator[BinaryIO | None]:
        """Lend the cached file, None where there is none."""
        with self.cache.open(key) as file:
            yield file

    def holds(self, key: str) -> bool:
        """Whether the content is cached; nothing is announced."""
        return self.cache.holds(key)

    def copy(self, source: Store, key: str) -> str:
        """Take over a blob of another store (blob-manager.md 6.3). Raises `BlobNotFound`, and leaves nothing then."""
        if not self.base.can_copy(source, key):
            return self._copy_content(source, key)
        ahead = isinstance(source, CacheStore) and self.cache.copy(source.cache, key, key)
        try:
            return self._copy_known(source, key)
        except BaseException:
            if ahead:
                self.cache.delete(key)
            raise

    def delete(self, key: str) -> None:
        """Make sure that there is no blob under `key`, neither cached nor stored."""
        self.base.object_key(key)
        self.cache.delete(key)
        self.base.delete(key)

    def find(self, key: str) -> bool:
        """Ask S3 whether there is a blob under `key`."""
        return self.base.find(key)

    def _store(self, entry: Entry) -> str:
        key = entry.digest
        if not self.cache.stores(key):
            self.base.put(key, entry.file, entry.size, CALLER)
        elif not self.options.confirm_cache_hits or self.base.find(key):
            return key
        else:
            self.base.upload(key, entry.file, entry.size, CALLER)
        entry.keep(key)
        return key

    def _copy_known(self, source: Store, key: str) -> str:
        copied = self.base.copy_object(source, key, key)
        if copied is not None:
            return copied
        if not source.holds(key):
            raise BlobNotFound(source.name, key)
        # The object is gone, but the source still has the content in its cache.
        with self.cache.receive(lambda write: source.get(key, write), self.options.digest) as entry:
            return self._store(entry)

    def _copy_content(self, source: Store, key: str) -> str:
        with self.cache.receive(lambda write: source.get(key, write), self.options.digest) as entry:
            target = entry.digest
            if self.cache.stores(target) and (not self.options.confirm_cache_hits or self.base.find(target)):
                return target
            # The object need not travel twice: its content is known by now to have the key.
            if self.base.copy_object(source, key, target) is None:
                self.base.upload(target, entry.file, entry.size, CALLER)
            entry.keep(target)
            return target
