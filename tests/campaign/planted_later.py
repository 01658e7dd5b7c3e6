"""Bugs in what happens later: digests that are computed after a copy, their jobs, marks and deletions.

Lives here: the classes, and a manager made of each. Must not live here: where each shows (`planted`).
"""

from collections.abc import Callable
from typing import Any

from simulator.blobs.async_digest import AsyncDigests, Settling
from simulator.blobs.manager import Assembled, BlobManager
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.transaction import Transaction


class JobsAreForgotten(AsyncDigests):
    """No job is ever run."""

    def run_jobs(self) -> None:
        self._pending.clear()


class OnlyOneJobIsRun(AsyncDigests):
    """What else is scheduled is lost."""

    def run_jobs(self) -> None:
        while len(self._pending) > 1:
            self._pending.pop()
        super().run_jobs()


class JobsRunAtOnce(AsyncDigests):
    """Does not wait to be told."""

    def add(self, store: Settling, key: str) -> None:
        super().add(store, key)
        self.run_jobs()


class JobsRunTwice(AsyncDigests):
    def add(self, store: Settling, key: str) -> None:
        super().add(store, key)
        super().add(store, key)


class MarksWithoutCopying(AsyncDigests):
    """Computes the digest, and leaves the content where it is."""

    def _run(self, job: Any) -> None:
        adopt, S3Store.adopt = S3Store.adopt, lambda *_: None  # type: ignore[method-assign]
        try:
            super()._run(job)
        finally:
            S3Store.adopt = adopt  # type: ignore[method-assign]


class DeletesAtOnce(AsyncDigests):
    """Does not wait until nobody reads the pseudo-digest any more."""

    def _run(self, job: Any) -> None:
        super()._run(job)
        job.store.discard(job.key)


class NeverDeletes(AsyncDigests):
    """Says that it purges."""

    def purge(self) -> None:
        return


class PurgesTooEarly(AsyncDigests):
    """Does not look how long ago something was marked."""

    def purge(self) -> None:
        now = self.clock
        self.clock = lambda: now() + 4_000
        super().purge()
        self.clock = now


class ForgetsWithTheObject(AsyncDigests):
    """Does not know a pseudo-digest any more once its object is deleted."""

    def _delete(self, mark: Any) -> None:
        super()._delete(mark)
        self.replacements(mark.store.name).pop(mark.key, None)


class ReplacementIsNotUsed(AsyncDigests):
    """Copies go on from the pseudo-digest."""

    def current(self, store: str, key: str) -> str:
        return key


class JobsBeforeCommit(BlobManager):
    """Schedules the job of a copy before it is known whether its transaction is committed."""

    def begin(self) -> None:
        super().begin()

        class Eager(Transaction):
            def afterwards(self, work: Callable[[], object]) -> None:
                work()

        self._current.set(Eager())


class JobsAreLostAtCommit(BlobManager):
    """Forgets the jobs of a transaction."""

    def begin(self) -> None:
        super().begin()

        class Forgetful(Transaction):
            def afterwards(self, work: Callable[[], object]) -> None:
                return

        self._current.set(Forgetful())


def with_digests(kind: type[AsyncDigests]) -> type[BlobManager]:
    """A manager whose digests are computed by this."""

    class Manager(BlobManager):
        def assemble(self, name: str, options: StoreOptions) -> Assembled:
            if type(self._digests) is AsyncDigests:
                self._digests = kind(self._digests.clock, self._digests.replaced, self._digests.journal)
            return super().assemble(name, options)

    return Manager


DIGESTS = [
    JobsAreForgotten,
    OnlyOneJobIsRun,
    JobsRunAtOnce,
    JobsRunTwice,
    MarksWithoutCopying,
    DeletesAtOnce,
    NeverDeletes,
    PurgesTooEarly,
    ForgetsWithTheObject,
    ReplacementIsNotUsed,
]
MANAGERS = [JobsBeforeCommit, JobsAreLostAtCommit]
