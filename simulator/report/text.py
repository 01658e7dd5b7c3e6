"""What `check` says in a terminal: diagrams and sections, what no trace showed, every failure whole, the summary.

Of several S3 services, the table of their differences (`matrix`) stands for the lines per diagram.

Lives here: the order and the words of the text report. Must not live here: one deviation (`deviation`), one event
(`notation`), colours (the command line).

Law: with the times left out, the same results give the same lines.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from simulator.conformance.verdict import Outcome, Verdict
from simulator.report.account import Account
from simulator.report.advice import advice
from simulator.report.context import Context, contexts, runs
from simulator.report.covered import coverage_lines
from simulator.report.deviation import PATCHES, block, summary
from simulator.report.groups import Group, groups
from simulator.report.line import EMPTY, Line, Span, Style, line
from simulator.report.matrix import matrix_lines, same
from simulator.report.result import Report, Result, Summary
from simulator.report.sections import Entry, Section, sections
from simulator.report.strength import strength_lines

Detail = Literal["quiet", "normal", "verbose"]

DIAGRAMS = 20
"""Where more are told, those that conform are told without their sections."""
SHOWN = 5
GROUPS = 10
EXPECTED = 10
STYLES: Mapping[Outcome, Style] = {"conforms": "good", "deviates": "bad", "prefix": "bad", "inconclusive": "doubt"}
_COLUMN = 14
_NO_TITLE = "(no section)"


def report_lines(report: Report, detail: Detail = "normal", again: str = "") -> Iterator[Line]:
    """The whole report.

    detail: `quiet` leaves out what conforms, `verbose` shows every event and every deviation.
    again: the command that runs the failures once more, without their paths; empty to leave the line out.
    """
    failed = [result for result in report.results if result.outcome not in {None, "conforms"}]
    several = len(report.services) > 1
    if several:
        yield from matrix_lines(report, always=detail != "quiet")
    if detail == "verbose" or (detail == "normal" and not several):
        told = [*map(_alone, report.results)] if detail == "verbose" else groups(report.results)
        for group in told:
            brief = len(told) > DIAGRAMS and detail != "verbose" and group.first.outcome == "conforms"
            yield from _overview(group, detail, several=several, brief=brief)
    elif several and detail == "normal":
        reasons = dict.fromkeys((result.diagram, result.not_run) for result in report.results if not result.outcome)
        yield from (_not_run(diagram, why) for diagram, why in reasons)
    if detail != "quiet":
        yield from coverage_lines(report, verbose=detail == "verbose")
    yield from _failures(failed, detail, several=several)
    yield from strength_lines(report.results, quiet=detail == "quiet", verbose=detail == "verbose")
    if failed or (report.results and detail != "quiet"):
        yield EMPTY
    yield summary_line(report)
    if failed and again:
        # Where several diagrams may allow a trace, all that were named belong to the question.
        alone = all(result.candidates == 1 or result.s3 for result in failed)
        paths = dict.fromkeys(shlex.quote(result.diagram) for result in failed) if alone else ()
        yield line("run again: ", Span(" ".join((again, *paths)), "strong"))


def summary_line(report: Report) -> Line:
    """The counts and the time of all results."""
    parts = [f"{count} {name}" for count, name in _named(report.summary) if count]
    parts += [counted(len(report.errors), "error")] if report.errors else []
    seconds = sum(result.seconds for result in report.results)
    seed = f", seed {report.seed}" if report.seed is not None else ""
    stopped = "stopped: " if report.interrupted else ""
    text = f"{stopped}{', '.join(parts) or 'nothing found'}"
    return line(Span(text, "bad" if report.status else "good"), Span(f" ({seconds:.2f} s{seed})", "faint"))


def counted(count: int, noun: str) -> str:
    """A count and its noun: `1 event`, `2 events`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _named(counts: Summary) -> Iterator[tuple[int, str]]:
    yield counts.conforms, "conforms" if counts.conforms == 1 else "conform"
    yield counts.deviates, "deviates" if counts.deviates == 1 else "deviate"
    yield counts.prefix, "prefix"
    yield counts.inconclusive, "inconclusive"
    yield counts.not_run, "not run"


def _not_run(diagram: str, why: str) -> Line:
    return line(Span("not run".ljust(_COLUMN), "faint"), diagram, Span(f"   {why}", "faint"))


def _alone(result: Result) -> Group:
    return Group((result,))


def failure_lines(result: Result) -> Iterator[Line]:
    """All about one result that is not as it should be."""
    return _failures([result], "normal", several=False)


def _failures(failed: Sequence[Result], detail: Detail, *, several: bool) -> Iterator[Line]:
    """What does not conform, those together that say the same."""
    alike = [Group(tuple(each)) for each in same(failed).values()] if several else groups(failed)
    shown = alike if detail == "verbose" else alike[:GROUPS]
    for group in shown:
        where = f" on {', '.join(each.s3 for each in group.results)}: trace {group.first.trace}" if several else ""
        yield from _failure(group, detail, where or f": {group}")
    if rest := sum(group.count for group in alike[len(shown) :]):
        yield EMPTY
        what = f"and {counted(rest, 'more trace')}, which deviate in {len(alike) - len(shown)} other ways"
        yield line(Span(f"{what}; -v shows all", "faint"))
    if any(group.first.verdict is not None and group.first.verdict.outcome == "deviates" for group in shown):
        yield EMPTY
        yield line(Span(PATCHES, "faint"))


