"""What a manager does about managers that died, and about those that live."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.blobs.errors import BlobError
from simulator.blobs.faults import Fault, Faults
from simulator.blobs.journal import Entry, Journal, abandoned
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.blobs.recovery import Recovered
from simulator.campaign.fault_disk import Disk
from tests.crash.process import fork

ONE, TWO = Entry("file", "/one"), Entry("object", "two")
CACHED = StoreOptions(cache=True, transactional=True)


@pytest.fixture
def manager(client: MemoryClient, temp_dir: Path, tmp_path: Path) -> Callable[[], BlobManager]:
    """Make managers that share everything, as processes on one machine do."""

    def make() -> BlobManager:
        return BlobManager(
            client,
            "bucket",
            {"main": CACHED},
            temp_dir=temp_dir,
            cache_dir=tmp_path / "cache",
            journal_dir=tmp_path / "journals",
        )

    return make


def objects(client: MemoryClient) -> list[str]:
    """The keys in the bucket."""
    return [entry["Key"] for entry in client.list_objects_v2(Bucket="bucket")["Contents"]]


def left_by_a_dead(work: Callable[[Journal], object], folder: Path) -> list[tuple[Entry, ...]]:
    """What is found in the journals after a process has done its work and died."""
    fork(None, lambda _, __: work(Journal(folder)))
    return [tuple(entries) for entries in abandoned(folder)]


def test_what_the_dead_had_begun_is_found_once(tmp_path: Path) -> None:
    """What was begun as often as it was ended is over; the rest is found by one who asks first."""

    def work(journal: Journal) -> None:
        journal.begin(ONE, TWO)
        journal.begin(ONE)
        journal.end(ONE)
        journal.end(TWO)

    assert left_by_a_dead(work, tmp_path) == [(ONE,)]
    assert list(abandoned(tmp_path)) == []


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    """While a journal is open nobody gets what is in it, also not its own process."""
    journal = Journal(tmp_path)
    journal.begin(ONE)
    assert list(abandoned(tmp_path)) == []


def test_what_fails_is_recovered_again(tmp_path: Path) -> None:
    """Where dealing with a journal fails, it stays."""
    assert left_by_a_dead(lambda journal: journal.begin(ONE), tmp_path / "first") == [(ONE,)]
    fork(None, lambda _, __: Journal(tmp_path).begin(ONE))
    recovery = abandoned(tmp_path)
    assert next(iter(recovery)) == (ONE,)
    recovery.close()  # type: ignore[attr-defined]  # a generator, which an error would end so
    assert list(abandoned(tmp_path)) == [(ONE,)]


def test_a_line_that_was_cut_off_was_not_written(tmp_path: Path) -> None:
    """The process died while it wrote, and had not begun yet; or the disk was full for a while."""

    def work(journal: Journal) -> None:
        journal.begin(ONE)
        os.write(journal._open[0][0], b'{"begun":[{"kind":"file","pl')
        journal.begin(TWO)
        os.write(journal._open[0][0], b'{"over":[{"kind":"file","pl')

    assert left_by_a_dead(work, tmp_path) == [(ONE, TWO)]


def test_a_journal_stays_small(tmp_path: Path) -> None:
    """However much is begun and ended, and what was begun first and is not over stays in it."""

    def work(journal: Journal) -> None:
        journal.begin(ONE)
        for number in range(3000):
            with journal.covering(Entry("file", f"/{number:0500}")):
                pass

    fork(None, lambda _, __: work(Journal(tmp_path)))
    (path,) = tmp_path.glob("*.journal")
    assert path.stat().st_size < 2 << 20
    assert list(abandoned(tmp_path)) == [(ONE,)]


def test_a_journal_that_is_done_leaves_nothing(tmp_path: Path) -> None:
    """A manager that ends as it should has no journal afterwards."""
    journal = Journal(tmp_path)
    journal.begin(ONE)
    journal.end(ONE)
    del journal
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_journals_is_private(tmp_path: Path) -> None:
    """Where others may write, they could have anything deleted, so no journal is there."""
    tmp_path.chmod(0o777)
    with pytest.raises(BlobError, match="others may write there"):
        Journal(tmp_path)


def test_a_living_transaction_survives_the_recovery_of_another(
    manager: Callable[[], BlobManager], client: MemoryClient, tmp_path: Path
) -> None:
    """Its transient object and entry are not taken from it, and it commits."""
    living = manager()
    living.begin()
    key = living.write("main", b"foo")
    before = objects(client), sorted(tmp_path.rglob("cache/*/*"))
    assert manager().recover() == Recovered()
    assert (objects(client), sorted(tmp_path.rglob("cache/*/*"))) == before
    living.commit()
    assert objects(client) == [key]
    assert manager().read("main", key) == b"foo"


def test_what_other_programs_left_stays(manager: Callable[[], BlobManager], temp_dir: Path) -> None:
    """A file is not removed for its name."""
    foreign = temp_dir / "bin_0123456789abcdef.tmp"
    foreign.touch()
    os.utime(foreign, (0, 0))
    manager().recover()
    assert foreign.exists()


def test_what_no_journal_knows_goes_by_age(manager: Callable[[], BlobManager], client: MemoryClient) -> None:
    """Transient objects of machines that will not come back are deleted when they are old; other objects never are."""
    lost, other = "tx/1234567890123456789-0", "tx/acbd18db4cc2f85cedef654fccc4a4d8"
    for key in (lost, other):
        with Path(os.devnull).open("rb") as body:
            client.put_object(Bucket="bucket", Key=key, Body=body)
    assert manager().recover(older_than=60) == Recovered()
    time.sleep(1.1)
    assert manager().recover(older_than=0.05) == Recovered(removed=(lost,))
    assert objects(client) == [other]


def test_the_cache_of_a_manager_that_names_no_folder_for_it_is_removed(
    client: MemoryClient, tmp_path: Path, temp_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder for caches that a dead manager made for itself goes with the rest."""
    monkeypatch.setattr("tempfile.tempdir", str(temp_dir))

    def make() -> BlobManager:
        return BlobManager(client, "bucket", {"main": CACHED}, journal_dir=tmp_path / "journals")

    dying = []

    def die(*_: object) -> None:
        dying.append(make())

    fork(client, die)
    assert [path.name[:16] for path in temp_dir.iterdir()] == ["simulator-cache-"]
    make().recover()
    assert list(temp_dir.iterdir()) == []


