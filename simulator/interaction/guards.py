"""Guards: what the labels of fragments and their operands say, where it is more than a remark.

Lives here: guards (UML 2.5.1, 17.6.3), the one comparison that a guard may be. Pure. Must not live here: other things
that labels say (`labels`), the values that decide (`conformance`).

Law: a guard that is no comparison of a hole of the diagram decides nothing.
"""

import operator
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

from simulator.interaction.holes import Hole
from simulator.interaction.patterns import fold

Relation = Literal["=", "!=", "<", "<=", ">", ">="]

_RELATIONS: Mapping[Relation, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISON = re.compile(r"([^=<>\s]+?)\s*(==|!=|<=|>=|=|<|>)\s*(\"[^\"]*\"|[^=<>\"\s]+)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HOLE = re.compile(r"\$\{([0-9A-Za-z_.]+)(?::[^!}]+)?!?\}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A hole compared with another (named) or with a literal: as numbers where it is an `int`, else as texts."""

    hole: str
    relation: Relation
    other: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """What a diagram says about when an operand runs: its text, folded, and what it compares, if it does."""

    text: str = ""
    comparison: Comparison | None = None


def read_guard(text: str, holes: Mapping[str, Hole]) -> Guard:
    """Read a guard of a diagram that has these holes: one comparison, in brackets or not, or a text for people."""
    text = fold(text)
    inner = text[1:-1].strip() if text.startswith("[") and text.endswith("]") else text
    if not (found := _COMPARISON.fullmatch(inner)):
        return Guard(text)
    name, other = _HOLE.sub(r"\1", found[1]), _HOLE.sub(r"\1", found[3])
    if name not in holes or (other not in holes and other != found[3]):
        return Guard(text)
    if holes[name].type == "int" and other not in holes and not _NUMBER.fullmatch(other):
        return Guard(text)
    relation = cast(Relation, "=" if found[2] == "==" else found[2])
    return Guard(text, Comparison(name, relation, other.strip('"'), named=other in holes))


def holds(comparison: Comparison, values: Mapping[str, str], is_int: Callable[[str], bool]) -> bool | None:
    """Whether the comparison holds for these values of holes; None where one has no value.

    is_int: whether a hole is of type `int`, and compared as a number.
    """
    value = values.get(comparison.hole)
    other = values.get(comparison.other) if comparison.named else comparison.other
    if value is None or other is None:
        return None
    if is_int(comparison.hole) or (comparison.named and is_int(comparison.other)):
        with suppress(ValueError):
            return _compared(comparison.relation, float(value), float(other))
    return _compared(comparison.relation, value, other)


def _compared(relation: Relation, value: object, other: object) -> bool:
    return bool(_RELATIONS[relation](value, other))
