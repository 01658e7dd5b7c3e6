"""Digests that are computed after the copy: pseudo-digests, their jobs, what replaces them, their delayed deletion.

Lives here: when each of them is due (blob-manager.md 8). Must not live here: the reading and copying (`s3_store`,
`cache_store`), transactions (`manager`).

A blob is copied under a random key, its pseudo-digest. A job reads it, lets S3 copy it to its digest, and marks it.
From then on reading the pseudo-digest reads the digest's object; its own object is deleted an hour later, and an hour
after that the pseudo-digest is forgotten. Whoever keeps keys is told the digest when the job is done.

What is atomic: a job is run by one thread, a mark is carried out by one. A replacement is there before its
pseudo-digest is marked, so at each moment one of the two objects can be read. What is not: a job is several requests. A
process that ends between them leaves both objects, and the pseudo-digest readable. What is not over is in the journal:
`BlobManager.recover` of the next process goes on with it.
"""

from collections import deque
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from simulator.blobs.errors import BlobNotFound
from simulator.blobs.journal import Entry, Journal

# Seconds until the object of a pseudo-digest is deleted, and until what replaces it is forgotten then.
DELAY = 3600.0
TIME_TO_LIVE = 3600.0

# Told of a store, of a pseudo-digest in it, and of the digest that takes its place.
Replaced = Callable[[str, str, str], object]


class Settling(Protocol):
    """What is asked of a store."""

    @property
    def name(self) -> str:
        """How errors and callers call it."""

    def settle(self, key: str) -> str:
        """Copy a blob to its digest, and return that; raises `BlobNotFound`."""

    def discard(self, key: str) -> None:
        """Delete the object of a key, and its entry."""


@dataclass(frozen=True, slots=True)
class _Pseudo:
    """A pseudo-digest and its store; digest: what replaced it; since: when it was marked or deleted, in seconds."""

    store: Settling
    key: str
    digest: str = ""
    since: float = 0.0

    @property
    def entry(self) -> Entry:
        """How it stands in the journal."""
        return Entry("replaced" if self.digest else "job", self.key, self.digest, self.store.name)


@dataclass(slots=True)
class AsyncDigests:
    """All pseudo-digests of one manager; any number of threads may use it.

    clock: seconds, from any fixed origin. replaced: told of every job that is done, in the thread that ran it.
    """

    clock: Callable[[], float]
    replaced: Replaced | None = None
    journal: Journal = field(default_factory=Journal)
    _replacements: dict[str, dict[str, str]] = field(default_factory=dict)
    _pending: deque[_Pseudo] = field(default_factory=deque)
    _marked: deque[_Pseudo] = field(default_factory=deque)
    _deleted: deque[_Pseudo] = field(default_factory=deque)

    def replacements(self, store: str) -> MutableMapping[str, str]:
        """The digests that took the place of keys of a store; who takes one out, forgets it."""
        return self._replacements.setdefault(store, {})

    def current(self, store: str, key: str) -> str:
        """The key that took the place of `key`, or `key` itself."""
        return self.replacements(store).get(key, key)

    def add(self, store: Settling, key: str) -> None:
        """Schedule the job of a pseudo-digest."""
        job = _Pseudo(store, key)
        self.journal.begin(job.entry)
        self._pending.append(job)

    def take_over(self, store: Settling, entry: Entry) -> None:
        """Go on with what a manager that died had in its journal; delays begin anew."""
        if entry.kind == "job":
            self.add(store, entry.place)
        else:
            self._mark(_Pseudo(store, entry.place, entry.target, self.clock()))

    def _mark(self, pseudo: _Pseudo) -> None:
        self.journal.begin(pseudo.entry)
        self.replacements(pseudo.store.name)[pseudo.key] = pseudo.digest
        self._marked.append(pseudo)

    def run_jobs(self) -> None:
        """Run what is scheduled; what fails stays so. Raises `ExceptionGroup` after everything was tried."""
        _drain(self._pending, lambda _: True, self._run, "Not all digests could be computed; the rest stays scheduled")

    def purge(self) -> None:
        """Delete the objects that were marked long enough ago; what fails stays marked. Raises as `run_jobs`."""
        now = self.clock()
        _drain(self._deleted, lambda each: now - each.since >= TIME_TO_LIVE, self._forget, "")
        message = "Not all objects that are replaced could be deleted; the rest stays marked"
        _drain(self._marked, lambda each: now - each.since >= DELAY, self._delete, message)

    def _run(self, job: _Pseudo) -> None:
        try:
            digest = job.store.settle(job.key)
        except BlobNotFound:
            # Somebody deleted it: nothing is left to do.
            self.journal.end(job.entry)
            return
        self.replacements(job.store.name)[job.key] = digest
        if self.replaced:
            self.replaced(job.store.name, job.key, digest)
        self._mark(_Pseudo(job.store, job.key, digest, self.clock()))
        self.journal.end(job.entry)

    def _delete(self, mark: _Pseudo) -> None:
        if mark.key not in self.replacements(mark.store.name):
            # Its user deleted it meanwhile.
            self.journal.end(mark.entry)
            return
        mark.store.discard(mark.key)
        self._deleted.append(replace(mark, since=self.clock()))

    def _forget(self, gone: _Pseudo) -> None:
        self.replacements(gone.store.name).pop(gone.key, None)
        self.journal.end(gone.entry)


def _drain(
    queue: deque[_Pseudo], is_due: Callable[[_Pseudo], bool], work: Callable[[_Pseudo], None], message: str
) -> None:
    """Take what is due from the queue, in its order, and put back what fails."""
    problems: list[Exception] = []
    for _ in range(len(queue)):
        try:
            # In one step, so that no other thread takes the same.
            each = queue.popleft()
        except IndexError:
            break
        done = False
        try:
            if is_due(each):
                work(each)
                done = True
        except Exception as problem:  # noqa: BLE001 - all of them are raised, later
            problems.append(problem)
        finally:
            if not done:
                queue.append(each)
    if problems:
        raise ExceptionGroup(message, problems)
