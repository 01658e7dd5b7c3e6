"""The JSON document of `parse`: exactly the fields of the contract."""

import json
from typing import Any

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
