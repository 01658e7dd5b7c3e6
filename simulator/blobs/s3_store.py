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

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, TEMP, Announcer
from simulator.blobs.bucket import S3_ERRORS, Bucket
from simulator.blobs.content import Content, Fill, Write, examine, reading, spool
from simulator.blobs.errors import BlobDamaged, BlobError, BlobNotFound, BlobNotWritten
from simulator.blobs.options import StoreOptions
from simulator.blobs.store import Store
from simulator.blobs.temp_files import TempFiles


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

    @property
    def base(self) -> "S3Store":
        """Itself: there is nothing below."""
        return self

    def object_key(self, key: str) -> str:
        """Put prefix and directories in front of `key`. Raises `InvalidKey`."""
        keys.object_key("", key)
        return keys.object_key(self.options.directory, keys.placed(key, self.options.subdirs_depth))

    def read_key(self, key: str) -> tuple[str, keys.Range | None]:
        """Give the object key to read, and which part of it. Raises `InvalidKey`."""
        part = keys.parse_range(key) if self.options.byte_range else None
        return self.object_key(part.key if part else key), part

    def write(self, content: Content) -> str:
        """Store content of any size in constant memory and return its key (blob-manager.md 6.1).

        A path is a blob backed by that file, which must not change meanwhile, and is uploaded from there. Bytes and the
        rest of a stream go through a temp file. Raises `BlobNotWritten` when the upload fails.
        """
        if isinstance(content, Path):
            return self._write_file(content)
        return self._write_spooled(reading(content))

    def read(self, key: str) -> bytes:
        """Return the content of `key`. Raises `BlobNotFound`."""
        chunks: list[bytes] = []
        self.get(key, chunks.append)
        return b"".join(chunks)

    def local(self, key: str) -> AbstractContextManager[BinaryIO | None]:  # noqa: ARG002 - of the protocol
        """Lend no file: without cache there is none."""
        return nullcontext()

    def holds(self, key: str) -> bool:  # noqa: ARG002 - of the protocol
        """Never: without cache there is no local file."""
        return False

    def can_copy(self, source: Store, key: str) -> bool:
        """Whether the key of a blob of `source` is its key here too."""
        return source.options.digest == self.options.digest and keys.is_digest(key, self.options.digest)

    def copy(self, source: Store, key: str) -> str:
        """Take over a blob of another store and return its key here (blob-manager.md 6.3).

        With the same algorithm S3 copies it; otherwise, or where only the source's cache still has it, it is read from
        there and written here. Raises `BlobNotFound` for the source, and then leaves nothing here.
        """
        if self.can_copy(source, key):
            copied = self.copy_object(source, key, key)
            if copied is not None:
                return copied
            if not source.holds(key):
                raise BlobNotFound(source.name, key)
        with source.local(key) as file:
            if file is not None:
                return self._write_open(file)
        return self._write_spooled(lambda write: source.get(key, write))

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
        """Download a blob, or the part that a key with a range names, piece by piece.

        Raises `BlobNotFound` before anything was given to `write`, `BlobDamaged` after all of it.
        """
        object_key, part = self.read_key(key)
        verified = self.options.verify_digest and part is None and keys.is_digest(key, self.options.digest)
        digest = keys.new_digest(self.options.digest)

        def take(chunk: bytes) -> None:
            digest.update(chunk)
            write(chunk)

        try:
            size = self.bucket.download(object_key, take if verified else write, part)
        except S3_ERRORS as error:
            raise BlobError(f"Failed to read blob: {key} (store {self.name}): {error}") from error
        if size is None:
            self.announce("get-missing", self.lifeline, CALLER, key=object_key)
            raise BlobNotFound(self.name, key)
        self.announce("get", self.lifeline, CALLER, size=size, key=object_key)
        if verified and digest.hexdigest() != key:
            raise BlobDamaged(self.name, key)

    def copy_object(self, source: Store, key: str, target: str) -> str | None:
        """Let S3 copy a blob of `source` to `target`, if it is not there yet (P-COPY); None where there is no source.

        Where S3 refuses, the content goes through here.
        """
        origin, object_key = source.base.object_key(key), self.object_key(target)
        if self.find(target):
            return target
        if self.options.verify_source and source.base.size(key) is None:
            return None
        self.announce("copy", CALLER, self.lifeline, source=origin, key=object_key)
        try:
            copied = self.bucket.copy(origin, object_key)
        except S3_ERRORS:
            self.announce("copy-error", self.lifeline, CALLER)
            return self._copy_slowly(source, key, target)
        if not copied:
            self.announce("copy-missing", self.lifeline, CALLER)
            return None
        self.announce("copied", self.lifeline, CALLER)
        return target

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
                return self._write_open(file)
        except OSError as error:
            raise BlobError(f"Cannot read {path}: {error}") from error

    def _write_open(self, file: BinaryIO) -> str:
        found = examine(file, self.options.digest)
        self.put(found.digest, file, found.size, CALLER)
        return found.digest

    def _write_spooled(self, fill: Fill, target: str | None = None) -> str:
        def put(file: BinaryIO) -> str:
            spooled = spool(fill, file, self.options.digest)
            key = target or spooled.digest
            self.put(key, file, spooled.size, TEMP)
            return key

        return self.temps.lend(put)

    def _copy_slowly(self, source: Store, key: str, target: str) -> str:
        with source.local(key) as file:
            if file is not None:
                size = file.seek(0, 2)
                file.seek(0)
                self.put(target, file, size, source.lifeline)
                return target
        return self._write_spooled(lambda write: source.get(key, write), target)
