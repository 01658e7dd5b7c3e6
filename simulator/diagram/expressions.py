"""Expressions of the preprocessor: `$n + 1 > %strlen("abc")`, and the arguments of calls.

Lives here: how they are read, evaluated while reading. Must not live here: what operators do (`values`), what
variables and functions there are (a `Scope` says).

Laws: every text gives a value or `Wrong`, in linear time but for what is called. As in PlantUML, a bare word that is
no variable is a text, and of two values with no operator between them the last one counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from simulator.diagram.budget import Budget
from simulator.diagram.values import OPERATORS, Json, Value, Wrong, of_data, read_json, text, whole

_BLANKS = re.compile(r"[ \t\u00a0]*+")
_TOKEN = re.compile(
    r"""(?P<text>"[^"]*+"|'[^']*+')
    |(?P<number>[0-9]++(?![\w.]))
    |(?P<operator>\|\||&&|[=!<>]=|[-+*/<>()])
    |(?P<call>[$%]?[^\W\d]\w*+)\(
    |(?P<name>\$?[^\W\d]\w*+|[\w.]++)
    |(?P<json>[\[{])""",
    re.VERBOSE,
)
_NAMED = re.compile(r"(\$[^\W\d]\w*+)[ \t\u00a0]*+=(?!=)")
_FIELD = re.compile(r"\.([^\W\d]\w*+)")
_MAX_DIGITS = 10
_QUOTES = "\"'"
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is given to a call."""

    positional: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)


class Scope(Protocol):
    """What an expression can name."""

    def variable(self, name: str) -> Value | None:
        """The value of a variable, if there is one."""

    def takes_text(self, name: str) -> bool | None:
        """Whether a function takes its arguments as they are written; None where there is no such function."""

    def call(self, name: str, arguments: Arguments) -> Value:
        """What a function gives. Raises `Wrong`."""

    def expand(self, written: str) -> str:
        """A text with its variables and calls replaced. Raises `Wrong`."""

    @property
    def budget(self) -> Budget:
        """What all of this may cost."""


def evaluate(source: str, start: int, scope: Scope, until: str = "") -> tuple[Value, int]:
    """The value of the expression that begins at a letter, and where it ends.

    until: letters that end it where they stand outside of parentheses; without them it goes to the end of the text.
    """
    stack = _Stack(scope.budget)
    position = skip(source, start)
    with scope.budget.deeper(position):
        position = _read(source, position, scope, until, stack)
    return stack.result(start), position


def arguments(source: str, start: int, scope: Scope, *, as_text: bool, named: bool = True) -> tuple[Arguments, int]:
    """The arguments behind the parenthesis of a call, and where its other parenthesis has been passed.

    as_text: they are no expressions, but what is written between the commas. named: `$x = 1` names one.
    """
    positional: list[Value] = []
    by_name: dict[str, Value] = {}
    position = skip(source, start)
    if source[position : position + 1] == ")":
        return Arguments(), position + 1
    while True:
        position = skip(source, position)
        name = _NAMED.match(source, position) if named else None
        begin = skip(source, name.end()) if name else position
        value, position = _text(source, begin, scope) if as_text else evaluate(source, begin, scope, ",)")
        if name:
            by_name[name[1]] = value
        else:
            positional.append(value)
        if position == len(source):
            raise Wrong("this call is never closed", start - 1, "Add a `)`.")
        position += 1
        if source[position - 1] == ")":
            return Arguments(tuple(positional), by_name), position


def follow(source: str, position: int, value: Value, scope: Scope) -> tuple[Value, int]:
    """Follow `.name` and `[index]` behind a JSON value as far as they go: what is there, and where they end."""
    while isinstance(value, Json) and isinstance(value.data, dict | list):
        if found := _FIELD.match(source, position):
            value, position = _member(value, found[1], position), found.end()
        elif source[position : position + 1] == "[":
            index, end = evaluate(source, position + 1, scope, "]")
            if end == len(source):
                raise Wrong("this `[` is never closed", position)
            value, position = _member(value, index, position), end + 1
        else:
            break
    return value, position


def skip(source: str, position: int) -> int:
    """Where the blanks end that begin at a letter."""
    found = _BLANKS.match(source, position)
    return found.end() if found else position


def _read(source: str, position: int, scope: Scope, until: str, stack: "_Stack") -> int:
    while position < len(source) and not (source[position] in until and not stack.depth):
        token = _TOKEN.match(source, position)
        if not token and source[position] in _QUOTES:
            raise Wrong("this quote is never closed", position)
        if not token:
            raise Wrong(f"`{source[position]}` does not fit into an expression", position)
        if token.lastgroup == "operator" and not (token[0] == "-" and stack.begins and _digit(source, token.end())):
            stack.operator(token[0], position)
            position = token.end()
        else:
            value, position = _operand(source, token, scope)
            stack.push(value)
        position = skip(source, position)
    return position


class _Stack:
    """Operands and operators that wait for each other (Dijkstra's shunting yard)."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.values: list[Value] = []
        self.waiting: list[tuple[str, int]] = []
        self.depth = 0
        self.begins = True

    def push(self, value: Value) -> None:
        self.values.append(value)
        self.begins = False

    def operator(self, written: str, column: int) -> None:
        if written == "(":
            self.depth += 1
        elif written == ")":
            if not self.depth:
                raise Wrong("this `)` closes nothing", column)
            self.depth -= 1
            self._reduce(0)
            self.waiting.pop()
            return
        else:
            self._reduce(OPERATORS[written][0])
        self.waiting.append((written, column))
        self.begins = True

    def result(self, start: int) -> Value:
        if self.depth:
            raise Wrong("this `(` is never closed", next(column for name, column in self.waiting if name == "("))
        self._reduce(0)
        if not self.values:
            raise Wrong("an expression is missing here", start)
        return self.values[-1]

    def _reduce(self, strength: int) -> None:
        """Apply what binds at least as strongly, back to the last parenthesis."""
        while self.waiting and self.waiting[-1][0] != "(" and OPERATORS[self.waiting[-1][0]][0] >= strength:
            written, column = self.waiting.pop()
            if self.begins or len(self.values) < len(("left", "right")):
                raise Wrong(f"a value is missing beside `{written}`", column)
            right, left = self.values.pop(), self.values.pop()
            self.budget.spend(left, right)
            self.values.append(OPERATORS[written][1](left, right))


def _operand(source: str, token: re.Match[str], scope: Scope) -> tuple[Value, int]:
    written = token[0]
    match token.lastgroup:
        case "text":
            return written[1:-1], token.end()
        case "number":
            return _number(written, token.start()), token.end()
        case "operator":
            digits = _TOKEN.match(source, token.end())
            end = digits.end() if digits else token.end()
            return -_number(source[token.end() : end], token.start()), end
        case "call":
            return _call(source, token, scope)
        case "json":
            return read_json(source, token.start())
        case _:
            value = scope.variable(written)
            return (written, token.end()) if value is None else follow(source, token.end(), value, scope)


def _call(source: str, token: re.Match[str], scope: Scope) -> tuple[Value, int]:
    name = token["call"]
    as_text = scope.takes_text(name)
    if as_text is None:
        raise Wrong(f"there is no function `{name}`", token.start())
    given, end = arguments(source, token.end(), scope, as_text=as_text)
    try:
        value = scope.call(name, given)
    except Wrong as wrong:
        raise Wrong(wrong.message, token.start(), wrong.hint) from None
    return follow(source, end, value, scope)


def _text(source: str, start: int, scope: Scope) -> tuple[Value, int]:
    """An argument as it is written: up to a comma or parenthesis outside of brackets; whole where it is quoted."""
    if source[start : start + 1] in set(_QUOTES):
        end = source.find(source[start], start + 1)
        behind = skip(source, end + 1)
        if end > 0 and source[behind : behind + 1] in {",", ")"}:
            return scope.expand(source[start + 1 : end]), behind
    depth = 0
    for index in range(start, len(source)):
        letter = source[index]
        if not depth and letter in ",)":
            return scope.expand(source[start:index].strip(" \t\u00a0")), index
        depth += (letter in _OPENING) - (letter in _CLOSING and depth > 0)
    return "", len(source)


def _member(value: Json, key: Value, column: int) -> Value:
    """What stands in an object or list; an empty text for a key that the object lacks. Raises `Wrong`."""
    if isinstance(value.data, dict):
        return of_data(value.data.get(text(key), ""))
    if isinstance(key, int) and 0 <= key < len(value.data):
        return of_data(value.data[key])
    raise Wrong(f"there is no {text(key)[:_MAX_DIGITS]!r} in {_short(text(value))}", column)


def _number(written: str, column: int) -> int:
    if not written.isascii() or len(written) > _MAX_DIGITS or whole(int(written)) != int(written):
        raise Wrong(f"{_short(written)} is no number of 32 bits", column)
    return int(written)


def _digit(source: str, position: int) -> bool:
    found = _TOKEN.match(source, position)
    return found is not None and found.lastgroup == "number"


def _short(written: str) -> str:
    return written if len(written) <= _MAX_DIGITS * 4 else f"{written[: _MAX_DIGITS * 4]}..."
