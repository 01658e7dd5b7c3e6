"""What decides which events are due at the end of a transaction, and what they mention.

Lives here: the facts of a commit and a rollback, a group for each store, a part for each change. Must not live here:
what they change (`blob_ending`).

Law: the facts of a change are those that the changes before it leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from simulator.blobs.errors import BlobError
from simulator.blobs.update import Update
from simulator.campaign import blob_traits as traits
from simulator.campaign.blob_ending import change, commit
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState
from simulator.campaign.blob_update_facts import update_parts
from simulator.campaign.system import Part

# The changes of one store: the key of the content under each key, None for a deletion.
Own = Mapping[str, str | None]

_NOTHING_LEFT = Part(("nothing left",))


def end_parts(state: BlobState, do: str) -> Iterator[Sequence[Part]]:
    """Every change of the transaction; do: whether it is a commit or a rollback."""
    if state.changes is None:
        yield [Part(("no transaction",))]
        return
    if not state.changes:
        yield [Part(("nothing changed",))]
    after = state.fork()
    after.changes, after.updates = None, {}
    for store, own in state.changes.items():
        if do == "commit":
            parts = list(_committed(after, store, own, state.updates.get(store, {})))
        else:
            parts = [_rolled_back(state, store, key, stored) for key, stored in own.items()]
        yield parts or [_NOTHING_LEFT]


def _committed(state: BlobState, store: str, own: Own, updates: Mapping[str, Update]) -> Iterator[Part]:
    """The change of every key, and then its update, if that shows; each is made before the next one."""
    for key in dict.fromkeys((*own, *updates)):
        with suppress(BlobError):
            if key in own:
                yield _final(state, store, key, own[key])
                commit(state, store, key, own[key])
            if key in updates:
                spot = state.permanent(store, key)
                for part in update_parts(state, spot, state.kept(spot), updates[key]):
                    yield Part(("update", *part.facts), part.meanings)
                change(state, store, key, updates[key])


def _final(state: BlobState, store: str, key: str, stored: str | None) -> Part:
    options, spot, way = state.stores[store], state.permanent(store, key), traits.cache(state, store)
    if stored is None:
        return Part(("delete", *traits.kind(spot), *way), meanings(state, spot))
    if state.keeps_versions(store):
        return Part(("version",))
    source = state.transient(store, stored)
    entry = () if state.cached(source) is None else ("cached",)
    content = state.stored(source)
    if options.strategy != "digest":
        facts = ("write", *way, *entry, *traits.naming(state, store))
    else:
        presence = traits.target(state, spot, "new", "stored")
        facts = ("write", presence, *way, *entry, *traits.differing(state, store))
    return Part(facts, meanings(state, spot, source, content=content))


def _rolled_back(state: BlobState, store: str, key: str, stored: str | None) -> Part:
    if stored is None:
        return Part(("delete",))
    way, spot = traits.cache(state, store), state.transient(store, stored)
    if state.keeps_versions(store):
        return Part(("version", *way), meanings(state, state.permanent(store, key)))
    return Part(("write", *way), meanings(state, None, spot))
