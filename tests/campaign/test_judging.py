"""Judging operations: what was allowed once is remembered, and that changes nothing."""

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.campaign.judging import Rules
from simulator.campaign.system import Part
from simulator.diagram.parser import parse
from simulator.discovery.rules import Example, Meaning, learn
from simulator.errors import Place
from simulator.events import Event, Note
from simulator.interaction.lower import lower

MADE_UP = ("x1y2", "z3", "a b", "3", "write", "0f", "")
SIZES = ("3", "4", "33")


def rules(*diagrams: str) -> Rules:
    """What diagrams say about a `write` of 3 bytes that made up the version `v`."""
    meanings = {"size": Meaning("3", "label"), "version": Meaning("v", "note", volatile=True)}
    examples = []
    for text in diagrams:
        (diagram,) = parse(f"@startuml\nparticipant A\n{text}\n@enduml")
        term = lower(diagram, "d").term
        examples.append(Example("write", ("new",), meanings, "d", "Write", Place("d"), term))
    return Rules(learn(examples))


def part(size: str = "3", version: str = "v") -> Part:
    """A write."""
    return Part(("new",), {"size": Meaning(size, "label"), "version": Meaning(version, "note", volatile=True)})


def write(size: str, temp: str, *, told: bool = True, name: str = "bin") -> Event:
    """One event."""
    volatile = {"TMP": temp} if told else {}
    return Event(
        source="A",
        target="B",
        label=f"write {size} bytes",
        notes=(Note("hnote", f"{name}_{temp}"),),
        attributes={"volatile": volatile},
    )


WRITE = "A -> B: write 3 bytes\nhnote right: bin_${TMP}"


def test_what_was_allowed_is_found_again() -> None:
    """The verdict is the one on the run before, whatever the system made up this time."""
    known = rules(WRITE)
    one = known.judge("write", [[part()]], (write("3", "x1"),))
    other = known.judge("write", [[part()]], (write("3", "y2"),))
    assert one is not None
    assert other is one


@pytest.mark.parametrize(
    "event",
    [
        write("4", "x1"),
        write("3", "x1", name="tmp"),
        write("3", "x 1"),
        Event(source="A", target="B", label="write 3 bytes"),
        Event(source="A", target="C", label="write 3 bytes", notes=(Note("hnote", "bin_x1"),)),
    ],
)
def test_what_is_not_alike_is_judged(event: Event) -> None:
    """Another text, another note, another lifeline, a value that is no word."""
    known = rules(WRITE)
    known.judge("write", [[part()]], (write("3", "x1"),))
    judgement = known.judge("write", [[part()]], (event,))
    assert judgement is not None
    assert not judgement.verdict.conforms


def test_an_operation_without_a_rule_is_not_judged() -> None:
    """Nor one with a part that has none."""
    assert rules(WRITE).judge("read", [[part()]], (write("3", "x1"),)) is None
    assert rules(WRITE).judge("write", [[part(), Part(("stored",))]], (write("3", "x1"),)) is None


@pytest.mark.parametrize(("diagram", "events", "conforms"), [("", 0, True), (WRITE, 0, False), ("", 1, False)])
def test_silence(diagram: str, events: int, *, conforms: bool) -> None:
    """An operation that must do nothing, and does nothing, does what it must."""
    judgement = rules(diagram).judge("write", [[part()]], (write("3", "x"),) * events)
    assert judgement is not None
    assert judgement.verdict.conforms == conforms


texts = st.sampled_from(
    (
        "${A}",
        "${A} ${B}",
        "${A} ${A}",
        "${A}${B}",
        "write ${C:any}",
        "${D:hex}",
        "${F!} ${B}",
        "${E:int}3",
        "write 3 x1y2",
        "v",
        "${A}_v",
    )
)
values = st.sampled_from(MADE_UP)
SPELLED = re.compile(r"\$\{(\w)[^}]*\}")
diagrams = st.lists(st.tuples(texts, texts), max_size=3)


@st.composite
def performed(draw: st.DrawFn, said: list[tuple[str, str]]) -> tuple[str, str, tuple[Event, ...]]:
    """A run that a diagram nearly allows: size, version, events."""
    size, version = draw(st.sampled_from(SIZES)), draw(values)
    filling = {name: draw(values) for name in "ABCDEF"}
    told = draw(st.sampled_from([{}, {"A": filling["A"]}, filling]))
    events = []
    for pair in said:
        label, note = (SPELLED.sub(lambda hole: filling[hole[1]], text) for text in pair)
        label, note = label.replace("3", size), note.replace("v", version)
        attributes = {"volatile": told}
        events.append(Event(source="A", target="B", label=label, notes=(Note("hnote", note),), attributes=attributes))
    return size, version, tuple(events)


@given(st.data())
def test_remembering_changes_nothing(data: st.DataObject) -> None:
    """Law: the rules that judged other runs before say what rules say that see their first."""
    said = data.draw(st.lists(diagrams, min_size=1, max_size=2))
    drawn = ["\n".join(f"A -> B: {label}\nhnote right: {note}" for label, note in pairs) for pairs in said]
    known = rules(*drawn)
    for _ in range(6):
        size, version, seen = data.draw(performed(data.draw(st.sampled_from(said))))
        judged = known.judge("write", [[part(size, version)]], seen)
        anew = rules(*drawn).judge("write", [[part(size, version)]], seen)
        assert judged is not None
        assert anew is not None
        assert judged.verdict.conforms == anew.verdict.conforms
        assert not anew.verdict.conforms or judged.rule.expectation == anew.rule.expectation


def test_rules_go_to_other_processes() -> None:
    """Without what is remembered."""
    known = rules(WRITE, "A -> B: something else")
    known.judge("write", [[part()]], (write("3", "x1"),))
    copy = pickle.loads(pickle.dumps(known))
    judgement = copy.judge("write", [[part()]], (write("3", "y2"),))
    assert judgement is not None
    assert judgement.verdict.conforms
