"""Sets of bindings as numbers: one bit for each pair of a name and a value.

Lives here: adding, forgetting and reading bindings at the cost of a few machine words, however many holes there are.
Pure. Must not live here: which bindings an event needs (`frontier`).

Law: two sets are the same number exactly when they hold the same pairs.
"""

from collections.abc import Collection, Mapping


class Values:
    """The pairs met so far; a set of them is an `int`, the empty set is 0."""

    def __init__(self) -> None:
        self._bits: dict[tuple[str, str], int] = {}
        self._pairs: list[tuple[str, str]] = []
        self._names: dict[str, int] = {}

    def add(self, bound: int, added: Mapping[str, str]) -> int:
        """The set with more pairs; its names have no value in it yet."""
        for pair in added.items():
            bit = self._bits.get(pair)
            if bit is None:
                bit = self._bits[pair] = 1 << len(self._pairs)
                self._pairs.append(pair)
                self._names[pair[0]] = self._names.get(pair[0], 0) | bit
            bound |= bit
        return bound

    def without(self, bound: int, names: Collection[str]) -> int:
        """The set without the pairs of these names."""
        for name in names:
            bound &= ~self._names.get(name, 0)
        return bound

    def of(self, bound: int, names: Collection[str]) -> dict[str, str]:
        """The bindings of these names that are in the set."""
        found = {}
        for name in names:
            if bit := bound & self._names.get(name, 0):
                found[name] = self._pairs[bit.bit_length() - 1][1]
        return found

    def has(self, bound: int, name: str, value: str) -> bool:
        """Whether the pair is in the set."""
        return bool(bound & self._bits.get((name, value), 0))
