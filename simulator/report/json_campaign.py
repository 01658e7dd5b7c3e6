"""The results of `explore` and `replay` as one JSON document (interfaces.md of the design, `--format json`).

Lives here: the shape of that document: that of `check`, with what the campaign ran and met. Must not live here: its
rows that `check` has, too (`json_rows`), sentences (`contradiction`, `deviation`).

Law: the counts of the summary add up to the number of results.
"""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from simulator.conformance.exploration import (
    Contradiction,
    Exhausted,
    Exploration,
    Failure,
    Reachable,
    RuleUse,
    Said,
    Struck,
    Uncovered,
)
from simulator.report.contradiction import event_words, sentence
from simulator.report.json_rows import (
    DeviationRow,
    DiagramCoverage,
    ResultRow,
    count,
    coverage_rows,
    encoded,
    verdict_row,
)
from simulator.report.result import Campaign, Replayed, Summary


class RuleRow(msgspec.Struct, frozen=True):
    """A rule, where it comes from, and how often an operation held to it."""

    operation: str
    title: str
    diagram: str
    section: str
    line: int
    count: int


class UncoveredRow(msgspec.Struct, frozen=True):
    """A behaviour that no diagram describes, and how often it was met."""

    operation: str
    title: str
    count: int
    sequence: tuple[str, ...]


class ReachableRow(msgspec.Struct, frozen=True):
    """How many behaviours were reached, of how many; the titles of those missed; how far anybody looked.

    after: how many operations ran until all of those were reached.
    """

    reached: int
    behaviours: int
    missed: tuple[str, ...]
    depth: int
    states: int
    complete: bool
    after: int


class SaidRow(msgspec.Struct, frozen=True):
    """What a section of a diagram says at one point; an empty event for nothing more."""

    diagram: str
    section: str
    file: str
    line: int
    event: str


class ContradictionRow(msgspec.Struct, frozen=True):
    """Two diagrams that have no run of an operation in common; event: the number of the first that differs."""

    operation: str
    title: str
    event: int
    said: tuple[SaidRow, ...]


class FaultsRow(msgspec.Struct, frozen=True):
    """The faults of an exploration; kinds: how many of each were injected."""

    injected: int
    kinds: dict[str, int]
    failures: int
    uncovered: int


class CampaignRow(msgspec.Struct, frozen=True):
    """What an exploration ran and met."""

    backend: str
    sequences: int
    operations: int
    rules: tuple[RuleRow, ...]
    uncovered: tuple[UncoveredRow, ...]
    contradictions: tuple[ContradictionRow, ...]
    reachable: ReachableRow | None = None
    confirmed: str = ""
    exhausted: Exhausted | msgspec.UnsetType = msgspec.UNSET
    faults: FaultsRow | msgspec.UnsetType = msgspec.UNSET


class CampaignDocument(msgspec.Struct, frozen=True):
    """The whole document; groups: none, failures are told once each. campaign: only of an `explore` that ran."""

    version: int
    summary: Summary
    results: tuple[ResultRow, ...]
    coverage: dict[str, DiagramCoverage]
    seed: int | None
    groups: tuple[()] = ()
    campaign: CampaignRow | msgspec.UnsetType = msgspec.UNSET


def campaign_json(campaign: Campaign) -> str:
    """The document of an `explore`: a result per rule (`not_run` if it was never met), then one per failure."""
    exploration = campaign.exploration
    if exploration is None:
        return encoded(CampaignDocument(1, Summary(), (), {}, None))
    rows = (
        *(_rule_result(rule) for rule in exploration.rules),
        *(_failure_row(failure, failure.name) for failure in exploration.failures),
        *(verdict_row(verdict, ()) for verdict in exploration.broken),
        *map(_contradiction_result, exploration.contradictions),
    )
    ran = _campaign_row(exploration)
    return encoded(
        CampaignDocument(1, count(rows), rows, coverage_rows(exploration.coverage), exploration.seed, (), ran)
    )


