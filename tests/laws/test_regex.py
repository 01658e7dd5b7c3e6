"""Laws of the regular expressions of holes (semantics.md 3): the same words as everywhere, in linear time."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.errors import SimulatorError
from simulator.interaction.automaton import Automaton
from simulator.interaction.hole_types import HoleType

atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", "[0-9-]", r"\.", "(?:a|b1)", "[]b]"])
regexes = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: f"({'|'.join(each)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "{0}", "{,2}"])).map(
            lambda each: f"(?:{each[0]}){each[1]}"
        ),
        st.tuples(atoms, st.sampled_from(["*", "+", "{2,3}"])).map("".join),
    ),
    max_leaves=6,
)
texts = st.text("ab1-. é]", max_size=6)


def read(pattern: str) -> HoleType | SimulatorError:
    """The type of a pattern, or why it is refused."""
    kind = HoleType(pattern)
    try:
        kind.regex  # noqa: B018 - reading it tells what is wrong
    except SimulatorError as error:
        return error
    return kind


def words(pattern: str, text: str) -> set[tuple[int, int]]:
    """All the places in a text where Python finds a word that is not empty."""
    known = re.compile(pattern, re.ASCII | re.DOTALL)
    ends = range(1, len(text) + 1)
    return {(start, end) for end in ends for start in range(end) if known.fullmatch(text, start, end)}


@given(regexes, texts)
@example("(a*)*b", "aab")
@example("(?:){2}a|", "a")
@example("(?:(?:a?){2}){2,}b?", "aaab")
def test_words_are_those_that_python_finds(pattern: str, text: str) -> None:
    """Forwards, backwards and as a whole the automaton reads what `re` reads by going back."""
    kind = read(pattern)
    if isinstance(kind, SimulatorError):
        assert re.search("fits nothing|more than", kind.message)
        return
    expected = words(pattern, text)
    automaton = Automaton(kind.regex)
    assert {(start, end) for start in range(len(text)) for end in automaton.ends(text, start)} == expected
    assert automaton.allows(text) == kind.allows(text) == ((0, len(text)) in expected)
    ends = set(range(0, len(text) + 1, 2))
    assert automaton.starts(text, ends) == sorted({start for start, end in expected if end in ends})


@given(st.text(r"ab0\dwuxz()[]{}|*+?.^$-,/<:!&=PZé", max_size=12))
def test_what_is_read_is_what_python_reads(pattern: str) -> None:
    """Any text is refused with a reason, or means what it means to Python."""
    kind = read(pattern)
    if isinstance(kind, SimulatorError):
        assert kind.hint or "fits nothing" in kind.message
        return
    known = re.compile(pattern, re.ASCII | re.DOTALL)
    for value in ("a", "b", "0", "aa", "ab", "a0-", "é", "{", "a{", "/", "-", "^", "b&&a", ",", "a,0", "00000"):
        assert kind.automaton.allows(value) == (known.fullmatch(value) is not None), value


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b", "(a|aa)+c", "(a*)*b", "([a-z]+)*=", "(.*a){20}", "(a?){30}a{30}b", "(a|b)*a(a|b){200}c"],
)
def test_hostile_patterns_take_linear_time(pattern: str) -> None:
    """What hangs an engine that goes back is no more work than any other pattern."""
    kind = HoleType(pattern)
    began = time.perf_counter()
    for value in ("a" * 5_000, "ab" * 2_500, "a" * 5_000 + "!"):
        kind.allows(value)
        kind.automaton.starts(value, set(range(len(value) + 1)))
    assert time.perf_counter() - began < 5
