"""S3 services for loads: in processes of their own, so that what they hold does not count."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.servers import as_user, moto_server


@contextmanager
def service(name: str) -> Iterator[str]:
    """The URL of `moto` (its server), of `seaweedfs`, or the one that is given; meanwhile we are who may use it."""
    with ExitStack() as stack:
        if "://" in name:
            yield name
            return
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        as_user(environment)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        if name == "moto":
            yield stack.enter_context(moto_server())[0]
            return
        from tests.endpoints import seaweedfs

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data"
        data.mkdir()
        # What is deleted keeps its space for a while.
        yield stack.enter_context(seaweedfs.running(seaweedfs.install(folder / "environment"), data, volumes=400))
