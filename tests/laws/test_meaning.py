"""Laws of what diagrams mean (semantics.md 1)."""

import re

from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.ast import (
    Element,
    Else,
    Fragment,
    Message,
    Note,
    Participant,
    Ref,
    Return,
    Section,
    SequenceDiagram,
)
from simulator.diagram.lifelines import lifelines
from simulator.diagram.parser import parse
from simulator.errors import Place
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Use, walk
from simulator.report.json_parse import parse_json
from simulator.report.result import Parse, ParsedDiagram, ParsedFile
from simulator.report.tree import parse_lines

_NAMES = st.sampled_from("ABC")
_LABELS = st.sampled_from(["x", "${X}", "3", "neg", "any order", "ignore {x, ${Y}}", "2..5", "[X > 3]", "a\\nb", ""])
_leaves: st.SearchStrategy[Element] = st.one_of(
    st.builds(Message, _NAMES, _NAMES, _LABELS, st.booleans(), parallel=st.booleans()),
    st.builds(Message, _NAMES, _NAMES, _LABELS, both=st.booleans(), hidden=st.booleans()),
    st.builds(Message, _NAMES, _NAMES, _LABELS, receivers=st.lists(_NAMES, max_size=2).map(tuple)),
    st.builds(Return, _LABELS, st.booleans(), _NAMES, _NAMES),
    st.builds(Note, st.sampled_from(["note", "hnote"]), st.sampled_from(["left", "top"]), _LABELS),
    st.builds(Note, st.sampled_from(["note", "rnote"]), st.just("over"), _LABELS, st.tuples(_NAMES)),
    st.builds(Note, st.just("hnote"), st.just("across"), _LABELS, parallel=st.booleans()),
    st.builds(Section, _LABELS),
    st.builds(Else, _LABELS),
    st.builds(Ref, st.tuples(_NAMES), _LABELS),
    st.builds(Participant, _NAMES, st.none() | _NAMES),
)
_operators = st.sampled_from(["group", "alt", "opt", "loop", "par", "par2", "break", "critical"])
_elements = st.recursive(
    _leaves,
    lambda inner: st.builds(
        Fragment, _operators, _LABELS, st.lists(inner, max_size=4).map(tuple), parallel=st.booleans()
    ),
    max_leaves=12,
)


@st.composite
def diagrams(draw: st.DrawFn) -> SequenceDiagram:
    """Diagrams of everything that has a meaning; an `else` stands in a fragment."""
    body = [each for each in draw(st.lists(_elements, max_size=6)) if not isinstance(each, Else)]
    return SequenceDiagram("d", tuple(body), Place("d.puml"))


def messages(diagram: SequenceDiagram) -> list[Message | Return]:
    """The messages of a diagram in reading order."""
    return [
        each
        for each in diagram.elements()
        if isinstance(each, Return) or (isinstance(each, Message) and not each.hidden)
    ]


@given(diagrams())
def test_each_message_is_expected_once_for_each_receiver(diagram: SequenceDiagram) -> None:
    """In reading order, with the sender and the receiver that the text says."""
    expected = [event for event in lower(diagram, "d").events if event.kind == "message"]
    ends = [
        (each.source, receiver)
        for each in messages(diagram)
        for receiver in (each.target, *(each.receivers if isinstance(each, Message) else ()))
    ]
    assert [(event.source, event.target) for event in expected] == ends


@given(diagrams())
def test_marks_and_free_notes_are_expected_in_order(diagram: SequenceDiagram) -> None:
    """Sections and data notes once each, frames as often begun as ended, one inside the other."""
    elements = list(diagram.elements())
    events = lower(diagram, "d").events
    sections = [event for event in events if event.kind == "section"]
    assert len(sections) == sum(isinstance(each, Section) for each in elements)
    notes = [each for each in elements if isinstance(each, Note) and each.shape != "note"]
    free = [each for each in notes if each.position in {"over", "across"}]
    assert [event.shape for event in events if event.kind == "note"] == [note.shape for note in free]
    depth = 0
    for event in events:
        depth += (event.kind == "begin") - (event.kind == "end")
        assert depth >= 0
        assert len(event.frames) == depth + (event.kind == "end")
    assert depth == 0


@given(diagrams())
def test_uses_that_are_not_known_are_told(diagram: SequenceDiagram) -> None:
    """Where no other diagram is known, every `ref` is a use with a problem, and there is a warning for it."""
    expectation = lower(diagram, "d")
    uses = [term for term in walk(expectation.term) if isinstance(term, Use)]
    assert len(uses) == sum(isinstance(each, Ref) for each in diagram.elements())
    told = {message for _, message in expectation.warnings}
    assert all(any(message.startswith(use.problem) for message in told) for use in uses)


