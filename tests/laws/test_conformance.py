"""Laws of judgement (semantics.md 5), against a brute force that shares no code with the search."""

from dataclasses import replace
from functools import cache
from itertools import product
from typing import cast

from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.diagram.ast import Element, Fragment, Message, Note, Section, SequenceDiagram
from simulator.events import Event, Trace
from simulator.events import Note as Data
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Expected
from tests.confirmed import check
from tests.instances import instance

# Few letters, so that holes meet, repeat and split in several ways.
WORDS = ["a", "b", "a-b"]
TEXTS = ["a", "b", "${X}", "${X}", "${Y}", "${X}-${Y}", "${X}${X}", "a${Y}"]

messages = st.builds(
    Message,
    st.sampled_from("AB"),
    st.sampled_from("AB"),
    st.sampled_from(TEXTS),
    dashed=st.booleans(),
    both=st.sampled_from([False, False, True]),
)
sections = st.builds(Section, st.sampled_from(["a", "${X}"]))
attached = st.builds(Note, st.just("hnote"), st.just("right"), st.sampled_from(TEXTS))
free = st.builds(Note, st.just("rnote"), st.just("over"), st.sampled_from(TEXTS), on=st.just(("A",)))
frames = st.builds(Fragment, st.just("group"), st.sampled_from(["a", "b"]), st.lists(messages, max_size=1).map(tuple))
diagrams = st.lists(st.one_of(messages, attached, messages, sections, free, frames), max_size=4).map(
    lambda body: SequenceDiagram(body=tuple[Element, ...](body))
)
words = st.sampled_from([*WORDS, "a-b-a"])
events = st.one_of(
    st.builds(
        Event,
        source=st.sampled_from("AB"),
        target=st.sampled_from("AB"),
        line=st.sampled_from(["solid", "dashed"]),
        label=words,
        notes=st.lists(st.builds(Data, st.just("hnote"), words), max_size=1).map(tuple),
    ),
    st.builds(Event, kind=st.just("section"), label=words),
    st.builds(Event, kind=st.just("note"), on=st.just(("A",)), shape=st.just("rnote"), text=words),
    st.builds(Event, kind=st.sampled_from(["begin", "end"]), label=st.sampled_from("ab")),
)
VALUES = ["a", "b", "a-b"]


def expectations() -> st.SearchStrategy[Expectation]:
    """Small diagrams, as what they mean."""
    return diagrams.map(lambda diagram: lower(diagram, "diagram"))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Expectation, Trace]:
    """A diagram and a run of it with some events dropped, doubled, swapped or replaced."""
    expectation = draw(expectations())
    bindings = {name: draw(st.sampled_from(VALUES)) for name in names(expectation)}
    run = [instance(expected, bindings) for expected in expectation.events]
    for edit in draw(st.lists(st.sampled_from(["drop", "double", "swap", "replace", "insert"]), max_size=3)):
        at = draw(st.integers(0, max(0, len(run) - 1)))
        match edit:
            case "drop":
                del run[at : at + 1]
            case "double":
                run[at:at] = run[at : at + 1]
            case "swap":
                run[at : at + 2] = run[at : at + 2][::-1]
            case "replace":
                run[at : at + 1] = [draw(events)]
            case "insert":
                run.insert(at, draw(events))
    return expectation, Trace("trace", tuple(run))


def names(expectation: Expectation) -> list[str]:
    """The names of the holes of a diagram."""
    return sorted({hole.name for event in expectation.events for text in event.patterns for hole in text.holes})


def near(expected: Event, actual: Event) -> bool:
    """Whether two events count as one that is different."""
    if expected.kind == "end":
        return False
    if expected.kind == actual.kind == "message":
        return (expected.source, expected.target, expected.line) == (actual.source, actual.target, actual.line)
    return expected.kind == actual.kind and (expected.on, expected.shape) == (actual.on, actual.shape)


def cheapest(expected: list[Event], actual: list[Event]) -> tuple[int, tuple[int, ...]]:
    """The least number of edits between two literal sequences, and minus their positions, the latest if equal."""

    @cache
    def rest(i: int, j: int) -> tuple[int, tuple[int, ...]]:
        if i == len(expected) and j == len(actual):
            return 0, ()
        found = []
        if i < len(expected) and j < len(actual):
            if expected[i] == actual[j]:
                found.append(rest(i + 1, j + 1))
            elif near(expected[i], actual[j]):
                found.append(edited(j, rest(i + 1, j + 1)))
        if i < len(expected):
            found.append(edited(j, rest(i + 1, j)))
        if j < len(actual):
            found.append(edited(j, rest(i, j + 1)))
        return min(found)

    return rest(0, 0)


