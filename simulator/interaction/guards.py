"""Guards: what the labels of fragments and their operands say, where it is more than a remark.

Lives here: guards (UML 2.5.1, 17.6.3), the one comparison that a guard may be. Pure. Must not live here: other things
that labels say (`labels`), when a guard is asked (`conformance`).

Law: a guard that is no comparison of a hole of the diagram decides nothing.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from simulator.interaction.holes import SPELLED, Bindings, Hole
from simulator.interaction.patterns import fold

Relation = Literal["=", "!=", "<", "<=", ">", ">="]

_RELATIONS: Mapping[Relation, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISON = re.compile(r"([^=<>\s]+?)\s*(==|!=|<=|>=|=|<|>)\s*(\"[^\"]*\"|[^=<>\"\s]+)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HOLE = re.compile(SPELLED)
_NAMED = re.compile(r"\$\{(.+)\}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A hole compared with another (named) or with a literal: as numbers where one is an `int`, else as texts."""

    hole: str
    relation: Relation
    other: str
    named: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """What a diagram says about when an operand runs: its text, folded, and what it compares, if it does."""

    text: str = ""
    comparison: Comparison | None = None


def read_guard(text: str, holes: Mapping[str, Hole]) -> Guard:
    """Read a guard of a diagram that has these holes: one comparison, in brackets or not, or a text for people."""
    text = fold(text)
    inner = text[1:-1].strip() if text.startswith("[") and text.endswith("]") else text
    inner = _HOLE.sub(lambda hole: hole[0].split(":")[0].rstrip("!}") + "}", inner)
    if not (found := _COMPARISON.fullmatch(inner)):
        return Guard(text)
    name, other = _NAMED.sub(r"\1", found[1]), _NAMED.sub(r"\1", found[3])
    if name not in holes or (other not in holes and other != found[3]):
        return Guard(text)
    if holes[name].type == "int" and other not in holes and not _NUMBER.fullmatch(other):
        return Guard(text)
    relation = cast(Relation, "=" if found[2] == "==" else found[2])
    numeric = holes[name].type == "int" or (other in holes and holes[other].type == "int")
    return Guard(text, Comparison(name, relation, other.strip('"'), named=other in holes, numeric=numeric))


def holds(comparison: Comparison, values: Bindings) -> bool | None:
    """Whether a comparison is true of these values of holes; None where a hole has none.

    Numbers of any length and sign, decimal ones included, are compared exactly; where one of two values is no number,
    both are texts, which are ordered by their code points.
    """
    value = values.get(comparison.hole)
    other = values.get(comparison.other) if comparison.named else comparison.other
    if value is None or other is None:
        return None
    ordered = _RELATIONS[comparison.relation]
    if comparison.numeric and _NUMBER.fullmatch(value) and _NUMBER.fullmatch(other):
        return ordered(Decimal(value), Decimal(other))
    return ordered(value, other)
