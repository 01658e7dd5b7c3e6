"""One transaction: what was changed in it, store by store.

Lives here: the changes, and ending them all. Must not live here: what a change means to a store (`tx_store`).

Law: every change is ended once, whatever happens to the others; what went wrong is raised afterwards, all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from simulator.blobs.journal import Entry, Journal
from simulator.blobs.update import Update


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a key: the content under `transient` (which may be the key itself), or, None, nothing."""

    transient: str | None


class Participant(Protocol):
    """A store that takes part."""

    def promises(self, transaction: "Transaction", *, shared: bool) -> tuple[Entry, ...]:
        """What makes sure that content gets to its final key; shared: of digests, or else of all other keys."""

    def commit(self, transaction: "Transaction", attempt: Callable[[Callable[[], object]], object]) -> None:
        """Make the changes; every single one through `attempt`, which keeps what it raises."""

    def rollback(self, transaction: "Transaction", attempt: Callable[[Callable[[], object]], object]) -> None:
        """Undo the changes, in the same way."""


@dataclass(eq=False, slots=True)
class Transaction:
    """The changes of one transaction, by participant and key; used by one thread.

    updates: of what is not content; those of one key are merged, and made after its content has its place.
    """

    journal: Journal = field(default_factory=Journal)
    changes: dict[Participant, dict[str, Change]] = field(default_factory=dict)
    updates: dict[Participant, dict[str, Update]] = field(default_factory=dict)
    _later: list[Callable[[], object]] = field(default_factory=list)
    _problems: list[Exception] = field(default_factory=list)

    def of(self, store: Participant) -> dict[str, Change]:
        """The changes of one store; it takes part from now on."""
        return self.changes.setdefault(store, {})

    def afterwards(self, work: Callable[[], object]) -> None:
        """Do something after the commit, and only then."""
        self._later.append(work)

    def update(self, store: Participant, key: str, update: Update) -> None:
        """Add an update of a key; the store takes part from now on."""
        self.of(store)
        updates = self.updates.setdefault(store, {})
        updates[key] = updates.get(key, Update()).then(update)

    def updates_of(self, store: Participant) -> dict[str, Update]:
        """The updates of one store by key."""
        return self.updates.get(store, {})

    def commit(self) -> None:
        """Commit in every store. Raises `ExceptionGroup` with all that went wrong, after everything was tried."""
        # From here on a crash does not undo it.
        self.journal.begin(*self._promises(shared=False))
        for store in self.changes:
            store.commit(self, self._attempt)
        for work in self._later:
            self._attempt(work)
        self._raise("The transaction was committed, but not all of it could be stored")

    def rollback(self) -> None:
        """Roll back in every store. Raises as `commit` does."""
        self.journal.end(*self._promises(shared=True))
        for store in self.changes:
            store.rollback(self, self._attempt)
        self._raise("The transaction was rolled back, but not all of it could be removed")

    def _promises(self, *, shared: bool) -> tuple[Entry, ...]:
        return tuple(entry for store in self.changes for entry in store.promises(self, shared=shared))

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as problem:  # noqa: BLE001 - all of them are raised, later
            self._problems.append(problem)

    def _raise(self, message: str) -> None:
        if self._problems:
            raise ExceptionGroup(message, self._problems)
