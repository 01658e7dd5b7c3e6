"""A second opinion: whether the alignment of a verdict is one, and costs what the verdict says.

Lives here: `confirm`, what is counted and read. It shares no code with the search; that nothing is cheaper it cannot
know. Must not live here: whether events are a run of the diagram (`membership`), the search (`alignment`).

Law: what cannot be confirmed is told, never raised.
"""

from collections.abc import Callable, Mapping

from simulator.conformance.membership import Diagram, TooMuch, fold
from simulator.conformance.verdict import Step, Verdict
from simulator.events import Event, Trace
from simulator.interaction import terms as t
from simulator.interaction.holes import Hole


def confirm(
    expectation: t.Expectation, trace: Trace, verdict: Verdict, *, weak: bool = False,
    given: Mapping[str, str] | None = None, left_out: Callable[[Event | t.Expected], bool] = lambda _: False,
) -> str | None:  # fmt: skip
    """Why the verdict is not confirmed; None: it is.

    weak: the order is that of lifelines. given: values known beforehand. left_out: what is not compared, marks too.
    """
    if verdict.cost is None:
        return "there is no alignment"
    reasons = (_misread(expectation, trace, step, given or {}) for step in verdict.alignment)
    try:
        reason = _miscounted(expectation, trace, verdict, left_out) or next(filter(None, reasons), None)
        return reason or Diagram(expectation, trace, verdict, left_out, given or {}).problem(weak=weak)
    except (RecursionError, TooMuch):
        return "it is too much to confirm"


def _miscounted(
    expectation: t.Expectation, trace: Trace, verdict: Verdict, left_out: Callable[[Event], bool]
) -> str | None:
    """Each event once and in order; as many deviations as they cost; the outcome that they make."""
    steps, floor = verdict.alignment, 0
    remarks = [event.kind == "note" and event.shape not in expectation.data_notes for event in trace.events]
    compared = [n for n, event in enumerate(trace.events) if not remarks[n] and not left_out(event)]
    if [step.position for step in steps if step.kind != "missing"] != compared:
        return "not each event of the trace has one step, in order"
    for step in steps:
        if not floor <= step.position <= len(trace.events):
            return f"the step at {step.position} is out of order"
        floor = step.position + (step.kind != "missing")
    kinds = [step.kind for step in steps if step.kind not in {"fits", "ignored"}]
    if not len(kinds) == sum(each.cost for each in verdict.deviations) == verdict.cost == verdict.bound:
        return f"there are {len(kinds)} deviations, and the cost is {verdict.cost}"
    late = {step.kind for step in steps[len(steps) - len(kinds) :]}
    right = {"conforms": not kinds, "prefix": late == {"missing"}, "deviates": bool(kinds)}.get(verdict.outcome, True)
    return None if right else f"the outcome is not {verdict.outcome}"


def _misread(expectation: t.Expectation, trace: Trace, step: Step, given: Mapping[str, str]) -> str | None:
    """Why the event of a step is not what the step says."""
    expected, at = step.expected, step.position
    if step.kind in {"missing", "unexpected", "ignored"} or (step.kind == "forbidden" and not expected):
        return None if expected or step.kind != "missing" else f"nothing is missing at {at}"
    event = trace.events[at]
    if expected is None or not _alike(expected, event) or (step.kind == "different" and event.kind == "end"):
        return f"event {at} is not like what is expected"
    notes = [n for n in event.notes if n.shape in {*expectation.data_notes, *(note.shape for note in expected.notes)}]
    texts = [fold(text) for text in (event.text if event.kind == "note" else event.label, *(n.text for n in notes))]
    holes = {part for text in expected.patterns for part in text.parts if isinstance(part, Hole)}
    if step.kind == "different":
        return None
    if {*step.values} != {hole.name for hole in holes} or [n.shape for n in notes] != [n.shape for n in expected.notes]:
        return f"event {at} has other notes or holes"
    parts = [[x if isinstance(x, str) else step.values[x.name] for x in text.parts] for text in expected.patterns]
    filled = ["".join(each) for each in parts]
    values = [(step.values[hole.name], hole) for hole in holes]
    allowed = all(given[h.name] == value if h.name in given else h.kind.allows(value) for value, h in values)
    return None if allowed and filled == texts else f"event {at} does not read {filled}"


def _alike(expected: t.Expected, event: Event) -> bool:
    """Whether an event may be the expected one, as far as it is not about texts."""
    ends = [(expected.source, expected.target), (expected.target, expected.source)][: 1 + expected.both]
    alike = (expected.kind, expected.line, expected.on, expected.shape)
    return (event.source, event.target) in ends and alike == (event.kind, event.line, frozenset(event.on), event.shape)
