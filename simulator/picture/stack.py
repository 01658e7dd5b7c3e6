"""Rows put below each other, or side by side where that is asked and there is room.

Lives here: `put_all`. Must not live here: rows.

Law: two rows overlap only where neither reaches into the other.
"""

from collections.abc import Iterable

from simulator.picture.row import Row
from simulator.picture.scene import Scene


def put_all(rows: Iterable[Row], scene: Scene) -> None:
    """Draw rows from `scene.y` downwards; one that is parallel begins where the one before it did, if it fits."""
    top = scene.y
    taken: list[tuple[float, float]] = []
    for row in rows:
        bottom, span = scene.y, row.span(scene)
        if row.parallel and all(span[1] < left or right < span[0] for left, right in taken):
            scene.y = top
            taken.append(span)
        else:
            top, taken = scene.y, [span]
        row.put(scene)
        scene.y = max(scene.y, bottom)
