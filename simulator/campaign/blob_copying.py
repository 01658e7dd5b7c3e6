"""One copy of the blob manager before it is made: where from, under which key, and who finds that out.

Lives here: the decision of blob-manager.md 6.3 and 8 of the design, which the model and the facts share. Must not live
here: what the copy changes (`model`), its events (`blob_copy_facts`).
"""

from dataclasses import dataclass

from simulator.blobs import keys
from simulator.blobs.naming import Document, target_of
from simulator.campaign.blob_state import BlobState, Spot, digest
from simulator.campaign.step import Step


@dataclass(frozen=True, slots=True)
class Copying:
    """A copy: `key` of the store `origin` to `store`.

    current: the key, or the digest that took its place. source: where that is; None where the transaction deleted it.
    target: the key of the copy; None where only the content tells. pseudo: it is to be replaced by the digest later.
    is_early: the digest is not waited for, nor is the cache of the source asked. is_within: it is there already.
    """

    origin: str
    store: str
    current: str
    source: Spot | None
    target: str | None
    pseudo: bool = False
    is_early: bool = False
    is_within: bool = False

    @classmethod
    def of(cls, state: BlobState, step: Step, key: str, pseudo: str) -> "Copying":
        """The copy that a step makes; pseudo: the pseudo-digest, if it needs one. Raises `InvalidKey`."""
        origin, store = step.text("from"), step.text("to")
        options, current = state.stores[store], state.later.current(origin, key)
        if origin == store and options.strategy != "document":
            return cls(origin, store, current, None, current, is_within=True)
        target = target_of(options, state.stores[origin], current, document_of(step))
        source = state.source(origin, key)
        is_part = state.stores[origin].byte_range and keys.parse_range(current) is not None
        if target is not None or source is None or is_part or not options.digest_async:
            return cls(origin, store, current, source, target)
        kept = state.kept(source)
        if options.algorithm == "md5" and kept is not None and not kept.is_composed:
            return cls(origin, store, current, source, digest("md5", kept.content), is_early=True)
        return cls(origin, store, current, source, pseudo, pseudo=True, is_early=True)


def document_of(step: Step) -> Document:
    """Where a step says that its content belongs."""
    store = step.text("to") or step.text("store")
    return Document(keys.without_provider(step.text("document"), store), step.text("xpath"))
