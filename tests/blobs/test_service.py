"""What the manager makes of a service that cannot do all of it."""

import logging
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.client import S3Client
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.cli.terminal import telling_warnings
from tests.blobs.conftest import Faulty


def record(bucket: str, code: str = "NotImplemented") -> BlobManager:
    """A manager for documents, on a service that knows no versions."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 501}}
    faults: dict[str, BaseException] = {"get_bucket_versioning": ClientError(answer, "GetBucketVersioning")}
    client = cast("S3Client", Faulty(MemoryClient(bucket), faults))
    return BlobManager(client, bucket, {"main": StoreOptions(record=True)})


@pytest.mark.parametrize("code", ["NotImplemented", "MethodNotAllowed"])
def test_a_service_without_versions(caplog: pytest.LogCaptureFixture, code: str) -> None:
    """Its buckets count as unversioned, and that is logged once in a process, however many managers there are."""
    with caplog.at_level(logging.WARNING, "simulator"):
        for _ in range(2):
            assert record(code, code).write("main", b"foo", document="id1") == "id1"
    assert caplog.messages == [f"the S3 service knows no versions: the bucket {code} is taken for one that keeps none"]


def test_commands_tell_the_warning(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, as one line."""
    with telling_warnings():
        record("told")
    record("not told")
    told = "warning: the S3 service knows no versions: the bucket told is taken for one that keeps none\n"
    assert capsys.readouterr() == ("", told)
