"""Rows put below each other, or side by side where that is asked and there is room.

Lives here: `put_all`. Must not live here: rows.

Law: two rows overlap only where neither reaches into the other.
"""

from collections.abc import Iterable, Iterator

from simulator.picture.messages import MessageRow
from simulator.picture.row import Row
from simulator.picture.scene import Scene


def put_all(rows: Iterable[Row], scene: Scene) -> None:
    """Draw rows from `scene.y` downwards; one that is parallel begins where the one before it did, if it fits."""
    for beside in _beside(rows, scene):
        top = bottom = scene.y
        deepest = max(map(_lead, beside))
        for row in beside:
            scene.y = top + deepest - _lead(row)
            row.put(scene)
            bottom = max(bottom, scene.y)
        scene.y = bottom


def _beside(rows: Iterable[Row], scene: Scene) -> Iterator[list[Row]]:
    """The rows that stand on one height."""
    now: list[Row] = []
    for row in rows:
        if now and not (row.parallel and _has_room(row, now, scene)):
            yield now
            now = []
        now.append(row)
    if now:
        yield now


def _has_room(row: Row, others: Iterable[Row], scene: Scene) -> bool:
    # Nothing but rows that ask for it is measured: what is deep in frames would be, once for each of them.
    span = row.span(scene)
    return all(span[1] <= left or right <= span[0] for left, right in (each.span(scene) for each in others))


def _lead(row: Row) -> float:
    """How far below its top its arrow is: arrows beside each other are on one height."""
    return row.lead if isinstance(row, MessageRow) else 0
