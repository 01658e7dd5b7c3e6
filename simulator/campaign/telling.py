"""What was found, made into records that stand on their own: a scenario, a diagram, words.

Lives here: the way from steps to `Uncovered` and `Failure`. Must not live here: files (`saving`), layout of a report.

Laws: the scenario of an uncovered behaviour conforms to its diagram. A scenario has everything but the last operation
as setup, so its diagram shows that operation only.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.blobs.backends import Backend
from simulator.campaign.judging import Judgement, meanings_of
from simulator.campaign.runner import run
from simulator.campaign.scenario import Scenario, dump
from simulator.campaign.sequence import Seen, Wrong
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import Outcome, System
from simulator.conformance.exploration import Behaviour, Failure, SavedFile, Uncovered
from simulator.diagram.ast import SequenceDiagram
from simulator.discovery.drawing import drawn
from simulator.discovery.single import draw
from simulator.events import Event, Trace

# The longest content that a scenario spells out after `expect`, in bytes.
_SHORT = 64


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs to know of a campaign; folder: where the files lie that steps name."""

    system: System
    tables: Tables
    folder: Path

    def uncovered(self, behaviour: Behaviour, steps: Sequence[Step], count: int, backend: Backend) -> Uncovered:
        """Run the example once more, for its diagram."""
        scenario = self.scenario(behaviour, steps)
        happened = run(scenario, backend, system=self.system)
        for witness in self.system.witnesses(steps[-1], self.tables):
            if any(event.is_data for event in happened.trace.events):
                break
            # A run without events proves nothing: an operation follows that has some, in a section of its own.
            scenario = self.scenario(behaviour, steps, witness=witness)
            happened = run(scenario, backend, system=self.system)
        if any(span.outcome.felt for span in happened.spans):
            # What came of a fault only the run tells.
            told = tuple(self.with_answer(_bare(span.step), _brief(span.outcome)) for span in happened.spans)
            scenario = replace(scenario, steps=told)
        return Uncovered(
            behaviour.slug,
            behaviour,
            count,
            self.sequence(scenario),
            dump(scenario),
            draw(happened.trace),
            self.files(steps),
        )

    def failure(self, behaviour: Behaviour, steps: Sequence[Step], wrong: Wrong) -> Failure:
        """Draw what was expected and what happened."""
        scenario = self.scenario(behaviour, steps)
        seen, judgement = wrong.seen, wrong.judgement
        if seen.outcome.felt:
            scenario = replace(scenario, steps=tuple(map(_bare, scenario.steps)))
        mark = Event(kind="section", label=behaviour.title)
        return Failure(
            behaviour.slug,
            wrong.kind,
            wrong.message,
            behaviour,
            self.sequence(scenario),
            judgement.verdict if judgement else None,
            _expected(judgement, seen, behaviour.title) if judgement else None,
            draw(Trace(behaviour.slug, (mark, *seen.events))),
            dump(scenario),
            self.files(steps),
        )

    def scenario(self, behaviour: Behaviour, steps: Sequence[Step], witness: Step | None = None) -> Scenario:
        """The steps as a scenario with the answers that are due; only the last one is recorded, and the witness."""
        every = [*steps[:-1], replace(steps[-1], section=behaviour.title)]
        if witness is not None:
            every.append(replace(witness, section=self.behaviour_after(steps, witness).title))
        told = self.with_answers(self.system.readable(every, self.tables, self.folder))
        setup, last = told[: len(steps) - 1], told[len(steps) - 1 :]
        return Scenario(behaviour.slug, self.folder, self.tables, setup, last, system=self.system)

    def behaviour_after(self, steps: Sequence[Step], last: Step) -> Behaviour:
        """The behaviour that `last` has after the steps."""
        model = self.system.model(self.tables, self.folder)
        for step in steps:
            model.perform(step)
        return self.system.behaviour(last, model.parts(last)[0][0].facts)

    def with_answers(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Add what must come back, where a scenario can say it."""
        model = self.system.model(self.tables, self.folder)
        return tuple(self.with_answer(step, model.perform(step)) for step in steps)

    def with_answer(self, step: Step, due: Outcome) -> Step:
        """Add what must come back from one step."""
        keys = self.system.forms[step.do].keys
        if not due.known:
            return step
        if "expect-missing" in keys and (
            due.missing or ((due.value is None or due.value is False) and not due.problem)
        ):
            return replace(step, arguments={**step.arguments, "expect-missing": True})
        if due.problem and "error" in keys and not due.missing:
            return replace(step, arguments={**step.arguments, "error": due.kind or due.problem})
        if "expect" in keys and isinstance(due.value, bytes | str) and len(due.value) <= _SHORT:
            with suppress(UnicodeDecodeError):  # a scenario expects text
                text = due.value.decode() if isinstance(due.value, bytes) else due.value
                return replace(step, arguments={**step.arguments, "expect": text})
        if "expect" in keys and isinstance(due.value, int):
            return replace(step, arguments={**step.arguments, "expect": due.value})
        return step

    def sequence(self, scenario: Scenario) -> tuple[str, ...]:
        """The steps in words."""
        return tuple(self.system.describe(step) for step in (*scenario.setup, *scenario.steps))

    def files(self, steps: Sequence[Step]) -> tuple[SavedFile, ...]:
        """The files that the steps name."""
        named = {step.text("file") for step in steps}
        return tuple(file for file in self.system.files if file.name in named)


def _bare(step: Step) -> Step:
    """A step that expects nothing."""
    kept = {name: value for name, value in step.arguments.items() if name not in {"expect", "expect-missing", "error"}}
    return replace(step, arguments=kept)


def _brief(outcome: Outcome) -> Outcome:
    """What comes back in every run: texts of errors may name files."""
    return replace(outcome, problem=outcome.problem.partition(":")[0])


def _expected(judgement: Judgement, seen: Seen, title: str) -> SequenceDiagram:
    """What the rule says, with the values of this run."""
    return drawn(judgement.rule.expectation.term, meanings_of(seen.parts), title)
