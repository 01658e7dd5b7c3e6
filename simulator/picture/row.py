"""What stands on its own height of a picture: one element, or several side by side.

Lives here: the protocol, and distances that all rows share. Must not live here: any one kind of row.
"""

from typing import Protocol

from simulator.picture.columns import Columns
from simulator.picture.scene import Scene

GAP = 9
"""Between two rows, in pixels."""
PADDING = 7
"""Around texts, in pixels."""


class Row(Protocol):
    """One row; parallel: it begins beside the row before it, if there is room."""

    @property
    def parallel(self) -> bool: ...  # noqa: D102

    def ask(self, columns: Columns) -> None:
        """Ask for the distances it needs."""

    def span(self, scene: Scene) -> tuple[float, float]:
        """From where to where it will reach, in pixels."""

    def put(self, scene: Scene) -> None:
        """Draw it from `scene.y` downwards, and move `scene.y` below it."""
