"""What was found on one service is run once more on another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.memory import MemoryClient
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.machine import explore
from simulator.conformance.exploration import Exploration
from tests.campaign.shipped import of
from tests.campaign.test_machine import DeletesNothing


class Keeps(MemoryClient):
    """A service that says that it deletes."""

    def delete_object(self, **asked: Any) -> Any:
        """Say it."""
        return {}


@contextmanager
def forgetful() -> Iterator[Backend]:
    """Such a service."""
    yield Backend("forgetful", Keeps("bucket"), "bucket")


@contextmanager
def memory() -> Iterator[Backend]:
    """A service that does as it should."""
    with open_backend("memory") as backend:
        yield backend


def explored(on: Any, confirmed_on: Any, system: BlobSystem) -> Exploration:
    """Explore the plainest configuration."""
    with on() as backend:
        return explore(of("."), backend, sequences=4, system=system, confirmed_on=confirmed_on)


def test_what_two_services_do_alike_is_confirmed() -> None:
    """Nothing is said about it but where it ran; a bug of the manager is one on both."""
    found = explored(memory, memory, BlobSystem())
    assert (found.confirmed, found.passed) == ("memory", True)
    found = explored(memory, memory, BlobSystem(DeletesNothing))
    assert {failure.kind for failure in found.failures} == {"invariant"}


def test_what_only_the_other_service_does_is_a_failure() -> None:
    """It was not met on the first one."""
    found = explored(memory, forgetful, BlobSystem())
    failure = next(each for each in found.failures if each.name == "delete")
    assert {each.kind for each in found.failures} == {"service"}
    assert failure.message.startswith("forgetful and memory differ: after delete")
    assert failure.message.endswith(", on forgetful only")
    assert len(failure.sequence) == 2


def test_what_only_the_first_service_does_is_a_failure() -> None:
    """It cannot be confirmed."""
    found = explored(forgetful, memory, BlobSystem())
    assert found.failures
    assert {each.kind for each in found.failures} == {"service"}
    assert all(each.message.endswith(", on forgetful only") for each in found.failures)
