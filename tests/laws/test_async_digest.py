"""Laws of digests that are computed later: whatever happens in between, a key that was returned reads its bytes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.blobs import keys
from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions

SOURCES = {
    "main": StoreOptions(prefix="main/"),
    "sha-1": StoreOptions(prefix="sha-1/", digest="sha-1", cache=True),
    "record": StoreOptions(prefix="record/", record=True, cache=True),
}
TARGETS = {
    "md5": StoreOptions(prefix="md5/", digest_async=True),
    "sha": StoreOptions(prefix="sha/", digest="sha-256", digest_async=True, verify_source=False),
    "cached": StoreOptions(
        prefix="cached/", digest="sha-256", digest_async=True, cache=True, subdirs_depth=2, existence_check="exists"
    ),
    "tx": StoreOptions(prefix="tx/", digest="sha-256", digest_async=True, transactional=True),
    "cached-tx": StoreOptions(
        prefix="cached-tx/", digest="sha-512", digest_async=True, transactional=True, cache=True, subdirs_depth=1
    ),
}
CONTENTS = [b"", b"foo", b"bar"]
HOUR = 3600.0

contents = st.sampled_from(CONTENTS)
targets = st.sampled_from(sorted(TARGETS))
# The number of a key that was returned before, counted from the last one.
numbers = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(sorted(SOURCES)), contents),
    st.tuples(st.just("copy"), targets, numbers),
    st.tuples(st.just("copy"), targets, numbers),
    st.tuples(st.sampled_from(["read", "within", "delete"]), numbers),
    st.tuples(st.just("clear"), targets),
    st.tuples(st.just("purge"), st.sampled_from([0.0, HOUR / 2, HOUR])),
    st.tuples(st.sampled_from(["jobs", "jobs", "begin", "commit", "rollback"])),
)


@dataclass
class Promise:
    """A key that was returned, with its content; settled, purged: when its job and its deletion came, if they did."""

    store: str
    key: str
    content: bytes
    scheduled: bool = False
    settled: float | None = None
    purged: float | None = None
    open: bool = False

    @property
    def is_pseudo(self) -> bool:
        """Whether it is no digest."""
        return keys.is_random(self.key)


@dataclass
class World:
    """A manager, a clock, and what was promised."""

    manager: BlobManager
    promises: list[Promise] = field(default_factory=list)
    now: float = 0.0

    def do(self, step: tuple[object, ...]) -> None:
        """Do one step, if there is something to do it with."""
        match step:
            case ("write", str(store), bytes(content)):
                self.promise(store, self.manager.write(store, content, document=f"id{len(self.promises)}"), content)
            case ("copy", str(store), int(number)) if found := self.promised(number):
                self.promise(store, self.manager.copy(found.store, store, found.key), found.content)
            case ("within", int(number)) if found := self.promised(number):
                self.within(found)
            case ("read", int(number)) if found := self.promised(number):
                assert self.manager.read(found.store, found.key) == found.content
            case ("delete", int(number)) if (found := self.promised(number)) and found.is_pseudo:
                if not self.manager.in_transaction:
                    self.delete(found)
            case ("clear", str(store)):
                self.manager.clear_cache(store)
            case ("jobs",):
                self.run_jobs()
            case ("purge", float(advance)):
                self.purge(advance)
            case ("begin",) if not self.manager.in_transaction:
                self.manager.begin()
            case ("commit" | "rollback" as end,) if self.manager.in_transaction:
                self.end(end)

    def promised(self, number: int) -> Promise | None:
        """The promise of that number, counted from the last one."""
        return self.promises[-1 - number] if number < len(self.promises) else None

    def promise(self, store: str, key: str, content: bytes) -> None:
        """Remember a key."""
        if (store, key) not in [(each.store, each.key) for each in self.promises]:
            inside = self.manager.in_transaction
            self.promises.append(Promise(store, key, content, scheduled=not inside, open=inside))

    def within(self, found: Promise) -> None:
        """A copy within a store is the key itself, or its digest."""
        if found.store == "record":
            return
        key = self.manager.copy(found.store, found.store, found.key)
        assert (key == found.key) is (not found.is_pseudo or found.settled is None)
        self.promise(found.store, key, found.content)

    def delete(self, found: Promise) -> None:
        """A pseudo-digest that its user deletes is gone at once and for good."""
        self.manager.delete(found.store, found.key)
        self.promises.remove(found)
        with pytest.raises(BlobNotFound):
            self.manager.read(found.store, found.key)

    def run_jobs(self) -> None:
        """Every job that is scheduled is done."""
        self.manager.run_jobs()
        for each in self.promises:
            if each.is_pseudo and each.scheduled and each.settled is None:
                each.settled = self.now

    def purge(self, advance: float) -> None:
        """What was settled an hour ago is deleted, what was deleted an hour ago is forgotten."""
        self.now += advance
        self.manager.purge()
        self.promises = [each for each in self.promises if each.purged is None or self.now - each.purged < HOUR]
        for each in self.promises:
            if each.settled is not None and each.purged is None and self.now - each.settled >= HOUR:
                each.purged = self.now

    def end(self, how: str) -> None:
        """What a rollback takes back was not promised; elsewhere it has no jobs."""
        getattr(self.manager, how)()
        self.promises = [
            each
            for each in self.promises
            if not (how == "rollback" and each.open and each.store in {"tx", "cached-tx", "record"})
        ]
        for each in self.promises:
            each.scheduled |= each.open and how == "commit"
            each.open = False

    def check(self) -> None:
        """Every promise is kept, now and with empty caches."""
        for _ in range(2):
            for each in self.promises.copy():
                self.within(each)
                assert self.manager.read(each.store, each.key) == each.content
                assert self.manager.exists(each.store, each.key)
            for store in (*SOURCES, *TARGETS):
                self.manager.clear_cache(store)


@contextmanager
def world(backend: Backend) -> Iterator[World]:
    """A fresh one."""
    with tempfile.TemporaryDirectory() as folder:
        stores = {**SOURCES, **TARGETS}
        root = backend.fresh_root()
        made: list[World] = []
        manager = BlobManager(
            backend.client, backend.bucket, stores, temp_dir=Path(folder), root=root, clock=lambda: made[0].now
        )
        made.append(World(manager))
        yield made[0]
        assert list(Path(folder).iterdir()) == []
        pseudo = {each.key for each in made[0].promises if each.is_pseudo}
        for key, _ in backend.objects(root):
            name = key.rpartition("/")[2]
            assert not keys.is_random(name) or name in pseudo, "an object that nobody can ask for"


def keep_promises(backend: Backend, run: list[tuple[object, ...]]) -> None:
    """Go through the steps, and look at everything at the end, also when all that is left has been done."""
    with world(backend) as there:
        for step in run:
            there.do(step)
        if there.manager.in_transaction:
            there.end("commit")
        there.check()
        there.run_jobs()
        there.check()
        for _ in range(2):
            there.purge(HOUR / 2)
            there.check()
        there.purge(HOUR / 2)
        there.check()


COPIED: list[tuple[object, ...]] = [
    ("write", "sha-1", b"foo"),
    ("copy", "sha", 0),
    ("copy", "cached-tx", 1),
    ("copy", "md5", 1),
]
INSIDE = [("begin",), ("copy", "sha", 3), ("copy", "tx", 3)]
DELETED = [("jobs",), ("delete", 1), ("delete", 1), ("purge", HOUR)]
runs = st.lists(steps, max_size=16).map(lambda run: [*COPIED, *run])


@example([*COPIED, *INSIDE, ("commit",), ("jobs",), ("read", 0), ("purge", HOUR)])
@example([*COPIED, *INSIDE, ("rollback",), ("jobs",), ("within", 0), ("purge", HOUR)])
@example([*COPIED, *DELETED])
@given(runs)
@settings(max_examples=150)
def test_every_key_reads_its_bytes(run: list[tuple[object, ...]]) -> None:
    """Before jobs, between them and after them, when pseudo-digests are deleted, cached or not."""
    with open_backend("memory") as backend:
        keep_promises(backend, run)


@given(runs)
@settings(max_examples=10)
def test_every_key_reads_its_bytes_where_versions_are_kept(run: list[tuple[object, ...]]) -> None:
    """Nor do versions change that."""
    with open_backend("moto") as backend:
        keep_promises(backend.with_versions(), run)
