"""The outcome of judging one trace by one diagram.

Lives here: frozen records. Must not live here: how they come about (`check`), how they are worded (`report.text`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from simulator.errors import Place
from simulator.events import Event
from simulator.interaction.terms import Expected

Outcome = Literal["conforms", "deviates", "prefix", "inconclusive"]
DeviationKind = Literal["missing", "unexpected", "different", "moved", "forbidden"]
StepKind = Literal["fits", "different", "missing", "unexpected", "forbidden", "ignored"]

Value = str | tuple[str, ...]
"""The value of a hole; of one that is new in each iteration of a loop those of all iterations that gave it one."""

NO_BINDINGS: Mapping[str, str] = MappingProxyType({})
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


class Step(NamedTuple):
    """One step of an alignment.

    kind: what it does. position: 0-based number of the event in the trace; of a `missing` one that of the event before
    which it is missing, at the end the number of events.
    expected: the event of the diagram, the very object of `Expectation.events`; for `unexpected` the first that could
    have come, or None; None for `ignored`.
    values: of all holes of the event, where it fits (`fits`, `forbidden`), else empty.
    possible: for `unexpected`, all that could have come instead, in reading order; else empty.
    """

    kind: StepKind
    position: int
    expected: Expected | None
    values: Mapping[str, str] = NO_BINDINGS
    possible: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Deviation:
    """One entry of the cheapest alignment (semantics.md 4).

    kind: `missing` from the trace, `unexpected` in the trace, `different`, `moved` (missing at one place and unexpected
    at another), or `forbidden` (one of a run of events that `group neg` names).
    place: the line of the diagram; for `unexpected` that of the element expected there, at the end the last one.
    event: 0-based number in the trace; for `missing` and `moved` the number before which the event was expected.
    expected: None for `unexpected`. actual: None for `missing`.
    actual_event: for `moved`, the number at which the event was found instead; else None.
    bindings: the values of holes known just before this deviation; for `different` also those that its own holes get
    later, which may be why it differs.
    section, frames: where it stands in the diagram.
    """

    kind: DeviationKind
    place: Place
    event: int
    expected: Expected | None
    actual: Event | None
    section: str = ""
    frames: tuple[str, ...] = ()
    bindings: Mapping[str, str] = field(default_factory=lambda: NO_BINDINGS)
    actual_event: int | None = None

    @property
    def cost(self) -> int:
        """1, or 2 for `moved`."""
        return 2 if self.kind == "moved" else 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judgement says.

    diagram, trace: their names.
    outcome: `conforms`, `deviates`, `prefix` or `inconclusive`; reason: why, for `inconclusive`, else empty.
    cost: of the cheapest alignment, in events; None when a work limit stopped the search.
    bound: the cost is at least this.
    expected, actual: how many events the diagram (its shortest run) and the trace have.
    bindings: the value of every hole that was bound.
    steps: gives the cheapest alignment, which is made when it is asked for (`alignment`).
    """

    diagram: str
    trace: str
    outcome: Outcome
    cost: int | None
    bound: int
    expected: int
    actual: int
    reason: str = ""
    bindings: Mapping[str, Value] = field(default_factory=lambda: NO_VALUES)
    deviations: tuple[Deviation, ...] = ()
    steps: Callable[[], tuple[Step, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def alignment(self) -> tuple[Step, ...]:
        """The cheapest alignment, step by step; empty where none was found."""
        return self.steps()

    @property
    def evidence(self) -> tuple[tuple[int, Expected], ...]:
        """(event number, expected event) for each event of the trace that fits, in the order of the trace."""
        return tuple((step.position, step.expected) for step in self.alignment if step.kind == "fits" and step.expected)

    @property
    def conforms(self) -> bool:
        """Whether the diagram allows the trace."""
        return self.outcome == "conforms"

    def __bool__(self) -> bool:
        """Truth of the verdict, so that `assert check(diagram, trace)` reads as it means."""
        return self.conforms

    @property
    def fitness(self) -> float:
        """`1 - cost / (expected + actual)`, between 0 and 1; with an open search, from the bound."""
        size = self.expected + self.actual
        return 1.0 - min(size, self.cost if self.cost is not None else self.bound) / size if size else 0.0
