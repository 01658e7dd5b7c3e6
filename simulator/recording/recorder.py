"""The recorder: takes operations as they happen and keeps them as the events of one trace.

Lives here: order, thread safety, marks, and events that somebody writes by hand. Must not live here: the words (a
vocabulary gives them), the system.

Laws: events have one order, that in which their announcements reached the recorder, whichever threads and tasks they
come from; so those of one thread or task are in its own order, and what happened before another thread was started, or
after it was joined, stands before or after its events. None is lost. How the events of threads that run at the same
time are interleaved is not repeatable, and no recorder could make it so.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from simulator.errors import DeviationError
from simulator.events import Event, Line, Note, Operation, Trace
from simulator.recording.files import WatchedFolder
from simulator.recording.normalise import Rules
from simulator.recording.telling import Telling

_RUN = {"origin": "run"}


class Recorder:
    """An `events.Observer` that writes down what it is told; safe to share between threads.

    Being told is quick, because the system waits: operations are put into words when somebody first asks for events.

    name: of the trace. word: how an operation is written as an event (`interaction.vocabulary`). rules: which parts of
    foreign text are volatile. caller: the lifeline of the code that is recorded, unless `caller` says otherwise.
    """

    def __init__(
        self,
        name: str,
        word: Callable[[Operation], Event],
        rules: Rules | None = None,
        *,
        caller: str = "Caller",
    ) -> None:
        self.name = name
        self._word = word
        self._rules = rules or Rules()
        # Both ends of a deque are safe to use without a lock, so whoever is recorded never waits for who reads.
        self._told: deque[Operation | Event] = deque()
        self._append: Callable[[Operation | Event], None] = self._told.append
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._caller = ContextVar("caller", default=caller)
        self.calling = self._caller.get
        self._folders: list[WatchedFolder] = []

    def __call__(self, operation: Operation, /) -> None:
        """Append the operation as one event."""
        self._append(operation)

    @contextmanager
    def caller(self, lifeline: str) -> Iterator[None]:
        """Let the code that the block runs be the lifeline `lifeline`.

        That holds as context variables do: for what is called in the block, for the asyncio tasks started in it, for
        `asyncio.to_thread`. A thread made by hand starts with the recorder's own caller, unless it runs in a copy of
        the context (`contextvars.copy_context().run`); so do the threads in which boto3 transfers large files.
        """
        token = self._caller.set(lifeline)
        try:
            yield
        finally:
            self._caller.reset(token)

    @contextmanager
    def telling(self, listener: Callable[[Event], None]) -> Iterator[None]:
        """Tell `listener` of every event, until the block ends, in the thread that it comes from.

        What the listener raises reaches the code that is recorded, out of the call that was announced.
        """
        self._append = Telling(self._told.append, lambda told: listener(self._write(told)))
        try:
            yield
        finally:
            self._append = self._told.append

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

    def watch(self, folder: str | Path, name: str = "") -> WatchedFolder:
        """Give an object for the files of a folder: their changes are events between the caller and lifeline `name`.

        Work with the files through that object, or, for code that cannot be changed, let it run in its block:
        `with recorder.watch("work"):`. name: that of the folder unless given. Raises `ConfigurationError` for a file.
        """
        watched = WatchedFolder(folder, name or Path(folder).resolve().name, self, self.calling)
        self._folders.append(watched)
        return watched

    @contextmanager
    def frame(self, label: str) -> Iterator[None]:
        """Mark a named part of the run, which ends with the block, whatever ends that."""
        self._append(Event(kind="begin", label=label, attributes=_RUN))
        end = Event(kind="end", label=label, attributes=_RUN)
        try:
            yield
        except BaseException:
            # What ended the block is worth more than that its end was not expected.
            with suppress(DeviationError):
                self._append(end)
            raise
        self._append(end)

    def _write(self, told: Operation | Event) -> Event:
        event = self._word(told) if isinstance(told, Operation) else told
        return self._rules.apply(event) if self._rules.rules else event

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far, as a copy. Raises what `word` raises, for an operation it does not know."""
        for folder in self._folders:
            folder.settle()
        with self._lock:
            while self._told:
                self._events.append(self._write(self._told[0]))
                self._told.popleft()
            return tuple(self._events)

    def trace(self) -> Trace:
        """What was recorded until now."""
        return Trace(self.name, self.events)
