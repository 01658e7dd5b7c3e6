"""What the stores of a blob manager may hold after a fault has struck an operation: as before it, or as after it.

Lives here: the states that are allowed, and matching one with what is really there. Must not live here: the state
itself (`blob_state`), looking at what is there (`blob_session`).

Between before and after there is nothing, with these exceptions, all of them documented:
- Every key of a transaction is an operation of its own at commit and rollback (`blobs.transaction`), every object in a
  garbage collection.
- An object under a random key may outlive an operation that failed, until the next start recovers (`blobs.tx_store`).
- An entry of a cache may be missing, and there may be one more whose content is that of its object.
- After a crash a transaction is over: of one that was not being committed, content under digests is kept; of one that
  was, all content is (`blobs.tx_store`). What it deletes is deleted or not, key by key.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from simulator.blobs import keys
from simulator.blobs.errors import BlobError
from simulator.campaign.blob_state import BlobState, Kept

# By store and key: what is to become of each change of a transaction.
Changes = dict[str, dict[str, str | None]]


def ended(before: BlobState, most: int) -> Iterator[BlobState]:
    """The states in which the end of a transaction can begin where some of it, `most` ends at most, does not happen.

    One that fails keeps none of the others from being ended, but for the update of the same key.
    """
    every = list(_ends(before))
    for size in range(len(every) - 1, max(0, len(every) - most) - 1, -1):
        for chosen in itertools.combinations(every, size):
            yield _with_ends(before, chosen)


def committed(before: BlobState) -> Iterator[BlobState]:
    """The same where all content is committed, but not all deletions and updates are."""
    every = list(_ends(before))
    made = [end for end in every if end.content]
    others = [end for end in every if not end.content]
    for size in range(len(others) - 1, -1, -1):
        for chosen in itertools.combinations(others, size):
            yield _with_ends(before, (*made, *chosen))


class _End(NamedTuple):
    """One thing that the end of a transaction does; content: its key, where it is a change that has some."""

    store: str
    key: str
    is_update: bool = False
    content: str | None = None


def _ends(before: BlobState) -> Iterator[_End]:
    for store, own in (before.changes or {}).items():
        yield from (_End(store, key, content=stored) for key, stored in own.items())
        yield from (_End(store, key, is_update=True) for key in before.updates.get(store, {}))


def _with_ends(before: BlobState, chosen: Sequence[_End]) -> BlobState:
    state = before.fork()
    kept = {(end.store, end.key, end.is_update) for end in chosen}
    state.changes = {
        store: {key: stored for key, stored in own.items() if (store, key, False) in kept}
        for store, own in (before.changes or {}).items()
    }
    state.updates = {
        store: {
            key: update
            for key, update in own.items()
            if (store, key, True) in kept and (key in state.own(store) or key not in before.own(store))
        }
        for store, own in before.updates.items()
    }
    return state


def died(before: BlobState) -> BlobState:
    """The state after the process has died and the next one has recovered."""
    state = before.fork()
    changes, state.changes, state.updates = state.changes or {}, None, {}
    for store, own in changes.items():
        for key, stored in own.items():
            if stored is None or stored == key:
                continue
            transient = state.transient(store, stored)
            if _is_shared(state, store, key):
                state.move(transient, state.permanent(store, key))
            else:
                state.remove(transient)
    return state


def _is_shared(state: BlobState, store: str, key: str) -> bool:
    options = state.stores[store]
    own = keys.is_digest(key, options.algorithm) or keys.random_part(key) == key
    return options.strategy != "document" and own


def settle(
    state: BlobState,
    others: Sequence[BlobState],
    objects: Mapping[str, object],
    has_entry: Callable[[str, str], bool],
    key: str,
) -> None:
    """Make an allowed state the one that is there, in what may be one way or another.

    others: the states before and after. objects: those that are there. has_entry: whether the cache of a store has one
    under a key. key: what the operation was about.
    """
    left = {name: stored for other in others for name, stored in _left(other)}
    for name in sorted(left.keys() & objects.keys() - state.objects.keys()):
        state.objects[name] = dict(left[name])
    for store, entries in state.caches.items():
        known = {name: content for other in others for name, content in other.caches.get(store, {}).items()}
        for name in (key, *state.names.values()):
            if (content := _content(state, store, name)) is not None:
                known[name] = content
        may_be = {name: content for name, content in known.items() if content == _content(state, store, name)}
        may_be |= {name: content for place, name, content in _own(state) if place == store}
        there = {name: content for name, content in {**may_be, **entries}.items() if has_entry(store, name)}
        entries.clear()
        entries.update(there)


def _left(state: BlobState) -> Iterator[tuple[str, Mapping[str, Kept | None]]]:
    """Objects under random keys: transient ones, and copies whose digest is not known."""
    for name, versions in state.objects.items():
        key = name.rpartition("/")[2]
        if keys.random_part(key) == key:
            yield name, versions


def _own(state: BlobState) -> Iterator[tuple[str, str, bytes]]:
    """What the transaction has under transient keys: stores, those keys, and contents."""
    for store, own in (state.changes or {}).items():
        for stored in own.values():
            content = None if stored is None else state.stored(state.transient(store, stored))
            if stored is not None and content is not None:
                yield store, stored, content


def _content(state: BlobState, store: str, key: str) -> bytes | None:
    with suppress(BlobError):
        spot = state.permanent(store, key)
        stored = state.stored(spot)
        return None if stored is None else state.part(spot, stored)
    return None


def partly_removed(before: BlobState, after: BlobState) -> Iterator[BlobState]:
    """The states after an operation that deletes several objects, each on its own, where some of them are left."""
    gone = [name for name in before.objects if name not in after.objects]
    for size in range(1, len(gone) + 1):
        for left in itertools.combinations(gone, size):
            state = after.fork()
            state.objects.update({name: dict(before.objects[name]) for name in left})
            yield state
