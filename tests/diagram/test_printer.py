"""What the printer writes, and what it refuses to write."""

import pytest

from simulator.diagram.ast import (
    Activation,
    Box,
    Delay,
    Directive,
    Duration,
    Element,
    EndBox,
    Fragment,
    Heading,
    Message,
    Note,
    Page,
    Participant,
    Ref,
    Return,
    Section,
    SequenceDiagram,
    Space,
)
from simulator.diagram.parser import MAX_DEPTH, parse
from simulator.diagram.printer import print_diagram
from simulator.errors import DiagramError, Place


def test_canonical() -> None:
    """One statement a line, groups indented, names quoted only where they must be."""
    diagram = SequenceDiagram(
        "checkout",
        (
            Participant("Nuxeo", order=1),
            Participant("Web shop", "W", "actor", 2),
            Section("Write"),
            Message("Nuxeo", "Web shop", "m"),
            Note("hnote", "right", "one"),
            Fragment(
                "group",
                "tx",
                (
                    Message("S3", "Nuxeo", dashed=True, backwards=True),
                    Note("rnote", "over", "two\n\n  lines", ("Nuxeo", "Web shop")),
                    Fragment("group", "", (Note("note", "left", "", ("S3",)),)),
                ),
            ),
        ),
    )
    assert print_diagram(diagram) == (
        "@startuml checkout\n"
        "participant Nuxeo order 1\n"
        'actor "Web shop" as W order 2\n'
        "== Write ==\n"
        'Nuxeo -> "Web shop": m\n'
        "hnote right: one\n"
        "group tx\n"
        "  Nuxeo <-- S3\n"
        '  rnote over Nuxeo, "Web shop"\n'
        "    two\n"
        "\n"
        "      lines\n"
        "  end note\n"
        "  group\n"
        "    note left of S3:\n"
        "  end\n"
        "end\n"
        "@enduml\n"
    )


