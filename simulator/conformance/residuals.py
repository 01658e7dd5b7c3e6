"""Making residuals.

Lives here: `Residuals`, which keeps what it made: equal remains are one object, so that what was found out about one
holds for all. Pure. Must not live here: the rules (`frontier`).

Law: what remains of nothing is nothing: operators over nothing are not made.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from math import inf

from simulator.conformance.filters import NO_NAMES, Filter, Names
from simulator.conformance.frontier import (
    AnyOrder,
    Caught,
    Chain,
    Critical,
    Done,
    Either,
    Guarded,
    Ignoring,
    Loop,
    Negative,
    Never,
    One,
    Parallel,
    Then,
)
from simulator.conformance.residual import Items, Option, Residual, Times, renamed
from simulator.interaction.guards import Comparison
from simulator.interaction.terms import Expected, NotePattern


class Residuals:
    """Makes what remains of one diagram; what is equal once. lifelines: all that the diagram has."""

    def __init__(self, lifelines: Names = NO_NAMES) -> None:
        self.lifelines = lifelines
        self._known: dict[Hashable, Residual] = {}
        self._items: dict[tuple[Residual, ...], Items] = {}
        self._originals: dict[int, Expected] = {}
        self._renamed: dict[Hashable, Expected] = {}
        self.done: Residual = Done(self)
        self.left: Residual = Done(self, left=True)
        self.never: Residual = Never(self)

    def _kept(self, key: Hashable, make: Callable[[], Residual]) -> Residual:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = make()
        return found

    def one(self, expected: Expected) -> Residual:
        """One event."""
        # Two that are equal have different places.
        return self._kept((One, id(expected)), lambda: One(self, expected))

    def chain(self, items: Iterable[Residual], *, weak: bool) -> Residual:
        """The items one after the other."""
        left = tuple(item for item in items if item is not self.done)
        if left not in self._items:
            self._items[left] = Items(left)
        return self.rest(self._items[left], 0, weak=weak)

    def rest(self, items: Items, start: int, *, weak: bool) -> Residual:
        """The items from one on."""
        left = len(items.items) - start
        if left < 2:  # noqa: PLR2004 - one is no sequence
            return items.items[start] if left else self.done
        return self._kept((items, start, weak), lambda: Chain(self, items, start, weak=weak))

    def then(self, first: Residual, then: Residual, *, weak: bool) -> Residual:
        """One after the other."""
        if first is self.done:
            return then
        if then is self.done or first is self.left:
            return first
        return self._kept((Then, first, then, weak), lambda: Then(self, first, then, weak=weak))

    def either(self, parts: Iterable[Residual]) -> Residual:
        """One of the parts."""
        distinct = tuple(dict.fromkeys(parts))
        return distinct[0] if len(distinct) == 1 else self._kept((Either, distinct), lambda: Either(self, *distinct))

    def guarded(self, part: Residual, comparison: Comparison) -> Residual:
        """The part, where a comparison holds."""
        return self._kept((Guarded, part, comparison), lambda: Guarded(self, part, comparison))

    def loop(self, part: Residual, times: Times) -> Residual:
        """The part, again and again."""
        if part is self.done or times.most <= 0:
            return self.done
        return self._kept((Loop, part, times), lambda: Loop(self, part, times))

    def parallel(self, parts: Iterable[Residual]) -> Residual:
        """All of the parts, interleaved."""
        left = tuple(part for part in parts if part is not self.done)
        if all(part is self.left for part in left):
            return self.left if left else self.done
        return left[0] if len(left) == 1 else self._kept((Parallel, left), lambda: Parallel(self, *left))

    def critical(self, part: Residual, *, begun: bool) -> Residual:
        """The part, with nothing in between."""
        if part is self.done or part is self.left:
            return part
        return self._kept((Critical, part, begun), lambda: Critical(self, part, begun=begun))

    def any_order(self, parts: Iterable[Residual], *, weak: bool) -> Residual:
        """The parts in any order."""
        left = tuple(part for part in parts if part is not self.done)
        if len(left) < 2:  # noqa: PLR2004 - one has one order
            return left[0] if left else self.done
        return self._kept((AnyOrder, left, weak), lambda: AnyOrder(self, left, weak=weak))

    def ignoring(self, part: Residual, ignored: Filter) -> Residual:
        """The part, with other messages in between."""
        if part is self.left:
            return part
        return self._kept((Ignoring, part, ignored), lambda: Ignoring(self, part, ignored))

    def caught(self, part: Residual) -> Residual:
        """The part, where a `break` may end it."""
        if part is self.left:
            return self.done
        return part if part.to_leave == inf else self._kept((Caught, part), lambda: Caught(self, part))

    def negative(self, part: Residual, *, begun: bool) -> Residual:
        """The part, forbidden."""
        if part is self.done:
            return part
        return self._kept((Negative, part, begun), lambda: Negative(self, part, begun=begun))

    def apart(self, option: Option, other: Residual) -> Option:
        """The option with names for its new values that what is also under way does not use."""
        taken = [name for name in option.resets if other.holds(name)]
        if not taken or not isinstance(option.expected, Expected):
            return option
        names = {}
        for name in sorted(taken):
            number = 1
            while other.holds(new := f"{name}~{number}") or option.after.holds(new):
                number += 1
            names[name] = new
        return option._replace(
            expected=self.with_names(option.expected, names),
            after=option.after.renamed(names),
            guards=frozenset(renamed(each, names) for each in option.guards),
            resets=option.resets.difference(names).union(names.values()),
        )

    def with_names(self, expected: Expected, names: Mapping[str, str]) -> Expected:
        """The event with other names of holes."""
        key = (id(expected), *sorted(names.items()))
        if key not in self._renamed:
            notes = tuple(NotePattern(each.shape, each.text.renamed(names), each.place) for each in expected.notes)
            renamed = replace(expected, text=expected.text.renamed(names), notes=notes)
            self._renamed[key] = renamed
            self._originals[id(renamed)] = self.original(expected)
        return self._renamed[key]

    def original(self, expected: Expected) -> Expected:
        """The event as the diagram has it."""
        return self._originals.get(id(expected), expected)
