"""What a diagram means, by enumeration: the words of its term, and the cheapest way from one of them to a trace.

Lives here: semantics.md 2 to 4 of the design, said again as sets of words and plain recursion, for small cases. Must
not live here: anything of `simulator.conformance`, which is judged by this.

A word is one way through the term. Cheap because of two cuts, which never change an answer: a part of a word is
dropped when it alone costs more than what is asked for, and a walk ends where even the best that could follow does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import NamedTuple, TypeAlias

from simulator.events import Event, Trace
from simulator.interaction.guards import Comparison
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expectation,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Operand,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
    walk,
)

Path: TypeAlias = tuple[
    tuple[int, int], ...
]  # for each loop around, which one and which iteration of it, outermost first
Key: TypeAlias = tuple[str, Path]  # a hole, and the iterations in which it is one and the same
Values: TypeAlias = dict[Key, str]
Bindings: TypeAlias = frozenset[tuple[str, str | tuple[str, ...]]]
Table: TypeAlias = list[list[int]]

NEVER = 1000
FRAMES = {"[", "]", "?"}


class TooLarge(Exception):
    """The case has more words than can be enumerated in a moment."""


class Skip(NamedTuple):
    """Messages that an `ignore` or a `consider` lets pass, in these iterations of the loops around it."""

    number: int
    path: Path


class Item(NamedTuple):
    """One step of a word: an expected event; or any number of messages that may pass; or one of them, the one `at`.

    event: the number of the expected event; -1: none. glued: nothing from outside may stand between it and the next.
    forbidden: it is of a `neg`, so it must be there, and costs 1.
    """

    event: int = -1
    path: Path = ()
    glued: bool = False
    forbidden: bool = False
    skips: frozenset[Skip] = frozenset()
    at: int = -1

    @property
    def is_star(self) -> bool:
        """Whether it stands for any number of messages."""
        return bool(self.skips) and self.at < 0


Items: TypeAlias = tuple[Item, ...]


class Word(NamedTuple):
    """A way through a term: its steps, the guards passed, and whether a `break` ended it."""

    items: Items = ()
    guards: frozenset[tuple[Comparison, Path]] = frozenset()
    broken: bool = False


Words: TypeAlias = set[Word]


@dataclass(frozen=True)
class Answer:
    """What is right to say of a case.

    positions: of the deviations, in order. bindings: all that the best alignments may have. forbidden: the most events
    that the best alignments can take for a word of a `neg`.
    """

    outcome: str
    cost: int
    positions: tuple[int, ...]
    bindings: frozenset[Bindings]
    forbidden: int = 0


def judge(expectation: Expectation, trace: Trace, order: str = "strict", most: int = 30_000) -> Answer:
    """Judge a small case. Raises `TooLarge` where more than `most` steps of words have to be looked at."""
    case = _Case(expectation, trace, weak=order == "lifeline", most=most)
    judged = any(event.is_data for event in trace.events)
    best = next(found for cost in range(NEVER) if (found := case.best(cost)))
    if best.cost == 0:
        return _outcome("conforms" if judged else "inconclusive", best)
    for missing in range(1, _weight(expectation.term) + 1):
        if found := case.best(missing, prefix=True):
            return _outcome("prefix" if judged else "inconclusive", found)
    if any(isinstance(term, Negative) for term in walk(expectation.term)):
        best = case.best(best.cost, forbidden=True) or best
    return _outcome("deviates" if judged else "inconclusive", best)


def _outcome(outcome: str, best: "_Best") -> Answer:
    return Answer(outcome, best.cost, best.positions, frozenset(best.bindings), best.forbidden)


def _weight(term: Term) -> int:
    """No run needs more events than these to be completed."""
    match term:
        case Expected():
            return 1
        case Strict(items):
            return sum(map(_weight, items))
        case Combined():
            whole = sum(_weight(operand.body) for operand in term.operands)
            return whole * max(1, term.least) if isinstance(term, Loop) else whole + 2 * isinstance(term, Group)


@dataclass
class _Best:
    cost: int
    positions: tuple[int, ...]
    bindings: set[Bindings]
    forbidden: int = 0


class _Here(NamedTuple):
    """How far an alignment has come: in the word and in the trace; positions of deviations and values so far."""

    step: int
    at: int
    deviations: tuple[int, ...]
    values: Values


class _Case:
    """One term and one trace: which events fit which, and what is asked for."""

    def __init__(self, expectation: Expectation, trace: Trace, *, weak: bool, most: int) -> None:
        self.term, self.weak, self.most = expectation.term, weak, most
        self.expected, self.actual = expectation.events, trace.events
        self.numbers = {id(event): number for number, event in enumerate(self.expected)}
        self.loops = {id(t): n for n, t in enumerate(t for t in walk(self.term) if isinstance(t, Loop))}
        self.fresh_in = {name: self.loops[id(t)] for t in walk(self.term) if isinstance(t, Loop) for name in t.fresh}
        self.holes = {hole.name: hole for e in self.expected for text in e.patterns for hole in text.holes}
        self.filters = [term for term in walk(self.term) if isinstance(term, Ignore | Consider)]
        # With weak sequencing it matters which messages pass; else it is enough that any may.
        self.named = weak or any(isinstance(term, Weak) for term in walk(self.term))
        self.pairs = [
            [self._pair(number, at) for at in range(len(self.actual))] for number in range(len(self.expected))
        ]
        self.budget, self.prefix, self.forbidden = 0, False, False
        self._least: dict[tuple[Items, bool, bool], int] = {}
        self._steps: dict[tuple[Item, bool], tuple[list[int], list[int], list[int]]] = {}
        self._passing: dict[tuple[Skip, int], bool] = {}

    def best(self, cost: int, *, prefix: bool = False, forbidden: bool = False) -> _Best | None:
        """The best of the alignments of exactly this cost, where none is cheaper; None: there is none.

        prefix: only those that miss events at the end. forbidden: those that find words of a `neg`, too.
        """
        self.budget, self.prefix, self.forbidden = cost, prefix, forbidden
        best = _Best(cost, (), set())
        # In one order, so that the work is always the same.
        words = sorted(self.words(self.term, (), weak=self.weak), key=lambda word: [each[:2] for each in word.items])
        for word in words:
            table = self.table(word.items, NEVER if prefix else 1)
            for positions, values in self.alignments(word.items, table, best):
                if not self.allows(values, word.guards):
                    continue
                if positions > best.positions:
                    best.positions, best.bindings, best.forbidden = positions, set(), 0
                best.bindings.add(self.told(values))
                best.forbidden = max(best.forbidden, sum(item.forbidden for item in word.items))
        return best if best.bindings else None

    # The words of a term.

    def words(self, term: Term, path: Path, *, weak: bool) -> Words:  # noqa: PLR0911  # one case for each operator
        """L(term), as far as a word may be a part of an answer that costs no more than asked."""
        match term:
            case Expected():
                return self.keep({Word((Item(self.numbers[id(term)], path),))})
            case Strict(items):
                return self.sequence([self.words(item, path, weak=weak) for item in items], weak=weak)
            case Loop():
                return self.loop(term, path, weak=weak)
            case AnyOrder():
                return _caught(self.in_any_order(term.operands[0], path, weak=weak))
            case Group(begin=begin, end=end):
                inside = _caught(self.operand(term.operands[0], path, weak=weak and begin is not None))
                marks = [self.words(mark, path, weak=weak) if mark else {Word()} for mark in (begin, end)]
                return self.sequence([marks[0], inside, marks[1]], weak=weak)
            case Weak():
                return _caught(self.operand(term.operands[0], path, weak=True))
        operands = [self.operand(operand, path, weak=weak) for operand in term.operands]
        if term.written:
            operands = [_caught(operand) for operand in operands]
        match term:
            case Alternatives() | Use():
                return set().union(*operands)
            case Option():
                return operands[0] | {Word()}
            case Break():
                return {word._replace(broken=True) for word in operands[0]} | {Word()}
            case Critical():
                return {word._replace(items=_glued(word.items)) for word in operands[0]}
            case Parallel():
                return self.interleaved(operands)
            case Negative():
                return {Word()} | {_forbidden(word) for word in operands[0] if self.forbidden and word.items}
            case Ignore() | Consider():
                skip = Skip(self.filters.index(term), path)
                return self.keep(new for word in operands[0] for new in self.letting_pass(word, skip))
            case _:
                raise AssertionError(term)

    def operand(self, operand: Operand, path: Path, *, weak: bool) -> Words:
        """The words of an operand, each with its guard."""
        return self.guarded(operand, self.words(operand.body, path, weak=weak), path)

    def guarded(self, operand: Operand, words: Words, path: Path) -> Words:
        """The words, with the guard of the operand."""
        if (comparison := operand.guard.comparison) is None:
            return words
        return {word._replace(guards=word.guards | {(comparison, path)}) for word in words}

    def sequence(self, parts: list[Words], *, weak: bool) -> Words:
        """One after the other: all ordered, or where they share a lifeline. A broken one is the last."""
        runs = {Word()}
        for part in parts:
            going, ended = {run for run in runs if not run.broken}, {run for run in runs if run.broken}
            runs = self.keep(new for run in going for word in part for new in self.joined(run, word, weak=weak)) | ended
        return runs

    def joined(self, first: Word, second: Word, *, weak: bool) -> Iterator[Word]:
        """Two words, one after the other."""
        guards = first.guards | second.guards
        if not weak:
            yield Word(first.items + second.items, guards, second.broken)
            return
        for items in _merges(first.items, second.items, self.independent):
            yield Word(items, guards, second.broken)

    def loop(self, term: Loop, path: Path, *, weak: bool) -> Words:
        """Iteration after iteration. One that takes no event, and need not be, changes nothing."""
        found, runs = set[Word](), {Word()}
        for count in range(term.least + len(self.actual) + 1):
            if count >= term.least:
                found |= runs
            if count == term.most:
                break
            body = self.operand(term.operands[0], (*path, (self.loops[id(term)], count)), weak=weak)
            if count >= term.least:
                body = {word for word in body if word.items}
            after = self.sequence([runs, body], weak=weak)
            found |= _caught({run for run in after if run.broken})
            runs = {run for run in after if not run.broken}
        return found

    def in_any_order(self, operand: Operand, path: Path, *, weak: bool) -> Words:
        """The elements in every order, one after the other."""
        match operand.body:
            case Strict(items):
                elements = [self.words(item, path, weak=weak) for item in items]
                orders = (self.sequence(list(order), weak=weak) for order in permutations(elements))
                return self.guarded(operand, set().union(*orders), path)
            case Alternatives(written=False, operands=operands):
                inner = [self.in_any_order(each, path, weak=weak) for each in operands]
                return self.guarded(operand, set().union(*inner), path)
            case other:
                return self.guarded(operand, self.words(other, path, weak=weak), path)

    def interleaved(self, operands: list[Words]) -> Words:
        """Every interleaving."""
        runs = {Word()}
        for operand in operands:
            runs = self.keep(
                Word(items, run.guards | word.guards, run.broken or word.broken)
                for run in runs
                for word in operand
                for items in _merges(run.items, word.items, lambda *_: True)
            )
        return runs

    def letting_pass(self, word: Word, skip: Skip) -> Iterator[Word]:
        """The word with messages that pass everywhere in it: any, or certain ones of the trace."""
        if not self.named:
            yield word._replace(items=_sprinkled(word.items, skip))
            return
        passing = [at for at in range(len(self.actual)) if self.passes(skip, at)]
        for count in range(len(passing) + 1):
            for chosen in combinations(passing, count):
                extra = tuple(Item(path=skip.path, skips=frozenset({skip}), at=at) for at in chosen)
                yield from (word._replace(items=items) for items in _mixed(word.items, extra))

    def independent(self, first: Item, second: Item) -> bool:
        """Whether they share no lifeline; marks share all."""
        one, other = self.lifelines(first), self.lifelines(second)
        return one is not None and other is not None and not one & other

    def lifelines(self, item: Item) -> frozenset[str] | None:
        """Those of a step; None: it is a mark."""
        event = self.actual[item.at] if item.event < 0 else self.expected[item.event]
        if event.kind not in {"message", "note"}:
            return None
        return frozenset({event.source, event.target} if event.kind == "message" else event.on) - FRAMES

    def keep(self, words: Iterable[Word]) -> Words:
        """Without the words that cost too much by themselves, whatever else the run holds."""
        kept = set()
        for word in words:
            self.spend(1)
            key = word.items, self.prefix, self.forbidden
            if key not in self._least:
                self.spend(len(word.items))
                self._least[key] = self.table(word.items, 0)[0][0]
            if self._least[key] <= self.budget:
                kept.add(word)
        return kept

    def spend(self, work: int) -> None:
        """Count the work. Raises `TooLarge`."""
        self.most -= work
        if self.most < 0:
            raise TooLarge

    # What a word costs.

    def table(self, items: Items, unexpected: int) -> Table:
        """For each step and each event of the trace, the least that the rest from there can cost, values not compared.

        unexpected: what an event costs that is not in the word.
        """
        size = len(self.actual)
        below = [min(NEVER, unexpected * (size - at)) for at in range(size + 1)]
        table = [below]
        for item in reversed(items):
            fits, passes, missed = self.step_costs(item)
            row = [0] * (size + 1)
            row[size] = below[size] + missed[size]
            for at in range(size - 1, -1, -1):
                taken = min(below[at + 1] + fits[at], below[at] + missed[at])
                row[at] = min(taken, row[at + 1] + min(passes[at], unexpected))
            table.append(row)
            below = row
        table.reverse()
        return table

    def step_costs(self, item: Item) -> tuple[list[int], list[int], list[int]]:
        """At each place of the trace: the cost of taking the event for this step, of letting it pass, of missing it."""
        key = item._replace(path=(), glued=False), self.prefix
        if key not in self._steps:
            size = len(self.actual)
            self._steps[key] = (
                [self.fits(item, at) for at in range(size)],
                [0 if item.is_star and any(self.passes(s, at) for s in item.skips) else NEVER for at in range(size)],
                [0 if item.is_star else 1 if self.may_miss(item, at) else NEVER for at in range(size + 1)],
            )
        return self._steps[key]

    def fits(self, item: Item, at: int) -> int:
        """What it costs to take the event for this step, values not compared."""
        if item.event < 0:
            return 0 if item.at == at else NEVER
        cost = self.pairs[item.event][at]
        if item.forbidden:
            return 1 if cost == 0 and not self.prefix else NEVER
        return NEVER if self.prefix and cost else cost

    def may_miss(self, item: Item, at: int) -> bool:
        """Whether the event of this step may be missing here."""
        return item.event >= 0 and not item.forbidden and (not self.prefix or at == len(self.actual))

    def alignments(self, items: Items, table: Table, best: "_Best") -> Iterator[tuple[tuple[int, ...], Values]]:
        """Every alignment that costs what is asked: positions of its deviations, values; none earlier than the best."""
        end = len(items), len(self.actual)

        def rest(here: _Here) -> Iterator[_Here]:
            if len(here.deviations) + table[here.step][here.at] > self.budget:
                return
            if here.deviations < best.positions[: len(here.deviations)]:
                return
            self.spend(1)
            if (here.step, here.at) == end:
                yield here
                return
            for there in self.moves(items, here):
                yield from rest(there)

        for found in rest(_Here(0, 0, (), {})):
            if len(found.deviations) == self.budget:
                yield found.deviations, found.values

    def moves(self, items: Items, here: "_Here") -> "Iterator[_Here]":
        """One step further: with the event for the next step of the word, or only one of the two."""
        step, at, deviations, values = here
        if step < len(items):
            item = items[step]
            if at < len(self.actual):
                yield from self.matches(item, here)
            if item.is_star:
                yield _Here(step + 1, at, deviations, values)
            elif self.may_miss(item, at):
                yield _Here(step + 1, at, (*deviations, at), values)
        if at < len(self.actual) and not self.prefix:
            yield _Here(step, at + 1, (*deviations, at), values)

    def matches(self, item: Item, here: "_Here") -> "Iterator[_Here]":
        """The next event taken for the next step of the word."""
        step, at, deviations, values = here
        if item.event < 0:
            if item.is_star or item.at == at:
                for bound in self.let_pass(item, at, values):
                    yield _Here(step if item.is_star else step + 1, at + 1, deviations, bound)
            return
        if self.pairs[item.event][at] == 0 and not (item.forbidden and self.prefix):
            more = (*deviations, at) if item.forbidden else deviations
            for bound in self.readings(self.expected[item.event], self.actual[at], item.path, values):
                yield _Here(step + 1, at + 1, more, bound)
        if self.near(item.event, at) and not item.forbidden and not self.prefix:
            yield _Here(step + 1, at + 1, (*deviations, at), values)

    def near(self, number: int, at: int) -> bool:
        """Whether the event of the trace may be this one, only different."""
        expected, actual = self.expected[number], self.actual[at]
        if expected.kind != actual.kind:
            return False
        match expected.kind:
            case "message":
                ends = [(expected.source, expected.target), (expected.target, expected.source)][: 1 + expected.both]
                return (actual.source, actual.target) in ends and expected.line == actual.line
            case "note":
                return (expected.on, expected.shape) == (frozenset(actual.on), actual.shape)
            case kind:
                return kind != "end"

    def _pair(self, number: int, at: int) -> int:
        if any(True for _ in self.readings(self.expected[number], self.actual[at], (), {}, free=True)):
            return 0
        return 1 if self.near(number, at) else NEVER

    # Texts and values.

    def readings(
        self, expected: Expected, actual: Event, path: Path, values: Values, *, free: bool = False
    ) -> Iterator[Values]:
        """The values with which the event is the expected one; free: whatever loops are around it."""
        ends = {(expected.source, expected.target)}
        if expected.both:
            ends.add((expected.target, expected.source))
        if (
            expected.kind != actual.kind
            or (actual.source, actual.target) not in ends
            or (expected.line, expected.shape) != (actual.line, actual.shape)
            or expected.on != frozenset(actual.on)
            or [note.shape for note in expected.notes] != [note.shape for note in actual.notes]
        ):
            return
        texts = [actual.text if actual.kind == "note" else actual.label, *(note.text for note in actual.notes)]
        pairs = list(zip(expected.patterns, map(fold, texts), strict=True))
        yield from _all_texts(pairs, values, (lambda name: (name, ())) if free else lambda name: self.key(name, path))

    def key(self, name: str, path: Path) -> Key | None:
        """Which hole a name is there; None where it is of a loop that is not around."""
        if (loop := self.fresh_in.get(name)) is None:
            return name, ()
        return next(((name, path[: n + 1]) for n, (each, _) in enumerate(path) if each == loop), None)

    def passes(self, skip: Skip, at: int) -> bool:
        """Whether an `ignore` or a `consider` lets this event pass, values of holes of the diagram not compared."""
        if (skip, at) not in self._passing:
            actual = self.actual[at]
            named = self.filters[skip.number].messages
            any_of = any(
                True for text in named for _ in _texts(text.parts, fold(actual.label), {}, lambda name: (name, ()))
            )
            ignores = isinstance(self.filters[skip.number], Ignore)
            self._passing[skip, at] = actual.kind == "message" and any_of == ignores
        return self._passing[skip, at]

    def let_pass(self, item: Item, at: int, values: Values) -> Iterator[Values]:
        """The values with which one of the steps' filters lets the event pass."""
        for skip in item.skips:
            if not self.passes(skip, at):
                continue
            if isinstance(self.filters[skip.number], Consider):
                yield values
                continue
            for text in self.filters[skip.number].messages:

                def key(name: str, path: Path = skip.path) -> Key:
                    known = self.key(name, path) if name in self.holes else None
                    return known or (name, ((0, -1 - at),))

                for bound in _texts(text.parts, fold(self.actual[at].label), values, key):
                    yield {each: value for each, value in bound.items() if not each[1] or each[1][0][1] >= 0}

    # The final values.

    def allows(self, values: Values, guards: Iterable[tuple[Comparison, Path]]) -> bool:
        """Whether the guards hold, and the values of fresh holes are those of no other hole."""
        for key, value in values.items():
            if self.holes[key[0]].fresh and any(other == value for each, other in values.items() if each != key):
                return False
        return all(self.holds(comparison, path, values) for comparison, path in guards)

    def holds(self, comparison: Comparison, path: Path, values: Values) -> bool:
        """Whether a comparison is true, or has no value to go by."""

        def value(name: str) -> str | None:
            key = self.key(name, path)
            return None if key is None else values.get(key)

        one = value(comparison.hole)
        other = value(comparison.other) if comparison.named else comparison.other
        if one is None or other is None:
            return True
        if self.holes[comparison.hole].type == "int":
            return _compare(comparison.relation, float(one), float(other))
        return _compare(comparison.relation, one, other)

    def told(self, values: Values) -> Bindings:
        """The values as a verdict tells them: those that are fresh in a loop as one list, iteration by iteration."""
        lists: dict[str, list[str]] = {}
        for name, path in sorted(values):
            lists.setdefault(name, []).append(values[name, path])
        return frozenset((name, tuple(each) if name in self.fresh_in else each[0]) for name, each in lists.items())


