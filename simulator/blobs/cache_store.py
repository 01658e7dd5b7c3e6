"""A store with a local cache in front of it.

Lives here: when the cache is asked before S3, and what enters it (blob-manager.md 6). Must not live here: the calls to
S3 (`s3_store`), entries (`cache`).

What is atomic: each request to S3, and each change of an entry. An entry is made after its object, so a key that was
returned has an object; what is cached may outlive an object that others delete, which `confirm-cache-hits` finds.
Under a key that is neither a digest nor versioned the content can change: writes and deletions of one manager then
change object and entry together, one after the other. What another manager writes there, a cache does not hear of.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import CALLER
from simulator.blobs.cache import Cache, Entry
from simulator.blobs.content import Content, Fill, Write, reading, transfer
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.journal import Entry as Left
from simulator.blobs.naming import Namer, by_digest, constant
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.storage import Storage
from simulator.blobs.store import Store
from simulator.blobs.update import Update


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

    def write(self, content: Content, name: Namer = by_digest) -> str:
        """Take content into the cache, and upload it unless it is stored already (blob-manager.md 6.1)."""
        return self.take(reading(content), name)

    def take(self, fill: Fill, name: Namer = by_digest) -> str:
        """Store what `fill` hands over."""
        with self.cache.receive(fill, self.options.algorithm) as entry:
            key = name(entry.digest)
            with self.base.writing(key), self._unsettled(key):
                return self._store(entry, key)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Lend the content of `key`, which is cached afterwards. Raises `BlobNotFound`."""
        self.base.split(key)
        with self.cache.open(key) as cached:
            if cached is not None:
                yield cached
                return
        get = partial(self.base.get, key)
        with self.cache.fetch(key, get, changes=self._can_change(key)) as fetched:
            yield fetched

    def get(self, key: str, write: Write) -> None:
        """Read piece by piece, from the cache if possible. Raises `BlobNotFound`."""
        with self.open(key) as file:
            transfer(file, write)

    @contextmanager
    def local(self, key: str) -> Iterator[BinaryIO | None]:
        """Lend the cached file, None where there is none."""
        with self.cache.open(key) as file:
            yield file

    def holds(self, key: str) -> bool:
        """Whether the content is cached; nothing is announced."""
        return self.cache.holds(key)

    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        """Take over a blob of another store (blob-manager.md 6.3). Raises `BlobNotFound`, and leaves nothing then."""
        if target is None:
            return self.copy_content(source, key)
        self.base.object_key(target)
        with self._unsettled(target):
            made = ahead and isinstance(source, CacheStore) and self.cache.copy(source.cache, key, target)
            with self._unless_it_fails(target, made=made):
                return self._copy_known(source, key, target)

    def move(self, source: "CacheStore", key: str, target: str) -> None:
        """Move a blob of another store to `target` here, where it may be already. Raises `BlobNotFound`."""
        with self._alone(target), self._unless_it_fails(target, made=self.cache.move(source.cache, key, target)):
            self.base.move(source.base, key, target)
        source.cache.delete(key)

    def settle(self, key: str) -> str:
        """Read a blob from S3, and let S3 copy it to its digest, which is returned. Raises `BlobNotFound`."""
        digest = self.base.digest_of(key)
        with self._unsettled(digest), self._unless_it_fails(digest, made=self.cache.copy(self.cache, key, digest)):
            self.base.adopt(self, key, digest)
        return digest

    @contextmanager
    def _unless_it_fails(self, target: str, *, made: bool) -> Iterator[None]:
        """Keep the entry that was made ahead of its object only if that follows."""
        try:
            yield
        except BaseException:
            if made:
                self.cache.delete(target)
            raise

    def cached(self, key: str) -> tuple[Left, ...]:
        """What a crash would leave of the blob `key` besides the object."""
        return (self.cache.folder.remains(key),)

    def delete(self, key: str) -> None:
        """Make sure that there is no blob under `key`, neither cached nor stored."""
        self.base.split(key)
        with self._alone(key):
            self.cache.delete(key)
            self.base.delete(key)

    def discard(self, key: str) -> None:
        """Delete entry and object of `key` and nothing else: what is replaced can still be read."""
        self.cache.delete(key)
        self.base.discard(key)

    def find(self, key: str) -> bool:
        """Ask S3 whether there is a blob under `key`."""
        return self.base.find(key)

    def status(self, key: str) -> Storage:
        """Tell where S3 keeps a blob; a cached one can be read all the same. Raises `BlobNotFound`."""
        return self.base.status(key)

    def update(self, key: str, update: Update) -> str:
        """Change what is not the content of a blob; what is cached stays. Raises `BlobNotFound`."""
        return self.base.update(key, update)

    def _store(self, entry: Entry, key: str) -> str:
        # Only under a digest can an entry, or an object, be taken for this content.
        known = key == entry.digest
        if known and self.options.strategy != "document" and self.cache.stores(key):
            if not self.options.confirm_cache_hits or self.base.serves(key):
                return key
            stored = self.base.upload(key, entry.file, entry.size, CALLER)
        else:
            stored = self.base.put(key, entry.file, entry.size, CALLER, known=known)
        entry.keep(stored)
        return stored

    @contextmanager
    def _unsettled(self, key: str) -> Iterator[None]:
        # A crash must not leave an entry whose object is not there, or is another.
        with self._alone(key), self.cache.folder.journal.covering(self.cache.folder.remains(key)):
            yield

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        # Object and entry change together, where another content is possible at all.
        held = self.cache.folder.lock(key)
        with held.lock if self._can_change(key) else nullcontext():
            yield

    def _can_change(self, key: str) -> bool:
        return not self.base.versions and not keys.is_digest(key, self.options.algorithm)

    def _copy_known(self, source: Store, key: str, target: str) -> str:
        copied = self.base.copy_object(source, key, target)
        if copied is not None:
            return copied
        if not source.holds(key):
            raise BlobNotFound(source.name, key)
        # The object is gone, but the source still has the content in its cache.
        return self.take(lambda write: source.get(key, write), constant(target))

    def copy_content(self, source: Store, key: str, name: Namer = by_digest) -> str:
        """Take over a blob by reading it, then let S3 copy it. Raises `BlobNotFound`."""
        with self.cache.receive(lambda write: source.get(key, write), self.options.algorithm) as entry:
            target = name(entry.digest)
            with self.base.writing(target):
                return self._copy_received(entry, source, key, target)

    def _copy_received(self, entry: Entry, source: Store, key: str, target: str) -> str:
        known = target == entry.digest
        if known and self.cache.stores(target) and (not self.options.confirm_cache_hits or self.base.serves(target)):
            return target
        # The object need not travel twice: its content is known by now.
        with self._unsettled(target):
            stored = self.base.copy_object(source, key, target)
            if stored is None:
                stored = self.base.upload(target, entry.file, entry.size, CALLER)
            entry.keep(stored)
        return stored