@given(diagrams())
def test_parse_tells_every_message_once(diagram: SequenceDiagram) -> None:
    """The document has each message in its list and, in the same order, in its tree; the text has a line for each."""
    whole = Parse((ParsedFile("d.puml", (ParsedDiagram(diagram, lower(diagram, "d")),)),))
    document = parse_json(whole)
    assert document.count('"backwards":') == len(messages(diagram))
    assert document.count('"dashed":') == 2 * len(messages(diagram))
    assert document.count('"type": "ref"') == sum(isinstance(each, Ref) for each in diagram.elements())
    arrows = [line for line in map(str, parse_lines(whole)) if re.match(r" {4,}\d* +[ABC] <?--?>? [ABC]", line)]
    assert len(arrows) == len([event for event in lower(diagram, "d").events if event.kind == "message"])


@given(diagrams())
def test_every_lifeline_is_told_once(diagram: SequenceDiagram) -> None:
    """Whatever names it first, and however often."""
    names = [each.lifeline for each in lifelines(diagram)]
    assert len(names) == len(set(names))
    assert {end for each in messages(diagram) for end in (each.source, each.target)} <= set(names)


# Statements, each with other ways to write them that differ in the picture only.
_SPELLINGS = (
    (
        "participant A",
        'participant "A"',
        "participant A #red",
        "actor A",
        "participant A <<tag>> order 3",
        "PARTICIPANT A",
    ),
    ("A -> B: x ${X}", "A->B:x ${X}", "B <- A : x ${X}", "A -[#red]>> B : x   ${X}", "A ->o B #gold : x\\n${X}"),
    ("hnote right: k", "hnote left #aqua : k", "hnote <<tag>> right: k", "hnote top: k", "hnote right\nk\nend note"),
    ("B --> A: y", "A <-- B: y", "B -[dashed]> A: y", "B ---> A : y", "A \\\\-- B : y", "B -->(10) A [[http://x]]: y"),
    ("== S ==", "==S==", "== S =="),
    ("alt ok", "alt#Gold #Blue ok", "ALT ok", "alt   ok"),
    ("A <-> B: z", "A <<->> B: z", "A <-[#red]> B : z"),
    ("else no", "else #Pink no", "ELSE no"),
    ("B -> C ++: call", "B -> C ++ #gold: call", "B ->> C ++ : call"),
    ("return r", "RETURN r", "return   r"),
    ("end", "end alt", "END"),
    ("& A -> C & B: w", "& A -> C & B : w", "& A -[#red]> C & B : w"),
    ("rnote over A, B: free", "rnote over A,B #red: free", "rnote right of A: free".replace("right of A", "over B, A")),
    ("group tx", "group#Gold tx", "group #Blue tx", "GROUP tx"),
    ("hnote across: all", "hnote across #red : all", "hnote across\nall\nendhnote"),
    ("end", "end group"),
)
_PICTURE = (
    *("", "' a comment", "/' a comment '/", "|||", "||45||", "newpage", "newpage two", "autonumber", "autonumber stop"),
    *("title T", "header H", "footer F", "caption C", "skinparam x y", "hide footbox", "scale 2", "!pragma teoz true"),
    *("legend\ntext\nendlegend", "<style>\nx { y z }\n</style>", "box b #red", "mainframe m", "note over A: remark"),
    *("A -[hidden]> B: spacer", "note right: remark", "skinparam a {\nb c\n}", "... later ..."),
)


def expected(text: str) -> Expectation:
    """What the lines of a diagram expect."""
    return lower(parse(f"@startuml\n{text}\n@enduml")[0], "d")


PLAIN = expected("\n".join(plain for plain, *_ in _SPELLINGS))


@given(st.data())
def test_presentation_never_changes_what_is_expected(data: st.DataObject) -> None:
    """However a diagram is decorated: the same term, but for places, and no warning."""
    lines: list[str] = []
    for spellings in _SPELLINGS:
        lines += data.draw(st.lists(st.sampled_from(_PICTURE), max_size=2))
        lines.append(data.draw(st.sampled_from(spellings)))
    decorated = expected("\n".join(lines))
    assert decorated.term == PLAIN.term
    assert decorated.events == PLAIN.events
    assert not decorated.warnings
