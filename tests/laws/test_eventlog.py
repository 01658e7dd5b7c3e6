"""Laws of event logs: what was written is read back, and no bytes can bring the reader down."""

import io
import json
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.errors import LogError
from simulator.eventlog import jsonl
from simulator.events import Event, Note, Trace

TEXT = st.text('aB1 "\\\n\r\x00{}é\u2028\ufeff😀', max_size=5)
WORD = TEXT.filter(bool)
HOLE = st.sampled_from(["TMP", "tmp_1", "a.b"])
name = attrgetter("name")
TIME = st.none() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
KNOWN = {"volatile": st.dictionaries(HOLE, WORD, max_size=2), "origin": st.sampled_from(["run", "system"])}
ATTRIBUTES = st.tuples(st.dictionaries(TEXT, JSON, max_size=2), st.fixed_dictionaries({}, optional=KNOWN)).map(
    lambda both: {**{key: value for key, value in both[0].items() if key not in KNOWN}, **both[1]}
)
NOTES = st.lists(st.builds(Note, shape=TEXT, text=TEXT), max_size=3).map(tuple)

MESSAGES = st.builds(
    Event,
    source=WORD,
    target=WORD,
    line=st.sampled_from(["solid", "dashed"]),
    label=TEXT,
    notes=NOTES,
    at=TIME,
    attributes=ATTRIBUTES,
)
MARKS = st.builds(Event, kind=st.sampled_from(["section", "begin", "end"]), label=TEXT, attributes=ATTRIBUTES)
FREE_NOTES = st.builds(
    Event, kind=st.just("note"), on=st.lists(WORD, min_size=1, max_size=3).map(tuple), shape=TEXT, text=TEXT
)
TRACES = st.lists(
    st.builds(Trace, name=TEXT, events=st.lists(MESSAGES | MARKS | FREE_NOTES, min_size=1, max_size=6).map(tuple)),
    max_size=4,
    unique_by=lambda trace: trace.name,
)


def written(traces: list[Trace]) -> bytes:
    """The bytes of a log with these traces."""
    stream = io.BytesIO()
    jsonl.write(traces, stream)
    return stream.getvalue()


def read(log: bytes) -> jsonl.LogContents:
    """What the reader makes of these bytes."""
    return jsonl.read(io.BytesIO(log), "log.jsonl")


@given(TRACES)
def test_what_was_written_is_read_back(traces: list[Trace]) -> None:
    """read(write(traces)) == traces, without a warning."""
    assert read(written(traces)) == jsonl.LogContents(tuple(traces))


@given(TRACES)
def test_every_line_is_one_json_object_with_its_place(traces: list[Trace]) -> None:
    """Another reader of JSON finds the same events under the names of the contract."""
    lines = [json.loads(line) for line in written(traces).splitlines()]
    assert [(line["trace"], line["seq"]) for line in lines] == [
        (trace.name, seq) for trace in traces for seq in range(len(trace.events))
    ]


@given(TRACES, st.randoms(use_true_random=False))
def test_lines_may_stand_in_any_order(traces: list[Trace], random: Random) -> None:
    """Interleaving and reordering lines changes no trace."""
    lines = written(traces).splitlines(keepends=True)
    random.shuffle(lines)
    assert sorted(read(b"".join(lines)).traces, key=name) == sorted(traces, key=name)


@given(TRACES, st.data())
def test_a_lost_line_is_noticed(traces: list[Trace], data: st.DataObject) -> None:
    """Without one of its lines, other than the last of a trace, a log is refused."""
    lines = written(traces).splitlines(keepends=True)
    inner = [
        number
        for number, line in enumerate(lines[:-1])
        if json.loads(lines[number + 1])["trace"] == json.loads(line)["trace"]
    ]
    if inner:
        del lines[data.draw(st.sampled_from(inner))]
        with pytest.raises(LogError, match="gap"):
            read(b"".join(lines))


@given(TRACES.filter(bool), st.data())
def test_a_doubled_line_is_noticed(traces: list[Trace], data: st.DataObject) -> None:
    """With any of its lines twice, a log is refused."""
    lines = written(traces).splitlines(keepends=True)
    lines.append(data.draw(st.sampled_from(lines)))
    with pytest.raises(LogError, match=f"log.jsonl:{len(lines)}:.*second time"):
        read(b"".join(lines))


@given(TRACES.filter(bool), st.data())
def test_a_log_cut_off_anywhere_gives_what_stands_before(traces: list[Trace], data: st.DataObject) -> None:
    """A cut in the last line costs that line and gives a warning; the lines before it are used."""
    log = written(traces)
    *before, last = log.splitlines(keepends=True)
    cut = data.draw(st.integers(1, len(last) - 2))
    contents = read(b"".join(before) + last[:cut])
    assert [warning for warning in contents.warnings if "cut off" in warning]
    assert sum(len(trace.events) for trace in contents.traces) == len(before)


@given(st.binary() | st.binary().map(lambda tail: b'{"trace": "a", "seq": 0, "source": ' + tail))
@example(b'{"seq": -1, "source": 5 and more')
@example(b'{"trace": "a", "seq": 0, "other": "\xff"}')
@example(b"null")
def test_no_bytes_bring_the_reader_down(log: bytes) -> None:
    """Whatever a file holds, it is read or refused with a LogError."""
    try:
        read(log)
    except LogError as refusal:
        assert str(refusal).startswith("log.jsonl:")  # noqa: PT017 - either outcome is right


@given(JSON, st.sampled_from(["trace", "seq", "kind", "source", "line", "label", "notes", "on", "at", "attributes"]))
def test_no_value_of_a_field_brings_the_reader_down(value: object, field: str) -> None:
    """Whatever JSON stands in a field, the line is read or refused with its number."""
    line = {"trace": "a", "seq": 0, "source": "A", "target": "B", "label": "x"} | {field: value}
    try:
        read(json.dumps(line).encode())
    except LogError as refusal:
        assert str(refusal).startswith("log.jsonl:1:")  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_equal_traces_give_equal_files(suffix: str, tmp_path: Path) -> None:
    """Packing adds no time and no name, and unpacks to the same traces."""
    traces = [Trace("a", (Event(source="A", target="B", label="x", attributes={"b": 1, "a": 2}),) * 100)]
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    jsonl.write(traces, first)
    jsonl.write(traces, second)
    assert first.read_bytes() == second.read_bytes()
    assert jsonl.read(first, "first").traces == tuple(traces)
