"""How the stores tell an observer what they do.

Lives here: the lifelines of the blob manager, and the one place where an `Operation` is built. Must not live here: how
an operation is worded.

Laws: without an observer nothing is built. A request that S3 gets several times is one operation, with the attribute
`retries`; one that is announced before the request gets it when the answer is there.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.blobs.keys import random_part, random_path, version_part
from simulator.events import Observer, Operation

CALLER = "Nuxeo"
TEMP = "tmp"

# Values that differ from run to run, and the kind they are reported as.
_VOLATILE = {"temp": "TMP", "version": "VERSION", "bucket": "BUCKET"}
# Values that may hold a random key or end in a version.
_KEYS = {"key", "source"}
# Requests that are announced before they are sent, and those whose answer is.
_BEFORE = {
    "put",
    "head",
    "exists",
    "copy",
    "delete",
    "delete-version",
    "update-class",
    "update-retention",
    "update-hold",
}
_AFTERWARDS = {"get", "get-missing"}


@dataclass(frozen=True, slots=True)
class Announcer:
    """Announces operations to `observer`, or to nobody."""

    observer: Observer | None = None
    _last: threading.local = field(default_factory=threading.local, compare=False)

    def __call__(self, name: str, source: str, target: str, /, **values: str | int) -> None:
        """Announce the operation `name` from lifeline `source` to lifeline `target`."""
        if self.observer is None:
            return
        last = self._last.__dict__
        attributes: dict[str, int] = {}
        retries = last.pop("retries", 0)
        if retries and name in _AFTERWARDS:
            attributes["retries"] = retries
        last["attributes"] = attributes if name in _BEFORE else None
        self.observer(Operation(name, source, target, values, _volatile(values), attributes))

    def retried(self, retries: int) -> None:
        """Note that the request of this thread, announced or not yet, was sent again so often."""
        last = self._last.__dict__
        attributes = last.get("attributes")
        if attributes is None:
            last["retries"] = retries
        elif retries:
            attributes["retries"] = attributes.get("retries", 0) + retries


def _volatile(values: Mapping[str, str | int]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if name in _KEYS:
            text = str(value)
            # Most keys are neither, and the system waits: what no key without it can be is looked for first.
            if "-0" in text and (random := random_part(text)):
                _add_random(found, random, text)
            if "@" in text and (version := version_part(text)):
                found["VERSION"] = version
        elif name in _VOLATILE:
            found[_VOLATILE[name]] = str(value)
    return found


def _add_random(found: dict[str, str], random: str, text: str) -> None:
    """Add a random key, of which a copy can have two, and the directories that are made of its beginning."""
    copied = found.get("TMP", random) != random
    found["COPY" if copied else "TMP"] = random
    if "/" in text and (path := random_path(text)):
        found["COPY_PATH" if copied else "PATH"] = path
