"""A saved failure, run again.

Lives here: the judgement of a saved scenario. Must not live here: saving (`saving`), rendering.

It is judged as it was found: after every operation, setup included, what came back must be what the model gives and the
invariants must hold; what is recorded must be allowed by `NAME.expected.puml`, where that was saved.
"""

from dataclasses import replace
from pathlib import Path

from simulator.blobs.backends import Backend
from simulator.campaign.judging import Judgement, verdict_of
from simulator.campaign.loading import SHIPPED, Systems
from simulator.campaign.runner import findings
from simulator.campaign.scenario import Scenario, load
from simulator.campaign.sequence import Seen, Wrong, is_cut_short, watching
from simulator.campaign.telling import Teller
from simulator.conformance.exploration import Replay
from simulator.diagram.parser import parse_file
from simulator.discovery.rules import Rule
from simulator.errors import ScenarioError
from simulator.events import Event, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation


def replay(path: Path, backend: Backend, systems: Systems = SHIPPED) -> Replay:
    """Run the saved failure at `path` (its scenario) again; systems: those that it may be of.

    Raises `SimulatorError`: `path` is no scenario that can be read, its expected diagram is none, the backend fails.
    """
    scenario = load(path, systems)
    system = scenario.system
    beside = path.with_name(f"{path.stem}.expected.puml")
    expectation = _expectation(beside) if beside.exists() else None
    with watching(system, scenario.tables, scenario.folder, backend) as watch:
        seen: list[Seen] = []
        for step in (*scenario.setup, *scenario.steps):
            seen.append(watch.perform(step))
            unexpected = next(findings(step, seen[-1].outcome), None)
            if unexpected and not seen[-1].kind and not seen[-1].outcome.felt:
                seen[-1] = replace(seen[-1], kind="result", message=unexpected.message)
            if seen[-1].kind:
                break
        now = seen[-1]
        judgement = None
        if expectation is not None and len(seen) == len(scenario.setup) + len(scenario.steps):
            judgement = _judged(expectation, scenario, seen[len(scenario.setup) :])
        behaviour = watch.behaviour(now)
    wrong = _wrong(path, now, judgement)
    if wrong is None:
        return Replay(str(path), None)
    steps = [each.step for each in seen]
    failure = Teller(system, scenario.tables, scenario.folder).failure(behaviour, steps, wrong)
    return Replay(str(path), replace(failure, name=path.stem))


def _expectation(path: Path) -> Expectation:
    diagrams = parse_file(path)
    if len(diagrams) != 1:
        raise ScenarioError(f"{path} holds {len(diagrams)} diagrams, not one")
    return lower(diagrams[0], str(path))


def _judged(expectation: Expectation, scenario: Scenario, recorded: list[Seen]) -> Judgement:
    events: list[Event] = []
    for seen in recorded:
        if seen.step.section:
            events.append(Event(kind="section", label=seen.step.section))
        events += seen.events
    verdict = verdict_of(expectation, Trace(scenario.name, tuple(events)), {})
    rule = Rule(recorded[-1].step.do, recorded[-1].parts[0][0].facts, (), expectation)
    return Judgement(rule, (rule,), verdict)


def _wrong(path: Path, now: Seen, judgement: Judgement | None) -> Wrong | None:
    if judgement and not judgement.verdict.conforms and not is_cut_short(now, judgement):
        return Wrong(now, "deviation", f"{path.name} does not do what its expected diagram says", judgement)
    return Wrong(now, now.kind, now.message, judgement) if now.kind else None
