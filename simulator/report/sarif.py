"""What is wrong as SARIF 2.1.0, which code hosts show beside the changed lines (OASIS, Static Analysis Results Format).

Lives here: the shape of the document. Must not live here: what is wrong (`finding`, `campaign_finding`).

Laws: the same findings give the same bytes, whatever time it took. The fingerprint of a finding stays when lines above
it come or go: it is made of what is said, not of where. Paths below the folder given are relative to it.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from simulator.errors import Place
from simulator.report.finding import KINDS, Finding
from simulator.report.line import utf8, visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

# The second is the one that GitHub goes by.
_FINGERPRINTS = ("finding/v1", "primaryLocationLineHash")

Entry = dict[str, Any]


def sarif(findings: Iterable[Finding], folder: PurePath, status: int) -> str:
    """The document; folder: what paths are relative to. status: the exit status of the command."""
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in KINDS.items()]
    driver = {"name": "simulator", "version": _version(), "rules": rules}
    turns: Counter[str] = Counter()
    run = {
        "tool": {"driver": driver},
        # What deviates is a result; wrong input and a stop are no successful execution.
        "invocations": [{"executionSuccessful": status in {0, 1}, "exitCode": status}],
        "columnKind": "unicodeCodePoints",
        "results": [_entry(each, folder, turns) for each in findings],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _version() -> str:
    try:
        return version("conformance-simulator")
    except PackageNotFoundError:
        return "unknown"


def _entry(finding: Finding, folder: PurePath, turns: Counter[str]) -> Entry:
    """One result; turns: how often each fingerprint was there before."""
    about = "\n".join((finding.kind, uri(finding.diagram, folder), finding.about))
    turns[about] += 1
    fingerprint = hashlib.sha256(f"{about}\n{turns[about]}".encode("utf-8", "backslashreplace")).hexdigest()
    entry: Entry = {
        "ruleId": finding.kind,
        "ruleIndex": list(KINDS).index(finding.kind),
        "level": "error",
        "message": {"text": visible(utf8(str(finding)), "\n")},
        "partialFingerprints": dict.fromkeys(_FINGERPRINTS, fingerprint),
    }
    if finding.count > 1:
        entry["occurrenceCount"] = finding.count
    if finding.place is not None and finding.place.file:
        entry["locations"] = [{"physicalLocation": _location(finding.place, folder)}]
    return entry


def _location(place: Place, folder: PurePath) -> Entry:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"artifactLocation": {"uri": uri(place.file, folder)}, "region": region}


def uri(file: str, folder: PurePath) -> str:
    """A path as a relative reference (RFC 3986), where it is below the folder."""
    path = PurePath(file)
    if path.is_absolute() and path.is_relative_to(folder):
        path = path.relative_to(folder)
    written = quote(os.fsencode(path.as_posix()))
    return f"file://{written}" if path.is_absolute() else written
