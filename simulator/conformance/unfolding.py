"""From a term to what remains of it before anything happened.

Lives here: which residual each operator of a term begins as (semantics.md 2 of the design). Pure. Must not live here:
what happens to residuals then (`frontier`).

Laws: an event that is not compared leaves nothing. A `break` is caught where the innermost operand that is written in
the diagram ends; that of a loop's body where the loop ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from simulator.conformance.contexts import Context, contexts, operands_of
from simulator.conformance.filters import NO_NAMES, Filter, Names
from simulator.conformance.residual import Residual, Times, holes_of, lifelines_of, names_of
from simulator.conformance.residuals import Residuals
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
    walk,
)

Kept = Callable[[Expected], bool]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What remains of a diagram at first, and what makes the rest.

    fresh: the holes that are new in each iteration of a loop. filters: those of `ignore` and `consider`.
    """

    start: Residual
    made: Residuals
    fresh: Names
    filters: tuple[Filter, ...] = ()


def unfold(expectation: Expectation, kept: Kept, known: Names = NO_NAMES, *, weak: bool = False) -> Unfolded:
    """Begin a diagram.

    kept: whether an event is compared. known: holes that have one value, given beforehand. weak: events are in order
    only where they share a lifeline.
    """
    fresh = frozenset(name for term in walk(expectation.term) if isinstance(term, Loop) for name in term.fresh) - known
    own = (lifelines_of(event) or NO_NAMES for event in expectation.events if kept(event))
    made = Residuals(NO_NAMES.union(*own))
    unfolding = _Unfolding(made, kept, fresh, frozenset(holes_of(expectation.events)))
    done: list[Residual] = []
    # The last comes first: of each term the parts are there before it, the first of them on top.
    for term, context in reversed(list(contexts(expectation.term, Context(weak=weak), fresh))):
        count = len(operands_of(term))
        parts = [done.pop() for _ in range(count)]
        done.append(unfolding.residual(term, context, parts))
    return Unfolded(made.caught(done.pop()), made, fresh, tuple(unfolding.filters))


class _Unfolding:
    """Makes the residual of a term from those of its parts."""

    def __init__(self, made: Residuals, kept: Kept, fresh: Names, holes: Names) -> None:
        self._made = made
        self._kept = kept
        self._fresh = fresh
        self._holes = holes
        self.filters: list[Filter] = []

    def residual(self, term: Term, context: Context, parts: Sequence[Residual]) -> Residual:
        made = self._made
        match term:
            case Expected():
                return made.one(term) if self._kept(term) else made.done
            case Strict():
                return made.chain(parts, weak=context.weak)
            case Loop(least=least, most=most, fresh=fresh):
                own = fresh & self._fresh
                body = self._guarded(term.operands[0], parts[0], context.scope | own)
                times = Times(least, inf if most is None else most, own, context.weak)
                return made.caught(made.loop(body, times))
            case AnyOrder(operands=(Operand(body=Alternatives(written=False)) as operand,)):
                return self._guarded(operand, made.either(parts), context.scope)
            case AnyOrder(operands=(operand,)):
                body = self._guarded(operand, made.any_order(parts, weak=context.weak), context.scope)
                return made.caught(body)
            case _:
                pairs = zip(term.operands, parts, strict=True)
                bodies = [self._guarded(operand, part, context.scope) for operand, part in pairs]
                return self._combined(term, context, [made.caught(body) for body in bodies] if term.written else bodies)

    def _combined(self, term: Combined, context: Context, parts: Sequence[Residual]) -> Residual:  # noqa: PLR0911 - one per kind
        made, first = self._made, parts[0]
        match term:
            case Alternatives() | Use():
                return made.either(parts)
            case Option():
                return made.either((first, made.done))
            case Break():
                return made.either((made.chain((first, made.left), weak=context.weak), made.done))
            case Parallel():
                return made.parallel(parts)
            case Critical():
                return made.critical(first, begun=False)
            case Negative():
                return made.negative(first, begun=False)
            case Ignore(messages=messages):
                names = frozenset(hole.name for text in messages for hole in text.holes)
                # Those that are new elsewhere are free for each message, too.
                return self._ignoring(first, Filter(messages, names & self._holes - (self._fresh - context.scope)))
            case Consider(messages=messages):
                return self._ignoring(first, Filter(messages, considered=True))
            case Group(begin=begin, end=end):
                marks = [made.one(mark) if mark and self._kept(mark) else made.done for mark in (begin, end)]
                return made.chain((marks[0], first, marks[1]), weak=context.weak)
            case _:
                return first

    def _ignoring(self, part: Residual, ignored: Filter) -> Residual:
        self.filters.append(ignored)
        return self._made.ignoring(part, ignored)

    def _guarded(self, operand: Operand, body: Residual, scope: Names) -> Residual:
        """The body under its guard; one about holes that are new elsewhere decides nothing."""
        comparison = operand.guard.comparison
        if comparison is None or not self._fresh.isdisjoint(set(names_of(comparison)) - scope):
            return body
        return self._made.guarded(body, comparison)
