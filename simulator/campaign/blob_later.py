"""What a blob manager still has to do: digests to be computed, objects to be deleted, keys to be forgotten.

Lives here: which of it there is, and when it is due (blob-manager.md 8 of the design). Must not live here: doing it
(`model`), its events (`blob_facts`).
"""

from dataclasses import dataclass, field, replace

# Seconds until the object of a pseudo-digest is deleted, and until the pseudo-digest is forgotten then.
DELAY = 3600.0


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A pseudo-digest and its store; left: seconds until something is due for it."""

    store: str
    key: str
    left: float = 0.0

    @property
    def place(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.store, self.key


@dataclass(slots=True)
class Later:
    """The pseudo-digests of a manager, in the order in which something is done about them.

    jobs: their digests are not computed yet. promised: that of those too, but only if the transaction is committed.
    replaced: the digests of the others by store and key. marked: their objects go. deleted: their objects are gone.
    """

    jobs: list[Pseudo] = field(default_factory=list)
    promised: list[Pseudo] = field(default_factory=list)
    replaced: dict[tuple[str, str], str] = field(default_factory=dict)
    marked: list[Pseudo] = field(default_factory=list)
    deleted: list[Pseudo] = field(default_factory=list)

    def fork(self) -> "Later":
        """An independent copy."""
        return Later([*self.jobs], [*self.promised], {**self.replaced}, [*self.marked], [*self.deleted])

    def current(self, store: str, key: str) -> str:
        """The digest that took the place of a key, or the key itself."""
        return self.replaced.get((store, key), key)

    def end(self, *, committed: bool) -> None:
        """The transaction is over."""
        if committed:
            self.jobs += self.promised
        self.promised.clear()

    def take_jobs(self) -> list[Pseudo]:
        """The jobs, which are no longer there."""
        jobs, self.jobs = self.jobs, []
        return jobs

    def replace(self, job: Pseudo, digest: str) -> None:
        """The digest of a pseudo-digest is known now."""
        self.replaced[job.place] = digest
        self.marked.append(replace(job, left=DELAY))

    def drop(self, store: str, key: str) -> None:
        """Somebody deleted a pseudo-digest: nothing takes its place, and only its job is still tried."""
        self.replaced.pop((store, key), None)
        self.marked = [each for each in self.marked if each.place != (store, key)]
        self.deleted = [each for each in self.deleted if each.place != (store, key)]

    def due(self, passing: float) -> list[Pseudo]:
        """Those whose objects go when this time will have passed."""
        return [each for each in self.marked if each.left <= passing]

    def pass_time(self, passing: float) -> list[Pseudo]:
        """Let time pass and forget what is to be forgotten; those whose objects go."""
        due = self.due(passing)
        for each in self.deleted:
            if each.left <= passing:
                self.replaced.pop(each.place, None)
        still = [replace(each, left=each.left - passing) for each in self.deleted if each.left > passing]
        self.deleted = still + [replace(each, left=DELAY) for each in due]
        self.marked = [replace(each, left=each.left - passing) for each in self.marked if each.left > passing]
        return due
