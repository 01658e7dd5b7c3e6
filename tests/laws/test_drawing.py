"""Laws of drawing (semantics.md 5): what is drawn from a trace allows that trace, and nothing near it."""

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.conformance.check import Judge
from simulator.conformance.strength import strength
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.discovery.single import draw
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Expectation
from tests.confirmed import check

odd_names = st.text("aZ-. /:()>é", min_size=1).map(fold)
lifelines = st.one_of(st.sampled_from(["A", "B", "end", "two words", "é"]), odd_names).filter(bool)
texts = st.one_of(
    st.text(max_size=20),
    st.text("$<U+0{}24>nX\\'/=: end[]#", max_size=20),
    st.sampled_from(["neg", "any order", "ignore {a, b}", "strict [x]", "[x]", "a\\\\nb"]),
)
notes = st.lists(st.builds(Note, st.sampled_from(["hnote", "rnote"]), texts), max_size=2).map(tuple)
values = st.sampled_from(["x1", "y.2", "z/3", "x1y"])
volatile = st.dictionaries(st.sampled_from(["TMP", "VERSION"]), values, max_size=2)
messages = st.builds(
    lambda source, target, line, label, notes, volatile: Event(
        source=source,
        target=target,
        line=line,
        label=" ".join([label, *volatile.values()]),
        notes=notes,
        attributes={"volatile": volatile},
    ),
    lifelines,
    lifelines,
    st.sampled_from(["solid", "dashed"]),
    texts,
    notes,
    volatile,
)
sections = st.builds(Event, kind=st.just("section"), label=texts)
free_notes = st.builds(
    Event,
    kind=st.just("note"),
    on=st.lists(lifelines, min_size=1, max_size=2, unique=True).map(tuple),
    shape=st.sampled_from(["hnote", "rnote"]),
    text=texts,
)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """Traces with frames that open and close in order."""
    run: list[Event] = []
    frames: list[str] = []
    marks = st.sampled_from(["begin", "end"])
    for event in draw(st.lists(st.one_of(messages, sections, free_notes, marks), max_size=7)):
        if event == "begin":
            frames.append(draw(texts))
            run.append(Event(kind="begin", label=frames[-1]))
        elif event == "end" and frames:
            run.append(Event(kind="end", label=frames.pop()))
        elif isinstance(event, Event):
            run.append(event)
    run += [Event(kind="end", label=label) for label in reversed(frames)]
    return Trace("trace", tuple(run))


def drawn(trace: Trace) -> Expectation:
    """What the printed drawing of a trace means when it is read again."""
    (diagram,) = parse(print_diagram(draw(trace)))
    return lower(diagram, "drawn")


@given(traces())
def test_a_drawing_reads_back_and_allows_its_trace(trace: Trace) -> None:
    """Printing and parsing loses nothing, and the diagram conforms to the run it came from."""
    assume(any(event.is_data for event in trace.events))
    diagram = draw(trace)
    assert parse(print_diagram(diagram)) == (diagram,)
    verdict = check(drawn(trace), trace)
    assert verdict.conforms, verdict


@given(traces())
def test_a_drawing_notices_every_mutant_of_its_trace(trace: Trace) -> None:
    """No smallest change of the run is allowed, but for another value of a hole that occurs once."""
    assume(any(event.is_data for event in trace.events))
    expectation = drawn(trace)
    found = strength(Judge(expectation), trace)
    assert found is not None
    assert found.mutants == found.rejected + len(found.survivors)
    assert found.mutants >= 3 * len(trace.events)
    holes = Counter(str(hole) for each in expectation.events for text in each.patterns for hole in text.holes)
    assert {each.cause for each in found.survivors} <= {"once", "any"}
    assert all(holes[each.hole] == 1 for each in found.survivors)