@pytest.mark.parametrize(
    ("element", "line"),
    [
        (Message("A", "B", "a /' b '/"), "A -> B: a /' b '/ /''/"),
        (Message("A", "B", "/'''b'''/ c"), "A -> B: /'''b'''/ c /''/"),
        (Message("A", "B", "C:\\"), "A -> B: C:\\ /''/"),
        (Message("A", "B", "C:\\\\"), "A -> B: C:\\\\"),
        (Message("A", "B", "%newline() %nosuch() %date()"), "A -> B: %chr(37)newline() %nosuch() %date()"),
        (Message("A", "B", "%chr(37)"), "A -> B: %chr(37)chr(37)"),
        (Message("A", "B", "' x"), "A -> B: ' x"),
        (Message("A", "B", ": x"), "A -> B: : x"),
        (Message("A", "B", "/' x '/ y"), "A -> B: /' x '/ y"),
        (Message("@startuml", "@enduml"), '"@startuml" -> "@enduml"'),
        (Message(" ", "' x"), '" " -> "\' x"'),
        (Message("group", "end"), "group -> end"),
        (Participant("as", "order"), "participant as as order"),
        (Participant("A", "b c"), 'participant "b c" [\n  A\n]'),
        (Participant("two\n\n  lines", "b", color="#red"), "participant b #red [\n  two\n\n    lines\n]"),
        (Participant('say "hi"', "b"), 'participant b [\n  say "hi"\n]'),
        (
            Participant("A", "B", "queue", -2, "(C,#ABC) x", "#red-green", "http://x"),
            "queue A as B <<(C,#ABC) x>> order -2 [[http://x]] #red-green",
        ),
        (Message("[", "A", "x", arrow="-[#red]>"), "[-[#red]> A: x"),
        (Message("A", "?", backwards=True, dashed=True, arrow="x<--"), "?x<-- A"),
        (
            Message("A", "b", introduces=(Participant("B b", "b"),), receivers=("C", "D e")),
            'A -> "B b" as b & C & "D e"',
        ),
        (
            Message("A", "B", "x", activation="--++", color="#red", stereotype="s", url="u", parallel=True, anchor="a"),
            "& {a} A -> B --++ #red <<s>> [[u]]: x",
        ),
        (Return("x: y", parallel=True), "& return x: y"),
        (Note("rnote", "across", "x", color="#red", stereotype="s", aligned=True), "/ rnote across <<s>> #red: x"),
        (Note("note", "over", "", ("A",), parallel=True), "& note over A:"),
        (Ref(("A", "B b", "C"), "x", "#red"), 'ref#red over A, "B b", C: x'),
        (Ref(("A",), "x\ny", "#red|blue"), "ref over A #red|blue\n  x\n  y\nend ref"),
        (Box("A: b", "#red"), 'box "A: b" #red'),
        (Box('a"b', "#red"), 'box a"b #red'),
        (Fragment("group", "#1"), "group #1\nend"),
        (Fragment("group", "#red:x"), "group #red:x\nend"),
        (Delay(". x ..."), "... . x ... ..."),
        (Space(45), "||45||"),
        (Page(":x"), "newpage : :x"),
        (Duration("a", "2", "< 1 s"), "{a} <-> {2}: < 1 s"),
        (Heading("title", ":x"), "title : :x"),
        (Heading("footer", "x\ny", "left"), "left footer\n  x\n  y\nend footer"),
        (Heading("legend", "x", "top right"), "legend top right\n  x\nend legend"),
        (Directive("skinparam x {\na b\nc {\n  d e\n}\n}"), "skinparam x {\na b\nc {\n  d e\n}\n}"),
        (Activation("activate", "B b", "#red #blue"), 'activate "B b" #red #blue'),
        (Participant("/'''x'''/"), "participant \"/'''x'''/\" /''/"),
        (Note("hnote", "right", "end note"), "hnote right: end note"),
        (Note("hnote", "right", "' x"), "hnote right: ' x"),
        (Note("hnote", "right", "x", ("of",)), "hnote right of of: x"),
        (Section(""), "== =="),
        (Section("="), "== = =="),
        (Section("'/ /' x"), "== '/ /' x =="),
        (Fragment("group", "-> x y"), "group -> x y\nend"),
        (Fragment("group", "x [y]"), "group x [y]\nend"),
    ],
)
def test_delicate_values(element: Element, line: str) -> None:
    """What looks like something else is written so that it reads back."""
    diagram = SequenceDiagram(body=(Message("A", "B"), element))
    assert print_diagram(diagram) == f"@startuml\nA -> B\n{line}\n@enduml\n"
    assert parse(print_diagram(diagram)) == (diagram,)


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (Message("", "B"), "'' cannot be written as a name"),
        (Message('A"', "B"), "cannot be written as a name"),
        (Message("A", "“"), "cannot be written as a name"),
        (Message("A\nB", "B"), "cannot be written as a name"),
        (Message("A", "B", "a\nb"), "the label 'a\\nb' is not one line of text"),
        (Message("A", "B", "a\rb"), "is not one line of text"),
        (Message("A", "B", "a\0b"), "is not one line of text"),
        (Message("A", "B", " a"), "the label ' a' has blanks at its ends"),
        (Message("A", "B", "a\u00a0"), "has blanks at its ends"),
        (Participant("A", kind="class"), "there is no kind of participant called 'class'"),
        (Participant("A\nB"), "a name of several lines needs an alias"),
        (Participant("A\n]", "B"), "the name cannot hold the line ']'"),
        (Participant("A", ""), "the alias '' cannot be written"),
        (Participant("A", order=10**9), "the order 1000000000 has more than nine digits"),
        (Note("hnote", "right", " x"), "has blanks at its ends"),
        (Note("hnote", "right", "x\nend note"), "a note cannot hold the line 'end note'"),
        (Note("hnote", "right", "x\n EndHNote"), "a note cannot hold the line ' EndHNote'"),
        (Note("hnote", "right", "x\n@enduml"), "a note cannot hold the line '@enduml'"),
        (Note("hnote", "right", "x\ny\rz"), "the text of the note 'y\\rz' is not one line of text"),
        (Note("hnote", "right", "x\n\0"), "is not one line of text"),
        (Note("hnote", "right", "x\n' y"), "would be read as a comment"),
        (Note("hnote", "right", "x\n/' y"), "would be read as a comment"),
        (Note("hnote", "right", " x\n y"), "has blanks that reading would take away"),
        (Note("hnote", "right", "x \ny"), "has blanks that reading would take away"),
        (Note("hnote", "over", "x"), "a note over cannot stand on 0 lifelines"),
        (Note("hnote", "over", "x", ("A", "B", "C")), "a note over cannot stand on 3 lifelines"),
        (Note("hnote", "left", "x", ("A", "B")), "a note left cannot stand on 2 lifelines"),
        (Message("A", "B", arrow="=>"), "'=>' is no arrow"),
        (Message("A", "B", arrow="-->>"), "the arrow '-->>' says something else than its message"),
        (Message("[", "?"), "a message from border to border cannot be written"),
        (Message("A", "B", activation="+"), "cannot be written here"),
        (Message("A", "B", activation="++ "), "would be read as"),
        (Message("A", "B", anchor="a b"), "cannot be written here"),
        (Message("A", "B", introduces=(Participant("C", "c"),)), "would be read as"),
        (Message("A", "b", introduces=(Participant("B", "b", "actor"),)), "would be read as"),
        (Message("A", "B", stereotype="a>>b"), "cannot be written here"),
        (Return(), "the line 'return' cannot be written here: there is nothing to return from"),
        (Note("note", "over", "x", ("A",), aligned=True, parallel=True), "cannot be written here"),
        (Note("note", "top", "x", parallel=True), "cannot be written here"),
        (Ref((), "x"), "a `ref` stands over one lifeline or more"),
        (Ref(("A",), "x\nend"), "cannot hold the line 'end'"),
        (Activation("activate", None), "`activate` needs the name of a lifeline"),
        (Activation("activate", "B", "red"), "the colour 'red' cannot be written"),
        (Box('a" #b'), "the line 'box a\" #b' cannot be written here"),
        (EndBox(), "the line 'end box' cannot be written here: this `end box` closes nothing"),
        (Space(-1), "a space of -1 pixels cannot be written"),
        (Duration("a b", "c"), "the anchor 'a b' cannot be written"),
        (Heading("title", "x\nend title"), "the title cannot hold the line 'end title'"),
        (Heading("title", "x", "top"), "cannot be written here"),
        (Directive("A -> B"), "Directive(text='A -> B') would be read as Message(source='A', target='B')"),
        (Directive("skinparam a b\nskinparam c d"), "would be read as Directive(text='skinparam a b')"),
        (Directive("' x"), "would be read as"),
        (Directive(""), "a directive without text cannot be written"),
        (Section("a\nb"), "the title 'a\\nb' is not one line of text"),
        (Fragment("group", "#red"), "the label '#red' would be read as a colour"),
        (Fragment("group", "-> B: x"), "`group` would be read as a lifeline"),
    ],
)
def test_refused_values(element: Element, reason: str) -> None:
    """What PlantUML cannot say is refused with the reason, wherever it stands."""
    first = () if isinstance(element, Return) else (Message("A", "B"),)
    for body in ((*first, element), (*first, Fragment("group", "g", (element,)))):
        with pytest.raises(DiagramError) as caught:
            print_diagram(SequenceDiagram(body=body))
        assert reason in str(caught.value)


def test_refused_diagrams() -> None:
    """A diagram without elements, with a name of two lines, or nested too deep, is refused at its place."""
    place = Place("x.puml", 3, 1)
    with pytest.raises(DiagramError, match=r"^x\.puml:3:1: a diagram without elements cannot be written"):
        print_diagram(SequenceDiagram(place=place))
    with pytest.raises(DiagramError, match=r"^the name of the diagram 'a.*b' is not one line"):
        print_diagram(SequenceDiagram("a\nb", (Section("x"),)))
    nested = Fragment("group", "x")
    for _ in range(MAX_DEPTH):
        nested = Fragment("group", "x", (nested,))
    with pytest.raises(DiagramError, match="groups nested deeper than 200 cannot be written"):
        print_diagram(SequenceDiagram(body=(nested,)))
