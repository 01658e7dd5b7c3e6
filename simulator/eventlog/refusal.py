"""Why a line of JSON is no event, said to people: which field, the value seen, what could stand there.

Lives here: wording and columns. Must not live here: the rules themselves (`jsonl` decodes; this looks again at what it
refused, so that reading a good log costs nothing).
"""

import re

import msgspec

from simulator.errors import LogError, Place
from simulator.events import Event

REQUIRED = {
    "message": ("source", "target", "label"),
    "note": ("on", "shape", "text"),
    "section": ("label",),
    "begin": ("label",),
    "end": ("label",),
}
"""The fields that an event of a kind must have, next to `trace` and `seq`."""

_EXPECTED = {
    "": ('an object: {"trace": ..., "seq": ..., ...}',),
    "trace": ("a string",),
    "seq": ("an integer, 0 or more",),
    "kind": tuple(REQUIRED),
    "line": ("solid", "dashed"),
    "source": ("a lifeline",),
    "target": ("a lifeline",),
    "notes": ('a list of {"shape": "hnote", "text": "..."}',),
    "on": ("a list of lifelines",),
    "at": ("a number of seconds",),
    "attributes": ("an object",),
    "attributes.origin": ("run", "system"),
    "attributes.volatile": ('an object of strings: {"KIND": "value"}',),
}
_NEVER_EMPTY = {"source", "target", "on"}
_SHOWN = 160

_MALFORMED = re.compile(r"JSON is malformed: (?P<what>.*) \(byte (?P<byte>\d+)\)")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_PATH = re.compile(r" - at `(?:key` in `)?\$\.?(?P<path>[^`]*)`$")
_STEP = re.compile(r"[^.\[\]]+")

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def refusal(line: bytes, problem: Exception, place: Place) -> LogError:
    """The error for a line that could not be decoded; problem is what the decoder raised, place the line's start."""
    if isinstance(problem, RecursionError):
        return LogError("the line is nested too deeply", place=place)
    try:
        text = line.decode()
    except UnicodeDecodeError as bad:
        column = len(line[: bad.start].decode()) + 1
        return LogError(
            f"byte 0x{line[bad.start]:02x} is not UTF-8",
            place=Place(place.file, place.line, column),
            hint="An event log is JSON Lines in UTF-8.",
        )
    try:
        value: object = msgspec.json.decode(line)
    except msgspec.ValidationError:  # JSON, with a number too large for us
        value = msgspec.UNSET
    except msgspec.DecodeError as bad:  # perhaps behind the field that was found wrong first
        return _malformed(text, line, str(bad), place)
    except RecursionError as bad:
        return refusal(line, bad, place)
    return _invalid(text, value, str(problem), place)


def missing(line: bytes, event: Event, place: Place) -> LogError | None:
    """The error for a decoded event that lacks a field its kind needs, or has one that must not be empty."""
    for name in REQUIRED[event.kind]:
        value = getattr(event, name)
        if value and all(value):
            continue
        text = line.decode(errors="replace")
        if name not in _fields(line):
            return _error(f"`{name}` is missing, with `kind` {event.kind}", text, place, name)
        if name in _NEVER_EMPTY:
            return _error(f"`{name}` is empty, with `kind` {event.kind}", text, place, name)
    return None


def _malformed(text: str, line: bytes, problem: str, place: Place) -> LogError:
    match = _MALFORMED.fullmatch(problem)
    cut = "half of a surrogate pair" if "\\ud" in text.lower() else "it ends too early"
    what, byte = (match["what"], int(match["byte"])) if match else (cut, len(line))
    column = len(line[:byte].decode(errors="replace")) + 1
    return LogError(
        f"the line is not JSON: {what}",
        place=Place(place.file, place.line, column),
        source=_shown(text, column),
        hint="An event log is JSON Lines: one object per line.",
    )


def _invalid(text: str, value: object, problem: str, place: Place) -> LogError:
    where = _PATH.search(problem)
    path = where["path"] if where else ""
    if absent := _MISSING.match(problem):
        name = f"{path}.{absent['field']}".lstrip(".")
        return _error(f"`{name}` is missing", text, place, name)
    seen = _seen(value, path) if value is not msgspec.UNSET else "a number out of range"
    return _error(f"`{path}` is {seen}" if path else f"the line is {seen}", text, place, path)


def _error(message: str, text: str, place: Place, path: str) -> LogError:
    names = path.partition("[")[0]
    top = names.partition(".")[0]
    column = max(text.find(f'"{top}"') + 1, 1)
    return LogError(
        message,
        place=Place(place.file, place.line, column),
        source=_shown(text, column),
        expected=_EXPECTED.get(names) or _EXPECTED.get(top) or ("a string",),
    )


def _seen(value: object, path: str) -> str:
    """The value at a path (`notes[0].text`), as JSON, shortened."""
    for step in _STEP.findall(path):
        if isinstance(value, list) and step.isdigit():
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN // 2 else f"{text[: _SHOWN // 2]}..."


def _shown(text: str, column: int) -> str | None:
    """The line for the caret; nothing when the column is too far to the right to be seen."""
    return text[:_SHOWN] if column <= _SHOWN else None
