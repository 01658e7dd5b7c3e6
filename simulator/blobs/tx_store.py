"""A store whose changes are part of transactions.

Lives here: the sequences of blob-manager.md 7. Must not live here: which transaction is current (`manager`), the other
stores of it (`transaction`).

Outside of a transaction everything goes straight to the permanent store. Inside, new content is stored at once: where
there are versions in its final place, which nobody knows of yet, else under a random key of the transient store. Commit
moves it, rollback deletes it. What others do meanwhile is seen: transactions isolate their own changes, nothing else.

Laws: every frame that is opened is closed. Nothing transient outlives its transaction, unless S3 fails.

After a crash `BlobManager.recover` completes the transactions whose commit had begun: all of their keys are in the
journal before the first one is moved. Of the others it keeps content under digests, whose keys somebody may have, and
which is in nobody's way; what would replace the content of a document is removed. Where there are versions all of them
stay: they are in their final place, and somebody may have their keys.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, Protocol, TypeVar

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, Announcer
from simulator.blobs.content import Content, Fill, Write
from simulator.blobs.errors import BlobNotFound, ConcurrentUpdate
from simulator.blobs.journal import Entry, Journal
from simulator.blobs.naming import Namer, by_digest, constant
from simulator.blobs.options import StoreOptions
from simulator.blobs.storage import Storage
from simulator.blobs.store import Objects, Store
from simulator.blobs.transaction import Change, Transaction
from simulator.blobs.update import Update

Attempt = Callable[[Callable[[], object]], object]


class Inner(Store, Protocol):
    """A store that can be wrapped."""

    def cached(self, key: str) -> tuple[Entry, ...]:
        """What a crash would leave of the blob `key` besides the object."""


Wrapped = TypeVar("Wrapped", bound=Inner)


@dataclass(frozen=True, slots=True, eq=False)
class TxStore(Generic[Wrapped]):
    """`permanent` and `transient`, which are the same where there are versions; `current` is this thread's transaction.

    Raises what they raise, and `ConcurrentUpdate` where another active transaction changes the same document.
    """

    permanent: Wrapped
    transient: Wrapped
    move: Callable[[Wrapped, Wrapped, str, str], object]
    current: Callable[[], Transaction | None]
    announce: Announcer
    lifeline: str = "tx"
    journal: Journal = field(default_factory=Journal)
    # The active transaction that changes a key.
    _active: dict[str, Transaction] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """The name of the store in errors."""
        return self.permanent.name

    @property
    def options(self) -> StoreOptions:
        """The options of the store."""
        return self.permanent.options

    @property
    def base(self) -> Objects:
        """The permanent store on S3."""
        return self.permanent.base

    def write(self, content: Content, name: Namer = by_digest) -> str:
        """Store content, for good if there is no transaction."""
        return self._write("tx-write", lambda store, naming: store.write(content, naming), name)

    def take(self, fill: Fill, name: Namer = by_digest) -> str:
        """Store what `fill` hands over, as `write` does."""
        return self._write("tx-write", lambda store, naming: store.take(fill, naming), name)

    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        """Take over a blob of another store, for good if there is no transaction."""
        if target is None:
            return self.copy_content(source, key)

        def take_over(store: Store, naming: Namer) -> str:
            return store.copy(source, key, naming(target), ahead=ahead)

        return self._write("tx-copy", take_over, constant(target))

    def copy_content(self, source: Store, key: str, name: Namer = by_digest) -> str:
        """Take over a blob by its content, for good if there is no transaction."""
        return self._write("tx-copy", lambda store, naming: store.copy_content(source, key, naming), name)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Lend the content as this transaction sees it. Raises `BlobNotFound`."""
        store, found = self.place(key)
        with store.open(found) as file:
            yield file

    def get(self, key: str, write: Write) -> None:
        """Read piece by piece. Raises `BlobNotFound`."""
        store, found = self.place(key)
        store.get(found, write)

    def local(self, key: str) -> AbstractContextManager[BinaryIO | None]:
        """Lend a local file, if there is one."""
        store, found = self.place(key)
        return store.local(found)

    def holds(self, key: str) -> bool:
        """Whether there is a local file; nothing is announced."""
        return self.permanent.holds(key)

    def delete(self, key: str) -> None:
        """Delete the blob when the transaction commits; at once if there is none."""
        transaction = self.current()
        self.base.split(key)
        if transaction is None:
            self.permanent.delete(key)
            return
        self._claim(transaction, key)
        changes = transaction.of(self)
        transaction.updates_of(self).pop(key, None)
        own = changes.pop(key, None)
        if own and own.transient:
            self._drop(own.transient, key)
        if own is None or own.transient != key:
            changes[key] = Change(None)

    def status(self, key: str) -> Storage:
        """Tell where S3 keeps a blob as this transaction sees it. Raises `BlobNotFound`."""
        store, found = self.place(key)
        return store.status(found)

    def update(self, key: str, update: Update) -> str:
        """Change what is not the content of a blob, when the transaction commits; at once if there is none.

        Raises `BlobNotFound` for what this transaction deleted; at commit, for what is not there.
        """
        transaction = self.current()
        self.base.check(key, update)
        if transaction is None:
            return self.permanent.update(key, update)
        own = transaction.changes.get(self, {}).get(key)
        if own and own.transient is None:
            raise BlobNotFound(self.name, key)
        self._claim(transaction, key)
        transaction.update(self, key, update)
        return key

    def find(self, key: str) -> bool:
        """Ask S3 whether there is such a blob."""
        try:
            store, found = self.place(key)
        except BlobNotFound:
            return False
        return store.find(found)

    def place(self, key: str) -> tuple[Store, str]:
        """Tell where a blob is for this transaction: a store, and the key there. Raises `BlobNotFound`.

        What took the place of a pseudo-digest may be changed as well.
        """
        transaction = self.current()
        changes = transaction.changes.get(self, {}) if transaction else {}
        change = changes.get(key) or changes.get(self.base.replacements.get(key, key))
        if change is None:
            return self.permanent, key
        if change.transient is None:
            self.announce("tx-deleted", self.lifeline, CALLER)
            raise BlobNotFound(self.name, key)
        return self.transient, change.transient

    def promises(self, transaction: Transaction, *, shared: bool) -> tuple[Entry, ...]:
        """What makes sure that content gets to its final key; shared: of digests, or else of all other keys."""
        return tuple(
            entry
            for key, change in transaction.of(self).items()
            if change.transient not in {None, key} and self._is_shared(key) == shared
            for entry in self._promise(str(change.transient), key)
        )

    def commit(self, transaction: Transaction, attempt: Attempt) -> None:
        """Make the changes final, key by key in the order of their first change."""
        updates = transaction.updates_of(self)

        def make(key: str, change: Change | None) -> None:
            transient = key if change is None else change.transient
            if transient is None:
                self.permanent.delete(key)
            elif transient != key:
                self.move(self.permanent, self.transient, transient, key)
                self.journal.end(*self._promise(transient, key), *self._remains(transient))
            if key in updates:
                self.permanent.update(key, updates[key])

        self._end("tx-commit", transaction, attempt, make)

    def rollback(self, transaction: Transaction, attempt: Attempt) -> None:
        """Delete what was stored."""

        def undo(key: str, change: Change | None) -> None:
            if change is not None and change.transient is not None:
                self._drop(change.transient, key)

        self._end("tx-rollback", transaction, attempt, undo)

    def _end(
        self, operation: str, transaction: Transaction, attempt: Attempt, end: Callable[[str, Change | None], None]
    ) -> None:
        self.announce(operation, CALLER, CALLER)
        try:
            changes = transaction.of(self)
            for key in dict.fromkeys((*changes, *transaction.updates_of(self))):
                change = changes.get(key)
                attempt(lambda key=key, change=change: end(key, change))  # type: ignore[misc]  # bound early on purpose
        finally:
            with self._lock:
                for key in [key for key, active in self._active.items() if active is transaction]:
                    del self._active[key]
            self.announce("tx-end", CALLER, CALLER)

    def _write(self, frame: str, store: Callable[[Store, Namer], str], name: Namer) -> str:
        transaction = self.current()
        if transaction is None:
            return store(self.permanent, name)
        with self._frame(frame):
            return self._change(transaction, lambda naming: store(self.transient, naming), name)

    def _change(self, transaction: Transaction, store: Callable[[Namer], str], name: Namer) -> str:
        stored, final = self._store(store, name)
        try:
            self._claim(transaction, final)
        except ConcurrentUpdate:
            self._drop(stored, final)
            raise
        changes = transaction.of(self)
        before = changes.get(final)
        # New content starts anew: what was said of the content before it does not hold for it.
        transaction.updates_of(self).pop(final, None)
        changes[final] = Change(stored)
        if self._is_shared(final):
            # From now on the caller may count on it, whether the transaction ends or the process.
            self.journal.begin(*self._promise(stored, final))
        if before and before.transient and before.transient != stored:
            self._drop(before.transient, final)
        self.announce("tx-key", CALLER, CALLER, key=final)
        return final

    def _store(self, store: Callable[[Namer], str], name: Namer) -> tuple[str, str]:
        if self.base.versions:
            stored = store(name)
            return stored, stored
        random, chosen = keys.random_key(), []

        def naming(digest: str) -> str:
            chosen.append(name(digest))
            self.base.object_key(chosen[0])
            return random

        remains = self._remains(random)
        self.journal.begin(*remains)
        try:
            return store(naming), chosen[0]
        except BlobNotFound:
            # After any other failure it is not sure that nothing is stored.
            self.journal.end(*remains)
            raise

    def _drop(self, stored: str, final: str) -> None:
        self.transient.delete(stored)
        if not self.base.versions:
            promise = self._promise(stored, final) if self._is_shared(final) else ()
            self.journal.end(*promise, *self._remains(stored))

    def _remains(self, stored: str) -> tuple[Entry, ...]:
        return (*self.transient.cached(stored), Entry("object", self.transient.base.object_key(stored)))

    def _promise(self, stored: str, final: str) -> tuple[Entry, ...]:
        promise = Entry("promise", self.transient.base.object_key(stored), self.base.object_key(final))
        # Only under a digest is what is cached right whatever the object is.
        return (promise,) if self._is_shared(final) else (promise, *self.permanent.cached(final))

    def _is_shared(self, key: str) -> bool:
        # Under a digest everybody writes the same, and a pseudo-digest is new: nobody is in the way of anybody.
        own = keys.is_digest(key, self.options.algorithm) or keys.random_part(key) == key
        return self.options.strategy != "document" and own

    def _claim(self, transaction: Transaction, key: str) -> None:
        if self._is_shared(key):
            return
        with self._lock:
            if self._active.setdefault(key, transaction) is not transaction:
                raise ConcurrentUpdate(self.name, key)

    @contextmanager
    def _frame(self, operation: str) -> Iterator[None]:
        self.announce(operation, CALLER, CALLER)
        try:
            yield
        finally:
            self.announce(f"{operation}-end", CALLER, CALLER)
