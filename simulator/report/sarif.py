"""A report as SARIF 2.1.0, which code hosts show beside the changed lines (OASIS, Static Analysis Results Format).

Lives here: one result per deviation. Must not live here: sentences (`deviation`).

Laws: the same report gives the same bytes, whatever time it took. The fingerprint of a deviation stays when lines
above it come or go: it is made of what is said, not of where. Paths below the folder given are relative to it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from simulator.conformance.verdict import Verdict
from simulator.errors import Place
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.deviation import sentence
from simulator.report.line import utf8
from simulator.report.patch import patch
from simulator.report.result import Report, Result

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

_RULES: Mapping[str, str] = {
    "missing": "The diagram expects an event that the run lacks.",
    "unexpected": "The run has an event that the diagram does not allow there.",
    "different": "An event of the run differs from the one that the diagram expects.",
    "moved": "An event of the run stands at another place than in the diagram.",
    "forbidden": "The run does what `group neg` forbids.",
    "inconclusive": "The run could not be judged.",
    "step": "A step of the scenario did not give what it expects.",
    "input": "A diagram, scenario, log or setting is wrong.",
}

Entry = dict[str, Any]


def report_sarif(report: Report, folder: PurePath) -> str:
    """The document of a `check`; folder: what paths are relative to."""
    found = [*_found(report, folder)]
    driver = {
        "name": "simulator",
        "version": _version(),
        "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in _RULES.items()],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": _with_fingerprints(found)}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _version() -> str:
    try:
        return version("conformance-simulator")
    except PackageNotFoundError:
        return "unknown"


def _found(report: Report, folder: PurePath) -> Iterator[Entry]:
    for result in report.results:
        for failure in result.failures:
            yield _entry("step", failure.message, failure.place, folder, result.diagram)
        if result.verdict is not None:
            yield from _of_verdict(result, result.verdict, folder)
    for error in report.errors:
        place = error.place or Place("")
        yield _entry("input", error.message, place, folder, "")


def _of_verdict(result: Result, verdict: Verdict, folder: PurePath) -> Iterator[Entry]:
    if verdict.outcome == "inconclusive":
        place = result.expectation.place if result.expectation is not None else Place(result.diagram)
        yield _entry("inconclusive", f"trace {result.trace}: {verdict.reason}", place, folder, result.diagram)
        return
    for context in contexts(Account(verdict, result.events, result.expectation)):
        deviation = context.deviation
        said = f"trace {result.trace}: {sentence(context)}"
        yield _entry(deviation.kind, said, deviation.place, folder, _stable(result, context))


def _stable(result: Result, context: Context) -> str:
    """What a deviation is about, without numbers of lines and events, and with holes instead of values."""
    deviation, change = context.deviation, patch([context])
    expected = "" if deviation.expected is None else str(context.notation.words(deviation.expected))
    wanted = " ".join(change.text) if change is not None else ""
    return "\n".join((result.diagram, deviation.kind, deviation.section, *deviation.frames, expected, wanted))


def _entry(rule: str, message: str, place: Place, folder: PurePath, about: str) -> Entry:
    entry: Entry = {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": "warning" if rule == "inconclusive" else "error",
        "message": {"text": utf8(message)},
        "partialFingerprints": {"deviation/v1": f"{rule}\n{about or message}"},
    }
    if place.file:
        region = {"startLine": place.line, "startColumn": place.column}
        location = {"artifactLocation": {"uri": uri(place.file, folder)}, "region": region}
        entry["locations"] = [{"physicalLocation": location}]
    return entry


def _with_fingerprints(entries: list[Entry]) -> list[Entry]:
    """What is said twice is told apart by its turn."""
    turns: Counter[str] = Counter()
    for entry in entries:
        prints = entry["partialFingerprints"]
        about = prints["deviation/v1"]
        turns[about] += 1
        prints["deviation/v1"] = hashlib.sha256(f"{about}\n{turns[about]}".encode("utf-8", "replace")).hexdigest()
    return entries


def uri(file: str, folder: PurePath) -> str:
    """A path as a relative reference (RFC 3986), where it is below the folder."""
    path = PurePath(file)
    if path.is_absolute() and path.is_relative_to(folder):
        path = path.relative_to(folder)
    written = quote(utf8(path.as_posix()))
    return f"file://{written}" if path.is_absolute() else written
