"""One store on S3, without cache: content under keys that are digests of it.

Lives here: the sequences of blob-manager.md 5 and 6 (existence check, put, get, copy, delete), each step announced
at its place: questions, uploads, copies and deletes before the call, answers and downloads after it. Must not live
here: which store is meant (`manager`), the calls themselves (`bucket`).

A cache or a transaction is a further store around this one, built on `find`, `put`, `get` and `copy`.

What is atomic: each single request to S3. What is not: a check and the request after it. Two writers of one content
may both upload it; they upload the same bytes to the same key, so the store is the same whoever comes last. A delete
between the check of a write and the return of its key leaves a key without content: whoever deletes must know that
nobody is writing the same.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, TEMP, Announcer
from simulator.blobs.bucket import CHUNK_SIZE, S3_ERRORS, Bucket
from simulator.blobs.errors import BlobError, BlobNotFound, BlobNotWritten
from simulator.blobs.options import StoreOptions
from simulator.blobs.temp_files import TempFiles

Content = bytes | Path | BinaryIO
Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class S3Store:
    """A store; holds no state but what it is made of, so any number of threads may use it.

    name: in errors. bucket: shared by all stores of a manager. lifeline: in announcements.
    """

    name: str
    options: StoreOptions
    bucket: Bucket
    temps: TempFiles
    announce: Announcer
    lifeline: str = "S3"

    def object_key(self, key: str) -> str:
        """Put the prefix in front of `key`. Raises `InvalidKey`."""
        return keys.object_key(self.options.directory, key)

    def write(self, content: Content) -> str:
        """Store content of any size in constant memory and return its key (blob-manager.md 6.1).

        A path is a blob backed by that file, which must not change meanwhile, and is uploaded from there. Bytes and the
        rest of a stream go through a temp file. Raises `BlobNotWritten` when the upload fails.
        """
        if isinstance(content, Path):
            return self._write_file(content)
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        return self._write_spooled(lambda write: _transfer(stream, write))

    def read(self, key: str) -> bytes:
        """Return the content of `key`. Raises `BlobNotFound`."""
        chunks: list[bytes] = []
        self.get(key, chunks.append)
        return b"".join(chunks)

    def copy(self, source: "S3Store", key: str) -> str:
        """Take over a blob of another store and return its key here (blob-manager.md 6.3).

        With the same algorithm S3 copies it; otherwise it is read from there and written here. Raises `BlobNotFound`
        for the source, and then leaves nothing here.
        """
        if source.options.digest == self.options.digest and keys.is_digest(key, self.options.digest):
            return self._copy_object(source, key)
        return self._copy_content(source, key)

    def delete(self, key: str) -> None:
        """Make sure that there is no blob under `key`."""
        object_key = self.object_key(key)
        self.announce("delete", CALLER, self.lifeline, key=object_key)
        try:
            self.bucket.delete(object_key)
        except S3_ERRORS as error:
            raise BlobError(f"Failed to delete blob: {key} (store {self.name}): {error}") from error

    def find(self, key: str) -> bool:
        """Ask whether there is a blob under `key`, as the option `existence-check` says.

        Raises `BlobError` when S3 does not tell, as with the status 403.
        """
        if self.options.existence_check == "metadata":
            return self.size(key) is not None
        object_key = self.object_key(key)
        self.announce("exists", CALLER, self.lifeline, key=object_key)
        found = self._ask(object_key) is not None
        self.announce("exists-found" if found else "head-missing", self.lifeline, CALLER)
        return found

    def size(self, key: str) -> int | None:
        """Ask for the size of a blob in bytes; None where there is none. Raises as `find`."""
        object_key = self.object_key(key)
        self.announce("head", CALLER, self.lifeline, key=object_key)
        size = self._ask(object_key)
        if size is None:
            self.announce("head-missing", self.lifeline, CALLER)
        else:
            self.announce("head-found", self.lifeline, CALLER, size=size)
        return size

    def put(self, key: str, file: BinaryIO, size: int, sender: str) -> None:
        """Upload a file of `size` bytes unless its content is already there."""
        if not self.find(key):
            self.upload(key, file, size, sender)

    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> None:
        """Upload a file of `size` bytes; `sender` is the lifeline it comes from. Raises `BlobNotWritten`."""
        object_key = self.object_key(key)
        self.announce("put", sender, self.lifeline, size=size, key=object_key)
        try:
            self.bucket.upload(object_key, file)
        except S3_ERRORS as error:
            raise BlobNotWritten(self.name, key) from error

    def get(self, key: str, write: Write) -> None:
        """Download a blob piece by piece. Raises `BlobNotFound`, before anything was given to `write`."""
        object_key = self.object_key(key)
        try:
            size = self.bucket.download(object_key, write)
        except S3_ERRORS as error:
            raise BlobError(f"Failed to read blob: {key} (store {self.name}): {error}") from error
        if size is None:
            self.announce("get-missing", self.lifeline, CALLER, key=object_key)
            raise BlobNotFound(self.name, key)
        self.announce("get", self.lifeline, CALLER, size=size, key=object_key)

    def _ask(self, object_key: str) -> int | None:
        try:
            return self.bucket.size(object_key)
        except S3_ERRORS as error:
            raise BlobError(f"Cannot tell whether {object_key} exists (store {self.name}): {error}") from error

    def _write_file(self, path: Path) -> str:
        if not path.is_file():
            raise BlobError(f"Cannot read {path}: it is not a file")
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: keys.new_digest(self.options.digest))
                size = file.tell()
                file.seek(0)
                key = digest.hexdigest()
                self.put(key, file, size, CALLER)
        except OSError as error:
            raise BlobError(f"Cannot read {path}: {error}") from error
        return key

    def _write_spooled(self, fill: Callable[[Write], object]) -> str:
        def put(file: BinaryIO) -> str:
            key, size = self._spool(fill, file)
            self.put(key, file, size, TEMP)
            return key

        return self.temps.lend(put)

    def _spool(self, fill: Callable[[Write], object], file: BinaryIO) -> tuple[str, int]:
        digest = keys.new_digest(self.options.digest)

        def write(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        try:
            fill(write)
            size = file.tell()
            file.seek(0)
        except OSError as error:
            raise BlobError(f"Cannot spool the content to a temp file: {error}") from error
        return digest.hexdigest(), size

    def _copy_object(self, source: "S3Store", key: str) -> str:
        origin, target = source.object_key(key), self.object_key(key)
        if self.find(key):
            return key
        if self.options.verify_source and source.size(key) is None:
            raise BlobNotFound(source.name, key)
        self.announce("copy", CALLER, self.lifeline, source=origin, key=target)
        try:
            copied = self.bucket.copy(origin, target)
        except S3_ERRORS:
            self.announce("copy-error", self.lifeline, CALLER)
            return self._copy_content(source, key)
        if not copied:
            self.announce("copy-missing", self.lifeline, CALLER)
            raise BlobNotFound(source.name, key)
        self.announce("copied", self.lifeline, CALLER)
        return key

    def _copy_content(self, source: "S3Store", key: str) -> str:
        return self._write_spooled(lambda write: source.get(key, write))


def _transfer(stream: BinaryIO, write: Write) -> None:
    # Ends at b"" only: a stream that has nothing yet gives None, which must not pass for the end.
    for chunk in iter(lambda: stream.read(CHUNK_SIZE), b""):
        write(chunk)
