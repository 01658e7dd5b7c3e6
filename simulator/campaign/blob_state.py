"""What the stores of a blob manager hold: objects, versions, cache entries, the changes of a transaction.

Lives here: where a blob is, and putting it there and taking it away. So small that it is obviously right. Must not live
here: what an operation does with it (`model`), which events that has (`blob_facts`).

Law: every key here is one that the manager could give; nothing is random.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import TypeVar

from simulator.blobs import keys
from simulator.blobs.errors import BlobError
from simulator.blobs.options import StoreOptions
from simulator.blobs.update import Update
from simulator.campaign.blob_later import Later
from simulator.discovery.rules import Meanings

Entry = TypeVar("Entry")

# How versions begin that S3 made and nobody was told of.
UNTOLD = "untold "


def _copied(tables: Mapping[str, Mapping[str, Entry]]) -> dict[str, dict[str, Entry]]:
    return {name: dict(entries) for name, entries in tables.items()}


@lru_cache(maxsize=64)
def digest(algorithm: keys.Algorithm, content: bytes) -> str:
    """The digest key of a content."""
    hashed = keys.new_digest(algorithm)
    hashed.update(content)
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one blob is.

    key: of its entry in the cache of `store`. object: its key in the bucket. version: of the object, if that is meant.
    transient: it is no one's but a transaction's.
    """

    store: str
    key: str
    object: str
    version: str = ""
    transient: bool = False

    @property
    def bare(self) -> str:
        """The key without its version."""
        return self.key.partition("@")[0] if self.version else self.key


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """One version of an object.

    is_composed: it was uploaded in parts, so its ETag is not the MD5 of its content. is_cold: it is in cold storage.
    is_restored: it can be read all the same. is_held, is_retained: it cannot be deleted.
    """

    content: bytes
    is_composed: bool = False
    is_cold: bool = False
    is_restored: bool = False
    is_held: bool = False
    is_retained: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether S3 gives its content."""
        return not self.is_cold or self.is_restored

    @property
    def is_locked(self) -> bool:
        """Whether S3 refuses to delete it."""
        return self.is_held or self.is_retained


@dataclass(slots=True)
class BlobState:
    """What is where.

    stores: their options. versioned: whether the bucket keeps versions; only of documents they are told apart here.
    locks: whether it can lock them.
    objects: by object key and version, the current one last, None for a deletion that hides the others.
    caches: contents by store and key. changes: of the current transaction, None without one; by store and key the key
    of the content, which is another one where it is transient, and None for a deletion. updates: of the transaction, by
    store and key. names: of keys, which steps
    gave them. made_up: how often names were made up. later: what is still to do. spots, meanings: what was
    asked for before; copies share them.
    """

    stores: Mapping[str, StoreOptions]
    versioned: bool = False
    locks: bool = False
    objects: dict[str, dict[str, Kept | None]] = field(default_factory=dict)
    caches: dict[str, dict[str, bytes]] = field(default_factory=dict)
    changes: dict[str, dict[str, str | None]] | None = None
    updates: dict[str, dict[str, Update]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    made_up: int = 0
    later: Later = field(default_factory=Later)
    spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    meanings: dict[Hashable, Meanings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Every store with a cache has one from the first."""
        for store, options in self.stores.items():
            if options.cache:
                self.caches.setdefault(store, {})

    def fork(self) -> "BlobState":
        """An independent copy."""
        changes = None if self.changes is None else _copied(self.changes)
        return BlobState(
            self.stores,
            self.versioned,
            self.locks,
            _copied(self.objects),
            _copied(self.caches),
            changes,
            _copied(self.updates),
            dict(self.names),
            self.made_up,
            self.later.fork(),
            self.spots,
            self.meanings,
        )

    def keeps_versions(self, store: str) -> bool:
        """Whether keys of this store end in a version."""
        return self.versioned and self.stores[store].strategy == "document"

    def takes_part(self, store: str) -> bool:
        """Whether what is done to this store now belongs to a transaction."""
        return self.changes is not None and self.stores[store].is_transactional

    def own(self, store: str) -> Mapping[str, str | None]:
        """The changes of one store."""
        return (self.changes or {}).get(store, {})

    def permanent(self, store: str, key: str) -> Spot:
        """Where the blob `key` is for everybody. Raises `InvalidKey`."""
        spot = self.spots.get((store, key))
        if spot is None:
            spot = self.spots[store, key] = self._permanent(store, key)
        return spot

    def _permanent(self, store: str, key: str) -> Spot:
        options = self.stores[store]
        part = keys.parse_range(key) if options.byte_range else None
        name, _, version = (key, "", "") if not self.keeps_versions(store) else key.partition("@")
        name = part.key if part else name
        keys.object_key("", name)
        return Spot(store, key, keys.object_key(options.directory, keys.placed(name, options.subdirs_depth)), version)

    def transient(self, store: str, key: str) -> Spot:
        """Where a transaction has content under its transient key."""
        options = self.stores[store]
        if self.keeps_versions(store):
            return self.permanent(store, key)
        placed = keys.placed(key, options.subdirs_depth)
        return Spot(store, key, f"{options.directory}tx/{placed}", transient=True)

    def spot(self, store: str, key: str) -> Spot | None:
        """Where what a key reads is for the current transaction; None where that has deleted it."""
        own, current = self.own(store), self.later.current(store, key)
        for name in (key, current):
            if name in own:
                stored = own[name]
                return None if stored is None else self.transient(store, stored)
        spot = self.permanent(store, key)
        return spot if current == key else replace(spot, object=self.permanent(store, current).object)

    def source(self, store: str, key: str) -> Spot | None:
        """Where a copy of what a key names comes from; what took the place of the key has an entry of its own."""
        return self.spot(store, key if key in self.own(store) else self.later.current(store, key))

    def kept(self, spot: Spot) -> Kept | None:
        """The object in S3."""
        versions = self.objects.get(spot.object)
        if not versions:
            return None
        return versions.get(spot.version) if spot.version else next(reversed(versions.values()))

    def stored(self, spot: Spot) -> bytes | None:
        """The content in S3."""
        kept = self.kept(spot)
        return None if kept is None else kept.content

    def is_readable(self, spot: Spot) -> bool:
        """Whether S3 gives the content, if there is any."""
        kept = self.kept(spot)
        return kept is None or kept.is_readable

    def serves(self, spot: Spot) -> bool:
        """Whether content need not be stored again: what is in cold storage, restored or not, does not count."""
        kept = self.kept(spot)
        return kept is not None and not kept.is_cold

    def part(self, spot: Spot, content: bytes) -> bytes:
        """What the key asks for: all of the content, or a range of it. Raises `BlobError` for one beyond its end."""
        part = keys.parse_range(spot.key) if self.stores[spot.store].byte_range else None
        if part is None:
            return content
        if part.start >= len(content):
            raise BlobError("The requested range is not satisfiable")
        return content[part.start : part.end + 1]

    def cached(self, spot: Spot) -> bytes | None:
        """The content in the cache of its store."""
        return self.caches.get(spot.store, {}).get(spot.key)

    def store(self, spot: Spot, kept: Kept) -> None:
        """Put an object there: a new version where the spot has one, else in place of what is there."""
        before = self.objects.get(spot.object, {})
        self.objects[spot.object] = {**before, spot.version: kept} if spot.version else {"": kept}

    def replace(self, spot: Spot, kept: Kept, version: str = "", *, is_new: bool = False) -> None:
        """Put an object in place of what it was before an update; is_new: where versions are kept, beside it.

        version: of the new one; empty where nobody is told.
        """
        versions = self.objects[spot.object]
        if is_new and self.keeps_versions(spot.store):
            versions[version or f"{UNTOLD}{self.made_up}"] = kept
        else:
            versions[spot.version or next(reversed(versions))] = kept

    def cache(self, spot: Spot, content: bytes) -> None:
        """Put an entry into the cache of the store, if it has one."""
        if spot.store in self.caches:
            self.caches[spot.store][spot.key] = content

    def forget(self, spot: Spot) -> None:
        """Take the entry out of the cache."""
        self.caches.get(spot.store, {}).pop(spot.key, None)

    def remove(self, spot: Spot) -> None:
        """Take entry and object away."""
        self.forget(spot)
        self.drop(spot)

    def drop(self, spot: Spot) -> None:
        """Take the object away; without its version it is only hidden."""
        versions = self.objects.get(spot.object, {})
        if self.keeps_versions(spot.store) and not spot.version:
            if versions:
                # Versions below an older mark may be gone, and the mark is still there.
                number = next(each for each in count(len(versions)) if f"deletion {each}" not in versions)
                versions[f"deletion {number}"] = None
            return
        versions.pop(spot.version, None)
        if not versions:
            self.objects.pop(spot.object, None)

    def delete(self, store: str, key: str) -> None:
        """Delete a blob for good, as somebody wants. Raises `BlobError` where S3 refuses; the entry is gone then."""
        spot = self.permanent(store, key)
        kept = self.kept(spot) if spot.version else None
        self.forget(spot)
        if kept is not None and kept.is_locked:
            raise BlobError("Failed to delete blob")
        self.drop(spot)
        self.later.drop(store, key)

    def move(self, source: Spot, target: Spot) -> None:
        """Move entry and object; what is there already is the same, or gives way."""
        entry, content = self.cached(source), self.stored(source)
        if entry is not None:
            self.cache(target, entry)
        if content is not None and not (self.stores[target.store].strategy == "digest" and self.serves(target)):
            self.store(target, Kept(content))
        self.remove(source)

    def change(self, store: str, key: str, stored: str) -> None:
        """Make content that is stored under another key, or under this one, part of the transaction."""
        changes = self.changes.setdefault(store, {}) if self.changes is not None else {}
        before = changes.get(key)
        changes[key] = stored
        # New content starts anew.
        self.updates.get(store, {}).pop(key, None)
        if before is not None and before != stored:
            self.remove(self.transient(store, before))

    def copies_ahead(self, source: Spot, store: str) -> bool:
        """Whether a copy to `store` by S3 begins with the entry, if there is one."""
        options = self.stores[source.store]
        return self.stores[store].cache and options.cache and (source.transient or not options.is_transactional)

    def copies_onto_itself(self, source: Spot, target: Spot) -> bool:
        """Whether a copy has one object as source and target, which S3 refuses: the content goes another way."""
        same = source.object == target.object and not source.version
        return same and not self.takes_part(target.store) and self.stores[target.store].strategy != "digest"

    def known(self) -> Iterator[tuple[str, str, Kept]]:
        """Everything in S3 that somebody knows of: object key, version where they are told apart, what is there."""
        for name, versions in self.objects.items():
            for version, kept in versions.items():
                if kept is not None and not version.startswith(UNTOLD):
                    yield name, version, kept

    def current(self) -> Iterator[tuple[str, Kept]]:
        """The objects that are there for those who ask for no version."""
        for name, versions in self.objects.items():
            kept = next(reversed(versions.values()))
            if kept is not None:
                yield name, kept