def test_jobs_outlive_their_process(client: MemoryClient, tmp_path: Path, temp_dir: Path) -> None:
    """A digest that was not computed is computed by the next manager, and one that was stays known to it."""
    told: list[tuple[str, ...]] = []

    def make() -> BlobManager:
        stores = {"main": StoreOptions(), "sha": StoreOptions(prefix="sha/", digest="sha-256", digest_async=True)}
        journals = tmp_path / "journals"
        return BlobManager(
            client, "bucket", stores, temp_dir=temp_dir, journal_dir=journals, replaced=lambda *job: told.append(job)
        )

    manager = make()
    pseudo = manager.copy("main", "sha", manager.write("main", b"foo"))
    # A manager that ends with open jobs leaves them as one that dies.
    del manager
    second = make()
    second.recover()
    second.run_jobs()
    digest = hashlib.sha256(b"foo").hexdigest()
    assert told == [("sha", pseudo, digest)]
    client.delete_object(Bucket="bucket", Key=f"sha/{pseudo}")
    del second
    third = make()
    third.recover()
    assert third.read("sha", pseudo) == b"foo"


def test_a_copy_that_may_be_there_is_removed(client: MemoryClient, tmp_path: Path, temp_dir: Path) -> None:
    """Nobody knows the pseudo-digest of a copy that failed; where its answer was lost, the next manager deletes it."""
    stores = {"main": StoreOptions(), "sha": StoreOptions(prefix="sha/", digest="sha-256", digest_async=True)}
    journals = tmp_path / "journals"
    faults = Faults(client, temp_dir)
    manager = BlobManager(faults.client, "bucket", stores, temp_dir=temp_dir, journal_dir=journals)
    key = manager.write("main", b"foo")
    faults.plan(Fault("CopyObject", "AccessDenied"))
    faults.plan(Fault("PutObject", "InternalError", after=True), 3)
    with faults.active(), pytest.raises(BlobError):
        manager.copy("main", "sha", key)
    assert len(objects(client)) == 2
    del manager
    BlobManager(client, "bucket", stores, temp_dir=temp_dir, journal_dir=journals).recover()
    assert objects(client) == [key]


def test_a_temp_file_that_cannot_be_removed_is_left(client: MemoryClient, tmp_path: Path, temp_dir: Path) -> None:
    """The content is stored all the same, and the next manager tries again."""
    faults = Faults(client, temp_dir)
    disk = Disk(faults, temp_dir, tmp_path / "cache")
    journals = tmp_path / "journals"
    faults.plan(Fault("temp-delete", "permission-denied"))
    disk.watch()
    manager = BlobManager(client, "bucket", {"main": StoreOptions()}, temp_dir=temp_dir, journal_dir=journals)
    with faults.active():
        key = manager.write("main", b"foo")
    disk.close()
    assert manager.read("main", key) == b"foo"
    assert len(list(temp_dir.iterdir())) == 1
    del manager
    BlobManager(client, "bucket", {"main": StoreOptions()}, temp_dir=temp_dir, journal_dir=journals).recover()
    assert list(temp_dir.iterdir()) == []
