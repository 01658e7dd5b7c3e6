"""One update of an object of the blob manager before it is made: what of it is announced, and what is left.

Lives here: the order of blob-manager.md 9 of the design, which the model and the facts share. Must not live here: when
a transaction lets it happen (`model`).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from simulator.blobs.update import Update
from simulator.campaign.blob_state import Kept

End = Literal["done", "absent", "refused"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What becomes of an object.

    announced: what S3 is asked for, up to the first that fails. end: how that was answered. kept: the object
    afterwards.
    is_new: where there are versions it is another one.
    """

    announced: tuple[str, ...]
    end: End
    kept: Kept | None
    is_new: bool = False


def changed(kept: Kept | None, update: Update, *, locks: bool) -> Changed:
    """Change an object; locks: whether the bucket can lock objects."""
    announced: list[str] = []
    for wanted, name in ((update.retention, "retention"), (update.legal_hold, "hold")):
        if wanted is not None:
            announced.append(name)
            if not locks:
                return Changed(tuple(announced), "refused", kept)
            if kept is None:
                return Changed(tuple(announced), "absent", None)
    is_new = update.storage_class is not None
    if is_new:
        announced.append("class")
    if kept is None:
        return Changed(tuple(announced), "absent", None)
    kept = _locked(kept, update)
    if is_new and not kept.is_readable:
        return Changed(tuple(announced), "refused", kept)
    if is_new:
        kept = Kept(kept.content, is_cold=update.storage_class == "cold")
    if update.restore_for is None:
        return Changed(tuple(announced), "done", kept, is_new)
    if not kept.is_cold:
        return Changed(tuple(announced), "refused", kept, is_new)
    return Changed(tuple(announced), "done", replace(kept, is_restored=True), is_new)


def _locked(kept: Kept, update: Update) -> Kept:
    if update.retention is not None:
        until = update.retention.until
        kept = replace(kept, is_retained=until is not None and until > datetime.now(UTC))
    return kept if update.legal_hold is None else replace(kept, is_held=update.legal_hold)
