"""Telling somebody of what happens, at once and in order.

Lives here: `Telling`. Must not live here: what is kept of it (`recorder`), who listens.

Laws: the listener is told of one thing at a time, in the order in which things are kept, each in the thread that it
comes from. What comes up while a thread listens - a finalizer may delete a file - waits until it has listened.
"""

import threading
from collections import deque
from collections.abc import Callable

from simulator.events import Event, Operation


class Telling:
    """Keeps what happens, and tells a listener; what that raises goes back to where it happens."""

    def __init__(
        self, keep: Callable[[Operation | Event], None], listener: Callable[[Operation | Event], None]
    ) -> None:
        self._keep = keep
        self._listener = listener
        self._lock = threading.RLock()
        self._waiting: deque[Operation | Event] = deque()
        self._listening = False

    def __call__(self, happened: Operation | Event) -> None:
        """Take the next thing."""
        with self._lock:
            self._keep(happened)
            self._waiting.append(happened)
            if self._listening:
                return
            self._listening = True
            try:
                while self._waiting:
                    self._listener(self._waiting.popleft())
            finally:
                self._listening = False
