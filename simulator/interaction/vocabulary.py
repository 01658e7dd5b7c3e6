"""How an operation is written as an event: arrow, label, notes.

Lives here: vocabularies, as tables from the name of an operation to templates. Pure. Must not live here: which
operations happen (`blobs`, `recording`), how events become diagrams (`discovery`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.events import Event, Kind, Line, Note, Operation


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates of what an operation is called; `{name}` stands for a value.

    line: of the arrow. label: of the message, or the text of another kind of event. notes: of one `hnote` each, of a
    message. kind: of the event. shape: of a free-standing note, which is on the lifeline that the operation targets.
    """

    line: Line
    label: str
    notes: tuple[str, ...] = ()
    kind: Kind = "message"
    shape: str = "hnote"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words for the operations of one kind of system.

    name: how the configuration calls it. wordings: by name of the operation.
    """

    name: str
    wordings: Mapping[str, Wording]

    def word(self, operation: Operation) -> Event:
        """Write one operation down as an event; a mark is one of the system's own.

        Raises `SimulatorError` for an operation that the vocabulary has no words for.
        """
        wording = self.wordings.get(operation.name)
        if wording is None:
            raise SimulatorError(f"the vocabulary {self.name!r} has no words for the operation {operation.name!r}")
        attributes: dict[str, object] = {"operation": operation.name}
        if operation.volatile:
            attributes["volatile"] = dict(operation.volatile)
        text = wording.label.format_map(operation.values)
        match wording.kind:
            case "message":
                return Event(
                    source=operation.source,
                    target=operation.target,
                    line=wording.line,
                    label=text,
                    notes=tuple(Note("hnote", note.format_map(operation.values)) for note in wording.notes),
                    attributes=attributes,
                )
            case "note":
                on = (operation.target,)
                return Event(kind="note", on=on, shape=wording.shape, text=text, attributes=attributes)
        return Event(kind=wording.kind, label=text, attributes={**attributes, "origin": "system"})


# The words of the blob manager (blob-manager.md 2 of the design): solid for data and mutations, dashed for questions,
# answers and housekeeping.
BLOB = Vocabulary(
    "blob",
    {
        "temp-write": Wording("solid", "write", ("bin_{temp}.tmp",)),
        "temp-delete": Wording("dashed", "delete", ("bin_{temp}.tmp",)),
        "put": Wording("solid", "write {size} bytes", ("{key}",)),
        "version": Wording("dashed", "v={version}"),
        "head": Wording("dashed", "getObjectMetadata", ("{key}",)),
        "head-found": Wording("dashed", "exists ({size} bytes)"),
        "head-missing": Wording("dashed", "missing"),
        "exists": Wording("dashed", "doesObjectExist", ("{key}",)),
        "exists-found": Wording("dashed", "exists"),
        "get": Wording("solid", "read {size} bytes", ("{key}",)),
        "get-missing": Wording("dashed", "missing", ("{key}",)),
        "copy": Wording("solid", "copyObject", ("{source} to {key}",)),
        "copied": Wording("dashed", "copied"),
        "copied-version": Wording("dashed", "copied", ("v={version}",)),
        "copy-missing": Wording("dashed", "missing"),
        "copy-error": Wording("dashed", "ERROR"),
        "delete": Wording("solid", "deleteObject", ("{key}",)),
        "delete-version": Wording("solid", "deleteVersion", ("{key}",)),
        "cache-write": Wording("solid", "write {size} bytes", ("bin_{temp}.tmp",)),
        "cache-rename": Wording("dashed", "rename"),
        "cache-key": Wording("solid", "{key}", kind="note"),
        "cache-copy": Wording("solid", "copy", ("{key}",)),
        "cache-move": Wording("solid", "move", ("{key}",)),
        "cache-exists": Wording("dashed", "exists ({size} bytes)", ("{key}",)),
        "cache-read": Wording("solid", "read {size} bytes", ("{key}",)),
        "cache-missing": Wording("dashed", "missing", ("{key}",)),
        "cache-delete": Wording("solid", "delete", ("{key}",)),
        "tx-write": Wording("solid", "tx write", kind="begin"),
        "tx-copy": Wording("solid", "tx copy", kind="begin"),
        "tx-key": Wording("solid", "{key}", kind="note", shape="rnote"),
        "frame-end": Wording("solid", "", kind="end"),
        "tx-deleted": Wording("dashed", "deleted"),
        "tx-commit": Wording("solid", "TX commit", kind="section"),
        "tx-rollback": Wording("solid", "TX rollback", kind="section"),
        "tx-end": Wording("solid", "TX end", kind="section"),
    },
)
