"""The results of `check`, `explore` and `replay` as one JSON document (interfaces.md of the design, `--format json`).

Lives here: the shape of that document, version 1. Must not live here: sentences (`deviation`), the document of `parse`
(`json_parse`).

Laws: the same results give the same bytes. `line`, `column` and `event` are always integers. The counts of the summary
add up to the number of results.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any, Literal

import msgspec

from simulator.conformance.anatomy import Case, PartKind
from simulator.conformance.coverage import Coverage
from simulator.conformance.exploration import Exhausted, Exploration, Failure, Reachable, RuleUse, Uncovered
from simulator.conformance.verdict import DeviationKind, Outcome, Value, Verdict
from simulator.errors import Place
from simulator.events import Event
from simulator.interaction.terms import Expectation
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.covered import rounded
from simulator.report.deviation import sentence
from simulator.report.groups import groups
from simulator.report.line import utf8
from simulator.report.patch import Action, patch
from simulator.report.result import Campaign, Replayed, Report, Result, Summary
from simulator.report.strength import StrengthRow, strength_row


class PatchRow(msgspec.Struct, frozen=True):
    """The change of the diagram that accepts the deviation, as in `report.patch`."""

    action: Action
    file: str
    lines: tuple[int, ...]
    text: tuple[str, ...]
    to: int
    behind: bool


class DeviationRow(msgspec.Struct, frozen=True):
    """One deviation; `event` as in `conformance.verdict`."""

    kind: DeviationKind
    section: str
    frames: tuple[str, ...]
    file: str
    line: int
    column: int
    event: int
    expected: str | None
    actual: str | None
    bindings: dict[str, Value]
    message: str
    patch: PatchRow | None = None


class ResultRow(msgspec.Struct, frozen=True):
    """One result; cost and fitness are null where nothing was compared or the search was stopped.

    s3: the service that was run on; empty where nothing ran, as with logs. strength: only where it was asked for.
    """

    diagram: str
    trace: str
    verdict: Outcome | Literal["not_run"]
    reason: str = ""
    cost: int | None = None
    bound: int = 0
    fitness: float | None = None
    bindings: dict[str, Value] = {}
    deviations: tuple[DeviationRow, ...] = ()
    seconds: float = 0.0
    s3: str = ""
    strength: StrengthRow | msgspec.UnsetType = msgspec.UNSET


class PartRow(msgspec.Struct, frozen=True):
    """A part of a diagram, as `conformance.coverage.Part`, and how many traces showed it."""

    kind: PartKind
    case: Case
    name: str
    file: str
    line: int
    column: int
    count: int


class DiagramCoverage(msgspec.Struct, frozen=True):
    """How many messages the diagram has, how many of them some trace showed, and the same for all of its parts.

    percent: of the parts that some trace showed, rounded down to a tenth.
    """

    messages: int
    exercised: int
    percent: float
    parts: tuple[PartRow, ...]


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
    """How many behaviours were reached, of how many; the titles of those missed; how far anybody looked."""

    reached: int
    behaviours: int
    missed: tuple[str, ...]
    depth: int
    states: int
    complete: bool


class CampaignCoverage(msgspec.Struct, frozen=True):
    """What an exploration ran and met."""

    backend: str
    sequences: int
    operations: int
    rules: tuple[RuleRow, ...]
    uncovered: tuple[UncoveredRow, ...]
    reachable: ReachableRow | None = None
    exhausted: Exhausted | msgspec.UnsetType = msgspec.UNSET


class GroupRow(msgspec.Struct, frozen=True):
    """Results that do not conform and say the same: how many, the deviations of the first, the first few traces."""

    count: int
    diagram: str
    verdict: Outcome
    deviations: tuple[DeviationRow, ...]
    traces: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """The whole document."""

    version: int
    summary: Summary
    results: tuple[ResultRow, ...]
    coverage: dict[str, DiagramCoverage] | CampaignCoverage
    seed: int | None
    groups: tuple[GroupRow, ...] = ()


def report_json(report: Report) -> str:
    """The document of a `check`."""
    rows = tuple(_result_row(result) for result in report.results)
    found = tuple(_group_rows(report.results, rows))
    return _encoded(Document(1, report.summary, rows, _coverage(report.coverage), report.seed, found))


def campaign_json(campaign: Campaign) -> str:
    """The document of an `explore`: a result per rule (`not_run` if it was never met), then one per failure."""
    exploration = campaign.exploration
    if exploration is None:
        return _encoded(Document(1, Summary(), (), {}, None))
    rows = (
        *(_rule_result(rule) for rule in exploration.rules),
        *(_failure_row(failure, failure.name) for failure in exploration.failures),
        *(_verdict_row(verdict, ()) for verdict in exploration.broken),
    )
    return _encoded(Document(1, _count(rows), rows, _campaign_coverage(exploration), exploration.seed))


def replayed_json(replayed: Replayed) -> str:
    """The document of a `replay`: one result per file, which conforms when the failure is gone."""
    rows = tuple(
        ResultRow("", PurePath(replay.path).stem, "conforms", "fixed", 0, 0, 1.0)
        if replay.failure is None
        else _failure_row(replay.failure, PurePath(replay.path).stem)
        for replay in replayed.replays
    )
    return _encoded(Document(1, _count(rows), rows, {}, None))


def _encoded(document: Document) -> str:
    return msgspec.json.format(msgspec.json.encode(_told(msgspec.to_builtins(document))), indent=2).decode() + "\n"


def _told(value: Any) -> Any:  # noqa: ANN401 - what JSON can say
    """The same with every text as UTF-8 can hold it: names of files may not be."""
    match value:
        case str():
            return utf8(value)
        case dict():
            return {utf8(key): _told(each) for key, each in value.items()}
        case list() | tuple():
            return [_told(each) for each in value]
        case _:
            return value


def _count(rows: Sequence[ResultRow]) -> Summary:
    verdicts = [row.verdict for row in rows]
    return Summary(
        conforms=verdicts.count("conforms"),
        deviates=verdicts.count("deviates"),
        prefix=verdicts.count("prefix"),
        inconclusive=verdicts.count("inconclusive"),
        not_run=verdicts.count("not_run"),
    )


def _result_row(result: Result) -> ResultRow:
    if result.verdict is None or result.outcome is None:
        return ResultRow(result.diagram, result.trace, "not_run", result.not_run, s3=result.s3)
    row = _verdict_row(result.verdict, result.events, result.expectation)
    return msgspec.structs.replace(
        row,
        diagram=result.diagram,
        trace=result.trace,
        verdict=result.outcome,
        reason=result.reason,
        seconds=round(result.seconds, 6),
        s3=result.s3,
        strength=msgspec.UNSET if result.strength is None else strength_row(result.strength),
    )


def _group_rows(results: Sequence[Result], rows: Sequence[ResultRow]) -> Iterator[GroupRow]:
    row_of = {id(result): row for result, row in zip(results, rows, strict=True)}
    for group in groups(result for result in results if result.outcome not in {None, "conforms"}):
        row = row_of[id(group.first)]
        if row.verdict != "not_run":
            yield GroupRow(group.count, row.diagram, row.verdict, row.deviations, group.traces)


def _verdict_row(verdict: Verdict, events: tuple[Event, ...], expectation: Expectation | None = None) -> ResultRow:
    account = Account(verdict, events, expectation)
    return ResultRow(
        diagram=verdict.diagram,
        trace=verdict.trace,
        verdict=verdict.outcome,
        reason=verdict.reason,
        cost=verdict.cost,
        bound=verdict.bound,
        fitness=verdict.fitness,
        bindings=dict(verdict.bindings),
        deviations=tuple(map(_deviation_row, contexts(account))),
    )


def _deviation_row(context: Context) -> DeviationRow:
    deviation, words, change = context.deviation, context.notation.words, patch([context])
    place: Place = deviation.place
    return DeviationRow(
        kind=deviation.kind,
        section=deviation.section,
        frames=deviation.frames,
        file=place.file,
        line=place.line,
        column=place.column,
        event=deviation.event,
        expected=None if deviation.expected is None else str(words(deviation.expected)),
        actual=None if deviation.actual is None else str(words(deviation.actual)),
        bindings=dict(context.bindings),
        message=sentence(context),
        patch=None
        if change is None
        else PatchRow(change.action, change.file, change.lines, change.text, change.to, change.behind),
    )


def _coverage(coverage: Coverage) -> dict[str, DiagramCoverage]:
    return {diagram: _diagram_coverage(each) for diagram, each in coverage.by_diagram.items()}


def _diagram_coverage(coverage: Coverage) -> DiagramCoverage:
    messages = [count for part, count in coverage.counts if part.kind == "message"]
    rows = (
        PartRow(part.kind, part.case, part.name, part.place.file, part.place.line, part.place.column, count)
        for part, count in coverage.counts
    )
    return DiagramCoverage(len(messages), sum(map(bool, messages)), rounded(coverage.percent), tuple(rows))


def _rule_result(rule: RuleUse) -> ResultRow:
    diagram = rule.sources[0].diagram if rule.sources else ""
    if not rule.count:
        return ResultRow(diagram, rule.behaviour.title, "not_run", "no generated operation met this rule")
    return ResultRow(diagram, rule.behaviour.title, "conforms", "", 0, 0, 1.0)


def _failure_row(failure: Failure, trace: str) -> ResultRow:
    if failure.verdict is None:
        return ResultRow("", trace, "deviates", failure.message)
    row = _verdict_row(failure.verdict, ())
    outcome = row.verdict if row.verdict != "conforms" else "deviates"
    return msgspec.structs.replace(row, trace=trace, verdict=outcome, reason=failure.message)


def _campaign_coverage(exploration: Exploration) -> CampaignCoverage:
    return CampaignCoverage(
        exploration.backend,
        exploration.sequences,
        exploration.operations,
        tuple(row for rule in exploration.rules for row in _rule_rows(rule)),
        tuple(_uncovered_row(each) for each in exploration.uncovered),
        _reachable_row(exploration.reachable) if exploration.reachable else None,
        msgspec.UNSET if exploration.exhausted is None else exploration.exhausted,
    )


def _reachable_row(reachable: Reachable) -> ReachableRow:
    missed = tuple(behaviour.title for behaviour in reachable.missed)
    return ReachableRow(
        reachable.reached, reachable.behaviours, missed, reachable.depth, reachable.states, reachable.complete
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
