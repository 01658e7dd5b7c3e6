"""Failures made small: fewer operations, then simpler ones.

Lives here: which sequences are tried. Must not live here: running them (`search`).

A failure is of a kind: that of the operation that goes wrong, and the facts before it. The model knows those of every
sequence without running it, so only sequences are run that may fail in the same way.

Law: the result fails as the sequence given does, and no sequence with one operation less does.
"""

import itertools
from collections.abc import Callable, Iterator

from simulator.campaign.search import Search
from simulator.campaign.spelling import Spelling, without_one
from simulator.campaign.strategies import Letters
from simulator.campaign.task import Kind

# The longest sequences in which two operations are made simpler at once, as the content of a write and its read.
_IN_PAIRS = 4

# After so many sequences that were run, only shorter ones are tried; most failures take a few dozen.
_RUNS = 300


def shrink(search: Search, kind: Kind, letters: Letters, stop_if_interrupted: Callable[[], None]) -> None:
    """Try ever smaller sequences of this kind, until there is none; `search` remembers the smallest."""
    spelling = search.spelling

    def fails(candidate: Letters) -> bool:
        stop_if_interrupted()
        if len(candidate) >= len(search.smallest.get(kind, ())) > 0 and len(search.kinds) >= _RUNS:
            return False
        return spelling.may_have(candidate, kind.behaviour.facts) and search.try_once(candidate) == kind

    if not fails(letters):
        return
    while smaller := next(filter(fails, _smaller(search.smallest[kind], spelling)), None):
        del smaller
    any(fails(each) for each in spelling.simpler(search.smallest[kind], kind.behaviour))


def _smaller(letters: Letters, spelling: Spelling) -> Iterator[Letters]:
    """Those with one operation less, with one that comes before it in the alphabet, with two such."""
    yield from without_one(letters)
    last = spelling.alphabet[letters[-1]].do
    earlier = [tuple(range(letter)) for letter in letters[:-1]]
    earlier.append(tuple(letter for letter in range(letters[-1]) if spelling.alphabet[letter].do == last))
    for together in range(1, 3 if len(letters) <= _IN_PAIRS else 2):
        for places in itertools.combinations(range(len(letters)), together):
            for chosen in itertools.product(*(earlier[place] for place in places)):
                changed = list(letters)
                for place, letter in zip(places, chosen, strict=True):
                    changed[place] = letter
                yield tuple(changed)
