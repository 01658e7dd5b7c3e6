"""What decides which events are due for an operation of the blob manager, and what its events mention.

Lives here: the facts before an operation, as few as tell two behaviours apart, and the meanings of values. Must
not live here: what the operation changes (`model`), the events themselves (the diagrams say those).
"""

from dataclasses import dataclass
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.errors import BlobError, InvalidKey
from simulator.blobs.naming import namer
from simulator.campaign import blob_traits as traits
from simulator.campaign.blob_copy_facts import copy_part
from simulator.campaign.blob_copying import document_of
from simulator.campaign.blob_ending_facts import end_parts
from simulator.campaign.blob_garbage import garbage_parts
from simulator.campaign.blob_later_facts import job_parts, purge_parts
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState, Spot, digest
from simulator.campaign.blob_traits import Facts
from simulator.campaign.blob_update_facts import updated_parts
from simulator.campaign.content import content_of
from simulator.campaign.duration import seconds
from simulator.campaign.step import Step
from simulator.campaign.system import Part, Parts


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
                return list(end_parts(self.state, self.step.do))
            case "begin":
                return _one(() if self.state.changes is None else ("in transaction",))
            case "write":
                return [[self._write()]]
            case "run-jobs" | "purge" | "collect-garbage":
                return self._upkeep()
            case "mark" | "clear-cache":
                return _one(())
        try:
            self.state.permanent(self.step.text("from") or self.step.text("store"), self.key)
        except InvalidKey:
            return _one(("invalid key",))
        if self.step.do == "update":
            return [[part] for part in updated_parts(self.state, self.step, self.key)]
        return [[self._on_key()]]

    def _upkeep(self) -> Parts:
        if self.step.do == "collect-garbage":
            return [garbage_parts(self.state, self.step)]
        if self.step.do == "run-jobs":
            return [[part] for part in job_parts(self.state)]
        return [[part] for part in purge_parts(self.state, seconds(self.step.text("advance") or "0s"))]

    def _on_key(self) -> Part:
        store = self.step.text("store")
        match self.step.do:
            case "copy":
                return copy_part(self.state, self.step, self.key)
            case "delete":
                return self._delete(store)
        spot = self.state.spot(store, self.key)
        if spot is None:
            return Part(("deleted in transaction",))
        return self._read(spot) if self.step.do == "read" else self._exists(spot)

    # Reading and asking.

    def _read(self, spot: Spot) -> Part:
        state, options = self.state, self.state.stores[spot.store]
        kind = (*traits.kind(spot), *(("range",) if options.byte_range and keys.parse_range(spot.key) else ()))
        cached, stored = state.cached(spot), state.stored(spot)
        if cached is not None:
            return Part(("cache hit", *kind), meanings(state, spot, content=cached))
        beyond: Facts = ()
        try:
            content = None if stored is None else state.part(spot, stored)
        except BlobError:
            content, beyond = None, ("beyond the end",)
        presence = traits.presence(stored) if state.is_readable(spot) else "cold"
        facts = (presence, *(("cache miss",) if options.cache else ()), *kind, *beyond)
        return Part(facts, meanings(state, spot, content=content))

    def _exists(self, spot: Spot) -> Part:
        state, content = self.state, self.state.stored(spot)
        facts = (traits.presence(content), *traits.kind(spot), *traits.differing(state, spot.store))
        return Part(facts, meanings(state, spot, content=content))

    def _delete(self, store: str) -> Part:
        state, permanent = self.state, self.state.permanent(store, self.key)
        way = traits.cache(state, store)
        if state.takes_part(store):
            own = state.own(store).get(self.key)
            if own is None:
                return Part(("in transaction",))
            spot = state.transient(store, own)
            return Part((*traits.kind(spot), *way), meanings(state, spot))
        if way or permanent.version:
            return Part((*traits.kind(permanent), *way), meanings(state, permanent))
        return Part((traits.presence(state.stored(permanent)),), meanings(state, permanent))

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
            naming = traits.naming(state, store) if tx else ()
            return Part(("refused", *naming, way, *tx), meanings(state, None, content=content))
        if tx and not state.keeps_versions(store):
            before = traits.before(state, spot)
            again = () if before is None else ("again",)
            facts = (*traits.naming(state, store), "in transaction", way, *again, *traits.transient_place(state, store))
            looks = traits.differing(state, store) if options.strategy == "digest" else ()
            return Part((*facts, *looks), meanings(state, spot, None, before, content=content))
        facts = self._taken(spot, way, known=key == known, named=literal is not None)
        return Part((*facts, *tx), meanings(state, spot, content=content))

    def _taken(self, spot: Spot, way: str, *, known: bool, named: bool = False) -> Facts:
        """How content comes into a store for good."""
        state, options = self.state, self.state.stores[spot.store]
        if options.strategy == "document":
            return (*traits.naming(state, spot.store), way)
        if named and not known:
            return ("explicit key", way)
        presence = traits.target(state, spot, "new", "stored")
        if known and state.cached(spot) is not None:
            if not options.confirm_cache_hits:
                return (way, "cache hit", "not confirmed")
            return (presence, way, "cache hit", *traits.differing(state, spot.store))
        if options.strategy == "managed":
            return ("managed", way)
        return (presence, way, *traits.differing(state, spot.store))


def _one(facts: Facts) -> Parts:
    return [[Part(facts)]]
