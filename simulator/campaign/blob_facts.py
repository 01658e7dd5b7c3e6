"""What decides which events are due for an operation of the blob manager, and what its events mention.

Lives here: the facts before an operation, as few as tell two behaviours apart, and the meanings of values. Must
not live here: what the operation changes (`model`), the events themselves (the diagrams say those).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.errors import BlobError, InvalidKey
from simulator.blobs.naming import Document, namer, target_of
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import BlobState, Spot, digest
from simulator.campaign.content import content_of
from simulator.campaign.step import Step
from simulator.campaign.system import Part, Parts
from simulator.discovery.rules import Meaning, Meanings

Facts = tuple[str, ...]

_IN_S3 = frozenset({"S3", "S3_tmp"})


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """One step before it is done; key: the one it names."""

    state: BlobState
    step: Step
    key: str
    folder: Path

    def parts(self) -> Parts:
        """The facts and meanings; of every changed key for the end of a transaction."""
        match self.step.do:
            case "commit" | "rollback":
                return list(self._ends())
            case "begin":
                return _one(() if self.state.changes is None else ("in transaction",))
            case "write":
                return [[self._write()]]
            case "mark" | "clear-cache" | "inject":
                return _one(())
        try:
            self.state.permanent(self.step.text("from") or self.step.text("store"), self.key)
        except InvalidKey:
            return _one(("invalid key",))
        return [[self._on_key()]]

    def _on_key(self) -> Part:
        store = self.step.text("store")
        match self.step.do:
            case "copy":
                return self._copy()
            case "delete":
                return self._delete(store)
        spot = self.state.spot(store, self.key)
        if spot is None:
            return Part(("deleted in transaction",))
        return self._read(spot) if self.step.do == "read" else self._exists(spot)

    # Reading and asking.

    def _read(self, spot: Spot) -> Part:
        state, options = self.state, self.state.stores[spot.store]
        kind = (*_kind(spot), *(("range",) if options.byte_range and keys.parse_range(spot.key) else ()))
        cached, stored = state.cached(spot), state.stored(spot)
        if cached is not None:
            return Part(("cache hit", *kind), meanings(state, spot, content=cached))
        beyond: Facts = ()
        try:
            content = None if stored is None else state.part(spot, stored)
        except BlobError:
            content, beyond = None, ("beyond the end",)
        facts = (_presence(stored), *(("cache miss",) if options.cache else ()), *kind, *beyond)
        return Part(facts, meanings(state, spot, content=content))

    def _exists(self, spot: Spot) -> Part:
        content = self.state.stored(spot)
        facts = (_presence(content), *_kind(spot), *self._differing(spot.store))
        return Part(facts, meanings(self.state, spot, content=content))

    def _delete(self, store: str) -> Part:
        state, permanent = self.state, self.state.permanent(store, self.key)
        way = ("through cache",) if state.stores[store].cache else ()
        if state.takes_part(store):
            own = state.own(store).get(self.key)
            if own is None:
                return Part(("in transaction",))
            spot = state.transient(store, own)
            return Part((*_kind(spot), *way), meanings(state, spot))
        if way or permanent.version:
            return Part((*_kind(permanent), *way), meanings(state, permanent))
        return Part((_presence(state.stored(permanent)),), meanings(state, permanent))

    # Writing.

    def _write(self) -> Part:
        state, step, store = self.state, self.step, self.step.text("store")
        options, content = state.stores[store], content_of(step, self.folder)
        way = "through cache" if options.cache else "file" if "file" in step.arguments else "stream"
        tx = ("in transaction",) if state.takes_part(store) else ()
        literal = keys.without_provider(step.text("key"), store) if "key" in step.arguments else None
        try:
            known = digest(options.algorithm, content)
            key = namer(options, document_of(step), literal)(known)
            spot = state.permanent(store, key)
        except InvalidKey:
            # Only here does it show where the content would have gone.
            naming = self._naming(store) if tx else ()
            return Part(("refused", *naming, way, *tx), meanings(state, None, content=content))
        if tx and not state.keeps_versions(store):
            before = self._before(spot)
            facts = (*self._naming(store), "in transaction", way, *(() if before is None else ("again",)))
            looks = self._differing(store) if options.strategy == "digest" else ()
            return Part((*facts, *looks), meanings(state, spot, None, before, content=content))
        facts = self._taken(spot, way, known=key == known, named=literal is not None)
        return Part((*facts, *tx), meanings(state, spot, content=content))

    def _taken(self, spot: Spot, way: str, *, known: bool, named: bool = False) -> Facts:
        """How content comes into a store for good."""
        state, options = self.state, self.state.stores[spot.store]
        if options.strategy == "document":
            return (*self._naming(spot.store), way)
        if named and not known:
            return ("explicit key", way)
        presence = "new" if state.stored(spot) is None else "stored"
        if known and state.cached(spot) is not None:
            if not options.confirm_cache_hits:
                return (way, "cache hit", "not confirmed")
            return (presence, way, "cache hit", *self._differing(spot.store))
        if options.strategy == "managed":
            return ("managed", way)
        return (presence, way, *self._differing(spot.store))

    # Copying.

    def _copy(self) -> Part:
        state, step, store = self.state, self.step, self.step.text("to")
        options, origin = state.stores[store], state.stores[step.text("from")]
        if step.text("from") == store and options.strategy != "document":
            return Part(("within one store",))
        source = state.spot(step.text("from"), self.key)
        try:
            target = target_of(options, origin, self.key, document_of(step))
        except InvalidKey:
            return Part(("refused",))
        if source is None:
            return Part(("deleted in transaction",))
        stored, cached = state.stored(source), state.cached(source)
        if target is None:
            content = stored if cached is None else cached
            spot = None if content is None else state.permanent(store, digest(options.algorithm, content))
            facts = self._copy_by_content(source, store, spot)
        else:
            spot = state.permanent(store, target)
            content = cached if stored is None else stored
            facts = self._copy_by_key(source, spot)
            if facts[0] == "target present" and content is None:
                content = state.stored(spot)
        before = self._before(spot) if content is not None else None
        again: Facts = () if before is None else ("onto itself",) if before == source else ("again",)
        if again and options.cache and "through cache" not in facts:
            again = (*again, "through cache")
        from_kind = ("from transaction",) if source.transient else ("from version",) if source.version else ()
        return Part((*facts, *from_kind, *again), meanings(state, spot, source, before, content=content, store=store))

    def _copy_by_key(self, source: Spot, spot: Spot) -> Facts:
        """S3 copies, where it can."""
        state, options = self.state, self.state.stores[spot.store]
        digests, tx = options.strategy == "digest", state.takes_part(spot.store)
        cached = state.cached(source) is not None
        ahead = ("cached",) if cached and state.copies_ahead(source, spot.store) else ()
        differing = self._differing(spot.store) if digests else ()
        if digests and not tx and state.stored(spot) is not None:
            # Nothing but the target is looked at then.
            return ("target present", *ahead, *differing)
        presence = _presence(state.stored(source))
        if state.copies_onto_itself(source, spot):
            entry = ("cache hit",) if cached else ("cache miss",) if state.stores[source.store].cache else ()
            return (f"source {presence}", *self._naming(spot.store), "onto itself", *entry)
        way: Facts = ()
        if presence == "absent" and cached:
            presence = "cached"
            way = ("through cache",) if options.cache else ()
            if way and not tx and not ahead and state.cached(spot) is not None:
                way = ("through cache", "cache hit")
            if way and not tx and (ahead or len(way) > 1) and not options.confirm_cache_hits:
                way = (*way, "not confirmed")
        unverified = () if options.verify_source else ("source not verified",)
        target = ("target absent",) if digests and not tx else ()
        return (
            f"source {presence}",
            *target,
            *self._naming(spot.store),
            *(("in transaction",) if tx else ()),
            *ahead,
            *way,
            *differing,
            *unverified,
        )

    def _copy_by_content(self, source: Spot, store: str, spot: Spot | None) -> Facts:
        """The target is looked at with the content in hand; spot: where it goes then, None without content."""
        state, options = self.state, self.state.stores[store]
        hit = state.cached(source) is not None
        presence = "cached" if hit else _presence(state.stored(source))
        miss = ("cache miss",) if state.stores[source.store].cache and not hit else ()
        way = ("through cache",) if options.cache else ()
        tx = ("in transaction",) if state.takes_part(store) else ()
        facts = ("by content", f"source {presence}")
        if spot is None:
            return (*facts, *tx, *miss, *way)
        gone = ("source gone",) if way and hit and state.stored(source) is None else ()
        unverified = ("source not verified",) if way and not options.verify_source else ()
        differing = self._differing(store)
        if tx:
            return (*facts, *tx, *miss, *way, *gone, *differing, *unverified)
        entry = ("cache hit",) if way and state.cached(spot) is not None else ()
        if entry and not options.confirm_cache_hits:
            return (*facts, *miss, *way, *entry, "not confirmed")
        if state.stored(spot) is not None:
            return (*facts, "target present", *miss, *way, *entry, *differing)
        return (*facts, "target absent", *miss, *way, *entry, *gone, *differing, *unverified)

    # The end of a transaction.

    def _ends(self) -> Iterator[Sequence[Part]]:
        changes = self.state.changes
        if changes is None:
            yield [Part(("no transaction",))]
        elif not changes:
            yield [Part(("nothing changed",))]
        for store, own in (changes or {}).items():
            end = self._committed if self.step.do == "commit" else self._rolled_back
            yield [end(store, key, stored) for key, stored in own.items()] or [Part(("nothing left",))]

    def _committed(self, store: str, key: str, stored: str | None) -> Part:
        state, options, spot = self.state, self.state.stores[store], self.state.permanent(store, key)
        way = ("through cache",) if options.cache else ()
        if stored is None:
            return Part(("delete", *_kind(spot), *way), meanings(state, spot))
        if state.keeps_versions(store):
            return Part(("version",))
        source = state.transient(store, stored)
        entry = () if state.cached(source) is None else ("cached",)
        content = state.stored(source)
        if options.strategy != "digest":
            facts = ("write", *way, *entry, *self._naming(store))
        else:
            presence = "new" if state.stored(spot) is None else "stored"
            facts = ("write", presence, *way, *entry, *self._differing(store))
        return Part(facts, meanings(state, spot, source, content=content))

    def _rolled_back(self, store: str, key: str, stored: str | None) -> Part:
        way = ("through cache",) if self.state.stores[store].cache else ()
        if stored is None:
            return Part(("delete",))
        spot = self.state.transient(store, stored)
        if self.state.keeps_versions(store):
            return Part(("version", *way), meanings(self.state, self.state.permanent(store, key)))
        return Part(("write", *way), meanings(self.state, None, spot))

    # What options and the transaction add.

    def _before(self, spot: Spot | None) -> Spot | None:
        """Where the transaction has what it wrote under this key before, and deletes now."""
        if spot is None or not self.state.takes_part(spot.store) or self.state.keeps_versions(spot.store):
            return None
        before = self.state.own(spot.store).get(spot.key)
        return None if before is None else self.state.transient(spot.store, before)

    def _naming(self, store: str) -> Facts:
        """What keys are, where they are not digests."""
        strategy = self.state.stores[store].strategy
        if strategy == "document":
            return ("version",) if self.state.keeps_versions(store) else ("document",)
        return () if strategy == "digest" else (strategy,)

    def _differing(self, store: str) -> Facts:
        """How a store asks whether an object exists, where that is not the default."""
        check = self.state.stores[store].existence_check
        return () if check == StoreOptions().existence_check else (f"existence check {check}",)


def document_of(step: Step) -> Document:
    """Where a step says that its content belongs."""
    store = step.text("to") or step.text("store")
    return Document(keys.without_provider(step.text("document"), store), step.text("xpath"))


def meanings(
    state: BlobState,
    spot: Spot | None,
    source: Spot | None = None,
    before: Spot | None = None,
    *,
    content: bytes | None = None,
    store: str = "",
) -> Meanings:
    """The values in the events of an operation.

    spot: what it is about. source: where that comes from. before: what it takes the place of. content: gives the size.
    store: written to, where there is no `spot`.
    """
    named = (("", spot), ("source_", source), ("before_", before))
    spots = {prefix: each for prefix, each in named if each is not None}
    # Where there is no prefix the key of an object and that of its entry are equal: in S3 it is the object's.
    found = {f"{prefix}object": Meaning(each.object, "note", _IN_S3) for prefix, each in spots.items()}
    for prefix, each in spots.items():
        found[f"{prefix}key"] = Meaning(each.bare, "note", volatile=each.transient)
        found[f"{prefix}version"] = Meaning(each.version, "note", volatile=True)
    if content is not None:
        found["size"] = Meaning(str(len(content)), "label")
    if store := store or (spot.store if spot else ""):
        found["transient_place"] = Meaning(f"{state.stores[store].directory}tx", "note", frozenset({"S3_tmp"}))
    return {name: meaning for name, meaning in found.items() if meaning.value}


def _one(facts: Facts) -> Parts:
    return [[Part(facts)]]


def _presence(content: bytes | None) -> str:
    return "absent" if content is None else "present"


def _kind(spot: Spot) -> Facts:
    """What kind of blob it is, where that shows."""
    return ("written in transaction",) if spot.transient else ("version",) if spot.version else ()
