"""Ways: which guards must hold for something to be possible.

Lives here: the algebra of alternatives of guards. Pure. Must not live here: whether a guard holds (`fitting`).

Law: a way that asks for more than another is left out.
"""

from collections.abc import Container, Iterable

from simulator.interaction.guards import Comparison

Guards = frozenset[Comparison]
Ways = frozenset[Guards]
"""Sets of guards of which one must hold: never where there is none, freely where one is empty."""

NO_GUARDS: Guards = frozenset()
NEVER: Ways = frozenset()
FREELY: Ways = frozenset({NO_GUARDS})


def both(ways: Ways, others: Ways) -> Ways:
    """One way of each."""
    if ways is FREELY or not others:
        return others
    return ways if others is FREELY or not ways else _smallest(way | other for way in ways for other in others)


def either(ways: Ways, others: Ways) -> Ways:
    """One way of one of them."""
    return _smallest((*ways, *others)) if ways and others else ways or others


def without(ways: Ways, names: Container[str]) -> Ways:
    """The ways, where nothing is asked about these holes."""
    return _smallest(
        frozenset(each for each in way if each.hole not in names and not (each.named and each.other in names))
        for way in ways
    )


def _smallest(ways: Iterable[Guards]) -> Ways:
    """The ways without those that ask for more than another."""
    found = set(ways)
    return FREELY if NO_GUARDS in found else frozenset(way for way in found if not any(each < way for each in found))
