"""The end of a transaction: each of its changes meets what those before it left."""

from pathlib import Path
from typing import Any

import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import examples_of
from simulator.campaign.judging import Rules
from simulator.campaign.sequence import Played, play, watching
from simulator.campaign.step import Step
from simulator.discovery.rules import learn
from tests.campaign.shipped import of

# Two stores with one place.
STORES: Any = {"stores": {"main": {"cache": True, "transactional": True}, "other": {"transactional": True}}}

BEGIN, COMMIT = Step("begin"), Step("commit")
FIRST = Step("write", {"store": "main", "content": "foo", "as": "k"})
SECOND = Step("write", {"store": "other", "content": "foo"})
DELETE = Step("delete", {"store": "main", "key": "k"})


@pytest.fixture(scope="module")
def rules() -> Rules:
    """What the shipped diagrams of transactions say."""
    with open_backend("memory") as backend:
        return Rules(learn(each for pair in of("transactions") for each in examples_of(pair, backend, BLOBS).examples))


def played(steps: list[Step], rules: Rules, folder: Path, tables: Any = STORES) -> Played:
    """Judge one sequence."""
    with open_backend("memory") as backend, watching(BLOBS, tables, folder, backend) as watch:
        return play(watch, steps, rules)


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([FIRST, BEGIN, DELETE, SECOND, COMMIT], (("delete", "through cache"), ("write", "new"))),
        ([BEGIN, FIRST, SECOND, COMMIT], (("write", "new", "through cache", "cached"), ("write", "stored"))),
        ([BEGIN, SECOND, FIRST, COMMIT], (("write", "new"), ("write", "stored", "through cache", "cached"))),
    ],
)
def test_what_one_store_commits_the_next_one_meets(
    rules: Rules, tmp_path: Path, steps: list[Step], last: tuple[tuple[str, ...], ...]
) -> None:
    """Two stores with one place: what is gone must be written anew, what is there is not."""
    found = played(steps, rules, tmp_path)
    assert found.wrong is None
    assert tuple(part.facts for group in found.seen[-1].parts for part in group) == last
    assert all(found.held)
