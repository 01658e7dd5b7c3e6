"""Digests that are computed later, under every combination of options: the lines of the contract, put together here."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.blobs import keys
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation
from simulator.interaction.vocabulary import BLOB

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
FOO_SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
HOUR = 3600.0


@dataclass(frozen=True)
class Case:
    """Options of the target, and what happens around the job; there: the digest's object is there before."""

    cache: bool
    source_cache: bool
    verify: bool
    exists: bool
    subdirs: bool
    there: bool
    read_before: bool
    read_after: bool

    def at(self, key: str) -> str:
        """The object of a key."""
        return f"sha/{key[:2]}/{key}" if self.subdirs else f"sha/{key}"

    def question(self, key: str, *, found: bool) -> Iterator[str]:
        """P-EXIST."""
        yield f"Nuxeo>S3 {'doesObjectExist' if self.exists else 'getObjectMetadata'} [{self.at(key)}]"
        yield f"S3>Nuxeo {('exists' if self.exists else 'exists (3 bytes)') if found else 'missing'}"

    def copy(self, key: str) -> Iterator[str]:
        """The copy to the pseudo-digest."""
        yield from self.question(key, found=False)
        if self.verify:
            yield f"Nuxeo>S3 getObjectMetadata [main/{FOO}]"
            yield "S3>Nuxeo exists (3 bytes)"
        yield f"Nuxeo>S3 copyObject [main/{FOO} to {self.at(key)}]"
        yield "S3>Nuxeo copied"

    def read(self, key: str, stored: str, *, cached: bool) -> Iterator[str]:
        """Reading the pseudo-digest, which is stored under another key after the job."""
        if not self.cache:
            yield f"S3>Nuxeo read 3 bytes [{self.at(stored)}]"
        elif cached:
            yield f"Cache>Nuxeo read 3 bytes [{key}]"
        else:
            yield f"Cache>Nuxeo missing [{key}]"
            yield f"S3>Nuxeo read 3 bytes [{self.at(stored)}]"
            yield "on Cache RANDOM"
            yield "Cache>Cache rename"
            yield f"on Cache {key}"

    def job(self, key: str) -> Iterator[str]:
        """The job."""
        yield f"S3>Nuxeo read 3 bytes [{self.at(key)}]"
        if self.cache and self.read_before:
            yield f"on Cache {key}"
            yield f"Cache>Cache copy [{FOO_SHA}]"
        yield from self.question(FOO_SHA, found=self.there)
        if not self.there:
            yield f"Nuxeo>S3 copyObject [{self.at(key)} to {self.at(FOO_SHA)}]"
            yield "S3>Nuxeo copied"

    def purge(self, key: str) -> Iterator[str]:
        """The delayed deletion."""
        if self.cache:
            yield f"Nuxeo>Cache delete [{key}]"
        yield f"Nuxeo>S3 deleteObject [{self.at(key)}]"

    def due(self, key: str) -> Iterator[str]:
        """All of it."""
        yield from self.copy(key)
        if self.read_before:
            yield from self.read(key, key, cached=False)
        yield from self.job(key)
        if self.read_after:
            yield from self.read(key, FOO_SHA, cached=self.read_before)
        yield from self.purge(key)
        yield from self.read(key, FOO_SHA, cached=False)


@dataclass
class Clock:
    """A clock that stands still."""

    seconds: float = 0.0

    def now(self) -> float:
        """Tell the time."""
        return self.seconds


CASES = [Case(*values) for values in itertools.product([False, True], repeat=8)]


def lines(operations: list[Operation], key: str) -> Iterator[str]:
    """The events, without the names of lines and with random keys of cache entries as one word."""
    for operation in operations:
        event = BLOB.word(operation)
        notes = "".join(f" [{note.text}]" for note in event.notes)
        if event.kind == "note":
            yield f"on {event.on[0]} {'RANDOM' if keys.is_random(event.text) and event.text != key else event.text}"
        else:
            yield f"{event.source}>{event.target} {event.label}{notes}"


def test_every_combination(tmp_path: Path) -> None:
    """Copy, job, delayed deletion and the reads between them announce what the contract says, for all 256."""
    for case in CASES:
        operations: list[Operation] = []
        clock = Clock()
        check = "exists" if case.exists else "metadata"
        stores = {
            "main": StoreOptions(prefix="main/", cache=case.source_cache),
            "sha": StoreOptions(
                prefix="sha/",
                digest="sha-256",
                digest_async=True,
                cache=case.cache,
                verify_source=case.verify,
                existence_check=check,  # type: ignore[arg-type]  # one of the two
                subdirs_depth=int(case.subdirs),
            ),
        }
        manager = BlobManager(
            MemoryClient("bucket"),
            "bucket",
            stores,
            observer=operations.append,
            temp_dir=tmp_path,
            clock=clock.now,
        )
        source = manager.write("main", b"foo")
        if case.there:
            manager.write("sha", b"foo")
            manager.clear_cache("sha")
        operations.clear()
        key = manager.copy("main", "sha", source)
        assert keys.is_random(key)
        assert manager.copy("sha", "sha", key) == key
        if case.read_before:
            assert manager.read("sha", key) == b"foo"
        manager.run_jobs()
        assert manager.copy("sha", "sha", key) == FOO_SHA
        if case.read_after:
            assert manager.read("sha", key) == b"foo"
        clock.seconds += HOUR
        manager.purge()
        assert manager.read("sha", key) == b"foo"
        assert list(lines(operations, key)) == list(case.due(key)), case


@pytest.mark.parametrize("cache", [False, True])
@pytest.mark.parametrize("commit", [False, True])
def test_in_a_transaction(tmp_path: Path, *, cache: bool, commit: bool) -> None:
    """The job is that of the commit: without one there is none, and neither it nor the deletion has a frame."""
    stores = {
        "main": StoreOptions(prefix="main/"),
        "sha": StoreOptions(prefix="sha/", digest="sha-256", digest_async=True, transactional=True, cache=cache),
    }
    operations: list[Operation] = []
    manager = BlobManager(MemoryClient("bucket"), "bucket", stores, observer=operations.append, temp_dir=tmp_path)
    manager.begin()
    key = manager.copy("main", "sha", manager.write("main", b"foo"))
    manager.run_jobs()
    (manager.commit if commit else manager.rollback)()
    operations.clear()
    manager.run_jobs()
    case = Case(cache, *[False] * 7)
    assert list(lines(operations, key)) == (list(case.job(key)) if commit else [])
