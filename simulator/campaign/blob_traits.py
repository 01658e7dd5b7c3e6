"""Facts about one store or one blob that many operations share.

Lives here: what options, the transaction and S3 add to the facts of an operation. Must not live here: the facts of one
operation (`blob_facts`, `blob_copy_facts`).
"""

from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import BlobState, Spot

Facts = tuple[str, ...]

_USUAL = StoreOptions()


def presence(content: object) -> str:
    """Whether there is something."""
    return "absent" if content is None else "present"


def target(state: BlobState, spot: Spot, absent: str, present: str) -> str:
    """What is there where content goes: what is in cold storage does not count."""
    kept = state.kept(spot)
    return absent if kept is None else "cold" if kept.is_cold else present


def kind(spot: Spot) -> Facts:
    """What kind of blob it is, where that shows."""
    return ("written in transaction",) if spot.transient else ("version",) if spot.version else ()


def naming(state: BlobState, store: str) -> Facts:
    """What keys are, where they are not digests."""
    strategy = state.stores[store].strategy
    if strategy == "document":
        return ("version",) if state.keeps_versions(store) else ("document",)
    return () if strategy == "digest" else (strategy,)


def differing(state: BlobState, store: str) -> Facts:
    """How a store asks whether an object exists, where that is not the default."""
    check = state.stores[store].existence_check
    return () if check == _USUAL.existence_check else (f"existence check {check}",)


def transient_place(state: BlobState, store: str) -> Facts:
    """That an object whose name nobody knows yet gets directories that nobody knows."""
    return ("subdirs",) if state.stores[store].subdirs_depth else ()


def cache(state: BlobState, store: str) -> Facts:
    """That a store has a cache."""
    return ("through cache",) if state.stores[store].cache else ()


def before(state: BlobState, spot: Spot | None) -> Spot | None:
    """Where the transaction has what it wrote under this key before, and deletes now."""
    if spot is None or not state.takes_part(spot.store) or state.keeps_versions(spot.store):
        return None
    key = state.own(spot.store).get(spot.key)
    return None if key is None else state.transient(spot.store, key)
