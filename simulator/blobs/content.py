"""Content on its way: where it comes from, and what is learnt while it passes.

Lives here: reading what callers give, and writing it to a spool file while it is hashed. Must not live here: where
spool files lie (`temp_files`, `cache_folder`), S3.

Law: content of any size takes constant memory.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.bucket import CHUNK_SIZE
from simulator.blobs.errors import BlobError
from simulator.blobs.keys import Algorithm

Content = bytes | Path | BinaryIO
Write = Callable[[bytes], object]
# Hands a content to what it is given, piece by piece.
Fill = Callable[[Write], object]


@dataclass(frozen=True, slots=True)
class Spooled:
    """What is known of a content that went by: its digest, and its size in bytes."""

    digest: str
    size: int


def reading(content: Content) -> Fill:
    """Read bytes, the rest of a binary stream, or the file at a path."""
    if isinstance(content, Path):
        return lambda write: _read_file(content, write)
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    return lambda write: transfer(stream, write)


def transfer(stream: BinaryIO, write: Write) -> None:
    """Hand the rest of a stream to `write`."""
    # Ends at b"" only: a stream that has nothing yet gives None, which must not pass for the end.
    for chunk in iter(lambda: stream.read(CHUNK_SIZE), b""):
        write(chunk)


def spool(fill: Fill, file: BinaryIO, algorithm: Algorithm) -> Spooled:
    """Write a content to an empty file and go back to its start. Raises `BlobError` where the disk does not take it."""
    digest = keys.new_digest(algorithm)

    def write(chunk: bytes) -> None:
        digest.update(chunk)
        file.write(chunk)

    try:
        fill(write)
        size = file.tell()
        file.seek(0)
    except OSError as error:
        raise BlobError(f"Cannot spool the content to a temp file: {error}") from error
    return Spooled(digest.hexdigest(), size)


def examine(file: BinaryIO, algorithm: Algorithm) -> Spooled:
    """Hash the rest of a file and go back to its start. Raises `OSError`."""
    digest = keys.new_digest(algorithm)
    transfer(file, digest.update)
    size = file.tell()
    file.seek(0)
    return Spooled(digest.hexdigest(), size)


def _read_file(path: Path, write: Write) -> None:
    if not path.is_file():
        raise BlobError(f"Cannot read {path}: it is not a file")
    try:
        file = path.open("rb")
    except OSError as error:
        raise BlobError(f"Cannot read {path}: {error}") from error
    with file:
        transfer(file, write)
