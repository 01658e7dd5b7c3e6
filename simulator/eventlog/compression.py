"""Bytes of a log file, packed or not, as its suffix says: `.gz`, `.zst`, anything else is plain.

Lives here: chunks in, bytes out, for every log format. Must not live here: what the bytes mean.

Laws: what was written is read back; equal content gives equal files (no time stamp, no name inside).
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol

from simulator.errors import LogError

CHUNK = 1 << 18

# The first bytes of packed files (RFC 1952, RFC 8878).
_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


class _Unpacker(Protocol):
    """What the decompressors of zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open stream, some hundred kB at a time."""
    while chunk := stream.read(CHUNK):
        yield chunk


def packed_as(start: bytes) -> str | None:
    """How a file that starts so is packed: `gz` or `zst`; None where it is not."""
    return next((suffix for magic, suffix in _MAGIC.items() if start.startswith(magic)), None)


def unpacked(path: Path) -> Iterator[bytes]:
    """The content of a log file, some hundred kB at a time; several packed members in a row are one content.

    Raises LogError when there is no such file, it cannot be read or unpacked, or `.zst` is not installed; EOFError,
    after all that could be saved, when packed data ends before its end mark.
    """
    try:
        with path.open("rb") as stream:
            match path.suffix.lower():
                case ".gz":
                    yield from _unpack(path, chunks(stream), lambda: zlib.decompressobj(wbits=31), zlib.error)
                case ".zst":
                    zstd = _zstandard(path)
                    yield from _unpack(path, chunks(stream), zstd.ZstdDecompressor().decompressobj, zstd.ZstdError)
                case _:
                    yield from chunks(stream)
    except OSError as problem:
        raise LogError(f"{path}: cannot read the log: {problem.strerror or problem}") from problem


@contextmanager
def packing(path: Path) -> Iterator[BinaryIO]:
    """A new log file to write to; what was there is replaced.

    Raises LogError when it cannot be written, or `.zst` is not installed.
    """
    try:
        match path.suffix.lower():
            case ".gz":
                with path.open("wb") as stream, gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
                    yield packed  # type: ignore[misc]  # a GzipFile is a binary stream in all but its type
            case ".zst":
                zstd = _zstandard(path)
                with path.open("wb") as stream, zstd.ZstdCompressor().stream_writer(stream) as packed:
                    yield packed
            case _:
                with path.open("wb") as stream:
                    yield stream
    except OSError as problem:
        raise LogError(f"{path}: cannot write the log: {problem.strerror or problem}") from problem


def _unpack(
    path: Path, packed: Iterator[bytes], start: Callable[[], _Unpacker], broken: type[Exception]
) -> Iterator[bytes]:
    unpacker: _Unpacker | None = None
    for chunk in packed:
        rest = chunk
        while rest:
            unpacker = unpacker or start()
            try:
                yield unpacker.decompress(rest)
            except broken as problem:
                raise LogError(
                    f"{path}: the packed data is damaged: {problem}",
                    hint=f"A file called {path.suffix} must be packed that way; name a plain log .jsonl.",
                ) from problem
            rest, unpacker = (unpacker.unused_data, None) if unpacker.eof else (b"", unpacker)
    if unpacker is not None:
        raise EOFError


def _zstandard(path: Path) -> ModuleType:
    try:
        import zstandard
    except ImportError as problem:
        raise LogError(
            f"{path}: .zst logs need the package zstandard",
            hint="pip install 'conformance-simulator[zstd]', or use .jsonl.gz.",
        ) from problem
    return zstandard
