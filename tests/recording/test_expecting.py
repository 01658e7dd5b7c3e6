"""Recording against a diagram: what it does not allow is stopped where it happens."""

import threading
import traceback
from pathlib import Path
from typing import Any

import pytest

from simulator import DeviationError, check, monitor, record
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.parser import parse
from simulator.errors import ConfigurationError, DiagramError
from simulator.events import Event
from simulator.recording.telling import Telling

UPDATE = """
App -> S3: HeadObject
hnote right: bucket
hnote right: ${KEY:any}
App <-- S3: 404
App -> S3: PutObject
hnote right: bucket
hnote right: ${KEY:any}
App <-- S3: 200
"""
FILES = "App -> disk: create\nhnote right: a.txt\nApp -> disk: delete\nhnote right: a.txt"
MAIL = "== Send ==\nApp -> Mail: connect\ngroup sending\nApp -> Mail: send\nend"


def diagram(text: str) -> SequenceDiagram:
    """A diagram out of its lines."""
    return parse(f"@startuml\n{text.strip()}\n@enduml\n", "d.puml")[0]


def missing(s3: Any, key: str) -> None:
    """Ask for an object that is not there."""
    with pytest.raises(s3.exceptions.ClientError, match="404"):
        s3.head_object(Bucket="bucket", Key=key)


def test_what_is_allowed_is_only_recorded(s3: Any) -> None:
    """A run that its diagram allows ends as if nobody had looked, and its trace can be had."""
    with record(s3, caller="App", expect=diagram(UPDATE)) as trace:
        missing(s3, "a/b")
        s3.put_object(Bucket="bucket", Key="a/b", Body=b"content")
    assert check(diagram(UPDATE), trace).conforms
    assert [event.label for event in trace.events] == ["HeadObject", "404", "PutObject", "200"]


def test_the_offending_call_raises(s3: Any) -> None:
    """The error comes out of the call, tells what was expected, and no request was sent."""

    def run() -> None:
        missing(s3, "a/b")
        s3.put_object(Bucket="bucket", Key="a/c", Body=b"content")

    with pytest.raises(DeviationError) as caught, record(s3, caller="App", expect=diagram(UPDATE)):
        run()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[1].line == 's3.put_object(Bucket="bucket", Key="a/c", Body=b"content")'
    message = str(caught.value).splitlines()
    assert message[0] == "deviates d.puml: trace recorded: 1 deviation in 4 expected events"
    assert "  d.puml:8:1: different: the note differs" in message
    assert any(line.startswith("    bindings  KEY = a/b") for line in message)
    assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == 0


def test_an_answer_that_is_not_allowed_raises_in_its_call(s3: Any) -> None:
    """What comes back counts as well."""
    s3.put_object(Bucket="bucket", Key="k", Body=b"content")
    with (
        pytest.raises(DeviationError, match="expected  App <-- S3: 404"),
        record(s3, caller="App", expect=diagram(UPDATE)),
    ):
        s3.head_object(Bucket="bucket", Key="k")


def test_a_run_that_ends_too_early_raises_at_the_end(s3: Any) -> None:
    """What was still expected is told."""
    with pytest.raises(DeviationError) as caught, record(s3, caller="App", expect=diagram(UPDATE)):
        missing(s3, "k")
    assert "it stops too early, 2 events still expected" in str(caught.value)
    assert "d.puml:6:1: still expected: App -> S3: PutObject" in str(caught.value)


def test_a_run_without_events_raises_at_the_end(s3: Any) -> None:
    """Where nothing happened nothing was shown, even if the diagram could do with nothing."""
    with (
        pytest.raises(DeviationError, match="the trace holds no message"),
        record(s3, expect=diagram("opt\nA -> B: one\nend")),
    ):
        pass


def test_an_error_on_its_way_is_not_replaced(s3: Any) -> None:
    """An exception of the code that is recorded says more than that the run is not complete."""

    def run() -> None:
        missing(s3, "k")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"), record(s3, caller="App", expect=diagram(UPDATE)):
        run()


def test_an_error_that_is_caught_comes_again_at_the_end(s3: Any) -> None:
    """Code that handles every exception does not hide the deviation; what comes after it is not judged."""
    caught: list[Exception] = []

    def stubborn() -> None:
        for key in ("a", "b"):
            try:
                s3.put_object(Bucket="bucket", Key=key, Body=b"content")
            except Exception as error:  # noqa: BLE001 - such code is meant here
                caught.append(error)

    with pytest.raises(DeviationError) as raised, record(s3, caller="App", expect=diagram(UPDATE)):
        stubborn()
    assert caught == [raised.value]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["b"]


