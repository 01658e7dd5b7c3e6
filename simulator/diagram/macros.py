"""What a diagram defines: `!define`, `!definelong`, `!function`, `!procedure`.

Lives here: reading their heads, and finding the one that a call means. Must not live here: running them (`preprocess`).

Law: of several with one name, a call means the last one that takes its arguments.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from simulator.diagram.expressions import Arguments, Scope, evaluate, skip
from simulator.diagram.source import BLANKS, Line, Span
from simulator.diagram.values import Value, Wrong

Kind = Literal["function", "procedure", "define", "definelong"]

_HEAD = re.compile(
    r"[ \t\u00a0]*+!(?:(?P<manner>(?:(?:unquoted|final)[ \t\u00a0]++)*+)(?P<kind>function|procedure)"
    r"|(?P<legacy>define(?:long)?))[ \t\u00a0]++(?P<name>\$?[^\W\d]\w*+)"
    r"(?P<open>(?(kind)[ \t\u00a0]*+)\()?"
)
_PARAMETER = re.compile(r"[ \t\u00a0]*+(\$?[^\W\d]\w*+)[ \t\u00a0]*+(=(?!=))?")
_RETURN = re.compile(r"[ \t\u00a0]*+!?return\b")
_RETURNING = re.compile(r"[ \t\u00a0]*+!return\b")


def counted(arguments: int) -> str:
    """So many arguments, in words."""
    return "1 argument" if arguments == 1 else f"{arguments} arguments"


@dataclass(frozen=True, slots=True)
class Macro:
    """One definition.

    parameters: their names with their default values, if they have one. body: its lines; of a `!define`, and of a
    function of one line, the rest of its line. as_text: its arguments are no expressions.
    """

    name: str
    kind: Kind
    parameters: tuple[tuple[str, Value | None], ...]
    body: tuple[Line, ...]
    as_text: bool
    line: Line

    def takes(self, given: Arguments) -> bool:
        """Whether a call with these arguments means it."""
        return self._fill(given) is not None

    def bind(self, given: Arguments) -> dict[str, Value]:
        """The values of its parameters in a call that it takes."""
        return self._fill(given) or {}

    def _fill(self, given: Arguments) -> dict[str, Value] | None:
        """Named arguments first, the others in order where there is none, then defaults; None where one is missing."""
        values: dict[str, Value] = {}
        rest = iter(given.positional)
        for name, default in self.parameters:
            value = given.named[name] if name in given.named else next(rest, default)
            if value is None:
                return None
            values[name] = value
        return values if next(rest, None) is None else None


@dataclass(slots=True)
class Macros:
    """All that is defined, by name."""

    found: dict[str, tuple[Macro, ...]] = field(default_factory=dict)

    def add(self, macro: Macro) -> None:
        """Define it; one with the same name and as many parameters is replaced."""
        others = (each for each in self.found.get(macro.name, ()) if len(each.parameters) != len(macro.parameters))
        self.found[macro.name] = (*others, macro)

    def meant(self, name: str, given: Arguments) -> Macro:
        """The one that a call means. Raises `Wrong` where none takes its arguments."""
        named = self.found.get(name, ())
        if not named:
            raise Wrong(f"there is no function `{name}`")
        for macro in reversed(named):
            if macro.takes(given):
                return macro
        told = [" ".join(parameter for parameter, _ in macro.parameters) or "none" for macro in named]
        count = len(given.positional) + len(given.named)
        raise Wrong(f"`{name}` does not take {counted(count)}", hint=f"Its parameters: {'; or '.join(told)}.")


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a definition; rest: what stands behind its parameters, from letter `end` of the line."""

    name: str
    kind: Kind
    as_text: bool
    parameters: tuple[tuple[str, Value | None], ...]
    line: Line
    end: int

    @property
    def one_line(self) -> bool:
        """Whether the whole macro stands in this line."""
        return self.kind == "define" or (self.kind == "function" and bool(self.line.text[self.end :].strip(BLANKS)))

    def macro(self, body: tuple[Line, ...]) -> Macro:
        """The macro with these lines. Raises `Wrong` for a function that returns nothing and a procedure that does."""
        returns = any(_RETURNING.match(line.text) for line in body)
        if self.kind == "function" and not returns:
            raise Wrong(f"the function `{self.name}` has no `!return`", hint="Add one, or make it a `!procedure`.")
        if self.kind == "procedure" and returns:
            raise Wrong(f"the procedure `{self.name}` has a `!return`", hint="Remove it, or make it a `!function`.")
        return Macro(self.name, self.kind, self.parameters, body, self.as_text, self.line)


def read_head(line: Line, scope: Scope) -> Head:
    """Read the first line of a definition. Raises `Wrong`."""
    found = _HEAD.match(line.text)
    if not found:
        raise Wrong("a definition needs a name and its parameters in parentheses", hint="`!function $name($a, $b=1)`")
    kind: Kind = found["kind"] or found["legacy"]  # type: ignore[assignment]  # one of them, as the expression says
    if not found["open"]:
        if kind == "definelong":
            return Head(found["name"], kind, as_text=True, parameters=(), line=line, end=found.end())
        raise Wrong("the parameters are missing", found.end(), f"Write `{found['name']}()` where there are none.")
    parameters, end = _parameters(line.text, found.end(), scope)
    as_text = bool(found["legacy"]) or "unquoted" in found["manner"]
    return Head(found["name"], kind, as_text, parameters, line, end)


def returning(head: Head) -> Line:
    """The `!return` of a function of one line."""
    written = head.line.text[head.end :]
    if not _RETURN.match(written):
        raise Wrong("behind the parameters stands `return`, or nothing", skip(head.line.text, head.end))
    start = head.end + written.index("return")
    place = head.line.place(start)
    spans = (Span(0, place.line, place.column, head.line.source(start), fixed=True),)
    text = f"!{head.line.text[start:]}"
    return head.line._replace(text=text, spans=(*spans, *head.line.part(start, len(head.line.text), 1)))


def _parameters(source: str, start: int, scope: Scope) -> tuple[tuple[tuple[str, Value | None], ...], int]:
    found: list[tuple[str, Value | None]] = []
    position = skip(source, start)
    if source[position : position + 1] == ")":
        return (), position + 1
    while parameter := _PARAMETER.match(source, position):
        position, default = parameter.end(), None
        if parameter[2]:
            default, position = evaluate(source, position, scope, ",)")
        found.append((parameter[1], default))
        position = skip(source, position)
        if source[position : position + 1] == ")":
            return tuple(found), position + 1
        if source[position : position + 1] != ",":
            break
        position += 1
    raise Wrong("these parameters cannot be read", position, 'They stand in one line: `($a, $b="x")`.')
