"""One bucket, as bytes under object keys.

Lives here: the S3 calls, and which of their errors mean "absent". Must not live here: announcements, keys of blobs.

Laws: only an answer that says "absent" counts as absent (a 403 does not); every other error is let through, one of
`S3_ERRORS`. Each upload, copy and delete is atomic, as S3 makes it: readers see all of it or nothing.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from simulator.blobs import multipart
from simulator.blobs.client import S3Client
from simulator.blobs.keys import Range, is_digest
from simulator.blobs.multipart import STANDARD, Parts

S3_ERRORS = (ClientError, BotoCoreError)

# How much content is held in memory at a time, in bytes.
CHUNK_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy was made; its version, if any."""

    version: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """An object: its size in bytes, its ETag without quotes, and when S3 last wrote it, by S3's clock, in seconds."""

    size: int
    etag: str
    written: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects of bucket `name` whose keys start with `root`; keys are given and returned without it."""

    client: S3Client
    name: str
    root: str = ""

    def is_versioned(self) -> bool:
        """Whether the service keeps the versions of objects in this bucket; one that knows no versions does not."""
        try:
            return self.client.get_bucket_versioning(Bucket=self.name).get("Status") == "Enabled"
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NotImplemented", "501", "MethodNotAllowed", "405"}:
                return False
            raise

    def find(self, key: str, version: str | None = None) -> Found | None:
        """Ask about an object; None where there is none."""
        answer = self._head(key, version)
        return None if answer is None else _found(answer, answer["ContentLength"])

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
            if _says_absent(error):
                return None
            raise

    def upload(self, key: str, file: BinaryIO, parts: Parts = STANDARD) -> str | None:
        """Store the rest of the file as one object, what is large in parts; return its version, if any."""
        name, start = self.root + key, file.tell()
        size = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        if size > parts.threshold:
            return _version(multipart.upload(self.client, self.name, name, file, size, parts))
        return _version(self.client.put_object(Bucket=self.name, Key=name, Body=file))

    def download(
        self, key: str, write: Callable[[bytes], object], part: Range | None = None, version: str | None = None
    ) -> int | None:
        """Hand an object, or a part of it, to `write` piece by piece; return how many bytes, None if it is absent."""
        chosen = {"Range": f"bytes={part.start}-{part.end}"} if part else {}
        try:
            body = self.client.get_object(**self._at(key, version), **chosen)["Body"]
        except ClientError as error:
            if _says_absent(error):
                return None
            raise
        size = 0
        with closing(body):
            for chunk in body.iter_chunks(CHUNK_SIZE):
                write(chunk)
                size += len(chunk)
        return size

    def copy(self, source: str, key: str, version: str | None = None) -> Copied | None:
        """Copy an object, or a version of it, inside S3, metadata included (at most 5 GiB); None if it is absent."""
        try:
            answer = self.client.copy_object(
                Bucket=self.name, Key=self.root + key, CopySource=self._at(source, version)
            )
        except ClientError as error:
            if _says_absent(error):
                return None
            raise
        return Copied(_version(answer))

    def delete(self, key: str, version: str | None = None) -> None:
        """Make sure that there is no such object, or no such version of it."""
        try:
            self.client.delete_object(**self._at(key, version))
        except ClientError as error:
            if not _says_absent(error):
                raise

    def _at(self, key: str, version: str | None) -> dict[str, str]:
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
        page = self.client.list_multipart_uploads(Bucket=self.name, Prefix=self.root)
        while True:
            for entry in page.get("Uploads", ()):
                self.client.abort_multipart_upload(Bucket=self.name, Key=entry["Key"], UploadId=entry["UploadId"])
            if not page.get("IsTruncated"):
                return
            page = self.client.list_multipart_uploads(
                Bucket=self.name,
                Prefix=self.root,
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


def _found(entry: Mapping[str, Any], size: int) -> Found:
    # HEAD tells the time in whole seconds, some services list fractions of them.
    return Found(int(size), _etag(entry), int(entry["LastModified"].timestamp()))


def _etag(entry: Mapping[str, Any]) -> str:
    return str(entry.get("ETag", "")).strip('"')


def _version(answer: Mapping[str, Any]) -> str | None:
    version = answer.get("VersionId")
    return str(version) if version and version != "null" else None


def _says_absent(error: ClientError) -> bool:
    # HEAD has no body to hold a code, so its code is the status. `NoSuchBucket` is another matter: it is let through.
    return error.response["Error"]["Code"] in {"404", "NoSuchKey", "NoSuchVersion"}
