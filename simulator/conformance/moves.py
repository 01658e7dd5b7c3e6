"""What one event does where a diagram stands: which holes get values, and whether guards hold.

Lives here: states of a search beside what remains (`frontier`): values of holes, guards not decided yet. Pure. Must not
live here: which events may come when (`frontier`), whether an event fits (`fitting`), the search (`alignment`).

Laws: of a hole whose value does not matter any more none is kept. The value of `${X!}` is that of no other hole. A
guard is decided as soon as its holes have values; it holds where one has none in the end.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from simulator.conformance.filters import Filter, Names
from simulator.conformance.fitting import Fitting
from simulator.conformance.likeness import may_differ
from simulator.conformance.residual import Option, Residual, holes_of, names_of
from simulator.conformance.unfolding import Unfolded
from simulator.conformance.values import Values
from simulator.conformance.ways import NO_GUARDS, Guards
from simulator.events import Event
from simulator.interaction.guards import Comparison, Relation, holds
from simulator.interaction.holes import Bindings
from simulator.interaction.terms import Expectation, Expected

# Under these names stand the values that holes like `${X!}`, and other holes, have or had.
_FRESH, _OTHER = "!", ""

# The relation of the second to the first.
_TURNED: dict[Relation, Relation] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Bound(NamedTuple):
    """The values that matter, a set of `Values`; and the guards that are not decided yet."""

    values: int
    guards: Guards = NO_GUARDS


class Move(NamedTuple):
    """An option, with what does not change from run to run.

    expected: as the diagram has it. names: its holes. dead: those whose values do not matter after it.
    code: that of an event that is all it can be (`Moves.code`); None where it may be several.
    """

    option: Option
    expected: Expected | None
    names: tuple[str, ...]
    dead: tuple[str, ...]
    code: int | None


class Moves:
    """The moves of one diagram; what they do belongs to one trace at a time (`restart`)."""

    def __init__(self, expectation: Expectation, unfolded: Unfolded, fitting: Fitting) -> None:
        self.fitting = fitting
        self.fresh = unfolded.fresh
        self._made = unfolded.made
        self._unique = frozenset(name for name, hole in holes_of(expectation.events).items() if hole.fresh)
        self._moves: dict[Residual, tuple[Move, ...]] = {}
        self._only: dict[Residual, Move | None] = {}
        twins = {id(event): fitting.twin(event) for event in expectation.events}
        self._codes = {twin: code for code, twin in enumerate(dict.fromkeys(twins.values())) if twin is not None}
        # What several events may be: expected events with holes, or without direction, and filters.
        opened = (event for event in expectation.events if twins[id(event)] is None)
        self._open: tuple[Expected | Filter, ...] = (*unfolded.filters, *opened)
        # One of each kind of event that differs from others in more than its texts.
        self._shapes = tuple({_shape(event): event for event in expectation.events}.values())
        self._code_of = {each: None if twin is None else self._codes[twin] for each, twin in twins.items()}
        self.restart({})

    def restart(self, known: Bindings) -> None:
        """Begin with another trace. known: holes with values given beforehand."""
        self.known = known
        self._values = Values()
        self._others: dict[object, int] = {}
        self.start = Bound(self._add(0, known))

    def of(self, residual: Residual) -> tuple[Move, ...]:
        """What may come next, in reading order."""
        found = self._moves.get(residual)
        if found is None:
            found = self._moves[residual] = tuple(map(self._move, residual.options))
        return found

    def only(self, residual: Residual) -> Move | None:
        """The move that every run makes next, if there is one, and nothing else depends on it."""
        if residual not in self._only:
            moves = self.of(residual)
            sure = len(moves) == 1 and not (residual.ends or residual.leaves or moves[0].expected is None)
            plain = sure and not (moves[0].option.guards or moves[0].option.resets or moves[0].option.forbidden)
            self._only[residual] = moves[0] if plain else None
        return self._only[residual]

    def certainly(self, move: Move, event: Event, bound: Bound) -> tuple[Bindings, Bound] | None:
        """The values that an event adds, and what is known then, if it fits and they matter nowhere else."""
        known = self._values.of(bound.values, move.names)
        if len(known) < len(move.names):
            relevant = _Relevant(move.option.after, bound.guards)
            if self._unique or any(name not in known and name in relevant for name in move.names):
                return None
        return next(self.fits(move, event, bound), None)

    def code(self, event: Event) -> int:
        """A number for all that an event is compared by; no less than 0 where the diagram names it literally."""
        twin = self.fitting.twin_of(event)
        code = self._codes.get(twin)
        return code if code is not None else self._others.setdefault(twin, -1 - len(self._others))

    def _move(self, option: Option) -> Move:
        expected = option.expected
        if isinstance(expected, Filter):
            return Move(option, None, tuple(sorted(expected.named)), (), None)
        code = self._code_of.get(id(expected))
        if code is not None:
            return Move(option, expected, (), (), code)
        names = tuple(dict.fromkeys(hole.name for text in expected.patterns for hole in text.holes))
        dead = tuple(name for name in names if not option.after.holds(name))
        return Move(option, self._made.original(expected), names, dead, None)

    def fits(self, move: Move, event: Event, bound: Bound) -> Iterator[tuple[Bindings, Bound]]:
        """Every way in which the event is the expected one: the values that it adds, and what is known then."""
        option = move.option
        before = self._entered(option, bound)
        if before is None:
            return
        known = self._values.of(before.values, move.names)
        relevant = None if self._unique else _Relevant(option.after, before.guards)
        for fitting in self.fitting.fits(option.expected, event, known, relevant):
            added = {name: fitting[name] for name in move.names if name in fitting and name not in known}
            if not added:
                yield added, self._without_dead(move, before)
            elif not self._unique or self._differ(before, added):
                values = self._add(before.values, added)
                after = self._decided(Bound(values, before.guards), added.keys())
                if after is not None:
                    yield added, self._without_dead(move, after)

    def known_of(self, bound: Bound, names: Collection[str]) -> Bindings:
        """The values of these holes that matter."""
        return self._values.of(bound.values, names)

    def may_fit(self, move: Move, event: Event) -> bool:
        """Whether the event is the expected one for some values of holes."""
        return next(self.fitting.fits(move.option.expected, event, {}, ()), None) is not None

    def fits_somewhere(self, event: Event) -> bool:
        """Whether an event without a code of the diagram is one of it, wherever, for some values of holes."""
        return any(next(self.fitting.fits(each, event, {}, ()), None) is not None for each in self._open)

    def like_some(self, event: Event) -> bool:
        """Whether the event may count as a different one of the diagram, wherever."""
        return any(may_differ(each, event) for each in self._shapes)

    def passed(self, move: Move, bound: Bound) -> Bound | None:
        """What is known once the move was made without its event; None where a guard does not allow it."""
        before = self._entered(move.option, bound)
        return None if before is None else self._without_dead(move, before)

    def may_end(self, residual: Residual, bound: Bound) -> bool:
        """Whether the run may end here."""
        for way in residual.ends:
            if not way or self._decided(Bound(bound.values, bound.guards | way)) is not None:
                return True
        return False

    def _entered(self, option: Option, bound: Bound) -> Bound | None:
        if option.closing:
            decided = self._decided(Bound(bound.values, bound.guards | option.closing))
            if decided is None:
                return None
            bound = decided
        if option.resets:
            closed = (self._closed(each, bound, option.resets) for each in bound.guards)
            guards = frozenset(each for each in closed if each is not None)
            bound = Bound(self._values.without(bound.values, option.resets), guards)
        return self._decided(Bound(bound.values, bound.guards | option.guards)) if option.guards else bound

    def _closed(self, guard: Comparison, bound: Bound, resets: Names) -> Comparison | None:
        """What is left to ask of an iteration that is over: its values stay; None: there is nothing to ask."""
        over = resets.intersection(names_of(guard))
        if not over:
            return guard
        value = self._values.of(bound.values, over).get(next(iter(over)))
        if value is None or len(over) > 1 or not guard.named:
            return None
        if guard.other in over:
            return replace(guard, other=value, named=False)
        return replace(guard, hole=guard.other, relation=_TURNED[guard.relation], other=value, named=False)

    def _decided(self, bound: Bound, names: Collection[str] | None = None) -> Bound | None:
        """Take away the guards that hold; None where one does not. names: only these have new values."""
        if not bound.guards:
            return bound
        open_: set[Comparison] = set()
        for guard in bound.guards:
            if names is not None and not any(name in names for name in names_of(guard)):
                open_.add(guard)
                continue
            decision = holds(guard, self._values.of(bound.values, names_of(guard)))
            if decision is None:
                open_.add(guard)
            elif not decision:
                return None
        return Bound(bound.values, frozenset(open_))

    def _without_dead(self, move: Move, bound: Bound) -> Bound:
        if not move.dead:
            return bound
        asked = {name for guard in bound.guards for name in names_of(guard)}
        return Bound(
            self._values.without(bound.values, [name for name in move.dead if name not in asked]), bound.guards
        )

    def _differ(self, before: Bound, added: Bindings) -> bool:
        """Whether new values leave every `${X!}` unlike all others."""
        met: list[tuple[bool, str]] = []
        for name, value in added.items():
            unique = original(name) in self._unique
            rivals = (_FRESH, _OTHER) if unique else (_FRESH,)
            if any(self._values.has(before.values, rival, value) for rival in rivals):
                return False
            if any(value == other and (unique or other_unique) for other_unique, other in met):
                return False
            met.append((unique, value))
        return True

    def _add(self, values: int, added: Bindings) -> int:
        values = self._values.add(values, added)
        if self._unique:
            for name, value in added.items():
                values = self._values.add(values, {_FRESH if original(name) in self._unique else _OTHER: value})
        return values


class _Relevant:
    """The holes whose values matter after an option."""

    def __init__(self, after: Residual, guards: Guards) -> None:
        self._after = after
        self._guards = guards

    def __contains__(self, name: object) -> bool:
        return self._after.holds(str(name)) or any(name in names_of(guard) for guard in self._guards)


def _shape(event: Expected) -> object:
    return (event.kind, event.source, event.target, event.line, event.both, event.on, event.shape)


def original(name: str) -> str:
    """The name of a hole as the diagram has it: iterations that overlap have names of their own."""
    return name.partition("~")[0]
