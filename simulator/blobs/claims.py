"""Who is writing which object, so that garbage collection spares it.

Lives here: the claims of all managers of this process, by bucket. Must not live here: what garbage is (`garbage`), S3.

A content that is there already is not uploaded again: nothing in S3 tells that it was written. So whoever writes claims
the object before S3 is asked about it, and whoever deletes garbage dooms it before it is deleted.

Laws: what is claimed after a watch began, or while it began, is not doomed for that watch. Nobody claims an object
while it is doomed: the claim waits until it is gone, and S3 then says so. A claim can be made again inside itself.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet


class Claim:
    """That somebody is writing the object `key`."""

    def __init__(self, key: str) -> None:
        self.key = key


class Watch:
    """The objects that were claimed since it began, by object key; it ends when nobody holds it any more."""

    def __init__(self, claimed: set[str]) -> None:
        self.claimed = claimed


class Claims:
    """The claims on the objects of one bucket, by object key; any number of threads may use it.

    Ctrl-C can strike at any point but on the way into a plain lock or out of it, so there are no conditions or events
    here, and a claim goes with the call that made it, however that ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: WeakSet[Claim] = WeakSet()
        # Each with a lock that is held as long as it is doomed.
        self._doomed: dict[str, threading.Lock] = {}
        self._watches: WeakSet[Watch] = WeakSet()

    @contextmanager
    def writing(self, key: str) -> Iterator[None]:
        """Claim an object, from before it is looked for until its key is returned."""
        claim = Claim(key)
        while doom := self._make(claim):
            with doom:
                self._forget(key, doom)
        try:
            yield
        finally:
            with self._lock:
                self._claims.discard(claim)

    def watch(self) -> Watch:
        """Begin to watch what is claimed; what is claimed already counts."""
        with self._lock:
            watch = Watch({claim.key for claim in self._claims})
            self._watches.add(watch)
            return watch

    @contextmanager
    def dooming(self, key: str, watch: Watch) -> Iterator[bool]:
        """Doom an object unless it was claimed, or somebody else does so; whether it is doomed meanwhile."""
        doom = threading.Lock()
        with doom:
            try:
                yield self._doom(key, watch, doom)
            finally:
                self._forget(key, doom)

    def _make(self, claim: "Claim") -> "threading.Lock | None":
        """Make a claim, or tell what has to be waited for."""
        with self._lock:
            if claim.key in self._doomed:
                return self._doomed[claim.key]
            self._claims.add(claim)
            if len(self._watches):
                for watch in self._watches:
                    watch.claimed.add(claim.key)
            return None

    def _doom(self, key: str, watch: Watch, doom: threading.Lock) -> bool:
        with self._lock:
            return key not in watch.claimed and self._doomed.setdefault(key, doom) is doom

    def _forget(self, key: str, doom: threading.Lock) -> None:
        with self._lock:
            if self._doomed.get(key) is doom:
                del self._doomed[key]


# By name of the bucket. Of two buckets that have one name in two services, one's claims spare objects of the other:
# they are collected the next time.
_BUCKETS: dict[str, Claims] = {}


def claims_on(bucket: str) -> Claims:
    """Find the claims on the objects of a bucket, one and the same for all managers of this process."""
    return _BUCKETS.get(bucket) or _BUCKETS.setdefault(bucket, Claims())
