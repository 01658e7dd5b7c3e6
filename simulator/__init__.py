"""Sequence diagrams that cannot lie: PlantUML as an executable specification.

The public names, one verb per job, loaded when first used so that `import simulator` costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.api import check, draw, explore, load_diagram, load_log, monitor, record, replay, write_log
    from simulator.errors import DeviationError

__all__ = [
    "DeviationError",
    "check",
    "draw",
    "explore",
    "load_diagram",
    "load_log",
    "monitor",
    "record",
    "replay",
    "write_log",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    from simulator import api, errors

    return getattr(errors if hasattr(errors, name) else api, name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
