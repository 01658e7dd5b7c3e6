"""The laws of reading and writing diagrams (semantics, section 5: `parse(print(d)) == d`; `print` is idempotent)."""

import re
from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Autoactivate,
    Box,
    Delay,
    Directive,
    Duration,
    Element,
    Else,
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
from simulator.diagram.parser import parse, read
from simulator.diagram.printer import print_diagram
from simulator.diagram.shapes import SHAPES
from simulator.diagram.source import QUOTES
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

# No quotes, nothing that begins a comment, an arrow or a line of the preprocessor, and no name of a border.
plain = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
    .map(lambda text: "".join(letter for letter in text if letter not in "'\"“”\\@#-</!%$") or "x")
    .map(lambda text: "x" if text in {LEFT, RIGHT, SHORT} else text)
)
wild = st.one_of(_fragments, st.text(max_size=8), st.lists(st.one_of(_fragments, _line_ends), max_size=8).map("".join))
plain_lines = st.lists(plain.map(lambda line: f"{line}."), min_size=1, max_size=4).map("\n".join)


LOOKS = (
    *("skinparam shadowing false", "autonumber 1.1", "hide footbox", "!pragma teoz true", "scale 1.5", "A -> B"),
    *("skinparam x {\n  A b\n}", "<style>\na {}\n</style>", "sprite $x <svg>\n</svg>", "end", "@enduml", "{a} ->"),
)
ARROWS = (
    "",
    "->>",
    "<<--",
    "-[#red]>",
    "x->",
    "->o",
    "<->>",
    "-[hidden]>",
    "-\\\\",
    "/-",
    "->(10)",
    "--[dotted]>x",
    "=>",
)

# Samples of the parts that statements are made of (`sequence.lark`): at least one of each way to write it.
_PARTS = {
    "NAME": ("A", "b.c@d", '"e f"', "“g”", "alt", "note"),
    "NAMED": ("A", '"B C"', '"B C" as b', 'b as "B C"', "end", "over"),
    "BARE": ("X", "y.z"),
    "ARROW": ("->", "-->", "<-", "<--", "<->", "->>", "-[#red]>", "<<-[bold]-", "//--", "-\\", "-->(3)", "-[hidden]->"),
    "PLAIN_ARROW": ("->", "-->", "<-", "<--", "<->"),
    "BORDER_ARROW": ("->", "<--", "->>", "-[#blue,dotted]>", "\\\\-", "<->"),
    "BORDER": ("[", "]", "?"),
    "PARALLEL": ("&",),
    "ANCHOR": ("{one}", "{2}"),
    "MOMENT": ("{one}", "{2}"),
    "BETWEEN": ("<->",),
    "RECEIVERS": ("& C", '& "D E" & F'),
    "SUFFIX": ("++", "-- #gold", "**", "!!", "--++", "<<s>>", "[[http://x y]]", "++ #red <<a>> [[b]]", "#blue"),
    "TEXT": (":", ": text", ":: a:b", ': "x" <b>y</b>', ": a /' b", ": 'c'", ": #red", ": [x]", ": ${TMP1}"),
    "ACTIVATE": ("activate", "deactivate", "Destroy"),
    "PLUS_OR_MINUS": ("++", "--"),
    "COLORS": ("#red", "#red #blue", "#a1b2c3"),
    "CREATE": ("create",),
    "KIND": ("participant", "Actor", "boundary", "control", "entity", "database", "collections", "queue"),
    "AS": ("as",),
    "PROPERTIES": (
        "order 3",
        "<<a>> #red-green",
        "[[http://x]]",
        "<<(C,#ABC) d>> order -2 [[u v]] #back:red;line:blue",
    ),
    "LOOK": ("#red", "<<a>> #red|blue [[u]]", "[[http://x]]"),
    "LINK": ("[[http://x y]]",),
    "OPENING": ("[",),
    "BESIDE_BEFORE": ("/", "&"),
    "SHAPE": ("note", "hnote", "RNote"),
    "STEREOTYPE": ("<<s>>", "<< a b >>"),
    "ACROSS": ("across",),
    "BESIDE": ("top", "bottom"),
    "SIDE": ("left", "Right"),
    "OF": ("of",),
    "OVER": ("over",),
    "COMMA": (",",),
    "REFERENCE": ("ref", "ref#gold"),
    "NAMES": (', C, "D E"',),
}
# Statements that are no sequence of parts.
_OTHERS = (
    *("return", "return ok: 1", "& return x", "deactivate", "autoactivate on", "Autoactivate off"),
    *('box "A b" #red', "box", "box C d", "box #EEE", "== x ==", "====", "==-- = ==", "...", "...a...", "... . b. ..."),
    *("\u2026 c \u2026", "|||", "||45||", "|||||", "newpage", "newpage a", "newpage: b", "@newpage ::"),
    *("title a", "title: a", "title ::a", "left header b", "legend c", "mainframe sd", "caption : d : e", "Footer x"),
    *("title\n a\n\n  b\nend title", "legend right top\n c\nendlegend", "center footer\n\nend footer"),
    *("skinparam x 1", "skinparam y {\n a b\n}", "<style>\n a { b: c }\n</style>", "sprite $s [4x4/16] {\nFF\n}"),
    *("sprite $t <svg>\n</svg>", "hide footbox", 'autonumber 1 2 "<b>0"', "autonumber inc A", "!pragma teoz true"),
    *("!theme plain", "set separator none", "url of A is [[b]]", "scale 2", "ignore newpage", "footbox off"),
)
_HEADS = (
    "alt",
    "opt x",
    "loop (2,3)",
    "par2 #red",
    "group#gold #pink a [b]",
    "critical #1",
    "& break 1",
    "loop -> y z",
)
_ELSES = ("else", "else x", "also #red y", "Else #")
_LABELLED = frozenset(("NOTE", "REF"))
_LINES = st.lists(st.sampled_from(("", "a", "  b ", "* c", "end", "'", "A -> B: d", "==", "\\\\")), max_size=3)


