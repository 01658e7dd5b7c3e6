"""Frozen records that hold each other as deep as a diagram says.

Lives here: comparing them. Must not live here: records.

Law: nested records are equal, and have one hash, as if `dataclasses` compared them, at any depth.
"""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import zip_longest
from typing import Any


class Nested:
    """A dataclass (`eq=False`) that may hold others of its kind; they are compared and hashed without recursion."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Whether all fields are equal that count."""
        if type(self) is not type(other):
            return NotImplemented
        return all(ours == theirs for ours, theirs in zip_longest(_parts(self), _parts(other)))

    def __hash__(self) -> int:
        """Follow from all fields that count."""
        return hash(tuple(_parts(self)))


def _parts(record: object) -> Iterator[object]:
    """What a nested record consists of: its type, then its fields, those of the records in it and of tuples in turn."""
    stack = [record]
    while stack:
        part = stack.pop()
        if isinstance(part, Nested):
            yield type(part)
            kind: Any = type(part)
            stack.extend([getattr(part, name) for name in _counting(kind)])
        elif type(part) is tuple:
            yield len(part)
            stack.extend(part)
        else:
            yield part


@cache
def _counting(record: Any) -> tuple[str, ...]:  # noqa: ANN401 - any dataclass
    return tuple(each.name for each in fields(record) if each.compare)
