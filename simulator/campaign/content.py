"""The bytes that a step writes: `content`, `hex`, `size` or `file`; and those that come back.

Lives here: the four ways to say it, and comparing without holding. Laws: the same step gives the same bytes; `size = M`
is the beginning of `size = N` for M < N; content of any size takes constant memory unless it is asked for as bytes.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from simulator.campaign.step import Step

# Content up to this size, in bytes, is held in memory.
HELD = 2 << 20

# Files up to this size, in bytes, are not read again.
_KEPT = 16 << 20

# `size = N` is made in blocks of so many bytes.
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Large:
    """Content that is too large to be held: its size in bytes, and its SHA-256 in hexadecimal digits."""

    size: int
    sha256: str

    def __str__(self) -> str:
        """A few words for people."""
        return f"{self.size} bytes with the SHA-256 {self.sha256[:16]}..."


def content_of(step: Step, folder: Path) -> bytes:
    """The bytes of a step; `file` is read below `folder`."""
    if "size" in step.arguments:
        return sized(int(step.text("size")))
    if "file" in step.arguments:
        return _read(folder / step.text("file"))
    with open_content(step, folder) as stream:
        return stream.read()


def _read(file: Path) -> bytes:
    """The same object as before, as long as the file is the same: comparing it costs nothing then."""
    status = file.stat()
    return _cached(file, status.st_mtime_ns, status.st_size) if status.st_size <= _KEPT else file.read_bytes()


@lru_cache(maxsize=8)
def _cached(file: Path, _time: int, _size: int) -> bytes:
    return file.read_bytes()


def open_content(step: Step, folder: Path) -> BinaryIO:
    """The bytes of a step as a stream."""
    arguments = step.arguments
    if "file" in arguments:
        return (folder / step.text("file")).open("rb")
    if "size" in arguments:
        return io.BufferedReader(Sized(int(step.text("size"))), _BLOCK)
    return io.BytesIO(bytes.fromhex(step.text("hex")) if "hex" in arguments else step.text("content").encode())


@lru_cache(maxsize=8)
def sized(size: int) -> bytes:
    """The first `size` bytes of an endless content."""
    return b"".join(_block(number) for number in range(-(-size // _BLOCK)))[:size]


def summary(stream: BinaryIO) -> bytes | Large:
    """What is left in a stream, if it can be held, else what tells it from others."""
    start = stream.read(HELD + 1)
    if len(start) <= HELD:
        return start
    size, digest = len(start), hashlib.sha256(start)
    for chunk in iter(lambda: stream.read(_BLOCK), b""):
        size += len(chunk)
        digest.update(chunk)
    return Large(size, digest.hexdigest())


class Sized(io.RawIOBase):
    """The first `size` bytes of an endless content, to be read once."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size, self._at = size, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Give the next bytes, of one block."""
        number, start = divmod(self._at, _BLOCK)
        chunk = _block(number)[start : start + min(len(buffer), self._size - self._at)]
        buffer[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)


@lru_cache(maxsize=2)
def _block(number: int) -> bytes:
    """The output of SHAKE-256 (FIPS 202) for the number of the block; for nothing, of the first."""
    return hashlib.shake_256(str(number or "").encode()).digest(_BLOCK)
