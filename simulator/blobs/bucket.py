"""One bucket, as bytes under object keys.

Lives here: the S3 calls, and which of their errors mean "absent". Must not live here: announcements, keys of blobs.

Laws: only an answer that says "absent" counts as absent (a 403 does not); every other error is let through, one of
`S3_ERRORS`. Each upload, copy and delete is atomic, as S3 makes it: readers see all of it or nothing.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from simulator.blobs import multipart
from simulator.blobs.client import S3Client
from simulator.blobs.journal import Entry, Journal
from simulator.blobs.keys import Range, is_digest
from simulator.blobs.multipart import LARGEST_COPY, STANDARD, Begun, Parts
from simulator.blobs.storage import ACTIVE, Storage

S3_ERRORS = (ClientError, BotoCoreError)

# How much content is held in memory at a time, in bytes.
CHUNK_SIZE = 1 << 20

# How services refuse to copy what is too large, and other things.
_TOO_LARGE = frozenset({"InvalidRequest", "EntityTooLarge"})

# How services refuse what they know nothing of.
_NOT_KNOWN = frozenset({"NotImplemented", "501", "MethodNotAllowed", "405"})


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy was made; its version, if any."""

    version: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """An object: its size in bytes, its ETag without quotes, and when S3 last wrote it, by S3's clock, in seconds.

    storage: where it is kept, as far as that was asked for.
    """

    size: int
    etag: str
    written: int
    storage: Storage = ACTIVE


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects of bucket `name` whose keys start with `root`; keys are given and returned without it.

    journal: of uploads in parts that a crash must not leave.
    """

    client: S3Client
    name: str
    root: str = ""
    journal: Journal = field(default_factory=Journal)

    def is_versioned(self) -> bool:
        """Whether the service keeps the versions of objects in this bucket; one that knows no versions does not."""
        return self.versioning() == "Enabled"

    def versioning(self) -> str | None:
        """Ask whether versions are kept: `Enabled`, `Suspended` or empty; None from a service that knows none."""
        try:
            return str(self.client.get_bucket_versioning(Bucket=self.name).get("Status", ""))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_KNOWN:
                return None
            raise

    def find(self, key: str, version: str | None = None) -> Found | None:
        """Ask about an object; None where there is none."""
        answer = self._head(key, version)
        if answer is None:
            return None
        return _found(answer, answer["ContentLength"], Storage.read(answer))

    def md5(self, key: str, version: str | None = None) -> str | None:
        """Ask for the MD5 of an object's content; None where its ETag is something else, or there is no object."""
        answer = self._head(key, version) or {}
        # Amazon S3 API Reference, "Object", ETag: no MD5 of what came in parts, or was encrypted with a key of others.
        if answer.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in answer:
            return None
        etag = _etag(answer)
        return etag if is_digest(etag, "md5") else None

    def _head(self, key: str, version: str | None) -> Mapping[str, Any] | None:
        try:
            return self.client.head_object(**self._at(key, version))
        except ClientError as error:
            if says_absent(error):
                return None
            raise

    def upload(self, key: str, file: BinaryIO, parts: Parts = STANDARD) -> str | None:
        """Store the rest of the file as one object, what is large in parts; return its version, if any."""
        name, start = self.root + key, file.tell()
        size = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        if size > parts.threshold:
            # Until the upload has a name, all that is known of it is its key.
            with self.journal.covering(Entry("upload", key)):
                answer = multipart.upload(self.client, self.name, name, file, size, parts, self._begun(key))
            return _version(answer)
        return _version(self.client.put_object(Bucket=self.name, Key=name, Body=file))

    def _begun(self, key: str) -> Begun:
        return lambda upload: self.journal.covering(Entry("upload", key, upload))

    def download(
        self, key: str, write: Callable[[bytes], object], part: Range | None = None, version: str | None = None
    ) -> int | None:
        """Hand an object, or a part of it, to `write` piece by piece; return how many bytes, None if it is absent."""
        chosen = {"Range": f"bytes={part.start}-{part.end}"} if part else {}
        try:
            body = self.client.get_object(**self._at(key, version), **chosen)["Body"]
        except ClientError as error:
            if says_absent(error):
                return None
            raise
        size = 0
        with closing(body):
            for chunk in body.iter_chunks(CHUNK_SIZE):
                write(chunk)
                size += len(chunk)
        return size

    def copy(self, source: str, key: str, version: str | None = None) -> Copied | None:
        """Copy an object, or a version of it, inside S3, what is too large for one request in parts; None if absent.

        What is copied in one request keeps its metadata.
        """
        origin = self._at(source, version)
        try:
            answer = self.client.copy_object(Bucket=self.name, Key=self.root + key, CopySource=origin)
        except ClientError as error:
            if says_absent(error):
                return None
            # Rather than ask for the size of everything, S3 is taken at its word; a copy onto itself it always refuses.
            doubtful = error.response["Error"]["Code"] in _TOO_LARGE and (source, version) != (key, None)
            found = self.find(source, version) if doubtful else None
            if found is None or found.size <= LARGEST_COPY:
                raise
            with self.journal.covering(Entry("upload", key)):
                place = (self.client, self.name, origin, self.root + key)
                answer = multipart.copy(*place, found.size, self._begun(key))
        return Copied(_version(answer))

    def delete(self, key: str, version: str | None = None) -> None:
        """Make sure that there is no such object, or no such version of it."""
        try:
            self.client.delete_object(**self._at(key, version))
        except ClientError as error:
            if not says_absent(error):
                raise

    def change_class(self, key: str, version: str | None, storage_class: str) -> str | None:
        """Copy an object onto itself, into another storage class (at most 5 GiB); return its new version, if any."""
        at, source = self._at(key, None), self._at(key, version)
        return _version(self.client.copy_object(**at, CopySource=source, StorageClass=storage_class))

    def restore(self, key: str, version: str | None, days: int) -> None:
        """Have a copy made that can be read, for so many days, of an object in cold storage."""
        self.client.restore_object(**self._at(key, version), RestoreRequest={"Days": days})

    def retain(self, key: str, version: str | None, until: datetime | None) -> None:
        """Let nobody delete a version before that time (governance mode); None takes a retention away."""
        if until is None:
            more: dict[str, Any] = {"Retention": {}, "BypassGovernanceRetention": True}
        else:
            more = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": until}}
        self.client.put_object_retention(**self._at(key, version), **more)

    def hold(self, key: str, version: str | None, *, on: bool) -> None:
        """Let nobody delete a version while the hold is on."""
        status = {"Status": "ON" if on else "OFF"}
        self.client.put_object_legal_hold(**self._at(key, version), LegalHold=status)

    def free(self, key: str, version: str) -> None:
        """Delete a version, also one that retention or a hold protects."""
        at = {**self._at(key, version), "BypassGovernanceRetention": True}
        try:
            self.client.delete_object(**at)
        except ClientError:
            # Only a hold stops that; if it was something else, it will again.
            self.hold(key, version, on=False)
            self.client.delete_object(**at)

    def locks_objects(self) -> bool:
        """Whether versions in this bucket can be protected from deletion; where the service knows no such thing, not.

        Raises `S3_ERRORS`.
        """
        try:
            answer = self.client.get_object_lock_configuration(Bucket=self.name)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"ObjectLockConfigurationNotFoundError", *_NOT_KNOWN}:
                return False
            raise
        return bool(answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")

    def _at(self, key: str, version: str | None) -> dict[str, Any]:
        place = {"Bucket": self.name, "Key": self.root + key}
        return {**place, "VersionId": version} if version else place

    def all_keys(self) -> Iterator[str]:
        """List the keys, in the order of their UTF-8 bytes, page by page."""
        return (key for key, _ in self.listing())

    def all_etags(self) -> Iterator[tuple[str, str]]:
        """List the keys as `all_keys`, each with the ETag of its object; empty from a service that lists none."""
        return ((key, found.etag) for key, found in self.listing())

    def listing(self, prefix: str = "", delimiter: str = "") -> Iterator[tuple[str, Found]]:
        """List the objects whose keys start with `prefix`, without those that have the delimiter behind it."""
        asked = {"Bucket": self.name, "Prefix": self.root + prefix}
        if delimiter:
            asked["Delimiter"] = delimiter
        page = self.client.list_objects_v2(**asked)
        while True:
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self.root), _found(entry, entry["Size"])
            token = page.get("NextContinuationToken")
            if token is None:
                return
            page = self.client.list_objects_v2(**asked, ContinuationToken=token)

    def abort_uploads(self) -> None:
        """Forget all uploads in parts that have begun and not ended, with their parts."""
        for key, upload in list(self.uploads()):
            self.abort(key, upload)

    def abort(self, key: str, upload: str) -> None:
        """Forget an upload in parts, if it has begun and not ended."""
        try:
            self.client.abort_multipart_upload(Bucket=self.name, Key=self.root + key, UploadId=upload)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise

    def has_parts(self, key: str, upload: str) -> bool:
        """Whether a part has arrived of an upload that has begun and not ended."""
        try:
            return bool(self.client.list_parts(Bucket=self.name, Key=self.root + key, UploadId=upload).get("Parts"))
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise
            return False

    def uploads(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """List the uploads in parts that have begun and not ended, each with its key and its own name.

        Of a service that cannot list them there are none.
        """
        prefix = self.root + prefix
        try:
            page = self.client.list_multipart_uploads(Bucket=self.name, Prefix=prefix)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_KNOWN:
                return
            raise
        while True:
            for entry in page.get("Uploads", ()):
                yield entry["Key"].removeprefix(self.root), entry["UploadId"]
            if not page.get("IsTruncated"):
                return
            page = self.client.list_multipart_uploads(
                Bucket=self.name,
                Prefix=prefix,
                KeyMarker=page["NextKeyMarker"],
                UploadIdMarker=page["NextUploadIdMarker"],
            )

    def all_versions(self) -> Iterator[tuple[str, str]]:
        """List the keys and versions of all objects, also of those that are deleted, page by page."""
        page = self.client.list_object_versions(Bucket=self.name, Prefix=self.root)
        while True:
            for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield entry["Key"].removeprefix(self.root), entry["VersionId"]
            if not page.get("IsTruncated"):
                return
            page = self.client.list_object_versions(
                Bucket=self.name,
                Prefix=self.root,
                KeyMarker=page["NextKeyMarker"],
                VersionIdMarker=page["NextVersionIdMarker"],
            )


def _found(entry: Mapping[str, Any], size: int, storage: Storage = ACTIVE) -> Found:
    # HEAD tells the time in whole seconds, some services list fractions of them.
    return Found(int(size), _etag(entry), int(entry["LastModified"].timestamp()), storage)


def _etag(entry: Mapping[str, Any]) -> str:
    return str(entry.get("ETag", "")).strip('"')


def _version(answer: Mapping[str, Any]) -> str | None:
    version = answer.get("VersionId")
    return str(version) if version and version != "null" else None


def says_absent(error: Exception) -> bool:
    """Whether an error says that there is no such object, or no such version of it."""
    # HEAD has no body to hold a code, so its code is the status. `NoSuchBucket` is another matter: it is let through.
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in {"404", "NoSuchKey", "NoSuchVersion"}
