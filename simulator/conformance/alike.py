"""The events of a diagram that differ in texts and notes at most.

Lives here: finding those that an event could be quickly. Pure. Must not live here: what that is used for (`variants`).
"""

from typing import NamedTuple

from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected


class Alike(NamedTuple):
    """The events of a diagram that differ in texts and notes at most, with their numbers.

    literal: those without notes and holes, by their text; open: the texts of those without notes, but with holes.
    """

    events: list[tuple[int, Expected]]
    literal: dict[str, list[int]]
    open: list[tuple[int, TextPattern]]

    def add(self, number: int, expected: Expected) -> None:
        """Add one more."""
        self.events.append((number, expected))
        if not expected.notes:
            if expected.text.literal:
                self.literal.setdefault(str(expected.text), []).append(number)
            else:
                self.open.append((number, expected.text))


NOTHING = Alike([], {}, [])