def _compare(relation: str, one: float | str, other: float | str) -> bool:
    order = (one > other) - (one < other)  # type: ignore[operator]  # both are numbers, or both texts
    return {"=": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
        relation
    ]


def _caught(words: Words) -> Words:
    """The words of an operand that a `break` in it has left."""
    return {word._replace(broken=False) for word in words}


def _glued(items: Items) -> Items:
    return tuple(item._replace(glued=True) for item in items[:-1]) + items[-1:]


def _forbidden(word: Word) -> Word:
    # What else may pass in it is not expected either, so it costs the same.
    return word._replace(items=tuple(item._replace(forbidden=True) for item in word.items if item.event >= 0))


def _sprinkled(items: Items, skip: Skip) -> Items:
    """Anything of `skip` before, between and after the steps, and together with what passes there already."""
    result: list[Item] = []
    glued = False
    for item in items:
        if item.is_star:
            result.append(item._replace(skips=item.skips | {skip}))
        else:
            result += [Item(skips=frozenset({skip}), glued=glued), item]
        glued = item.glued
    return (*result, Item(skips=frozenset({skip})))


def _mixed(items: Items, extra: Items, *, glued: bool = False) -> Iterator[Items]:
    """Every way to put the extra steps between the others, glued or not."""
    if not items or not extra:
        yield items + extra
        return
    for rest in _mixed(items[1:], extra, glued=items[0].glued):
        yield (items[0], *rest)
    for rest in _mixed(items, extra[1:], glued=glued):
        yield (extra[0]._replace(glued=glued), *rest)


