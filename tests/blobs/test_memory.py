"""The memory double, call by call beside moto: same answers where we look, same refusals."""

import io
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.client import S3Client
from simulator.blobs.memory import MemoryClient

B = "bucket"


@pytest.fixture(scope="module")
def clients() -> Iterator[tuple[S3Client, S3Client]]:
    """The double and moto, with one object each."""
    with open_backend("memory", B) as memory, open_backend("moto", B) as moto:
        for backend in (memory, moto):
            backend.client.put_object(Bucket=B, Key="here", Body=io.BytesIO(b"foo"))
            for key in ("cold", "restored"):
                backend.client.copy_object(
                    Bucket=B, Key=key, CopySource={"Bucket": B, "Key": "here"}, StorageClass="GLACIER"
                )
            backend.client.restore_object(Bucket=B, Key="restored", RestoreRequest={"Days": 1})
        yield memory.client, moto.client


def outcome(call: Callable[[S3Client], object], client: S3Client) -> object:
    """What a call gives or how it is refused."""
    try:
        return call(client)
    except ClientError as error:
        answer = error.response
        return (
            error.operation_name,
            answer["Error"]["Code"],
            answer["Error"]["Message"],
            answer["ResponseMetadata"]["HTTPStatusCode"],
            str(error),
        )


def silence(_: object) -> None:
    """Look at no field of an answer."""


def copy(bucket: str, key: str, source_bucket: str, source: str) -> Callable[[S3Client], object]:
    """Copy, and tell only whether it was refused."""
    origin = {"Bucket": source_bucket, "Key": source}
    return lambda client: silence(client.copy_object(Bucket=bucket, Key=key, CopySource=origin))


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.head_object(Bucket=B, Key="here")["ContentLength"],
        lambda client: client.head_object(Bucket=B, Key="absent"),
        lambda client: client.head_object(Bucket="gone", Key="here"),
        lambda client: list(client.get_object(Bucket=B, Key="here")["Body"].iter_chunks(2)),
        lambda client: client.get_object(Bucket=B, Key="absent"),
        lambda client: client.get_object(Bucket="gone", Key="here"),
        lambda client: client.put_object(Bucket="gone", Key="here", Body=io.BytesIO(b"")),
        lambda client: silence(client.delete_object(Bucket=B, Key="absent")),
        lambda client: client.delete_object(Bucket="gone", Key="here"),
        lambda client: client.list_objects_v2(Bucket="gone"),
        lambda client: [entry["Key"] for entry in client.list_objects_v2(Bucket=B, Prefix="he")["Contents"]],
        lambda client: client.list_objects_v2(Bucket=B, Prefix="he").get("NextContinuationToken"),
        copy(B, "copy", B, "absent"),
        copy(B, "cold", B, "cold"),
        copy(B, "copy", B, "cold"),
        lambda client: client.get_object(Bucket=B, Key="cold"),
        lambda client: client.head_object(Bucket=B, Key="cold")["StorageClass"],
        lambda client: client.head_object(Bucket=B, Key="here").get("StorageClass"),
        lambda client: client.head_object(Bucket=B, Key="restored")["Restore"][:23],
        lambda client: list(client.get_object(Bucket=B, Key="restored")["Body"].iter_chunks()),
        copy(B, "copy", B, "restored"),
        lambda client: client.head_object(Bucket=B, Key="copy").get("StorageClass"),
        lambda client: client.restore_object(Bucket=B, Key="absent", RestoreRequest={"Days": 1}),
        lambda client: client.restore_object(Bucket=B, Key="here", RestoreRequest={"Days": 1}),
        lambda client: client.get_object_lock_configuration(Bucket=B),
        lambda client: client.get_object_lock_configuration(Bucket="gone"),
        lambda client: client.get_object_lock_configuration(Bucket=f"{B}-locked")["ObjectLockConfiguration"],
        lambda client: client.put_object_legal_hold(Bucket=B, Key="here", LegalHold={"Status": "ON"}),
        lambda client: client.put_object_retention(Bucket=B, Key="here", Retention={}),
        lambda client: client.put_object_retention(
            Bucket=f"{B}-locked", Key="no", VersionId=str(uuid.UUID(int=1)), Retention={}
        ),
        lambda client: client.put_object_legal_hold(
            Bucket=f"{B}-locked", Key="no", VersionId=str(uuid.UUID(int=1)), LegalHold={"Status": "ON"}
        ),
        copy(B, "here", B, "here"),
        copy(B, "here", B, "absent"),
        copy(B, "copy", "gone", "here"),
        copy("gone", "copy", B, "here"),
    ],
)
def test_call_by_call(call: Callable[[S3Client], Any], clients: tuple[S3Client, S3Client]) -> None:
    """Each call gives what moto gives."""
    memory, moto = clients
    assert outcome(call, memory) == outcome(call, moto)


def test_pages() -> None:
    """More than a thousand keys come in pages, in order, and each once."""
    client = MemoryClient(B)
    for number in range(2001):
        client.put_object(Bucket=B, Key=f"run/{number:04}", Body=io.BytesIO(b""))
    client.put_object(Bucket=B, Key="run", Body=io.BytesIO(b""))
    backend = Backend("memory", client, B)
    assert [key for key, _ in backend.objects("run/")] == [f"{number:04}" for number in range(2001)]
    backend.clear("run/")
    assert [key for key, _ in backend.objects("")] == ["run"]
