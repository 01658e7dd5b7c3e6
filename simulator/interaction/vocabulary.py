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

    line: of the arrow. label: of the message, or the text of another kind of event. notes: of a message, one `hnote`
    each, or of a shape of their own. kind: of the event. shape: of a free-standing note, which is on the lifeline that
    the operation targets.
    """

    line: Line
    label: str
    notes: tuple[str | Note, ...] = ()
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
        line, label, notes = self.written(operation)
        attributes: dict[str, object] = {"operation": operation.name, **operation.attributes}
        if operation.volatile:
            attributes["volatile"] = dict(operation.volatile)
        kind, shape = self.form(operation)
        match kind:
            case "message":
                return Event(
                    source=operation.source,
                    target=operation.target,
                    line=line,
                    label=label,
                    notes=notes,
                    attributes=attributes,
                )
            case "note":
                return Event(kind=kind, on=(operation.target,), shape=shape, text=label, attributes=attributes)
        return Event(kind=kind, label=label, attributes={**attributes, "origin": "system"})

    def form(self, operation: Operation) -> tuple[Kind, str]:
        """The kind of event that an operation is, and the shape where it is a note."""
        wording = self.wordings.get(operation.name)
        return (wording.kind, wording.shape) if wording else ("message", "")

    def written(self, operation: Operation) -> tuple[Line, str, tuple[Note, ...]]:
        """The line, label and notes of an operation."""
        wording = self.wordings.get(operation.name)
        if wording is None:
            raise SimulatorError(f"the vocabulary {self.name!r} has no words for the operation {operation.name!r}")
        shaped = (note if isinstance(note, Note) else Note("hnote", note) for note in wording.notes)
        notes = tuple(Note(note.shape, note.text.format_map(operation.values)) for note in shaped)
        return wording.line, wording.label.format_map(operation.values), notes


@dataclass(frozen=True, slots=True)
class OpenVocabulary(Vocabulary):
    """A vocabulary that lets an operation it has no words for keep its name, with every value as a note of its own.

    bare: the values whose notes hold nothing else; those of others begin with their name, as `Prefix: a/`.
    """

    bare: frozenset[str] = frozenset()

    def written(self, operation: Operation) -> tuple[Line, str, tuple[Note, ...]]:
        """A solid message with the operation's name as label, and its values as notes in their order."""
        if operation.name in self.wordings:
            return Vocabulary.written(self, operation)
        values = operation.values.items()
        notes = (Note("hnote", str(value) if name in self.bare else f"{name}: {value}") for name, value in values)
        return "solid", operation.name, tuple(notes)


# What something is set to.
_VALUE = Note("rnote", "{value}")

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
        "update-class": Wording("solid", "updateStorageClass", ("{key}", _VALUE)),
        "update-retention": Wording("solid", "setObjectRetention", ("{key}", _VALUE)),
        "update-hold": Wording("solid", "setObjectLegalHold", ("{key}", _VALUE)),
        "update-missing": Wording("dashed", "missing"),
        "list": Wording("solid", "listObjects on s3:{bucket}/{prefix}"),
        "listed": Wording("dashed", "{count} objects"),
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
        "tx-write-end": Wording("solid", "tx write", kind="end"),
        "tx-copy-end": Wording("solid", "tx copy", kind="end"),
        "tx-deleted": Wording("dashed", "deleted"),
        "tx-commit": Wording("solid", "TX commit", kind="section"),
        "tx-rollback": Wording("solid", "TX rollback", kind="section"),
        "tx-end": Wording("solid", "TX end", kind="section"),
    },
)

# AWS as its own documentation names it: `PutObject` with bucket and key as two notes, and whatever else tells what is
# asked for as a note with its name; the answer is the status, or the error code. What is done to files is told alike.
AWS = OpenVocabulary("aws", {"answer": Wording("dashed", "{status}")}, frozenset({"Bucket", "Key", "Path"}))
