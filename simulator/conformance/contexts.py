"""All parts of a term, each with where it stands.

Lives here: the walk through a term that knows whether order is weak, and which holes the loops around make new. Pure.
Must not live here: what is made of the parts (`unfolding`).

Law: each term comes before its parts, and these in reading order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from simulator.conformance.filters import NO_NAMES, Names
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Expected,
    Group,
    Loop,
    Operand,
    Strict,
    Term,
    Weak,
)


@dataclass(frozen=True, slots=True)
class Context:
    """Where a term stands: whether order is weak there, and which holes the loops around it make new."""

    weak: bool
    scope: Names = NO_NAMES


def contexts(term: Term, context: Context, fresh: Names) -> Iterator[tuple[Term, Context]]:
    """All terms, each before its parts, with where they stand."""
    stack = [(term, context)]
    while stack:
        term, context = stack.pop()
        yield term, context
        inner = context
        match term:
            case Weak():
                inner = Context(weak=True, scope=context.scope)
            case Group(begin=None):
                inner = Context(weak=False, scope=context.scope)
            case Loop(fresh=own):
                inner = Context(weak=context.weak, scope=context.scope | (own & fresh))
            case _:
                pass
        stack += [(part, inner) for part in reversed(operands_of(term))]


def operands_of(term: Term) -> Sequence[Term]:
    """What a term is put together from: of `any order` its elements, of other operators the bodies of operands."""
    match term:
        case Expected():
            return ()
        case Strict(items):
            return items
        case AnyOrder(operands=(Operand(body=Strict(items)),)):
            return items
        case AnyOrder(operands=(Operand(body=Alternatives(written=False) as inner),)):
            # With `else`: the elements of each operand in any order.
            return [replace(term, operands=(each,)) for each in inner.operands]
        case _:
            return [operand.body for operand in term.operands]
