"""The functions that PlantUML brings: `%strlen("abc")`.

Lives here: those that follow from their arguments alone. Must not live here: those that ask for variables, macros or
files (`macros`, `preprocess`).

Laws: the same arguments give the same value; nothing but `Wrong` is raised. What depends on the moment or the machine
(`MOMENTARY`) is never asked: a diagram says the same everywhere. What only changes colours gives them back as they are.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.diagram.values import Json, Value, Wrong, divide, is_true, of_bool, of_data, read_json, text, to_data

VERSION = "1.2025.8"

MOMENTARY = frozenset({"%date", "%now", "%random", "%filedate", "%dirpath"})
"""Functions whose value is another one at another time or place."""

Builtin = tuple[int, int, Callable[..., Value]]


def _substr(source: Value, start: Value, length: Value = 2**31 - 1) -> str:
    begin, size = _number(start), _number(length)
    if begin < 0 or size < 0:
        raise Wrong("the position and the length of a part are never negative")
    return text(source)[begin : begin + size]


def _intval(value: Value) -> int:
    found = re.fullmatch(r"[-+]?[0-9]{1,10}", text(value))
    if not found:
        raise Wrong(f"{text(value)[:40]!r} is no whole number")
    return int(found[0])


def _number(value: Value) -> int:
    return value if isinstance(value, int) else _intval(value)


def _boolval(value: Value) -> int:
    known = {"true": 1, "1": 1, "false": 0, "0": 0}.get(text(value).lower())
    if known is None:
        raise Wrong(f"{text(value)[:40]!r} is neither true nor false")
    return known


def _mod(left: Value, right: Value) -> Value:
    """The rest of a division cut towards zero: its sign is that of the left number."""
    number, by = _number(left), _number(right)
    quotient = divide(number, by)
    return number - by * quotient if isinstance(quotient, int) else number


def _chr(code: Value) -> str:
    number = code if isinstance(code, int) else -1
    surrogate = 0xD800 <= number < 0xE000  # noqa: PLR2004 - no letters
    return chr(number) if 0 <= number < 0x110000 and not surrogate else " "  # noqa: PLR2004 - the last letter


def _hex2dec(digits: Value) -> int:
    found = re.fullmatch(r"[0-9a-fA-F]{1,7}", text(digits))
    return int(found[0], 16) if found else 0


def _size(value: Value) -> int:
    if isinstance(value, int):
        return 0
    data = to_data(value)
    return len(data) if isinstance(data, str | list | dict) else 0


def _split(source: Value, separator: Value) -> Json:
    parts = text(source).split(text(separator)) if text(separator) else [text(source)]
    return Json([part for part in parts if part])


def _json_type(value: Value) -> str:
    data = to_data(value)
    kinds = ((str, "string"), (bool, "boolean"), (int | float, "number"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(data, kind)), "json")


def _keys(value: Value) -> Json:
    data = to_data(value)
    if not isinstance(data, dict):
        raise Wrong(f"{text(value)[:40]} is no JSON object")
    return Json(list(data))


def _attribute(value: Value, key: Value) -> Value:
    data = to_data(value)
    return of_data(data[text(key)]) if isinstance(data, dict) and text(key) in data else ""


def _key_exists(value: Value, key: Value) -> int:
    data = to_data(value)
    return of_bool(isinstance(data, dict) and text(key) in data)


def _add(value: Value, *rest: Value) -> Json:
    """Add a key to an object, or a value to the end of a list."""
    data = to_data(value)
    match data, rest:
        case dict(), (key, new):
            return Json(data | {text(key): to_data(new)})
        case list(), (new,):
            return Json([*data, to_data(new)])
    raise Wrong("a key and a value are added to a JSON object, a value to a JSON list")


def _set(value: Value, key: Value, new: Value) -> Json:
    data = to_data(value)
    if isinstance(data, dict):
        return Json(data | {text(key): to_data(new)})
    if isinstance(data, list) and 0 <= _number(key) < len(data):
        return Json([to_data(new) if index == _number(key) else each for index, each in enumerate(data)])
    raise Wrong(f"nothing can be set at {text(key)[:40]!r}")


def _remove(value: Value, key: Value) -> Json:
    data = to_data(value)
    if isinstance(data, dict):
        return Json({name: each for name, each in data.items() if name != text(key)})
    if isinstance(data, list):
        return Json([each for index, each in enumerate(data) if index != _number(key)])
    raise Wrong(f"{text(value)[:40]} is no JSON value to remove something from")


def _merge(value: Value, other: Value) -> Json:
    left: Any = to_data(value)
    right: Any = to_data(other)
    if isinstance(left, dict) and isinstance(right, dict):
        return Json(left | right)
    if isinstance(left, list) and isinstance(right, list):
        return Json(left + right)
    raise Wrong("two JSON objects can be merged, or two lists")


def _as_it_is(color: Value, *_: Value) -> Value:
    return color


BUILTINS: Mapping[str, Builtin] = {
    "%strlen": (1, 1, lambda value: len(text(value))),
    "%substr": (2, 3, _substr),
    "%strpos": (2, 2, lambda source, part: text(source).find(text(part))),
    "%upper": (1, 1, lambda value: text(value).upper()),
    "%lower": (1, 1, lambda value: text(value).lower()),
    "%chr": (1, 1, _chr),
    "%ord": (1, 1, lambda value: ord(text(value)[:1] or "\0")),
    "%dec2hex": (1, 1, lambda value: f"{_number(value):x}"),
    "%hex2dec": (1, 1, _hex2dec),
    "%intval": (1, 1, _intval),
    "%string": (1, 1, text),
    "%size": (1, 1, _size),
    "%mod": (2, 2, _mod),
    "%true": (0, 0, lambda: 1),
    "%false": (0, 0, lambda: 0),
    "%not": (1, 1, lambda value: of_bool(not is_true(value))),
    "%boolval": (1, 1, _boolval),
    "%splitstr": (2, 2, _split),
    # A line end in a label; one that ends the line of the diagram; and a tab.
    "%newline": (0, 0, lambda: r"\n"),
    "%n": (0, 0, lambda: r"\n"),
    "%breakline": (0, 0, lambda: "\n"),
    "%tab": (0, 0, lambda: "\t"),
    "%get_json_type": (1, 1, _json_type),
    "%get_json_keys": (1, 1, _keys),
    "%get_json_attribute": (2, 2, _attribute),
    "%json_key_exists": (2, 2, _key_exists),
    "%json_add": (2, 3, _add),
    "%json_set": (3, 3, _set),
    "%json_remove": (2, 2, _remove),
    "%json_merge": (2, 2, _merge),
    "%str2json": (1, 1, lambda value: read_json(text(value))[0]),
    "%version": (0, 0, lambda: VERSION),
    "%feature": (1, 1, lambda name: of_bool(text(name) in {"style", "theme"})),
    "%getenv": (1, 1, lambda _: ""),
    "%lighten": (2, 2, _as_it_is),
    "%darken": (2, 2, _as_it_is),
    "%reverse_color": (1, 1, _as_it_is),
    "%reverse_hsluv_color": (1, 1, _as_it_is),
    "%is_light": (1, 1, lambda _: 1),
    "%is_dark": (1, 1, lambda _: 0),
}
"""By name: how many arguments at least and at most, and what they give."""
