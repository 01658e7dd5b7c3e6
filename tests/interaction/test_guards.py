"""Guards: what they compare, and when that is so."""

import pytest

from simulator.errors import Place
from simulator.interaction.guards import Comparison, Guard, holds, read_guard
from simulator.interaction.patterns import parse_text

HOLES = {
    hole.name: hole for hole in parse_text("${N:int}${M:int}${X}${E:/a=[<> {}]{2}/}${A:any}", Place("d.puml")).holes
}


@pytest.mark.parametrize(
    ("guard", "values", "expected"),
    [
        ("N < 10", {"N": "9"}, True),
        ("N < 10", {"N": "-11"}, True),
        ("N < 10", {"N": "10"}, False),
        ("[${N:int!} <= 10]", {"N": "10"}, True),
        ("N = 007", {"N": "7"}, True),
        ("N >= 2.5", {"N": "3"}, True),
        ("N > M", {"N": "9" * 5_000, "M": "8" * 5_000}, True),
        ("N != M", {"N": "1"}, None),
        ("N == M", {}, None),
        ("M > N", {"M": "1", "N": "0"}, True),
        ("X < b", {"X": "a"}, True),
        ("X < 10", {"X": "9"}, False),
        ('A = "two words"', {"A": "two words"}, True),
        ("X = N", {"X": "07", "N": "7"}, True),
        ("X = N", {"X": "seven", "N": "7"}, False),
        ("X < N", {"X": "seven", "N": "7"}, False),
        ("${E:/a=[<> {}]{2}/} != X", {"E": "a=<>", "X": "a"}, True),
    ],
)
def test_a_comparison_holds(guard: str, values: dict[str, str], expected: bool | None) -> None:  # noqa: FBT001
    """Numbers where one is an `int`, texts elsewhere; undecided where a hole has no value."""
    comparison = read_guard(guard, HOLES).comparison
    assert comparison is not None
    assert holds(comparison, values) is expected


@pytest.mark.parametrize(
    "text", ["still valid", "N < ten", "Z = 1", "X = ${Z}", "N < 1 < 2", "N =", "${N:int}", "[]", "N + 1 = 2", "1 = N"]
)
def test_other_guards_are_texts_for_people(text: str) -> None:
    """What is no comparison of a hole of the diagram decides nothing."""
    assert read_guard(text, HOLES) == Guard(text)


def test_a_comparison_knows_what_it_compares() -> None:
    """`==` is `=`, quotes are no part of a text, and one `int` makes it one of numbers."""
    assert read_guard('X == "a"', HOLES).comparison == Comparison("X", "=", "a")
    assert read_guard("[ X = N ]", HOLES).comparison == Comparison("X", "=", "N", named=True, numeric=True)
