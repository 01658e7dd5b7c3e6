"""Ctrl-C that strikes where Python cannot raise it.

Lives here: pressing it once more, so to speak. Must not live here: what a command does then (`cli`, `bench`).

Law: Ctrl-C is never lost. In a finalizer, or a callback of the garbage collector, Python only writes about a
`KeyboardInterrupt`, and goes on.
"""

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

# How long a finalizer is given to end, in seconds. If it takes longer, the next try comes from there.
_SOON = 0.01


@contextmanager
def never_lost() -> Iterator[None]:
    """Within the block, Ctrl-C that was lost comes again, as a signal to the main thread."""
    before = sys.unraisablehook

    def hook(lost: "UnraisableHookArgs", /) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            again = threading.Timer(_SOON, _thread.interrupt_main)
            again.daemon = True
            again.start()
        else:
            before(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
