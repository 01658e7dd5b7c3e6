"""Frozen records that are made quickly.

Lives here: the way around one cost of `dataclasses`. Must not live here: records.

Law: a quick record is the same in all but the time that it takes to make one.
"""

from collections.abc import Callable
from dataclasses import MISSING, field, fields, make_dataclass
from functools import wraps
from typing import Any, TypeVar

_Record = TypeVar("_Record")


def quick(record: type[_Record]) -> type[_Record]:
    """Let a frozen dataclass with slots be made as fast as one that is not frozen; its subclasses cannot be made.

    `dataclasses` calls a function for each field of a frozen one, which takes longer than to read most messages. Here
    the fields are set while the new record is of a class with the same slots that is not frozen.
    """
    bases = record.__bases__
    draft = make_dataclass(record.__name__, _copied(record), bases=bases, eq=False, repr=False, slots=True)
    fill: Callable[..., None] = draft.__init__  # type: ignore[misc]  # that of this class
    become = object.__setattr__

    @wraps(record.__init__)
    def make(self: Any, *values: Any, **named: Any) -> None:  # noqa: ANN401 - those of the record
        become(self, "__class__", draft)
        fill(self, *values, **named)
        self.__class__ = record

    record.__init__ = make  # type: ignore[method-assign]
    return record


def _copied(record: Any) -> list[tuple[str, type, Any]]:  # noqa: ANN401 - any dataclass
    """The fields with what they are where nothing is said."""
    said: dict[str, dict[str, Any]] = {
        each.name: {"default": each.default, "default_factory": each.default_factory} for each in fields(record)
    }
    return [
        (name, object, field(**{key: value for key, value in defaults.items() if value is not MISSING}))
        for name, defaults in said.items()
    ]
