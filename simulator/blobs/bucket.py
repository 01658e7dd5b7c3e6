"""One bucket, as bytes under object keys.

Lives here: the S3 calls, and which of their errors mean "absent". Must not live here: announcements, keys of blobs.

Laws: only an answer that says "absent" counts as absent (a 403 does not); every other error is let through, one of
`S3_ERRORS`. Each upload, copy and delete is atomic, as S3 makes it: readers see all of it or nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from simulator.blobs.client import S3Client
from simulator.blobs.keys import Range

S3_ERRORS = (ClientError, BotoCoreError)

# How much content is held in memory at a time, in bytes.
CHUNK_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects of bucket `name` whose keys start with `root`; keys are given and returned without it."""

    client: S3Client
    name: str
    root: str = ""

    def size(self, key: str) -> int | None:
        """Ask for the size of an object in bytes; None where there is none."""
        try:
            return int(self.client.head_object(Bucket=self.name, Key=self.root + key)["ContentLength"])
        except ClientError as error:
            if _says_absent(error):
                return None
            raise

    def upload(self, key: str, file: BinaryIO) -> None:
        """Store the rest of the file as one object, in one request (at most 5 GiB)."""
        self.client.put_object(Bucket=self.name, Key=self.root + key, Body=file)

    def download(self, key: str, write: Callable[[bytes], object], part: Range | None = None) -> int | None:
        """Hand an object, or a part of it, to `write` piece by piece; return how many bytes, None if it is absent."""
        chosen = {"Range": f"bytes={part.start}-{part.end}"} if part else {}
        try:
            body = self.client.get_object(Bucket=self.name, Key=self.root + key, **chosen)["Body"]
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

    def copy(self, source: str, key: str) -> bool:
        """Copy an object inside S3, its metadata included (at most 5 GiB); whether there was one."""
        origin = {"Bucket": self.name, "Key": self.root + source}
        try:
            self.client.copy_object(Bucket=self.name, Key=self.root + key, CopySource=origin)
        except ClientError as error:
            if _says_absent(error):
                return False
            raise
        return True

    def delete(self, key: str) -> None:
        """Make sure that there is no such object."""
        try:
            self.client.delete_object(Bucket=self.name, Key=self.root + key)
        except ClientError as error:
            if not _says_absent(error):
                raise

    def all_keys(self) -> Iterator[str]:
        """List the keys, in the order of their UTF-8 bytes, page by page."""
        page = self.client.list_objects_v2(Bucket=self.name, Prefix=self.root)
        while True:
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self.root)
            token = page.get("NextContinuationToken")
            if token is None:
                return
            page = self.client.list_objects_v2(Bucket=self.name, Prefix=self.root, ContinuationToken=token)


def _says_absent(error: ClientError) -> bool:
    # HEAD has no body to hold a code, so its code is the status. `NoSuchBucket` is another matter: it is let through.
    return error.response["Error"]["Code"] in {"404", "NoSuchKey"}
