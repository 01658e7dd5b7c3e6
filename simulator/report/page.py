"""What an HTML report holds, as plain values for its template.

Lives here: which facts of a report a page shows, group by group. Must not live here: HTML (`html`, `report.html.j2`).

Law: nothing here depends on the time or the machine: the same report gives the same values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.conformance.coverage import Coverage
from simulator.picture.mark import SIGNS, Kind
from simulator.picture.picture import draw
from simulator.picture.svg import svg
from simulator.report.account import Account
from simulator.report.context import Context, runs
from simulator.report.covered import rounded, words
from simulator.report.deviation import block, summary
from simulator.report.groups import Group, ranked
from simulator.report.line import Line
from simulator.report.marked import Marked, marked
from simulator.report.result import Report, Result, Written
from simulator.report.sections import Entry
from simulator.report.strength import strength_lines
from simulator.report.text import counted

SHOWN = 100
"""So many deviations of a result are told one by one."""
ROWS = 2000
"""So many rows of an alignment are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """Expected beside actual; kind, sign: as of a mark. line: of the diagram, 0 where it has none.

    event: its number in the trace, empty where there is none. anchor: of the arrow in the picture, or empty.
    """

    kind: str
    sign: str
    line: int
    expected: str
    event: str
    actual: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Told:
    """Deviations that are told together: what of, where, all that is said, and the arrow in the picture."""

    kind: str
    summary: str
    line: int
    said: Sequence[Line]
    anchor: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One group of equal results; name: begins the anchors of its parts.

    drawn: the diagram with the verdict on it, as SVG. more: how many deviations are not told. source: the lines of the
    diagram's file. search: what the search looks into.
    """

    name: str
    outcome: str
    diagram: str
    traces: str
    about: str
    warnings: Sequence[str]
    failures: Sequence[str]
    drawn: str
    deviations: Sequence[Told]
    more: int
    rows: Sequence[Row]
    rows_left: int
    source: Sequence[str]
    strength: Sequence[Line]
    search: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What was exercised of one diagram."""

    diagram: str
    percent: float
    exercised: int
    parts: int
    missing: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report. counts: by outcome, those that are there."""

    title: str
    counts: Sequence[tuple[str, int]]
    percent: float | None
    errors: Sequence[str]
    warnings: Sequence[str]
    shown: Sequence[Shown]
    covered: Sequence[Covered]


def page(report: Report) -> Page:
    """Gather what is to be shown."""
    summary_ = report.summary
    names = ("deviates", "prefix", "inconclusive", "conforms", "not_run")
    counts = [(name.replace("_", " "), getattr(summary_, name)) for name in names if getattr(summary_, name)]
    judged = sum(count for name, count in counts if name != "not run")
    failed = judged - summary_.conforms
    title = (
        f"{counted(failed, 'result')} of {judged} to look at" if failed else f"{counted(judged, 'result')}, all conform"
    )
    coverage = report.coverage
    return Page(
        title if judged else "Nothing was judged",
        counts,
        rounded(coverage.percent) if coverage.counts else None,
        [str(error) for error in report.errors],
        report.warnings,
        [_shown(group, number, report) for number, group in enumerate(ranked(report.results), start=1)],
        [_covered(diagram, each) for diagram, each in coverage.by_diagram.items()],
    )


def _covered(diagram: str, coverage: Coverage) -> Covered:
    missing = [(str(part.place), words(part)) for part in coverage.missing]
    return Covered(diagram, rounded(coverage.percent), coverage.exercised, len(coverage.counts), missing)


def _shown(group: Group, number: int, report: Report) -> Shown:
    result, name = group.first, f"r{number}"
    written = report.diagrams.get(result.diagram)
    traces = str(group) if result.verdict is not None else result.not_run
    where = f" on {result.s3}" if len(report.services) > 1 and result.s3 else ""
    judged = _Judged(result, written, name)
    return Shown(
        name,
        (result.outcome or "not_run").replace("_", " "),
        result.diagram,
        f"{traces}{where}",
        _about(result),
        result.warnings,
        [str(failure) for failure in result.failures],
        judged.drawn,
        judged.told(),
        judged.more,
        judged.rows(),
        max(0, len(judged.account.entries) - ROWS) if judged.account else 0,
        written.text.splitlines() if written else (),
        list(strength_lines([result], quiet=False, verbose=True)),
        " ".join((result.diagram, *(each.trace for each in group.results), result.outcome or "not run")).lower(),
    )


def _about(result: Result) -> str:
    verdict = result.verdict
    if verdict is None:
        return ""
    if verdict.outcome == "inconclusive":
        return verdict.reason
    events = counted(verdict.actual, "event")
    return f"{counted(len(verdict.deviations), 'deviation')}, {events}" if verdict.deviations else events


class _Judged:
    """One result, its picture, and what is told about it."""

    def __init__(self, result: Result, written: Written | None, name: str) -> None:
        verdict = result.verdict
        self.account = None if verdict is None else Account(verdict, result.events, result.expectation)
        self.numbers = {id(each): number for number, each in enumerate(() if verdict is None else verdict.deviations)}
        self.marked: Marked | None = None
        self.drawn = ""
        if written is not None:
            if self.account is not None:
                self.marked = marked(written.diagram, self.account, name)
            shown = (written.diagram,) if self.marked is None else (self.marked.diagram, self.marked.marks)
            self.drawn = svg(draw(*shown), name=name, style=False)
        self.runs = list(runs(self.account)) if self.account is not None else []

    @property
    def more(self) -> int:
        """How many deviations are not told."""
        return sum(map(len, self.runs[SHOWN:]))

    def told(self) -> list[Told]:
        """The deviations, those that stand together as one."""
        return [self.one(run) for run in self.runs[:SHOWN]]

    def one(self, run: Sequence[Context]) -> Told:
        """One of them."""
        deviation = run[0].deviation
        said = list(block(run))
        return Told(
            deviation.kind,
            summary(run[0]).removeprefix(f"{deviation.kind}: "),
            deviation.place.line,
            said,
            self.anchor(self.numbers[id(deviation)]),
        )

    def anchor(self, number: int | None) -> str:
        """The name of the arrow of a deviation, if the picture has it."""
        return self.marked.anchors.get(number, "") if self.marked is not None and number is not None else ""

    def rows(self) -> list[Row]:
        """Expected beside actual."""
        account = self.account
        return [] if account is None else [self.row(account, entry) for entry in account.entries[:ROWS]]

    def row(self, account: Account, entry: Entry) -> Row:
        """One row of the alignment."""
        deviation = entry.deviation
        kind: Kind | None = deviation.kind if deviation else "passed" if entry.expected is not None else None
        number = None if kind == "missing" else entry.event
        if deviation is not None and deviation.actual_event is not None:
            number = deviation.actual_event
        there = number is not None and number < len(account.events)
        return Row(
            kind or "ignored",
            SIGNS[kind] if kind else "",
            entry.expected.place.line if entry.expected is not None else 0,
            str(account.notation.words(entry.expected)) if entry.expected is not None else "",
            str(number) if there else "",
            str(account.notation.words(account.events[number])) if there and number is not None else "",
            self.anchor(self.numbers.get(id(deviation))),
        )
