"""What a manager has begun and not ended yet, written where it outlives the process.

Lives here: the file of one manager, and finding the files of managers that died. Must not live here: what is done about
what they left (`recovery`).

Laws: an entry is in the file before what it speaks of is begun, and until that is over. A line is written at once, and
one that was cut off counts as not written: what it speaks of was not begun. The operating system's lock on a file lasts
as long as the process, however that ends; so whose lock can be had is dead, and nothing of the living is ever touched.

Neither the file nor what is cached is synced to the disk: both outlive the process. After a power failure a cache
should be emptied; S3 keeps what it has answered for. Locks need a local disk.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import threading
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec

from simulator.blobs.errors import BlobError

# When a file has grown to so many bytes, a new one takes its place.
_LARGE = 1 << 20


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that must not stay as it is when the process dies.

    file, folder: `place` is a path, to be removed. object: `place` is an object key, to be deleted.
    upload: the upload in parts named `target` to the object key `place`, which has no name yet where that is empty.
    promise: the object `place` has to become the object `target`, before anything is deleted.
    job: the pseudo-digest `place` in `store` waits for its digest. replaced: `target` is the digest in its place.
    """

    kind: Literal["file", "folder", "object", "upload", "promise", "job", "replaced"]
    place: str
    target: str = ""
    store: str = ""


def file_at(path: Path | str) -> Entry:
    """The entry of a file; the process that recovers may have another current folder."""
    return Entry("file", os.path.abspath(path))  # noqa: PTH100 - `Path.absolute` keeps the `..` that `chdir` changes


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    begun: tuple[Entry, ...] = ()
    over: tuple[Entry, ...] = ()


def journal_folder(folder: Path, bucket: str, root: str) -> Path:
    """Where managers of one place keep their journals: below `folder`, by the name of the bucket and the root."""
    return folder / hashlib.sha256(f"{bucket}/{root}".encode()).hexdigest()[:16]


class Journal:
    """The journal of one manager in `folder`, or, without one, none; any number of threads may use it.

    Raises `BlobError` where the folder is another user's, or cannot be written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._size = 0
        self._live: Counter[Entry] = Counter()
        # What the finalizer has to close and remove: the file that is open, and its path.
        self._open: list[tuple[int, Path]] = []
        if folder is not None:
            try:
                _make_private(folder)
                self._open.append(_create(folder))
            except OSError as error:
                raise _unwritten(error) from error
            weakref.finalize(self, _close, self._open, self._live, os.getpid())

    def begin(self, *entries: Entry) -> None:
        """Put entries in, all at once. Raises `BlobError`, and then nothing may be begun."""
        self._write(_Line(begun=entries))

    def end(self, *entries: Entry) -> None:
        """Take entries out, all at once; no error where they are not in."""
        # What stays in by mistake is settled once more, which changes nothing.
        with suppress(BlobError):
            self._write(_Line(over=entries))

    @contextmanager
    def covering(self, *entries: Entry) -> Iterator[None]:
        """Keep entries in for as long as the block lasts."""
        self.begin(*entries)
        try:
            yield
        finally:
            self.end(*entries)

    def _write(self, line: _Line) -> None:
        if not self._open:
            return
        with self._lock:
            _apply(line, self._live)
            try:
                self._size += _append(self._open[0][0], line)
                if self._size > _LARGE and self._folder is not None:
                    self._size = 0
                    # The new one is complete before the old one goes; what is in both is recovered twice: once.
                    self._open.insert(0, _create(self._folder, _Line(begun=tuple(self._live.elements()))))
                    _remove(*self._open.pop())
            except OSError as error:
                raise _unwritten(error) from error


def living(folder: Path) -> frozenset[Entry]:
    """All that managers with a journal in `folder` have begun and not ended, the dead ones too."""
    entries: set[Entry] = set()
    for path in folder.glob("*.journal"):
        with suppress(FileNotFoundError):
            entries.update(_read(path.read_bytes()))
    return frozenset(entries)


def abandoned(folder: Path) -> Iterator[Sequence[Entry]]:
    """Give what every dead manager has left in `folder`; its journal is removed when the next one is asked for.

    While it is being dealt with nobody else gets it; where that raises, the journal stays.
    """
    for path in sorted(folder.glob("*.journal")):
        with suppress(FileNotFoundError), path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if _is_at(file.fileno(), path):
                yield _read(file.read())
                path.unlink()


def _read(content: bytes) -> Sequence[Entry]:
    live: Counter[Entry] = Counter()
    for line in content.split(b"\n"):
        # What cannot be read was cut off.
        with suppress(msgspec.DecodeError):
            _apply(msgspec.json.decode(line, type=_Line), live)
    return tuple(live)


def _apply(line: _Line, live: Counter[Entry]) -> None:
    # Two threads may have begun the same.
    for entry in line.begun:
        live[entry] += 1
    for entry in line.over:
        live[entry] -= 1
        if live[entry] <= 0:
            del live[entry]


def _append(file: int, line: _Line) -> int:
    # It begins with a line end too, for the line before it may have been cut off by a full disk.
    content = b"\n" + msgspec.json.encode(line) + b"\n"
    if os.write(file, content) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return len(content)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    # Whoever can write a journal says what is deleted.
    if found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise BlobError(f"The journal cannot be in {folder}: others may write there")


def _create(folder: Path, line: _Line | None = None) -> tuple[int, Path]:
    """Open a new journal and lock it; again, where somebody took it for a dead one before it was locked."""
    while True:
        path = folder / f"{secrets.token_hex(8)}.journal"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        if _is_at(file, path):
            if line:
                _append(file, line)
            return file, path
        os.close(file)


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _close(opened: list[tuple[int, Path]], live: Counter[Entry], process: int) -> None:
    # A fork of the process shares the lock, but not the work. What is not over stays for a recovery.
    for file, path in opened:
        if live or process != os.getpid():
            os.close(file)
        else:
            _remove(file, path)


def _remove(file: int, path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(file)


def _unwritten(error: OSError) -> BlobError:
    return BlobError(f"The journal cannot be written: {error}")
