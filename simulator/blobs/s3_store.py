"""One store on S3, without cache: content under keys that are digests of it.

Lives here: the sequences of blob-manager.md 5 and 6 (existence check, put, get, copy, delete), each step announced
at its place: questions, uploads, copies and deletes before the call, answers and downloads after it. Must not live
here: which store is meant (`manager`), the calls themselves (`bucket`).

A cache or a transaction is a further store around this one, built on `find`, `put`, `get` and `copy`.

What is atomic: each single request to S3. What is not: a check and the request after it. Two writers of one content
may both upload it; they upload the same bytes to the same key, so the store is the same whoever comes last. A delete
between the check of a write and the return of its key leaves a key without content: whoever deletes must know that
nobody is writing the same. Garbage collection knows it, of the managers of its own process: see `claims`.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, TEMP, Announcer
from simulator.blobs.bucket import S3_ERRORS, Bucket, Found, says_absent
from simulator.blobs.claims import claims_on
from simulator.blobs.content import Content, Fill, Spooled, Write, examine, reading, spool
from simulator.blobs.errors import BlobDamaged, BlobError, BlobNotFound, BlobNotWritten
from simulator.blobs.journal import Entry
from simulator.blobs.naming import Namer, by_digest, constant
from simulator.blobs.options import StoreOptions
from simulator.blobs.storage import Storage
from simulator.blobs.store import Store
from simulator.blobs.temp_files import TempFiles
from simulator.blobs.update import Update, Updating


@dataclass(frozen=True, slots=True)
class S3Store:
    """A store; holds no state but what it is made of, so any number of threads may use it.

    name: in errors. bucket: shared by all stores of a manager. lifeline: in announcements.
    folder: between the prefix and the rest of every object key.
    versions: keys end in `@` and the version that S3 gave the object.
    replacements: keys that others took the place of (`async_digest`): reading and asking follow them.
    """

    name: str
    options: StoreOptions
    bucket: Bucket
    temps: TempFiles
    announce: Announcer
    lifeline: str = "S3"
    versions: bool = False
    folder: str = ""
    replacements: MutableMapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> "S3Store":
        """Itself: there is nothing below."""
        return self

    def object_key(self, key: str) -> str:
        """Put prefix and directories in front of `key`. Raises `InvalidKey`."""
        keys.object_key("", key)
        return keys.object_key(self.options.directory + self.folder, keys.placed(key, self.options.subdirs_depth))

    def claim(self, key: str) -> str:
        """Name an object among all of the bucket, as `claims` does. Raises `InvalidKey`."""
        return self.bucket.root + self.object_key(key)

    def writing(self, key: str) -> AbstractContextManager[None]:
        """Keep garbage collection from a blob that is being written, there or not. Raises `InvalidKey`."""
        return claims_on(self.bucket.name).writing(self.claim(key))

    def split(self, key: str) -> tuple[str, str | None]:
        """Take a key apart: the object key, and the version where there are versions. Raises `InvalidKey`."""
        if not self.versions:
            return self.object_key(key), None
        name, _, version = key.partition("@")
        return self.object_key(name), version or None

    def write(self, content: Content, name: Namer = by_digest) -> str:
        """Store content of any size in constant memory and return its key (blob-manager.md 6.1).

        A path is a blob backed by that file, which must not change meanwhile, and is uploaded from there. Bytes and the
        rest of a stream go through a temp file. Raises `BlobNotWritten` when the upload fails.
        """
        if isinstance(content, Path):
            return self._write_file(content, name)
        return self.take(reading(content), name)

    def take(self, fill: Fill, name: Namer = by_digest) -> str:
        """Store what `fill` hands over, by way of a temp file."""
        return self.temps.lend(
            lambda file: self._put_named(file, spool(fill, file, self.options.algorithm), TEMP, name)
        )

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Lend the content of `key`, downloaded to a file that has no name. Raises `BlobNotFound`."""
        with self.temps.nameless() as file:
            try:
                self.get(key, file.write)
                file.seek(0)
            except OSError as error:
                raise BlobError(f"Cannot keep what is read of {key} (store {self.name}): {error}") from error
            yield file

    def local(self, key: str) -> AbstractContextManager[BinaryIO | None]:  # noqa: ARG002 - of the protocol
        """Lend no file: without cache there is none."""
        return nullcontext()

    def holds(self, key: str) -> bool:  # noqa: ARG002 - of the protocol
        """Never: without cache there is no local file."""
        return False

    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:  # noqa: ARG002 - of the protocol
        """Take over a blob of another store and return its key here (blob-manager.md 6.3).

        Where the `target` is known S3 copies it; otherwise, or where only the source's cache still has it, it is read
        from there and written here. Raises `BlobNotFound` for the source, and then leaves nothing here.
        """
        if target is not None:
            copied = self.copy_object(source, key, target)
            if copied is not None:
                return copied
            if not source.holds(key):
                raise BlobNotFound(source.name, key)
        return self.copy_content(source, key, by_digest if target is None else constant(target))

    def copy_content(self, source: Store, key: str, name: Namer = by_digest) -> str:
        """Take over a blob by reading it from its store, as a file where there is one. Raises `BlobNotFound`."""
        with source.local(key) as file:
            if file is not None:
                return self._write_open(file, name)
        return self.take(lambda write: source.get(key, write), name)

    def cached(self, key: str) -> tuple[Entry, ...]:  # noqa: ARG002 - of the protocol
        """What a crash would leave of the blob `key` besides the object: nothing."""
        return ()

    def delete(self, key: str) -> None:
        """Make sure that there is no blob under `key`; one that took its place stays, under its own key."""
        self.discard(key)
        self.replacements.pop(key, None)

    def discard(self, key: str) -> None:
        """Delete the object of `key` and nothing else: what is replaced can still be read."""
        self._delete(key, *self.split(key))

    def _delete(self, key: str, object_key: str, version: str | None) -> None:
        operation = "delete-version" if version else "delete"
        self.announce(operation, CALLER, self.lifeline, key=keys.with_version(object_key, version))
        try:
            self.bucket.delete(object_key, version)
        except S3_ERRORS as error:
            raise BlobError(f"Failed to delete blob: {key} (store {self.name}): {error}") from error

    def find(self, key: str) -> bool:
        """Ask whether there is a blob under `key`, as the option `existence-check` says.

        Raises `BlobError` when S3 does not tell, as with the status 403.
        """
        return self._look(key) is not None

    def serves(self, key: str) -> bool:
        """Ask as `find` does whether content need not be stored again.

        What sits in cold storage is there and does not count: nobody could read it (blob-manager.md 10, item 8).
        """
        found = self._look(key)
        return found is not None and not found.storage.is_cold

    def _look(self, key: str) -> Found | None:
        if self.options.existence_check == "metadata":
            return self.head(key)
        object_key, version = self._current(key)
        self.announce("exists", CALLER, self.lifeline, key=keys.with_version(object_key, version))
        found = self._ask(object_key, version)
        self.announce("exists-found" if found else "head-missing", self.lifeline, CALLER)
        return found

    def size(self, key: str) -> int | None:
        """Ask for the size of a blob in bytes; None where there is none. Raises as `find`."""
        found = self.head(key)
        return found.size if found else None

    def head(self, key: str) -> Found | None:
        """Ask about the object of a blob; None where there is none. Raises as `find`."""
        object_key, version = self._current(key)
        self.announce("head", CALLER, self.lifeline, key=keys.with_version(object_key, version))
        found = self._ask(object_key, version)
        if found is None:
            self.announce("head-missing", self.lifeline, CALLER)
        else:
            self.announce("head-found", self.lifeline, CALLER, size=found.size)
        return found

    def md5(self, key: str) -> str | None:
        """Ask S3 for the MD5 of a blob, None where it does not know; nothing is announced. Raises as `find`."""
        object_key, version = self._current(key)
        try:
            return self.bucket.md5(object_key, version)
        except S3_ERRORS as error:
            raise BlobError(f"Cannot ask for the digest of {object_key} (store {self.name}): {error}") from error

    def status(self, key: str) -> Storage:
        """Tell where S3 keeps a blob; nothing is announced. Raises `BlobNotFound`."""
        found = self._ask(*self._current(key))
        if found is None:
            raise BlobNotFound(self.name, key)
        return found.storage

    def check(self, key: str, update: Update) -> None:
        """Refuse an update that can never be made (blob-manager.md 6.4)."""
        _, version = self.split(key)
        if update.locks and version is None:
            raise BlobError(f"Retention and legal hold need a key with its version: {key} (store {self.name})")

    def update(self, key: str, update: Update) -> str:
        """Change what is not the content of a blob; return its key, with another version where its class changed.

        Raises `BlobNotFound`, and `BlobError` as `check` does and where S3 refuses.
        """
        self.check(key, update)
        object_key, version = self._current(key)
        try:
            new = Updating(self.bucket, self.announce, self.lifeline, object_key, version).change(update)
        except S3_ERRORS as error:
            if not says_absent(error):
                raise BlobError(f"Failed to update blob: {key} (store {self.name}): {error}") from error
            self.announce("update-missing", self.lifeline, CALLER)
            raise BlobNotFound(self.name, key) from error
        return keys.with_version(key.partition("@")[0], new) if self.versions else key

    def put(self, key: str, file: BinaryIO, size: int, sender: str, *, known: bool = True) -> str:
        """Upload a file of `size` bytes, unless its content is already there; return its key with its version.

        known: the key is the digest of the content, so an object under it holds the same.
        """
        # There is never an object under a random key; a transient store asks all the same, as the permanent one does.
        unique = known or keys.is_random(key)
        with self.writing(key):
            if unique and self.options.strategy == "digest" and self.serves(key):
                return key
            return self.upload(key, file, size, sender)

    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        """Upload a file of `size` bytes; `sender` is the lifeline it comes from. Raises `BlobNotWritten`."""
        object_key = self.object_key(key)
        self.announce("put", sender, self.lifeline, size=size, key=object_key)
        try:
            with self.writing(key):
                version = self.bucket.upload(object_key, file, self.options.parts)
        except S3_ERRORS as error:
            raise BlobNotWritten(self.name, key) from error
        if not self.versions or version is None:
            return key
        self.announce("version", self.lifeline, CALLER, version=version)
        return keys.with_version(key, version)

    def get(self, key: str, write: Write) -> None:
        """Download a blob, or the part that a key with a range names, piece by piece.

        Raises `BlobNotFound` before anything was given to `write`, `BlobDamaged` after all of it.
        """
        part = keys.parse_range(key) if self.options.byte_range else None
        object_key, version = self._current(part.key if part else key)
        shown = keys.with_version(object_key, version)
        due = self.replacements.get(key, key)
        verified = self._is_verified(due)
        digest = keys.new_digest(self.options.algorithm)

        def pass_on(chunk: bytes) -> None:
            digest.update(chunk)
            write(chunk)

        try:
            size = self.bucket.download(object_key, pass_on if verified else write, part, version)
        except S3_ERRORS as error:
            raise BlobError(f"Failed to read blob: {key} (store {self.name}): {error}") from error
        if size is None:
            self.announce("get-missing", self.lifeline, CALLER, key=shown)
            raise BlobNotFound(self.name, key)
        self.announce("get", self.lifeline, CALLER, size=size, key=shown)
        if verified and digest.hexdigest() != due:
            raise BlobDamaged(self.name, key)

    def move(self, source: Store, key: str, target: str) -> None:
        """Move a blob of another store to `target` here, where it may be already. Raises `BlobNotFound`."""
        self.adopt(source, key, target)
        self._delete(key, *source.base.split(key))

    def settle(self, key: str) -> str:
        """Read a blob, and let S3 copy it to its digest, which is returned. Raises `BlobNotFound`."""
        digest = self.digest_of(key)
        self.adopt(self, key, digest)
        return digest

    def adopt(self, source: Store, key: str, target: str) -> None:
        """Let S3 copy a blob of `source` that was there a moment ago. Raises `BlobNotFound`."""
        if self.copy_object(source, key, target, verify=False) is None:
            raise BlobNotFound(source.name, key)

    def digest_of(self, key: str) -> str:
        """Read a blob for its digest. Raises `BlobNotFound`."""
        digest = keys.new_digest(self.options.algorithm)
        self.get(key, digest.update)
        return digest.hexdigest()

    def copy_object(self, source: Store, key: str, target: str, *, verify: bool = True) -> str | None:
        """Let S3 copy a blob of `source` to `target`, if it is not there yet (P-COPY); None where there is no source.

        Where S3 refuses, the content goes through here.
        """
        with self.writing(target):
            return self._copy_object(source, key, target, verify=verify)

    def _copy_object(self, source: Store, key: str, target: str, *, verify: bool) -> str | None:
        (origin, version), object_key = source.base.split(key), self.object_key(target)
        if self.options.strategy == "digest" and self.serves(target):
            return target
        if verify and self.options.verify_source and source.base.size(key) is None:
            return None
        shown = keys.with_version(origin, version)
        self.announce("copy", CALLER, self.lifeline, source=shown, key=object_key)
        try:
            copied = self.bucket.copy(origin, object_key, version)
        except S3_ERRORS:
            self.announce("copy-error", self.lifeline, CALLER)
            return self._copy_slowly(source, key, target)
        if copied is None:
            self.announce("copy-missing", self.lifeline, CALLER)
            return None
        if not self.versions or copied.version is None:
            self.announce("copied", self.lifeline, CALLER)
            return target
        self.announce("copied-version", self.lifeline, CALLER, version=copied.version)
        return keys.with_version(target, copied.version)

    def _current(self, key: str) -> tuple[str, str | None]:
        return self.split(self.replacements.get(key, key))

    def _is_verified(self, key: str) -> bool:
        options = self.options
        return options.verify_digest and options.strategy == "digest" and keys.is_digest(key, options.algorithm)

    def _ask(self, object_key: str, version: str | None) -> Found | None:
        try:
            return self.bucket.find(object_key, version)
        except S3_ERRORS as error:
            raise BlobError(f"Cannot tell whether {object_key} exists (store {self.name}): {error}") from error

    def _write_file(self, path: Path, name: Namer) -> str:
        if not path.is_file():
            raise BlobError(f"Cannot read {path}: it is not a file")
        try:
            with path.open("rb") as file:
                return self._write_open(file, name)
        except OSError as error:
            raise BlobError(f"Cannot read {path}: {error}") from error

    def _write_open(self, file: BinaryIO, name: Namer) -> str:
        return self._put_named(file, examine(file, self.options.algorithm), CALLER, name)

    def _put_named(self, file: BinaryIO, content: Spooled, sender: str, name: Namer) -> str:
        key = name(content.digest)
        return self.put(key, file, content.size, sender, known=key == content.digest)

    def _copy_slowly(self, source: Store, key: str, target: str) -> str:
        with source.local(key) as file:
            if file is not None:
                size = file.seek(0, 2)
                file.seek(0)
                return self.put(target, file, size, source.lifeline)
        return self.take(lambda write: source.get(key, write), constant(target))
