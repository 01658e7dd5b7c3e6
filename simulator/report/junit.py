"""A report as JUnit XML, which CI servers and editors read (the schema of the Jenkins xUnit plugin, `junit-10.xsd`).

Lives here: suites and cases. Must not live here: wording (`text`).

Laws: a suite per diagram, a case per trace. What does not conform is a failure with the whole text about it, what was
not run is skipped, and wrong input is an error: nothing that is wrong looks green.
"""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from simulator.errors import SimulatorError
from simulator.report.line import plain
from simulator.report.result import Report, Result
from simulator.report.text import failure_lines

# What XML 1.0 cannot hold at all (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report_junit(report: Report) -> str:
    """The document of a `check`; times are in seconds."""
    by_diagram: dict[str, list[Result]] = {}
    for result in report.results:
        by_diagram.setdefault(result.diagram, []).append(result)
    root = Element("testsuites", name="simulator")
    for diagram, results in by_diagram.items():
        suite = _suite(root, diagram, len(results), sum(each.seconds for each in results))
        for result in results:
            _case(suite, result)
        _count(suite)
    if report.errors:
        suite = _suite(root, "wrong input", len(report.errors), 0)
        for error in report.errors:
            _error(suite, error)
        _count(suite)
    _total(root)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str, tests: int, seconds: float) -> Element:
    return SubElement(root, "testsuite", name=_text(name), tests=str(tests), time=f"{seconds:.3f}")


def _case(suite: Element, result: Result) -> None:
    where = f" on {result.s3}" if result.s3 else ""
    name, seconds = f"{result.trace or 'not run'}{where}", f"{result.seconds:.3f}"
    case = SubElement(suite, "testcase", classname=_text(result.diagram), name=_text(name), time=seconds)
    if result.outcome is None:
        SubElement(case, "skipped", message=_text(result.not_run))
    elif result.outcome != "conforms":
        lines = plain(failure_lines(result)).strip("\n")
        failure = SubElement(case, "failure", type=result.outcome, message=_text(lines.split("\n", 1)[0]))
        failure.text = _text(lines)


def _error(suite: Element, error: SimulatorError) -> None:
    case = SubElement(
        suite, "testcase", classname="wrong input", name=_text(str(error.place or error.message)), time="0"
    )
    SubElement(case, "error", type=type(error).__name__, message=_text(error.message)).text = _text(str(error))


def _count(suite: Element) -> None:
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{tag}"))))


def _total(root: Element) -> None:
    for kind in ("tests", "failures", "errors"):
        root.set(kind, str(_sum(suite.get(kind, "0") for suite in root)))


def _sum(counts: Iterable[str]) -> int:
    return sum(map(int, counts))


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
