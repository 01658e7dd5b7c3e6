"""The search in the reference model finds all there is, by the shortest way, and claims no more.

The other search goes through all sequences one by one, from the first operation on, and knows of no states.
"""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulator.campaign.blob_alphabet import FILES
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.reach import Due, Reach, Steps, joined, reach, reached
from simulator.campaign.step import Step, Tables
from tests.campaign.shipped import configurations

PLAIN: Tables = {"stores": {"main": {}}}
SMALL: list[Tables] = [
    {"stores": {"main": {"transactional": True}}},
    {"stores": {"main": {"cache": True, "byte-range": True}}},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the alphabet lie."""
    folder = tmp_path_factory.mktemp("files")
    for file in FILES:
        (folder / file.name).write_bytes(file.content)
    return folder


def due(tables: Tables, folder: Path, way: Steps) -> list[Due]:
    """What the last operation of a sequence is, in a fresh model."""
    model = BLOBS.model(tables, folder)
    for step in way[:-1]:
        model.perform(step)
    return [(way[-1].do, part.facts) for group in model.parts(way[-1]) for part in group]


@pytest.mark.parametrize("tables", SMALL, ids=str)
def test_nothing_else_is_reached_and_nothing_sooner(tables: Tables, folder: Path) -> None:
    """All sequences of up to three operations come to the same behaviours, each by the same way."""
    found: dict[Due, Steps] = {}
    for letters in BLOBS.alphabet(tables):
        for length in (1, 2, 3):
            for way in itertools.product(letters, repeat=length):
                for each in due(tables, folder, way):
                    if each not in found or len(way) < len(found[each]):
                        found[each] = way
    assert reach(BLOBS, tables, folder, depth=3, limit=10**6).ways == found


@pytest.mark.parametrize("tables", configurations(), ids=lambda tables: "-".join(tables["stores"]))
def test_groups_that_are_alike_come_to_nothing_else(tables: Tables, folder: Path) -> None:
    """The groups that are left out are searched here, each as far as three operations go."""
    lengths: dict[Due, int] = {}
    for letters in BLOBS.alphabet(tables):
        for each, way in reached(letters, BLOBS.model(tables, folder), depth=3).ways.items():
            lengths[each] = min(len(way), lengths.get(each, len(way)))
    ways = reach(BLOBS, tables, folder, depth=3, limit=10**6).ways
    assert {each: len(way) for each, way in ways.items()} == lengths


@pytest.mark.parametrize("tables", configurations(), ids=lambda tables: "-".join(tables["stores"]))
def test_every_way_leads_where_it_should(tables: Tables, folder: Path) -> None:
    """Replaying a way in a fresh model ends with its behaviour, however few transitions are allowed."""
    ways = reach(BLOBS, tables, folder, limit=100).ways
    assert ways
    assert [each for each, way in ways.items() if each not in due(tables, folder, way)] == []


def test_what_is_complete_stays_as_it_is(folder: Path) -> None:
    """Where no state is left behind the bound, a wider bound changes nothing."""
    found = [reach(BLOBS, PLAIN, folder, depth=depth) for depth in range(1, 7)]
    assert [each.complete for each in found] == [False, False, True, True, True, True]
    assert found[2] == found[-1]
    assert found[1].ways != found[2].ways or found[1].states != found[2].states


def test_a_limit_makes_the_bound_narrower(folder: Path) -> None:
    """With fewer transitions allowed the search claims fewer operations, and finds all that those come to."""
    tables = SMALL[0]
    narrow = reach(BLOBS, tables, folder, depth=5, limit=60)
    assert (narrow.depth, narrow.complete) == (3, False)
    within = reach(BLOBS, tables, folder, depth=3, limit=10**6).ways
    assert {each: way for each, way in narrow.ways.items() if len(way) <= narrow.depth} == within


def test_joined_bounds_are_the_narrowest() -> None:
    """Of several searches the least complete bounds all; those that are complete do not."""

    def found(depth: int, way: Mapping[Due, Steps], *, complete: bool) -> Reach:
        return Reach(way, 1, 10, depth, complete)

    short: Steps = (Step("b"),)
    long: Steps = (Step("a"), Step("b"))
    one, other = found(2, {("b", ()): long}, complete=True), found(4, {("b", ()): short}, complete=False)
    assert joined([one, other]) == Reach({("b", ()): short}, 2, 20, 4, complete=False)
    assert joined([one, one]).complete
    assert joined([one, one]).depth == 2
