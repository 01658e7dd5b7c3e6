"""Laws of rules: whatever operators a section has, its rule says of its own values what the section says."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.discovery.drawing import drawn
from simulator.discovery.rules import Meaning, Meanings, bindings, lift
from simulator.interaction.lower import lower
from simulator.interaction.rebuilding import Change, holes_of, rebuilt, with_parts
from simulator.interaction.terms import Expected, Loop, Strict, Term, walk
from tests.agreement.cases import Case, draw_case

VALUES = ("a", "b", "m", "a-b", "1", "2")

cases = st.randoms(use_true_random=False).map(draw_case)
meanings = st.lists(st.sampled_from(VALUES), unique=True, max_size=3).map(
    lambda values: {
        f"{stands}{number}": Meaning(value, stands)
        for number, value in enumerate(values)
        for stands in ("label", "note")
    }
)


def known_of(term: Term, known: Meanings, data: st.DataObject) -> Mapping[str, str]:
    """Values with a meaning for some holes that have one value in a run."""
    fresh = frozenset[str]().union(*(each.fresh for each in walk(term) if isinstance(each, Loop)))
    typed = {
        hole.name: hole
        for each in walk(term)
        if isinstance(each, Expected)
        for text in each.patterns
        for hole in text.holes
    }
    chosen = {}
    for name in holes_of(term):
        value = data.draw(st.sampled_from([None, *(meaning.value for meaning in known.values())]))
        if (
            value is not None
            and name in typed
            and name not in fresh
            and not typed[name].fresh
            and typed[name].kind.allows(value)
        ):
            chosen[name] = value
    return chosen


@given(cases, meanings, st.data())
def test_a_rule_allows_what_its_example_does(case: Case, known: Meanings, data: st.DataObject) -> None:
    """With the values of its own example bound a rule judges every run as the section does, operators and all."""
    section = case.expectation
    values = known_of(section.term, known, data)
    rule = replace(section, term=lift(section.term, known, values))
    by_section = check(section, case.trace, order=case.order, bindings=values)
    by_rule = check(rule, case.trace, order=case.order, bindings=bindings(known))
    if any(hole.fresh for event in section.events for text in event.patterns for hole in text.holes):
        # `${NAME!}` differs from the meanings, too.
        assert by_section.conforms or not by_rule.conforms
    else:
        assert (by_rule.outcome, by_rule.cost) == (by_section.outcome, by_section.cost)


@given(cases, meanings)
def test_a_rule_is_drawn_as_its_section(case: Case, known: Meanings) -> None:
    """Drawn with the values of its own example, and read again, a rule is the section: operators, guards and bounds."""
    term = case.expectation.term
    again = lower(drawn(lift(term, known), known, "S"), "d").term
    assert isinstance(again, Strict)
    assert plain(Strict(again.items[1:])) == plain(term)


def plain(term: Term) -> Term:
    """Without what no drawing keeps: in which section an event stands."""
    return Change(lambda event: replace(event, section="", frames=()), lambda guard: guard, lambda text: text)(term)


@given(cases)
def test_a_term_is_rebuilt_with_its_own_parts(case: Case) -> None:
    """Nothing is lost."""
    term = case.expectation.term
    assert rebuilt(term, with_parts) == term
