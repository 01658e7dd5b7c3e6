"""The same commands against an S3 server under a URL."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.machine import explore
from tests.campaign.shipped import shipped
from tests.servers import as_user, moto_server

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "traces"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of a server, and a user who may use it."""
    with moto_server() as (url, _), pytest.MonkeyPatch.context() as environment:
        as_user(environment)
        yield url


def simulator(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    command = [sys.executable, "-m", "simulator.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def keys(url: str, bucket: str) -> list[str]:
    """What the bucket holds."""
    found = boto3.client("s3", endpoint_url=url, region_name="us-east-1").list_objects_v2(Bucket=bucket)
    return [entry["Key"] for entry in found.get("Contents", [])]


def test_check(url: str, tmp_path: Path) -> None:
    """Diagrams conform on the server, traces show no prefix of the run, and nothing stays."""
    service = ("--s3", url, "--bucket", "check")
    traces = TRACES / "documents"
    refused = simulator("check", str(traces), *service, folder=tmp_path)
    assert (refused.returncode, "no bucket 'check'" in refused.stderr) == (2, True)
    run = simulator("check", str(traces), *service, "--create-bucket", "--format", "json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    summary = json.loads(run.stdout)["summary"]
    assert summary["conforms"] == len(list(traces.rglob("*.puml"))) > 10
    assert keys(url, "check") == []


@pytest.mark.slow
def test_explore(url: str) -> None:
    """Exploring finds the same on the server as in memory, and leaves nothing there."""
    with open_backend("memory") as memory:
        here = explore(shipped("basic"), memory, seed=1, sequences=10)
    with open_backend(url, "explore", create_bucket=True) as server:
        there = explore(shipped("basic"), server, seed=1, sequences=10)
    assert here.operations > 100
    assert replace(there, backend="memory") == here
    assert keys(url, "explore") == []
