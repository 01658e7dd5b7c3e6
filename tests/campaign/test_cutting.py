"""Cutting diagrams: what stands in a section belongs to its only step."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.campaign.cutting import Evidence, by_evidence, by_sections
from simulator.errors import Place
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected, Strict, parts, walk
from tests.agreement.cases import draw_case

bodies = st.randoms(use_true_random=False).map(lambda random: draw_case(random).expectation.term)


@given(st.lists(bodies, min_size=1, max_size=3), st.data())
def test_a_section_with_one_step_is_that_step_s(terms: list[Strict], data: st.DataObject) -> None:
    """Law: whatever came about in it, and where nothing did, it is all that stands between two marks."""
    marks = [Expected("section", TextPattern((f"title {number}",)), Place("d")) for number in range(len(terms))]
    whole = Strict(tuple(item for mark, term in zip(marks, terms, strict=True) for item in (mark, term)))
    owners = {
        id(event): [number]
        for number, term in enumerate(terms)
        for event in walk(term)
        if isinstance(event, Expected) and data.draw(st.booleans())
    }
    evidence = Evidence(owners, [[number] for number in range(len(terms))], frozenset(map(id, marks)))
    cut = by_evidence(whole, evidence)
    assert [parts(cut[number]) for number in range(len(terms))] == [parts(term) for term in terms]
    said = by_sections(whole, [str(mark.text) for mark in marks])
    assert [(title, parts(term)) for title, term in said] == [
        (f"title {number}", parts(term)) for number, term in enumerate(terms)
    ]
