"""Values of the preprocessor: whole numbers, texts and JSON, and what operators make of them.

Lives here: what a value is, how it is written into a line, and the operators. Must not live here: how expressions are
read (`expressions`).

Laws: the same values give the same value; no operator raises anything but `Wrong`. What stands here was tried on
PlantUML 1.2025.8: numbers have 32 bits, and what is no pair of numbers is compared and joined as text.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_NESTING = 50
"""How deep JSON values may be nested."""


class Wrong(Exception):
    """Something in a line cannot be done; whoever reads that line makes a `DiagramError` of it.

    column: where in the text that is read, 0-based; None for all of it.
    """

    def __init__(self, message: str, column: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Json:
    """An object, a list, or a number, a boolean or null out of one of them; never changed."""

    data: Any


Value = int | str | Json


def of_data(data: object) -> Value:
    """The value for a part of a JSON value."""
    return data if isinstance(data, str) else Json(data)


def to_data(value: Value) -> Any:  # noqa: ANN401 - JSON
    """What stands for a value inside of a JSON value."""
    return value.data if isinstance(value, Json) else value


def text(value: Value) -> str:
    """How a value is written into a line."""
    match value:
        case str():
            return value
        case int():
            return str(value)
        case Json(data):
            return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def is_true(value: Value) -> bool:
    """Whether a condition holds: for anything but zero and the empty text."""
    return isinstance(value, Json) or bool(value)


def of_bool(condition: object) -> int:
    """What PlantUML writes for yes and no."""
    return 1 if condition else 0


def whole(number: int) -> int:
    """What is left of a number in 32 bits."""
    return (number + 2**31) % 2**32 - 2**31


def read_json(source: str, start: int = 0) -> tuple[Json, int]:
    """Read the object or list that begins at a letter, and say where it ends. Raises `Wrong`."""
    end = end_of_json(source, start)
    if end is None:
        raise Wrong("this JSON value is never closed", start)
    try:
        return Json(json.loads(source[start:end], parse_constant=_no_constant)), end
    except json.JSONDecodeError as error:
        raise Wrong(f"this is no JSON: {error.msg}", start + error.pos) from None
    except ValueError:
        raise Wrong("this number is too long", start) from None


def end_of_json(source: str, start: int = 0) -> int | None:
    """Where the object or list ends that begins at a letter; None where it does not end. Raises `Wrong`."""
    depth, index = 0, start
    while index < len(source):
        letter = source[index]
        if letter == '"':
            index = _end_of_text(source, index)
        elif letter in "[{":
            depth += 1
            if depth > MAX_NESTING:
                raise Wrong(f"this JSON value is nested deeper than {MAX_NESTING}", start)
        elif letter in "]}":
            depth -= 1
            if not depth:
                return index + 1
        index += 1
    return None


def _end_of_text(source: str, index: int) -> int:
    """Where the quoted text that begins at a letter has its last quote; the end where it has none."""
    index += 1
    while index < len(source) and source[index] != '"':
        index += 2 if source[index] == "\\" else 1
    return index


def _no_constant(name: str) -> object:
    raise json.JSONDecodeError(f"{name} is no value", name, 0)


def _plus(left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        return whole(left + right)
    return text(left) + text(right)


def _minus(left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        return whole(left - right)
    return text(left) + text(right)


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        return whole(left * right)
    return f"{text(left)}*{text(right)}"


def divide(left: Value, right: Value) -> Value:
    """The quotient, cut towards zero. Raises `Wrong` for zero."""
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise Wrong("this divides by zero")
        quotient = abs(left) // abs(right)
        return whole(quotient if (left < 0) == (right < 0) else -quotient)
    return f"{text(left)}/{text(right)}"


def _compared(order: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Value]:
    def compare(left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int):
            return of_bool(order(left, right))
        return of_bool(order(text(left), text(right)))

    return compare


OPERATORS: Mapping[str, tuple[int, Callable[[Value, Value], Value]]] = {
    "||": (1, lambda left, right: of_bool(is_true(left) or is_true(right))),
    "&&": (2, lambda left, right: of_bool(is_true(left) and is_true(right))),
    "==": (3, lambda left, right: of_bool(text(left) == text(right))),
    "!=": (3, lambda left, right: of_bool(text(left) != text(right))),
    "<": (4, _compared(lambda left, right: left < right)),
    ">": (4, _compared(lambda left, right: left > right)),
    "<=": (4, _compared(lambda left, right: left <= right)),
    ">=": (4, _compared(lambda left, right: left >= right)),
    "+": (5, _plus),
    "-": (5, _minus),
    "*": (6, _times),
    "/": (6, divide),
}
"""What each operator makes of two values, and how strongly it binds."""
