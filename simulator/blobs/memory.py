"""An S3 client without S3: buckets in memory, for speed.

Lives here: a double of the client methods that the blob manager uses, which refuses as moto refuses (same codes,
messages, operation names and statuses). Must not live here: anything the blob manager does not use.

Law: it cannot be told from moto by the operations of the blob manager (`tests/laws/test_blobs.py`).
"""
# ruff: noqa: N803 - boto3 spells its parameters so

import hashlib
import io
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import IO, Any

from botocore.exceptions import ClientError

from simulator.blobs.storage import COLD

_PAGE_SIZE = 1000
_UNVERSIONED = "null"
_ONTO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's"
    " metadata, storage class, website redirect location or encryption attributes."
)
_IN_COLD_STORAGE = "The operation is not valid for the object's storage class"
_NOT_ACTIVE = "The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier."
_NO_LOCK = "Object Lock configuration does not exist for this bucket"
_LOCK_MISSING = "Bucket is missing ObjectLockConfiguration"

_NO_UPLOAD = (
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or"
    " completed."
)


class MemoryClient:
    """The objects of the buckets it is made with; each method is one atomic step, also between threads.

    versioned: those of the buckets that keep the versions of objects. locked: those that keep versions which can be
    protected from deletion.
    """

    def __init__(self, *buckets: str, versioned: Collection[str] = (), locked: Collection[str] = ()) -> None:
        # Of each object its versions, the current one last; None is the mark of a deletion. A change replaces them all
        # at once, so that Ctrl-C finds them changed or not.
        self._buckets: dict[str, dict[str, dict[str, Kept | None]]] = {bucket: {} for bucket in buckets}
        self._uploads: dict[tuple[str, str, str], dict[int, bytes]] = {}
        self._versioned = frozenset({*versioned, *locked})
        self._locked = frozenset(locked)
        self._lock = threading.RLock()

    def put_object(self, *, Bucket: str, Key: str, Body: IO[bytes]) -> Mapping[str, Any]:
        """Keep a copy of what is left in the file."""
        self._bucket(Bucket, "PutObject")
        return self._add(Bucket, Key, Kept.now(Body.read()))

    def create_multipart_upload(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:
        """Begin an upload that has no parts yet."""
        self._bucket(Bucket, "CreateMultipartUpload")
        name = str(uuid.uuid4())
        self._uploads[Bucket, Key, name] = {}
        return {"UploadId": name}

    def upload_part(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: IO[bytes]
    ) -> Mapping[str, Any]:
        """Keep a copy of what is left in the file."""
        self._upload(Bucket, Key, UploadId, "UploadPart")[PartNumber] = content = Body.read()
        return {"ETag": _etag(content)}

    def upload_part_copy(
        self,
        *,
        Bucket: str,
        Key: str,
        UploadId: str,
        PartNumber: int,
        CopySource: Mapping[str, str],
        CopySourceRange: str,
    ) -> Mapping[str, Any]:
        """Keep a copy of a part of an object."""
        body = self.get_object(**CopySource, Range=CopySourceRange)["Body"]
        content = io.BytesIO(b"".join(body.iter_chunks()))
        part = self.upload_part(Bucket=Bucket, Key=Key, UploadId=UploadId, PartNumber=PartNumber, Body=content)
        return {"CopyPartResult": part}

    def complete_multipart_upload(
        self,
        *,
        Bucket: str,
        Key: str,
        UploadId: str,
        MultipartUpload: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> Mapping[str, Any]:
        """Keep the parts that are named, one behind the other, as one content, whose ETag says how many they are."""
        parts = self._upload(Bucket, Key, UploadId, "CompleteMultipartUpload")
        contents = [parts[part["PartNumber"]] for part in MultipartUpload["Parts"]]
        digests = b"".join(hashlib.md5(content, usedforsecurity=False).digest() for content in contents)
        etag = f'{_etag(digests)[:-1]}-{len(contents)}"'
        answer = self._add(Bucket, Key, replace(Kept.now(b"".join(contents)), composed=etag))
        del self._uploads[Bucket, Key, UploadId]
        return answer

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> Mapping[str, Any]:
        """Forget an upload."""
        self._upload(Bucket, Key, UploadId, "AbortMultipartUpload")
        del self._uploads[Bucket, Key, UploadId]
        return {}

    def list_parts(self, *, Bucket: str, Key: str, UploadId: str) -> Mapping[str, Any]:
        """List the parts that have arrived."""
        parts = self._upload(Bucket, Key, UploadId, "ListParts")
        return {"Parts": [{"PartNumber": number, "ETag": _etag(parts[number])} for number in sorted(parts)]}

    def list_multipart_uploads(
        self,
        *,
        Bucket: str,
        Prefix: str = "",
        KeyMarker: str = "",  # noqa: ARG002 - there is one page
        UploadIdMarker: str = "",  # noqa: ARG002 - there is one page
    ) -> Mapping[str, Any]:
        """List the uploads that have begun, in one page."""
        self._bucket(Bucket, "ListMultipartUploads")
        begun = [(key, name) for bucket, key, name in self._uploads if bucket == Bucket and key.startswith(Prefix)]
        return {"Uploads": [{"Key": key, "UploadId": name} for key, name in begun], "IsTruncated": False}

    def get_object(self, *, Bucket: str, Key: str, VersionId: str = "", Range: str = "") -> Mapping[str, Any]:
        """Give the content back, or refuse with `NoSuchKey`; of `bytes=first-last` only what there is."""
        kept = self._kept(Bucket, Key, VersionId, "GetObject")
        if not kept.is_readable:
            raise _error("GetObject", 403, "InvalidObjectState", _IN_COLD_STORAGE)
        content = kept.content
        if Range:
            first, _, last = Range.removeprefix("bytes=").partition("-")
            if int(first) >= len(content):
                raise _error("GetObject", 416, "InvalidRange", "The requested range is not satisfiable")
            content = content[int(first) : int(last) + 1]
        return {"Body": _Body(content)}

    def head_object(self, *, Bucket: str, Key: str, VersionId: str = "") -> Mapping[str, Any]:
        """Tell size, ETag and time; the answer to HEAD has no body, so what is absent is called `404`."""
        found = self._find(Bucket, Key, VersionId, "HeadObject")
        if found is None:
            raise _error("HeadObject", 404, "404", "Not Found")
        answer: dict[str, Any] = {
            "ContentLength": len(found.content),
            "ETag": found.etag,
            "LastModified": found.written,
        }
        if found.storage_class != "STANDARD":
            answer["StorageClass"] = found.storage_class
        if found.restored is not None:
            expiry = format_datetime(found.restored, usegmt=True)
            answer["Restore"] = f'ongoing-request="false", expiry-date="{expiry}"'
        return answer

    def copy_object(
        self, *, Bucket: str, Key: str, CopySource: Mapping[str, str], StorageClass: str = ""
    ) -> Mapping[str, Any]:
        """Make the source's content that of another key; onto itself is refused, unless a class is named."""
        self._bucket(Bucket, "CopyObject")
        version = CopySource.get("VersionId", "")
        source = self._kept(CopySource["Bucket"], CopySource["Key"], version, "CopyObject")
        if not source.is_readable:
            raise _error("CopyObject", 403, "ObjectNotInActiveTierError", _NOT_ACTIVE)
        itself = (Bucket, Key, "") == (CopySource["Bucket"], CopySource["Key"], version)
        if itself and not StorageClass:
            raise _error("CopyObject", 400, "InvalidRequest", _ONTO_ITSELF)
        return self._add(Bucket, Key, replace(Kept.now(source.content), storage_class=StorageClass or "STANDARD"))

    def restore_object(
        self, *, Bucket: str, Key: str, VersionId: str = "", RestoreRequest: Mapping[str, int]
    ) -> Mapping[str, Any]:
        """Make what is in cold storage readable at once, for so many days."""
        if self._kept(Bucket, Key, VersionId, "RestoreObject").storage_class not in COLD:
            raise _error("RestoreObject", 403, "InvalidObjectState", _IN_COLD_STORAGE)
        until = datetime.now(UTC) + timedelta(days=RestoreRequest["Days"])
        return self._change(Bucket, Key, VersionId, "RestoreObject", restored=until)

    def put_object_retention(
        self,
        *,
        Bucket: str,
        Key: str,
        VersionId: str = "",
        Retention: Mapping[str, Any],
        BypassGovernanceRetention: bool = False,  # noqa: ARG002 - as moto, it lets anybody take a retention away
    ) -> Mapping[str, Any]:
        """Protect a version until a time, or no longer."""
        self._require_lock(Bucket, "PutObjectRetention")
        return self._change(Bucket, Key, VersionId, "PutObjectRetention", retained=Retention.get("RetainUntilDate"))

    def put_object_legal_hold(
        self, *, Bucket: str, Key: str, VersionId: str = "", LegalHold: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Protect a version, or no longer."""
        self._require_lock(Bucket, "PutObjectLegalHold")
        return self._change(Bucket, Key, VersionId, "PutObjectLegalHold", held=LegalHold["Status"] == "ON")

    def get_object_lock_configuration(self, *, Bucket: str) -> Mapping[str, Any]:
        """Tell whether versions can be protected; refused where not."""
        self._bucket(Bucket, "GetObjectLockConfiguration")
        if Bucket not in self._locked:
            raise _error("GetObjectLockConfiguration", 404, "ObjectLockConfigurationNotFoundError", _NO_LOCK)
        return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}

    def delete_object(
        self, *, Bucket: str, Key: str, VersionId: str = "", BypassGovernanceRetention: bool = False
    ) -> Mapping[str, Any]:
        """Forget an object, if there is one; where versions are kept, mark it as deleted, or forget the version."""
        objects = self._bucket(Bucket, "DeleteObject")
        if Bucket in self._versioned and not VersionId:
            return self._add(Bucket, Key, None) if Key in objects else {}
        with self._lock:
            gone = VersionId or _UNVERSIONED
            kept = objects.get(Key, {}).get(gone)
            if kept and kept.is_locked(bypass=BypassGovernanceRetention):
                raise _error("DeleteObject", 403, "AccessDenied", "Access Denied")
            versions = {version: content for version, content in objects.get(Key, {}).items() if version != gone}
            if versions:
                objects[Key] = versions
            else:
                objects.pop(Key, None)
        return {}

    def list_objects_v2(
        self, *, Bucket: str, Prefix: str = "", Delimiter: str = "", ContinuationToken: str = ""
    ) -> Mapping[str, Any]:
        """List up to 1,000 keys that start with `Prefix`, after the key that is the token.

        Those with the delimiter behind the prefix are left out, and so is what S3 tells of them.
        """
        names = [name for name, version, _ in self._all(Bucket, "ListObjectsV2") if version]
        found = [
            name
            for name in names
            if name.startswith(Prefix)
            and name > ContinuationToken
            and not (Delimiter and Delimiter in name[len(Prefix) :])
        ]
        # An object that goes meanwhile is not listed.
        kept = [(name, self._find(Bucket, name, "", "ListObjectsV2")) for name in found[:_PAGE_SIZE]]
        entries = [
            {"Key": name, "ETag": each.etag, "Size": len(each.content), "LastModified": each.written}
            for name, each in kept
            if each
        ]
        page: dict[str, Any] = {"Contents": entries}
        return page if len(found) <= _PAGE_SIZE else {**page, "NextContinuationToken": found[_PAGE_SIZE - 1]}

    def list_object_versions(
        self,
        *,
        Bucket: str,
        Prefix: str = "",
        KeyMarker: str = "",  # noqa: ARG002 - there is one page
        VersionIdMarker: str = "",  # noqa: ARG002 - there is one page
    ) -> Mapping[str, Any]:
        """List all versions of the objects whose keys start with `Prefix`, in one page."""
        entries = [
            {"Key": name, "VersionId": version}
            for name, _, versions in self._all(Bucket, "ListObjectVersions")
            for version in versions
            if name.startswith(Prefix)
        ]
        return {"Versions": entries, "IsTruncated": False}

    def get_bucket_versioning(self, *, Bucket: str) -> Mapping[str, Any]:
        """Tell whether versions are kept."""
        self._bucket(Bucket, "GetBucketVersioning")
        return {"Status": "Enabled"} if Bucket in self._versioned else {}

    def current(self, bucket: str) -> Mapping[str, bytes]:
        """The contents of all objects of a bucket, at a glance: no request of S3, and nothing is copied."""
        with self._lock:
            last = ((name, next(reversed(versions.values()))) for name, versions in self._buckets[bucket].items())
            return {name: kept.content for name, kept in last if kept}

    def clear(self, bucket: str, prefix: str) -> None:
        """Forget all objects and uploads whose keys start with `prefix`, also what is protected; no request of S3."""
        with self._lock:
            objects = self._buckets[bucket]
            for key in [key for key in objects if key.startswith(prefix)]:
                del objects[key]
            for upload in [each for each in self._uploads if each[0] == bucket and each[1].startswith(prefix)]:
                del self._uploads[upload]

    def _bucket(self, name: str, operation: str) -> dict[str, dict[str, "Kept | None"]]:
        if name not in self._buckets:
            raise _error(operation, 404, "NoSuchBucket", "The specified bucket does not exist")
        return self._buckets[name]

    def _all(self, bucket: str, operation: str) -> Sequence[tuple[str, bool, Sequence[str]]]:
        """Each object that has versions: its key, whether it is there, its versions; in the order of the keys."""
        objects = self._bucket(bucket, operation)
        with self._lock:
            return sorted(
                (name, next(reversed(versions.values())) is not None, tuple(versions))
                for name, versions in objects.items()
            )

    def _require_lock(self, bucket: str, operation: str) -> None:
        self._bucket(bucket, operation)
        if bucket not in self._locked:
            raise _error(operation, 400, "InvalidRequest", _LOCK_MISSING)

    def _change(self, bucket: str, key: str, version: str, operation: str, **changes: Any) -> Mapping[str, Any]:  # noqa: ANN401 - of `Kept`
        with self._lock:
            kept = self._kept(bucket, key, version, operation)
            versions = self._buckets[bucket][key]
            self._buckets[bucket][key] = {**versions, version or next(reversed(versions)): replace(kept, **changes)}
        return {}

    def _add(self, bucket: str, key: str, kept: "Kept | None") -> Mapping[str, Any]:
        version = str(uuid.uuid4()) if bucket in self._versioned else _UNVERSIONED
        with self._lock:
            objects = self._buckets[bucket]
            objects[key] = {**objects.get(key, {}), version: kept}
        return {} if version == _UNVERSIONED else {"VersionId": version}

    def _find(self, bucket: str, key: str, version: str, operation: str) -> "Kept | None":
        objects = self._bucket(bucket, operation)
        with self._lock:
            versions = objects.get(key)
            if not versions:
                return None
            return versions.get(version) if version else next(reversed(versions.values()))

    def _kept(self, bucket: str, key: str, version: str, operation: str) -> "Kept":
        found = self._find(bucket, key, version, operation)
        if found is None and version:
            raise _error(operation, 404, "NoSuchVersion", "The specified version does not exist.")
        if found is None:
            raise _error(operation, 404, "NoSuchKey", "The specified key does not exist.")
        return found

    def _upload(self, bucket: str, key: str, name: str, operation: str) -> dict[int, bytes]:
        self._bucket(bucket, operation)
        try:
            return self._uploads[bucket, key, name]
        except KeyError:
            raise _error(operation, 404, "NoSuchUpload", _NO_UPLOAD) from None


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of an object; composed: its ETag, where it was uploaded in parts.

    restored: until when a copy of what is in cold storage can be read. retained, held: what protects it from deletion.
    """

    content: bytes
    written: datetime
    composed: str = ""
    storage_class: str = "STANDARD"
    restored: datetime | None = None
    retained: datetime | None = None
    held: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether its content can be read now."""
        return self.storage_class not in COLD or self.restored is not None

    def is_locked(self, *, bypass: bool) -> bool:
        """Whether it cannot be deleted; bypass: by somebody whom retention does not stop."""
        return self.held or (self.retained is not None and not bypass and self.retained > datetime.now(UTC))

    @classmethod
    def now(cls, content: bytes) -> "Kept":
        """Content that comes now, in whole seconds as S3 tells the time."""
        return cls(content, datetime.now(UTC).replace(microsecond=0))

    @property
    def etag(self) -> str:
        """The quoted MD5, where it was not uploaded in parts."""
        return self.composed or _etag(self.content)


class _Body:
    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        return iter(lambda: self._file.read(chunk_size), b"")

    def close(self) -> None:
        self._file.close()


@lru_cache(maxsize=64)
def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _error(operation: str, status: int, code: str, message: str) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)  # type: ignore[arg-type]  # the stubs ask for fields no error needs