def edited(at: int, rest: tuple[int, tuple[int, ...]]) -> tuple[int, tuple[int, ...]]:
    """One edit more, in front."""
    return rest[0] + 1, (-at, *rest[1])


def brute_force(expectation: Expectation, trace: Trace) -> tuple[int, tuple[int, ...]]:
    """The least cost over every value of every hole, and minus the latest positions at that cost."""
    holes = names(expectation)
    # Any part of any text may be a value; one of its own for each hole stands for all that occur nowhere.
    texts = {text for event in trace.events for text in (event.label, event.text, *(note.text for note in event.notes))}
    parts = {text[i:j] for text in texts for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    values = [*sorted(parts), *(f"-{number}-" for number in range(len(holes)))]
    assume(len(values) ** len(holes) <= 1000)
    bindings = [dict(zip(holes, chosen, strict=True)) for chosen in product(values, repeat=len(holes))]
    runs = ([instance(expected, bound) for expected in each] for bound in bindings for each in directed(expectation))
    return min(cheapest(run, list(trace.events)) for run in runs)


def directed(expectation: Expectation) -> list[tuple[Expected, ...]]:
    """The events of a diagram with every direction of those that have two."""
    turned = [(each, replace(each, source=each.target, target=each.source)) for each in expectation.events]
    return list(product(*(pair if pair[0].both else pair[:1] for pair in turned)))


@given(cases())
def test_cost_and_positions_are_those_of_brute_force(case: tuple[Expectation, Trace]) -> None:
    """The alignment is the cheapest over all values of all holes, and the latest of the cheapest."""
    expectation, trace = case
    verdict = check(expectation, trace)
    cost, positions = brute_force(expectation, trace)
    assert verdict.cost == cost == sum(deviation.cost for deviation in verdict.deviations)
    told = [at for each in verdict.deviations for at in (each.event, each.actual_event) if at is not None]
    assert sorted(told) == sorted(-at for at in positions)


@given(cases())
def test_cost_is_zero_exactly_when_the_trace_conforms(case: tuple[Expectation, Trace]) -> None:
    """A verdict conforms exactly when nothing deviates and there is something to judge."""
    expectation, trace = case
    verdict = check(expectation, trace)
    assert verdict.conforms == (verdict.cost == 0 and any(event.is_data for event in trace.events))
    assert 0 <= verdict.fitness <= 1


@given(expectations(), st.data())
def test_a_trace_of_the_language_conforms_and_its_evidence_holds(expectation: Expectation, data: st.DataObject) -> None:
    """A run drawn from a diagram is allowed by it; the bindings turn each expected event into the one that fits."""
    values = {name: data.draw(st.sampled_from(VALUES)) for name in names(expectation)}
    trace = Trace("trace", tuple(instance(expected, values) for expected in expectation.events))
    verdict = check(expectation, trace)
    assert verdict.cost == 0
    assert [number for number, _ in verdict.evidence] == list(range(len(trace.events)))
    assert [instance(expected, cast("dict[str, str]", verdict.bindings)) for _, expected in verdict.evidence] == list(
        trace.events
    )


@given(expectations(), st.data())
def test_a_beginning_of_an_allowed_run_is_a_prefix(expectation: Expectation, data: st.DataObject) -> None:
    """What an allowed run begins with is `prefix`, and the deviations are what is still expected."""
    values = dict.fromkeys(names(expectation), "a")
    length = data.draw(st.integers(0, len(expectation.events)))
    trace = Trace("trace", tuple(instance(expected, values) for expected in expectation.events[:length]))
    verdict = check(expectation, trace)
    judged = any(event.is_data for event in trace.events)
    complete = length == len(expectation.events)
    assert verdict.outcome == ("inconclusive" if not judged else "conforms" if complete else "prefix")
    assert [deviation.event for deviation in verdict.deviations] == [length] * (len(expectation.events) - length)


@given(cases(), st.integers(0, 30))
def test_a_stopped_search_gives_a_bound_that_holds(case: tuple[Expectation, Trace], limit: int) -> None:
    """Whatever the work limit, the bound is never above the true cost, and an unfinished search says so."""
    expectation, trace = case
    whole, stopped = check(expectation, trace), check(expectation, trace, limit=limit)
    assert whole.cost is not None
    assert stopped.bound <= whole.cost
    assert stopped == whole or (stopped.outcome == "inconclusive" and stopped.cost is None and stopped.reason)
