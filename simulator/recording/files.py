"""What happens to the files of a folder, told to an observer.

Lives here: `WatchedFolder`, and what is told of a change. Must not live here: how the changes of foreign code are heard
(`audit`), the words.

An operation is `create`, `write` (a file that is there is opened for writing), `rename`, `delete`, `mkdir`, `rmdir`,
`link`, `symlink` or `rmtree` (a folder with all that is in it), from the calling code to the folder. Its values are the
`Path`, as seen from the folder, and where it goes or leads, `To`, if that is in the folder too. What is moved in from
outside has only a `To`, what is moved out only a `Path`. `create` and `write` have the attribute `size`, in bytes: that
of the file when it next is written, moved or deleted, or when somebody asks for the events. Contents are never looked
at, and nothing outside of the folder is told.

A change is told before it is made. Whether it will be made is foreseen from what is there: what must fail because a
file is missing or is there already is not told; what fails for another reason (permissions, a full disk) is.

Law: of the same changes the same is told, whether they are made through the object or heard of.
"""

import os
import re
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, Self

from simulator.errors import ConfigurationError
from simulator.events import Observer, Operation
from simulator.recording.audit import Change, Kind, listening
from simulator.recording.normalise import free_kind
from simulator.recording.whereabouts import add_whereabouts

