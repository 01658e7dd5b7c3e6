"""In which fragments of a diagram an expected event stands.

Lives here: the way from an expected event up through the operators around it. Must not live here: of a loop which
iteration it is (`iterations`), words (`fragments`), what is allowed (`conformance`).

Law: fragments that the diagram does not write are none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.errors import Place
from simulator.interaction.terms import (
    Break,
    Combined,
    Expectation,
    Expected,
    Group,
    Loop,
    Negative,
    Term,
    parts,
    walk,
)


@dataclass(frozen=True, slots=True)
class Above:
    """What holds a term directly, and which part of it the term is."""

    term: Term
    part: int


class Enclosing:
    """The fragments of one diagram; without an expectation none is known."""

    def __init__(self, expectation: Expectation | None = None) -> None:
        self._above: dict[int, Above] = {}
        self._loops: dict[str, Loop] = {}
        for term in walk(expectation.term) if expectation is not None else ():
            for number, part in enumerate(parts(term)):
                self._above[id(part)] = Above(term, number)
            if isinstance(term, Loop):
                self._loops |= dict.fromkeys(term.fresh, term)

    def knows(self, expected: Expected) -> bool:
        """Whether the event is one of the diagram."""
        return id(expected) in self._above

    def loop_of(self, hole: str) -> Loop | None:
        """The loop in every iteration of which the hole has a new value."""
        return self._loops.get(hole)

    def up(self, term: Term) -> Iterator[Above]:
        """What holds the term, and what holds that, to the outermost."""
        above = self._above.get(id(term))
        while above is not None:
            yield above
            above = self._above.get(id(above.term))

    def loops(self, expected: Expected) -> tuple[Loop, ...]:
        """The loops around an event, the outermost first."""
        return tuple(above.term for above in self.up(expected) if isinstance(above.term, Loop))[::-1]

    def forbidding(self, expected: Expected) -> Place | None:
        """Where the `group neg` begins that an event stands in."""
        return next((above.term.place for above in self.up(expected) if isinstance(above.term, Negative)), None)

    def begin(self, expected: Expected, before: Expected | None) -> Place:
        """Where the outermost fragment begins that holds an event, but not the one before it; else the event itself."""
        around = {id(above.term) for above in self.up(before)} if before is not None else set()
        place = expected.place
        for above in self.up(expected):
            if isinstance(above.term, Combined) and shown(above, expected) and id(above.term) not in around:
                place = above.term.place
        return place

    def ends_in_fragment(self, expected: Expected) -> bool:
        """Whether what comes after an event at the end of the diagram comes after the `end` of a fragment."""
        held = [above for above in self.up(expected) if shown(above, expected)]
        return bool(held) and not any(isinstance(above.term, Break) for above in held)


def shown(above: Above, event: Expected) -> bool:
    """Whether a term is a fragment that one sees; a mark does not stand in its own group."""
    match above.term:
        case Group(begin=begin, end=end):
            return event is not begin and event is not end
        case Combined(written=written):
            return written
        case _:
            return False
