"""What a text report says about the parts of diagrams that no trace showed.

Lives here: the words for parts, and the lines about them. Must not live here: counting (`conformance.coverage`).

Law: a diagram all of whose parts were shown has no line.
"""

from collections.abc import Iterator, Mapping
from math import floor

from simulator.conformance.anatomy import Case
from simulator.conformance.coverage import Coverage, Part
from simulator.conformance.exploration import Exploration
from simulator.report.line import Line, Span, line, visible
from simulator.report.result import Campaign, Report

SHOWN = 2
LISTED = 20
_COLUMN = 14

_WORDS: Mapping[Case, str] = {
    "not taken": "left out",
    "0": "0 times",
    "1": "once",
    "many": "more than once",
}


def coverage_lines(report: Report, *, verbose: bool) -> Iterator[Line]:
    """For each diagram with parts that no trace showed how many these are, and the first of them; verbose: all.

    Of a diagram that no trace conforms to, only where it is verbose: what deviates there is told already.
    """
    conforming = {result.diagram for result in report.results if result.outcome == "conforms"}
    for diagram, coverage in report.coverage.by_diagram.items():
        if coverage.missing and (verbose or diagram in conforming):
            yield from _diagram_lines(diagram, coverage, verbose=verbose)


def explored_lines(exploration: Exploration, *, verbose: bool) -> Iterator[Line]:
    """The same of a campaign; where it is not verbose, only of diagrams that their own scenarios conform to."""
    broken = {verdict.diagram for verdict in exploration.broken}
    for diagram, coverage in exploration.coverage.by_diagram.items():
        if coverage.missing and (verbose or diagram not in broken):
            yield from _diagram_lines(diagram, coverage, verbose=verbose)


def under_lines(report: Report | Campaign) -> Iterator[Line]:
    """That less was exercised than must be, and what was not."""
    coverage = report.coverage
    yield line(under_sentence(report))
    for part in coverage.missing[:LISTED]:
        yield line(f"  {part.place}: {words(part)}")
    if rest := len(coverage.missing[LISTED:]):
        yield line(f"  and {rest} more; -v shows all")


def under_sentence(report: Report | Campaign) -> str:
    """That less was exercised than must be."""
    coverage = report.coverage
    parts = f"{len(coverage.missing)} of {len(coverage.counts)} parts of the diagrams were not exercised"
    return f"the coverage is {rounded(coverage.percent):g} %, and must be {report.fail_under:g} %: {parts}"


def words(part: Part) -> str:
    """A part in a few words."""
    name, case = visible(part.name), part.case
    match part.kind:
        case "message":
            return name
        case "par" if case in {"in order", "reversed", "interleaved"}:
            one, other = name.split(", ")
            if case == "interleaved":
                return f"par: {one} and {other} interleaved"
            return f"par: {one} before {other}" if case == "in order" else f"par: {other} before {one}"
        case "alt" | "par" | "ref" as kind:
            return f"{kind} {name}".rstrip()
        case kind:
            return f"{f'{kind} {name}'.strip()}: {_WORDS.get(case, case)}"


def rounded(percent: float) -> float:
    """With one digit after the point, and 100 only where nothing is left."""
    return floor(percent * 10) / 10


def _diagram_lines(diagram: str, coverage: Coverage, *, verbose: bool) -> Iterator[Line]:
    missing = coverage.missing
    about = f"   {coverage.exercised} of {len(coverage.counts)} parts exercised"
    first = "" if verbose else f"; not: {', '.join(_where(part) + ' ' + words(part) for part in missing[:SHOWN])}"
    rest = len(missing) - SHOWN
    more = f", and {rest} more; -v shows all" if rest > 0 and not verbose else ""
    yield line(Span("coverage".ljust(_COLUMN), "doubt"), diagram, Span(f"{about}{first}{more}", "faint"))
    if verbose:
        for part in missing:
            yield line(Span(f"{' ' * (_COLUMN + 2)}not   {_where(part):<10}", "faint"), words(part))


def _where(part: Part) -> str:
    """The line of the diagram; where another file says what the diagram holds, with its name."""
    own = part.diagram.partition("#")[0] == part.place.file
    return f"line {part.place.line}" if own else f"{part.place.file}:{part.place.line}"
