"""The rows that the JSON documents of `check`, `explore` and `replay` have in common (interfaces.md of the design).

Lives here: results with their deviations, coverage, and how a document becomes text. Must not live here: the documents
(`json_report`, `json_campaign`), sentences (`deviation`).

Laws: the same results give the same bytes. `line`, `column` and `event` are always integers.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from simulator.conformance.anatomy import Case, PartKind
from simulator.conformance.coverage import Coverage
from simulator.conformance.verdict import DeviationKind, Outcome, Value, Verdict
from simulator.errors import Place
from simulator.events import Event
from simulator.interaction.terms import Expectation
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.covered import rounded
from simulator.report.deviation import sentence
from simulator.report.line import utf8
from simulator.report.patch import Action, patch
from simulator.report.result import Summary
from simulator.report.strength import StrengthRow


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


def encoded(document: msgspec.Struct) -> str:
    """The text of a document."""
    return msgspec.json.format(msgspec.json.encode(_told(msgspec.to_builtins(document))), indent=2).decode() + "\n"


def encoded_line(document: msgspec.Struct) -> str:
    """The same on one line."""
    return f"{msgspec.json.encode(_told(msgspec.to_builtins(document))).decode()}\n"


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


def count(rows: Sequence[ResultRow]) -> Summary:
    """How many results there are of each kind."""
    verdicts = [row.verdict for row in rows]
    return Summary(
        conforms=verdicts.count("conforms"),
        deviates=verdicts.count("deviates"),
        prefix=verdicts.count("prefix"),
        inconclusive=verdicts.count("inconclusive"),
        not_run=verdicts.count("not_run"),
    )


def verdict_row(verdict: Verdict, events: tuple[Event, ...], expectation: Expectation | None = None) -> ResultRow:
    """The result of one verdict; events, expectation: as in `Account`."""
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


def coverage_rows(coverage: Coverage) -> dict[str, DiagramCoverage]:
    """The parts of each diagram."""
    return {diagram: _diagram_coverage(each) for diagram, each in coverage.by_diagram.items()}


def _diagram_coverage(coverage: Coverage) -> DiagramCoverage:
    messages = [count for part, count in coverage.counts if part.kind == "message"]
    rows = (
        PartRow(part.kind, part.case, part.name, part.place.file, part.place.line, part.place.column, count)
        for part, count in coverage.counts
    )
    return DiagramCoverage(len(messages), sum(map(bool, messages)), rounded(coverage.percent), tuple(rows))
