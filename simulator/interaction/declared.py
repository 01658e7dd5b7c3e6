"""Holes of one name are one hole: the type and freshness that one of them declares hold for all.

Lives here: gathering what a diagram says about its holes. Pure. Must not live here: how a hole is written (`patterns`),
its values (`matching`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from simulator.errors import DiagramError, Place
from simulator.interaction.hole_types import TYPES, Types
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected


@dataclass(slots=True)
class Declared:
    """The types that there are, and the holes met so far, by name."""

    types: Types = field(default_factory=lambda: TYPES)
    holes: dict[str, Hole] = field(default_factory=dict)

    @classmethod
    def by(cls, events: Iterable[Expected], types: Types = TYPES) -> "Declared":
        """What the holes of these events say. Raises `DiagramError` for a hole that has two types."""
        declared = cls(types)
        for event in events:
            for pattern in event.patterns:
                declared.add(pattern, event.place)
        return declared

    def add(self, pattern: TextPattern, place: Place) -> None:
        """Take the holes of one text. Raises as `by`."""
        for hole in pattern.holes:
            known = self.holes.setdefault(hole.name, hole)
            if "word" not in {known.type, hole.type} and known.type != hole.type:
                raise DiagramError(
                    f"the hole {hole.name!r} is of type {known.type!r} and of type {hole.type!r}",
                    place=place,
                    hint="give all of its occurrences the same type, or two holes two names",
                )
            typed = hole if known.type == "word" else known
            self.holes[hole.name] = replace(typed, fresh=known.fresh or hole.fresh)

    def typed(self, pattern: TextPattern) -> TextPattern:
        """The text, with every hole as it is declared."""
        return TextPattern(tuple(part if isinstance(part, str) else self.holes[part.name] for part in pattern.parts))

    def all_typed(self, event: Expected) -> Expected:
        """The event, with every hole as it is declared."""
        if not any(text.holes for text in event.patterns):
            return event
        notes = tuple(replace(note, text=self.typed(note.text)) for note in event.notes)
        return replace(event, text=self.typed(event.text), notes=notes)


def spans(events: Iterable[Expected]) -> Mapping[str, tuple[int, int]]:
    """The numbers of the first and the last event that each hole is in."""
    found: dict[str, tuple[int, int]] = {}
    for number, event in enumerate(events):
        for pattern in event.patterns:
            for hole in pattern.holes:
                first, _ = found.get(hole.name, (number, number))
                found[hole.name] = (first, number)
    return found
