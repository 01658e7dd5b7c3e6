"""What a system whose surroundings can fail offers besides (`system`): faults, and what may come of them.

Lives here: the protocols, and the possibilities. Must not live here: anything about one system, striking
(`fault_search`), comparing (`fault_following`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from simulator.campaign.step import Step
from simulator.campaign.system import Model, Outcome, Session


@dataclass(frozen=True, slots=True)
class Possible:
    """What may have become of an operation: what must have come back, and the model then."""

    due: Outcome
    model: Model


class BreakableModel(Model, Protocol):
    """The model of such a system."""

    def struck(self, step: Step, outcome: Outcome) -> Iterable[Possible]:
        """What may have become of a step that faults struck; first that it was done after all."""

    def facts_of_faults(self, step: Step, outcome: Outcome) -> tuple[str, ...]:
        """What decides which behaviour is due besides `parts`: the faults, and what matters because of them."""


class BreakableSession(Session, Protocol):
    """Such a system while it runs; its `Outcome.felt` says which faults struck."""

    def watch(self) -> None:
        """Note from now on what could be struck."""

    @property
    def calls(self) -> Sequence[str]:
        """What could have been struck in the last step, in order: each request, each thing done to a file."""

    def settled(self, model: Any, others: Sequence[Any], step: Step) -> str:  # noqa: ANN401  # the models of its system
        """As `violation`, after faults struck a step; changes `model` in what may be one way or another then.

        others: the models before and after the step.
        """


@runtime_checkable
class Breakable(Protocol):
    """What the `System` itself offers."""

    def faults(self, call: str, nth: int) -> Sequence[tuple[str, Step]]:
        """Everything that can happen to the nth call of this name in the step that follows: a kind, and the step."""
