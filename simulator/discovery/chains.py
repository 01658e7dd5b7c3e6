"""Rules put together: an operation of several parts does what each of them alone would do.

Lives here: `chain`, and the meanings that go with it. Pure. Must not live here: lifting (`rules`), which parts an
operation has (a `campaign.system.Model` says so).

Law: what leaves a part by a `break` goes on with the next.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from simulator.discovery.rules import Meanings, Rule
from simulator.interaction.rebuilding import holes_of, renaming
from simulator.interaction.terms import Break, Group, Operand, Strict, Term, walk


def chain(groups: Sequence[Sequence[Rule]], shares: Iterable[tuple[int, int]] = itertools.repeat((1, 1))) -> Rule:
    """Put the rules for the parts of an operation together: group after group.

    shares: how many events at their beginning and end those of a group have in common (`TX commit`, `TX end`). Holes of
    part N, counted from 1, get `N.` in front of their names, after the `@`; so do `numbered` meanings.
    """
    number = itertools.count(1)
    items: list[Term] = []
    for group, (beginning, end) in zip(groups, shares, strict=False):
        parts = [list(_items(_numbered(rule.expectation.term, next(number)))) for rule in group]
        if len(parts) == 1:
            items += _closed(parts[0])
            continue
        items += parts[0][:beginning]
        for part in parts:
            items += _closed(part[beginning : len(part) - end])
        items += parts[-1][len(parts[-1]) - end :]
    first = groups[0][0]
    return replace(first, expectation=replace(first.expectation, term=Strict(tuple(items))))


def numbered(parts: Sequence[Meanings]) -> Meanings:
    """The meanings for a rule that was made by `chain`."""
    return {f"{number}.{name}": meaning for number, each in enumerate(parts, start=1) for name, meaning in each.items()}


def _numbered(term: Term, number: int) -> Term:
    return renaming({name: _in_part(name, number) for name in holes_of(term)})(term)


def _in_part(name: str, number: int) -> str:
    return f"@{number}.{name[1:]}" if name.startswith("@") else f"{number}.{name}"


def _items(term: Term) -> Iterator[Term]:
    """What stands one below the other, in frames too."""
    stack = [term]
    while stack:
        term = stack.pop()
        match term:
            case Strict(items):
                stack += reversed(items)
            case Group(begin=begin, end=end) if begin and end and not _breaks([term]):
                stack += (end, term.body, begin)
            case _:
                yield term


def _closed(items: Sequence[Term]) -> Sequence[Term]:
    """The same, as something that a `break` in it leaves."""
    return [Group((Operand(Strict(tuple(items))),))] if _breaks(items) else items


def _breaks(items: Sequence[Term]) -> bool:
    return any(isinstance(term, Break) for item in items for term in walk(item))
