"""The results of `check` as one JSON document (interfaces.md of the design, `--format json`).

Lives here: the shape of that document, version 1. Must not live here: its rows (`json_rows`), the documents of
`explore` and `replay` (`json_campaign`) and of `parse` (`json_parse`).

Law: the counts of the summary add up to the number of results.
"""

from collections.abc import Iterator, Sequence

import msgspec

from simulator.conformance.verdict import Outcome
from simulator.report.groups import groups
from simulator.report.json_parse import ProblemRow, error_row
from simulator.report.json_rows import (
    DeviationRow,
    DiagramCoverage,
    ResultRow,
    coverage_rows,
    encoded,
    encoded_line,
    verdict_row,
)
from simulator.report.result import Report, Result, Summary
from simulator.report.strength import strength_row


class GroupRow(msgspec.Struct, frozen=True):
    """Results that do not conform and say the same: how many, the deviations of the first, the first few traces."""

    count: int
    diagram: str
    verdict: Outcome
    deviations: tuple[DeviationRow, ...]
    traces: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """The whole document; errors: wrong input, where there is some: no result tells of it."""

    version: int
    summary: Summary
    results: tuple[ResultRow, ...]
    coverage: dict[str, DiagramCoverage]
    seed: int | None
    groups: tuple[GroupRow, ...] = ()
    errors: tuple[ProblemRow, ...] | msgspec.UnsetType = msgspec.UNSET


def report_json(report: Report) -> str:
    """The document of a `check`."""
    rows = tuple(_result_row(result) for result in report.results)
    found = tuple(_group_rows(report.results, rows))
    return encoded(
        Document(1, report.summary, rows, coverage_rows(report.coverage), report.seed, found, _errors(report))
    )


class Ending(msgspec.Struct, frozen=True):
    """The last of the JSON lines."""

    version: int
    summary: Summary
    coverage: dict[str, DiagramCoverage]
    seed: int | None
    errors: tuple[ProblemRow, ...] | msgspec.UnsetType = msgspec.UNSET


def report_lines_json(report: Report) -> str:
    """The same as JSON lines: one result each as in the document, in the end its summary, coverage and seed."""
    end = Ending(1, report.summary, coverage_rows(report.coverage), report.seed, _errors(report))
    return "".join(map(encoded_line, (*map(_result_row, report.results), end)))


def _errors(report: Report) -> tuple[ProblemRow, ...] | msgspec.UnsetType:
    return tuple(map(error_row, report.errors)) or msgspec.UNSET


def _result_row(result: Result) -> ResultRow:
    if result.verdict is None or result.outcome is None:
        return ResultRow(result.diagram, result.trace, "not_run", result.not_run, s3=result.s3)
    row = verdict_row(result.verdict, result.events, result.expectation)
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
