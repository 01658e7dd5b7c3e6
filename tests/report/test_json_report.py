"""The JSON documents of `check`, `explore` and `replay`: exactly the fields of the contract."""

import json
from dataclasses import replace
from typing import Any

from simulator.conformance.exploration import Contradiction, Replay, Said, Source
from simulator.errors import Place
from simulator.interaction.lower import lower
from simulator.report.json_campaign import campaign_json, replayed_json
from simulator.report.json_report import report_json
from simulator.report.result import Campaign, Remark, Replayed, Report, Result
from tests.report.explored import DEVIATION, FAILED, MISSED, PASSED, WRITE, diagram
from tests.report.judged import FILE, covered, judged

HOLES = judged("@startuml\nA -> B: ${X}\n@enduml\n@startuml\nA -> B: v1\n@enduml\n")
DEVIATES = judged(
    "@startuml\n== S ==\ngroup tx\nA -> B: put ${X}\nA <-- B: done\nend\n@enduml\n"
    "@startuml\n== S ==\ngroup tx\nA -> B: put v1\nend\nA -> A: more\n@enduml\n"
)
SUMMARY = {"conforms", "deviates", "prefix", "inconclusive", "not_run"}
RESULT = {
    "diagram",
    "trace",
    "verdict",
    "reason",
    "cost",
    "bound",
    "fitness",
    "bindings",
    "deviations",
    "seconds",
    "s3",
}


def read(text: str) -> Any:
    """Read a document and check what all of them have."""
    document = json.loads(text)
    assert list(document)[:6] == ["version", "summary", "results", "coverage", "seed", "groups"]
    assert list(document)[6:] in ([], ["campaign"])
    assert document["version"] == 1
    assert set(document["summary"]) == SUMMARY
    assert sum(document["summary"].values()) == len(document["results"])
    assert all(set(result) == RESULT for result in document["results"])
    assert text.endswith("}\n")
    return document


def test_conforming_result() -> None:
    """A result that conforms: cost 0, fitness 1, the values of its holes."""
    document = read(report_json(Report((replace(HOLES, seconds=0.25, s3="moto"),), seed=7, coverage=covered(HOLES))))
    assert document["results"] == [
        {
            "diagram": FILE,
            "trace": "one",
            "verdict": "conforms",
            "reason": "",
            "cost": 0,
            "bound": 0,
            "fitness": 1.0,
            "bindings": {"X": "v1"},
            "deviations": [],
            "seconds": 0.25,
            "s3": "moto",
        }
    ]
    assert document["coverage"][FILE]["percent"] == 100.0
    assert document["seed"] == 7


def test_coverage() -> None:
    """Of each diagram the messages, those that some trace showed, and every part with its place and count."""
    text = "@startuml\nA -> B: one\nopt hit\nA -> B: two\nend\n@enduml\n"
    result = judged(f"{text}@startuml\nA -> B: one\n@enduml\n")
    document = read(report_json(Report((result,), coverage=covered(result))))

    def row(kind: str, case: str, name: str, line: int, count: int) -> object:
        return {"kind": kind, "case": case, "name": name, "file": FILE, "line": line, "column": 1, "count": count}

    assert document["coverage"] == {
        FILE: {
            "messages": 2,
            "exercised": 1,
            "percent": 50.0,
            "parts": [
                row("message", "shown", "A -> B: one", 2, 1),
                row("opt", "not taken", "hit", 3, 1),
                row("opt", "taken", "hit", 3, 0),
                row("message", "shown", "A -> B: two", 4, 0),
            ],
        }
    }


def test_deviations() -> None:
    """Every deviation with its place, its event, expected and actual on one line each, and a sentence."""
    (result,) = read(report_json(Report((DEVIATES,))))["results"]
    assert (result["verdict"], result["cost"]) == ("deviates", 2)
    assert result["fitness"] == 0.8
    assert result["deviations"] == [
        {
            "kind": "missing",
            "section": "S",
            "frames": ["tx"],
            "file": FILE,
            "line": 5,
            "column": 1,
            "event": 3,
            "expected": "A <-- B: done",
            "actual": None,
            "bindings": {"X": "v1"},
            "message": "missing before event 3: A <-- B: done",
            "patch": {"action": "remove", "file": FILE, "lines": [5], "text": [], "to": 0, "behind": False},
        },
        {
            "kind": "unexpected",
            "section": "S",
            "frames": [],
            "file": FILE,
            "line": 6,
            "column": 1,
            "event": 4,
            "expected": None,
            "actual": "A -> A: more",
            "bindings": {"X": "v1"},
            "message": "event 4 is not in the diagram here: A -> A: more",
            "patch": {"action": "insert", "file": FILE, "lines": [], "text": ["A -> A: more"], "to": 6, "behind": True},
        },
    ]


def test_different_names_what_differs() -> None:
    """The sentence of `different` says which part differs and how."""
    text = "@startuml\nA -> B: put\nhnote right: k1\n@enduml\n"
    (result,) = read(report_json(Report((judged(text + text.replace("k1", "k2")),))))["results"]
    (deviation,) = result["deviations"]
    assert deviation["message"] == "the note differs: expected 'hnote: k1', got 'hnote: k2'"
    assert (deviation["line"], deviation["event"]) == (3, 0)
    assert deviation["expected"] == "A -> B: put / hnote: k1"


def test_not_run() -> None:
    """A diagram that was not run is a result without cost and fitness."""
    document = read(report_json(Report((Result("x.puml"),))))
    (result,) = document["results"]
    assert document["summary"]["not_run"] == 1
    assert (result["verdict"], result["cost"], result["fitness"]) == ("not_run", None, None)


