"""Content of any size sent to S3 in parts, and copied inside S3 in parts.

Lives here: how content is cut, and the requests of an upload in parts. Must not live here: announcements - for an
observer it is one upload, whatever the number of parts.

Law: the object appears at the end, whole, or never; after a failure, Ctrl-C included, no part stays in S3 unless S3
refuses to forget it. One part at a time is sent, straight from the file: memory is constant.

Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, TypedDict, cast

from botocore.exceptions import BotoCoreError, ClientError

from simulator.blobs.client import S3Client
from simulator.blobs.window import Window

# What S3 allows: the least size of all parts but the last, in bytes, and the number of parts.
_LEAST = 5 << 20
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Parts:
    """Content of more than `threshold` bytes goes in parts of `size` bytes, or what S3 allows that is next to it."""

    threshold: int = 16 << 20
    size: int = _LEAST

    def cut(self, total: int) -> Iterator[tuple[int, int]]:
        """Cut `total` bytes into pairs of a start and a size."""
        size = max(self.size, _LEAST, -(-total // _MOST))
        return ((start, min(size, total - start)) for start in range(0, total, size))


STANDARD = Parts()

# The largest object that S3 copies in one request, in bytes, and how larger ones are cut.
LARGEST_COPY = 5 << 30
_COPIED = Parts(LARGEST_COPY, 1 << 30)


class _Place(TypedDict):
    Bucket: str
    Key: str
    UploadId: str


# Told the name of an upload that has begun; the upload is over with its block.
Begun = Callable[[str], AbstractContextManager[None]]


def upload(
    client: S3Client, bucket: str, key: str, file: BinaryIO, total: int, parts: Parts, begun: Begun
) -> Mapping[str, Any]:
    """Store the next `total` bytes of a file as an object; S3's answer at the end."""
    begin = file.tell()

    def send(place: _Place, number: int, start: int, size: int) -> Mapping[str, Any]:
        body = cast("BinaryIO", Window(file, begin + start, size))
        return client.upload_part(**place, PartNumber=number, Body=body)

    return _in_parts(client, bucket, key, parts.cut(total), send, begun)


def copy(
    client: S3Client, bucket: str, source: Mapping[str, str], key: str, total: int, begun: Begun
) -> Mapping[str, Any]:
    """Copy the `total` bytes of an object inside S3; its answer at the end."""

    def send(place: _Place, number: int, start: int, size: int) -> Mapping[str, Any]:
        chosen = f"bytes={start}-{start + size - 1}"
        answer = client.upload_part_copy(**place, PartNumber=number, CopySource=source, CopySourceRange=chosen)
        return cast("Mapping[str, Any]", answer["CopyPartResult"])

    return _in_parts(client, bucket, key, _COPIED.cut(total), send, begun)


def _in_parts(
    client: S3Client,
    bucket: str,
    key: str,
    cuts: Iterator[tuple[int, int]],
    send: Callable[[_Place, int, int, int], Mapping[str, Any]],
    begun: Begun,
) -> Mapping[str, Any]:
    name = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    place: _Place = {"Bucket": bucket, "Key": key, "UploadId": name}
    with begun(name):
        try:
            sent = [
                {"PartNumber": number, "ETag": send(place, number, start, size)["ETag"]}
                for number, (start, size) in enumerate(cuts, 1)
            ]
            return client.complete_multipart_upload(**place, MultipartUpload={"Parts": sent})
        except BaseException:
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**place)
            raise
