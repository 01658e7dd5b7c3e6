"""The JSON document of `parse`: exactly the fields of the contract."""

import json
from typing import Any

import pytest

from simulator.diagram.ast import Fragment, Message, SequenceDiagram
from simulator.errors import DiagramError, Place, SimulatorError
from simulator.report.json_parse import parse_json
from simulator.report.result import Parse, ParsedDiagram, ParsedFile, Remark
from tests.report.explored import diagram
from tests.report.judged import FILE


def document(*files: ParsedFile) -> Any:
    """Write and read the document about some files."""
    return json.loads(parse_json(Parse(files)))


def test_whole_document() -> None:
    """Participants, tree and flat list of one diagram."""
    written = diagram(
        'participant "The store" as S order 2',
        "== Write ==",
        "A -> S: put\\nnow",
        "hnote right: key",
        "group tx",
        "A <-- S: done",
        "rnote over A, S: free",
        "end",
    )
    warning = Remark(Place(FILE, 4, 1), "mind this")
    assert document(ParsedFile(FILE, (ParsedDiagram(written),), (), (warning,))) == {
        "version": 1,
        "files": [
            {
                "file": FILE,
                "valid": True,
                "errors": [],
                "warnings": [{"file": FILE, "line": 4, "column": 1, "message": "mind this"}],
                "diagrams": [
                    {
                        "name": "",
                        "line": 1,
                        "participants": [
                            {"name": "The store", "alias": "S", "kind": "participant", "order": 2, "line": 2},
                            {"name": "A", "alias": None, "kind": "participant", "order": None, "line": 4},
                        ],
                        "body": [
                            {"type": "section", "title": "Write", "line": 3, "column": 1},
                            {
                                "type": "message",
                                "source": "A",
                                "target": "S",
                                "label": "put\nnow",
                                "dashed": False,
                                "both": False,
                                "backwards": False,
                                "line": 4,
                                "column": 1,
                            },
                            {
                                "type": "note",
                                "shape": "hnote",
                                "position": "right",
                                "on": [],
                                "text": "key",
                                "line": 5,
                                "column": 1,
                            },
                            {
                                "type": "frame",
                                "label": "tx",
                                "line": 6,
                                "column": 1,
                                "end": 9,
                                "body": [
                                    {
                                        "type": "message",
                                        "source": "S",
                                        "target": "A",
                                        "label": "done",
                                        "dashed": True,
                                        "both": False,
                                        "backwards": True,
                                        "line": 7,
                                        "column": 1,
                                    },
                                    {
                                        "type": "note",
                                        "shape": "rnote",
                                        "position": "over",
                                        "on": ["A", "S"],
                                        "text": "free",
                                        "line": 8,
                                        "column": 1,
                                    },
                                ],
                            },
                        ],
                        "messages": [
                            {
                                "source": "A",
                                "target": "S",
                                "label": "put\nnow",
                                "dashed": False,
                                "both": False,
                                "line": 4,
                            },
                            {"source": "S", "target": "A", "label": "done", "dashed": True, "both": False, "line": 7},
                        ],
                    }
                ],
            }
        ],
    }


def body(*lines: str) -> Any:
    """The nodes of one diagram, without the place where each stands."""
    (file,) = document(ParsedFile(FILE, (ParsedDiagram(diagram(*lines)),)))["files"]

    def placeless(node: Any) -> Any:
        if isinstance(node, list):
            return [placeless(each) for each in node]
        if isinstance(node, dict):
            return {key: placeless(value) for key, value in node.items() if key not in {"line", "column", "end"}}
        return node

    return placeless(file["diagrams"][0]["body"])


MESSAGE = {"type": "message", "dashed": False, "both": False, "backwards": False}


def test_fragments() -> None:
    """Each by its operator, with the body of its first operand; the others stand under `else`."""
    x = {**MESSAGE, "source": "A", "target": "B", "label": "x"}
    assert body("alt a", "A -> B: x", "else b", "A -> B: x", "else", "end") == [
        {
            "type": "alt",
            "label": "a",
            "body": [x],
            "else": [{"type": "else", "label": "b", "body": [x]}, {"type": "else", "label": "", "body": []}],
        }
    ]
    assert body("loop 2,5", "loop", "break no", "end", "end", "end") == [
        {
            "type": "loop",
            "label": "2,5",
            "body": [
                {
                    "type": "loop",
                    "label": "",
                    "body": [{"type": "break", "label": "no", "body": []}],
                    "least": 0,
                    "most": None,
                }
            ],
            "least": 2,
            "most": 5,
        }
    ]
    found = body("par2", "end", "& opt", "end", "critical", "end", "group neg", "end", "group any order", "end")
    assert [(each["type"], each.get("parallel", False)) for each in found] == [
        ("par", False),
        ("opt", True),
        ("critical", False),
        ("neg", False),
        ("any order", False),
    ]
    (ignored,) = body("group ignore {a, b ${X}}", "end")
    assert (ignored["type"], ignored["messages"]) == ("ignore", ["a", "b ${X}"])


