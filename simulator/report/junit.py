"""Cases as JUnit XML, which CI servers and editors read (the schema of the Jenkins xUnit plugin, `junit-10.xsd`).

Lives here: suites, cases, the document, and the cases of a `check`. Must not live here: wording (`text`), the cases of
campaigns (`campaign_junit`).

Laws: a suite per diagram, a case per trace. What does not conform is a failure with the whole text about it, what was
not run is skipped, and wrong input is an error: there is a failure or an error exactly where the exit status is not 0.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from simulator.errors import SimulatorError
from simulator.report.covered import under_lines, under_sentence
from simulator.report.finding import NOTHING_JUDGED, STOPPED, findings
from simulator.report.line import plain, utf8
from simulator.report.result import Campaign, Report, Result
from simulator.report.text import failure_lines

# What XML 1.0 cannot hold at all (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

OURS = "simulator"
"""The suite of what belongs to no diagram."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test: tag says how it came out, empty for well; kind, message, text: what is said then. seconds: it took."""

    suite: str
    name: str
    seconds: float = 0.0
    tag: Literal["", "failure", "error", "skipped"] = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def report_junit(report: Report) -> str:
    """The document of a `check`; times are in seconds."""
    return junit(_cases(report))


def junit(cases: Iterable[Case]) -> str:
    """The document."""
    by_suite: dict[str, list[Case]] = {}
    for case in cases:
        by_suite.setdefault(case.suite, []).append(case)
    root = Element("testsuites", name="simulator")
    for name, members in by_suite.items():
        suite = SubElement(root, "testsuite", {"name": _text(name), **_counts(members)})
        for case in members:
            _add(suite, case)
    every = [case for members in by_suite.values() for case in members]
    for name, value in _counts(every).items():
        if name != "skipped":
            root.set(name, value)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def case_of_error(error: SimulatorError) -> Case:
    """Wrong input."""
    name = str(error.place or error.message)
    return Case("wrong input", name, 0.0, "error", type(error).__name__, error.message, str(error))


def case_of_coverage(report: Report | Campaign) -> Case:
    """Too little was exercised."""
    lines = plain(under_lines(report)).rstrip("\n")
    return Case(OURS, "coverage", 0.0, "failure", "coverage", under_sentence(report), lines)


def _cases(report: Report) -> Iterator[Case]:
    several = len(report.services) > 1
    for result in report.results:
        yield _case(result, several=several)
    yield from map(case_of_error, report.errors)
    if report.under and report.summary.judged:
        yield case_of_coverage(report)
    if report.interrupted:
        yield Case(OURS, "stopped", 0.0, "error", "stopped", STOPPED)
    elif not report.summary.judged and not report.errors:
        yield Case(OURS, "nothing was judged", 0.0, "error", "input", NOTHING_JUDGED)


def _case(result: Result, *, several: bool) -> Case:
    where = f" on {result.s3}" if several and result.s3 else ""
    name = f"{result.trace or 'not run'}{where}"
    if result.outcome is None:
        return Case(result.diagram, name, result.seconds, "skipped", "not run", result.not_run)
    if result.outcome == "conforms":
        return Case(result.diagram, name, result.seconds)
    found = [each.message for each in findings(Report((result,)))]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    text = plain(failure_lines(result)).strip("\n")
    return Case(result.diagram, name, result.seconds, "failure", result.outcome, f"{found[0]}{more}", text)


def _add(suite: Element, case: Case) -> None:
    time = f"{case.seconds:.3f}"
    element = SubElement(suite, "testcase", classname=_text(case.suite), name=_text(case.name), time=time)
    if case.tag:
        said = SubElement(element, case.tag, type=_text(case.kind), message=_text(case.message))
        said.text = _text(case.text) or None


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    tags, seconds = [case.tag for case in cases], sum(case.seconds for case in cases)
    counts = {"failures": tags.count("failure"), "errors": tags.count("error"), "skipped": tags.count("skipped")}
    return {"tests": str(len(tags)), **{name: str(count) for name, count in counts.items()}, "time": f"{seconds:.3f}"}


def _text(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"\\x{ord(found.group()):02x}", utf8(text))
