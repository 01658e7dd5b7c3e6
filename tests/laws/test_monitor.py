"""Laws of judging one event at a time: it says what judging the whole run says, at every point."""

from functools import cache
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import NO_RUN, Order
from simulator.conformance.monitor import Marks, Monitor
from simulator.conformance.verdict import Verdict
from simulator.diagram.parser import parse
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Expected
from tests.confirmed import check
from tests.instances import instance

VALUES = ["a", "b", "1", "2"]
TEXTS = ["a", "b", "${X}", "${X}", "${Y!}", "${X}${Y!}", "${Z:int}"]
GUARDS = ["", "", "X == a", "Z > 1", "X != Y"]
OPENINGS = ["alt", "opt", "loop", "loop 2", "loop 0,2", "par", "critical", "break", "group g", "group seq", "group neg"]
OPENINGS += ["group any order", "group ignore {a, ${X}}", "group consider {a}", "group strict"]

arrows = st.builds("{} {} {}: {}".format, *map(st.sampled_from, ("ABC", ["->", "-->", "<->"], "ABC", TEXTS)))
notes = st.sampled_from(TEXTS).map("hnote right: {}".format)
free = st.sampled_from(TEXTS).map("rnote over A: {}".format)
sections = st.sampled_from(["a", "${X}"]).map("== {} ==".format)
lines = st.one_of(arrows, arrows, arrows, notes, free, sections).map(lambda line: [line])


def fragments(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """One of the operators around some lines, with a second operand or without."""

    def written(opening: str, guard: str, first: list[str], second: list[str] | None) -> list[str]:
        label = "" if opening.startswith(("group", "loop ")) else f" {guard}"
        return [f"{opening}{label}", *first, *(["else", *second] if second is not None else []), "end"]

    return st.builds(written, st.sampled_from(OPENINGS), st.sampled_from(GUARDS), inner, st.none() | inner)


def sequences(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """Lines and fragments one after the other."""
    return st.lists(inner | fragments(inner), min_size=1, max_size=3).map(lambda parts: [*chain(*parts)])


bodies = st.recursive(lines, sequences, max_leaves=6)
words = st.sampled_from([*VALUES, "ab"])
others = st.one_of(
    st.builds(
        Event,
        source=st.sampled_from("ABC"),
        target=st.sampled_from("ABC"),
        line=st.sampled_from(["solid", "dashed"]),
        label=words,
        notes=st.lists(st.builds(Note, st.just("hnote"), words), max_size=1).map(tuple),
    ),
    st.builds(Event, kind=st.just("section"), label=words),
    st.builds(Event, kind=st.just("note"), on=st.just(("A",)), shape=st.just("rnote"), text=words),
    st.builds(Event, kind=st.sampled_from(["begin", "end"]), label=st.just("g")),
)
marks = st.sampled_from(["strict", "ignore"])
orders = st.sampled_from(["strict", "lifeline"])


@cache
def meant(text: str) -> Expectation:
    """What the lines of a diagram expect."""
    (diagram,) = parse(f"@startuml\n{text}\n@enduml\n", "d.puml")
    return lower(diagram, "d.puml")


diagrams = st.tuples(arrows, bodies).map(lambda parts: meant("\n".join([parts[0], *parts[1]])))


def likely(data: st.DataObject, expected: tuple[Expected, ...]) -> Event:
    """An event that is expected, or mostly so; the holes that have no value yet get one."""
    if not expected or data.draw(st.integers(0, 9)) == 0:
        return data.draw(others)
    chosen = data.draw(st.sampled_from(expected))
    names = {hole.name for text in chosen.patterns for hole in text.holes}
    return instance(chosen, {name: data.draw(st.sampled_from(VALUES)) for name in sorted(names)})


def said(verdict: Verdict, length: int) -> str:
    """What a state must be where the whole run has this verdict."""
    if verdict.outcome == "inconclusive" and verdict.cost is not None:
        # Nothing but marks, which make no verdict: of these the deviations tell.
        early = [each for each in verdict.deviations if (each.kind, each.event) != ("missing", length)]
        return "complete" if not verdict.cost else "violated" if early else "possible"
    outcomes = {"conforms": "complete", "prefix": "possible", "deviates": "violated"}
    return outcomes.get(verdict.outcome, "inconclusive")


@given(diagrams, marks, marks, orders, st.data())
def test_at_every_point_it_is_the_verdict_of_what_happened_so_far(
    expectation: Expectation, sections: Marks, frames: Marks, order: Order, data: st.DataObject
) -> None:
    """The state after each event is the outcome of `check` on the events until then, and so is the verdict.

    So the first violated event is the first with which no allowed run begins.
    """
    monitor = Monitor(expectation, sections=sections, frames=frames, order=order)
    trace: list[Event] = []
    while True:
        verdict = check(expectation, Trace("t", tuple(trace)), sections=sections, frames=frames, order=order)
        assert monitor.state == said(verdict, len(trace))
        assert monitor.verdict("t") == verdict
        assert monitor.reason == (NO_RUN if monitor.state == "inconclusive" else "")
        if len(trace) == 6:
            break
        trace.append(likely(data, monitor.expected))
        monitor.observe(trace[-1])


@given(diagrams, orders, st.data())
def test_what_is_expected_is_what_does_not_violate(expectation: Expectation, order: Order, data: st.DataObject) -> None:
    """An expected event without open holes may come; one that is like none of those that are expected may not."""
    monitor = Monitor(expectation, order=order)
    for _ in range(5):
        before = monitor.expected
        event = likely(data, before)
        if monitor.observe(event) in {"violated", "inconclusive"}:
            break
    fits = [each for each in before if not any(text.holes for text in each.patterns) and instance(each) == event]
    assert not (fits and monitor.state == "violated")
    if monitor.state == "violated":
        assert monitor.expected == before
        assert monitor.violation is not None
        (deviation,) = monitor.violation.deviations
        assert (deviation.event, deviation.actual) == (len(monitor.events) - 1, event)
        assert deviation.kind in {"unexpected", "different", "forbidden"}
        assert (deviation.expected is None) == (deviation.kind == "unexpected")
