"""What decides which events are due for an update of the blob manager, and what its events mention.

Lives here: the facts of updates, at once and at the end of a transaction. Must not live here: what they change
(`blob_changing`).
"""

from collections.abc import Sequence

from simulator.blobs.update import CLASSES, Update
from simulator.campaign import blob_traits as traits
from simulator.campaign.blob_changing import changed
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState, Kept, Spot
from simulator.campaign.blob_traits import Facts
from simulator.campaign.step import Step
from simulator.campaign.system import Part
from simulator.campaign.update import update_of
from simulator.discovery.rules import Meaning, Meanings

_IN_S3 = frozenset({"S3"})


def updated_parts(state: BlobState, step: Step, key: str) -> Sequence[Part]:
    """Every change of one update; key: the one that the step names."""
    store, update = step.text("store"), update_of(step)
    spot = state.permanent(store, key)
    if update.locks and not spot.version:
        return [Part(("refused",))]
    if state.takes_part(store):
        return [Part(("in transaction",))]
    spot = state.spot(store, key) or spot
    return update_parts(state, spot, state.kept(spot), update) or [Part(("restore",))]


def update_parts(state: BlobState, spot: Spot, kept: Kept | None, update: Update) -> Sequence[Part]:
    """What is asked for, one after the other; kept: the object before. Nothing for a restoration that succeeds."""
    done, known = changed(kept, update, locks=state.locks), {**meanings(state, spot), **_values(update)}
    facts: list[Facts] = [(each,) for each in done.announced]
    if done.end == "absent":
        facts = [*facts[:-1], (*(facts[-1] if facts else ()), "absent")]
    # What is missing without having been named shows no name.
    kind = traits.kind(spot) if done.announced else ()
    return [Part((*each, *kind), known) for each in facts]


def _values(update: Update) -> Meanings:
    found: dict[str, Meaning] = {}
    if update.retention is not None:
        found["retention"] = Meaning(str(update.retention), "note", _IN_S3)
    if update.legal_hold is not None:
        found["hold"] = Meaning("ON" if update.legal_hold else "OFF", "note", _IN_S3)
    if update.storage_class is not None:
        found["class"] = Meaning(CLASSES[update.storage_class], "note", _IN_S3)
    return found
