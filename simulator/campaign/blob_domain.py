"""The small world of a blob manager: two contents, and two documents where keys are documents.

Lives here: every operation on these in every store of a configuration, and which names can be exchanged. Must not live
here: the steps that are drawn by chance (`blob_alphabet`), going through the world (`exhaustive`).
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import digest
from simulator.campaign.domain import Domain, domain
from simulator.campaign.step import Step

# As long as each other: then nothing but their names tells them apart.
CONTENTS = ("foo", "bar")
DOCUMENTS = ("id1", "id2")


def blob_domain(stores: Mapping[str, StoreOptions]) -> Domain:
    """Every operation in every store; contents can be exchanged, and documents."""
    world = _World(stores)
    contents, documents = _exchanged(world.of_contents()), _exchanged(world.of_documents())
    return domain(world.steps(), [contents, documents, {**contents, **documents}] if documents else [contents])


def _exchanged(pairs: Iterator[tuple[str, str]]) -> Mapping[str, str]:
    return {text: other for one, another in pairs for text, other in ((one, another), (another, one))}


@dataclass(frozen=True, slots=True)
class _World:
    stores: Mapping[str, StoreOptions]

    def of_contents(self) -> Iterator[tuple[str, str]]:
        """Contents and their digests."""
        yield CONTENTS
        for options in self.stores.values():
            one, another = (digest(options.algorithm, content.encode()) for content in CONTENTS)
            yield one, another

    def of_documents(self) -> Iterator[tuple[str, str]]:
        """Documents and the names of their keys."""
        for store in self.stores:
            if self.has_documents(store):
                yield DOCUMENTS
                one, another = (f"{store}-{document}" for document in DOCUMENTS)
                yield one, another

    def has_documents(self, store: str) -> bool:
        """Whether keys are documents there."""
        return self.stores[store].strategy == "document"

    def has_named(self, store: str) -> bool:
        """Whether copies get keys there that nobody knows before."""
        return self.stores[store].digest_async or any(map(self.has_documents, self.stores))

    def keys(self, store: str) -> Iterator[str]:
        """The keys that there can be."""
        if self.has_documents(store):
            yield from (f"{store}-{document}" for document in DOCUMENTS)
            return
        yield from (digest(self.stores[store].algorithm, content.encode()) for content in CONTENTS)
        if self.has_named(store):
            yield f"{store}-copy"

    def steps(self) -> Iterator[Step]:
        """All of them, simplest first."""
        for store, content in itertools.product(self.stores, CONTENTS):
            for target in self.targets(store):
                yield Step("write", {"store": store, "content": content, **target})
        for store in self.stores:
            for key, do in itertools.product(self.keys(store), ("read", "delete", "exists")):
                yield Step(do, {"store": store, "key": key})
        for source, store in itertools.product(self.stores, self.stores):
            named = {"as": f"{store}-copy"} if self.has_named(store) else {}
            for key, target in itertools.product(self.keys(source), self.targets(store)):
                yield Step("copy", {"from": source, "to": store, "key": key, **(target or named)})
        yield from (Step("clear-cache", {"store": store}) for store, options in self.stores.items() if options.cache)
        if any(options.digest_async for options in self.stores.values()):
            yield from (Step("run-jobs"), Step("purge", {"advance": "1h"}))
        if any(options.is_transactional for options in self.stores.values()):
            yield from (Step(do) for do in ("begin", "commit", "rollback"))

    def targets(self, store: str) -> Iterator[Mapping[str, str]]:
        """Where content can be put: the documents, else one place."""
        if not self.has_documents(store):
            yield {}
            return
        yield from ({"document": document, "as": f"{store}-{document}"} for document in DOCUMENTS)
