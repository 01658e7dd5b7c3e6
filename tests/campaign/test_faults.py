"""Faults at every call: what is injected, what only faults find, and what is saved of it."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.errors import BlobError, BlobNotWritten
from simulator.blobs.journal import Entry
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.blobs.recovery import Recovered
from simulator.blobs.s3_store import S3Store
from simulator.blobs.store import Store
from simulator.blobs.temp_files import TempFiles
from simulator.blobs.transaction import Transaction
from simulator.blobs.tx_store import TxStore
from simulator.campaign import scenario as scenarios
from simulator.campaign.blob_system import BLOBS, BlobSystem
from simulator.campaign.examples import Pair
from simulator.campaign.loading import Systems
from simulator.campaign.machine import explore
from simulator.campaign.replay import replay
from simulator.campaign.runner import run
from simulator.campaign.saving import save_failure, save_uncovered
from simulator.conformance.check import check
from simulator.conformance.exploration import Exploration, Struck
from simulator.diagram.parser import parse_file
from simulator.interaction.lower import lower
from simulator.report.campaign_text import campaign_lines
from simulator.report.json_campaign import campaign_json
from simulator.report.result import Campaign
from tests.campaign.planted_deeper import with_kind
from tests.campaign.shipped import of, shipped


class EntryOfAFailedWrite(CacheStore):
    """Caches what could not be stored."""

    def _store(self, entry: Any, key: str) -> str:
        try:
            return super()._store(entry, key)
        except BlobNotWritten:
            entry.keep(key)
            raise


class FailsSilently(S3Store):
    """Says that it has stored what S3 refused."""

    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        with suppress(BlobNotWritten):
            return super().upload(key, file, size, sender)
        return key


class WritesAgain(S3Store):
    """Writes a second time after a failure."""

    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        start = file.tell()
        try:
            return super().upload(key, file, size, sender)
        except BlobNotWritten:
            file.seek(start)
            return super().upload(key, file, size, sender)


class MovesByDeleting(S3Store):
    """Deletes what it has to move, also where it has no copy yet."""

    def move(self, source: Store, key: str, target: str) -> None:
        try:
            self.adopt(source, key, target)
        finally:
            self._delete(key, *source.base.split(key))


class CommitStopsHalfway(TxStore[Any]):
    """After one key that fails no other one is committed."""

    def commit(self, transaction: Transaction, attempt: Any) -> None:
        super().commit(transaction, lambda work: None if transaction._problems else attempt(work))


class PromisesNothing(TxStore[Any]):
    """After a crash nobody knows what was to be kept."""

    def _promise(self, stored: str, final: str) -> tuple[Entry, ...]:
        del stored, final
        return ()


class LeavesTempFile(TempFiles):
    """Makes another temp file when the disk is full, and forgets it."""

    def lend(self, use: Callable[[BinaryIO], Any]) -> Any:
        try:
            return super().lend(use)
        except BlobError:
            (self.directory / "bin_again.tmp").touch()
            raise


class ForgetsTempFile(BlobManager):
    def assemble(self, name: str, options: StoreOptions) -> Any:
        temps = self._temps
        self._temps = LeavesTempFile(temps.directory, temps.announce, temps.name, temps.journal, temps.create)
        return super().assemble(name, options)


class RecoversNothing(BlobManager):
    def recover(self, *, older_than: float | None = None) -> Recovered:
        del older_than
        return Recovered()


BUGS = [
    pytest.param(with_kind(EntryOfAFailedWrite), ("upload-fails-cached",), id="EntryOfAFailedWrite"),
    pytest.param(with_kind(FailsSilently), ("basic",), id="FailsSilently"),
    pytest.param(with_kind(WritesAgain), ("upload-fails",), id="WritesAgain"),
    pytest.param(with_kind(MovesByDeleting), ("commit",), id="MovesByDeleting"),
    pytest.param(with_kind(CommitStopsHalfway), ("two-stores",), id="CommitStopsHalfway"),
    pytest.param(with_kind(PromisesNothing), ("upload-fails-transaction",), id="PromisesNothing"),
    pytest.param(ForgetsTempFile, ("basic",), id="ForgetsTempFile"),
    pytest.param(RecoversNothing, ("basic",), id="RecoversNothing"),
]


def explored(pairs: list[Pair], manager: type[BlobManager] = BlobManager, **options: Any) -> Exploration:
    """Explore in memory, faults aside no more than the scenarios."""
    with open_backend("memory") as backend:
        return explore(pairs, backend, sequences=0, system=BlobSystem(manager), **options)


@pytest.mark.slow
@pytest.mark.parametrize(("manager", "names"), BUGS)
def test_bugs_that_only_faults_find(manager: type[BlobManager], names: tuple[str, ...]) -> None:
    """Without faults nothing fails; with them something does, in a sequence of at most five steps."""
    pairs = shipped(*names)
    assert pairs
    assert explored([pair for pair in pairs if "inject" not in str(pair.scenario.steps)], manager).failures == ()
    found = explored(pairs, manager, faults=5000, first=True)
    assert found.failures
    assert min(len(failure.sequence) for failure in found.failures) <= 6


@pytest.mark.slow
def test_faults_alone_break_nothing() -> None:
    """With caches and transactions, what cannot be deleted and what was lost included."""
    found = explored(
        shipped("upload-fails-cached", "upload-fails-transaction-cached", "upload-fails-version"), faults=5000
    )
    assert found.failures == ()
    assert found.faults is not None
    assert found.faults.injected > 200


@pytest.mark.slow
def test_every_call_is_struck(tmp_path: Path) -> None:
    """What the diagrams of plain stores lack is drawn, with its fault, and `check` accepts the pair."""
    found = explored(shipped("basic", "upload-fails"), faults=400)
    assert found.failures == ()
    assert found.faults is not None
    assert found.faults.kinds.keys() == {
        "error",
        "lost answer",
        "throttling",
        "slow answer",
        "cut-off body",
        "disk full",
        "permission denied",
        "crash",
    }
    assert found.faults.failures == 0
    assert found.faults.uncovered == len([each for each in found.uncovered if "inject" in each.scenario]) > 5
    # That is what one of the two shows.
    assert ("write", ("new", "stream", "PutObject refused")) not in {
        (each.behaviour.operation, each.behaviour.facts) for each in found.uncovered
    }
    for uncovered in found.uncovered:
        path = save_uncovered(uncovered, tmp_path)
        with open_backend("memory") as backend:
            happened = run(scenarios.load(path.with_suffix(".toml")), backend, system=BLOBS)
        assert not happened.failures, uncovered.name
        verdict = check(lower(parse_file(path)[0], path.name), happened.trace)
        assert verdict.conforms, uncovered.name


@pytest.mark.slow
def test_faults_are_chosen_by_the_seed() -> None:
    """Fewer than there are: the same ones with the same seed."""
    few = [explored(shipped("basic"), faults=20, seed=seed).faults for seed in (1, 1, 2)]
    assert few[0] is not None
    assert few[0].injected <= 20
    assert few[0] == few[1] != few[2]


@pytest.mark.slow
def test_a_failure_with_a_fault_is_replayed(tmp_path: Path) -> None:
    """A saved failure fails again, and is fixed when the bug is."""
    found = explored(shipped("basic"), RecoversNothing, faults=400, first=True)
    path = save_failure(found.failures[0], tmp_path)
    assert 'fault = "crash"' in path.read_text()
    with open_backend("memory") as backend:
        assert not replay(path, backend, Systems(BlobSystem(RecoversNothing))).fixed
        assert replay(path, backend).fixed


def test_systems_without_faults() -> None:
    """Without faults asked for, none are injected."""
    assert explored(of(".")[:1]).faults is None


def test_what_was_injected_is_told() -> None:
    """Text and JSON count the faults, by kind, and what came of them."""
    struck = Struck({"slow answer": 34, "crash": 1200}, failures=0, uncovered=12)
    campaign = Campaign(Exploration(0, "memory", 0, 0, (), faults=struck))
    assert "faults: 1,234 injected, 2 kinds, 0 failures, 12 uncovered" in map(str, campaign_lines(campaign))
    told = json.loads(campaign_json(campaign))["campaign"]["faults"]
    assert told == {"injected": 1234, "kinds": {"crash": 1200, "slow answer": 34}, "failures": 0, "uncovered": 12}


@pytest.mark.slow
def test_any_number_of_workers_strikes_the_same() -> None:
    """The report is that of one process."""
    with open_backend("memory") as backend:
        alone, together = (
            explore(
                shipped("basic"),
                backend,
                sequences=0,
                faults=30,
                workers=workers,
                reopen=partial(open_backend, "memory"),
            )
            for workers in (1, 2)
        )
    assert alone == together