# How boto3 calls a file until it is downloaded whole: its name, a dot, and eight random digits.
_DOWNLOADED = re.compile(r".+\.([0-9A-Fa-f]{8})")
# Kinds of volatile values, by how `tempfile` names something.
_RANDOM: Mapping[Kind, str] = {"random-file": "TMP", "random-folder": "DIR"}
_FLAGS = {"r": 0, "w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT, "x": os.O_CREAT | os.O_EXCL}


class WatchedFolder:
    """A folder whose changes are told of.

    Either the code that changes it does so through this object (`open`, `temp_file`, `rename`, `remove`, `mkdir`), or
    the object is used as a context manager: while its block runs, whatever any code of this process does in the folder
    is heard of, and nobody has to be changed. Safe to share between threads.

    path: the folder; it need not be there yet. name: its lifeline. caller: asked, in the thread that makes a change,
    for the lifeline of the code that does. Raises `ConfigurationError` where there is a file instead.
    """

    def __init__(self, path: str | Path, name: str, observer: Observer, caller: Callable[[], str]) -> None:
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            raise ConfigurationError(f"cannot watch {path}: it is not a folder")
        self.name = name
        self._observer = observer
        self._caller = caller
        self._root = os.path.realpath(path)
        self._listening = ExitStack()
        self._is_heard = False
        # What is random about the name of a file or folder, as a kind of value and that value.
        self._random: dict[str, tuple[str, str]] = {}
        # The attributes that wait for a size, by path. Finalizers may change files while we hold the lock.
        self._unsettled: dict[str, dict[str, Any]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        """Hear of every change from now on."""
        self._listening.enter_context(listening(self._hear))
        self._is_heard = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hear of nothing more."""
        self._is_heard = False
        self._listening.close()
        self.settle()

    def open(self, name: str | Path, mode: str = "r", **rest: Any) -> IO[Any]:
        """Open a file of the folder, as Python's `open` does; reading is not told."""
        path = self._within(name)
        flags = _FLAGS.get(mode[:1], 0) | (os.O_RDWR if "+" in mode else 0 if mode[:1] == "r" else os.O_WRONLY)
        if flags:
            self._make("open", path, flags=flags)
        return open(path, mode, **rest)

    @contextmanager
    def temp_file(self, mode: str = "w+b", *, prefix: str = "tmp-", suffix: str = "") -> Iterator[IO[Any]]:
        """Lend a new file with a random name, which is removed at the end."""
        random = secrets.token_hex(4)
        name = f"{prefix}{random}{suffix}"
        self._random[name] = "TMP", random
        file = self.open(name, mode.replace("w", "x"))
        try:
            with file:
                yield file
        finally:
            self.remove(name)

    def rename(self, old: str | Path, new: str | Path) -> None:
        """Rename a file or folder; a file that has the name already is replaced."""
        path, target = self._within(old), self._within(new)
        self._make("rename", path, target)
        os.replace(path, target)

    def remove(self, name: str | Path) -> None:
        """Remove a file."""
        path = self._within(name)
        self._make("delete", path)
        os.remove(path)

    def mkdir(self, name: str | Path) -> None:
        """Make a folder."""
        path = self._within(name)
        self._make("mkdir", path)
        os.mkdir(path)

    def settle(self) -> None:
        """Look how large the files are that were written."""
        with self._lock:
            for path in list(self._unsettled):
                self._settle(path)

    def _within(self, name: str | Path) -> str:
        path = os.path.join(self._root, name)
        if self._inside(path) is None:
            raise ConfigurationError(f"{name} is not in the folder {self.path}")
        return path

    def _make(self, kind: Kind, path: str, target: str = "", flags: int = 0) -> None:
        """Tell of a change that is made through this object, unless it is heard of anyway."""
        if not self._is_heard:
            self._tell(Change(kind, path, target, flags), sys._getframe(1))  # noqa: SLF001 - the way to the caller

    def _hear(self, change: Change, frame: FrameType) -> None:
        # What is wrong with a path, the code that uses it will be told by whom it asks.
        with suppress(OSError, ValueError, TypeError):
            self._tell(change, frame)

    def _tell(self, change: Change, frame: FrameType) -> None:
        path, target = self._inside(change.path), self._inside(change.target)
        if change.kind in _RANDOM:
            self._random[os.path.basename(change.path)] = _RANDOM[change.kind], change.target
            return
        if change.kind == "rmtree" and self._root.startswith(change.path + os.sep):
            path = "."
        if path is None and (target is None or change.kind != "rename"):
            return
        operation = _foreseen(change)
        if not operation or (change.kind in {"delete", "rmdir"} and _is_rmtree(frame)):
            return
        if operation == "create" and (found := _DOWNLOADED.fullmatch(path or "")) and _is_transfer(frame):
            self._random[os.path.basename(change.path)] = "TMP", found[1]
        values = {name: text for name, text in (("Path", path), ("To", target)) if text is not None}
        attributes: dict[str, Any] = {"folder": self.name}
        add_whereabouts(attributes, frame)
        with self._lock:
            self._settle_below(change.path)
            if change.kind == "rename":
                self._settle_below(change.target)
            if operation in {"create", "write"}:
                self._unsettled[change.path] = attributes
            volatile = self._volatile(values)
        # Not while the lock is held: an observer may have one of its own.
        self._observer(Operation(operation, self._caller(), self.name, values, volatile, attributes))

    def _inside(self, path: str) -> str | None:
        """A path as seen from the folder, None where it is outside; a link is meant itself, not what it leads to."""
        if not path:
            return None
        folder, name = os.path.split(path)
        full = os.path.join(os.path.realpath(folder), name)
        if full == self._root:
            return "."
        below = self._root.rstrip(os.sep) + os.sep
        return full.removeprefix(below) if full.startswith(below) else None

    def _volatile(self, values: Mapping[str, str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for text in values.values():
            for name in text.split(os.sep):
                if name in self._random:
                    kind, random = self._random[name]
                    word = _word(name, random)
                    if word not in found.values():
                        found[free_kind(kind, found)] = word
        return found

    def _settle_below(self, path: str) -> None:
        for each in list(self._unsettled):
            if each == path or each.startswith(path + os.sep):
                self._settle(each)

    def _settle(self, path: str) -> None:
        attributes = self._unsettled.pop(path, None)
        if attributes is not None and os.path.isfile(path):
            attributes["size"] = os.stat(path).st_size


def _foreseen(change: Change) -> str:
    """What will be done, empty where it cannot be."""
    path, target = change.path, change.target
    there, folder = os.path.lexists(path), os.path.isdir(path)
    match change.kind:
        case "open":
            refused = there if change.flags & os.O_EXCL else not there and not change.flags & os.O_CREAT
            possible = not refused and not folder and os.path.isdir(os.path.dirname(path))
            return ("write" if there else "create") if possible else ""
        case "rename":
            possible = there and os.path.isdir(os.path.dirname(target)) and _can_be_replaced(target, path)
        case "delete":
            possible = there and (os.path.islink(path) or not folder)
        case "rmdir":
            possible = folder and not os.path.islink(path) and not os.listdir(path)
        case "rmtree":
            possible = folder and not os.path.islink(path)
        case _:
            possible = not there and os.path.isdir(os.path.dirname(path))
    return change.kind if possible else ""


def _can_be_replaced(target: str, path: str) -> bool:
    """Whether a file or folder can take the place of another, or of nothing."""
    if target.startswith(path + os.sep):
        return False
    if not os.path.isdir(path) or os.path.islink(path):
        return not os.path.isdir(target) or os.path.islink(target)
    return not os.path.lexists(target) or path == target or (os.path.isdir(target) and not os.listdir(target))


def _is_rmtree(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__") == "shutil" and "rmtree" in frame.f_code.co_name


def _is_transfer(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith("s3transfer."):
            return True
        frame = frame.f_back
    return False


def _word(name: str, random: str) -> str:
    """The random part of a name with the letters and digits that touch it: holes stand for whole words."""
    found = re.search(rf"[0-9A-Za-z]*{re.escape(random)}[0-9A-Za-z]*", name)
    return found[0] if found else name
