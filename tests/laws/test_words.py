"""Laws of written out runs: they are runs, and two events that may be one are found out."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.discovery.words import may_read_alike, words_of
from simulator.errors import Place
from simulator.events import Trace
from simulator.interaction.patterns import parse_text
from simulator.interaction.terms import Combined, Expected, walk
from tests.agreement.cases import Case, draw_case
from tests.instances import instance

SHOWN = 8
PIECES = ("a", "b", "ab", " ", "${X}", "${Y:any}", "${Z}")


@given(st.randoms(use_true_random=False).map(draw_case))
def test_every_word_is_a_run(case: Case) -> None:
    """What is written out of a diagram is allowed by it; what it allows is written out, where all is."""
    expectation = case.expectation
    terms = list(walk(expectation.term))
    if any(operand.guard.comparison for term in terms if isinstance(term, Combined) for operand in term.operands):
        return
    holes = {hole.name: hole for event in expectation.events for text in event.patterns for hole in text.holes}
    if any(hole.fresh for hole in holes.values()):
        # In each iteration it has another value.
        return
    values = {name: str(number) for number, name in enumerate(holes, start=100)}
    words = words_of(expectation.term)
    for word in islice(words.words, SHOWN):
        trace = Trace("t", tuple(instance(event, values) for event in word))
        assert check(expectation, trace).cost == 0
    verdict = check(expectation, case.trace)
    if words.all and verdict.conforms:
        run = tuple(step.expected for step in verdict.alignment if isinstance(step.expected, Expected))
        assert run in words.words


@given(*[st.lists(st.sampled_from(PIECES), max_size=5)] * 2, st.lists(st.sampled_from("ab"), min_size=3, max_size=3))
def test_texts_that_may_read_alike(one: list[str], other: list[str], values: list[str]) -> None:
    """A text of both patterns is never overlooked; patterns without holes read alike where they are equal."""
    here, there = (parse_text("".join(pieces), Place("d")) for pieces in (one, other))
    bindings = dict(zip("XYZ", values, strict=True))
    alike = may_read_alike(here, there)
    assert alike == may_read_alike(there, here)
    assert alike or here.fill(bindings) != there.fill(bindings)
    if here.literal and there.literal:
        assert alike == (here == there)
