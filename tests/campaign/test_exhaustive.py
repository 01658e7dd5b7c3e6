"""Exploring with a depth: what is run, on which stores, and what it finds."""

from typing import Any

import pytest

from simulator.blobs.backends import open_backend
from simulator.blobs.manager import BlobManager
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.machine import explore
from simulator.conformance.exploration import Exhausted, Exploration
from simulator.errors import ConfigurationError
from tests.campaign.shipped import PLAIN, of, shipped


class KeepsCopies(BlobManager):
    """Nothing is deleted any more from a store, once it was written to and another one too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.written: set[str] = set()

    def write(self, store: str, *arguments: Any, **options: Any) -> str:
        self.written.add(store)
        return super().write(store, *arguments, **options)

    def delete(self, store: str, key: str) -> None:
        if store not in self.written or len(self.written) == 1:
            super().delete(store, key)


class Modelless(BlobSystem):
    """Nobody knows what is due."""

    has_model = False


def explored(*names: str, system: BlobSystem | None = None, depth: int = 3, **options: Any) -> Exploration:
    """Explore in memory, with what these files show or all that plain stores do."""
    with open_backend("memory") as backend:
        pairs = shipped(*names) if names else of(*PLAIN)
        return explore(pairs, backend, system=system or BlobSystem(), depth=depth, **options)


def exhausted(found: Exploration) -> Exhausted:
    """What was gone through."""
    assert found.exhausted is not None
    return found.exhausted


def test_every_transition_is_run_and_nothing_fails() -> None:
    """One sequence for each transition that is no beginning of another one; diagrams describe all of them."""
    found = explored(depth=5)
    counts = exhausted(found)
    assert (found.passed, found.uncovered) == (True, ())
    assert (counts.names, counts.operations, counts.states) == (("main", "other"), 24, 10)
    assert found.sequences < counts.transitions < found.operations
    assert {rule.behaviour.operation for rule in found.rules if rule.count} == {
        "write",
        "read",
        "copy",
        "delete",
        "exists",
    }


def test_what_is_deep_is_found_if_the_depth_reaches_it() -> None:
    """A bug that needs three operations is found with three."""
    assert explored(system=BlobSystem(KeepsCopies), depth=2).passed
    failures = explored(system=BlobSystem(KeepsCopies), depth=3).failures
    assert {len(failure.sequence) for failure in failures} == {3}
    assert [failure.sequence[2].split()[0] for failure in failures] == ["delete"] * len(failures)


def test_of_many_sets_of_stores_the_simplest_is_gone_through() -> None:
    """Two stores are better than one; of those the ones with the fewest settings."""
    one = exhausted(explored("basic", "copy-to-store-of-documents", depth=1))
    assert one.names == ("main", "other")
    assert one.operations == 24


def test_the_same_with_any_seed() -> None:
    """Nothing is left to chance."""
    one, other = (explored(depth=2, seed=seed) for seed in (1, 2))
    assert [rule.count for rule in one.rules] == [rule.count for rule in other.rules]
    assert one.exhausted == other.exhausted


def test_without_a_model_there_is_no_depth() -> None:
    """Equal states are what the model says, so there must be one."""
    with pytest.raises(ConfigurationError, match="leave out --depth"):
        explored(system=Modelless())


def test_without_scenarios_there_is_nothing_to_go_through() -> None:
    """Where all scenarios are left out, that is said."""
    with (
        pytest.raises(ConfigurationError, match="none of the scenarios can be explored"),
        open_backend("memory") as here,
    ):
        explore([], here, depth=2)
