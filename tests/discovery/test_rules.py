"""Rules: what an example of a diagram says for all values."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.discovery.chains import chain, numbered
from simulator.discovery.drawing import drawn
from simulator.discovery.rules import Example, Meaning, Meanings, bindings, learn, lift
from simulator.errors import Place
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Expected, Term
from tests.confirmed import check


def allowed(*lines: str) -> Term:
    """What the lines of a diagram allow."""
    (diagram,) = parse("\n".join(["@startuml", *lines, "@enduml"]))
    return lower(diagram, "d").term


def events_of(term: Term) -> tuple[Expected, ...]:
    """What a term expects."""
    return Expectation("d", Place("d"), term).events


def meanings(**values: str) -> Meanings:
    """Sizes stand in labels, all else in notes."""
    return {name: Meaning(value, "label" if name == "size" else "note") for name, value in values.items()}


def example(*lines: str, **changes: Any) -> Example:
    """An operation that these lines show."""
    shown = Example("write", ("new",), meanings(object="abc", size="3"), "d", "Write", Place("d"), allowed(*lines))
    return replace(shown, **changes)


@pytest.mark.parametrize(
    ("text", "values", "lifted"),
    [
        ("write 3 bytes", {"size": "3"}, "write ${@size:any} bytes"),
        ("write 33 bytes, 3x, x3, 3-3", {"size": "3"}, "write 33 bytes, 3x, x3, ${@size:any}-${@size:any}"),
        ("a/b to c/a/b", {"source": "a/b", "object": "c/a/b"}, "${@source:any} to ${@object:any}"),
        ("abc", {"object": "abc", "source": "abc"}, "${@object:any}"),
        ("abc", {"source": "abc", "object": "abc"}, "${@source:any}"),
        ("${A}3 3${A} ${A} 3", {"size": "3"}, "${A}3 3${A} ${A} ${@size:any}"),
        ("${size} 3", {"size": "3"}, "${size} ${@size:any}"),
        ("a.b axb", {"object": "a.b"}, "${@object:any} axb"),
        ("abc", {"object": ""}, "abc"),
        ("3", {}, "3"),
    ],
)
def test_values_become_their_meaning(text: str, values: dict[str, str], lifted: str) -> None:
    """Whole words only, longer values first, earlier meanings first, holes of the diagram untouched."""
    term = allowed(f"A -> B: {text}", f"hnote right: {text}")
    (label,) = events_of(lift(term, {name: Meaning(value, "label") for name, value in values.items()}))
    (note,) = events_of(lift(term, {name: Meaning(value, "note") for name, value in values.items()}))
    assert (str(label.text), str(note.notes[0].text)) == (lifted, lifted)
    assert (label.notes, note.text) == (events_of(term)[0].notes, events_of(term)[0].text)


def test_a_hole_for_a_value_with_a_meaning_stands_for_the_meaning() -> None:
    """Also where it is only a part of the value; other holes stay."""
    term = allowed("A -> B: write ${N} bytes", "hnote right: other/${KEY} bin_${TMP}")
    values = {"N": "3", "KEY": "abc", "TMP": "0"}
    (event,) = events_of(lift(term, meanings(object="other/abc", key="abc", size="3"), values))
    assert (str(event.text), str(event.notes[0].text)) == ("write ${@size:any} bytes", "${@object:any} bin_${TMP}")


def test_blanks_of_values_are_compared_as_those_of_texts() -> None:
    """Runs of blanks are one blank, in what a rule is made of and in what it judges."""
    (rule,) = learn([example("A -> B: write 3 bytes", "hnote right: a b/c", meanings=meanings(object="a  b/c "))])
    event = Event(source="A", target="B", label="write 3 bytes", notes=(Note("hnote", "x  y/z"),))
    assert check(rule.expectation, Trace("t", (event,)), bindings=bindings(meanings(object="x  y/z")))


def test_a_rule_judges_new_values() -> None:
    """What `abc` with 3 bytes shows holds for every object and size, and for no others."""
    (rule,) = learn([example("A -> B: write 3 bytes", "hnote right: abc", "A --> A: ${TMP1}")])
    new = bindings(meanings(object="other/é", size="100000"))

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
        meanings=meanings(object="xyz", size="5"),
        section="Write another",
    )
    other_events = example("A --> B: write 3 bytes", "hnote right: bin_${TMP1}")
    other_facts = replace(shown, facts=("stored",))
    rules = learn([shown, same, other_events, other_facts])
    assert [rule.examples for rule in rules] == [(shown, same), (other_events,), (other_facts,)]


def test_two_holes_are_not_one() -> None:
    """Examples with one value twice and with two values are different rules."""
    assert len(learn([example("A -> B: ${X} ${X}"), example("A -> B: ${X} ${Y}")])) == 2


def test_a_meaning_stands_only_beside_its_lifelines() -> None:
    """One value is the object in S3 and the entry in the cache."""
    known = {
        "object": Meaning("abc", "note", frozenset({"S3"})),
        "key": Meaning("abc", "note"),
    }
    lines = ("A -> S3: x", "hnote right: abc", "A -> Cache: x", "hnote right: abc", "hnote right of Cache: abc")
    in_s3, in_cache, free = events_of(lift(allowed(*lines), known))
    assert (str(in_s3.notes[0].text), str(in_cache.notes[0].text)) == ("${@object:any}", "${@key:any}")
    assert str(free.text) == "${@key:any}"


def test_rules_for_parts_are_put_together() -> None:
    """Parts of a group share their first and last event; values and holes of each part are its own."""
    frame = ("== TX commit ==", "A -> B: write ${T}", "hnote right: ${T} abc", "== TX end ==")
    (rule,) = learn([example(*frame, meanings=meanings(object="abc"))])
    together = chain([[rule, rule], [rule]])
    one, two, three = (meanings(object=value) for value in ("x", "y", "z"))
    texts = {hole.name for event in together.expectation.events for each in event.patterns for hole in each.holes}
    assert texts == {"1.T", "2.T", "3.T", "@1.object", "@2.object", "@3.object"}
    trace = [Event(kind="section", label=label) for label in ("TX commit", "TX end", "TX commit", "TX end")]
    written = [
        Event(source="A", target="B", label=f"write {t}", notes=(Note("hnote", f"{t} {value}"),))
        for t, value in (("p", "x"), ("q", "y"), ("p", "z"))
    ]
    events = (trace[0], written[0], written[1], trace[1], trace[2], written[2], trace[3])
    values = bindings(numbered([one, two, three]))
    assert check(together.expectation, Trace("t", events), bindings=values)
    assert not check(together.expectation, Trace("t", events), bindings=bindings(numbered([one, three, two])))
    assert not check(together.expectation, Trace("t", (*events[:2], *events[3:])), bindings=values)


def test_what_a_system_makes_up_is_drawn_as_a_hole() -> None:
    """Also where it is a part of another value."""
    known = {"object": Meaning("p/123", "note"), "made": Meaning("123", "note", volatile=True)}
    (rule,) = learn([example("A -> B: x", "hnote right: p/123", "A -> B: y", "hnote right: 123", meanings=known)])
    other = {"object": Meaning("q/456", "note"), "made": Meaning("456", "note", volatile=True)}
    printed = print_diagram(drawn(rule.expectation.term, other, "S"))
    assert "hnote right: q/${MADE}" in printed
    assert "hnote right: ${MADE}" in printed


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
    events = lift(allowed(*lines), meanings(object="abc", size="3"))
    diagram = drawn(events, meanings(object="${X}", size="7"), "Write 7")
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
MEANINGS = st.dictionaries(st.sampled_from("xyz"), st.builds(Meaning, WORDS, st.sampled_from(["label", "note"])))


@given(st.lists(WORDS, min_size=1, max_size=6), MEANINGS)
def test_a_rule_expects_what_its_example_does(words: list[str], known: Meanings) -> None:
    """With the values of its own example a rule draws the example again."""
    term = allowed(f"A -> B: {' '.join(words)}", "hnote right: ${T} " + words[0])
    (again,) = lower(drawn(lift(term, known), known, "S"), "d").events[1:]
    assert (again.text, [note.text for note in again.notes]) == (
        events_of(term)[0].text,
        [note.text for note in events_of(term)[0].notes],
    )


def test_a_message_without_direction_stays_one() -> None:
    """Drawn again it is still compared in both directions, and it is not the rule of one that has a direction."""
    term = allowed("A <-> B: put", "C -> A: x")
    (again, other) = lower(drawn(term, {}, "S"), "d").events[1:]
    assert again == replace(events_of(term)[0], section="S")
    assert not other.both
    assert len(learn([example("A <-> B: put"), example("A -> B: put")])) == 2
