"""What the interpreter opens: files, and anything of the network. For tests that nothing else is touched."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_heard: list[list[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if not _heard:
        return
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        _heard[-1].append(os.fsdecode(arguments[0]))
    elif event.startswith("socket."):
        _heard[-1].append(event)


# A hook stays for good: it is one for all tests.
sys.addaudithook(_hear)


@contextmanager
def opened() -> Iterator[list[str]]:
    """The names of all files that are opened meanwhile, and what is done with sockets (`socket.connect`)."""
    _heard.append([])
    try:
        yield _heard[-1]
    finally:
        _heard.pop()
