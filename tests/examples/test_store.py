"""The values of `store/` are kept in S3 by way of boto3, and explored on moto."""

from pathlib import Path

import pytest

from simulator import api
from simulator.blobs.backends import open_backend
from simulator.campaign.examples import Pair
from simulator.campaign.loading import Systems
from simulator.campaign.machine import explore
from simulator.campaign.scenario import load
from simulator.campaign.simple_system import SimpleSystem
from simulator.diagram.parser import parse_file
from simulator.errors import ConfigurationError
from simulator.interaction.lower import lower
from simulator.where import Where
from tests.examples.store.store import Name, Store, Values

TRACES = Path(__file__).parent / "store" / "traces"


class KeepsAnswers(Store):
    """Does not see that a value was written over."""

    kept: dict[str, str | None]

    def load(self, name: Name) -> str | None:
        self.kept = getattr(self, "kept", {})
        return self.kept.setdefault(name, Store.load(self, name))


class Hesitates(Store):
    """Asks whether there is something before it drops it."""

    def drop(self, name: Name) -> None:
        if self.load(name):
            Store.drop(self, name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "found"),
    [(Store, []), (KeepsAnswers, [("result", 4), ("result", 3)]), (Hesitates, [("deviation", 1)])],
)
def test_what_is_wrong_is_found(kind: type[Store], found: list[tuple[str, int]]) -> None:
    """In the answers, and in what is asked of S3; nothing is, of the store as it is."""
    system = SimpleSystem(kind, Values, caller="Store", uses_s3=True)
    diagrams = tuple(lower(diagram, "values.puml") for diagram in parse_file(TRACES / "values.puml"))
    with open_backend("moto") as backend:
        pair = Pair(diagrams, load(TRACES / "values.toml", Systems(system)))
        failures = explore([pair], backend, sequences=40, system=system).failures
    assert [(failure.kind, len(failure.sequence)) for failure in failures] == found


def test_where_nothing_can_be_explored_that_is_wrong_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory nobody can hear what a client of boto3 does."""
    monkeypatch.chdir(TRACES.parent)
    with pytest.raises(ConfigurationError, match=r"nothing was explored: .* memory cannot do"):
        api.explore(s3="memory")
    (result,) = api.check_paths(where=Where("memory")).results
    assert result.not_run == "memory: there is no boto3 client to hear of"
