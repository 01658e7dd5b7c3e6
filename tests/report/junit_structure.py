"""What `junit-10.xsd` of the Jenkins xUnit plugin allows, written down from it.

Lives here: its elements, attributes and times. No package ships the schema, and copies of others' files are not kept.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

# SUREFIRE_TIME
_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?")
_SAID = (frozenset[str](), frozenset({"type", "message"}), frozenset[str]())

# By tag: the attributes that must be there, those that may, and the elements below, any number in any order.
_ELEMENTS = {
    "testsuites": (frozenset[str](), frozenset({"name", "time", "tests", "failures", "errors"}), {"testsuite"}),
    "testsuite": (
        frozenset({"name", "tests", "failures", "errors"}),
        frozenset(
            {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"}
        ),
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        frozenset({"name"}),
        frozenset({"time", "classname", "group"}),
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "skipped": _SAID,
    "error": _SAID,
    "failure": _SAID,
}


def problems(element: Element) -> Iterator[str]:
    """What is wrong with an element, and with all below."""
    if element.tag not in _ELEMENTS:
        yield f"there is no element {element.tag}"
        return
    required, optional, below = _ELEMENTS[element.tag]
    yield from (f"{element.tag} lacks {name}" for name in required - set(element.keys()))
    yield from (f"{element.tag} has {name}" for name in set(element.keys()) - required - optional)
    yield from (f"{element.tag} holds {each.tag}" for each in element if each.tag not in below)
    if below and ((element.text or "").strip() or any((each.tail or "").strip() for each in element)):
        yield f"{element.tag} holds text"
    if not _TIME.fullmatch(element.get("time", "")) and element.tag != "testcase":
        yield f"{element.get('time')} is no time"
    for each in element:
        yield from problems(each)
