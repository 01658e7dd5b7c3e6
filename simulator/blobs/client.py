"""The part of a boto3 S3 client that the blob manager uses.

Lives here: the protocol, which a boto3 client, our double (`memory`) and small fakes of tests fulfil. Must not live
here: any client.

Sources: Amazon S3 API Reference, one page for each method. All of them raise `botocore.exceptions.ClientError`
when the service refuses, and another `BotoCoreError` when there is no answer.
"""
# ruff: noqa: ANN401, N803 - stubs have TypedDicts there; boto3 spells its parameters so

from collections.abc import Iterator, Mapping
from typing import IO, Any, Protocol


class Body(Protocol):
    """The bytes of an object while they arrive."""

    def iter_chunks(self, chunk_size: int = ...) -> Iterator[bytes]:
        """Give the bytes in pieces of at most `chunk_size` bytes."""

    def close(self) -> None:
        """Let go of the connection."""


class S3Client(Protocol):
    """The methods used, with the parameters used."""

    def put_object(self, *, Bucket: str, Key: str, Body: IO[bytes]) -> Mapping[str, Any]:
        """Store an object, whole or not at all; answer with its `VersionId`, if any."""

    def create_multipart_upload(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:
        """Begin an upload in parts; answer with its `UploadId`."""

    def upload_part(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: IO[bytes]
    ) -> Mapping[str, Any]:
        """Keep one part, which is no object yet; answer with its `ETag`."""

    def upload_part_copy(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, CopySource: Any, CopySourceRange: str
    ) -> Mapping[str, Any]:
        """Keep a part of an object, `bytes=first-last`, as one part; answer with its `CopyPartResult`, an `ETag`."""

    def complete_multipart_upload(
        self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: Any
    ) -> Mapping[str, Any]:
        """Make the `Parts` an object; answer as `put_object` does."""

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> Mapping[str, Any]:
        """Forget an upload and its parts."""

    def list_parts(self, *, Bucket: str, Key: str, UploadId: str) -> Mapping[str, Any]:
        """Answer with the first `Parts` of an upload that has begun."""

    def list_multipart_uploads(
        self, *, Bucket: str, Prefix: str = ..., KeyMarker: str = ..., UploadIdMarker: str = ...
    ) -> Mapping[str, Any]:
        """Answer with a page of `Uploads` that have begun (each with `Key` and `UploadId`), as versions are listed."""

    def get_object(self, *, Bucket: str, Key: str, VersionId: str = ..., Range: str = ...) -> Mapping[str, Any]:
        """Answer with `Body`; `Range` is `bytes=first-last`."""

    def head_object(self, *, Bucket: str, Key: str, VersionId: str = ...) -> Mapping[str, Any]:
        """Answer with `ContentLength` in bytes, `ETag`, `LastModified` of whole seconds, and the encryption, if any."""

    def copy_object(self, *, Bucket: str, Key: str, CopySource: Any, StorageClass: Any = ...) -> Mapping[str, Any]:
        """Copy an object inside the service; `CopySource` holds `Bucket`, `Key`, `VersionId`."""

    def delete_object(
        self, *, Bucket: str, Key: str, VersionId: str = ..., BypassGovernanceRetention: bool = ...
    ) -> Mapping[str, Any]:
        """Delete an object; succeeds also where there is none."""

    def restore_object(self, *, Bucket: str, Key: str, VersionId: str = ..., RestoreRequest: Any) -> Mapping[str, Any]:
        """Start to make a readable copy of what is in cold storage, for the `Days` in `RestoreRequest`."""

    def put_object_retention(
        self, *, Bucket: str, Key: str, VersionId: str = ..., Retention: Any, BypassGovernanceRetention: bool = ...
    ) -> Mapping[str, Any]:
        """Protect a version until the `RetainUntilDate` in `Retention`; an empty one ends that."""

    def put_object_legal_hold(
        self, *, Bucket: str, Key: str, VersionId: str = ..., LegalHold: Any
    ) -> Mapping[str, Any]:
        """Protect a version while the `Status` in `LegalHold` is `ON`."""

    def get_object_lock_configuration(self, *, Bucket: str) -> Mapping[str, Any]:
        """Answer with `ObjectLockConfiguration`, where `ObjectLockEnabled` is `Enabled`; refused where it is not."""

    def list_objects_v2(
        self, *, Bucket: str, Prefix: str = ..., Delimiter: str = ..., ContinuationToken: str = ...
    ) -> Mapping[str, Any]:
        """Answer with a page of `Contents` and `NextContinuationToken` when more follow.

        Each has `Key`, in order, `ETag`, `LastModified`. Keys with the delimiter behind the prefix are left out.
        """

    def list_object_versions(
        self, *, Bucket: str, Prefix: str = ..., KeyMarker: str = ..., VersionIdMarker: str = ...
    ) -> Mapping[str, Any]:
        """Answer with a page of `Versions` and `DeleteMarkers`, `IsTruncated`, and the markers of the next page."""

    def get_bucket_versioning(self, *, Bucket: str) -> Mapping[str, Any]:
        """Answer with the `Status`: `Enabled`, `Suspended`, or none."""
