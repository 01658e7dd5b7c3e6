"""Where lifelines stand from left to right.

Lives here: `Columns`. Must not live here: who needs how much room (`rows`).

Column 0 is the left border of the diagram, the last one the right border; lifelines are numbered from 1.
Law: every two columns are at least as far apart as somebody asked, and none could stand further left.
"""

from dataclasses import dataclass, field

NEAR = 200
"""How far the neighbour of a lifeline is pushed away by a note, in pixels."""


@dataclass(slots=True)
class Columns:
    """count: of the lifelines. asked: distances in pixels by right and left column."""

    count: int
    asked: list[dict[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nobody asked yet."""
        self.asked = [{} for _ in range(self.count + 2)]

    @property
    def right(self) -> int:
        """The right border."""
        return self.count + 1

    def apart(self, left: int, right: int, distance: float) -> None:
        """Ask for a distance between two columns, in pixels; beyond the borders there is room enough."""
        left, right = min(left, right), max(left, right)
        if 0 <= left < right <= self.right:
            self.asked[right][left] = max(self.asked[right].get(left, 0), distance)

    def beside(self, column: int, side: int, distance: float, near: float = 0) -> None:
        """Ask for room on the left (side -1) or the right (1) of a column, in pixels, of a note for example.

        near: so much of it is before anything else. The next lifelines are pushed away up to `NEAR`: what is wider
        covers them.
        """
        neighbour, border = (column - 1, 0) if side < 0 else (column + 1, self.right)
        self.apart(column, neighbour, near + min(distance, NEAR))
        self.apart(column, border, near + distance)

    def positions(self) -> list[float]:
        """The place of each column, from 0 on."""
        places: list[float] = []
        for asked in self.asked:
            after = places[-1] if places else 0.0
            places.append(max([after, *(places[left] + distance for left, distance in asked.items())]))
        return places
