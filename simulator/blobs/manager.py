"""The blob manager: named stores on one bucket.

Lives here: putting stores together from their options, and choosing the store that is meant. Must not live here: what
a store does.
"""

import logging
import os
import secrets
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import Announcer
from simulator.blobs.async_digest import AsyncDigests, Replaced
from simulator.blobs.bucket import S3_ERRORS, Bucket
from simulator.blobs.cache import Cache
from simulator.blobs.cache_folder import CacheFolder, file_name
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.client import S3Client
from simulator.blobs.content import Content
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.garbage import Collection
from simulator.blobs.journal import Entry, Journal, journal_folder
from simulator.blobs.naming import Document, namer, target_of
from simulator.blobs.options import StoreOptions
from simulator.blobs.recovery import Recovered, recover, sweep
from simulator.blobs.retries import counting
from simulator.blobs.s3_store import S3Store
from simulator.blobs.storage import Storage
from simulator.blobs.store import Store
from simulator.blobs.temp_files import Create, TempFiles, create, random_name
from simulator.blobs.transaction import Transaction
from simulator.blobs.tx_store import TxStore, Wrapped
from simulator.blobs.update import Update
from simulator.events import Observer

Assembled = S3Store | CacheStore | TxStore[S3Store] | TxStore[CacheStore]

# The folder of transient objects below the prefix of their store.
TRANSIENT = "tx/"


