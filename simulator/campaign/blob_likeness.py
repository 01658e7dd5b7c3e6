"""Which states of the blob model nobody can tell apart from now on.

Lives here: a value for each state, equal for two that are alike. Names that somebody made up (versions, transient keys)
stand in it as numbers, in the order in which they are met; so do pseudo-digests. Versions that nobody can name or
uncover any more are left out. Must not live here: searching (`reach`), what operations do (`model`).

Law: after alike states every step has the same facts and outcomes, up to made-up names, and leaves alike states.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping

from simulator.blobs import keys
from simulator.campaign.blob_later import Pseudo
from simulator.campaign.blob_state import BlobState, Kept


def likeness(state: BlobState) -> Hashable:
    """The value for a state. Steps name versions only by the names that other steps gave to keys."""
    return _Likeness(state).value()


class _Likeness:
    """The names met so far, by their numbers; objects: the numbers of transient ones, by object key."""

    def __init__(self, state: BlobState) -> None:
        self.state = state
        self.numbers: dict[str, str] = {}
        self.objects: dict[str, str] = {}
        # Only there a key has a version behind it, or is one itself.
        self.has_pseudo = any(options.digest_async for options in state.stores.values())
        self.key: Callable[[str], str] = self._key if state.versioned or self.has_pseudo else str

    def value(self) -> Hashable:
        """Changes, names of keys and what is still to do come first: no more made-up names can be asked for."""
        changes = self._changes()
        names = tuple((name, self.key(key)) for name, key in sorted(self.state.names.items()))
        later = self._later()
        objects = tuple(sorted(self._objects()))
        caches = tuple((store, tuple(sorted(self._entries(entries)))) for store, entries in self.state.caches.items())
        return changes, names, later, objects, caches

    def _number(self, name: str) -> str:
        return self.numbers.setdefault(name, f"@{len(self.numbers)}")

    def _key(self, key: str) -> str:
        if self.has_pseudo and keys.is_random(key):
            return self._number(key)
        bare, at, version = key.partition("@")
        return bare + self._number(version) if at else key

    def _changes(self) -> Hashable:
        """In their order: that is the one in which they happen."""
        if self.state.changes is None:
            return None
        updates = tuple(
            (store, tuple((self.key(key), update) for key, update in own.items()))
            for store, own in self.state.updates.items()
        )
        return updates, tuple(
            (store, tuple((self.key(key), self._change(store, key, stored)) for key, stored in own.items()))
            for store, own in self.state.changes.items()
        )

    def _later(self) -> Hashable:
        later = self.state.later
        lists = (later.jobs, later.promised, later.marked, later.deleted)
        due = tuple(tuple(self._pseudo(each) for each in some) for some in lists)
        return due, tuple(sorted((store, self.key(key), digest) for (store, key), digest in later.replaced.items()))

    def _pseudo(self, pseudo: Pseudo) -> Hashable:
        return pseudo.store, self.key(pseudo.key), pseudo.left

    def _change(self, store: str, key: str, stored: str | None) -> str | None:
        if stored is None or stored == key:
            return stored and self.key(stored)
        self.objects[self.state.transient(store, stored).object] = self._number(stored)
        return self.numbers[stored]

    def _objects(self) -> Iterator[tuple[str, Hashable]]:
        for name, versions in self.state.objects.items():
            found = self._versions(versions) if self.state.versioned else versions[""]
            if found != ():
                yield self.objects.get(name) or self._object(name), found

    def _object(self, name: str) -> str:
        pseudo = keys.random_part(name) if self.has_pseudo else ""
        return name.replace(pseudo, self.numbers.get(pseudo, "@")) if pseudo else name

    def _versions(self, versions: dict[str, Kept | None]) -> Hashable:
        """First the current one and those that deletions uncover, then the others that have a name, in any order."""
        stack: list[tuple[str, Kept | None]] = []
        named = set()
        covered = False
        for version, content in reversed(versions.items()):
            number = self.numbers.get(version, "")
            if covered and number:
                named.add((number, content))
            elif not covered:
                stack.append((number, content))
            covered = covered or not number
        if not named and stack[-1] == ("", None):
            # A deletion that covers nothing.
            stack.pop()
        return (tuple(stack), frozenset(named)) if stack or named else ()

    def _entries(self, entries: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        for key, content in entries.items():
            bare, at, version = key.partition("@") if self.state.versioned else (key, "", "")
            if self.has_pseudo and keys.is_random(key) and key not in self.numbers:
                continue
            if not at:
                yield self.numbers.get(key, key), content
            elif version in self.numbers:
                yield bare + self.numbers[version], content
