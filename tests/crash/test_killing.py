"""Processes are killed in the midst of it, and nothing promised is lost: a sample, and bugs that it must find.

All points: `python -m tests.crash`.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.cache import Cache, Entry
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.content import Fill
from simulator.blobs.keys import Algorithm
from simulator.blobs.manager import Assembled, BlobManager
from simulator.blobs.options import StoreOptions
from simulator.blobs.recovery import Recovered
from simulator.blobs.store import Store
from simulator.blobs.temp_files import create
from simulator.blobs.transaction import Transaction
from simulator.campaign import scenario as scenarios
from simulator.campaign.scenario import Scenario
from tests.crash.killing import Kill, kill, moments_of

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "traces"


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_left() -> None:
    """At 60 moments, each in another scenario, a kill loses nothing that was promised and leaves nothing behind."""
    command = [sys.executable, "-m", "tests.crash", "--points", "60"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert run.stdout.startswith("60 kills in 60 scenarios, ")


DOCUMENTS = """
[stores.main]
transactional = true
key-strategy = "document"
""" + "".join(
    f"""
[[steps]]
do = "begin"
[[steps]]
do = "write"
store = "main"
document = "id1"
content = "{content}"
[[steps]]
do = "write"
store = "main"
document = "id2"
content = "{content}"
[[steps]]
do = "commit"
"""
    for content in ("old", "new")
)


IN_PARTS = """
[stores.main]
multipart-threshold = 2
transactional = true
[[steps]]
do = "write"
store = "main"
content = "foo"
[[steps]]
do = "begin"
[[steps]]
do = "write"
store = "main"
content = "content"
[[steps]]
do = "commit"
"""


class RemovesNothing(BlobManager):
    """Recovers without doing anything."""

    def recover(self, *, older_than: float | None = None) -> Recovered:
        return Recovered()


class PromisesNothing(BlobManager):
    """Commits without writing down first what is to be committed."""

    def begin(self) -> None:
        super().begin()
        self._current.set(Transaction())


class WritesNoJournal(BlobManager):
    """Leaves nothing that a recovery could read."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._journal._open.clear()


class EmptiesBeforeCopying(BlobManager):
    """Takes the content away from its transient place before it is at its final one."""

    def _transactional(self, store: Any, transient: Any, move: Callable[..., object]) -> Any:
        def early(target: Store, source: Store, key: str, final: str) -> None:
            with source.open(key) as file:
                content = file.read()
            source.delete(key)
            target.base.bucket.upload(target.base.object_key(final), BytesIO(content))

        return super()._transactional(store, transient, early)


class RenamesTooEarly(Cache):
    """Gives what it downloads its key before it is there."""

    @contextmanager
    def fetch(self, key: str, get: Callable[[Callable[[bytes], object]], object], **_: Any) -> Iterator[Any]:
        with create(self.folder.path(key)) as file:
            get(file.write)
            file.seek(0)
            yield file


class KnowsTooEarly(Cache):
    """Says that a content is cached before it is stored."""

    @contextmanager
    def receive(self, fill: Fill, algorithm: Algorithm) -> Iterator[Entry]:
        with super().receive(fill, algorithm) as entry:
            self.folder.take(entry.file, entry.digest)
            entry.file.seek(0)
            yield entry


def with_cache(kind: type[Cache]) -> type[BlobManager]:
    """A manager whose caches are of this kind."""

    class Manager(BlobManager):
        def assemble(self, name: str, options: StoreOptions) -> Assembled:
            store = super().assemble(name, options)
            if isinstance(store, CacheStore):
                return CacheStore(store.base, kind(store.cache.folder, store.cache.announce))
            return store

    return Manager


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "name"),
    [
        (RemovesNothing, "basic.toml"),
        (RemovesNothing, "cache/write.toml"),
        (RemovesNothing, "transactions/commit.toml"),
        (WritesNoJournal, "transactions/commit-cached.toml"),
        (EmptiesBeforeCopying, "transactions/commit.toml"),
        (WritesNoJournal, "async-digests/purge.toml"),
        (with_cache(RenamesTooEarly), "cache/read.toml"),
        (with_cache(KnowsTooEarly), "cache/write-stale-unconfirmed.toml"),
    ],
)
def test_bugs_are_found(bug: type[BlobManager], name: str) -> None:
    """A manager that is not safe is found out."""
    assert problems(scenarios.load(TRACES / name), bug)


@pytest.mark.slow
def test_a_commit_is_done_as_a_whole() -> None:
    """Documents that one transaction writes over are all new or all old, and are not where nothing is promised."""
    scenario = scenarios.parse(DOCUMENTS, TRACES / "documents.toml")
    assert problems(scenario, BlobManager, "sent") == []
    assert "by halves" in problems(scenario, PromisesNothing, "sent")[0]


@pytest.mark.slow
def test_uploads_in_parts_are_forgotten() -> None:
    """Parts of content whose upload did not end do not stay, nor do they where nobody got to know the upload's name."""
    scenario = scenarios.parse(IN_PARTS, TRACES / "parts.toml")
    assert problems(scenario, BlobManager, "sent") == []
    assert "an upload in parts" in "".join(problems(scenario, WritesNoJournal, "sent upload_part"))
    assert "an upload in parts" in "".join(problems(scenario, WritesNoJournal, "sent create_multipart_upload"))


def problems(scenario: Scenario, manager: type[BlobManager], name: str = "") -> list[str]:
    """What goes wrong first when the process is killed at the moments with this name, or at any."""
    with open_backend("memory") as backend:
        for moment, moment_name in enumerate(moments_of(backend, scenario, manager)):
            if moment_name.startswith(name) and (found := kill(backend, scenario, Kill(moment), manager).problems):
                return found
    return []
