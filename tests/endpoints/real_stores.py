"""The product runs its own diagrams on S3 services: moto in the process, moto's server, and SeaweedFS, a real store.

Run by name: `python -m pytest tests/endpoints/real_stores.py`. Where SeaweedFS cannot be installed, what needs it is
skipped, and the reason told; what is known to be different there stands in `differences.toml`.
"""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.machine import explore
from tests.campaign.shipped import shipped
from tests.endpoints import seaweedfs as store
from tests.servers import as_user, moto_server

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "simulator.cli"]
DIFFERENCES = tomllib.loads(Path(__file__).with_name("differences.toml").read_text("utf-8"))
BUCKET = "tried"
BUCKETS = (BUCKET, f"{BUCKET}-versions", f"{BUCKET}-locked")


@pytest.fixture(scope="module", autouse=True)
def user() -> Iterator[None]:
    """Whom both servers know."""
    with pytest.MonkeyPatch.context() as environment:
        as_user(environment)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("PYTHONPATH", str(ROOT))
        yield


@pytest.fixture(scope="module")
def mocked() -> Iterator[str]:
    """The URL of moto's server."""
    with moto_server() as (url, _):
        yield url


@pytest.fixture(scope="module")
def seaweedfs() -> Iterator[str]:
    """The URL of SeaweedFS; nothing of it stays."""
    with TemporaryDirectory() as folder:
        program = store.install(Path(folder) / "environment")
        data = Path(folder) / "data"
        data.mkdir()
        with store.running(program, data) as url:
            yield url


def simulator(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def check(*arguments: str, traces: str = "traces") -> list[dict[str, Any]]:
    """Check all shipped diagrams, or those of a folder; the results."""
    done = simulator("check", traces, *arguments, "--format", "json")
    assert (done.returncode in {0, 1}, done.stderr) == (True, "")
    results = json.loads(done.stdout)["results"]
    assert isinstance(results, list)
    return results


def holds(url: str) -> dict[str, list[str]]:
    """Every key in our buckets, old versions, marks of deletions and unfinished uploads included."""
    client = boto3.client("s3", endpoint_url=url)
    found = {}
    for bucket in {entry["Name"] for entry in client.list_buckets()["Buckets"]}.intersection(BUCKETS):
        versions, uploads = client.list_object_versions(Bucket=bucket), client.list_multipart_uploads(Bucket=bucket)
        entries = (versions.get("Versions", ()), versions.get("DeleteMarkers", ()), uploads.get("Uploads", ()))
        found[bucket] = [entry["Key"] for each in entries for entry in each]
    return found


def unlike(results: list[dict[str, Any]], service: str) -> dict[str, str]:
    """The diagrams that were run on a service and do not conform, and why."""
    return {
        each["diagram"].removeprefix("traces/"): each["reason"]
        for each in results
        if each["s3"] == service and each["verdict"] not in {"conforms", "not_run"}
    }


def test_moto(mocked: str) -> None:
    """All diagrams are run on moto, in the process and as a server, and conform, and nothing stays."""
    results = check("--s3", "moto", "--s3", mocked, "--bucket", BUCKET, "--create-bucket")
    assert [each for each in results if each["verdict"] == "not_run"] == []
    odd = unlike(results, mocked)
    assert (unlike(results, "moto"), set(odd)) == ({}, set(DIFFERENCES["moto-server"])), odd
    assert holds(mocked) == {bucket: [] for bucket in BUCKETS}


def test_seaweedfs(seaweedfs: str) -> None:
    """All diagrams conform that a real store can run, what it cannot is not run, and nothing stays."""
    results = check("--s3", seaweedfs, "--bucket", BUCKET, "--create-bucket")
    left_out = {each["diagram"]: each["reason"] for each in results if each["verdict"] == "not_run"}
    assert set(left_out) == {
        path.relative_to(ROOT).with_suffix(".puml").as_posix()
        for path in ROOT.glob("traces/**/*.toml")
        if "cold-storage = true" in path.read_text("utf-8")
    }
    assert set(left_out.values()) == {f"{seaweedfs}: there is no cold storage"}
    odd = unlike(results, seaweedfs)
    assert set(odd) == set(DIFFERENCES["seaweedfs"]), odd
    assert holds(seaweedfs) == {bucket: [] for bucket in BUCKETS}


def test_explore(seaweedfs: str) -> None:
    """Exploring finds the same on a real store as in memory."""
    with open_backend("memory") as memory:
        here = explore(shipped("basic"), memory, seed=1, sequences=20)
    with open_backend(seaweedfs, BUCKET, create_bucket=True) as there:
        assert replace(explore(shipped("basic"), there, seed=1, sequences=20), backend="memory") == here
    assert here.operations > 200


@pytest.mark.parametrize("wrong", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_wrong_credentials(seaweedfs: str, wrong: str) -> None:
    """Who may not use the store is told so at once, with what to set."""
    done = simulator("check", "traces/basic.puml", "--s3", seaweedfs, "--bucket", BUCKET, **{wrong: "nobody"})
    assert (done.returncode, done.stdout) == (2, "")
    first, hint = done.stderr.splitlines()
    assert first.startswith(f"{seaweedfs}, bucket {BUCKET!r}: ")
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in hint


def test_missing_bucket(seaweedfs: str) -> None:
    """A bucket that is not there is not made unasked."""
    done = simulator("check", "traces/basic.puml", "--s3", seaweedfs, "--bucket", "not-mine")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{seaweedfs} has no bucket 'not-mine'\n")


def test_bucket_without_versions(seaweedfs: str) -> None:
    """In a bucket that is used as it is, what needs versions is not run, and what is in it stays."""
    client = boto3.client("s3", endpoint_url=seaweedfs)
    client.create_bucket(Bucket="theirs")
    client.put_object(Bucket="theirs", Key="mine", Body=b"precious")
    results = check("--s3", seaweedfs, "--bucket", "theirs", traces="traces/documents")
    verdicts = {each["diagram"]: each["reason"] for each in results if each["verdict"] == "not_run"}
    assert "the bucket 'theirs' keeps no versions" in verdicts["traces/documents/write.puml"]
    assert {each["verdict"] for each in results} == {"conforms", "not_run"}
    assert client.list_objects_v2(Bucket="theirs")["KeyCount"] == 1
    assert client.get_object(Bucket="theirs", Key="mine")["Body"].read() == b"precious"


def test_ctrl_c(seaweedfs: str) -> None:
    """Ctrl-C in the middle of a run leaves nothing under its prefix."""
    service = ["--s3", seaweedfs, "--bucket", BUCKET, "--create-bucket"]
    with subprocess.Popen(
        [*COMMAND, "check", "traces", *service], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for _ in range(3000):
            if any(holds(seaweedfs).values()):
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in told) == (130, False), told
    assert holds(seaweedfs) == {bucket: [] for bucket in BUCKETS}
