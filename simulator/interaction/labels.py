"""What the labels of fragments and durations say: how often, which operator, how long.

Lives here: loop bounds, the operators that PlantUML has no keyword for (`group neg`), constraints of time. Pure. Must
not live here: guards (`guards`), what is made of it (`lower`).

Law: a label that says nothing in these words is a text for people, never an error.
"""

import re
from dataclasses import dataclass
from typing import Literal, cast

from simulator.interaction.holes import SPELLED

GroupOperator = Literal["group", "any order", "seq", "strict", "neg", "ignore", "consider"]

_GUARD = r"\s*(?P<guard>\[.*\])?"
_COUNT = re.compile(rf"(?P<open>\()?\s*(?P<count>[0-9]{{1,9}})\s*(?(open)\)|(?:times?)?){_GUARD}")
_BOUNDS = re.compile(
    rf"(?P<open>\()?\s*(?P<least>[0-9]{{1,9}})\s*(?:,|\.\.)\s*(?P<most>[0-9]{{1,9}}|\*)\s*(?(open)\)){_GUARD}"
)
_OPERATOR = re.compile(rf"(?P<operator>neg|seq|strict|any\s+order){_GUARD}")
_FILTER = re.compile(rf"(?P<operator>ignore|consider)\s*\{{(?P<messages>.*)\}}{_GUARD}")
_MESSAGE = re.compile(rf"(?:{SPELLED}|[^,])+")
_TIME = re.compile(r"(?P<relation><=|>=|<|>|)\s*(?P<number>[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(?P<unit>us|ms|s|min|h)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a loop runs, at least and at most (None: any number of times); guard: the rest of its label."""

    least: int
    most: int | None
    guard: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """The operator that a group is: `group` where it is a frame; messages: what `ignore` and `consider` name."""

    operator: GroupOperator
    messages: tuple[str, ...] = ()
    guard: str = ""


def read_bounds(label: str) -> Bounds:
    """Read the label of a `loop`: `3`, `3 times`, `2,5`, `(2,5)`, `2..5`, `1..*`; any other text: 0 or more."""
    if found := _COUNT.fullmatch(label):
        return Bounds(int(found["count"]), int(found["count"]), found["guard"] or "")
    if found := _BOUNDS.fullmatch(label):
        most = None if found["most"] == "*" else int(found["most"])
        return Bounds(int(found["least"]), most, found["guard"] or "")
    return Bounds(0, None, label)


def read_operation(label: str) -> Operation:
    """Read the label of a `group`."""
    if found := _OPERATOR.fullmatch(label):
        return Operation(cast(GroupOperator, " ".join(found["operator"].split())), (), found["guard"] or "")
    if found := _FILTER.fullmatch(label):
        messages = tuple(each.strip() for each in _MESSAGE.findall(found["messages"]) if each.strip())
        return Operation(cast(GroupOperator, found["operator"]), messages, found["guard"] or "")
    return Operation("group")


def read_time(text: str) -> tuple[Literal["<", "<=", "=", ">", ">="], float] | None:
    """Read a duration: how it compares, and with how many seconds; None for any other text."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    relation = cast(Literal["<", "<=", "=", ">", ">="], found["relation"] or "=")
    return relation, float(found["number"]) * _SECONDS[found["unit"]]
