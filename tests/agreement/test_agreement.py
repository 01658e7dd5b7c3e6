"""The product and the brute force agree: a sample of what `python -m tests.agreement` does by the hundred thousand."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.conformance.evidence import confirm
from simulator.conformance.verdict import Deviation, Step, Verdict
from simulator.interaction.terms import Expectation
from tests.agreement.__main__ import main
from tests.agreement.cases import draw_case
from tests.agreement.comparing import MOST_WORK, Stopped, disagreement
from tests.conformance.brute_force import TooLarge, judge


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    """Where all cases agree, the exit status is 0, and operators are counted."""
    assert main(["--cases", "100", "--seed", "1000"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("0 disagreements; ")
    assert "cases 100, " in told
    assert "Loop " in told


@pytest.mark.slow
def test_three_hundred_cases_agree() -> None:
    """Outcome, cost, positions and bindings are right, and confirmed."""
    assert main(["--cases", "300"]) == 0


@given(st.randoms(use_true_random=False))
def test_cases_that_are_made_small_agree(random: Random) -> None:
    """The same of cases that Hypothesis chooses and shrinks."""
    try:
        found = disagreement(draw_case(random))
    except (TooLarge, Stopped):
        assume(condition=False)
    else:
        assert found is None, str(found)


@pytest.mark.parametrize("seed", range(150))
def test_nothing_cheaper_than_right_is_confirmed(seed: int) -> None:
    """However an alignment is changed, it is confirmed only with a cost that is not too small."""
    case, random = draw_case(Random(seed)), Random(seed)
    expectation, weak = case.expectation, case.order == "lifeline"
    try:
        right = judge(expectation, case.trace, case.order)
    except TooLarge:
        return
    verdict = check(expectation, case.trace, order=case.order, limit=MOST_WORK)
    for steps in changed(expectation, verdict, random):
        cost = sum(step.kind not in {"fits", "ignored"} for step in steps)
        # What is a prefix may cost less as something else.
        least = 1 if right.outcome == "prefix" else right.cost
        # A deviation for each, so that counts do not give it away.
        deviations = (Deviation("missing", expectation.place, 0, None, None),) * cost
        told = replace(verdict, steps=partial(tuple, steps), cost=cost, bound=cost, deviations=deviations)
        told = replace(told, outcome="deviates" if cost else "conforms")
        if confirm(expectation, case.trace, told, weak=weak) is None:
            assert cost >= least


def changed(expectation: Expectation, verdict: Verdict, random: Random) -> Iterator[tuple[Step, ...]]:
    """Alignments with a step less, two changed places, or one of another kind."""
    steps = verdict.alignment
    for at, step in enumerate(steps):
        yield steps[:at] + steps[at + 1 :]
        yield (*steps[:at], *steps[at : at + 2][::-1], *steps[at + 2 :])
        yield (*steps[:at], step._replace(kind="ignored", expected=None, values={}), *steps[at + 1 :])
        other = random.choice([*expectation.events, None])
        yield (*steps[:at], step._replace(expected=other), *steps[at + 1 :])
