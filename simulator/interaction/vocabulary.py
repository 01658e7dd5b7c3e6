"""How an operation is written as an event: arrow, label, notes.

Lives here: vocabularies, as tables from the name of an operation to templates. Pure. Must not live here: which
operations happen (`blobs`, `recording`), how events become diagrams (`discovery`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.events import Event, Line, Note, Operation


@dataclass(frozen=True, slots=True)
class Wording:
    """The line style of the arrow, and templates of the label and of one `hnote` each; `{name}` stands for a value."""

    line: Line
    label: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words for the operations of one kind of system.

    name: how the configuration calls it. wordings: by name of the operation.
    """

    name: str
    wordings: Mapping[str, Wording]

    def word(self, operation: Operation) -> Event:
        """Write one operation down as a message event.

        Raises `SimulatorError` for an operation that the vocabulary has no words for.
        """
        wording = self.wordings.get(operation.name)
        if wording is None:
            raise SimulatorError(f"the vocabulary {self.name!r} has no words for the operation {operation.name!r}")
        attributes: dict[str, object] = {"operation": operation.name}
        if operation.volatile:
            attributes["volatile"] = dict(operation.volatile)
        return Event(
            source=operation.source,
            target=operation.target,
            line=wording.line,
            label=wording.label.format_map(operation.values),
            notes=tuple(Note("hnote", note.format_map(operation.values)) for note in wording.notes),
            attributes=attributes,
        )


# The words of the blob manager (blob-manager.md 2 of the design): solid for data and mutations, dashed for questions,
# answers and housekeeping.
BLOB = Vocabulary(
    "blob",
    {
        "temp-write": Wording("solid", "write", ("bin_{temp}.tmp",)),
        "temp-delete": Wording("dashed", "delete", ("bin_{temp}.tmp",)),
        "put": Wording("solid", "write {size} bytes", ("{key}",)),
        "head": Wording("dashed", "getObjectMetadata", ("{key}",)),
        "head-found": Wording("dashed", "exists ({size} bytes)"),
        "head-missing": Wording("dashed", "missing"),
        "exists": Wording("dashed", "doesObjectExist", ("{key}",)),
        "exists-found": Wording("dashed", "exists"),
        "get": Wording("solid", "read {size} bytes", ("{key}",)),
        "get-missing": Wording("dashed", "missing", ("{key}",)),
        "copy": Wording("solid", "copyObject", ("{source} to {key}",)),
        "copied": Wording("dashed", "copied"),
        "copy-missing": Wording("dashed", "missing"),
        "copy-error": Wording("dashed", "ERROR"),
        "delete": Wording("solid", "deleteObject", ("{key}",)),
    },
)
