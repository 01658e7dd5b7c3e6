"""What any code of this process is about to do to files, as Python's audit events tell it.

Lives here: the one audit hook, and reading its events as changes. Must not live here: folders, and what is told of a
change (`files`).

An audit hook cannot be removed (PEP 578). So there is one, added when somebody first listens; while nobody does, it
looks whether somebody does, and that is all. Reading files is no change. What is done without Python - by other
processes, and by libraries that open files themselves, as SQLite - has no audit event, and that of a file opened
relative to a descriptor (`dir_fd`) does not say where.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, Literal

Kind = Literal[
    "open", "rename", "delete", "mkdir", "rmdir", "link", "symlink", "rmtree", "random-file", "random-folder"
]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is about to be done; paths are absolute.

    path: of what. target: where it goes (`rename`), what it leads to (`link`, `symlink`), or the random part of the
    name that `tempfile` gives to `path` (`random-file`, `random-folder`). flags: how it is opened.
    """

    kind: Kind
    path: str
    target: str = ""
    flags: int = 0


Listener = Callable[[Change, FrameType], None]

_listeners: list[Listener] = []
_lock = threading.Lock()
_hooks: list[object] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of every change that is about to be tried, in the thread that tries it, while the block runs.

    With the change comes the innermost frame of the code that makes it. What the listener raises is raised there, and
    keeps the change from being made.
    """
    with _lock:
        if not _hooks:
            sys.addaudithook(_hook)
            _hooks.append(_hook)
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    # At the end of the process this still is called when all names of the module are gone.
    if not _listeners or event not in _READ:
        return
    frame = sys._getframe(1)  # noqa: SLF001 - there is no other way to the code that is at work
    # What is wrong with a path, the code that uses it will be told by whom it asked.
    change = None
    with suppress(OSError, ValueError, TypeError):
        change = _READ[event](frame, *arguments)
    if change:
        for listener in tuple(_listeners):
            listener(change, frame)


def _open(frame: FrameType, path: Any, mode: str | None, flags: int) -> Change | None:
    if not flags & _WRITING or isinstance(path, int) or frame.f_code.co_name == "_get_default_tempdir":
        return None
    full = _full(path)
    if mode is not None:
        _opening.path, _opening.place = full, (id(frame), frame.f_lasti)
    elif getattr(_opening, "path", "") == full and _is_below(frame.f_back, *_opening.place):
        # `open` with an opener is told twice: as it begins, and when the opener opens the file.
        return None
    return Change("open", full, flags=flags)


_opening = threading.local()


def _is_below(frame: FrameType | None, identity: int, instruction: int) -> bool:
    """Whether the frame, or one that it was called from, still is at that instruction."""
    while frame is not None:
        if id(frame) == identity:
            return frame.f_lasti == instruction
        frame = frame.f_back
    return False


def _full(path: Any, folder: int = -1) -> str:
    """The absolute path, in the folder that a descriptor stands for."""
    name = os.fsdecode(path)
    if folder >= 0 and not name.startswith("/"):
        name = f"{_folder(folder)}/{name}"
    return os.path.abspath(name)


def _folder(descriptor: int) -> str:
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return os.readlink(f"/proc/self/fd/{descriptor}")


def _rename(_: FrameType, old: Any, new: Any, folder: int, new_folder: int) -> Change:
    return Change("rename", _full(old, folder), _full(new, new_folder))


def _link(_: FrameType, old: Any, new: Any, folder: int, new_folder: int) -> Change:
    return Change("link", _full(new, new_folder), _full(old, folder))


def _symlink(_: FrameType, old: Any, new: Any, folder: int) -> Change:
    full = _full(new, folder)
    return Change("symlink", full, os.path.join(os.path.dirname(full), os.fsdecode(old)))


def _truncate(_: FrameType, path: Any, length: int) -> Change | None:
    del length
    return None if isinstance(path, int) else Change("open", _full(path), flags=os.O_WRONLY)


def _one(kind: Kind) -> Callable[..., Change]:
    """Read the event of something done to one path; a descriptor of the folder it is in comes last, if at all."""

    def read(_: FrameType, path: Any, *rest: Any) -> Change:
        return Change(kind, _full(path, rest[-1] if rest and isinstance(rest[-1], int) else -1))

    return read


def _random(kind: Kind) -> Callable[..., Change]:
    """Read which name `tempfile` found; what is random about it is the local variable `name` of the code there."""

    def read(frame: FrameType, path: Any) -> Change:
        full = _full(path)
        return Change(kind, full, os.fsdecode(frame.f_locals.get("name", "")) or os.path.basename(full))

    return read


_READ: dict[str, Callable[..., Change | None]] = {
    "open": _open,
    "os.rename": _rename,
    "os.remove": _one("delete"),
    "os.mkdir": _one("mkdir"),
    "os.rmdir": _one("rmdir"),
    "os.link": _link,
    "os.symlink": _symlink,
    "os.truncate": _truncate,
    "shutil.rmtree": _one("rmtree"),
    "tempfile.mkstemp": _random("random-file"),
    "tempfile.mkdtemp": _random("random-folder"),
}
