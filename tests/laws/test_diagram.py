"""The laws of reading and writing diagrams (semantics, section 5: `parse(print(d)) == d`; `print` is idempotent)."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Section, SequenceDiagram
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.errors import DiagramError

SEED = (Path(__file__).parents[2] / "traces" / "basic.puml").read_text(encoding="utf-8")

# What is special somewhere in the language, to be put together to texts.
_SPECIAL = (
    *("/'", "'/", "'", "'''", "\\", ":", "==", '"', "“", "#", "->", "<--", "[", "]", "${TMP1}", ",", "@", "@enduml"),
    *(
        "end",
        "end note",
        "endnote",
        "group",
        "note",
        "hnote right",
        "over",
        "of",
        "as",
        "order 1",
        "participant",
        "alt",
    ),
    *(" ", "  ", "\t", "\u00a0", "\u2028", "\x0b", "x", "é", "サ", "1", ".", "_", "A", "B"),
)
_fragments = st.lists(st.sampled_from(_SPECIAL), max_size=6).map("".join)
_line_ends = st.sampled_from(["\n", "\r", "\r\n", "\0"])

plain = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12).map(
    lambda text: "".join(letter for letter in text if letter not in "'\"“”\\@#-</") or "x"
)
wild = st.one_of(_fragments, st.text(max_size=8), st.lists(st.one_of(_fragments, _line_ends), max_size=8).map("".join))
plain_lines = st.lists(plain.map(lambda line: f"{line}."), min_size=1, max_size=4).map("\n".join)


def diagrams(
    text: st.SearchStrategy[str], lines: st.SearchStrategy[str], size: int
) -> st.SearchStrategy[SequenceDiagram]:
    """Diagrams of up to `size` elements; names, labels and titles from `text`, note texts from `lines`."""
    aliases = st.none() | st.from_regex(r"[\w.]{1,5}", fullmatch=True)
    kinds = st.sampled_from(["participant", "actor", "database", "queue"])
    shapes = st.sampled_from(["note", "hnote", "rnote"])
    beside = st.sampled_from(["left", "right"])
    leaf: st.SearchStrategy[Element] = st.one_of(
        st.builds(Participant, text, aliases, kinds, st.none() | st.integers(-999, 999)),
        st.builds(Message, text, text, text, st.booleans(), st.booleans()),
        st.builds(Note, shapes, beside, lines, st.tuples() | st.tuples(text)),
        st.builds(Note, shapes, st.just("over"), lines, st.tuples(text) | st.tuples(text, text)),
        st.builds(Section, text),
    )
    element = st.recursive(
        leaf, lambda inner: st.builds(Fragment, st.just("group"), text, st.lists(inner, max_size=size).map(tuple))
    )
    return st.builds(SequenceDiagram, st.just("") | text, st.lists(element, min_size=1, max_size=size).map(tuple))


@given(diagrams(plain, plain_lines, 5))
def test_plain_diagrams_read_back(diagram: SequenceDiagram) -> None:
    """Every diagram of unsuspicious words is written, and reads back equal."""
    written = print_diagram(diagram)
    assert parse(written) == (diagram,)
    assert print_diagram(parse(written)[0]) == written


@given(diagrams(wild, wild, 2))
def test_wild_diagrams_read_back(diagram: SequenceDiagram) -> None:
    """Whatever a diagram holds: it is refused, or it is written and reads back equal."""
    try:
        written = print_diagram(diagram)
    except DiagramError:
        return
    assert parse(written) == (diagram,)
    assert print_diagram(parse(written)[0]) == written


@given(st.lists(wild | st.just("\n"), max_size=20).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A text gives diagrams that can be written and read back, or a DiagramError with a place; nothing else."""
    reads_or_refuses(f"@startuml\n{text}\n@enduml")
    reads_or_refuses(text)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """Draw the seed with a few lines dropped, doubled or swapped, and a few texts put in anywhere."""
    lines = SEED.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "insert", "replace"])):
            case "drop":
                lines[one] = ""
            case "double":
                lines.insert(other, lines[one])
            case "swap":
                lines[one], lines[other] = lines[other], lines[one]
            case "insert":
                column = draw(st.integers(0, len(lines[one])))
                lines[one] = lines[one][:column] + draw(wild) + lines[one][column:]
            case _:
                lines[one] = draw(wild)
    return "\n".join(lines)


@given(mutants())
def test_mutated_diagrams_are_read_or_refused(text: str) -> None:
    """A damaged diagram gives a diagram that can be written and read back, or a DiagramError with a place."""
    reads_or_refuses(text)


def reads_or_refuses(text: str) -> None:
    """Parse; what was read can be written, and reads back equal; what was refused shows the line."""
    try:
        read = parse(text, "x.puml")
    except DiagramError as error:
        refused = error
    else:
        assert parse("".join(map(print_diagram, read))) == read
        return
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert refused.place is not None
    assert refused.source == lines[refused.place.line - 1]
    assert 1 <= refused.place.column <= len(refused.source) + 1