def test_the_thread_that_deviates_gets_the_error(s3: Any) -> None:
    """The error is raised in the thread that makes the call, and at the end of the block."""
    failed: list[str] = []

    def work() -> None:
        try:
            s3.delete_object(Bucket="bucket", Key="k")
        except DeviationError:
            failed.append(threading.current_thread().name)

    def run() -> None:
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()

    with pytest.raises(DeviationError), record(s3, caller="App", expect=diagram(UPDATE)):
        run()
    assert failed == ["worker"]


def test_files_are_not_changed_against_the_diagram(tmp_path: Path) -> None:
    """A change of a watched folder that is not allowed is stopped before it is made."""
    file = tmp_path / "a.txt"
    with pytest.raises(DeviationError) as caught:
        changed(tmp_path, file)
    assert "App -> disk: rename" in str(caught.value)
    assert file.exists()
    file.unlink()
    with record(folders={"disk": tmp_path}, caller="App", expect=diagram(FILES)):
        file.touch()
        file.unlink()


def changed(folder: Path, file: Path) -> None:
    """Rename what is to be deleted."""
    with record(folders={"disk": folder}, caller="App", expect=diagram(FILES)):
        file.write_text("content")
        file.rename(folder / "b.txt")


def test_marks_count_when_they_are_asked_for(tmp_path: Path) -> None:
    """Sections and frames by hand are compared with `strict` only; foreign code has none."""

    def run(section: str, **marks: Any) -> None:
        with record(folders={"disk": tmp_path}, caller="App", expect=diagram(MAIL), **marks) as trace:
            trace.section(section)
            trace.message("App", "Mail", "connect")
            with trace.frame("sending"):
                trace.message("App", "Mail", "send")

    run("any")
    run("Send", sections="strict", frames="strict")
    with pytest.raises(DeviationError, match=r"d\.puml:2:1: different: the title differs"):
        run("any", sections="strict")


def test_the_end_of_a_frame_hides_no_error(tmp_path: Path) -> None:
    """A frame that ends by an exception before its time lets that exception out."""

    def run() -> None:
        with record(folders={"disk": tmp_path}, caller="App", expect=diagram(MAIL), frames="strict") as trace:
            trace.message("App", "Mail", "connect")
            with trace.frame("sending"):
                raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run()


def test_nothing_is_judged_after_the_block(s3: Any) -> None:
    """The recorder can be used afterwards."""
    with record(s3, expect=diagram("A -> B: one")) as trace:
        trace.message("A", "B", "one")
    trace.message("A", "B", "two")
    assert [event.label for event in trace.events] == ["one", "two"]


def test_what_the_settings_leave_out_may_happen(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ignore` and `lifelines` hold here as for `check`."""
    monkeypatch.setenv("SIMULATOR_IGNORE", "HeadObject")
    monkeypatch.setenv("SIMULATOR_LIFELINES", '{S3 = "Store"}')
    with record(s3, caller="App", expect=diagram("App -> Store: ListBuckets\nApp <-- Store: 200")):
        missing(s3, "k")
        s3.list_buckets()


@pytest.mark.parametrize(("source", "text"), [("traces/basic.toml", "A -> B: one"), (None, "ref over A: nowhere")])
def test_wrong_input_is_refused_before_anything_happens(source: str | None, text: str, s3: Any) -> None:
    """A scenario is run whole, and a diagram must have a meaning."""
    recording: Any = record
    with pytest.raises(ConfigurationError if source else DiagramError):
        recording(source or s3, expect=diagram(text))


def test_a_path_is_no_diagram(s3: Any) -> None:
    """What is expected is a diagram, and a path is not read."""
    recording: Any = record
    with pytest.raises(TypeError, match="a diagram \\(of `load_diagram`\\)"):
        recording(s3, expect="d.puml")


def test_a_monitor_of_ones_own() -> None:
    """Without a recorder the events of any source are judged one by one."""
    watch = monitor(diagram("A -> B: ${X}\nA -> B: ${X}"), bindings={"X": "a"})
    assert watch.observe(Event(source="A", target="B", label="a")) == "possible"
    assert [str(each.text) for each in watch.expected] == ["a"]
    assert watch.observe(Event(source="A", target="B", label="b")) == "violated"


def test_what_comes_up_while_somebody_listens_waits() -> None:
    """A listener is never told of two things at a time by one thread, and of each in its order; an error loses none."""
    kept: list[Any] = []
    told: list[str] = []

    def listen(event: Any) -> None:
        if event.label == "first":
            telling(Event(label="second"))
        told.append(event.label)
        if event.label == "wrong":
            raise KeyError("wrong")

    telling = Telling(kept.append, listen)
    telling(Event(label="first"))
    with pytest.raises(KeyError, match="wrong"):
        telling(Event(label="wrong"))
    telling(Event(label="third"))
    assert told == [event.label for event in kept] == ["first", "second", "wrong", "third"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no configuration is."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
