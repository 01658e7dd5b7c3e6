"""Samples of the loads that are run by name: memory that content takes, and threads with garbage collection."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.manager import Assembled, BlobManager
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.tx_store import TxStore
from tests.load import memory, threads

MIB = memory.MIB


@pytest.mark.slow
@pytest.mark.server
def test_content_takes_constant_memory() -> None:
    """32 MiB are written, read and copied in every way, in less than 20 MiB of additional memory."""
    done = memory.run(32 * MIB, 20 * MIB, "moto")
    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) > 10


@pytest.mark.slow
def test_threads_lose_nothing() -> None:
    """16 threads, three managers and a garbage collection: nothing is lost, wrong, or left over."""
    with open_backend("memory") as backend:
        result = threads.run(backend, 1_000)
    assert result.problems == []
    assert result.garbage > 0


class Silent(S3Store):
    """A store that does not say what it is writing."""

    def writing(self, key: str) -> AbstractContextManager[None]:
        return nullcontext()


class SilentManager(BlobManager):
    """A manager whose stores are such."""

    def assemble(self, name: str, options: StoreOptions) -> Assembled:
        store = super().assemble(name, options)
        if isinstance(store, TxStore):
            return store
        base = Silent(**{each.name: getattr(store.base, each.name) for each in fields(store.base)})
        return CacheStore(base, store.cache) if isinstance(store, CacheStore) else base


@pytest.mark.slow
def test_threads_notice_what_is_lost() -> None:
    """Where garbage collection is not told who is writing, the threads find out."""
    with open_backend("memory") as backend:
        assert threads.run(backend, 4_000, manager=SilentManager).problems != []
