"""How what was recorded is seen: names, volatile parts, and what is left out."""

from pathlib import Path

import pytest

from simulator import check, draw, load_diagram, load_log, write_log
from simulator.api import check_paths, draw_input, record_run
from simulator.diagram.parser import parse
from simulator.events import Event, Note, Trace
from simulator.interaction.view import View

BASIC = Path(__file__).parents[2] / "traces" / "basic.toml"
TRACE = Trace(
    "run",
    (
        Event(source="App", target="S3", label="HeadObject", attributes={"operation": "HeadObject"}),
        Event(source="S3", target="App", line="dashed", label="404", attributes={"operation": "HeadObject"}),
        Event(
            source="App",
            target="S3",
            label="PutObject",
            notes=(Note("hnote", "req-1a"),),
            attributes={"operation": ["odd"]},
        ),
        Event(source="App", target="Log", label="done", attributes={"operation": ["odd"]}),
        Event(kind="note", on=("Log",), shape="hnote", text="a"),
        Event(kind="note", on=("S3", "Log"), shape="rnote", text="b"),
        Event(source="App", target="S3", label="exists (3 bytes)"),
    ),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, of a project that sees traces in its own way."""
    (tmp_path / "pyproject.toml").write_text(
        """
        [tool.simulator]
        normalise = [["req-[0-9a-f]+", "REQ"]]
        lifelines = { S3 = "Store" }
        ignore = ["HeadObject", "Log"]
        """
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def labels(view: View) -> list[str]:
    """The texts of what is seen."""
    return [event.label or event.text for event in view.kept(TRACE).events]


def test_lifelines_are_left_out_with_all_they_touch() -> None:
    """Messages from and to an ignored lifeline are left out, and notes that are on ignored ones alone."""
    assert labels(View.read({}, ["Log"])) == ["HeadObject", "404", "PutObject", "b", "exists (3 bytes)"]


def test_messages_are_left_out_by_label_and_by_operation() -> None:
    """A label may have holes; an operation takes the answer with it."""
    assert labels(View.read({}, ["exists (${SIZE} bytes)", "HeadObject"])) == ["PutObject", "done", "a", "b"]


def test_lifelines_are_ignored_by_the_names_that_diagrams_have() -> None:
    """Renaming comes first; two lifelines can become one."""
    view = View.read({"S3": "Store", "Log": "Store"}, ["App"])
    assert [event.on for event in view.kept(TRACE).events] == [("Store",), ("Store",)]
    assert labels(View.read({"Log": "Journal"}, ["Log"])) == labels(View.read({}))


def test_what_is_ignored_counts_in_diagrams_neither() -> None:
    """A diagram that still shows it allows the trace, whatever its holes are called."""
    (expected,) = parse("@startuml\nA -> Log: x\nA -> S3: exists (${N} bytes)\nA -> S3: y\n@enduml\n")
    view = View.read({}, ["Log", "exists (${SIZE} bytes)"])
    from simulator.conformance.check import check as judge
    from simulator.interaction.lower import lower

    trace = Trace("run", (Event(source="A", target="S3", label="y"),))
    assert judge(lower(expected, "d"), trace, left_out=view.leaves_out).conforms
    assert not judge(lower(expected, "d"), trace).conforms


def test_events_keep_their_numbers(project: Path) -> None:
    """A deviation names the event of the log, not of what was left after ignoring."""
    (project / "d.puml").write_text(
        "@startuml\nApp -> Store: PutObject\nhnote right: ${REQ}\nrnote over Store, Log: b\nApp -> Store: no\n@enduml\n"
    )
    write_log([TRACE], project / "log.jsonl")
    verdict = check(load_diagram("d.puml"), load_log("log.jsonl")[0])
    (deviation,) = verdict.deviations
    assert (deviation.kind, deviation.event) == ("different", 6)
    (result,) = check_paths(["d.puml"], log=project / "log.jsonl").results
    assert result.verdict is not None
    assert result.verdict.deviations == (deviation,)


@pytest.mark.usefixtures("project")
def test_drawing_sees_the_same() -> None:
    """What is drawn has the names of the diagrams, and holes where a rule finds something; checking allows it."""
    text = draw(TRACE)
    assert text.splitlines()[3:-1] == [
        "participant Log order 3",
        "App -> Store: PutObject",
        "hnote right: ${REQ1}",
        "rnote over Store, Log: b",
        "App -> Store: exists (3 bytes)",
    ]
    assert check(parse(text)[0], TRACE).conforms
    write_log([TRACE], "log.jsonl")
    assert draw_input("log.jsonl").text == text


@pytest.mark.usefixtures("project")
def test_running_records_the_same() -> None:
    """A scenario that is run is recorded, drawn and judged as it is seen."""
    trace = record_run(str(BASIC)).trace
    assert {"S3", "Store"} & {name for event in trace.events for name in (event.source, event.target)} == {"Store"}
    Path("basic.toml").write_text(BASIC.read_text())
    Path("basic.puml").write_text(draw_input(str(BASIC)).text)
    assert check_paths(["basic.puml"]).status == 0
