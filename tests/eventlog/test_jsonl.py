"""Event logs by example: what is accepted, and how each kind of wrong input is refused."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from simulator.errors import LogError
from simulator.eventlog import jsonl
from simulator.events import Event, Note, Trace
from tests.golden.loader import Case, load

FIRST = b'{"trace": "a", "seq": 0, "source": "A", "target": "B", "label": "x"}\n'
SECOND = FIRST.replace(b'"seq": 0', b'"seq": 1')
EVENT = Event(source="A", target="B", label="x")


def read(log: bytes) -> jsonl.LogContents:
    """What the reader makes of these bytes."""
    return jsonl.read(io.BytesIO(log), "log.jsonl")


@pytest.mark.parametrize("case", load("eventlog"), ids=str)
def test_a_wrong_log_is_refused_with_the_place(case: Case) -> None:
    """Each log of `refused.md` gives the message beside it."""
    with pytest.raises(LogError) as caught:
        read(case.input.encode() + b"\n")
    assert str(caught.value) == case.expected


def test_every_field_of_the_contract_is_read() -> None:
    """All the fields of a line arrive in the event; unknown ones are skipped."""
    log = (
        b'{"trace": "a", "seq": 0, "kind": "message", "source": "A", "target": "B", "line": "dashed", "label": "x",'
        b' "notes": [{"shape": "hnote", "text": "k"}], "at": 1.5, "attributes": {"volatile": {"TMP": "x1"}},'
        b' "colour": "red"}\n'
        b'{"trace": "a", "seq": 1, "kind": "note", "on": ["A", "B"], "shape": "rnote", "text": "t"}\n'
        b'{"trace": "a", "seq": 2, "kind": "section", "label": "S", "attributes": {"origin": "run"}}\n'
    )
    message = Event(
        source="A",
        target="B",
        line="dashed",
        label="x",
        notes=(Note("hnote", "k"),),
        at=1.5,
        attributes={"volatile": {"TMP": "x1"}},
    )
    note = Event(kind="note", on=("A", "B"), shape="rnote", text="t")
    section = Event(kind="section", label="S", attributes={"origin": "run"})
    assert read(log) == jsonl.LogContents((Trace("a", (message, note, section)),))


@pytest.mark.parametrize(
    "log",
    [FIRST + b"\n  \n" + SECOND, (FIRST + SECOND).replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + FIRST + SECOND[:-1]],
    ids=["blank lines", "CRLF", "byte order mark and no last line feed"],
)
def test_line_ends_and_marks_of_editors_do_no_harm(log: bytes) -> None:
    """Blank lines, CRLF, a byte order mark and a missing last line feed change nothing."""
    assert read(log) == jsonl.LogContents((Trace("a", (EVENT, EVENT)),))


@pytest.mark.parametrize("log", [b"", b"\n\n"], ids=["nothing", "blank lines"])
def test_an_empty_log_has_no_traces(log: bytes) -> None:
    """An empty file is a log in which nothing happened."""
    assert read(log) == jsonl.LogContents(())


def test_traces_come_by_first_appearance() -> None:
    """Interleaved lines are sorted into traces, in the order in which the traces begin."""
    other = FIRST.replace(b'"a"', b'"b"')
    assert [trace.name for trace in read(other + FIRST + SECOND).traces] == ["b", "a"]


def test_a_cut_off_last_line_is_reported_and_the_rest_used() -> None:
    """Half a line at the end gives a warning with its number."""
    contents = read(FIRST + SECOND[:30])
    assert contents.traces == (Trace("a", (EVENT,)),)
    assert contents.warnings == ("log.jsonl:2: the last line is cut off; the rest is used",)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    """The first wrong byte is named with its column."""
    with pytest.raises(LogError, match=r"^log.jsonl:2:66: byte 0xff is not UTF-8"):
        read(FIRST + SECOND.replace(b'"x"', b'"\xff"'))


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    """Reading stops soon after the longest line allowed."""
    stream = io.BytesIO(b"{" * (3 * jsonl.LONGEST_LINE))
    with pytest.raises(LogError, match=r"^log.jsonl:1:1: the line is longer"):
        jsonl.read(stream, "log.jsonl")
    assert stream.tell() < 2 * jsonl.LONGEST_LINE


def test_two_traces_of_one_name_are_not_written() -> None:
    """What could not be told apart when read is refused when written."""
    with pytest.raises(LogError, match="two traces are called 'a'"):
        jsonl.write([Trace("a", (EVENT,))] * 2, io.BytesIO())


def test_what_json_cannot_say_is_refused() -> None:
    """An attribute of a type of its own is named with its event."""
    with pytest.raises(LogError, match="event 0 of trace 'a' cannot be written"):
        jsonl.write([Trace("a", (Event(attributes={"x": object()}),))], io.BytesIO())


def test_packed_logs_may_be_appended_to(tmp_path: Path) -> None:
    """Several packed pieces in a row are one log."""
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(FIRST) + gzip.compress(SECOND))
    assert jsonl.read(log, "log").traces == (Trace("a", (EVENT, EVENT)),)


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst"])
def test_a_packed_log_that_is_cut_off_gives_what_it_has(suffix: str, tmp_path: Path) -> None:
    """The loss of the end is reported, and what can be unpacked is used."""
    log = tmp_path / f"log{suffix}"
    trace = Trace("a", tuple(Event(source="A", target="B", label=f"{number**7}") for number in range(50_000)))
    jsonl.write([trace], log)
    log.write_bytes(log.read_bytes()[:-100])
    contents = jsonl.read(log, "log")
    assert "log: the packed data is cut off; what could be unpacked is used" in contents.warnings
    assert contents.traces[0].events == trace.events[: len(contents.traces[0].events)]
    assert len(contents.traces[0].events) > 10_000


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst"])
def test_a_damaged_packed_log_is_refused(suffix: str, tmp_path: Path) -> None:
    """A file that is not packed as its suffix says is named, with what to do."""
    log = tmp_path / f"log{suffix}"
    log.write_bytes(FIRST)
    with pytest.raises(LogError, match=rf"log{suffix}: the packed data is damaged: (?s:.*)name a plain log .jsonl"):
        jsonl.read(log, "log")


def test_zst_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the message names the extra that brings it."""
    log = tmp_path / "log.jsonl.zst"
    log.write_bytes(b"")
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(LogError, match=r"pip install 'conformance-simulator\[zstd\]'"):
        jsonl.read(log, "log")
    with pytest.raises(LogError, match=r"pip install 'conformance-simulator\[zstd\]'"):
        jsonl.write([], log)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder and a missing file are named, when reading and when writing."""
    for path in (tmp_path, tmp_path / "missing.jsonl", tmp_path / "missing.jsonl.gz"):
        with pytest.raises(LogError, match="cannot read the log"):
            jsonl.read(path, "log")
    for path in (tmp_path, tmp_path / "missing" / "log.jsonl", tmp_path / "missing" / "log.jsonl.gz"):
        with pytest.raises(LogError, match="cannot write the log"):
            jsonl.write([], path)


@pytest.mark.parametrize(("magic", "suffix"), [(b"\x1f\x8b\x08", "gz"), (b"\x28\xb5\x2f\xfd", "zst")])
def test_a_packed_stream_is_told(magic: bytes, suffix: str) -> None:
    """What is packed without saying so by its suffix is refused with what to do."""
    with pytest.raises(LogError, match=rf"the log is packed\n  Name the file \.jsonl\.{suffix}"):
        read(magic)
