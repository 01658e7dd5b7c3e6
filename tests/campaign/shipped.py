"""The pairs of `traces/`, as the tests of exploring use them."""

from functools import cache
from pathlib import Path

from simulator.campaign import scenario as scenarios
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import Pair
from simulator.campaign.step import Tables
from simulator.diagram.parser import parse_file
from simulator.interaction.lower import lower

TRACES = Path(__file__).parents[2] / "traces"


@cache
def pair(path: Path) -> Pair:
    """A diagram and the scenario beside it, read once: both are frozen."""
    return Pair(
        tuple(lower(diagram, path.name) for diagram in parse_file(path)), scenarios.load(path.with_suffix(".toml"))
    )


# The folders of stores that have no cache, no documents, no transactions.
PLAIN = (".", "digests", "existence-check-exists", "verify-source-off")


def of(*folders: str) -> list[Pair]:
    """The pairs in these folders of `traces/`, for tests that need no more."""
    return [pair(path) for folder in folders for path in sorted((TRACES / folder).glob("*.puml"))]


def shipped(*names: str) -> list[Pair]:
    """All pairs, or those with these names."""
    return [pair(path) for path in sorted(TRACES.rglob("*.puml")) if not names or path.stem in names]


@cache
def configurations() -> list[Tables]:
    """The tables of all scenarios that are explored, each once."""
    loaded = [scenarios.load(path) for path in sorted(TRACES.rglob("*.toml"))]
    known = [each.tables for each in loaded if BLOBS.explorable(each.tables, (*each.setup, *each.steps))]
    return list({repr(BLOBS.canonical(tables)): tables for tables in known}.values())
