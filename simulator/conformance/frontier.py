"""All step rules: what a diagram allows next, and what remains of it then.

Lives here, and nowhere else in the project: for each operator (semantics.md 2 of the design; UML 2.5.1, 17.6.3) which
events may come next, what remains after each (`Residual.options`), and whether the run may end (`Residual.ends`). Must
not live here: how a term is unfolded (`unfolding`), whether an event is the expected one (`fitting`). Pure.

What remains is made by derivatives (Brzozowski 1964; for interactions with weak sequencing Mahe, Bannour, Gaston, Le
Gall 2021), found when it is asked for, and kept.

Laws: equal remains are one object. Every option takes one event away, so that remains grow by iterations of loops only.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import inf

from simulator.conformance.filters import NO_NAMES, Filter, Names
from simulator.conformance.residual import Items, Maker, Option, Residual, Times, lifelines_of, names_of, renamed
from simulator.conformance.ways import FREELY, Guards, both, either, without
from simulator.interaction.guards import Comparison
from simulator.interaction.terms import Expected


class Done(Residual):
    """Nothing remains; or, `left` by a break, nothing of what is around it either."""

    __slots__ = ("left",)

    def __init__(self, made: Maker, *, left: bool = False) -> None:
        super().__init__(made)
        self.left = left
        if left:
            self.leaves, self.to_leave = FREELY, 0
        else:
            self.ends, self.needs = FREELY, 0

    def derive(self) -> Iterator[Option]:
        return iter(())

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:  # noqa: ARG002 - it has no event
        return self if leaving or not self.left else None


class Never(Residual):
    """What allows no run: a part that has to be left by a `break` before it comes to this."""

    __slots__ = ()

    def derive(self) -> Iterator[Option]:
        return iter(())

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:  # noqa: ARG002 - it has no run
        return None


class One(Residual):
    """One event."""

    __slots__ = ("expected",)

    def __init__(self, made: Maker, expected: Expected) -> None:
        super().__init__(made)
        self.expected = expected
        self.needs = 1

    def derive(self) -> Iterator[Option]:
        yield Option(self.expected, self.made.done)

    def names(self, name: str) -> bool:
        return any(hole.name == name for text in self.expected.patterns for hole in text.holes)

    def lifelines(self) -> Names:
        return lifelines_of(self.expected) or NO_NAMES

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:  # noqa: ARG002 - it does not leave
        own = lifelines_of(self.expected)
        return None if own is None or lifelines is None or own & lifelines else self

    def renamed(self, names: Mapping[str, str]) -> Residual:
        return self.made.one(self.made.with_names(self.expected, names))


class Chain(Residual):
    """Items one after the other, from one of them on; weak: in order only where they share a lifeline."""

    __slots__ = ("_items", "_start", "_weak")

    def __init__(self, made: Maker, items: Items, start: int, *, weak: bool) -> None:
        super().__init__(made)
        self._items, self._start, self._weak = items, start, weak
        self.ends, self.leaves = items.ends[start], items.leaves[start]
        self.needs, self.to_leave = items.needs[start], items.to_leave[start]
        self.locked = items.items[start].locked

    def asked(self) -> Sequence[Residual]:
        head = self._items.items[self._start]
        return (head, self._rest) if self._weak or head.ends else (head,)

    def derive(self) -> Iterator[Option]:
        return _sequenced(self.made, self._items.items[self._start], self._rest, weak=self._weak)

    def names(self, name: str) -> bool:
        return self._items.hold(name, self._start)

    def lifelines(self) -> Names:
        return NO_NAMES.union(*(item.lifelines() for item in self._left))

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = _in_order_without(self.made, self._left, lifelines, leaving=leaving)
        return None if kept is None else self.made.chain(kept, weak=self._weak)

    def renamed(self, names: Mapping[str, str]) -> Residual:
        return self.made.chain([item.renamed(names) for item in self._left], weak=self._weak)

    @property
    def _left(self) -> Sequence[Residual]:
        return self._items.items[self._start :]

    @property
    def _rest(self) -> Residual:
        return self.made.rest(self._items, self._start + 1, weak=self._weak)


class Then(Residual):
    """A part that is under way, and what comes after it."""

    __slots__ = ("_weak",)

    def __init__(self, made: Maker, first: Residual, then: Residual, *, weak: bool) -> None:
        super().__init__(made, first, then)
        self._weak = weak
        self.ends = both(first.ends, then.ends)
        self.leaves = either(first.leaves, both(first.ends, then.leaves))
        self.needs = first.needs + then.needs
        self.to_leave = min(first.to_leave, first.needs + then.to_leave)
        self.locked = first.locked or (weak and then.locked)

    def asked(self) -> Sequence[Residual]:
        return self.parts if self._weak or self.parts[0].ends else self.parts[:1]

    def derive(self) -> Iterator[Option]:
        return _sequenced(self.made, *self.parts, weak=self._weak)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.then(*parts, weak=self._weak)

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = _in_order_without(self.made, self.parts, lifelines, leaving=leaving)
        return None if kept is None else self.like(kept)

    def names(self, name: str) -> bool:
        residual: Residual = self
        while isinstance(residual, Then):
            if residual.parts[0].holds(name):
                return True
            residual = residual.parts[1]
        return residual.holds(name)


def _in_order_without(
    made: Maker, parts: Sequence[Residual], lifelines: Names | None, *, leaving: bool
) -> list[Residual] | None:
    """The parts without events on these lifelines; up to one that has no such run, if a part before it may be left."""
    kept: list[Residual] = []
    for part in parts:
        less = part.without(lifelines, leaving=leaving)
        if less is None:
            return [*kept, made.never] if leaving and any(each.to_leave < inf for each in kept) else None
        kept.append(less)
    return kept


def _sequenced(made: Maker, first: Residual, then: Residual, *, weak: bool) -> Iterator[Option]:
    if not (weak and then.locked):
        for option in first.options:
            apart = made.apart(option, then) if weak else option
            yield apart._replace(after=made.then(apart.after, then, weak=weak))
    if first.locked or not (weak or first.ends):
        return
    for option in then.options:
        if weak:
            for narrowed, before in _before(first, option):
                apart = made.apart(narrowed, before)
                yield apart._replace(after=made.then(before, apart.after, weak=weak))
        else:
            for guards in first.ends:
                yield _after(guards, option) if guards else option


def _after(guards: Guards, option: Option) -> Option:
    """The option, where what comes before it has to end under these guards."""
    if option.resets:
        return option._replace(closing=option.closing | guards)
    return option._replace(guards=option.guards | guards)


def _before(first: Residual, option: Option) -> Iterator[tuple[Option, Residual]]:
    """What may still come of `first` after an event of what follows it weakly."""
    if isinstance(option.expected, Expected):
        before = first.without(lifelines_of(option.expected), leaving=False)
        if before is not None:
            yield option, before
        return
    among = first.lifelines()
    # A message has two lifelines at most.
    for count in range(3):
        for touching in map(frozenset, combinations(sorted(among), count)):
            expected = option.expected.narrowed(among, touching)
            before = first.without(touching, leaving=False)
            if expected is not None and before is not None:
                yield option._replace(expected=expected), before


class Either(Residual):
    """One of the parts."""

    __slots__ = ()

    def __init__(self, made: Maker, *parts: Residual) -> None:
        super().__init__(made, *parts)
        for part in parts:
            self.ends, self.leaves = either(self.ends, part.ends), either(self.leaves, part.leaves)
        self.needs, self.to_leave = min(part.needs for part in parts), min(part.to_leave for part in parts)

    def derive(self) -> Iterator[Option]:
        return (option for part in self.parts for option in part.options)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.either(parts)

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = (part.without(lifelines, leaving=leaving) for part in self.parts)
        parts = [part for part in kept if part is not None]
        return self.like(parts) if parts else None


class Guarded(Residual):
    """Its part, where a comparison holds."""

    __slots__ = ("_comparison",)

    def __init__(self, made: Maker, part: Residual, comparison: Comparison) -> None:
        super().__init__(made, part)
        self._comparison = comparison
        asked = frozenset({frozenset({comparison})})
        self.ends, self.leaves = both(part.ends, asked), both(part.leaves, asked)
        self.needs, self.to_leave = part.needs, part.to_leave

    def derive(self) -> Iterator[Option]:
        return (option._replace(guards=option.guards | {self._comparison}) for option in self.parts[0].options)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.guarded(parts[0], self._comparison)

    def names(self, name: str) -> bool:
        return name in names_of(self._comparison) or super().names(name)

    def renamed(self, names: Mapping[str, str]) -> Residual:
        return self.made.guarded(self.parts[0].renamed(names), renamed(self._comparison, names))


class Loop(Residual):
    """Its part, again and again."""

    __slots__ = ("_times",)

    def __init__(self, made: Maker, part: Residual, times: Times) -> None:
        super().__init__(made, part)
        self._times = times
        # An iteration in which nothing happens has no values to be asked about.
        self.ends = without(part.ends, times.fresh) if times.least else FREELY
        self.leaves, self.to_leave = without(part.leaves, times.fresh), part.to_leave
        self.needs = times.least * part.needs if times.least else 0

    def derive(self) -> Iterator[Option]:
        weak = self._times.weak
        for option in self.parts[0].options:
            own = option._replace(resets=option.resets | self._times.fresh)
            for narrowed, earlier, later in self._around(own):
                after = self.made.then(narrowed.after, later, weak=weak)
                yield narrowed._replace(after=self.made.then(earlier, after, weak=weak))

    def _around(self, option: Option) -> Iterator[tuple[Option, Residual, Residual]]:
        """The iterations that begin before and after the one that an event belongs to."""
        part, times = self.parts[0], self._times
        yield option, self.made.done, self.made.loop(part, times.after(1))
        if not times.weak:
            return
        last = int(times.most - 1) if times.most < inf else max(times.least - 1, 1)
        for narrowed, body in _before(part, option):
            for count in range(1, last + 1) if body is not self.made.done else ():
                most = inf if times.most == inf and count == last else count
                earlier = self.made.loop(body, times._replace(least=count, most=most))
                yield narrowed, earlier, self.made.loop(part, times.after(1 + count))

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.loop(parts[0], self._times)

    def names(self, name: str) -> bool:
        return name not in self._times.fresh and super().names(name)

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = super().without(lifelines, leaving=leaving)
        return self.made.done if kept is None and not self._times.least else kept

    def renamed(self, names: Mapping[str, str]) -> Residual:
        return super().renamed({name: new for name, new in names.items() if name not in self._times.fresh})


class Parallel(Residual):
    """All of the parts, interleaved."""

    __slots__ = ()

    def __init__(self, made: Maker, *parts: Residual) -> None:
        super().__init__(made, *parts)
        self.ends, self.needs = FREELY, 0
        for part in parts:
            left = both(self.leaves, either(part.ends, part.leaves))
            self.leaves = either(left, both(self.ends, part.leaves))
            self.ends = both(self.ends, part.ends)
            self.to_leave = min(self.to_leave + min(part.needs, part.to_leave), self.needs + part.to_leave)
            self.needs += part.needs

    def derive(self) -> Iterator[Option]:
        locked = [part for part in self.parts if part.locked]
        for number, part in enumerate(self.parts):
            if part.locked or not locked:
                for option in part.options:
                    yield option._replace(
                        after=self.made.parallel((*self.parts[:number], option.after, *self.parts[number + 1 :]))
                    )

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.parallel(parts)


class Critical(Residual):
    """Its part, with nothing in between; begun: at least one more event comes of it."""

    __slots__ = ()

    def __init__(self, made: Maker, part: Residual, *, begun: bool) -> None:
        super().__init__(made, part)
        self.locked = begun
        if begun:
            self.needs, self.to_leave = max(part.needs, 1), max(part.to_leave, 1)
        else:
            self.ends, self.leaves, self.needs, self.to_leave = part.ends, part.leaves, part.needs, part.to_leave

    def derive(self) -> Iterator[Option]:
        for option in self.parts[0].options:
            for ways, after in ((option.after.ends, self.made.done), (option.after.leaves, self.made.left)):
                for guards in ways:
                    yield option._replace(after=after, guards=option.guards | guards)
            if option.after.options:
                yield option._replace(after=self.made.critical(option.after, begun=True))

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.critical(parts[0], begun=self.locked)


class AnyOrder(Residual):
    """The parts in any order, each whole."""

    __slots__ = ("_weak",)

    def __init__(self, made: Maker, parts: tuple[Residual, ...], *, weak: bool) -> None:
        super().__init__(made, *parts)
        self._weak = weak
        self.ends = FREELY
        for part in parts:
            self.ends, self.leaves = both(self.ends, part.ends), either(self.leaves, part.leaves)
        self.needs, self.to_leave = sum(part.needs for part in parts), min(part.to_leave for part in parts)

    def derive(self) -> Iterator[Option]:
        for number, part in enumerate(self.parts):
            others = (*self.parts[:number], *self.parts[number + 1 :])
            for option in part.options:
                for narrowed, earlier, later in self._around(option, others):
                    after = self.made.then(narrowed.after, later, weak=self._weak)
                    yield narrowed._replace(after=self.made.then(earlier, after, weak=self._weak))

    def _around(self, option: Option, others: tuple[Residual, ...]) -> Iterator[tuple[Option, Residual, Residual]]:
        """Which of the others begin before and after the one that an event belongs to."""
        yield option, self.made.done, self.like(others)
        if not self._weak:
            return
        for count in range(1, len(others) + 1):
            for before in combinations(range(len(others)), count):
                later = self.like([other for each, other in enumerate(others) if each not in before])
                for narrowed, earlier in _before(self.like([others[each] for each in before]), option):
                    yield narrowed, earlier, later

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.any_order(parts, weak=self._weak)

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        less = [part.without(lifelines, leaving=leaving) for part in self.parts]
        kept = [part for part in less if part is not None]
        if len(kept) == len(less):
            return self.like(kept)
        return self.like([*kept, self.made.never]) if leaving and any(part.to_leave < inf for part in kept) else None


class Ignoring(Residual):
    """Its part, with other messages in between."""

    __slots__ = ("_filter",)

    def __init__(self, made: Maker, part: Residual, ignored: Filter) -> None:
        super().__init__(made, part)
        self._filter = ignored
        self.ends, self.leaves, self.needs, self.to_leave = part.ends, part.leaves, part.needs, part.to_leave

    def derive(self) -> Iterator[Option]:
        for option in self.parts[0].options:
            yield option._replace(after=self.like([option.after]))
        yield Option(self._filter, self)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.ignoring(parts[0], self._filter)

    def names(self, name: str) -> bool:
        return name in self._filter.named or super().names(name)

    def lifelines(self) -> Names:
        return self.made.lifelines

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = self.parts[0].without(lifelines, leaving=leaving)
        narrowed = self._filter.narrowed(lifelines, NO_NAMES) if lifelines is not None else None
        return kept if kept is None or narrowed is None else self.made.ignoring(kept, narrowed)

    def renamed(self, names: Mapping[str, str]) -> Residual:
        return self.made.ignoring(self.parts[0].renamed(names), self._filter.renamed(names))


class Caught(Residual):
    """Its part; a `break` in it leaves nothing else."""

    __slots__ = ()

    def __init__(self, made: Maker, part: Residual) -> None:
        super().__init__(made, part)
        self.ends, self.needs = either(part.ends, part.leaves), min(part.needs, part.to_leave)

    def derive(self) -> Iterator[Option]:
        return (option._replace(after=self.made.caught(option.after)) for option in self.parts[0].options)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.caught(parts[0])

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:  # noqa: ARG002 - what is left here is caught
        return super().without(lifelines, leaving=True)


class Negative(Residual):
    """Nothing; its part is forbidden, and once it is begun it is gone through to its end."""

    __slots__ = ("_begun",)

    def __init__(self, made: Maker, part: Residual, *, begun: bool) -> None:
        super().__init__(made, part)
        self._begun = begun
        self.ends, self.needs = (part.ends, part.needs) if begun else (FREELY, 0)

    def derive(self) -> Iterator[Option]:
        for option in self.parts[0].options:
            yield option._replace(after=self.made.negative(option.after, begun=True), forbidden=True)

    def like(self, parts: Sequence[Residual]) -> Residual:
        return self.made.negative(parts[0], begun=self._begun)

    def without(self, lifelines: Names | None, *, leaving: bool) -> Residual | None:
        kept = super().without(lifelines, leaving=leaving)
        return self.made.done if kept is None and not self._begun else kept
