"""What became of an operation: the model goes where the system went, also when faults struck.

Lives here: `follow`. Must not live here: which states there are after a fault (the model says so), running
(`sequence`).

Laws: where nothing was felt there is one state, the one that is due. Where the operation succeeded it has done all of
it, whatever struck.
"""

from dataclasses import dataclass, replace
from typing import cast

from simulator.campaign.breakable import BreakableModel, BreakableSession
from simulator.campaign.step import Step
from simulator.campaign.system import Model, Outcome, Parts, Session
from simulator.conformance.exploration import FailureKind


@dataclass(frozen=True, slots=True)
class Followed:
    """The model afterwards, and what is wrong: `kind` and `message` are None and empty where nothing is."""

    model: Model
    due: Outcome
    kind: FailureKind | None = None
    message: str = ""


def follow(model: Model, session: Session, step: Step, outcome: Outcome) -> Followed:
    """Let the model do what a session has just done, struck by faults; changes the model that is given."""
    before, breakable = cast("BreakableModel", model), cast("BreakableSession", session)
    possible = list(before.struck(step, outcome))
    after, others = possible[0], [model, possible[0].model.fork()]
    complaints: list[str] = []
    for each in possible:
        if outcome.fits(each.due) or (outcome.missing and outcome.told_missing):
            complaint = breakable.settled(each.model, others, step)
            if not complaint:
                return Followed(each.model, each.due)
            if complaint not in complaints:
                complaints.append(complaint)
    if complaints:
        return Followed(after.model, after.due, "invariant", ", or ".join(complaints))
    return Followed(after.model, after.due, "result", f"it gave {outcome}, but {after.due} is due, or an error")


def with_felt(model: Model, step: Step, parts: Parts, outcome: Outcome) -> Parts:
    """The facts of an operation, with the faults that struck it; a crash just cuts it short."""
    if not outcome.felt or outcome.crashed:
        return parts
    felt = cast("BreakableModel", model).facts_of_faults(step, outcome)
    return [[replace(part, facts=(*part.facts, *felt)) for part in group] for group in parts]
