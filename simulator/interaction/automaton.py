"""Finite automata of regular expressions: which values fit, in linear time, whatever the expression is.

Lives here: the walk along the positions of an expression, made deterministic as far as texts need it (K. Thompson,
Regular expression search algorithm, 1968). Pure. Must not live here: the positions (`positions`), how expressions are
written (`regex`), texts with several holes (`matching`).

Laws: one step per letter; the states that are kept are bounded. Backwards it reads the same words from their ends.
Whoever asks is told of the work of making states, and may stop it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from simulator.interaction.positions import Positions, bits
from simulator.interaction.regex_tree import Letters, Regex

Spend = Callable[[int], None]

# So many steps are kept; then it begins anew. A hostile expression would make exponentially many.
_MOST_KEPT = 20_000
# So many positions are looked at in one unit of work, some microseconds.
_IN_ONE_UNIT = 16


def unlimited(work: int) -> None:
    """Take note of work done, and let it go on."""


@dataclass(slots=True, eq=False)
class _State:
    """What may come next: a bit for each position whose letter may. ends: whether a word has just been read."""

    next: int
    ends: bool
    steps: "dict[str, _State]" = field(default_factory=dict)


class Automaton:
    """Reads words of one expression that are not empty; positions are the letters of its written-out form."""

    def __init__(self, regex: Regex) -> None:
        positions = Positions()
        part = positions.of(regex)
        self._run(positions.letters, part.first, part.last, positions.follow)

    def _run(self, letters: list[Letters], first: int, last: int, follow: list[int]) -> None:
        self._letters, self._first, self._last, self._follow = letters, first, last, follow
        self._masks: dict[str, int] = {}
        self._states: dict[tuple[int, bool], _State] = {}
        self._kept = 0
        self._start = self._state(first, ends=False)
        self._backwards: Automaton | None = None

    @property
    def backwards(self) -> "Automaton":
        """The automaton that reads the words from their last letter to their first."""
        if self._backwards is None:
            before = [0] * len(self._letters)
            for position, after in enumerate(self._follow):
                for each in bits(after):
                    before[each] |= 1 << position
            self._backwards = Automaton.__new__(Automaton)
            self._backwards._run(self._letters, self._last, self._first, before)  # noqa: SLF001 - one of its own kind
        return self._backwards

    def allows(self, value: str, spend: Spend = unlimited) -> bool:
        """Whether the whole value is a word."""
        state = self._start
        for letter in value:
            state = state.steps.get(letter) or self._step(state, letter, spend)
        return state.ends

    def ends(self, text: str, start: int, spend: Spend = unlimited) -> Iterator[int]:
        """Where the words end that begin at `start`, in order."""
        state = self._start
        for at in range(start, len(text)):
            state = state.steps.get(text[at]) or self._step(state, text[at], spend)
            if state.ends:
                yield at + 1
            elif not state.next:
                return

    def starts(self, text: str, ends: Collection[int], spend: Spend = unlimited) -> list[int]:
        """Where the words begin that end at one of these places, in order; in one pass for all of them."""
        return self.backwards.met_backwards(text, ends, spend)[::-1]

    def met_backwards(self, text: str, starts: Collection[int], spend: Spend = unlimited) -> list[int]:
        """Where words end, read from right to left, that begin at one of these places; from right to left."""
        found: list[int] = []
        state = self._state(0, ends=False)
        for at in range(max(starts, default=0), 0, -1):
            if at in starts:
                state = self._state(state.next | self._first, ends=False)
            state = state.steps.get(text[at - 1]) or self._step(state, text[at - 1], spend)
            if state.ends:
                found.append(at - 1)
        return found

    def _state(self, following: int, *, ends: bool) -> _State:
        found = self._states.get((following, ends))
        if found is None:
            found = self._states[following, ends] = _State(following, ends)
        return found

    def _step(self, state: _State, letter: str, spend: Spend) -> _State:
        """The state after one more letter; kept, so that next time it is one look into a dictionary."""
        spend(1 + len(self._letters) // _IN_ONE_UNIT)
        mask = self._masks.get(letter)
        if mask is None:
            mask = sum(1 << position for position, letters in enumerate(self._letters) if letter in letters)
        if self._kept > _MOST_KEPT:
            for each in (self._start, *self._states.values()):
                each.steps.clear()
            self._states.clear()
            self._masks.clear()
            self._kept = 0
        self._kept += 1
        self._masks[letter] = mask
        read = state.next & mask
        following = 0
        for position in bits(read):
            following |= self._follow[position]
        after = state.steps[letter] = self._state(following, ends=bool(read & self._last))
        return after
