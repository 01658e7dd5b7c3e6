"""The steps of an alignment, as the search makes them and as others read them.

Lives here: `Made`, and what becomes of it when somebody asks (`Steps`). Pure. Must not live here: the search
(`alignment`), what is told of steps (`deviations`).

Law: every step that is made is told, in the order of the run.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from simulator.conformance.moves import Move, original
from simulator.conformance.verdict import Step, StepKind
from simulator.interaction.holes import Bindings
from simulator.interaction.terms import Expected


class Made(NamedTuple):
    """One step of a search: what it does, at which position, by which move, adding which values.

    instead: for `unexpected`, the moves that could have been made.
    """

    kind: StepKind
    position: int
    move: Move | None
    added: Bindings
    instead: Sequence[Move] = ()


class Steps:
    """The steps of an alignment for those who do not know the search, made when they are asked for.

    numbers: by position, the number of each event in the whole trace; end: that of its end.
    """

    def __init__(self, made: Callable[[], Sequence[Made]], known: Bindings, numbers: Sequence[int], end: int) -> None:
        self._made = (made, known, numbers, end)
        self._steps: tuple[Step, ...] | None = None

    def __call__(self) -> tuple[Step, ...]:
        """Give them; they are made once."""
        if self._steps is None:
            made, known, numbers, end = self._made
            steps = steps_of(made(), known)
            if len(numbers) < end:
                whole = (*numbers, end)
                steps = tuple(step._replace(position=whole[step.position]) for step in steps)
            self._steps = steps
        return self._steps

    @property
    def variant(self) -> object:
        """The same for traces whose steps are known to be the same but for values and positions."""
        made = self._made[0]
        return made.args[0] if isinstance(made, partial) else made


def steps_of(made: Sequence[Made], known: Bindings) -> tuple[Step, ...]:
    """The steps of an alignment with all values of each event; positions are those of what is compared."""
    values = dict(known)
    steps = []
    for each in made:
        move = each.move
        if move is None or each.kind == "unexpected":
            steps.append(Step(each.kind, each.position, move and move.expected, possible=_possible(each.instead)))
            continue
        for name in move.option.resets:
            values.pop(name, None)
        values.update(each.added)
        if move.names and each.kind not in {"missing", "different"}:
            own = {original(name): values[name] for name in move.names if name in values}
            steps.append(Step(each.kind, each.position, move.expected, own))
        else:
            steps.append(Step(each.kind, each.position, move.expected))
    return tuple(steps)


def _possible(moves: Sequence[Move]) -> tuple[Expected, ...]:
    """The events of the diagram that the moves stand for, each once."""
    named = (move.expected for move in moves if not move.option.forbidden)
    return tuple({id(expected): expected for expected in named if expected is not None}.values())
