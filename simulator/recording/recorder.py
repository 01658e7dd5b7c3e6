"""The recorder: takes operations as they happen and keeps them as the events of one trace.

Lives here: order, thread safety, section marks. Must not live here: the words (a vocabulary gives them), the system.

The order of events of several threads is the order in which their announcements reached the recorder.
"""

import threading
from collections.abc import Callable, Sequence

from simulator.events import Event, Operation, Trace


class Recorder:
    """An `events.Observer` that writes down what it is told; safe to share between threads.

    name: of the trace. word: how an operation is written as an event (`interaction.vocabulary`).
    """

    def __init__(self, name: str, word: Callable[[Operation], Event]) -> None:
        self._name = name
        self._word = word
        self._events: list[Event] = []
        self._lock = threading.Lock()

    def __call__(self, operation: Operation, /) -> None:
        """Append the operation as one event."""
        event = self._word(operation)
        with self._lock:
            self._events.append(event)

    def section(self, title: str) -> None:
        """Mark that a named part of the run starts here."""
        with self._lock:
            self._events.append(Event(kind="section", label=title, attributes={"origin": "run"}))

    @property
    def events(self) -> Sequence[Event]:
        """The events so far, as a copy."""
        with self._lock:
            return tuple(self._events)

    def trace(self) -> Trace:
        """What was recorded until now."""
        return Trace(self._name, tuple(self.events))
