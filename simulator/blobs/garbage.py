"""Garbage collection: which objects of a store nobody needs, and deleting them.

Lives here: mark and sweep (blob-manager.md 9). Must not live here: who needs a blob (callers mark it), who writes at
the same time (`claims`).

Laws: only objects that this store could have written are collected: none in other folders, none under names it never
gives. What is marked stays. What is written after the start stays:

- by managers of this process, whatever way it is written, also where the content was there already;
- by other processes and nodes, where it was uploaded or copied: S3 then has another time or ETag for the object than
  when it was listed. S3's answers are compared with each other, so clocks need not agree. Between that question and the
  deletion is a moment in which an upload by another process is lost, for S3 cannot delete on a condition.
- A content that another process found stored, and so did not upload, cannot be told from garbage: its key must be
  marked before the collection stops. A caller that marks what its database refers to, and stops no sooner than every
  other process has entered there the keys it was given before the marking ended, loses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from simulator.blobs import keys
from simulator.blobs.announce import CALLER
from simulator.blobs.bucket import S3_ERRORS, Found
from simulator.blobs.cache_folder import CacheFolder, file_name
from simulator.blobs.claims import claims_on
from simulator.blobs.errors import BlobError, InvalidKey
from simulator.blobs.s3_store import S3Store

# Files in a cache that were used so short before the start are spared, in seconds: clocks of file systems are coarse.
_YOUNG = 2


@dataclass(frozen=True, slots=True)
class Garbage:
    """What was collected, or would be: the keys in their order, and the size of all in bytes."""

    keys: tuple[str, ...]
    size: int


class Collection:
    """A garbage collection of `store` that has started; used by one thread, while any others read and write.

    folder: of the store's cache, where it has one. The keys of all objects of the store are held in memory.

    Raises `BlobError` where S3 does not list the objects.
    """

    def __init__(self, store: S3Store, folder: CacheFolder | None = None) -> None:
        self._store, self._folder = store, folder
        self._claims = claims_on(store.bucket.name)
        # Whatever is written from here on is spared; what is listed may be older or newer.
        self._watch = self._claims.watch()
        self._started = folder.clock() if folder else 0.0
        self._unmarked = self._listed()
        self._marked_files: set[str] = set()
        self._stopped = False

    def mark(self, key: str) -> None:
        """Keep a blob with all of its versions and ranges, or what replaced it; one that is not there is no matter."""
        self._require_running()
        store = self._store
        key = keys.without_provider(key, store.name)
        part = keys.parse_range(key) if store.options.byte_range else None
        whole = part.key if part else key
        name = whole.partition("@")[0]
        found = store.replacements.get(name, name)
        self._unmarked.pop(found, None)
        self._marked_files |= {file_name(each) for each in (key, whole, name, found)}

    def stop(self, *, delete: bool = True) -> Garbage:
        """End it: delete what is not marked, in the order of the keys, or only find out what that would be.

        Deletes the files in the cache as well that are not marked and were not used lately; nothing is announced.

        Raises `ExceptionGroup` with all that S3 refused, after everything was tried.
        """
        self._require_running()
        self._stopped = True
        collected: dict[str, int] = {}
        problems: list[Exception] = []
        for key, listed in sorted(self._unmarked.items()):
            try:
                collected.update(self._collect(key, listed, delete=delete))
            except BlobError as problem:
                problems.append(problem)
        if delete and self._folder:
            self._folder.collect(self._marked_files, self._started - _YOUNG)
        if problems:
            raise ExceptionGroup("Garbage was collected, but not all of it could be deleted", problems)
        return Garbage(tuple(collected), sum(collected.values()))

    def _listed(self) -> dict[str, Found]:
        store, folder = self._store, self._store.options.directory
        store.announce("list", CALLER, store.lifeline, bucket=store.bucket.name, prefix=folder)
        try:
            listing = list(store.bucket.listing(folder, "" if store.options.subdirs_depth else "/"))
        except S3_ERRORS as error:
            raise BlobError(f"Cannot list the blobs of the store {store.name}: {error}") from error
        store.announce("listed", store.lifeline, CALLER, count=len(listing))
        return {key: found for name, found in listing for key in self._keys_of(name)}

    def _keys_of(self, name: str) -> Iterator[str]:
        """The key of an object, if it can be one of the store's blobs."""
        store, options = self._store, self._store.options
        key = name.removeprefix(options.directory)
        if options.subdirs_depth:
            key = unquote(key.rpartition("/")[2])
        if "@" in key or (options.strategy == "digest" and not keys.is_digest(key, options.algorithm)):
            return
        try:
            if store.object_key(key) == name:
                yield key
        except InvalidKey:
            return

    def _collect(self, key: str, listed: Found, *, delete: bool) -> dict[str, int]:
        store = self._store
        with self._claims.dooming(store.claim(key), self._watch) as doomed:
            found = store.head(key) if doomed else None
            if found is None or not _is_same(listed, found):
                return {}
            if delete:
                store.delete(key)
            return {key: found.size}

    def _require_running(self) -> None:
        if self._stopped:
            raise BlobError("The garbage collection has stopped already")


def _is_same(listed: Found, found: Found) -> bool:
    # Some services list no ETags.
    same = (listed.size, listed.written) == (found.size, found.written)
    return same and listed.etag in {"", found.etag}
