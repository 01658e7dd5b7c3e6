"""boto3 clients for what is recorded: on moto, or with an answer that was made up."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

Make = Callable[..., Any]


@pytest.fixture
def make() -> Iterator[Make]:
    """Make a client of a service, on moto."""
    session: Any = boto3.Session("AKIAEXAMPLE", "not-so-secret", region_name="us-east-1")

    def client(service: str, **config: Any) -> Any:
        return session.client(service, config=Config(**config))

    with mock_aws():
        yield client


@pytest.fixture
def s3(make: Make) -> Any:
    """An S3 client with one bucket called `bucket`."""
    client = make("s3")
    client.create_bucket(Bucket="bucket")
    return client
