"""The recorder: takes operations as they happen and keeps them as the events of one trace.

Lives here: order, thread safety, marks, and events that somebody writes by hand. Must not live here: the words (a
vocabulary gives them), the system.

The order of events of several threads is the order in which their announcements reached the recorder; those of one
thread are in the order of that thread.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from simulator.events import Event, Line, Note, Operation, Trace
from simulator.recording.normalise import Rules

_RUN = {"origin": "run"}


class Recorder:
    """An `events.Observer` that writes down what it is told; safe to share between threads.

    Being told is quick, because the system waits: operations are put into words when somebody first asks for events.

    name: of the trace. word: how an operation is written as an event (`interaction.vocabulary`). rules: which parts of
    foreign text are volatile.
    """

    def __init__(self, name: str, word: Callable[[Operation], Event], rules: Rules | None = None) -> None:
        self.name = name
        self._word = word
        self._rules = rules or Rules()
        self._told: list[Operation | Event] = []
        self._events: list[Event] = []
        self._lock = threading.Lock()

    def __call__(self, operation: Operation, /) -> None:
        """Append the operation as one event."""
        self._append(operation)

    def message(
        self,
        source: str,
        target: str,
        label: str,
        *,
        line: Line = "solid",
        notes: Iterable[str | Note] = (),
        volatile: Mapping[str, str] | None = None,
    ) -> None:
        """Append a message by hand, for whatever no hook sees.

        notes: its data; a string is the text of an `hnote`. volatile: values in the texts that differ from run to run,
        by kind.
        """
        data = tuple(Note("hnote", note) if isinstance(note, str) else note for note in notes)
        attributes = {"volatile": dict(volatile)} if volatile else {}
        self._append(Event(source=source, target=target, line=line, label=label, notes=data, attributes=attributes))

    def note(self, text: str, *on: str, shape: str = "hnote", volatile: Mapping[str, str] | None = None) -> None:
        """Append a free-standing data note on one lifeline or several; volatile as for `message`."""
        attributes = {"volatile": dict(volatile)} if volatile else {}
        self._append(Event(kind="note", on=on, shape=shape, text=text, attributes=attributes))

    def section(self, title: str) -> None:
        """Mark that a named part of the run starts here."""
        self._append(Event(kind="section", label=title, attributes=_RUN))

    @contextmanager
    def frame(self, label: str) -> Iterator[None]:
        """Mark a named part of the run, which ends with the block, whatever ends that."""
        self._append(Event(kind="begin", label=label, attributes=_RUN))
        try:
            yield
        finally:
            self._append(Event(kind="end", label=label, attributes=_RUN))

    def _append(self, told: Operation | Event) -> None:
        with self._lock:
            self._told.append(told)

    def _write(self, told: Operation | Event) -> Event:
        event = self._word(told) if isinstance(told, Operation) else told
        return self._rules.apply(event) if self._rules.rules else event

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far, as a copy. Raises what `word` raises, for an operation it does not know."""
        with self._lock:
            self._events += [self._write(told) for told in self._told]
            self._told.clear()
            return tuple(self._events)

    def trace(self) -> Trace:
        """What was recorded until now."""
        return Trace(self.name, self.events)
