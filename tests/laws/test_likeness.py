"""States of the reference model that are equal cannot be told apart by any step.

What is generated is a walk through the operations of one shipped configuration; whenever it comes to a state that it
was in before, both models must answer every operation alike, and be alike again afterwards.
"""

import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.campaign.blob_alphabet import FILES
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.model import BlobModel
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import Model
from tests.campaign.shipped import configurations

_MADE_UP = re.compile(r"(version|transient)\d+|10{15}\d{3}-0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of the alphabet lie."""
    folder = tmp_path_factory.mktemp("files")
    for file in FILES:
        (folder / file.name).write_bytes(file.content)
    return folder


def _answer(model: Model, step: Step) -> tuple[str, Hashable]:
    """What a step says and leaves, without made-up names."""
    parts = [[(part.facts, part.meanings) for part in group] for group in model.parts(step)]
    return _MADE_UP.sub(r"\1", f"{parts} {model.perform(step)!r:.1000}"), model.state()


def _held(model: BlobModel) -> str:
    """What a model holds, with made-up names: what is equal even then is not worth a look."""
    held = model.held
    return repr((held.objects, held.caches, held.changes, held.names, held.later))


@settings(max_examples=100)
@given(st.sampled_from(configurations()), st.randoms(use_true_random=False))
def test_nobody_tells_equal_states_apart(folder: Path, tables: Tables, random: Random) -> None:
    """After equal states every operation has equal facts and outcomes, and leaves equal states."""
    letters = BLOBS.alphabet(tables)[0]
    few = random.sample(letters, random.randint(2, min(8, len(letters))))
    model = BLOBS.model(tables, folder)
    known: dict[Hashable, BlobModel] = {}
    for step in random.choices(few, k=40):
        other = known.get(model.state())
        if other and _held(other) != _held(model):
            for letter in letters:
                assert _answer(model.fork(), letter) == _answer(other.fork(), letter)
        known[model.state()] = model.fork()
        model.perform(step)


VERSIONED: Tables = {
    "stores": {"main": {"key-strategy": "document", "cache": True, "transactional": True}},
    "bucket": {"": {"versioning": True}},
}
WRITE = Step("write", {"store": "main", "content": "foo", "document": "id1", "as": "k"})
AGAIN = Step("write", {"store": "main", "content": "foo", "document": "id1", "as": "l"})
DELETE = Step("delete", {"store": "main", "key": "k"})
HIDE = Step("delete", {"store": "main", "key": "id1"})
BEGIN, ROLLBACK = Step("begin"), Step("rollback")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param([WRITE] * 3, [WRITE] * 2, id="a version without name below another one without"),
        pytest.param([WRITE, WRITE, DELETE] * 2, [*[WRITE, WRITE, DELETE], WRITE, DELETE], id="versions that are gone"),
        pytest.param([WRITE, AGAIN, DELETE], [AGAIN, WRITE, DELETE], id="the order of versions that are covered"),
        pytest.param([WRITE, HIDE, DELETE], [WRITE, DELETE, HIDE], id="a deletion that covers nothing"),
        pytest.param([WRITE, BEGIN, ROLLBACK], [BEGIN, ROLLBACK, WRITE], id="a transaction that is over"),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_state(one: Sequence[Step], other: Sequence[Step]) -> None:
    """Sequences that leave what nobody can tell apart leave equal states."""
    assert _left(one) == _left(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param([WRITE, AGAIN], [AGAIN, WRITE], id="the order of versions that can be deleted"),
        pytest.param([WRITE, WRITE], [WRITE], id="a version that a deletion uncovers"),
        pytest.param([WRITE, HIDE], [WRITE], id="a deletion"),
        pytest.param([WRITE, DELETE], [], id="a name for what is gone"),
        pytest.param([BEGIN], [], id="a transaction"),
    ],
)
def test_what_somebody_sees_is_part_of_a_state(one: Sequence[Step], other: Sequence[Step]) -> None:
    """Sequences that leave what an operation can tell apart leave different states."""
    assert _left(one) != _left(other)


def test_what_is_still_to_do_is_part_of_a_state() -> None:
    """A job whose content is deleted is still tried once."""
    tables: Tables = {"stores": {"main": {}, "sha": {"digest": "sha-256", "digest-async": True}}}
    before = [
        Step("write", {"store": "main", "content": "foo"}),
        Step("copy", {"from": "main", "to": "sha", "key": "acbd18db4cc2f85cedef654fccc4a4d8", "as": "k"}),
        Step("delete", {"store": "sha", "key": "k"}),
    ]
    once, twice = [*before, Step("run-jobs")], [*before, Step("run-jobs"), Step("run-jobs")]
    assert _left(before, tables) != _left(once, tables) == _left(twice, tables)


def _left(steps: Sequence[Step], tables: Tables = VERSIONED) -> Hashable:
    model = BLOBS.model(tables, Path())
    for step in steps:
        model.perform(step)
    return model.state()