def _merges(first: Items, second: Items, free: Callable[[Item, Item], bool]) -> Iterator[Items]:
    """Every interleaving in which steps of the second overtake only steps of the first that they are free of."""
    if not first or not second:
        yield first + second
        return
    one, other = _chunk(first), _chunk(second)
    # What may pass in an operand may do so while others go on.
    passing = frozenset[Skip]().union(
        *(chunk[0].skips for chunk in (one, other) if chunk[0].is_star and len(chunk) == 1)
    )
    gap = (Item(skips=passing),) if passing else ()
    for rest in _merges(first[len(one) :], second, free):
        yield _tidy((*gap, *(() if one[0].is_star and len(one) == 1 else one), *rest))
    if all(free(left, step) for left in first for step in other):
        for rest in _merges(first, second[len(other) :], free):
            yield _tidy((*gap, *(() if other[0].is_star and len(other) == 1 else other), *rest))


def _chunk(items: Items) -> Items:
    """The first step, and those glued to it."""
    end = next(number for number, item in enumerate(items, 1) if not item.glued)
    return items[:end]


def _tidy(items: Items) -> Items:
    """Twice the same that may pass is once."""
    return items[1:] if len(items) > 1 and items[0].is_star and items[0] == items[1] else items


def _all_texts(
    pairs: list[tuple[TextPattern, str]], values: Values, key: Callable[[str], Key | None]
) -> Iterator[Values]:
    if not pairs:
        yield values
        return
    for bound in _texts(pairs[0][0].parts, pairs[0][1], values, key):
        yield from _all_texts(pairs[1:], bound, key)


def _texts(
    parts: tuple[str | Hole, ...], text: str, values: Mapping[Key, str], key: Callable[[str], Key | None]
) -> Iterator[Values]:
    """Every way to read a text."""
    if not parts:
        if not text:
            yield dict(values)
        return
    part = parts[0]
    if isinstance(part, str):
        if text.startswith(part):
            yield from _texts(parts[1:], text[len(part) :], values, key)
        return
    name = key(part.name)
    assert name is not None, "a hole is expected only inside the loop it is of"
    ends = range(1, len(text) + 1) if name not in values else [len(values[name])]
    for end in ends:
        value = text[:end]
        if part.kind.allows(value) and values.get(name, value) == value:
            yield from _texts(parts[1:], text[end:], {**values, name: value}, key)
