"""How the stores tell an observer what they do.

Lives here: the lifelines of the blob manager, and the one place where an `Operation` is built. Must not live here: how
an operation is worded.

Law: without an observer nothing is built.
"""

from dataclasses import dataclass

from simulator.events import Observer, Operation

CALLER = "Nuxeo"
TEMP = "tmp"

# Values that differ from run to run, and the kind they are reported as.
_VOLATILE = {"temp": "TMP"}


@dataclass(frozen=True, slots=True)
class Announcer:
    """Announces operations to `observer`, or to nobody."""

    observer: Observer | None = None

    def __call__(self, name: str, source: str, target: str, /, **values: str | int) -> None:
        """Announce the operation `name` from lifeline `source` to lifeline `target`."""
        if self.observer is not None:
            volatile = {_VOLATILE[value]: str(values[value]) for value in values if value in _VOLATILE}
            self.observer(Operation(name, source, target, values, volatile))
