"""What judging a trace finds out, before it is told as a verdict.

Lives here: `Found`. Pure. Must not live here: how it is found (`check`), for which traces it holds (`variants`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.conformance.steps import Made
from simulator.conformance.verdict import Deviation, Outcome, Value


class Found(NamedTuple):
    """What was found about a trace.

    made: gives the steps of the cheapest alignment; None where there is none. cost: of it, or a lower bound.
    deviations: what deviates in it. bindings: the values of holes. shortest: how many events the shortest run of the
    diagram has; actual: how many of the trace are compared.
    """

    outcome: Outcome
    reason: str
    made: Callable[[], Sequence[Made]] | None
    cost: int
    deviations: tuple[Deviation, ...]
    bindings: Mapping[str, Value]
    shortest: int
    actual: int
