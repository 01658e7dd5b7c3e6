"""Whether events are a run of a diagram: the part of `evidence` that knows operators.

Lives here: `Diagram`, which owns the events of a run. Must not live here: texts and counts (`evidence`), the rules of
the search (`frontier`), with which it shares no code.

Law: an event belongs to the one place of the diagram that expects it, so that only the iterations of loops, and who of
several `ignore` let a message pass, have to be found.
"""

import operator
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import NamedTuple

from simulator.conformance.verdict import Step, Verdict
from simulator.events import Trace
from simulator.interaction import terms as t
from simulator.interaction.holes import Hole

Ends = frozenset[bool]
"""How a part may end with a run: False: as it is drawn; True: by a `break`; empty: not at all."""
NOT_AT_ALL, DRAWN, BROKEN = Ends(), Ends({False}), Ends({True})
_RELATIONS = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MOST_WORK = 200_000


class TooMuch(Exception):
    """It is too much to confirm."""


class _Entry(NamedTuple):
    """One event of the run as it should be: its number there, its leaf in the term, its step, what it touches."""

    number: int
    leaf: int
    step: Step
    lifelines: frozenset[str] | None


class _Where(NamedTuple):
    """Where a part stands: the values of holes in these iterations; weak: in order only along lifelines."""

    values: Mapping[str, str | None]
    weak: bool


_Run = Sequence[_Entry]


