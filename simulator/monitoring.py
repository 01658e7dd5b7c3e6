"""Judging a run while it is recorded.

Lives here: when a run is stopped, and with which words. Must not live here: what is possible when
(`conformance.monitor`), how events are recorded (`recording`), the wording itself (`report.text`).

Laws: the first event that no allowed run has there is the one that raises. A run that is recorded to its end without an
error conforms.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from simulator.conformance.monitor import Monitor
from simulator.conformance.verdict import Verdict
from simulator.errors import DeviationError
from simulator.events import Event
from simulator.recording.recorder import Recorder
from simulator.report.line import plain
from simulator.report.result import Result
from simulator.report.text import failure_lines


@contextmanager
def monitored(recording: AbstractContextManager[Recorder], monitor: Monitor) -> Iterator[Recorder]:
    """Record, and stop what is not allowed: whoever does it gets a `DeviationError`.

    What ends too early raises at the end of the block, and so does what was not allowed where the error did not get
    out; nothing does where another exception ends the block.
    """
    with recording as recorder:
        watch = _Watch(monitor, recorder.name)
        with recorder.telling(watch):
            yield recorder
    watch.end()


class _Watch:
    """Takes the events of one run."""

    def __init__(self, monitor: Monitor, name: str) -> None:
        self._monitor = monitor
        self._name = name
        self._error: DeviationError | None = None

    def __call__(self, event: Event) -> None:
        """Take the next event. Raises `DeviationError`, once: what comes after it is not judged."""
        self._monitor.observe(event)
        if self._error is None and self._monitor.violation is not None:
            self._error = self._worded(self._monitor.violation)
            raise self._error

    def end(self) -> None:
        """Raise what was raised before, or that the run does not conform."""
        if self._error is None:
            verdict = self._monitor.verdict(self._name)
            self._error = None if verdict.conforms else self._worded(verdict)
        if self._error is not None:
            raise self._error

    def _worded(self, verdict: Verdict) -> DeviationError:
        expectation = self._monitor.expectation
        events = tuple(self._monitor.events)
        result = Result(expectation.name, self._name, verdict, events=events, expectation=expectation)
        return DeviationError(plain(failure_lines(result)).strip("\n"))