def replayed_json(replayed: Replayed) -> str:
    """The document of a `replay`: one result per file, which conforms when the failure is gone."""
    rows = tuple(
        ResultRow("", PurePath(replay.path).stem, "conforms", "fixed", 0, 0, 1.0)
        if replay.failure is None
        else _failure_row(replay.failure, PurePath(replay.path).stem)
        for replay in replayed.replays
    )
    return encoded(CampaignDocument(1, count(rows), rows, {}, None))


def _rule_result(rule: RuleUse) -> ResultRow:
    diagram = rule.sources[0].diagram if rule.sources else ""
    if not rule.count:
        return ResultRow(diagram, rule.behaviour.title, "not_run", "no generated operation met this rule")
    return ResultRow(diagram, rule.behaviour.title, "conforms", "", 0, 0, 1.0)


def _contradiction_result(contradiction: Contradiction) -> ResultRow:
    """What the second diagram says, as a deviation from the first."""
    one, other = contradiction.one, contradiction.other
    message = f"contradiction: {sentence(contradiction)}"
    row = DeviationRow(
        kind="different",
        section=one.source.section,
        frames=one.event.frames if one.event else (),
        file=one.place.file,
        line=one.place.line,
        column=one.place.column,
        event=contradiction.event,
        expected=event_words(one, contradiction) or None,
        actual=event_words(other, contradiction) or None,
        bindings={},
        message=message,
    )
    return ResultRow(one.source.diagram, other.source.diagram, "deviates", message, None, 1, None, {}, (row,))


def _contradiction_row(contradiction: Contradiction) -> ContradictionRow:
    behaviour = contradiction.behaviour
    sides = tuple(_said_row(said, contradiction) for said in (contradiction.one, contradiction.other))
    return ContradictionRow(behaviour.operation, behaviour.title, contradiction.event, sides)


def _said_row(said: Said, contradiction: Contradiction) -> SaidRow:
    words = event_words(said, contradiction)
    return SaidRow(said.source.diagram, said.source.section, said.place.file, said.place.line, words)


def _failure_row(failure: Failure, trace: str) -> ResultRow:
    if failure.verdict is None:
        return ResultRow("", trace, "deviates", failure.message)
    row = verdict_row(failure.verdict, ())
    outcome = row.verdict if row.verdict != "conforms" else "deviates"
    return msgspec.structs.replace(row, trace=trace, verdict=outcome, reason=failure.message)


def _campaign_row(exploration: Exploration) -> CampaignRow:
    return CampaignRow(
        exploration.backend,
        exploration.sequences,
        exploration.operations,
        tuple(row for rule in exploration.rules for row in _rule_rows(rule)),
        tuple(_uncovered_row(each) for each in exploration.uncovered),
        tuple(map(_contradiction_row, exploration.contradictions)),
        _reachable_row(exploration.reachable) if exploration.reachable else None,
        exploration.confirmed,
        msgspec.UNSET if exploration.exhausted is None else exploration.exhausted,
        msgspec.UNSET if exploration.faults is None else _faults_row(exploration.faults),
    )


def _faults_row(struck: Struck) -> FaultsRow:
    return FaultsRow(struck.injected, dict(sorted(struck.kinds.items())), struck.failures, struck.uncovered)


def _reachable_row(reachable: Reachable) -> ReachableRow:
    missed = tuple(behaviour.title for behaviour in reachable.missed)
    return ReachableRow(
        reachable.reached,
        reachable.behaviours,
        missed,
        reachable.depth,
        reachable.states,
        reachable.complete,
        reachable.after,
    )


def _rule_rows(rule: RuleUse) -> Sequence[RuleRow]:
    behaviour = rule.behaviour
    return [
        RuleRow(behaviour.operation, behaviour.title, source.diagram, source.section, source.place.line, rule.count)
        for source in rule.sources
    ]


def _uncovered_row(uncovered: Uncovered) -> UncoveredRow:
    behaviour = uncovered.behaviour
    return UncoveredRow(behaviour.operation, behaviour.title, uncovered.count, uncovered.sequence)