class Diagram:
    """The term, which leaves each of its parts owns, and the run that the trace should have been."""

    def __init__(
        self, expectation: t.Expectation, trace: Trace, verdict: Verdict, left_out: Callable[[t.Expected], bool],
        given: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.term, self.trace, self.told, self.left_out = expectation.term, trace, verdict.bindings, left_out
        # An event is a leaf; what passes in an `ignore` is one more, in front of those of its body.
        self.leaves = [x for x in t.walk(self.term) if isinstance(x, t.Expected | t.Ignore | t.Consider)]
        self.leaf = {id(term): number for number, term in enumerate(self.leaves)}
        self.spans: dict[int, range] = {}
        self.measure(self.term, 0)
        self.in_loops = {n for loop in t.walk(self.term) if isinstance(loop, t.Loop) for n in loop.fresh} - {*given}
        self.holes = {h.name: h for event in expectation.events for text in event.patterns for h in text.holes}
        self.steps = [step for step in verdict.alignment if step.kind != "unexpected"]
        self.used = Counter(pair for step in self.steps for pair in step.values.items())
        self.globals = {n: v for n, v in (*verdict.bindings.items(), *given.items()) if isinstance(v, str)}
        self.run: list[_Entry] = []
        self.work = 0

    def measure(self, term: t.Term, start: int) -> int:
        """Find which leaves belong to a term; the number after the last comes back."""
        stop = start + (id(term) in self.leaf)
        for part in _parts(term):
            stop = self.measure(part, stop)
        self.spans[id(term)] = range(start, stop)
        return stop

    def problem(self, *, weak: bool) -> str | None:
        """Why the values, or the run, are none of the diagram."""
        told = [(n, v) for n, value in self.told.items() for v in ((value,) if isinstance(value, str) else value)]
        times = Counter(value for _, value in told)
        for name, value in self.used:
            if (name, value) not in told or (name not in self.in_loops and self.globals.get(name) != value):
                return f"{name} has the value {value!r}, and the verdict tells another"
            if self.holes[name].fresh and times[value] > 1:
                return f"{name} has the value of another hole"
        for owners in product(*map(self.owners, self.steps)):
            pairs = enumerate(zip(owners, self.steps, strict=True))
            self.run = [_Entry(n, leaf, step, self.lifelines(step)) for n, (leaf, step) in pairs]
            if self.ends(self.term, self.run, _Where({}, weak)):
                return None
        return "the events are no run of the diagram"

    def owners(self, step: Step) -> list[int]:
        """The leaves that a step may belong to: more than one only where several `ignore` let a message pass."""
        if step.expected:
            return [self.leaf[id(step.expected)]] if id(step.expected) in self.leaf else []
        event, found = self.trace.events[step.position], list[int]()
        for number, term in enumerate(self.leaves):
            if isinstance(term, t.Ignore | t.Consider) and event.kind == "message":
                named = {*self.holes} - self.in_loops if isinstance(term, t.Ignore) else set[str]()
                # What passes gives holes of the diagram their values, too, and then the verdict tells them.
                texts = [x for x in term.messages if named.isdisjoint({h.name for h in x.holes} - {*self.globals})]
                known = {name: value for name, value in self.globals.items() if name in named}
                any_of = any(_reads(text.parts, fold(event.label), known) for text in texts)
                found += [number] * (any_of == isinstance(term, t.Ignore))
        return found

    def lifelines(self, step: Step) -> frozenset[str] | None:
        """What puts an event in order with others; None: it is in order with all."""
        event = step.expected or self.trace.events[step.position]
        ends = {event.source, event.target} if event.kind == "message" else {*event.on}
        return frozenset(ends) - {"[", "]", "?"} if event.kind in {"message", "note"} else None

    def ends(self, term: t.Term, run: _Run, where: _Where) -> Ends:
        """How a term may end with the events of a run that it owns."""
        self.spend()
        match term:
            case t.Expected():
                ends = DRAWN if len(run) == (not self.left_out(term)) else NOT_AT_ALL
            case t.Strict(items):
                ends = self.sequence(items, run, where)
            case t.Loop():
                ends = DRAWN if self.cut(term, run, where) else NOT_AT_ALL
            case t.Parallel(operands=operands):
                owned = [[entry for entry in run if entry.leaf in self.spans[id(each.body)]] for each in operands]
                ways = [self.operand(each, part, where) for each, part in zip(operands, owned, strict=True)]
                ends = Ends(any(way) for way in product(*ways))
            case _:
                ends = self.one_of(term, run, where)
        caught = ends and isinstance(term, t.Combined) and term.written and not isinstance(term, t.Break)
        return DRAWN if caught else ends

    def one_of(self, term: t.Combined, run: _Run, where: _Where) -> Ends:
        """How an operator ends of which one operand, or none, has the run."""
        drawn = DRAWN if not run and isinstance(term, t.Option | t.Break | t.Negative) else NOT_AT_ALL
        marks = [term.begin, term.end] if isinstance(term, t.Group) else []
        for mark, at in zip(marks, (0, -1), strict=False):
            if mark and not self.left_out(mark):
                if not run or run[at].step.expected is not mark:
                    return NOT_AT_ALL
                run = run[1:] if at == 0 else run[:-1]
        if isinstance(term, t.Ignore | t.Consider):
            run = [entry for entry in run if entry.leaf != self.leaf[id(term)]]
        good = not isinstance(term, t.Negative) or all(entry.step.kind == "forbidden" for entry in run)
        if not good or (isinstance(term, t.Critical) and not self.together(run, self.spans[id(term)])):
            return NOT_AT_ALL
        where = where._replace(weak=isinstance(term, t.Weak) or (where.weak and marks != [None, None]))
        ends = self.any_of(term.operands, run, where, shuffled=isinstance(term, t.AnyOrder))
        return (BROKEN if ends and isinstance(term, t.Break) else ends) | drawn

    def any_of(self, operands: Sequence[t.Operand], run: _Run, where: _Where, *, shuffled: bool) -> Ends:
        """How those operands may end that own the whole run."""
        own = [each for each in operands if all(entry.leaf in self.spans[id(each.body)] for entry in run)]
        return Ends().union(*(self.operand(each, run, where, shuffled=shuffled) for each in own))

    def operand(self, operand: t.Operand, run: _Run, where: _Where, *, shuffled: bool = False) -> Ends:
        """How an operand may end, if its guard allows it; shuffled: its elements may come in any order."""
        if not self.holds(operand, where):
            return NOT_AT_ALL
        match operand.body:
            case t.Strict(items) if shuffled:
                met = list(dict.fromkeys(self.split(items, run)))
                # A `break` without events goes first, so that the others need not come.
                rest = [n for n in range(len(items)) if n not in met]
                rest.sort(key=lambda n: True not in self.ends(items[n], [], where))
                orders = permutations(met) if where.weak else [tuple(met)]
                return Ends().union(*(self.sequence([items[n] for n in (*o, *rest)], run, where) for o in orders))
            case t.Alternatives(written=False, operands=operands) if shuffled:
                return self.any_of(operands, run, where, shuffled=True)
            case body:
                return self.ends(body, run, where)

    def sequence(self, parts: Sequence[t.Term], run: _Run, where: _Where) -> Ends:
        """One after the other, after a `break` none; weak: in order only along lifelines."""
        owned, floor, top, last = [list[_Entry]() for _ in parts], 0, 0, dict[str, int]()
        for entry, number in zip(run, self.split(parts, run), strict=True):
            lines = entry.lifelines if where.weak else None
            if number < (top if lines is None else max([floor, *(last.get(line, 0) for line in lines)])):
                return NOT_AT_ALL
            floor, top = number if lines is None else floor, max(top, number)
            last.update((line, number) for line in lines or ())
            owned[number].append(entry)
        found, left = NOT_AT_ALL, len(run)
        for part, own in zip(parts, owned, strict=True):
            ends, left = self.ends(part, own, where), left - len(own)
            found |= BROKEN if True in ends and not left else NOT_AT_ALL
            if False not in ends:
                return found
        return found | DRAWN

    def split(self, parts: Sequence[t.Term], run: _Run) -> list[int]:
        """For each event the number of the part that owns it."""
        spans = sorted((self.spans[id(part)].start, self.spans[id(part)].stop, n) for n, part in enumerate(parts))
        starts = [start for start, _, _ in spans]
        return [spans[bisect_right(starts, entry.leaf) - 1][2] for entry in run]

    def cut(self, loop: t.Loop, run: _Run, where: _Where) -> bool:
        """Whether the run can be cut into iterations."""
        inner = [term for term in t.walk(loop.body) if isinstance(term, t.Loop | t.Ignore | t.Consider)]
        again = {leaf for x in inner for leaf in (self.spans[id(x)] if isinstance(x, t.Loop) else [self.leaf[id(x)]])}
        seen, stack = set[tuple[object, int]](), [(run, 0)]
        while stack:
            rest, count = stack.pop()
            key = tuple(entry.number for entry in rest) if where.weak else len(rest), count
            if key in seen or (rest and count == loop.most):
                continue
            seen.add(key)
            if not rest and (count >= loop.least or self.iteration(loop, [], where)):
                return True
            for taken, left in self.firsts(rest, again, where):
                ends = self.iteration(loop, taken, where)
                if True in ends and not left:
                    return True
                if False in ends:
                    stack.append((left, count + 1 if loop.most is not None else min(count + 1, loop.least)))
        return False

    def firsts(self, run: _Run, again: set[int], where: _Where) -> Iterator[tuple[_Run, _Run]]:
        """Every choice of events that may be an iteration before the others: none is in it twice but of inner loops."""
        stack = [(0, list[_Entry](), list[_Entry]())]
        while stack:
            number, taken, left = stack.pop()
            self.spend()
            if number == len(run) or (left and not where.weak):
                if taken:
                    yield taken, [*left, *run[number:]]
                continue
            entry = run[number]
            stack.append((number + 1, taken, [*left, entry]))
            pairs = [(entry.lifelines, each.lifelines) for each in left]
            free = all(one is not None and other is not None and not one & other for one, other in pairs)
            if free and (entry.leaf in again or all(entry.leaf != each.leaf for each in taken)):
                stack.append((number + 1, [*taken, entry], left))

    def iteration(self, loop: t.Loop, run: _Run, where: _Where) -> Ends:
        """How the body of a loop may end with the events of one iteration."""
        own = {name: {e.step.values[name] for e in run if name in e.step.values} for name in loop.fresh & self.in_loops}
        for name, values in own.items():
            uses = sum(name in entry.step.values for entry in run)
            if len(values) > 1 or (self.holes[name].fresh and any(self.used[name, value] != uses for value in values)):
                return NOT_AT_ALL
        known = {**where.values, **{name: next(iter(values), None) for name, values in own.items()}}
        return self.operand(loop.operands[0], run, where._replace(values=known))

    def together(self, run: _Run, span: range) -> bool:
        """Whether nothing is between the events but what an `ignore` around lets pass."""
        own = {entry.number for entry in run}
        between = self.run[run[0].number : run[-1].number] if run else []
        owners = [self.leaves[entry.leaf] for entry in between if entry.number not in own]
        around = [self.spans[id(owner)] for owner in owners if not isinstance(owner, t.Expected)]
        return len(around) == len(owners) and all(a.start <= span.start and span.stop <= a.stop for a in around)

    def holds(self, operand: t.Operand, where: _Where) -> bool:
        """Whether the guard is true, or has no value to go by."""
        if (comparison := operand.guard.comparison) is None:
            return True
        names = [comparison.hole] + [comparison.other] * comparison.named
        found = [(where.values if name in self.in_loops else self.globals).get(name) for name in names]
        one, other = [*found, comparison.other][:2]
        if one is None or other is None:
            return True
        numbers = self.holes[comparison.hole].type == "int"
        return bool(_RELATIONS[comparison.relation](*((float(one), float(other)) if numbers else (one, other))))

    def spend(self) -> None:
        """Count the work. Raises `TooMuch`."""
        self.work += 1
        if self.work > _MOST_WORK:
            raise TooMuch


def _parts(term: t.Term) -> Sequence[t.Term]:
    match term:
        case t.Expected():
            return ()
        case t.Strict(items):
            return items
        case t.Group(begin=begin, end=end):
            return [part for part in (begin, term.body, end) if part]
        case _:
            return [operand.body for operand in term.operands]


def fold(text: str) -> str:
    """Runs of blanks and line ends as one blank."""
    return re.sub(r"(\\\\)|(?:\s|\\[nlr])+", lambda found: found[1] or " ", text).strip(" ")


def _reads(parts: Sequence[str | Hole], text: str, known: Mapping[str, str]) -> bool:
    """Whether a text can be read by a pattern."""
    if not parts:
        return not text
    part, rest = parts[0], parts[1:]
    value = part if isinstance(part, str) else known.get(part.name)
    if value is not None or isinstance(part, str):
        return value is not None and text.startswith(value) and _reads(rest, text[len(value) :], known)
    ends = [end for end in range(1, len(text) + 1) if part.kind.allows(text[:end])]
    return any(_reads(rest, text[end:], {**known, part.name: text[:end]}) for end in ends)
