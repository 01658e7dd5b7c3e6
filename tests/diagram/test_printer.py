"""What the printer writes, and what it refuses to write."""

import pytest

from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Section, SequenceDiagram
from simulator.diagram.parser import parse
from simulator.diagram.printer import MAX_DEPTH, print_diagram
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
        (Message("A", "B", "' x"), "A -> B: ' x"),
        (Message("A", "B", ": x"), "A -> B: : x"),
        (Message("A", "B", "/' x '/ y"), "A -> B: /' x '/ y"),
        (Message("@startuml", "@enduml"), '"@startuml" -> "@enduml"'),
        (Message(" ", "' x"), '" " -> "\' x"'),
        (Message("group", "end"), "group -> end"),
        (Participant("as", "order"), "participant as as order"),
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
    diagram = SequenceDiagram(body=(element,))
    assert print_diagram(diagram) == f"@startuml\n{line}\n@enduml\n"
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
        (Participant("A", "b c"), "the alias 'b c' cannot be written"),
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
        (Section("a\nb"), "the title 'a\\nb' is not one line of text"),
        (Fragment("group", "#red"), "the label '#red' would be read as a colour"),
        (Fragment("group", "-> B: x"), "`group` would be read as a lifeline"),
    ],
)
def test_refused_values(element: Element, reason: str) -> None:
    """What PlantUML cannot say is refused with the reason, wherever it stands."""
    for body in ((element,), (Fragment("group", "g", (element,)),)):
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
