"""The positions of the deviations of an alignment so far.

Lives here: `Trail`, a list that grows at its end, shares its beginning with others, and knows which of two is better.
Pure. Must not live here: the search that follows trails (`alignment`).

Laws: equal trails are one object. A trail comes before another where it is its beginning, or where the first position
in which they differ is the later one (semantics.md 4 of the design).
"""


class Trail:
    """One deviation, at a position of the trace, after those of `before`; `length` of them in all."""

    __slots__ = ("_after", "_before", "_length", "_position")

    def __init__(self, before: "Trail | None" = None, position: int = -1) -> None:
        self._before = before
        self._position = position
        self._length: int = before._length + 1 if before else 0  # noqa: SLF001 - of its own class
        self._after: dict[int, Trail] = {}

    def then(self, position: int) -> "Trail":
        """The trail with one more deviation."""
        found = self._after.get(position)
        if found is None:
            found = self._after[position] = Trail(self, position)
        return found

    def __lt__(self, other: "Trail") -> bool:
        """Whether this one is better."""
        one: Trail | None = self
        two: Trail | None = other
        while one and one._length > other._length:
            one = one._before
        while two and two._length > self._length:
            two = two._before
        if one is two:
            return self._length < other._length
        # The last pair that differs, seen from the end, is the first.
        better = False
        while one is not two and one and two:
            better = one._position > two._position if one._position != two._position else better
            one, two = one._before, two._before
        return better
