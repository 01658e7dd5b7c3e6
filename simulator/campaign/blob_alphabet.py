"""The steps that sequences on a blob manager are made of.

Lives here: contents, files, and every operation on them in every store of a configuration. Must not live here: drawing
sequences (`strategies`), what steps do.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.blobs.bucket import CHUNK_SIZE
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import digest
from simulator.campaign.content import content_of, sized
from simulator.campaign.step import Step
from simulator.conformance.exploration import SavedFile

# More than is held in memory at a time.
LARGE = CHUNK_SIZE + 1

FILES = (SavedFile("foo.bin", b"foo"), SavedFile("empty.bin", b""), SavedFile("large.bin", sized(LARGE)))

Way = Mapping[str, str | int]

# The contents, simplest first: a short one, none, a large one; and the ways to write each.
_CONTENTS: Sequence[Sequence[Way]] = (
    ({"content": "foo"}, {"hex": b"foo".hex()}, {"file": "foo.bin"}),
    ({"content": ""}, {"file": "empty.bin"}),
    ({"size": LARGE}, {"file": "large.bin"}),
)
# What a document holds at another time.
_OTHER: Way = {"content": "bar"}

# A document, and another one for copies.
_DOCUMENT, _COPY = "id1", "id2"

# Until when versions are retained.
_LATER = "2040-01-01T00:00:00Z"

_ON_KEYS = ("read", "delete", "exists")


def alphabet(stores: Mapping[str, StoreOptions], *, versioned: bool, locks: bool) -> Sequence[Sequence[Step]]:
    """Every operation on every store with every content; a group for each content."""
    return [list(_Group(stores, versioned, locks, ways, not number).steps()) for number, ways in enumerate(_CONTENTS)]


@dataclass(frozen=True, slots=True)
class _Group:
    """The steps on one content; ways: to write it. simplest: also what concerns no content and no other store."""

    stores: Mapping[str, StoreOptions]
    versioned: bool
    locks: bool
    ways: Sequence[Way]
    simplest: bool

    def steps(self) -> Iterator[Step]:
        """All of them, simplest first."""
        for store in self.stores:
            yield self.write(store, self.ways[0])
        for store, options in self.stores.items():
            for key in self.keys(store):
                yield from (Step(do, {"store": store, "key": key}) for do in _ON_KEYS)
                if options.byte_range:
                    yield Step("read", {"store": store, "key": f"{key};1;3"})
        for source, target in itertools.product(self.stores, self.stores):
            yield from self.copies(source, target)
        for store, way in itertools.product(self.stores, self.ways[1:]):
            yield self.write(store, way)
        yield from self.on_documents()
        yield from (Step("clear-cache", {"store": store}) for store, options in self.stores.items() if options.cache)
        if any(options.digest_async for options in self.stores.values()):
            yield from (Step("run-jobs"), Step("purge", {"advance": "1h"}))
        if any(options.is_transactional for options in self.stores.values()):
            yield from (Step(do) for do in ("begin", "commit", "rollback"))
        if self.simplest and len(self.stores) == 1:
            yield from self.once()
        if self.simplest:
            yield from self.garbage()
            yield from self.updates()

    def write(self, store: str, way: Way, name: str = "1") -> Step:
        """Under its digest, or as a document whose key gets a name."""
        if self.stores[store].strategy != "document":
            return Step("write", {"store": store, **way})
        return Step("write", {"store": store, **way, "document": _DOCUMENT, "as": f"{store}-{name}"})

    def keys(self, store: str) -> Sequence[str]:
        """The keys that content can have here: digests, names that steps give to keys."""
        options = self.stores[store]
        any_document = any(each.strategy == "document" for each in self.stores.values())
        copies = [f"{store}-copy"] if any_document or options.digest_async else []
        if options.strategy == "document":
            return [f"{store}-1", f"{store}-2", *copies]
        return [digest(options.algorithm, content_of(Step("write", self.ways[0]), Path())), *copies]

    def copies(self, source: str, target: str) -> Iterator[Step]:
        """Of everything in one store to another one."""
        document = {"document": _COPY} if self.stores[target].strategy == "document" else {}
        for key in self.keys(source):
            unknown = document or "-" in key or self.stores[target].digest_async
            named = {"as": f"{target}-copy"} if unknown else {}
            yield Step("copy", {"from": source, "to": target, "key": key, **document, **named})

    def on_documents(self) -> Iterator[Step]:
        """What can only be done where keys are documents: other content, and the key without its version."""
        for store, options in self.stores.items():
            if options.strategy == "document":
                yield self.write(store, _OTHER, "2")
                if self.versioned:
                    yield from (Step(do, {"store": store, "key": _DOCUMENT}) for do in ("delete", "exists"))

    def updates(self) -> Iterator[Step]:
        """Changes of storage class and locks, of one blob in each store that has them."""
        for store, options in self.stores.items():
            on = {"store": store, "key": self.keys(store)[0]}
            has_versions = self.versioned and options.strategy == "document"
            if options.cold_storage:
                named = {"as": f"{store}-copy"} if has_versions else {}
                yield from (Step("update", {**on, "storage-class": each, **named}) for each in ("cold", "standard"))
                yield Step("update", {**on, "restore-days": 1})
            if self.locks and has_versions:
                yield from (Step("update", {**on, "legal-hold": each}) for each in (True, False))
                yield from (Step("update", {**on, "retain-until": each}) for each in (_LATER, "null"))

    def garbage(self) -> Iterator[Step]:
        """Collections of all, of all but a key, and, once, of nothing.

        Where the clock is moved entries of caches become too old to be spared: that is beyond the model.
        """
        options = self.stores.values()
        if any(each.cache for each in options) and any(each.digest_async for each in options):
            return
        for store in self.stores:
            yield Step("collect-garbage", {"store": store})
            yield Step("collect-garbage", {"store": store, "mark": (self.keys(store)[0],)})
            if len(self.stores) == 1:
                yield Step("collect-garbage", {"store": store, "delete": False})

    def once(self) -> Iterator[Step]:
        """A write under an explicit key, and one that lacks its document."""
        for store, options in self.stores.items():
            if options.strategy == "document":
                yield Step("write", {"store": store, **self.ways[0]})
            else:
                yield Step("write", {"store": store, **self.ways[0], "key": _DOCUMENT})
                yield from (Step(do, {"store": store, "key": _DOCUMENT}) for do in _ON_KEYS)