@st.composite
def statement(draw: st.DrawFn) -> str:
    """Draw the text of a statement of the grammar."""
    kind = draw(st.sampled_from([*SHAPES, "OTHERS"]))
    if kind == "OTHERS":
        return draw(st.sampled_from(_OTHERS))
    shape = draw(st.sampled_from(SHAPES[kind])).split()
    words: dict[str, str] = {}
    terminal = ""
    for part in shape:
        if part.endswith("?") and not draw(st.booleans()):
            continue
        role, _, terminal = part.removesuffix("?").rpartition(":")
        words[role or terminal] = draw(st.sampled_from(_PARTS[terminal]))
    text = " ".join(words.values())
    if kind == "TO_BORDER":
        text = re.sub(r" (?=[\[\]?](?: |$))", "", text)
    if kind == "FROM_BORDER" and "BORDER" in words:
        text = text.replace(f"{words['BORDER']} ", words["BORDER"], 1)
    if kind.endswith("BLOCK") or (kind in _LABELLED and terminal != "TEXT"):
        lines = [line for line in draw(_LINES) if kind == "NOTE" or line != "end"]
        closing = "]" if kind == "PARTICIPANT_BLOCK" else f"end {kind[:4].strip('_').lower()}"
        text = "\n".join([text, *lines, closing])
    if "CREATE" in words:
        called = [words[role] for role in words if role in {"name", "alias"}]
        text += f"\nA -> {called[0] if called[-1][0] in QUOTES else called[-1]}"
    return text


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Draw a diagram of statements of the grammar, with what some of them need before or behind them."""
    lines = ["@startuml", "A -> B ++"]
    depth = boxes = 0
    for _ in range(draw(st.integers(1, 6))):
        match draw(st.sampled_from(["statement", "statement", "statement", "open", "else", "close"])):
            case "statement":
                one = draw(statement())
                boxes += one.startswith("box")
                lines.append(one)
            case "open":
                depth += 1
                lines.append(draw(st.sampled_from(_HEADS)))
            case "else" if depth:
                lines.append(draw(st.sampled_from(_ELSES)))
            case "close" if depth or boxes:
                lines.append("end" if depth else "end box")
                depth, boxes = (depth - 1, boxes) if depth else (depth, boxes - 1)
    return "\n".join([*lines, "@enduml"])


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


def rich_diagrams(
    text: st.SearchStrategy[str], lines: st.SearchStrategy[str], looks: st.SearchStrategy[str], size: int
) -> st.SearchStrategy[SequenceDiagram]:
    """Diagrams of up to `size` elements; names and labels from `text`, texts of several lines from `lines`.

    looks: for what only changes the picture; each value is put where it may fit, and where it may not.
    """
    aliases = st.none() | st.from_regex(r"[\w.]{1,5}", fullmatch=True)
    flags = st.booleans()
    colors = st.sampled_from(["", "", "#red", "#EEE-FFF", "#line:red;back:blue"]) | looks
    marks = st.just("") | text | looks
    participants = st.builds(
        Participant,
        text | lines,
        aliases,
        st.sampled_from(["participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"]),
        st.none() | st.integers(-999, 999),
        marks,
        colors,
        marks,
        st.just(False),  # noqa: FBT003  # what is created needs a message, which `statements` gives it
    )
    ends = text | st.sampled_from([LEFT, RIGHT, SHORT])
    few = st.lists(text, max_size=3).map(tuple)
    leaf: st.SearchStrategy[Element] = st.one_of(
        participants,
        st.builds(Message, text, text, text, flags, flags),
        st.builds(Message, ends, ends, marks, flags, flags, flags, flags, st.sampled_from(ARROWS) | looks),
        st.builds(
            Message,
            ends,
            ends,
            arrow=st.just(""),
            receivers=few,
            introduces=st.lists(participants, max_size=2).map(tuple),
            activation=st.sampled_from(["", "++", "--", "**", "!!", "--++", "++--"]) | looks,
            color=colors,
            stereotype=marks,
            url=marks,
            parallel=flags,
            anchor=marks,
        ),
        st.builds(Return, marks, flags),
        st.builds(
            Note,
            st.sampled_from(["note", "hnote", "rnote"]),
            st.sampled_from(["left", "right", "over", "across", "top", "bottom"]),
            text | lines,
            few,
            colors,
            marks,
            flags,
            flags,
        ),
        st.builds(Section, marks),
        st.builds(Else, marks, colors),
        st.builds(Ref, few, text | lines, colors),
        st.builds(Activation, st.sampled_from(["activate", "deactivate", "destroy"]), st.none() | text, colors),
        st.builds(Autoactivate, flags),
        st.builds(Box, marks, colors),
        st.builds(EndBox),
        st.builds(Delay, marks),
        st.builds(Space, st.none() | st.integers(-1, 99)),
        st.builds(Page, marks),
        st.builds(Duration, text | aliases.map(str), text, marks),
        st.builds(
            Heading,
            st.sampled_from(["title", "header", "footer", "legend", "caption", "mainframe"]),
            text | lines,
            st.sampled_from(["", "left", "right", "center", "top"]) | looks,
        ),
        st.builds(Directive, looks | lines),
    )
    operators = st.sampled_from(["group", "alt", "opt", "loop", "par", "par2", "break", "critical"])
    element = st.recursive(
        leaf,
        lambda inner: st.builds(
            Fragment, operators, marks, st.lists(inner, max_size=size).map(tuple), colors, colors, flags
        ),
    )
    return st.builds(SequenceDiagram, st.just("") | text, st.lists(element, min_size=1, max_size=size).map(tuple))


def refused_or_read_back(diagram: SequenceDiagram) -> None:
    """Write a diagram, if it can be written, and read it back."""
    try:
        written = print_diagram(diagram)
    except DiagramError:
        return
    assert parse(written) == (diagram,)
    assert print_diagram(parse(written)[0]) == written


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


@given(rich_diagrams(plain, plain_lines, st.sampled_from(LOOKS), 3))
def test_rich_diagrams_read_back(diagram: SequenceDiagram) -> None:
    """A diagram of unsuspicious words is refused, or it is written and reads back equal."""
    refused_or_read_back(diagram)


@given(rich_diagrams(wild, wild, wild, 2))
def test_wild_rich_diagrams_read_back(diagram: SequenceDiagram) -> None:
    """Whatever a diagram holds: it is refused, or it is written and reads back equal."""
    refused_or_read_back(diagram)


@given(statements())
def test_everything_the_grammar_says_is_written_and_read_back(text: str) -> None:
    """What is put together from the parts of all statements is read, written, and read back equal."""
    read = parse(text)
    written = "".join(map(print_diagram, read))
    assert parse(written) == read
    assert "".join(map(print_diagram, parse(written))) == written


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
    """Read; what was read can be written, and reads back equal; each error shows its line, or all of it was read."""
    reading = read(text, "x.puml")
    assert reading.errors or reading.diagrams
    if reading.diagrams:
        assert parse("".join(map(print_diagram, reading.diagrams))) == reading.diagrams
    with suppress(DiagramError):
        "".join(map(print_diagram, reading.partial))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for error in reading.errors:
        assert error.place is not None
        assert error.source == lines[error.place.line - 1]
        assert 1 <= error.place.column <= len(error.source) + 1
