"""Sequence diagrams that cannot lie: PlantUML as an executable specification.

The public names, one verb per job, loaded when first used so that `import simulator` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.api import check, draw, explore, load_diagram, load_log, monitor, record, replay, write_log
    from simulator.campaign.made_up import Made
    from simulator.campaign.simple_system import SimpleSystem
    from simulator.campaign.stage import Stage
    from simulator.campaign.step import Step
    from simulator.errors import DeviationError
    from simulator.testing.expecting import conforms_to

__all__ = [
    "DeviationError",
    "Made",
    "SimpleSystem",
    "Stage",
    "Step",
    "check",
    "conforms_to",
    "draw",
    "explore",
    "load_diagram",
    "load_log",
    "monitor",
    "record",
    "replay",
    "write_log",
]

# Where those live that do no job.
_HOMES = {
    "DeviationError": "simulator.errors",
    "Made": "simulator.campaign.made_up",
    "conforms_to": "simulator.testing.expecting",
    "SimpleSystem": "simulator.campaign.simple_system",
    "Stage": "simulator.campaign.stage",
    "Step": "simulator.campaign.step",
}


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    module = _HOMES.get(name, "simulator.api")
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
