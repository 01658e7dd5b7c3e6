"""Laws of reports, for diagrams with every operator and runs with changes."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.report.account import Account
from simulator.report.context import contexts, runs
from simulator.report.deviation import block, sentence
from tests.agreement.cases import draw_case

LONGEST = 15


@given(st.integers(0, 1_000_000))
def test_every_deviation_is_told_in_a_few_lines(seed: int) -> None:
    """Each has one context, in order, and a sentence; a block has at most 15 lines, and begins with the place."""
    case = draw_case(Random(seed))
    meant = case.expectation
    verdict = check(meant, case.trace, order=case.order)
    account = Account(verdict, case.events, meant)
    assert len(list(contexts(account))) == len(verdict.deviations)
    assert all(map(sentence, contexts(account)))
    for run in runs(account):
        lines = list(map(str, block(run)))
        assert len(lines) <= LONGEST
        assert lines[0].startswith(f"{run[0].deviation.place}: {run[0].deviation.kind}: ")
