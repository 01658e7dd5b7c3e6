"""The values in the events of an operation of the blob manager, by their meaning.

Lives here: what a rule calls them. Must not live here: which events are due (`blob_facts`).
"""

from simulator.blobs import keys
from simulator.campaign.blob_state import BlobState, Spot
from simulator.discovery.rules import Meaning, Meanings

_IN_S3 = frozenset({"S3", "S3_tmp"})


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
    store: written to, where there is no `spot` yet.
    """
    size = None if content is None else len(content)
    asked = (spot, source, before, size, store)
    known = state.meanings.get(asked)
    if known is None:
        known = state.meanings[asked] = _meanings(state, spot, source, before, size, store)
    return known


def _meanings(
    state: BlobState, spot: Spot | None, source: Spot | None, before: Spot | None, size: int | None, store: str
) -> Meanings:
    named = (("", spot), ("source_", source), ("before_", before))
    spots = {prefix: each for prefix, each in named if each is not None}
    # Where there is no prefix the key of an object and that of its entry are equal: in S3 it is the object's.
    found = {f"{prefix}object": Meaning(each.object, "note", _IN_S3) for prefix, each in spots.items()}
    for prefix, each in spots.items():
        made_up = each.transient or keys.is_random(each.key)
        if made_up and (depth := state.stores[each.store].subdirs_depth):
            found[f"{prefix}path"] = Meaning(keys.placed(each.key, depth), "note", volatile=True)
        found[f"{prefix}key"] = Meaning(each.bare, "note", volatile=made_up)
        found[f"{prefix}version"] = Meaning(each.version, "note", volatile=True)
    if size is not None:
        found["size"] = Meaning(str(size), "label")
    if store and not spot:
        found["place"] = Meaning(state.stores[store].directory.removesuffix("/"), "note", _IN_S3)
    if store := store or (spot.store if spot else ""):
        found["transient_place"] = Meaning(f"{state.stores[store].directory}tx", "note", frozenset({"S3_tmp"}))
    return {name: meaning for name, meaning in found.items() if meaning.value}
