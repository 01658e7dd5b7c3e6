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
from simulator.interaction.terms import Break, Expected, Group, Operand, Strict, Term, walk

Shares = Iterable[tuple[int, int]]
_ENDS: Shares = itertools.repeat((1, 1))


def chain(groups: Sequence[Sequence[Rule]], shares: Shares = _ENDS) -> Rule:
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


def origins(groups: Sequence[Sequence[Rule]], shares: Shares = _ENDS) -> Iterator[Sequence[tuple[int, int]]]:
    """For each event of a rule that was made by `chain`, in reading order, whose it is.

    That is the number of its part, counted from 0, and its own number there; of shared events those of all parts.
    """
    first = 0
    for group, (beginning, end) in zip(groups, shares, strict=False):
        sizes = [[_size(item) for item in _items(rule.expectation.term)] for rule in group]
        totals = [sum(each) for each in sizes]
        alone = len(group) == 1
        head = 0 if alone else sum(sizes[0][:beginning])
        tail = 0 if alone else sum(sizes[-1][len(sizes[-1]) - end :])
        parts = range(first, first + len(group))
        for number in range(head):
            yield [(part, number) for part in parts]
        for part, total in zip(parts, totals, strict=True):
            yield from ([(part, number)] for number in range(head, total - tail))
        for number in range(tail):
            yield [(part, total - tail + number) for part, total in zip(parts, totals, strict=True)]
        first += len(group)


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


def _size(term: Term) -> int:
    return sum(isinstance(each, Expected) for each in walk(term))


def _breaks(items: Sequence[Term]) -> bool:
    return any(isinstance(term, Break) for item in items for term in walk(item))
