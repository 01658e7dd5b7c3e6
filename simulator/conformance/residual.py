"""What remains of a diagram, whatever the operator.

Lives here: `Residual`, what may come next of it (`Option`), and what makes residuals (`Maker`). Pure. Must not live
here: the rules of the operators (`frontier`).

Laws: options are found when they are asked for, and kept. Every option takes one event away.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple, Protocol, cast

from simulator.conformance.filters import NO_NAMES, Filter, Names
from simulator.conformance.ways import FREELY, NEVER, NO_GUARDS, Guards, both, either
from simulator.interaction.guards import Comparison
from simulator.interaction.holes import Hole
from simulator.interaction.terms import Expected

# The ends of a diagram, and what nobody knows, are no lifelines.
_NO_LIFELINES = frozenset("[]?")


class Option(NamedTuple):
    """One event that may come next.

    after: what remains then. guards: what must hold for it. resets: the holes that have new values from here on.
    closing: what must hold of the values that they had until now.
    forbidden: it must not come, but is known (`neg`).
    """

    expected: Expected | Filter
    after: "Residual"
    guards: Guards = NO_GUARDS
    resets: Names = NO_NAMES
    forbidden: bool = False
    closing: Guards = NO_GUARDS


class Residual(ABC):
    """What remains of a diagram, made by a `Maker`.

    ends, leaves: under which guards it may end here, or end here by a `break`; needs, to_leave: with how many events at
    least. locked: nothing from outside may come in between (`critical`).
    """

    __slots__ = ("_held", "_options", "ends", "leaves", "locked", "made", "needs", "parts", "to_leave")

    def __init__(self, made: "Maker", *parts: "Residual") -> None:
        self.made = made
        self.parts = parts
        self.ends = self.leaves = NEVER
        self.needs: float = inf
        self.to_leave: float = inf
        self.locked: bool = bool(parts) and any(part.locked for part in parts)
        self._options: tuple[Option, ...] | None = None
        self._held: dict[str, bool] = {}

    @property
    def options(self) -> tuple[Option, ...]:
        """What may come next, in the order in which the diagram is read."""
        if self._options is None:
            # An explicit stack: diagrams are longer than Python's calls are deep.
            stack: list[Residual] = [self]
            while stack:
                waiting = [part for part in stack[-1].asked() if part._options is None]  # noqa: SLF001 - of its own class
                if waiting:
                    stack += waiting
                else:
                    residual = stack.pop()
                    residual._options = _distinct(residual.derive())  # noqa: SLF001 - the same
        return self._options or ()

    def asked(self) -> "Sequence[Residual]":
        """The parts whose options make those of the whole."""
        return self.parts

    @abstractmethod
    def derive(self) -> Iterator[Option]:
        """The options, once those of the parts are known."""

    def like(self, parts: "Sequence[Residual]") -> "Residual":  # noqa: ARG002 - what has no parts is its own
        """The same over other parts."""
        return self

    def holds(self, name: str) -> bool:
        """Whether the value of a hole still matters here."""
        found = self._held.get(name)
        if found is None:
            found = self._held[name] = self.names(name)
        return found

    def names(self, name: str) -> bool:
        """Whether the value of a hole matters here, found out anew."""
        return any(part.holds(name) for part in self.parts)

    def lifelines(self) -> Names:
        """Those of all its events."""
        return NO_NAMES.union(*(part.lifelines() for part in self.parts))

    def without(self, lifelines: Names | None, *, leaving: bool) -> "Residual | None":
        """The runs that have no event on these lifelines (None: no event at all); None where there are none.

        leaving: whether those that end by a `break` count.
        """
        kept = [part.without(lifelines, leaving=leaving) for part in self.parts]
        return None if None in kept else self.like(cast("list[Residual]", kept))

    def renamed(self, names: Mapping[str, str]) -> "Residual":
        """The same with other names of holes."""
        return self.like([part.renamed(names) for part in self.parts])


def _distinct(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options, each once; two events that are equal are two, since they have different places."""
    all_options = tuple(options)
    if len(all_options) < 2:  # noqa: PLR2004 - one is distinct
        return all_options
    return tuple({(id(option.expected), *option[1:]): option for option in all_options}.values())


