"""Going through all sequences leaves out only what shows nothing new, and counts right.

The other count goes through the sequences one by one, and has a form of states of its own: sets of sentences, in which
contents and their digests are exchanged as text.
"""

import itertools
import re
from hashlib import md5
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.campaign.blob_system import BLOBS
from simulator.campaign.exhaustive import planned
from simulator.campaign.model import BlobModel
from simulator.campaign.step import Step, Tables
from tests.campaign.shipped import configurations

NOWHERE = Path("/nowhere")
DEPTH = 3

Sentences = frozenset[str]

EXCHANGED = {"foo": "bar", **{md5(one).hexdigest(): md5(other).hexdigest() for one, other in [(b"foo", b"bar")]}}
EXCHANGED |= {other: one for one, other in EXCHANGED.items()}


def exchanged(text: str) -> str:
    """The same with the two contents, and their digests, in each other's place."""
    return re.sub("|".join(EXCHANGED), lambda found: EXCHANGED[found[0]], text)


def sentences(model: BlobModel) -> Sentences:
    """What is where; what the transaction made up is called by its place in it."""
    held = model.held
    said = [f"object {name}: {kept}" for name, versions in held.objects.items() for kept in versions.values()]
    for store, entries in held.caches.items():
        said += [f"entry {store} {key}: {content!r}" for key, content in entries.items()]
    if held.changes is not None:
        said.append("transaction")
        changes = [(store, key, stored) for store, own in held.changes.items() for key, stored in own.items()]
        said += [f"change {number} {change}" for number, change in enumerate(changes)]
        said += [f"touched {store}" for store in held.changes]
        for number, (_, _, stored) in enumerate(changes):
            if stored is not None:
                said = [each.replace(stored, f"made up {number}") for each in said]
    return frozenset(said)


def first_of(state: Sentences, step: str = "") -> tuple[list[str], str]:
    """One form for what exchanging makes equal."""
    return min((sorted(state), step), (sorted(map(exchanged, state)), exchanged(step)))


def hashable(form: tuple[list[str], str]) -> str:
    """A value for a set."""
    return repr(form)


def text(step: Step) -> str:
    """All of a step."""
    return f"{step.do} {dict(step.arguments)}"


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"stores": {"main": {}, "other": {"prefix": "other/"}}}, id="two stores"),
        pytest.param({"stores": {"main": {"cache": True, "transactional": True}}}, id="transactions through a cache"),
    ],
)
def test_the_counts_are_those_of_all_sequences(tables: Tables) -> None:
    """Going through every single sequence comes to the same numbers, and what is run stands for all of them."""
    steps = BLOBS.domain(tables).steps
    sequences, states, pairs, unlike = 0, set(), set(), set()
    for length in range(DEPTH + 1):
        for sequence in itertools.product(steps, repeat=length):
            model = BLOBS.model(tables, NOWHERE)
            for step in sequence[:-1]:
                model.perform(step)
            if sequence:
                sequences += 1
                before = sentences(model)
                pairs.add((before, text(sequence[-1])))
                unlike.add(hashable(first_of(before, text(sequence[-1]))))
                model.perform(sequence[-1])
            states.add(hashable(first_of(sentences(model))))
    plan = planned(BLOBS, tables, NOWHERE, DEPTH)
    counts = plan.counts
    assert (counts.sequences, counts.states) == (sequences, len(states))
    assert (counts.transitions, counts.symmetric) == (len(unlike), len(pairs) - len(unlike))
    assert counts.equal == sequences - len(pairs)
    assert counts.sequences == counts.transitions + counts.symmetric + counts.equal
    run = set()
    for sequence in plan.sequences:
        model = BLOBS.model(tables, NOWHERE)
        for step in sequence:
            run.add(hashable(first_of(sentences(model), text(step))))
            model.perform(step)
    assert run == unlike


@settings(max_examples=60)
@given(st.sampled_from(configurations()), st.randoms(use_true_random=False))
def test_renaming_changes_nothing_but_names(tables: Tables, random: Random) -> None:
    """A renamed sequence has the same facts at every step, and gives and lacks the same kind of thing."""
    domain = BLOBS.domain(tables)
    letters = random.choices(range(len(domain.steps)), k=12)
    renaming = random.choice(domain.renamings)
    assert seen(tables, [domain.steps[letter] for letter in letters]) == seen(
        tables, [domain.steps[renaming[letter]] for letter in letters]
    )


def seen(tables: Tables, steps: list[Step]) -> list[object]:
    """Facts and outcomes, without names."""
    model = BLOBS.model(tables, NOWHERE)
    found: list[object] = []
    for step in steps:
        found.append([[part.facts for part in group] for group in model.parts(step)])
        outcome = model.perform(step)
        found.append((type(outcome.value), bool(outcome.missing), bool(outcome.problem)))
    return found


def test_renamings_are_a_group() -> None:
    """The identity comes first; doing one renaming after another is one of them."""
    for tables in configurations():
        domain = BLOBS.domain(tables)
        assert domain.renamings[0] == tuple(range(len(domain.steps)))
        for one, other in itertools.product(domain.renamings, repeat=2):
            assert tuple(other[number] for number in one) in domain.renamings


def test_longer_sequences_come_to_an_end() -> None:
    """Two plain stores have ten states up to renaming: from five operations on nothing more is run."""
    tables: Tables = {"stores": {"main": {}, "other": {"prefix": "other/"}}}
    counts = [planned(BLOBS, tables, NOWHERE, depth).counts for depth in (1, 4, 5, 8)]
    assert [(each.states, each.transitions) for each in counts] == [(3, 12), (10, 180), (10, 192), (10, 192)]
    assert [each.complete for each in counts] == [False, False, True, True]
