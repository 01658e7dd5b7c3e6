"""The end of a transaction of the blob manager, change after change.

Lives here: what becomes of one change, which the model and the facts share: each change meets what those before it
left. Must not live here: what a transaction collects (`model`), what of its end is announced (`blob_facts`).
"""

from simulator.blobs import keys
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.update import Update
from simulator.campaign.blob_changing import changed
from simulator.campaign.blob_state import BlobState


def commit(state: BlobState, store: str, key: str, stored: str | None) -> None:
    """Make the change of a key final; stored: the key of its content, None for a deletion.

    Raises `BlobError` where S3 refuses.
    """
    if stored is None:
        state.delete(store, key)
    elif stored != key:
        state.move(state.transient(store, stored), state.permanent(store, key))


def change(state: BlobState, store: str, key: str, update: Update, version: str = "") -> str:
    """Make an update, and say which key the blob has now; version: that of the object in another class, if told.

    Raises `BlobError` where there is no blob, or S3 refuses.
    """
    spot = state.spot(store, key)
    if spot is None:
        raise BlobNotFound(store, key)
    done = changed(state.kept(spot), update, locks=state.locks)
    if done.kept is not None:
        state.replace(spot, done.kept, version if done.end == "done" else "", is_new=done.is_new)
    if done.end == "absent":
        raise BlobNotFound(store, key)
    if done.end == "refused":
        raise BlobError("Failed to update blob")
    if not state.keeps_versions(store):
        return key
    return keys.with_version(spot.bare, version if done.is_new else spot.version)
