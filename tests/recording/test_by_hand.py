"""The recorder: marks, messages and notes written by hand, and rules that name volatile parts of texts."""

import pytest

from simulator import check, draw
from simulator.diagram.parser import parse
from simulator.errors import ConfigurationError
from simulator.events import Event, Note
from simulator.interaction.vocabulary import AWS, BLOB
from simulator.recording.normalise import Rules
from simulator.recording.recorder import Recorder


def test_anything_can_be_written_by_hand() -> None:
    """Sections, frames, messages and free notes are events in the order in which they are written."""
    recorder = Recorder("by hand", BLOB.word)
    recorder.section("Mail")
    with recorder.frame("sending"):
        recorder.message("App", "SMTP", "MAIL FROM", notes=["a@b.c", Note("rnote", "8bit")])
        recorder.message("SMTP", "App", "250", line="dashed")
        recorder.note("queue empty", "SMTP")
    assert draw(recorder).splitlines()[3:-1] == [
        "== Mail ==",
        "group sending",
        "  App -> SMTP: MAIL FROM",
        "  hnote right: a@b.c",
        "  rnote right: 8bit",
        "  App <-- SMTP: 250",
        "  hnote right of SMTP: queue empty",
        "end",
    ]


def test_a_frame_ends_with_its_block() -> None:
    """An error that leaves the block closes the frame and goes on."""
    recorder = Recorder("frames", BLOB.word)
    with pytest.raises(KeyError, match="gone"), recorder.frame("work"):
        raise KeyError("gone")
    assert [event.kind for event in recorder.events] == ["begin", "end"]


def test_volatile_parts_become_holes() -> None:
    """What a rule finds is a hole in the drawing, which allows a run with other values; the rest stays literal."""
    rules = Rules.read([("req-[0-9a-f]+", "REQ")])
    recorder, other = Recorder("one", AWS.word, rules), Recorder("other", AWS.word, rules)
    for each, first, second in ((recorder, "req-0a", "req-1b"), (other, "req-2c", "req-3d")):
        each.message("App", "Queue", f"take {first}", notes=[f"{first} before {second}"])
    text = draw(recorder)
    assert "App -> Queue: take ${REQ1}\nhnote right: ${REQ1} before ${REQ_21}\n" in text
    assert recorder.events[0].label == "take req-0a"
    assert check(parse(text)[0], other).conforms


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (("req-[", "REQ"), "the rule 'req-[' is no regular expression"),
        (("req", "A REQ"), "the kind 'A REQ' cannot be the name of a hole"),
    ],
)
def test_rules_that_are_none_are_refused(rule: tuple[str, str], message: str) -> None:
    """The error names what was written."""
    with pytest.raises(ConfigurationError, match="^" + message.replace("[", r"\[")):
        Rules.read([rule])


def test_what_is_recorded_can_be_read_while_recording() -> None:
    """A trace taken in between is a value: it does not grow."""
    recorder = Recorder("growing", BLOB.word)
    recorder.section("one")
    before = recorder.trace()
    recorder.section("two")
    assert before.events == (Event(kind="section", label="one", attributes={"origin": "run"}),)
    assert len(recorder.trace().events) == 2
