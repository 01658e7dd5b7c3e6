"""What steps write, and what is told of what they read."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.blobs.backends import open_backend
from simulator.campaign.content import HELD, Large, Sized, content_of, open_content, sized, summary
from simulator.campaign.runner import run
from simulator.campaign.scenario import parse
from simulator.campaign.step import Step


@given(st.integers(0, 3 << 20), st.lists(st.integers(1, 2 << 20), max_size=5))
def test_sizes_are_beginnings_of_each_other(size: int, reads: list[int]) -> None:
    """However it is read, `size = M` is the beginning of `size = N`."""
    whole = sized(3 << 20)
    stream = io.BufferedReader(Sized(size))
    given = b"".join(stream.read(each) for each in reads) + stream.read()
    assert given == whole[:size] == sized(size)


@pytest.mark.parametrize(
    "arguments", [{"content": "foo"}, {"hex": "00ff"}, {"size": 1_500_000}, {"file": "x.bin"}, {"content": ""}]
)
def test_a_stream_has_the_bytes(tmp_path: Path, arguments: dict[str, Any]) -> None:
    """The stream of a step has the bytes of the step."""
    (tmp_path / "x.bin").write_bytes(b"from a file")
    step = Step("write", arguments)
    with open_content(step, tmp_path) as stream:
        assert stream.read() == content_of(step, tmp_path)


@pytest.mark.parametrize("size", [0, HELD, HELD + 1, 2 * HELD])
def test_summary(size: int) -> None:
    """What can be held is held, of what is larger size and SHA-256 are told."""
    content = sized(size)
    expected = content if size <= HELD else Large(size, hashlib.sha256(content).hexdigest())
    assert summary(io.BytesIO(content)) == expected


@pytest.mark.parametrize(("expected", "found"), [(5_000_000, 0), (5_000_001, 1), (4_999_999, 1), (3, 1)])
def test_what_was_written_by_size_is_expected_by_size(expected: int, found: int) -> None:
    """A read that gives something else is a finding, which tells what came."""
    steps = f"""
        [stores.main]
        [[steps]]
        do = "write"
        store = "main"
        size = 5000000
        as = "k"
        [[steps]]
        do = "read"
        store = "main"
        key = "k"
        expect-size = {expected}
    """
    with open_backend("memory") as backend:
        failures = run(parse(steps, Path("s.toml")), backend).failures
    assert len(failures) == found
    for failure in failures:
        assert f"expected what is written by size = {expected}, but read gave 5000000 bytes with the" in failure.message
