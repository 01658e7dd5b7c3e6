"""The recorder, and the words it writes."""

import threading

import pytest

from simulator.errors import SimulatorError
from simulator.events import Event, Note, Operation, Trace
from simulator.interaction.vocabulary import BLOB
from simulator.recording.recorder import Recorder


def test_operations_and_sections_become_events_in_order() -> None:
    """What is announced stands in the trace in its order, in the words of the vocabulary."""
    recorder = Recorder("run", BLOB.word)
    recorder.section("Write")
    recorder(Operation("temp-write", "Nuxeo", "tmp", {"temp": "x1"}, {"TMP": "x1"}))
    recorder(Operation("head-found", "S3", "Nuxeo", {"size": 3}))
    assert recorder.trace() == Trace(
        "run",
        (
            Event(kind="section", label="Write", attributes={"origin": "run"}),
            Event(
                source="Nuxeo",
                target="tmp",
                label="write",
                notes=(Note("hnote", "bin_x1.tmp"),),
                attributes={"operation": "temp-write", "volatile": {"TMP": "x1"}},
            ),
            Event(
                source="S3",
                target="Nuxeo",
                line="dashed",
                label="exists (3 bytes)",
                attributes={"operation": "head-found"},
            ),
        ),
    )


def test_values_are_written_as_they_are() -> None:
    """A key that looks like a template is a key."""
    event = BLOB.word(Operation("get", "S3", "Nuxeo", {"size": 1, "key": "{size} %s {}"}))
    assert event.notes == (Note("hnote", "{size} %s {}"),)


def test_an_operation_without_words_is_an_error() -> None:
    """What cannot be worded is not left out."""
    with pytest.raises(SimulatorError, match="no words for the operation 'fly'"):
        Recorder("run", BLOB.word)(Operation("fly", "A", "B"))


def test_threads_share_a_recorder() -> None:
    """No event is lost, and those of one thread keep their order."""
    recorder = Recorder("run", BLOB.word)

    def announce(thread: int) -> None:
        for number in range(200):
            recorder(Operation("delete", str(thread), "S3", {"key": number}))

    threads = [threading.Thread(target=announce, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        keys = [event.notes[0].text for event in recorder.events if event.source == str(number)]
        assert keys == [str(key) for key in range(200)]
