"""Laws of how traces are seen."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import SimulatorError
from simulator.events import Event, Note, Trace
from simulator.interaction.view import View

NAMES = st.sampled_from("ABCD")
TEXTS = st.text("ab1 ", min_size=1, max_size=4)
EVENTS = st.one_of(
    st.builds(
        Event,
        source=NAMES,
        target=NAMES,
        label=TEXTS,
        notes=st.lists(st.builds(Note, st.just("hnote"), TEXTS), max_size=2).map(tuple),
    ),
    st.builds(Event, kind=st.just("note"), on=st.lists(NAMES, min_size=1).map(tuple), text=TEXTS),
    st.builds(Event, kind=st.just("section"), label=TEXTS),
)
TRACES = st.lists(EVENTS, max_size=6).map(lambda events: Trace("run", tuple(events)))
LIFELINES = st.dictionaries(NAMES, NAMES, max_size=3)
IGNORED = st.lists(st.one_of(NAMES, st.sampled_from(["a", "a${X}", "${X:any}1"])), max_size=2)
RULES = st.lists(st.tuples(st.sampled_from(["a+", "1", "b?"]), st.sampled_from(["X", "Y"])), max_size=2)


@given(trace=TRACES, lifelines=LIFELINES, ignored=IGNORED, rules=RULES)
def test_to_see_twice_is_to_see_once(
    trace: Trace, lifelines: dict[str, str], ignored: list[str], rules: list[tuple[str, str]]
) -> None:
    """What was seen looks the same when it is seen again: a log of it can be judged as the run was."""
    try:
        view = View.read(lifelines, ignored, rules)
    except SimulatorError:
        return
    seen, kept = view.see(trace), view.kept(trace)
    assert view.see(seen) == seen
    assert view.kept(kept) == view.kept(seen) == kept


@given(trace=TRACES, lifelines=LIFELINES, rules=RULES)
def test_seeing_keeps_what_is_said(trace: Trace, lifelines: dict[str, str], rules: list[tuple[str, str]]) -> None:
    """Number, order, texts and marks stay; no lifeline is seen by a name that diagrams do not have."""
    try:
        view = View.read(lifelines, (), rules)
    except SimulatorError:
        return
    seen = view.see(trace).events
    assert [(e.kind, e.label, e.text, e.notes) for e in seen] == [
        (e.kind, e.label, e.text, e.notes) for e in trace.events
    ]
    renamed = {name for name, drawn in lifelines.items() if drawn != name}
    assert renamed.isdisjoint(name for event in seen for name in (event.source, event.target, *event.on))
