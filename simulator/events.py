"""What happened: operations a system announces, events a recorder writes down, traces that hold them in order.

Lives here: frozen values and the `Observer` protocol. Must not live here: how an operation is worded
(`interaction.vocabulary`), where events come from (`recording`), files (`eventlog`).

Operations, notes and events are left out of garbage collection: logs hold millions, none can be part of a cycle.

Law: a `Trace` is a value. Two traces are equal exactly when they hold equal events under the same name.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

Kind = Literal["message", "note", "section", "begin", "end"]
Line = Literal["solid", "dashed"]


class Operation(msgspec.Struct, frozen=True, gc=False):
    """One thing a system did, before it is put into words.

    name: which operation, a word of the vocabulary (`put`, `head-missing`, ...).
    source, target: the lifelines that send and receive.
    values: what the wording may mention, by name (`size` in bytes, `key`, ...).
    volatile: the values that differ from run to run, by kind (`{"TMP": "x1y2"}`).
    attributes: what else is known and is not worded; the event keeps them.
    """

    name: str
    source: str
    target: str
    values: Mapping[str, str | int] = {}
    volatile: Mapping[str, str] = {}
    attributes: Mapping[str, Any] = {}


class Observer(Protocol):
    """Told of every operation by the system that performs it, in the thread that performs it.

    An observer must not call back into the system, and must not raise but where it is to stop it (`DeviationError`).
    """

    def __call__(self, operation: Operation, /) -> None:
        """Take note of one operation."""


class Note(msgspec.Struct, frozen=True, gc=False):
    """Data carried by a message: the shape of the note (`hnote`, `rnote`, `note`) and its text."""

    shape: str
    text: str


class Event(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One event of a trace, as the event log writes it (interfaces.md of the design, "Event log").

    kind: `message`; `note` (free-standing data note); `section`; `begin` and `end` of a frame.
    source, target, line, label, notes: of a message; `label` is also the section title and the frame label.
    on, shape, text: lifelines, shape and text of a free-standing note.
    at: seconds, from any fixed origin.
    attributes: what else is known (operation, version, error, `origin` of a mark, `volatile` values by kind).
    """

    kind: Kind = "message"
    source: str = ""
    target: str = ""
    line: Line = "solid"
    label: str = ""
    notes: tuple[Note, ...] = ()
    on: tuple[str, ...] = ()
    shape: str = ""
    text: str = ""
    at: float | None = None
    attributes: Mapping[str, Any] = {}

    @property
    def is_data(self) -> bool:
        """Whether the event is a message or a data note: what makes a trace worth judging (semantics.md 4)."""
        return self.kind in {"message", "note"}


class Trace(msgspec.Struct, frozen=True):
    """One recorded run: its name and its events in order; the number of an event is its 0-based index."""

    name: str
    events: tuple[Event, ...]
