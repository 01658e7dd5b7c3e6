"""An S3 client without S3: buckets in memory, for speed.

Lives here: a double of the client methods that the blob manager uses, which refuses as moto refuses (same codes,
messages, operation names and statuses). Must not live here: anything only S3 can show (versions, storage classes).

Law: it cannot be told from moto by the operations of the blob manager (`tests/laws/test_blobs.py`).
"""
# ruff: noqa: N803 - boto3 spells its parameters so

import io
from collections.abc import Iterator, Mapping
from typing import IO, Any

from botocore.exceptions import ClientError

_PAGE_SIZE = 1000
_ONTO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's"
    " metadata, storage class, website redirect location or encryption attributes."
)


class MemoryClient:
    """The objects of the buckets it is made with; each method is one atomic step, also between threads."""

    def __init__(self, *buckets: str) -> None:
        self._buckets: dict[str, dict[str, bytes]] = {bucket: {} for bucket in buckets}

    def put_object(self, *, Bucket: str, Key: str, Body: IO[bytes]) -> Mapping[str, Any]:
        """Keep a copy of what is left in the file."""
        self._bucket(Bucket, "PutObject")[Key] = Body.read()
        return {}

    def get_object(self, *, Bucket: str, Key: str, Range: str = "") -> Mapping[str, Any]:
        """Give the content back, or refuse with `NoSuchKey`; of `bytes=first-last` only what there is."""
        content = self._content(Bucket, Key, "GetObject")
        if Range:
            first, _, last = Range.removeprefix("bytes=").partition("-")
            if int(first) >= len(content):
                raise _error("GetObject", 416, "InvalidRange", "The requested range is not satisfiable")
            content = content[int(first) : int(last) + 1]
        return {"Body": _Body(content)}

    def head_object(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:
        """Tell the size; the answer to HEAD has no body, so what is absent is called `404`."""
        content = self._bucket(Bucket, "HeadObject").get(Key)
        if content is None:
            raise _error("HeadObject", 404, "404", "Not Found")
        return {"ContentLength": len(content)}

    def copy_object(self, *, Bucket: str, Key: str, CopySource: Mapping[str, str]) -> Mapping[str, Any]:
        """Make the source's content that of another key; onto itself is refused."""
        target = self._bucket(Bucket, "CopyObject")
        content = self._content(CopySource["Bucket"], CopySource["Key"], "CopyObject")
        if (Bucket, Key) == (CopySource["Bucket"], CopySource["Key"]):
            raise _error("CopyObject", 400, "InvalidRequest", _ONTO_ITSELF)
        target[Key] = content
        return {}

    def delete_object(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:
        """Forget an object, if there is one."""
        self._bucket(Bucket, "DeleteObject").pop(Key, None)
        return {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str = "", ContinuationToken: str = "") -> Mapping[str, Any]:
        """List up to 1,000 keys that start with `Prefix`, after the key that is the token."""
        names = sorted(self._bucket(Bucket, "ListObjectsV2").copy())
        found = [name for name in names if name.startswith(Prefix) and name > ContinuationToken]
        page: dict[str, Any] = {"Contents": [{"Key": name} for name in found[:_PAGE_SIZE]]}
        return page if len(found) <= _PAGE_SIZE else {**page, "NextContinuationToken": found[_PAGE_SIZE - 1]}

    def _bucket(self, name: str, operation: str) -> dict[str, bytes]:
        if name not in self._buckets:
            raise _error(operation, 404, "NoSuchBucket", "The specified bucket does not exist")
        return self._buckets[name]

    def _content(self, bucket: str, key: str, operation: str) -> bytes:
        content = self._bucket(bucket, operation).get(key)
        if content is None:
            raise _error(operation, 404, "NoSuchKey", "The specified key does not exist.")
        return content


class _Body:
    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        return iter(lambda: self._file.read(chunk_size), b"")

    def close(self) -> None:
        self._file.close()


def _error(operation: str, status: int, code: str, message: str) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)  # type: ignore[arg-type]  # the stubs ask for fields no error needs