def test_failed_step() -> None:
    """A step that failed makes the verdict `deviates`, and is the reason."""
    step = Remark(Place("one.toml", 3, 1), "expected 'foo'")
    (result,) = read(report_json(Report((replace(HOLES, failures=(step,)),))))["results"]
    assert (result["verdict"], result["reason"]) == ("deviates", "one.toml:3:1: expected 'foo'")


def test_open_search() -> None:
    """Where a limit stopped the search, the cost is null, and nothing is exercised."""
    assert HOLES.verdict is not None
    stopped = replace(HOLES.verdict, outcome="inconclusive", cost=None, bound=2, reason="limit", steps=tuple)
    result = replace(HOLES, verdict=stopped)
    document = read(report_json(Report((result,), coverage=covered(result))))
    (result,) = document["results"]
    assert (result["verdict"], result["reason"], result["cost"], result["bound"]) == ("inconclusive", "limit", None, 2)
    assert result["fitness"] == 0.0
    assert (document["coverage"][FILE]["messages"], document["coverage"][FILE]["exercised"]) == (1, 0)


def test_odd_file_name() -> None:
    """A file name that is no UTF-8 is still reported."""
    (result,) = read(report_json(Report((replace(HOLES, diagram="a\udcff.puml"),))))["results"]
    assert result["diagram"] == "a\\udcff.puml"


def test_same_results_same_bytes() -> None:
    """The document depends on nothing but the results."""
    assert report_json(Report((DEVIATES, HOLES))) == report_json(Report((DEVIATES, HOLES)))


def test_exploration() -> None:
    """A result per rule and per failure; what ran and what is uncovered stands under `campaign`."""
    document = read(campaign_json(Campaign(PASSED)))
    assert [result["verdict"] for result in document["results"]] == ["conforms", "not_run"]
    assert document["campaign"] == {
        "backend": "memory",
        "sequences": 100,
        "operations": 471,
        "rules": [
            {"operation": "write", "title": "Write", "diagram": FILE, "section": "Write", "line": 2, "count": 12},
            {
                "operation": "write",
                "title": "Write",
                "diagram": "traces/two.puml",
                "section": "Also",
                "line": 9,
                "count": 12,
            },
            {"operation": "read", "title": "Read", "diagram": FILE, "section": "Read", "line": 5, "count": 0},
        ],
        "uncovered": [
            {
                "operation": "delete",
                "title": "Delete",
                "count": 4,
                "sequence": ["write 'foo' to main", "delete it"],
            }
        ],
        "contradictions": [],
        "reachable": None,
        "confirmed": "",
    }
    reachable = read(campaign_json(Campaign(replace(PASSED, reachable=MISSED))))["campaign"]["reachable"]
    assert reachable == {
        "reached": 2,
        "behaviours": 3,
        "missed": ["Read"],
        "depth": 1,
        "states": 17,
        "complete": False,
        "after": 1,
    }
    assert document["seed"] == 1


def test_failed_exploration() -> None:
    """A failure deviates, with its verdict where a rule speaks about it; so does a broken example."""
    document = read(campaign_json(Campaign(FAILED)))
    assert document["summary"]["deviates"] == 3
    deviation, result, broken = document["results"][2:]
    assert (deviation["trace"], len(deviation["deviations"])) == ("write-1", 1)
    assert deviation["reason"] == "no rule allows these events"
    assert (result["trace"], result["verdict"], result["reason"]) == ("read-1", "deviates", "expected b'foo', got b''")
    assert broken["diagram"] == FILE


def test_exploration_that_never_ran() -> None:
    """Wrong input leaves an empty document."""
    assert read(campaign_json(Campaign()))["results"] == []


def test_replay() -> None:
    """A result per file: fixed conforms, still failing deviates."""
    document = read(replayed_json(Replayed((Replay("a.toml", None), Replay("b.toml", DEVIATION)))))
    assert [(result["trace"], result["verdict"]) for result in document["results"]] == [
        ("a", "conforms"),
        ("b", "deviates"),
    ]


def test_names_that_are_not_utf8() -> None:
    """The odd bytes of a file's name stand as escapes."""
    document = read(replayed_json(Replayed((Replay("a\udcff.toml", None),))))
    assert document["results"][0]["trace"] == "a\\udcff"


def test_contradictions() -> None:
    """A result that deviates names both diagrams, and where they differ."""
    one, other = (
        Said(Source(file, "Write", Place(file, 2, 1)), event, Place(file, 4, 1))
        for file, event in (("one.puml", lower(diagram("A -> B: put 3"), "").events[0]), ("two.puml", None))
    )
    contradiction = Contradiction(WRITE, 1, one, other)
    document = read(campaign_json(Campaign(replace(PASSED, contradictions=(contradiction,)))))
    result = document["results"][-1]
    (deviation,) = result["deviations"]
    sentence = "one.puml:2 (Write) and two.puml:2 (Write) differ from event 1 on, and nothing is allowed by both"
    assert (result["diagram"], result["verdict"], result["reason"]) == (
        "one.puml",
        "deviates",
        f"contradiction: {sentence}",
    )
    assert (deviation["file"], deviation["line"], deviation["event"]) == ("one.puml", 4, 1)
    assert (deviation["expected"], deviation["actual"]) == ("A -> B: put 3", None)
    assert document["campaign"]["contradictions"] == [
        {
            "operation": "write",
            "title": "Write",
            "event": 1,
            "said": [
                {"diagram": "one.puml", "section": "Write", "file": "one.puml", "line": 4, "event": "A -> B: put 3"},
                {"diagram": "two.puml", "section": "Write", "file": "two.puml", "line": 4, "event": ""},
            ],
        }
    ]
    assert Campaign(replace(PASSED, contradictions=(contradiction,))).status == 1
