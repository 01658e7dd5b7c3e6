"""What reading a text gives: diagrams, and all that is wrong with it.

Lives here: the record. Must not live here: reading (`parser`).
"""

from dataclasses import dataclass, replace
from typing import Never

from simulator.diagram.ast import SequenceDiagram
from simulator.errors import DiagramError, Place


@dataclass(frozen=True, slots=True)
class Reading:
    """The diagrams of a text, and what is wrong with it.

    diagrams: those without an error, in order. partial: all that could be read, in order; one with errors lacks the
    lines that are wrong. errors: what keeps the text from being read, in reading order; of each diagram only so many
    that people still read them, and `more` counts the others. warnings: what is worth knowing all the same.
    """

    diagrams: tuple[SequenceDiagram, ...] = ()
    partial: tuple[SequenceDiagram, ...] = ()
    errors: tuple[DiagramError, ...] = ()
    more: int = 0
    warnings: tuple[tuple[Place, str], ...] = ()

    def refuse(self) -> Never:
        """Raise the first error; it says how many there are besides."""
        first, others = self.errors[0], len(self.errors) - 1 + self.more
        if not others:
            raise first
        raise DiagramError(
            first.message,
            place=first.place,
            source=first.source,
            expected=first.expected,
            hint=first.hint,
            others=others,
        )

    def lenient(self) -> tuple[SequenceDiagram, ...]:
        """Give what could be read of the text, with a warning for each error; raises the first if that is nothing."""
        if not self.partial:
            self.refuse()
        first, *others = self.partial
        left_out = [(error.place or first.place, f"{error.message}: this is left out") for error in self.errors]
        if self.more:
            left_out.append((first.place, f"{self.more} more errors are not told"))
        return replace(first, warnings=(*first.warnings, *left_out)), *others

    def checked(self) -> tuple[SequenceDiagram, ...]:
        """Give the diagrams of a text without errors; raises the first error of any other."""
        if self.errors:
            self.refuse()
        return self.diagrams