class BlobManager:
    """Content-addressed blobs in named stores; never changes once made, so any number of threads may use it.

    client: any boto3 S3 client, or a double of it. bucket: its name; it exists.
    stores: options by name of the store.
    observer: is told of every operation, in the thread that performs it; None costs nothing.
    temp_dir: where content is spooled; the system's folder by default.
    cache_dir: where caches are, each in a folder of its own, whose entries a later manager finds again. Other managers
    may use it, with the same stores. By default a new folder that is removed with the manager.
    journal_dir: where it is kept what a crash would leave behind, for `recover` of a later manager; one for each S3
    service. By default a folder of this user in the system's folder for temp files.
    temp_name: gives the next name for a temp file, never one twice; random by default. create_file: makes all files.
    root: a prefix in front of every object key that announcements do not show.
    clock: seconds since the epoch. replaced: told of a store, a key in it that a copy returned while the digest was not
    known (`digest-async`), and the digest, which is to be kept instead; called by `run_jobs`.

    A key may be given with the name of its store in front, `main:acbd18db...`; that is taken off.

    Every method raises `BlobError` for a store that does not exist, for an invalid key, and when S3 refuses or does not
    answer; the S3 error is its cause. `s3_store` says what is atomic. What a service lacks is a warning to
    the logger of this module.
    """

    def __init__(  # noqa: PLR0913 - the one place where all is chosen
        self,
        client: S3Client,
        bucket: str,
        stores: Mapping[str, StoreOptions],
        *,
        observer: Observer | None = None,
        temp_dir: Path | None = None,
        cache_dir: Path | None = None,
        journal_dir: Path | None = None,
        temp_name: Callable[[], str] = random_name,
        create_file: Create = create,
        root: str = "",
        clock: Callable[[], float] = time.time,
        replaced: Replaced | None = None,
    ) -> None:
        self._announce = Announcer(observer)
        prefix = keys.directory(root)
        self._journals = journal_folder(journal_dir or _default_journals(), bucket, prefix)
        self._journal = Journal(self._journals)
        self._bucket = Bucket(counting(client, self._announce.retried), bucket, prefix, self._journal)
        temps = temp_dir or Path(tempfile.gettempdir())
        self._temps = TempFiles(temps, self._announce, temp_name, self._journal, create_file)
        self._create_file = create_file
        self._cache_dir = cache_dir
        self._clock = clock
        self._digests = AsyncDigests(clock, replaced, self._journal)
        self._options = dict(stores)
        self._current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)
        self._stores = {name: self.assemble(name, options) for name, options in stores.items()}

    def assemble(self, name: str, options: StoreOptions) -> Assembled:
        """Make one store as its options say (blob-manager.md 3)."""
        versions = options.strategy == "document" and self._is_versioned()
        base = S3Store(
            name,
            options,
            self._bucket,
            self._temps,
            self._announce,
            versions=versions,
            replacements=self._digests.replacements(name),
        )
        temporary = base if versions else replace(base, lifeline="S3_tmp", folder=TRANSIENT)
        folder = self._cache_folder(name, options) if options.cache else None
        if folder is None:
            return self._transactional(base, temporary, S3Store.move) if options.is_transactional else base
        store = CacheStore(base, Cache(folder, self._announce))
        if not options.is_transactional:
            return store
        transient = store if versions else CacheStore(temporary, Cache(folder, self._announce, "Cache_tmp"))
        return self._transactional(store, transient, CacheStore.move)

    def _transactional(
        self, store: Wrapped, transient: Wrapped, move: Callable[[Wrapped, Wrapped, str, str], object]
    ) -> TxStore[Wrapped]:
        return TxStore(store, transient, move, self._current.get, self._announce, journal=self._journal)

    def recover(self, *, older_than: float | None = None) -> Recovered:
        """Settle what managers of this bucket and root, with the same `journal_dir`, had begun when their process died.

        Their temp files, unfinished cache entries, transient objects and uploads in parts are removed; transactions
        that were being committed are completed, without their updates; jobs are gone on with. Every key that they
        returned can be read; `tx_store` tells what this means for a transaction that was not committed.

        To be called once at the start; nothing is announced. What living managers do, here or elsewhere, is not
        touched, nor what other programs have left.

        older_than: also delete transient objects that were made so many seconds ago, whoever made them: what machines
        left that will not come back with their journals. It must be longer than any transaction takes.

        Raises `BlobError` when S3 refuses, or a file cannot be removed; then it can be called again.
        """
        recovered = recover(self._bucket, self._journals, self._take_over)
        if older_than is None:
            return recovered
        folders = (f"{options.directory}{TRANSIENT}" for options in self._options.values() if options.is_transactional)
        swept = sweep(self._bucket, folders, older_than)
        return Recovered(recovered.kept, recovered.removed + swept.removed)

    def _take_over(self, entry: Entry) -> None:
        if entry.store in self._stores:
            self._digests.take_over(_permanent(self._stores[entry.store]), entry)

    def begin(self) -> None:
        """Start a transaction of this thread (of this task, in asyncio). Raises `BlobError` where one is active."""
        if self._current.get():
            raise BlobError("There is a transaction already")
        self._current.set(Transaction(self._journal))

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction."""
        return self._current.get() is not None

    def commit(self) -> None:
        """Make its changes final. Raises `ExceptionGroup` for all that went wrong, after everything was tried."""
        self._ended().commit()

    def rollback(self) -> None:
        """Undo its changes. Raises as `commit` does."""
        self._ended().rollback()

    def _ended(self) -> Transaction:
        transaction = self._current.get()
        if transaction is None:
            raise BlobError("There is no transaction")
        self._current.set(None)
        return transaction

    def write(
        self, store: str, content: Content, *, document: str = "", xpath: str = "", key: str | None = None
    ) -> str:
        """Store bytes, the rest of a binary stream, or the file at a path; return the key, usually its digest.

        document: which one the content belongs to; its key where keys are documents, with the version that S3 gives.
        xpath: the place in the document, part of the key unless it is the main one, `content`.
        key: an explicit key, whatever keys are otherwise.

        Raises `BlobNotWritten` when the upload fails; no temp file is left then either.
        """
        found = self._store(store)
        chosen = None if key is None else keys.without_provider(key, store)
        return found.write(content, namer(found.options, _document(store, document, xpath), chosen))

    @contextmanager
    def open(self, store: str, key: str) -> Iterator[BinaryIO]:
        """Lend the content as a file at its start, of any size in constant memory; for use in a `with` statement.

        It is a handle: before `with` nothing is asked, announced or raised. When the content is lent all of it has
        arrived and is verified. Raises `BlobNotFound`.
        """
        opened = ExitStack()
        file = opened.enter_context(self._store(store).open(keys.without_provider(key, store)))
        try:
            yield file
        finally:
            # What goes wrong in the block is the caller's, and does not pass through the stores.
            opened.close()

    def read(self, store: str, key: str) -> bytes:
        """Return the content, all of it in memory. Raises `BlobNotFound`."""
        with self.open(store, key) as file:
            try:
                return file.read()
            except OSError as error:
                raise BlobError(f"Cannot read {key} (store {store}): {error}") from error

    def copy(self, source: str, target: str, key: str, *, document: str = "", xpath: str = "") -> str:
        """Make the blob `key` of `source` one of `target` too, and return its key there.

        In one and the same store that is the key itself, or what replaced it, and nothing is asked or done, unless keys
        are documents: there it is the blob of `document` at `xpath` afterwards. With `digest-async` a digest that would
        have to be computed is not waited for: the key is a pseudo-digest, and a job is left to `run_jobs`, in a
        transaction when that is committed. Raises `BlobNotFound` where the source has no such blob; nothing is left at
        the target then.
        """
        origin: Store = self._store(source)
        destination = self._store(target)
        key = keys.without_provider(key, source)
        origin.base.split(key)
        current = self._digests.current(source, key)
        if source == target and destination.options.strategy != "document":
            with destination.base.writing(current):
                return current
        known = target_of(destination.options, origin.options, current, _document(target, document, xpath))
        if isinstance(origin, TxStore):
            place, found = origin.place(key)
            # Where it is committed the transactional store itself is copied from.
            origin, current = (origin, current) if place is origin.permanent else (place, found)
        if known is None and destination.options.digest_async and not _is_part(origin, current):
            return self._copy_now(origin, current, destination)
        return destination.copy(origin, current, known)

    def _copy_now(self, origin: Store, key: str, destination: Assembled) -> str:
        """Copy a blob without reading it (blob-manager.md 8)."""
        etag = origin.base.md5(key) if destination.options.algorithm == "md5" else None
        target = etag or keys.random_key()
        # Until the caller has it, nobody knows a pseudo-digest.
        unknown = () if etag else (Entry("object", destination.base.object_key(target)),)
        self._journal.begin(*unknown)
        try:
            copied = destination.copy(origin, key, target, ahead=False)
        except BlobNotFound:
            # After any other failure it is not sure that nothing is stored.
            self._journal.end(*unknown)
            raise
        if etag is None:
            settling = _permanent(destination)
            transaction = self._current.get()
            if transaction:
                transaction.afterwards(lambda: self._digests.add(settling, copied))
            else:
                self._digests.add(settling, copied)
        self._journal.end(*unknown)
        return copied

    def run_jobs(self) -> None:
        """Compute the digests that copies left open. Raises `ExceptionGroup` for all that failed and stays open."""
        self._digests.run_jobs()

    def purge(self) -> None:
        """Delete the objects that were replaced an hour ago or earlier. Raises as `run_jobs`."""
        self._digests.purge()

    def delete(self, store: str, key: str) -> None:
        """Delete the blob; no error where there is none."""
        self._store(store).delete(keys.without_provider(key, store))

    def update(self, store: str, key: str, update: Update) -> str:
        """Change the storage class, retention or legal hold of a blob, or have it restored; return its key afterwards.

        That is another one only where keys have versions and the class changed: the version in the new class is a copy,
        the one before stays what it was. In a transaction all of it happens at commit, and the key that comes back is
        the one given. A class is left for another one only while the blob can be downloaded.

        Raises `BlobNotFound`, and `BlobError` for retention or a hold on a key without version.
        """
        return self._store(store).update(keys.without_provider(key, store), update)

    def status(self, store: str, key: str) -> Storage:
        """Tell where S3 keeps a blob, and whether it can be downloaded; nothing is announced. Raises `BlobNotFound`."""
        return self._store(store).status(keys.without_provider(key, store))

    def exists(self, store: str, key: str) -> bool:
        """Ask S3 whether the blob exists."""
        return self._store(store).find(keys.without_provider(key, store))

    def _is_versioned(self) -> bool:
        try:
            versioning = self._bucket.versioning()
        except S3_ERRORS as error:
            raise BlobError(f"Cannot tell whether the bucket {self._bucket.name} keeps versions: {error}") from error
        if versioning is None:
            _warn(f"the S3 service knows no versions: the bucket {self._bucket.name} is taken for one that keeps none")
        return versioning == "Enabled"

    def collect_garbage(self, store: str) -> Collection:
        """Start a garbage collection: mark in it what is needed, then stop it. What is written meanwhile stays."""
        found = _permanent(self._store(store))
        if isinstance(found, CacheStore):
            return Collection(found.base, found.cache.folder)
        return Collection(found.base)

    def clear_cache(self, store: str) -> None:
        """Forget what is cached; nothing is announced, and a store without cache has nothing to forget."""
        found = _permanent(self._store(store))
        if isinstance(found, CacheStore):
            found.cache.folder.clear()

    def _cache_folder(self, name: str, options: StoreOptions) -> CacheFolder:
        return CacheFolder(
            self._place_for_caches() / file_name(name), options, self._clock, self._journal, self._create_file
        )

    def _place_for_caches(self) -> Path:
        if self._cache_dir is None:
            self._cache_dir = Path(tempfile.gettempdir()).absolute() / f"simulator-cache-{secrets.token_hex(8)}"
            self._journal.begin(Entry("folder", str(self._cache_dir)))
            self._cache_dir.mkdir(mode=0o700)
            weakref.finalize(self, _remove_caches, self._cache_dir, self._journal)
        return self._cache_dir

    def _store(self, name: str) -> Assembled:
        try:
            return self._stores[name]
        except KeyError:
            raise BlobError(f"No store {name!r}; there are: {', '.join(self._stores) or 'none'}") from None


@cache
def _warn(message: str) -> None:
    # Once in a process: every manager on the same bucket finds the same.
    logging.getLogger(__name__).warning(message)


def _is_part(store: Store, key: str) -> bool:
    return store.options.byte_range and keys.parse_range(key) is not None


def _document(store: str, name: str, xpath: str) -> Document:
    return Document(keys.without_provider(name, store), xpath)


def _permanent(store: Assembled) -> S3Store | CacheStore:
    return store.permanent if isinstance(store, TxStore) else store


def _default_journals() -> Path:
    return Path(tempfile.gettempdir()) / f"simulator-journals-{os.getuid()}"


def _remove_caches(folder: Path, journal: Journal) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    journal.end(Entry("folder", str(folder)))