class Items:
    """The items of a sequence, and what is known of every rest of them."""

    __slots__ = ("_last", "ends", "items", "leaves", "needs", "to_leave")

    def __init__(self, items: tuple[Residual, ...]) -> None:
        self.items = items
        self.ends, self.leaves = [FREELY], [NEVER]
        self.needs: list[float] = [0]
        self.to_leave = [inf]
        for item in reversed(items):
            self.leaves.append(either(item.leaves, both(item.ends, self.leaves[-1])))
            self.ends.append(both(item.ends, self.ends[-1]))
            self.to_leave.append(min(item.to_leave, item.needs + self.to_leave[-1]))
            self.needs.append(item.needs + self.needs[-1])
        for backwards in (self.ends, self.leaves, self.needs, self.to_leave):
            backwards.reverse()
        self._last: dict[str, int] = {}

    def hold(self, name: str, start: int) -> bool:
        """Whether the value of a hole matters in one of the items from `start` on."""
        if name not in self._last:
            numbers = range(len(self.items) - 1, -1, -1)
            self._last[name] = next((number for number in numbers if self.items[number].holds(name)), -1)
        return self._last[name] >= start


class Maker(Protocol):
    """Makes the residuals of one diagram; what is equal once. lifelines: all that the diagram has.

    weak: parts are in order only where they share a lifeline.
    """

    lifelines: Names
    done: Residual
    left: Residual
    never: Residual

    def one(self, expected: Expected) -> Residual:
        """One event."""

    def chain(self, items: Iterable[Residual], *, weak: bool) -> Residual:
        """The items one after the other."""

    def rest(self, items: Items, start: int, *, weak: bool) -> Residual:
        """The items from one on."""

    def then(self, first: Residual, then: Residual, *, weak: bool) -> Residual:
        """One after the other."""

    def either(self, parts: Iterable[Residual]) -> Residual:
        """One of the parts."""

    def guarded(self, part: Residual, comparison: Comparison) -> Residual:
        """The part, where a comparison holds."""

    def loop(self, part: Residual, times: "Times") -> Residual:
        """The part, again and again."""

    def parallel(self, parts: Iterable[Residual]) -> Residual:
        """All of the parts, interleaved."""

    def critical(self, part: Residual, *, begun: bool) -> Residual:
        """The part, with nothing in between."""

    def any_order(self, parts: Iterable[Residual], *, weak: bool) -> Residual:
        """The parts in any order."""

    def ignoring(self, part: Residual, ignored: Filter) -> Residual:
        """The part, with other messages in between."""

    def caught(self, part: Residual) -> Residual:
        """The part, where a `break` may end it."""

    def negative(self, part: Residual, *, begun: bool) -> Residual:
        """The part, forbidden."""

    def apart(self, option: Option, other: Residual) -> Option:
        """The option with names for its new values that what is also under way does not use."""

    def with_names(self, expected: Expected, names: Mapping[str, str]) -> Expected:
        """The event with other names of holes."""


class Times(NamedTuple):
    """How often a loop runs: at least and at most (may be infinite); with new values of `fresh` every time."""

    least: int
    most: float
    fresh: Names
    weak: bool

    def after(self, count: int) -> "Times":
        """How often after some iterations."""
        return self._replace(least=max(self.least - count, 0), most=self.most - count)


def lifelines_of(expected: Expected) -> Names | None:
    """The lifelines that put the event in order with others; None: it is in order with all."""
    match expected.kind:
        case "message":
            return frozenset((expected.source, expected.target)) - _NO_LIFELINES
        case "note":
            return expected.on - _NO_LIFELINES
        case _:
            return None


def names_of(comparison: Comparison) -> tuple[str, ...]:
    """The holes that it compares."""
    return (comparison.hole, comparison.other) if comparison.named else (comparison.hole,)


def renamed(comparison: Comparison, names: Mapping[str, str]) -> Comparison:
    """The comparison of holes with other names."""
    other = names.get(comparison.other, comparison.other) if comparison.named else comparison.other
    return replace(comparison, hole=names.get(comparison.hole, comparison.hole), other=other)


def holes_of(events: Iterable[Expected]) -> Mapping[str, Hole]:
    """The holes of events, by name."""
    return {hole.name: hole for event in events for text in event.patterns for hole in text.holes}
