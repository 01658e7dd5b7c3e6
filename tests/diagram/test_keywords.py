"""Expressions that choose diagrams by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.keywords import read
from simulator.errors import ConfigurationError

NAME = "traces/cache/Delete-missing.puml#two"
WORDS = st.sampled_from(["cache", "delete", "copy", "two"])
EXPRESSIONS = st.recursive(
    WORDS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})")
        | inner.map("not {}".format)
    ),
)


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("delete", True),
        ("DELETE-missing", True),
        ("copy", False),
        ("not copy", True),
        ("not not copy", False),
        ("copy or cache", True),
        ("copy and cache", False),
        ("not copy and cache", True),
        ("not (copy or cache)", False),
        ("cache or copy and copy", True),
        ("(cache or copy) and copy", False),
        ("(((cache)))", True),
        ("notes", False),
        ("#two", True),
    ],
)
def test_what_fits(expression: str, *, fits: bool) -> None:
    """Words are parts of names in any case; the operators bind as in Python."""
    assert read(expression)(NAME) is fits


@given(EXPRESSIONS)
def test_it_is_python(expression: str) -> None:
    """What an expression says is what Python makes of it."""
    values = {word: word in NAME.casefold() for word in ("cache", "delete", "copy", "two")}
    assert read(expression)(NAME) is bool(eval(expression, {}, values))


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "-k: it ends too early\n  expected: a word, not, ("),
        ("a or", "-k: it ends too early\n  a or\n      ^\n  expected: a word, not, ("),
        ("(a\nor b", "-k: it ends too early\n  (a or b\n         ^\n  expected: ), and, or"),
        ("a b", "-k: 'b' cannot stand here\n  a b\n    ^\n  expected: and, or"),
        ("a and or", "-k: 'or' cannot stand here\n  a and or\n        ^\n  expected: a word, not, ("),
        ("a)", "-k: ')' cannot stand here\n  a)\n   ^\n  expected: and, or"),
    ],
)
def test_what_is_none(expression: str, message: str) -> None:
    """What is no expression is refused at its place."""
    with pytest.raises(ConfigurationError) as caught:
        read(expression)
    assert str(caught.value) == message


def test_too_many_parentheses() -> None:
    """However many there are, it is read or refused."""
    with pytest.raises(ConfigurationError, match="cannot stand here"):
        read("(" * 100_000)