def _overview(group: Group, detail: Detail, *, several: bool, brief: bool) -> Iterator[Line]:
    result = group.first
    verdict, outcome = result.verdict, result.outcome
    if verdict is None or outcome is None:
        yield _not_run(result.diagram, result.not_run)
        return
    where = f" on {result.s3}" if several else ""
    size = f"{counted(verdict.actual, 'event')}, " if group.count == 1 else ""
    about = f"   {group}{where}, {size}{sum(each.seconds for each in group.results):.2f} s"
    yield line(Span(outcome.ljust(_COLUMN), STYLES[outcome]), result.diagram, Span(about, "faint"))
    for warning in result.warnings:
        yield line(" " * _COLUMN, Span("warning: ", "doubt"), warning)
    if brief or group.count > 1 or (outcome == "inconclusive" and detail != "verbose"):
        return
    found = sections(verdict)
    width = max((len(section.title or _NO_TITLE) for section in found), default=0)
    named = any(section.title for section in found)
    account = Account(verdict, result.events, result.expectation)
    told = {id(context.deviation): context for context in contexts(account)} if detail == "verbose" else {}
    for section in found:
        if named:
            title = (section.title or _NO_TITLE).ljust(width)
            state = _section_state(section, verdict)
            yield line(" " * _COLUMN, title, Span(f"{counted(section.expected, 'event'):>11}  ", "faint"), state)
        if detail == "verbose":
            yield from (_entry(entry, account, told) for entry in section.entries)


def _section_state(section: Section, verdict: Verdict) -> Span:
    if not section.deviations:
        return Span("ok", "good")
    if verdict.outcome == "prefix":
        return Span(f"{section.deviations} still expected", "bad")
    return Span(counted(section.deviations, "deviation"), "bad")


def _entry(entry: Entry, account: Account, told: Mapping[int, Context]) -> Line:
    """One row of the alignment: event number, line of the diagram, the event, the values it is the first to show."""
    place = entry.deviation.place if entry.deviation else entry.expected.place if entry.expected else None
    at = f"line {place.line}" if place else "ignored"
    gutter = Span(f"{' ' * (_COLUMN + 2)}{entry.event:>4}  {at:<10}", "faint")
    if entry.deviation is not None:
        return line(gutter, Span(summary(told[id(entry.deviation)]), "bad"))
    if entry.event >= len(account.events):
        return line(gutter)
    values = ", ".join(f"{name} = {entry.values[name]}" for name in entry.binds)
    words = str(account.notation.words(account.events[entry.event]))
    return line(gutter, words, Span(f"   {values}" if values else "", "faint"))


def _failure(group: Group, detail: Detail, where: str) -> Iterator[Line]:
    result = group.first
    verdict, outcome = result.verdict, result.outcome
    if verdict is None or outcome is None:
        return
    yield EMPTY
    headline = f"{where}: {_headline(result, verdict)}"
    if group.count > 1 and not result.s3:
        headline += f"; the first, {result.trace}, is shown"
    yield line(Span(outcome, STYLES[outcome]), " ", Span(result.diagram, "strong"), headline)
    if what := advice(verdict):
        yield line("  to do: ", Span(what, "faint"))
    account = Account(verdict, result.events, result.expectation)
    for failure in result.failures:
        yield line("  ", Span(str(failure.place), "strong"), ": ", Span("step", "bad"), f": {failure.message}")
    if verdict.outcome == "prefix":
        yield from _still_expected(account, detail)
    elif verdict.outcome == "deviates" or detail == "verbose":
        yield from _deviations(account, detail)


def _deviations(account: Account, detail: Detail) -> Iterator[Line]:
    found = list(runs(account))
    shown = found if detail == "verbose" else found[:SHOWN]
    for run in shown:
        yield EMPTY
        yield from (each.indented(2) for each in block(run))
    if rest := sum(len(run) for run in found[len(shown) :]):
        yield EMPTY
        yield line("  ", Span(f"and {counted(rest, 'more deviation')}; -v shows all", "faint"))


def _headline(result: Result, verdict: Verdict) -> str:
    if result.candidates > 1 and not verdict.conforms:
        return f"none of {result.candidates} diagrams allows it, this one is nearest: {_problem(result, verdict)}"
    return _problem(result, verdict)


def _problem(result: Result, verdict: Verdict) -> str:
    match verdict.outcome:
        case "conforms":
            return f"every event fits, but {counted(len(result.failures), 'step')} failed"
        case "inconclusive":
            open_search = verdict.cost is None and verdict.bound
            return f"{verdict.reason}{f'; at least {verdict.bound} differ' if open_search else ''}"
        case "prefix":
            return f"it stops too early, {counted(len(verdict.deviations), 'event')} still expected"
        case "deviates":
            return f"{counted(len(verdict.deviations), 'deviation')} in {counted(verdict.expected, 'expected event')}"


def _still_expected(account: Account, detail: Detail) -> Iterator[Line]:
    found = list(contexts(account))
    shown = len(found) if detail == "verbose" else EXPECTED
    if found and (before := found[0].before) is not None:
        number, event = before
        yield line("  it stops after ", str(account.notation.words(event)), Span(f"   (event {number})", "faint"))
    for context in found[:shown]:
        expected, around = context.deviation.expected, ", ".join(context.around)
        words = str(account.notation.words(expected)) if expected is not None else ""
        inside = Span(f"   (in {around})" if around else "", "faint")
        yield line("  ", Span(str(context.deviation.place), "strong"), f": still expected: {words}", inside)
    if rest := len(found[shown:]):
        yield line("  ", Span(f"and {counted(rest, 'more event')}; -v shows all", "faint"))
