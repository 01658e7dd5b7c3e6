"""Event logs as JSON Lines: one event per line, the fields those of `Event` with `trace` and `seq`.

Lives here: lines to traces and back. Must not live here: packing (`compression`), other formats.

A log is read in chunks and never as one string. Unknown fields are skipped. Lines of several traces may be
interleaved, and `seq`, not the place in the file, orders the events of a trace.

Law: `read(write(traces)) == traces`, for traces of different names that have events.
"""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec

from simulator.errors import LogError, Place
from simulator.eventlog.compression import chunks, packed_as, packing, unpacked
from simulator.eventlog.refusal import REQUIRED, missing, refusal
from simulator.events import Event, Trace

LONGEST_LINE = 1 << 24
"""Bytes; a file with a longer line is no event log."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Header(msgspec.Struct):
    """Where an event belongs; the other fields of its line are those of `Event`."""

    trace: str
    seq: Annotated[int, msgspec.Meta(ge=0)]


class _Attributes(msgspec.Struct):
    """The attributes that have a meaning here (a kind becomes the name of a hole); others may hold anything."""

    origin: Literal["run", "system"] = "run"
    volatile: dict[
        Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_.]+$")], Annotated[str, msgspec.Meta(min_length=1)]
    ] = {}


class _Attributed(msgspec.Struct):
    """Gives the attributes their place in the line, so that errors name the whole path."""

    attributes: _Attributes


_header = msgspec.json.Decoder(_Header).decode
_event = msgspec.json.Decoder(Event).decode
_attributed = msgspec.json.Decoder(_Attributed).decode
_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class LogContents:
    """What a log holds: its traces by first appearance, and what was wrong but could be lived with, a sentence each."""

    traces: tuple[Trace, ...]
    warnings: tuple[str, ...] = ()


def read(source: Path | BinaryIO, name: str) -> LogContents:
    """Read an event log from a file (`.gz` and `.zst` are unpacked) or an open stream.

    name: how messages call the log. A last line that was cut off while being written gives a warning, and so does
    packed data that ends early; what stands before is used.
    Raises LogError, with the line, for anything else that is not as the contract says.
    """
    log = _Log(name)
    rest = b""
    try:
        for chunk in unpacked(source) if isinstance(source, Path) else chunks(source):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                log.add(line)
            if len(rest) > LONGEST_LINE:
                raise LogError(f"the line is longer than {LONGEST_LINE} bytes", place=Place(name, log.lines + 1))
    except EOFError:
        log.warnings.append(f"{name}: the packed data is cut off; what could be unpacked is used")
    log.add_last(rest)
    return LogContents(tuple(Trace(name, run.whole(name)) for name, run in log.runs.items()), tuple(log.warnings))


def write(traces: Iterable[Trace], target: Path | BinaryIO) -> None:
    """Write traces as an event log, to a file (packed as its suffix says; replaced) or at the end of an open stream.

    Equal traces give equal bytes. A trace without events leaves no line.
    Raises LogError when the file cannot be written, two traces have one name, or JSON has no way to say an attribute.
    """
    names = set[str]()
    with packing(target) if isinstance(target, Path) else nullcontext(target) as stream:
        for trace in traces:
            if trace.name in names:
                raise LogError(f"two traces are called {trace.name!r}; a log tells traces apart by name")
            names.add(trace.name)
            stream.write(b"".join(_lines(trace)))


def _lines(trace: Trace) -> Iterator[bytes]:
    for seq, event in enumerate(trace.events):
        try:
            start = _encoder.encode(_Header(trace.name, seq))[:-1]
            # `Event` leaves out what is empty; what the contract requires is written all the same.
            empty = b"".join(b',"%b":""' % name.encode() for name in REQUIRED[event.kind] if not getattr(event, name))
            fields = _encoder.encode(event)[1:]
        except (TypeError, ValueError) as problem:
            raise LogError(f"event {seq} of trace {trace.name!r} cannot be written as JSON: {problem}") from problem
        yield start + empty + (b"" if fields == b"}" else b",") + fields + b"\n"


@dataclass(slots=True)
class _Run:
    """The events of one trace so far: those in order, and those whose predecessors have not been seen yet."""

    log: str
    events: list[Event] = field(default_factory=list)
    early: dict[int, tuple[Event, int]] = field(default_factory=dict)

    def add(self, header: _Header, event: Event, line: int) -> None:
        number = len(self.events)
        if header.seq == number:
            self.events.append(event)
            while self.early and (waiting := self.early.pop(len(self.events), None)):
                self.events.append(waiting[0])
        elif header.seq < number or header.seq in self.early:
            raise LogError(
                f"`seq` {header.seq} of trace {header.trace!r} is here a second time",
                place=Place(self.log, line),
                hint="Every run needs a trace name of its own.",
            )
        else:
            self.early[header.seq] = event, line

    def whole(self, trace: str) -> tuple[Event, ...]:
        if self.early:
            seq = min(self.early)
            raise LogError(
                f"`seq` {seq} of trace {trace!r} comes without `seq` {len(self.events)}: the trace has a gap",
                place=Place(self.log, self.early[seq][1]),
                hint="Lines are missing; numbers start at 0.",
            )
        return tuple(self.events)


@dataclass(slots=True)
class _Log:
    """What was read so far."""

    name: str
    lines: int = 0
    runs: dict[str, _Run] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        self.lines += 1
        if self.lines == 1:
            if suffix := packed_as(line):
                raise LogError(
                    f"{self.name}: the log is packed", hint=f"Name the file .jsonl.{suffix}, or unpack it before."
                )
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if line.isspace() or not line:
            return
        try:
            header, event = _header(line), _event(line)
            if "volatile" in event.attributes or "origin" in event.attributes:
                _attributed(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise refusal(line, problem, Place(self.name, self.lines)) from problem
        complete = event.source and event.target and event.label and event.kind == "message"
        if not complete and (error := missing(line, event, Place(self.name, self.lines))):
            raise error
        run = self.runs.get(header.trace)
        if run is None:
            run = self.runs[header.trace] = _Run(self.name)
        run.add(header, event, self.lines)

    def add_last(self, rest: bytes) -> None:
        """Add what follows the last line feed: nothing, a line, or the part of a line that was written in time."""
        if rest.lstrip().startswith(b"{") and not _is_json(rest):
            self.warnings.append(f"{self.name}:{self.lines + 1}: the last line is cut off; the rest is used")
        elif rest:
            self.add(rest)


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.ValidationError, RecursionError):  # JSON, but too large or too deep for us
        return True
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
