"""Which words differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.report.difference import difference

WORDS = st.lists(st.sampled_from(["a", "b", "key1", "(3", "bytes)", "x/y"]), max_size=8).map(" ".join)


def marked(expected: str, actual: str, **bindings: str) -> tuple[list[str], list[str]]:
    """Give the words that differ, on either side."""
    found = difference(expected, actual, bindings)
    return [expected[a:b] for a, b in found.expected], [actual[a:b] for a, b in found.actual]


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        ("same", "same", ([], [])),
        ("exists (3 bytes)", "exists (4 bytes)", (["3"], ["4"])),
        ("a b c", "a c", (["b"], [])),
        ("a c", "a b c", ([], ["b"])),
        ("other/key", "key", (["other", "/"], [])),
        ("bin_${T}.tmp", "bin_x.tmp", ([], [])),
        ("bin_${T}.tmp", "bin_.tmp", (["bin_${T}.tmp"], ["bin_.tmp"])),
        ("${A}-${B}", "x-y", ([], [])),
        ("use ${A} now", "use x then", (["now"], ["then"])),
        ("one", "two", (["one"], ["two"])),
        ("", "two", ([], ["two"])),
        ("a  b", "a b", (["a  b"], ["a b"])),
    ],
)
def test_words(expected: str, actual: str, words: tuple[list[str], list[str]]) -> None:
    """Only words that the other line does not have at their place are marked."""
    assert marked(expected, actual) == words


def test_bound_hole() -> None:
    """A hole with a value differs from any other value."""
    assert marked("bin_${T}.tmp", "bin_y.tmp", T="x") == (["bin_${T}.tmp"], ["bin_y.tmp"])
    assert marked("bin_${T}.tmp", "bin_x.tmp", T="x") == ([], [])


def test_the_value_of_a_hole_may_be_several_words() -> None:
    """It differs where one of them does."""
    assert marked("get ${P:any} twice", "get /a/b.txt once", P="/a/b.txt") == (["twice"], ["once"])
    assert marked("get ${P:any}", "get /a/c.txt", P="/a/b.txt") == (["${P:any}"], ["c.txt"])


def test_long_lines() -> None:
    """Very long lines are compared from both ends, in linear time."""
    left = " ".join(f"w{number}" for number in range(20_000))
    assert marked(left, left.replace("w777 ", "v777 ")) == (["w777"], ["v777"])
    assert marked(left + " a", left + " x y") == (["a"], ["x", "y"])


@given(WORDS, WORDS)
def test_unequal_lines_have_a_mark(left: str, right: str) -> None:
    """Two lines differ exactly when something is marked, and what is not marked is the same on both sides."""
    found = difference(left, right, {})
    assert bool(found) == (left != right)
    assert all(left[a:b].strip() for a, b in found.expected)
    assert all(right[a:b].strip() for a, b in found.actual)
    assert kept(left, found.expected) == kept(right, found.actual)


def kept(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Give the text without its marked words and without blanks."""
    letters = [letter for index, letter in enumerate(text) if not any(a <= index < b for a, b in marks)]
    return "".join("".join(letters).split())
