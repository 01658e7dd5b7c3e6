"""Blob managers with one bug each: exploring finds every one in the configurations where it shows, and shrinks it.

How soon each is found: `python -m pytest tests/benchmarks/bench_bugs.py`.
"""

from collections import Counter
from typing import Any

import pytest

from simulator.blobs.async_digest import AsyncDigests
from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.bucket import Bucket
from simulator.blobs.cache import Cache
from simulator.blobs.cache_store import CacheStore
from simulator.blobs.manager import BlobManager
from simulator.blobs.s3_store import S3Store
from simulator.blobs.tx_store import TxStore
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.machine import explore
from simulator.campaign.runner import run
from tests.campaign import planted_plain as plain
from tests.campaign.planted import BUGS, Bug
from tests.campaign.planted_deeper import with_kind
from tests.campaign.planted_later import with_digests
from tests.campaign.shipped import PLAIN, of, shipped
from tests.confirmed import check

pytestmark = pytest.mark.slow

# The most operations that the first failure takes when it is shrunk; what shows at the end of a transaction needs two
# of them for that alone.
MOST = {"plain": 3, "cache": 5, "documents": 4, "transactions": 6, "async": 6}


def test_every_part_has_bugs() -> None:
    """There are many of every kind, and every one has a name of its own within its kind."""
    assert Counter(bug.kind for bug in BUGS) == {
        "plain": 36,
        "cache": 8,
        "documents": 5,
        "transactions": 12,
        "async": 12,
    }
    assert len({(bug.kind, bug.name) for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.kind}-{bug.name}")
def test_every_planted_bug_is_found_and_shrunk(bug: Bug) -> None:
    """A failure is found, and takes few operations when it is shrunk."""
    failures = bug.explored().failures
    assert failures
    assert max(len(failure.sequence) for failure in failures) <= MOST[bug.kind]


def test_no_bug_no_failure() -> None:
    """The blob manager that ships passes, and nothing of it is uncovered, collections aside: they have a folder."""
    found = Bug("none", "plain", BlobManager, PLAIN).explored(first=False)
    assert found.passed
    assert {each.behaviour.operation for each in found.uncovered} == {"collect-garbage"}
    assert all(rule.count for rule in found.rules)


@pytest.mark.parametrize("kind", [Cache, CacheStore, Bucket, TxStore, S3Store, AsyncDigests])
def test_planting_alone_breaks_nothing(kind: type) -> None:
    """A class that only has another name is no bug."""
    same: Any = type("Same", (kind,), {"__slots__": ()})
    manager = with_digests(same) if kind is AsyncDigests else with_kind(same)
    folder = "async-digests" if kind is AsyncDigests else "transactions"
    found = Bug("same", "none", manager, (folder,)).explored(sequences=10)
    assert (found.failures, found.broken) == ((), ())


def test_a_temp_file_left_by_a_failed_upload_is_found() -> None:
    """With a service that refuses large uploads, the leak is told apart from the refusal itself."""
    backend = Backend("refusing", plain.RefusingLarge("bucket"), "bucket")
    right, wrong = (
        explore(of(*PLAIN), backend, seed=1, system=BlobSystem(manager))
        for manager in (BlobManager, plain.with_temps(plain.TempKeptWhenUploadFails))
    )
    assert {failure.kind for failure in right.failures} == {"result"}
    assert "deviation" in {failure.kind for failure in wrong.failures}
    assert all(len(failure.sequence) <= 3 for failure in wrong.failures)


# What the seed cannot show: it reads nothing that is absent, deletes nothing, and knows no file, no large content.
BEYOND_THE_SEED = {
    "KeyInNoteWithoutPrefix",
    "WrongSizeOfNothing",
    "FileGoesThroughTemp",
    "CopiesWhatIsMissing",
    "MovesInsteadOfCopying",
    "ReadsNothingForMissing",
    "ReadsHalfOfLarge",
    "DeletesNothing",
    "DeletesSilently",
    "AsksBeforeDeleting",
    "KeptTempThatIsAnnounced",
    "DeletesEverywhere",
    "DeletesBothLargeOnes",
    "ReadsOnlyTheFirstChunk",
    "SpoolsOnlyTheFirstChunk",
    "UploadsLargeFilesAgain",
    "CopiesByContentToTheKeyOfTheSource",
    "AlwaysAsksForMetadata",
    "AlwaysVerifiesTheSource",
    "BlamesAnotherStore",
    "BlamesTheTargetOfACopy",
    "WritesBesideItsPlace",
}


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.kind == "plain"], ids=lambda bug: bug.name)
def test_check_finds_what_the_seed_shows(bug: Bug) -> None:
    """Running the seed alone finds every bug in what it shows, and no other."""
    (seed,) = [pair for pair in shipped() if pair.scenario.name == "basic"]
    with open_backend("memory") as backend:
        happened = run(seed.scenario, backend, system=BlobSystem(bug.manager))
    noticed = not check(seed.expectations[0], happened.trace) or bool(happened.failures)
    assert noticed == (bug.name not in BEYOND_THE_SEED)
