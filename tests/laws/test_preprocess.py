"""Laws of the preprocessor: whatever is written, it ends, and every line knows where it comes from."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.diagram.ast import Message
from simulator.diagram.includes import Includes
from simulator.diagram.parser import parse, read
from simulator.diagram.preprocess import expand
from simulator.diagram.source import Block, blocks
from simulator.errors import DiagramError

NAMES = st.sampled_from(["$a", "$b", "c", "D", "$f", "p", "$x"])
VALUES = st.sampled_from(
    ["1", "-2", '"t"', "'u'", "w", "[1, 2]", '{"k": [3]}', "", "(", ")", "+", "==", "&&", ",", "="]
)
CALLED = st.sampled_from(
    ["%strlen", "%upper", "%mod", "%json_add", "%splitstr", "%call_user_func", "%invoke_procedure"]
)


def spelled(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    """These parts, one behind the other."""
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def expressions() -> st.SearchStrategy[str]:
    """Something like an expression, right or wrong."""
    operators = st.sampled_from([" + ", " - ", "*", "/", " == ", " < ", " && ", " ", "", ".k", "[0]", ", "])
    called = spelled(CALLED | NAMES, "(", st.deferred(expressions), ")")
    return st.lists(st.tuples(NAMES | VALUES | called, operators), max_size=4).map(
        lambda parts: "".join(map("".join, parts))
    )


LINES = st.one_of(
    spelled("!", NAMES, " = ", expressions()),
    spelled("!define ", NAMES, " ", expressions()),
    spelled("!define ", NAMES, "(x, y=1) x##_y ", expressions()),
    spelled("!function ", NAMES, "($a, $b=1) return ", expressions()),
    spelled("!procedure ", NAMES, "($a)\n", expressions(), "\nA -> B : $a\n!endprocedure"),
    spelled(st.sampled_from(["!if ", "!elseif ", "!ifdef ", "!while ", "!assert ", "!return "]), expressions()),
    spelled("!foreach ", NAMES, " in ", expressions()),
    st.sampled_from(["!else", "!endif", "!endwhile", "!endfor", "!endfunction", "!startsub S", "!endsub", "!exit"]),
    st.sampled_from(["!includesub S", "!include nowhere", "!include <x>", "!undef $a", "!log x", "!local $a = 1"]),
    spelled("A -> B : ", expressions()),
    expressions(),
    st.text(st.sampled_from("!$%()[]{}\"'=+-/\\,#ab1. \t"), max_size=12),
)
TEXTS = st.lists(LINES, min_size=1, max_size=12).map(lambda lines: "\n".join(["@startuml", *lines, "@enduml", ""]))


def expanded(text: str) -> Block | DiagramError:
    """The one diagram of a text, or why there is none."""
    try:
        return expand(blocks(text, "x.puml")[0], Includes())
    except DiagramError as error:
        return error


@given(TEXTS)
def test_every_text_gives_lines_or_an_error_with_a_place_in_it(text: str) -> None:
    """Nothing but `DiagramError` is raised; its place, and that of each letter of each line, is in the text."""
    written = text.split("\n")
    found = expanded(text)
    if isinstance(found, DiagramError):
        assert found.place
        places = [(found.place, found.source)]
    else:
        places = [(line.place(at), line.source(at)) for line in found.lines for at in range(len(line.text) + 1)]
    for place, source in places:
        assert source is None or written[place.line - 1] == source
        assert 1 <= place.column <= len(written[place.line - 1]) + 1


@given(TEXTS)
def test_the_same_text_gives_the_same_lines(text: str) -> None:
    """Nothing depends on what was expanded before."""
    first, second = read(text, "x.puml"), read(text, "x.puml")
    assert first.diagrams == second.diagrams
    assert list(map(str, first.errors)) == list(map(str, second.errors))


@given(st.lists(st.text(st.sampled_from("ab _.-"), min_size=1).map(str.strip).filter(bool), min_size=1, max_size=5))
def test_a_macro_writes_what_would_be_written_by_hand(labels: list[str]) -> None:
    """Procedures, definitions, variables and loops give the same messages as their text in full."""
    (plain,) = parse("\n".join(["@startuml", *(f"A -> B : <{label}>" for label in labels), "@enduml"]))
    told = ", ".join(f'"{label}"' for label in labels)
    forms = (
        ["!procedure $p($x)", "A -> B : <$x>", "!endprocedure", *(f'$p("{label}")' for label in labels)],
        ["!unquoted procedure p($x)", "A -> B : <$x>", "!endprocedure", *(f"p({label})" for label in labels)],
        ["!define CALL(what) A -> B : <what>", *(f"CALL({label})" for label in labels)],
        ["!function $f($x) return '<' + $x + '>'", *(f'A -> B : $f("{label}")' for label in labels)],
        [f"!foreach $x in [{told}]", "A -> B : <$x>", "!endfor"],
        [part for label in labels for part in (f'!$x = "{label}"', "A -> B : <$x>")],
    )
    for form in forms:
        (diagram,) = parse("\n".join(["@startuml", *form, "@enduml"]))
        assert diagram == plain
        assert all(isinstance(each, Message) for each in diagram.body)
