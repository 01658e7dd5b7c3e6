"""One sequence after the other on one system: nothing of one shows in the next."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from simulator.blobs.backends import Backend, open_backend
from simulator.campaign.blob_session import BlobSession
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.sequence import Series
from simulator.campaign.step import Step

STORES: Any = {"stores": {"main": {"cache": True, "transactional": True, "key-strategy": "document"}}}
WRITE = Step("write", {"store": "main", "content": "foo", "document": "id1", "as": "k"})
READ = Step("read", {"store": "main", "key": "k"})


@pytest.fixture(params=["memory", "moto"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each of the services in this process."""
    with open_backend(request.param) as backend:
        yield backend


def test_the_next_sequence_starts_from_nothing(tmp_path: Path, backend: Backend) -> None:
    """Objects, entries of caches, names of keys, a transaction and files that a bug left are gone."""
    places: list[Path] = []

    class Placed(BlobSystem):
        def start(self, *given: Any) -> Any:
            places.append(given[-1])
            return BlobSystem.start(self, *given)

    with closing(Series(Placed(), STORES, tmp_path, backend)) as series:
        with series.watching() as watch:
            first = watch.session
            assert [watch.perform(step).kind for step in (WRITE, READ, Step("begin"), WRITE)] == [None] * 4
            for place in places:
                (place / "tmp" / "left").write_bytes(b"left")
            assert "temp file" in watch.session.violation(watch.model)
        with series.watching() as watch:
            assert watch.session is first
            assert not watch.told
            assert watch.session.violation(watch.model) == ""
            assert watch.perform(READ).outcome.missing
            assert watch.perform(Step("commit")).outcome.problem.endswith("There is no transaction")
            assert watch.perform(WRITE).kind is None
    assert [place.exists() for place in places] == [False]
    assert list(backend.objects(backend.root)) == []


def test_a_session_that_cannot_be_reset_is_started_again(tmp_path: Path) -> None:
    """Each sequence has a session of its own, which is closed after it."""
    closed: list[object] = []

    class Once:
        def __init__(self, session: BlobSession) -> None:
            self.perform, self.parts, self.violation = session.perform, session.parts, session.violation
            self.loose_ends, self._session = session.loose_ends, session

        def close(self) -> None:
            closed.append(self)
            self._session.close()

    class Starting(BlobSystem):
        def start(self, *given: Any) -> Any:
            return Once(BlobSystem.start(self, *given))

    with open_backend("memory") as backend, closing(Series(Starting(), STORES, tmp_path, backend)) as series:
        for number in range(2):
            with series.watching() as watch:
                assert watch.perform(WRITE).kind is None
            assert len(closed) == number + 1