def test_other_nodes() -> None:
    """Life cycle, delays, pages, constraints and interaction uses; what only changes the picture has none."""
    assert body("A -> B", "activate B", "deactivate", "... later ...", "newpage two", "{a} <-> {b}: < 1 s")[1:] == [
        {"type": "activation", "kind": "activate", "lifeline": "B"},
        {"type": "activation", "kind": "deactivate", "lifeline": None},
        {"type": "delay", "text": "later"},
        {"type": "page", "title": "two"},
        {"type": "duration", "first": "a", "second": "b", "text": "< 1 s"},
    ]
    assert body("ref over A, B: login", "title T", "autonumber", "skinparam x y", "|||", "participant C") == [
        {"type": "ref", "on": ["A", "B"], "text": "login"}
    ]
    assert body("A -> B", "hnote across: x", "/ note over A: y")[1:] == [
        {"type": "note", "shape": "hnote", "position": "across", "on": [], "text": "x"},
        {"type": "note", "shape": "note", "position": "over", "on": ["A"], "text": "y", "parallel": True},
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (r"a\nb\lc\rd \\n \\\n", "a\nb\nc\nd \\n \\\n"),
        (r"a\n[[http://x{tip\\nof two} some\nlink]]\nb", "a\n[[http://x{tip\\\\nof two} some\\nlink]]\nb"),
        (r"\n[[never\nclosed", "\n[[never\\nclosed"),
        (r"<math>a\n</math>\n<latex>\\n</latex>\n]]\n", "<math>a\\n</math>\n<latex>\\\\n</latex>\n]]\n"),
        (r"<math>[[\n</math>\n]]\n", "<math>[[\\n</math>\n]]\n"),
        (r"\[[\n]] [\n]", "\\[[\\n]] [\n]"),
    ],
)
def test_line_ends_in_labels(written: str, told: str) -> None:
    """They are line feeds, but for those in links and formulas, as in PlantUML."""
    assert body(f"A -> B : {written}")[0]["label"] == told


def test_messages_of_all_kinds() -> None:
    """Both ways, hidden, several receivers, answers, gates, anchors, escapes: in the list and in the tree."""
    lines = (
        "{a} A <-> B ++: one\\ntwo",
        "A -[hidden]> B",
        "& B -> A & C: x\\\\ny",
        "return done",
        "[-> A",
    )
    (file,) = document(ParsedFile(FILE, (ParsedDiagram(diagram(*lines)),)))["files"]
    assert [list(each.values()) for each in file["diagrams"][0]["messages"]] == [
        ["A", "B", "one\ntwo", False, True, 2],
        ["B", "A", "x\\ny", False, False, 4],
        ["B", "A", "done", True, False, 5],
        ["[", "A", "", False, False, 6],
    ]
    first, second, answer, gate = body(*lines)
    assert (first["anchor"], first["activation"], first["both"]) == ("a", "++", True)
    assert (second["parallel"], second["receivers"]) == (True, ["C"])
    assert answer["returns"]
    assert gate == {**MESSAGE, "source": "[", "target": "A", "label": ""}


def test_participants() -> None:
    """Declared ones, those introduced in a message, created, on several lines, and those that are only used."""
    shown = diagram(
        "participant P [",
        "  =Title",
        "  text",
        "]",
        'A -> "Long name" as L: x',
        "create actor C order 7",
        "A -> C: new",
        "note over N: y",
        "database A",
    )
    (file,) = document(ParsedFile(FILE, (ParsedDiagram(shown),)))["files"]
    assert [list(each.values()) for each in file["diagrams"][0]["participants"]] == [
        ["=Title\ntext", "P", "participant", None, 2],
        ["A", None, "database", None, 10],
        ["Long name", "L", "participant", None, 6],
        ["C", None, "actor", 7, 7],
        ["N", None, "participant", None, 9],
    ]


def test_errors() -> None:
    """A file with errors is not valid; an error without a place points at the start of the file."""
    placed = DiagramError("wrong", place=Place("a.puml", 3, 5))
    refused: tuple[SimulatorError, ...] = (placed, SimulatorError("odd"))
    (file,) = document(ParsedFile("a.puml", errors=refused))["files"]
    assert not file["valid"]
    assert file["errors"] == [
        {"file": "a.puml", "line": 3, "column": 5, "message": "wrong"},
        {"file": "a.puml", "line": 1, "column": 1, "message": "odd"},
    ]


def test_odd_file_name() -> None:
    """A file name that is no UTF-8 is still reported."""
    (file,) = document(ParsedFile("a\udcff.puml", errors=(DiagramError("no file a\udcff.puml"),)))["files"]
    assert file["file"] == "a\\udcff.puml"


def test_deep_nesting() -> None:
    """Frames may nest as deep as the parser reads them."""
    body: tuple[Fragment | Message, ...] = (Message("A", "B"),)
    for _ in range(200):
        body = (Fragment("group", "g", body),)
    assert '"label": "g"' in parse_json(Parse((ParsedFile("a.puml", (ParsedDiagram(SequenceDiagram("", body)),)),)))
