"""What a diagram allows, as a term over expected events.

Lives here: frozen values only. Must not live here: how a term is made (`lower`), how it is walked
(`conformance.frontier`).
"""

from dataclasses import dataclass, field

from simulator.errors import Place
from simulator.events import Kind, Line
from simulator.interaction.patterns import TextPattern


@dataclass(frozen=True, slots=True)
class NotePattern:
    """A data note that a message must carry: its shape, its text, and where the diagram says so."""

    shape: str
    text: TextPattern
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """One event that a diagram expects.

    kind, source, target, line, notes, on, shape: as in `events.Event`.
    text: the label of a message, the title of a section, the label of a frame, the text of a free note.
    place: where the diagram says so.
    section, frames: the section it stands in (empty before the first), the labels of the frames around it, as written.
    """

    kind: Kind
    text: TextPattern
    place: Place
    source: str = ""
    target: str = ""
    line: Line = "solid"
    notes: tuple[NotePattern, ...] = ()
    on: frozenset[str] = frozenset()
    shape: str = ""
    section: str = ""
    frames: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[TextPattern, ...]:
        """Its text and those of its notes."""
        return (self.text, *(note.text for note in self.notes))


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one diagram allows: its events in strict order (UML 2.5.1, 17.6.3, `strict`).

    name: how the diagram is called in reports (`traces/basic.puml`, `FILE#name`); place: where it starts.
    data_notes: the shapes of notes that are compared; others are left out on both sides.
    warnings: what the diagram says that has no meaning (a data note before any message, say), one sentence each.
    """

    name: str
    place: Place
    events: tuple[Expected, ...]
    data_notes: tuple[str, ...] = ("hnote", "rnote")
    warnings: tuple[tuple[Place, str], ...] = ()
