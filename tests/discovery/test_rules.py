"""Rules: what an example of a diagram says for all values."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.discovery.rules import Example, bindings, drawn, learn, lift
from simulator.errors import Place
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expected


def expected(*lines: str) -> tuple[Expected, ...]:
    """What the lines of a diagram expect."""
    (diagram,) = parse("\n".join(["@startuml", *lines, "@enduml"]))
    return lower(diagram, "d").events


def example(*lines: str, **changes: Any) -> Example:
    """An operation that these lines show."""
    shown = Example("write", ("new",), {"object": "abc", "size": "3"}, "d", "Write", Place("d"), expected(*lines))
    return replace(shown, **changes)


@pytest.mark.parametrize(
    ("text", "meanings", "lifted"),
    [
        ("write 3 bytes", {"size": "3"}, "write ${@size} bytes"),
        ("write 33 bytes, 3x, x3, 3-3", {"size": "3"}, "write 33 bytes, 3x, x3, ${@size}-${@size}"),
        ("a/b to c/a/b", {"source": "a/b", "object": "c/a/b"}, "${@source} to ${@object}"),
        ("abc", {"object": "abc", "source": "abc"}, "${@object}"),
        ("abc", {"source": "abc", "object": "abc"}, "${@source}"),
        ("${A}3 3${A} ${A} 3", {"size": "3"}, "${A}3 3${A} ${A} ${@size}"),
        ("${size} 3", {"size": "3"}, "${size} ${@size}"),
        ("a.b axb", {"object": "a.b"}, "${@object} axb"),
        ("abc", {"object": ""}, "abc"),
        ("3", {}, "3"),
    ],
)
def test_values_become_their_meaning(text: str, meanings: dict[str, str], lifted: str) -> None:
    """Whole words only, longer values first, earlier meanings first, holes of the diagram untouched."""
    (event,) = lift(expected(f"A -> B: {text}"), meanings)
    assert str(event.text) == lifted


def test_a_rule_judges_new_values() -> None:
    """What `abc` with 3 bytes shows holds for every object and size, and for no others."""
    (rule,) = learn([example("A -> B: write 3 bytes", "hnote right: abc", "A --> A: ${TMP1}")])
    new = bindings({"object": "other/é", "size": "100000"})

    def run(size: str, key: str) -> Trace:
        write = Event(source="A", target="B", label=f"write {size} bytes", notes=(Note("hnote", key),))
        return Trace("t", (write, Event(source="A", target="A", line="dashed", label="random")))

    assert check(rule.expectation, run("100000", "other/é"), bindings=new)
    assert not check(rule.expectation, run("100000", "other/e"), bindings=new)
    assert not check(rule.expectation, run("3", "other/é"), bindings=new)


def test_examples_that_say_the_same_are_one_rule() -> None:
    """Places, names of holes and values do not matter; operation, facts and events do."""
    shown = example("A -> B: write 3 bytes", "hnote right: bin_${TMP1}")
    same = example(
        "",
        "A -> B: write 5 bytes",
        "hnote right: bin_${TMP7}",
        meanings={"object": "xyz", "size": "5"},
        section="Write another",
    )
    other_events = example("A --> B: write 3 bytes", "hnote right: bin_${TMP1}")
    other_facts = replace(shown, facts=("stored",))
    rules = learn([shown, same, other_events, other_facts])
    assert [rule.examples for rule in rules] == [(shown, same), (other_events,), (other_facts,)]


def test_two_holes_are_not_one() -> None:
    """Examples with one value twice and with two values are different rules."""
    assert len(learn([example("A -> B: ${X} ${X}"), example("A -> B: ${X} ${Y}")])) == 2


def test_a_rule_is_drawn_with_the_values_of_a_run() -> None:
    """Meanings become values, holes of the diagram stay, and what looks like a hole in a value does not become one."""
    lines = (
        "A -> B: write 3 bytes",
        "hnote right: abcd_${TMP1:int}!",
        "group of 3",
        "B --> A: ok",
        "rnote over A: abc",
        "end",
    )
    events = lift(expected(*lines), {"object": "abc", "size": "3"})
    diagram = drawn(events, {"object": "${X}", "size": "7"}, "Write 7")
    assert print_diagram(diagram).splitlines()[3:-1] == [
        "== Write 7 ==",
        "A -> B: write 7 bytes",
        "hnote right: abcd_${TMP1:int}!",
        "group of 7",
        "  A <-- B: ok",
        "  rnote over A: <U+0024>{X}",
        "end",
    ]


WORDS = st.text("ab3/", min_size=1, max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=6), st.dictionaries(st.sampled_from("xyz"), WORDS))
def test_a_rule_expects_what_its_example_does(words: list[str], meanings: dict[str, str]) -> None:
    """With the values of its own example a rule draws the example again."""
    events = expected(f"A -> B: {' '.join(words)}", "hnote right: ${T} " + words[0])
    (again,) = lower(drawn(lift(events, meanings), meanings, "S"), "d").events[1:]
    assert (again.text, [note.text for note in again.notes]) == (
        events[0].text,
        [note.text for note in events[0].notes],
    )
