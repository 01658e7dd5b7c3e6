"""How far exploring looks ahead, and what that costs: `python -m pytest tests/benchmarks/bench_reach.py`.

A line for each shipped configuration: what the search in the reference model finds within its usual bounds, and whether
much wider ones find anything else. Then what `--depth` comes to. Time is what this process computed.

Not part of the tests: numbers are read by people, but that wider bounds find nothing else is asserted.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.campaign.blob_alphabet import FILES
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.exhaustive import planned
from simulator.campaign.reach import reach
from simulator.campaign.step import Tables
from tests.campaign.shipped import configurations

WIDER = {"depth": 7, "limit": 15_000}
DEPTH = 4


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Write to the terminal, whatever pytest catches."""

    def told(text: str) -> None:
        with capfd.disabled():
            sys.stdout.write(text + "\n")

    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of the alphabet lie."""
    for file in FILES:
        (tmp_path / file.name).write_bytes(file.content)
    return tmp_path


def test_reach(folder: Path, say: Callable[[str], None]) -> None:
    """Within the usual bounds everything is found that wider ones find."""
    total = 0.0
    more: dict[str, object] = {}
    for tables in configurations():
        began = time.process_time()
        found = reach(BLOBS, tables, folder)
        total += time.process_time() - began
        wider = reach(BLOBS, tables, folder, **WIDER)
        bound = "all" if found.complete else f"{found.depth} operations"
        say(
            f"{len(found.ways):4} behaviours, {found.states:5} states, {found.transitions:6} transitions, {bound:12}  "
            f"{_name(tables)}"
        )
        if wider.ways.keys() != found.ways.keys():
            more[_name(tables)] = wider.ways.keys() - found.ways.keys()
    say(f"{total:.1f} s for {len(configurations())} configurations")
    assert more == {}


def test_depth(folder: Path, say: Callable[[str], None]) -> None:
    """All sequences of four operations, and what is left of them to be run."""
    for tables in configurations():
        counts = planned(BLOBS, tables, folder, DEPTH).counts
        say(
            f"{counts.sequences:14,} sequences, {counts.states:5,} states, {counts.transitions:6,} left to run  "
            f"{_name(tables)}"
        )


def _name(tables: Tables) -> str:
    """The stores, and what is set."""
    set_of = {store: [name for name in options if name != "prefix"] for store, options in tables["stores"].items()}
    return ", ".join(" ".join((store, *names)) for store, names in set_of.items())
