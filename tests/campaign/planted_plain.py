"""Bugs in plain stores, temp files and the manager: each a class with one thing wrong.

Lives here: the classes, and managers made of them. Must not live here: where each shows (`planted`).
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from botocore.exceptions import ClientError

from simulator.blobs.announce import CALLER, TEMP
from simulator.blobs.bucket import CHUNK_SIZE
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.naming import Namer, by_digest
from simulator.blobs.options import StoreOptions
from simulator.blobs.s3_store import S3Store
from simulator.blobs.store import Store
from simulator.blobs.temp_files import TempFiles


class SilentlyKeptTemp(TempFiles):
    def lend(self, use: Callable[[BinaryIO], Any]) -> Any:
        self.announce("temp-write", CALLER, TEMP, temp="0123456789abcdef")
        with (self.directory / f"bin_{len(list(self.directory.iterdir()))}.tmp").open("x+b") as file:
            return use(file)


class KeptTempThatIsAnnounced(SilentlyKeptTemp):
    def lend(self, use: Callable[[BinaryIO], Any]) -> Any:
        result = super().lend(use)
        self.announce("temp-delete", TEMP, TEMP, temp="0123456789abcdef")
        return result


class TempKeptWhenUploadFails(SilentlyKeptTemp):
    def lend(self, use: Callable[[BinaryIO], Any]) -> Any:
        result = super().lend(use)
        self.announce("temp-delete", TEMP, TEMP, temp="0123456789abcdef")
        for path in self.directory.iterdir():
            path.unlink()
        return result


class TempUnderAnotherName(TempFiles):
    """Announces the removal of a file that it did not write."""

    def lend(self, use: Callable[[BinaryIO], Any]) -> Any:
        self.announce("temp-write", CALLER, TEMP, temp="aaaa")
        path = self.directory / "bin_aaaa.tmp"
        try:
            with path.open("x+b") as file:
                return use(file)
        finally:
            self.announce("temp-delete", TEMP, TEMP, temp="bbbb")
            path.unlink()


class UploadsWithoutAsking(S3Store):
    def put(self, key: str, file: BinaryIO, size: int, sender: str, *, known: bool = True) -> str:
        return self.upload(key, file, size, sender)


class AsksButUploadsAnyway(S3Store):
    def put(self, key: str, file: BinaryIO, size: int, sender: str, *, known: bool = True) -> str:
        self.find(key)
        return self.upload(key, file, size, sender)


class UploadsBeforeAsking(S3Store):
    def put(self, key: str, file: BinaryIO, size: int, sender: str, *, known: bool = True) -> str:
        uploaded = self.upload(key, file, size, sender)
        self.find(key)
        return uploaded


class WrongKeyInNote(S3Store):
    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        self.announce("put", sender, self.lifeline, size=size, key=key[::-1])
        self.bucket.upload(self.object_key(key), file)
        return key


class KeyInNoteWithoutPrefix(S3Store):
    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        self.announce("put", sender, self.lifeline, size=size, key=key)
        self.bucket.upload(self.object_key(key), file)
        return key


class WrongSize(S3Store):
    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        return super().upload(key, file, size + 1, sender)


class WrongSizeOfNothing(S3Store):
    """Takes no content for one byte."""

    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        return super().upload(key, file, size or 1, sender)


class FileGoesThroughTemp(S3Store):
    def write(self, content: Any, name: Namer = by_digest) -> str:
        return super().write(content.read_bytes() if isinstance(content, Path) else content, name)


class CopiesWithoutCheckingTheTarget(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        if source.base.size(key) is None:
            raise BlobNotFound(source.name, key)
        self.announce("copy", CALLER, self.lifeline, source=source.base.object_key(key), key=self.object_key(key))
        self.bucket.copy(source.base.object_key(key), self.object_key(key))
        self.announce("copied", self.lifeline, CALLER)
        return key


class CopiesByReadingAndUploading(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        with source.open(key) as file:
            return self.write(file.read())


class CopiesFromTheWrongPrefix(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        return super().copy(_as(source, prefix="elsewhere/"), key, target)


class CopiesNothing(S3Store):
    """Says that it copies."""

    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        if not self.find(key):
            if source.base.size(key) is None:
                raise BlobNotFound(source.name, key)
            self.announce("copy", CALLER, self.lifeline, source=source.base.object_key(key), key=self.object_key(key))
            self.announce("copied", self.lifeline, CALLER)
        return key


class CopiesWhatIsMissing(S3Store):
    """Returns a key that is not there."""

    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        with contextlib.suppress(BlobNotFound):
            return super().copy(source, key, target, ahead=ahead)
        return key


class MovesInsteadOfCopying(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        copied = super().copy(source, key, target, ahead=ahead)
        source.base.bucket.delete(source.base.object_key(key))
        return copied


class ReadsNothingForMissing(S3Store):
    """The silent empty stream of blob-manager.md 6.2."""

    @contextlib.contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        try:
            with super().open(key) as file:
                yield file
        except BlobNotFound:
            yield BytesIO()


class ReadsHalfOfLarge(S3Store):
    @contextlib.contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        with super().open(key) as file:
            yield BytesIO(file.read()[:50_000])


class ReadsOnlyTheFirstChunk(S3Store):
    @contextlib.contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        with super().open(key) as file:
            yield BytesIO(file.read()[:CHUNK_SIZE])


class SpoolsOnlyTheFirstChunk(S3Store):
    def write(self, content: Any, name: Namer = by_digest) -> str:
        return super().write(content if isinstance(content, Path) else content.read(CHUNK_SIZE))


class StreamLosesItsFirstByte(S3Store):
    def write(self, content: Any, name: Namer = by_digest) -> str:
        if not isinstance(content, bytes | Path):
            content.read(1)
        return super().write(content, name)


class UploadsLargeFilesAgain(S3Store):
    def put(self, key: str, file: BinaryIO, size: int, sender: str, *, known: bool = True) -> str:
        if not self.find(key) or (sender == CALLER and size > CHUNK_SIZE):
            self.upload(key, file, size, sender)
        return key


class CopiesByContentToTheKeyOfTheSource(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        return self.copy_object(source, key, key) or self.copy_content(source, key)


class AlwaysAsksForMetadata(S3Store):
    def find(self, key: str) -> bool:
        return self.size(key) is not None


class AlwaysVerifiesTheSource(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        return S3Store.copy(_with(self, verify_source=True), source, key, target)


class BlamesAnotherStore(S3Store):
    @contextlib.contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        try:
            with super().open(key) as file:
                yield file
        except BlobNotFound:
            raise BlobNotFound("elsewhere", key) from None


class BlamesTheTargetOfACopy(S3Store):
    def copy(self, source: Store, key: str, target: str | None = None, *, ahead: bool = True) -> str:
        try:
            return super().copy(source, key, target, ahead=ahead)
        except BlobNotFound:
            raise BlobNotFound(self.name, key) from None


class WritesBesideItsPlace(S3Store):
    def upload(self, key: str, file: BinaryIO, size: int, sender: str) -> str:
        uploaded = super().upload(key, file, size, sender)
        self.bucket.client.put_object(Bucket=self.bucket.name, Key=f"backup/{key}", Body=BytesIO())
        return uploaded


class DeletesNothing(S3Store):
    def delete(self, key: str) -> None:
        self.announce("delete", CALLER, self.lifeline, key=self.object_key(key))


class DeletesSilently(S3Store):
    def delete(self, key: str) -> None:
        self.bucket.delete(self.object_key(key))


class AsksBeforeDeleting(S3Store):
    def delete(self, key: str) -> None:
        if self.find(key):
            super().delete(key)


class SaysThatAllExists(S3Store):
    def find(self, key: str) -> bool:
        super().find(key)
        return True

    def serves(self, key: str) -> bool:
        return self.find(key)


class ReadsFromTheFirstStore(BlobManager):
    @contextlib.contextmanager
    def open(self, store: str, key: str) -> Iterator[BinaryIO]:
        with super().open(next(iter(self._stores)), key) as file:
            yield file


class DeletesBothLargeOnes(BlobManager):
    def delete(self, store: str, key: str) -> None:
        stores = self._stores.values()
        found = [each.base.bucket.find(each.base.object_key(key)) for each in stores]
        if all(each and each.size > 1_000 for each in found):
            for each in stores:
                each.base.bucket.delete(each.base.object_key(key))
        super().delete(store, key)


class DeletesEverywhere(BlobManager):
    def delete(self, store: str, key: str) -> None:
        super().delete(store, key)
        for each in self._stores.values():
            each.base.bucket.delete(each.base.object_key(key))


def _as(store: Store, **options: Any) -> S3Store:
    assert isinstance(store, S3Store)
    return S3Store(store.name, StoreOptions(**options), store.bucket, store.temps, store.announce)


def _with(store: S3Store, **options: Any) -> S3Store:
    return replace(store, options=msgspec.structs.replace(store.options, **options))


def with_store(kind: type[S3Store]) -> type[BlobManager]:
    """A manager whose stores are of this kind."""

    class Manager(BlobManager):
        def assemble(self, name: str, options: StoreOptions) -> S3Store:
            return kind(name, options, self._bucket, self._temps, self._announce)

    return Manager


def with_temps(kind: type[TempFiles]) -> type[BlobManager]:
    """A manager whose temp files are of this kind."""

    class Manager(BlobManager):
        def assemble(self, name: str, options: StoreOptions) -> S3Store:
            temps = kind(self._temps.directory, self._announce)
            return S3Store(name, options, self._bucket, temps, self._announce)

    return Manager


class RefusingLarge(MemoryClient):
    """Refuses uploads that are large, as a service does that runs out of space."""

    def put_object(self, *, Bucket: str, Key: str, Body: Any) -> Any:  # noqa: N803  # as boto3 spells them
        start = Body.tell()
        if len(Body.read()) > 1_000:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "no space"}}, "PutObject")
        Body.seek(start)
        return super().put_object(Bucket=Bucket, Key=Key, Body=Body)


STORES = [
    UploadsWithoutAsking,
    AsksButUploadsAnyway,
    UploadsBeforeAsking,
    WrongKeyInNote,
    KeyInNoteWithoutPrefix,
    WrongSize,
    WrongSizeOfNothing,
    FileGoesThroughTemp,
    CopiesWithoutCheckingTheTarget,
    CopiesByReadingAndUploading,
    CopiesFromTheWrongPrefix,
    CopiesNothing,
    CopiesWhatIsMissing,
    MovesInsteadOfCopying,
    ReadsNothingForMissing,
    ReadsHalfOfLarge,
    DeletesNothing,
    DeletesSilently,
    AsksBeforeDeleting,
    SaysThatAllExists,
    ReadsOnlyTheFirstChunk,
    SpoolsOnlyTheFirstChunk,
    StreamLosesItsFirstByte,
    UploadsLargeFilesAgain,
    CopiesByContentToTheKeyOfTheSource,
    AlwaysAsksForMetadata,
    AlwaysVerifiesTheSource,
    BlamesAnotherStore,
    BlamesTheTargetOfACopy,
    WritesBesideItsPlace,
]
TEMPS = [SilentlyKeptTemp, KeptTempThatIsAnnounced, TempUnderAnotherName]
MANAGERS = [ReadsFromTheFirstStore, DeletesEverywhere, DeletesBothLargeOnes]
