"""What decides which events are due for a copy of the blob manager.

Lives here: the facts before a copy, as few as tell two behaviours apart. Must not live here: what is copied where
(`blob_copying`), the facts of other operations (`blob_facts`).
"""

from dataclasses import dataclass

from simulator.blobs.errors import InvalidKey
from simulator.campaign import blob_traits as traits
from simulator.campaign.blob_copying import Copying
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState, Spot, digest
from simulator.campaign.blob_traits import Facts
from simulator.campaign.step import Step
from simulator.campaign.system import Part

# Stands for a key that nobody knows before the copy: under it there is nothing.
_UNKNOWN = "0-0"


def copy_part(state: BlobState, step: Step, key: str) -> Part:
    """The facts and meanings of one copy; key: the one it names."""
    try:
        copying = Copying.of(state, step, key, _UNKNOWN)
    except InvalidKey:
        return Part(("refused",))
    if copying.is_within:
        return Part(("within one store",))
    if copying.source is None:
        return Part(("deleted in transaction",))
    return _CopyFacts(state, copying).part(copying.source)


@dataclass(frozen=True, slots=True)
class _CopyFacts:
    """A copy that has something to copy."""

    state: BlobState
    copying: Copying

    def part(self, source: Spot) -> Part:
        """All of it."""
        state, copying = self.state, self.copying
        options, store, target = state.stores[copying.store], copying.store, copying.target
        stored, cached = state.stored(source), state.cached(source)
        if target is None:
            readable = stored if state.is_readable(source) else None
            content = readable if cached is None else cached
            spot = None if content is None else state.permanent(store, digest(options.algorithm, content))
            facts = self._copy_by_content(source, store, spot)
        else:
            spot = state.permanent(store, target)
            content = cached if stored is None else stored
            facts = self._copy_by_key(source, spot)
            if copying.pseudo:
                spot, facts = None, ("digest later", *facts)
            elif facts[0] == "target present" and content is None:
                content = state.stored(spot)
        before = traits.before(state, spot) if content is not None else None
        again: Facts = () if before is None else ("onto itself",) if before == source else ("again",)
        if again and options.cache and "through cache" not in facts:
            again = (*again, "through cache")
        from_kind: Facts = ("from transaction",) if source.transient else ("from version",) if source.version else ()
        if "by content" not in facts and "target present" in facts and "cached" not in facts:
            # Nothing of the source shows.
            from_kind = ()
        is_made_up = copying.pseudo or (state.takes_part(store) and not state.keeps_versions(store))
        place = traits.transient_place(state, store) if is_made_up else ()
        return Part(
            (*facts, *place, *from_kind, *again), meanings(state, spot, source, before, content=content, store=store)
        )

    def _copy_by_key(self, source: Spot, spot: Spot) -> Facts:
        """S3 copies, where it can."""
        state, options = self.state, self.state.stores[spot.store]
        digests, tx = options.strategy == "digest", state.takes_part(spot.store)
        cached = state.cached(source) is not None
        ahead = ("cached",) if cached and not self.copying.is_early and state.copies_ahead(source, spot.store) else ()
        differing = traits.differing(state, spot.store) if digests else ()
        if digests and not tx and state.serves(spot):
            # Nothing but the target is looked at then.
            return ("target present", *ahead, *differing)
        presence = self._presence(source)
        if state.copies_onto_itself(source, spot):
            entry = ("cache hit",) if cached else ("cache miss",) if state.stores[source.store].cache else ()
            return (f"source {presence}", *traits.naming(state, spot.store), "onto itself", *entry)
        way: Facts = ()
        if presence == "cold":
            way = ("cache hit",) if cached else ("cache miss",) if state.stores[source.store].cache else ()
        if presence == "absent" and cached:
            presence = "cached"
            way = traits.cache(state, spot.store)
            if way and not tx and not ahead and self._is_known(source, spot) and state.cached(spot) is not None:
                way = ("through cache", "cache hit")
            if way and not tx and (ahead or len(way) > 1) and not options.confirm_cache_hits:
                way = (*way, "not confirmed")
        unverified = () if options.verify_source else ("source not verified",)
        target = (f"target {traits.target(state, spot, 'absent', 'present')}",) if digests and not tx else ()
        return (
            f"source {presence}",
            *target,
            *traits.naming(state, spot.store),
            *(("in transaction",) if tx else ()),
            *ahead,
            *way,
            *differing,
            *unverified,
        )

    def _presence(self, source: Spot) -> str:
        return traits.presence(self.state.stored(source)) if self.state.is_readable(source) else "cold"

    def _is_known(self, source: Spot, spot: Spot) -> bool:
        """Whether the copy has the key that content from the cache would have."""
        options, content = self.state.stores[spot.store], self.state.cached(source)
        is_digest = content is not None and spot.key == digest(options.algorithm, content)
        return is_digest and options.strategy != "document"

    def _copy_by_content(self, source: Spot, store: str, spot: Spot | None) -> Facts:
        """The target is looked at with the content in hand; spot: where it goes then, None without content."""
        state, options = self.state, self.state.stores[store]
        hit = state.cached(source) is not None
        presence = "cached" if hit else self._presence(source)
        miss = ("cache miss",) if state.stores[source.store].cache and not hit else ()
        way = traits.cache(state, store)
        tx = ("in transaction",) if state.takes_part(store) else ()
        facts = ("by content", f"source {presence}")
        if spot is None:
            return (*facts, *tx, *miss, *way)
        gone: Facts = ("source gone",) if way and hit and state.stored(source) is None else ()
        gone = ("source cold",) if way and hit and not state.is_readable(source) else gone
        unverified = ("source not verified",) if way and not options.verify_source else ()
        differing = traits.differing(state, store)
        if tx:
            return (*facts, *tx, *miss, *way, *gone, *differing, *unverified)
        entry = ("cache hit",) if way and state.cached(spot) is not None else ()
        if entry and not options.confirm_cache_hits:
            return (*facts, *miss, *way, *entry, "not confirmed")
        if state.serves(spot):
            return (*facts, "target present", *miss, *way, *entry, *differing)
        target = traits.target(state, spot, "absent", "present")
        return (*facts, f"target {target}", *miss, *way, *entry, *gone, *differing, *unverified)
