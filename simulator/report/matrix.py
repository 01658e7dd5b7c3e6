"""What several S3 services have in common, and where they differ: a row for each diagram, a column for each service.

Lives here: which results are the same, and the table. Must not live here: running (`checking`), how a deviation reads
(`deviation`).

Law: a diagram has a row exactly when it is not the same on all services: another outcome, other deviations, or not run
everywhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from simulator.report.line import Line, Span, Style, line
from simulator.report.result import Report, Result, Summary

_STYLES: Mapping[str, Style] = {"conforms": "good", "not run": "faint", "-": "faint", "inconclusive": "doubt"}
_GAP = "   "

# The first cell names the row.
_Row = Sequence[Span]


def matrix_lines(report: Report, *, always: bool = True) -> Iterator[Line]:
    """The table: the diagrams that differ, then how many results each service has of each outcome.

    always: also where no diagram differs.
    """
    columns = [_by_diagram(report, service) for service in report.services]
    diagrams = list(dict.fromkeys(result.diagram for result in report.results))
    differ = [each for each in diagrams if len({_told(column.get(each)) for column in columns}) > 1]
    if not (differ or always):
        return
    rows: list[_Row] = [
        [Span(f"{len(differ)} of {len(diagrams)} diagrams differ"), *map(Span, report.services)],
        *([Span(f"  {each}"), *(_cell(column.get(each)) for column in columns)] for each in differ),
        *_counts([Report(tuple(column.values())).summary for column in columns]),
    ]
    widths = [max(len(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield line(*(Span(cell.text.ljust(width) + _GAP, cell.style) for cell, width in zip(row, widths, strict=True)))


def same(results: Iterable[Result]) -> Mapping[object, Sequence[Result]]:
    """Put together what came out the same for one diagram and trace on several services, in order."""
    alike: dict[object, list[Result]] = {}
    for result in results:
        place = result.s3 and (result.diagram, result.trace, _told(result))
        alike.setdefault(place or id(result), []).append(result)
    return alike


def _by_diagram(report: Report, service: str) -> Mapping[str, Result]:
    return {result.diagram: result for result in report.results if result.s3 == service}


def _told(result: Result | None) -> object:
    """What makes two results the same; values that change from run to run do not count."""
    if result is None or result.verdict is None:
        return result and result.not_run
    deviations = tuple((each.kind, each.place, each.event) for each in result.verdict.deviations)
    return result.outcome, deviations, tuple(failure.place for failure in result.failures)


def _cell(result: Result | None) -> Span:
    outcome = "-" if result is None else result.outcome or "not run"
    count = len(result.verdict.deviations) if result is not None and result.verdict is not None else 0
    return Span(f"{outcome} ({count})" if count else outcome, _STYLES.get(outcome, "bad"))


def _counts(summaries: Sequence[Summary]) -> Iterator[_Row]:
    for name, counts in (
        ("conform", [each.conforms for each in summaries]),
        ("deviate", [each.deviates for each in summaries]),
        ("prefix", [each.prefix for each in summaries]),
        ("inconclusive", [each.inconclusive for each in summaries]),
        ("not run", [each.not_run for each in summaries]),
    ):
        if any(counts):
            yield [Span(name), *(Span(str(count)) for count in counts)]
