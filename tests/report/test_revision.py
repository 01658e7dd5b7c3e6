"""Revising a diagram by a run: the fewest lines, and nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.report.account import Account
from simulator.report.revision import Hunk, hunks, revised
from tests.instances import instance
from tests.laws.test_patches import NAMES, VALUES, changed, elements

FILE = "x.puml"
TEXT = """@startuml
' how a blob is written
participant A
  A -> B: one ' kept
    hnote right: k1

A -> B: two
B --> A: three
@enduml
' after
"""


def found(text: str, run: Trace) -> tuple[Hunk, ...]:
    """The hunks that a run asks for."""
    meant = lower(parse(text, FILE)[0], FILE)
    return hunks(Account(check(meant, run), run.events, meant), text, FILE)


def run(*events: Event) -> Trace:
    """A trace."""
    return Trace("run", events)


ONE = Event(source="A", target="B", label="one ' kept", notes=(Note("hnote", "k1"),))
TWO = Event(source="A", target="B", label="two")
THREE = Event(source="B", target="A", label="three", line="dashed")
NEW = Event(source="A", target="B", label="new")


@pytest.mark.parametrize(
    ("events", "lines"),
    [
        ((ONE, TWO, THREE), []),
        ((ONE, THREE), ["-A -> B: two"]),
        ((ONE, TWO, NEW, THREE), ["+A -> B: new"]),
        ((ONE, NEW, THREE), ["-A -> B: two", "+A -> B: new"]),
        (
            (Event(source="A", target="B", label="one ' kept", notes=(Note("hnote", "k2"),)), TWO, THREE),
            ["-    hnote right: k1", "+    hnote right: k2"],
        ),
        ((ONE, TWO), ["-B --> A: three"]),
    ],
)
def test_only_what_changed_changes(events: tuple[Event, ...], lines: list[str]) -> None:
    """Comments, blank lines and margins stay."""
    new = revised(TEXT, found(TEXT, run(*events)))
    before, after = TEXT.splitlines(), new.splitlines()
    assert [f"-{line}" for line in before if line not in after] + [
        f"+{line}" for line in after if line not in before
    ] == lines


def test_accepting_some_changes_only_these() -> None:
    """Hunk by hunk."""
    first, second = found(TEXT, run(ONE, NEW, Event(source="B", target="A", label="4", line="dashed")))
    assert "A -> B: new" in revised(TEXT, [first])
    assert "three" in revised(TEXT, [first])
    assert "A -> B: two" in revised(TEXT, [second])
    assert "B --> A: 4" not in revised(TEXT, [first])


def test_line_ends_stay() -> None:
    """Also those of other systems."""
    text = TEXT.replace("\n", "\r\n")
    new = revised(text, found(text, run(ONE, TWO, NEW, THREE)))
    assert new.count("\r\n") == new.count("\n") == TEXT.count("\n") + 1


@given(st.data())
def test_accepting_all_makes_a_straight_diagram_allow_the_run(data: st.DataObject) -> None:
    """And accepting nothing changes nothing."""
    body = data.draw(st.lists(elements(), min_size=1, max_size=6))
    text = "\n".join(["@startuml", *(line for each in body for line in each), "@enduml", ""])
    meant = lower(parse(text, FILE)[0], FILE)
    values = {name: data.draw(VALUES) for name in NAMES} | {"N": "77", "U": "u9"}
    events = data.draw(changed([instance(expected, values) for expected in meant.events]))
    assume(check(meant, run(*events)).outcome != "inconclusive")
    asked = found(text, run(*events))
    assert revised(text, ()) == text
    new = revised(text, asked)
    assert check(lower(parse(new, FILE)[0], FILE), run(*events)).outcome == "conforms", new
