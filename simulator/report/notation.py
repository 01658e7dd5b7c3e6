"""How an event, recorded or expected, is written in a report: as a line of PlantUML.

Lives here: `Notation` and what it makes. Must not live here: what is reported about an event (`deviation`, `text`), and
how a system's operation becomes an event (`interaction.vocabulary`).

Law: an event that fits an expected one is written with the same head, but for arrows with two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.events import Event
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.terms import Expected
from simulator.report.line import visible


@dataclass(frozen=True, slots=True)
class Words:
    """An event in writing: head (`A -> B`), text (its label, title or text) and notes (`hnote: text`)."""

    head: str
    text: str
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The event without its notes, as the diagram has it on one line."""
        if self.head == "==":
            return f"== {self.text} =="
        if self.head in {"group", "end"}:
            return f"{self.head} {self.text}".rstrip()
        return f"{self.head}: {self.text}" if self.text else self.head

    @property
    def lines(self) -> tuple[str, ...]:
        """The event and its notes, a line each."""
        return (self.first, *(f"  {note}" for note in self.notes))

    def __str__(self) -> str:
        """Everything on one line."""
        return " / ".join((self.first, *self.notes))


@dataclass(frozen=True, slots=True)
class Notation:
    """Writes events of one diagram and trace, the lifeline that comes first in `lifelines` on the left."""

    lifelines: Mapping[str, int]

    @classmethod
    def over(cls, events: Iterable[Event | Expected]) -> "Notation":
        """Order the lifelines by first appearance, as a drawn diagram does (interfaces.md of the design, "Drawing")."""
        names: dict[str, int] = {}
        for event in events:
            for name in (event.source, event.target):
                if name:
                    names.setdefault(name, len(names))
        return cls(names)

    def words(self, event: Event | Expected, bindings: Mapping[str, str] | None = None) -> Words:
        """Write an event; the holes of an expected one stay as written, or are filled from `bindings`."""
        if isinstance(event, Event):
            text = fold(event.text if event.kind == "note" else event.label)
            notes = tuple(f"{note.shape}: {fold(note.text)}" for note in event.notes)
        else:
            text = _written(event.text, bindings or {})
            notes = tuple(f"{note.shape}: {_written(note.text, bindings or {})}" for note in event.notes)
        return Words(visible(self._head(event)), visible(text), tuple(map(visible, notes)))

    def _head(self, event: Event | Expected) -> str:
        match event.kind:
            case "message":
                shaft = "--" if event.line == "dashed" else "-"
                if isinstance(event, Expected) and event.both:
                    return f"{event.source} <{shaft}> {event.target}"
                return self._arrow(event.source, event.target, shaft)
            case "note":
                return f"{event.shape} over {', '.join(sorted(event.on))}"
            case "section":
                return "=="
            case "begin":
                return "group"
            case "end":
                return "end"

    def _arrow(self, source: str, target: str, shaft: str) -> str:
        last = len(self.lifelines)
        if self.lifelines.get(source, last) > self.lifelines.get(target, last):
            return f"{target} <{shaft} {source}"
        return f"{source} {shaft}> {target}"


def _written(pattern: TextPattern, bindings: Mapping[str, str]) -> str:
    """The text, with bound holes as their values and the others as the diagram has them, type and `!` included."""
    return "".join(part if isinstance(part, str) else bindings.get(part.name, str(part)) for part in pattern.parts)
