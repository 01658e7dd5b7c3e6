"""Bugs in caches, versions and transactions: each a class with one thing wrong.

Lives here: the classes, and `with_kind`, which puts one into a manager. Must not live here: where each shows
(`planted`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from io import BytesIO
from typing import Any, BinaryIO

import msgspec

from simulator.blobs.bucket import CHUNK_SIZE, Bucket, Copied
from simulator.blobs.cache import Cache
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.content import Content
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.keys import Range
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.store import Store
from simulator.blobs.transaction import Change, Transaction
from simulator.blobs.tx_store import TxStore


class EntryUnderAnotherKey(Cache):
    def rename(self, old: str, new: str) -> None:
        super().rename(old, new)
        self.folder.rename(self.folder.path(new), f"{new} ")


class EntryOutlivesDelete(Cache):
    def delete(self, key: str) -> None:
        self.announce("cache-delete", "Nuxeo", self.lifeline, key=key)


class HitsAreNotAnnounced(Cache):
    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO | None]:
        if not self.holds(key):
            with super().open(key) as file:
                yield file
            return
        file = self.folder.open(key)
        assert file is not None
        with file:
            yield file


class LargeHitsAreCutOff(CacheStore):
    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        hit = self.cache.holds(key)
        with super().open(key) as file:
            yield BytesIO(file.read(CHUNK_SIZE)) if hit else file


class StaleHitIsTrusted(CacheStore):
    """Takes what is cached for stored, and says that it asked."""

    def _store(self, entry: Any, key: str) -> str:
        if key == entry.digest and self.cache.holds(key):
            self.cache.stores(key)
            self.base.find(key)
            return key
        return super()._store(entry, key)


class EntryIsNeverMade(CacheStore):
    """Does not cache what it reads."""

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        hit = self.cache.holds(key)
        with super().open(key) as file:
            yield file
        if not hit:
            self.cache.folder.remove(key)


class EntryOfNothing(CacheStore):
    """Leaves an entry for what could not be copied."""

    @contextmanager
    def _unless_it_fails(self, target: str, *, made: bool) -> Iterator[None]:
        try:
            yield
        except BlobNotFound:
            self.cache.folder.path(target).write_bytes(b"")
            raise


class VersionIsIgnoredOnRead(Bucket):
    def download(
        self, key: str, write: Callable[[bytes], object], part: Range | None = None, version: str | None = None
    ) -> int | None:
        return super().download(key, write, part)


class VersionIsIgnoredOnCopy(Bucket):
    def copy(self, source: str, key: str, version: str | None = None, **rest: Any) -> Copied | None:
        return super().copy(source, key, None, **rest)


class AllOfADocumentIsDeleted(Bucket):
    def delete(self, key: str, version: str | None = None) -> None:
        super().delete(key, version)
        if version:
            super().delete(key)


class VersionIsNotDeleted(Bucket):
    def delete(self, key: str, version: str | None = None) -> None:
        if not version:
            super().delete(key)


class KeyWithoutVersion(BlobManager):
    def write(self, store: str, content: Content, **place: Any) -> str:
        return super().write(store, content, **place).partition("@")[0]


class CommitForgetsAllButOne(TxStore[Any]):
    def commit(self, transaction: Transaction, attempt: Any) -> None:
        changes = transaction.of(self)
        for key in list(changes)[1:]:
            del changes[key]
        super().commit(transaction, attempt)


class CommitDeletesFirst(TxStore[Any]):
    """Deletes before it writes, so the order of changes is another one."""

    def commit(self, transaction: Transaction, attempt: Any) -> None:
        changes = transaction.of(self)
        for key in [key for key, change in changes.items() if change.transient is not None]:
            changes[key] = changes.pop(key)
        super().commit(transaction, attempt)


class RollbackLeavesContent(TxStore[Any]):
    def rollback(self, transaction: Transaction, attempt: Any) -> None:
        transaction.of(self).clear()
        super().rollback(transaction, attempt)


class RollbackLeavesAnEntry(CacheStore):
    def delete(self, key: str) -> None:
        content = self.cache.folder.path(key).read_bytes() if self.cache.holds(key) else None
        super().delete(key)
        if content is not None and self.cache.lifeline == "Cache_tmp":
            self.cache.folder.path(key).write_bytes(content)


class RollbackDeletes(TxStore[Any]):
    """Does at a rollback what was to be deleted at the commit."""

    def rollback(self, transaction: Transaction, attempt: Any) -> None:
        gone = [key for key, change in transaction.of(self).items() if change.transient is None]
        super().rollback(transaction, attempt)
        for key in gone:
            self.base.bucket.delete(*self.base.split(key))


class DeletionIsNotSeen(TxStore[Any]):
    def place(self, key: str) -> tuple[Store, str]:
        transaction = self.current()
        change = transaction.changes.get(self, {}).get(key) if transaction else None
        if change and change.transient is None:
            return self.permanent, key
        return super().place(key)


class OwnContentIsNotSeen(TxStore[Any]):
    def place(self, key: str) -> tuple[Store, str]:
        transaction = self.current()
        change = transaction.changes.get(self, {}).get(key) if transaction else None
        return (self.permanent, key) if change and change.transient else super().place(key)


class DeletesAtOnce(TxStore[Any]):
    def delete(self, key: str) -> None:
        self.base.bucket.delete(*self.base.split(key))
        super().delete(key)


class FirstContentStays(TxStore[Any]):
    """Forgets what it wrote before under the same key."""

    def _drop(self, stored: str, final: str) -> None:
        transaction = self.current()
        if transaction is None or transaction.of(self).get(final) is None:
            super()._drop(stored, final)


class FrameStaysOpen(TxStore[Any]):
    """After a failure, as in the system that ours is better than."""

    @contextmanager
    def _frame(self, operation: str) -> Iterator[None]:
        self.announce(operation, "Nuxeo", "Nuxeo")
        yield
        self.announce(f"{operation}-end", "Nuxeo", "Nuxeo")


class ContentStaysTransient(S3Store):
    """Where the content is stored already nothing of the transaction is deleted."""

    def move(self, source: Store, key: str, target: str) -> None:
        if not self.bucket.find(self.object_key(target)):
            super().move(source, key, target)
            return
        self.find(target)


class WritesOverOtherChanges(TxStore[Any]):
    """A deletion is forgotten when something else is written."""

    def _change(self, transaction: Transaction, store: Any, name: Any) -> str:
        final = super()._change(transaction, store, name)
        changes = transaction.of(self)
        for key in [key for key, change in changes.items() if change == Change(None)]:
            del changes[key]
        return final


def with_kind(kind: type) -> type[BlobManager]:
    """A manager with this in place of the class it is made from, wherever stores have one."""

    class Manager(BlobManager):
        def assemble(self, name: str, options: StoreOptions) -> Any:
            if issubclass(kind, Bucket):
                self._bucket = rebuilt(self._bucket)
            store = super().assemble(name, options)
            made: dict[int, Any] = {}

            def made_of(part: Any) -> Any:
                if id(part) in made:
                    return made[id(part)]
                changed = part
                if isinstance(part, TxStore):
                    moving = S3Store.move if isinstance(part.permanent, S3Store) else CacheStore.move
                    permanent, transient = made_of(part.permanent), made_of(part.transient)
                    moving = type(permanent).move
                    changed = replace(part, permanent=permanent, transient=transient, move=moving)
                if isinstance(part, CacheStore):
                    changed = replace(part, base=made_of(part.base), cache=made_of(part.cache))
                made[id(part)] = rebuilt(changed)
                return made[id(part)]

            return made_of(store)

    def rebuilt(part: Any) -> Any:
        if type(part) is not kind.__mro__[1]:
            return part
        kept: Any = part
        return kind(**{field.name: getattr(part, field.name) for field in fields(kept) if field.init})

    return Manager


class CachedWithoutAsking(BlobManager):
    """Takes every option as if hits were not to be confirmed."""

    def assemble(self, name: str, options: StoreOptions) -> Any:
        return super().assemble(name, msgspec.structs.replace(options, confirm_cache_hits=False))


CACHES = [
    EntryUnderAnotherKey,
    EntryOutlivesDelete,
    HitsAreNotAnnounced,
    LargeHitsAreCutOff,
    StaleHitIsTrusted,
    EntryIsNeverMade,
    EntryOfNothing,
]
VERSIONS = [VersionIsIgnoredOnRead, VersionIsIgnoredOnCopy, AllOfADocumentIsDeleted, VersionIsNotDeleted]
TRANSACTIONS = [
    CommitForgetsAllButOne,
    CommitDeletesFirst,
    RollbackLeavesContent,
    RollbackLeavesAnEntry,
    RollbackDeletes,
    DeletionIsNotSeen,
    OwnContentIsNotSeen,
    DeletesAtOnce,
    FirstContentStays,
    FrameStaysOpen,
    ContentStaysTransient,
    WritesOverOtherChanges,
]
