"""How much memory content takes on its way: a process of its own writes, reads and copies it, and measures itself.

python -m tests.load.memory [--size BYTES] [--limit BYTES] [--on seaweedfs|moto|URL]

S3 is another process, so that what it holds does not count. The peak is that of the whole process (`ru_maxrss`), over
what it was after the same operations with small content.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.client import S3Client
from simulator.blobs.keys import new_digest
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.campaign.content import Sized, sized
from tests.load.services import service

ROOT = Path(__file__).parents[2]
MIB = 1 << 20
LIMIT = 64 * MIB
# Enough for everything to be imported and connected.
_SMALL = 1000

STORES = {
    "plain": StoreOptions(),
    "other": StoreOptions(prefix="other/"),
    "sha": StoreOptions(prefix="sha/", digest="sha-256"),
    "cached": StoreOptions(prefix="cached/", cache=True, cache_size=0, cache_min_age=0),
    "cached-sha": StoreOptions(prefix="cached-sha/", digest="sha-256", cache=True, cache_size=0, cache_min_age=0),
    "whole": StoreOptions(prefix="whole/", multipart_threshold=5 << 30),
    "ranges": StoreOptions(prefix="other/", byte_range=True),
    "tx": StoreOptions(prefix="tx/", transactional=True),
}


class NoCopies:
    """A client whose service does not copy: content that is copied goes through the process."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def __getattr__(self, method: str) -> Any:
        """Give the method of the client."""
        return getattr(self._client, method)

    def copy_object(self, **_: Any) -> None:
        """Refuse."""
        answer: Any = {"Error": {"Code": "NotImplemented", "Message": "no"}, "ResponseMetadata": {}}
        raise ClientError(answer, "CopyObject")


def peak() -> int:
    """The most memory that this process had, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def operations(manager: BlobManager, slow: BlobManager, size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every way that content takes, by name; what one has stored, the next may use."""
    digest = new_digest("md5")
    with BufferedReader(Sized(size)) as stream:
        for chunk in iter(lambda: stream.read(MIB), b""):
            digest.update(chunk)
    key = digest.hexdigest()

    def write(store: str) -> None:
        with BufferedReader(Sized(size)) as stream:
            assert manager.write(store, cast("Any", stream)) == key

    def read(store: str, key: str = key, expected: str = key) -> None:
        came = new_digest("md5")
        with manager.open(store, key) as file:
            for chunk in iter(lambda: file.read(MIB), b""):
                came.update(chunk)
        assert came.hexdigest() == expected

    def in_transaction() -> None:
        manager.begin()
        write("tx")
        manager.commit()

    half = f"{key};0;{size // 2 - 1}"
    yield "write in parts", lambda: write("plain")
    yield "read", lambda: read("plain")
    yield "copy inside S3", lambda: manager.copy("plain", "other", key)
    yield "read a range", lambda: read("ranges", half, _start(size // 2))
    yield "write in one request", lambda: write("whole")
    yield "copy to another digest", lambda: manager.copy("plain", "sha", key)
    yield "write through a cache", lambda: write("cached")
    yield "read into a cache", lambda: read("cached")
    yield "copy to another digest, both cached", lambda: manager.copy("cached", "cached-sha", key)
    yield "write in a transaction", in_transaction
    manager.delete("other", key)
    yield "copy where S3 does not", lambda: slow.copy("plain", "other", key)
    manager.delete("cached", key)
    yield "copy where S3 does not, cached", lambda: slow.copy("plain", "cached", key)


def _start(size: int) -> str:
    digest = new_digest("md5")
    with BufferedReader(Sized(size)) as stream:
        for chunk in iter(lambda: stream.read(MIB), b""):
            digest.update(chunk)
    return digest.hexdigest()


def measure(backend: Backend, size: int) -> Iterator[tuple[str, int, float]]:
    """Do all of it, with small content first; each operation, the peak by then in bytes, and its seconds."""
    base = 0
    for each in (_SMALL, size):
        with tempfile.TemporaryDirectory() as folder:
            root = backend.fresh_root()
            settings: dict[str, Any] = {
                "root": root,
                "cache_dir": Path(folder),
                "journal_dir": Path(folder, "journals"),
            }
            manager = BlobManager(backend.client, backend.bucket, STORES, **settings)
            slow = BlobManager(cast("S3Client", NoCopies(backend.client)), backend.bucket, STORES, **settings)
            for name, operation in operations(manager, slow, each):
                start = time.monotonic()
                operation()
                if each == size:
                    yield name, peak() - base, time.monotonic() - start
            backend.clear(root)
        sized.cache_clear()
        base = base or peak()


def run(size: int, limit: int, on: str) -> subprocess.CompletedProcess[str]:
    """Measure in a new process; it fails where the peak is above the limit, and prints every operation."""
    arguments = ["--size", str(size), "--limit", str(limit)]
    with service(on) as url:
        return subprocess.run(
            [sys.executable, "-m", "tests.load.memory", *arguments, "--worker", url],
            cwd=ROOT,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
        )


def _work(url: str, size: int, limit: int) -> int:
    most = 0
    with open_backend(url, "memory", create_bucket=True) as backend:
        for name, above, seconds in measure(backend, size):
            most = max(most, above)
            sys.stdout.write(f"{above / MIB:7.1f} MiB  {seconds:7.1f} s  {name}\n")
            sys.stdout.flush()
    verdict = "under" if most < limit else "NOT UNDER"
    sys.stdout.write(f"{size} bytes: {most / MIB:.1f} MiB of additional memory, {verdict} {limit / MIB:.0f} MiB\n")
    return most >= limit


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether it was too much."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.load.memory", description="Measure the memory content takes."
    )
    parser.add_argument("--size", type=int, default=1 << 30, help="of the content, in bytes")
    parser.add_argument("--limit", type=int, default=LIMIT, help="of additional memory, in bytes")
    parser.add_argument(
        "--on", default="seaweedfs", help="seaweedfs (installed for the run), moto (its server), or a URL"
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.worker:
        return _work(chosen.worker, chosen.size, chosen.limit)
    done = run(chosen.size, chosen.limit, chosen.on)
    sys.stdout.write(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
