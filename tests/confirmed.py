"""`check`, confirmed: what tests call, so that the second checker sees every verdict of theirs."""

from collections.abc import Callable
from typing import Literal

from simulator.conformance.check import check as judged
from simulator.conformance.evidence import confirm
from simulator.conformance.verdict import Verdict
from simulator.events import Event, Trace
from simulator.interaction.holes import Bindings
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Expectation, Expected

Marks = Literal["strict", "auto", "ignore"]


def check(
    expectation: Expectation,
    trace: Trace,
    *,
    sections: Marks = "strict",
    frames: Marks = "strict",
    order: Literal["strict", "lifeline"] = "strict",
    bindings: Bindings | None = None,
    left_out: Callable[[Event | Expected], bool] = lambda _: False,
    limit: int | None = None,
) -> Verdict:
    """The verdict of `simulator.conformance.check.check`, which the evidence confirms."""
    verdict = judged(
        expectation,
        trace,
        sections=sections,
        frames=frames,
        order=order,
        bindings=bindings,
        left_out=left_out,
        limit=limit,
    )

    def uncompared(event: Event | Expected) -> bool:
        modes = {"section": sections, "begin": frames, "end": frames}
        return left_out(event) or _transparent(event, trace, modes.get(event.kind, "strict"))

    if verdict.cost is not None:
        reason = confirm(expectation, trace, verdict, weak=order == "lifeline", given=bindings, left_out=uncompared)
        assert reason is None, reason
    return verdict


def _transparent(event: Event | Expected, trace: Trace, marks: Marks) -> bool:
    """Whether a mark is not compared (semantics.md 1, "Marks")."""
    if marks != "auto" or isinstance(event, Event):
        return marks == "ignore"
    like = [each for each in trace.events if (each.kind == "section") == (event.kind == "section") and not each.is_data]
    of_run = any(each.attributes.get("origin", "run") == "run" for each in like)
    return not of_run and not any(any(True for _ in event.text.match(fold(each.label), {})) for each in like)
