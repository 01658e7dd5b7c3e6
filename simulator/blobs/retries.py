"""How often requests were sent again.

Lives here: a client that counts what botocore tells of it. Must not live here: sending anything again, which botocore
does (`backends` says how often).
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

from simulator.blobs.client import S3Client


def counting(client: S3Client, retried: Callable[[int], object]) -> S3Client:
    """The same client, which tells `retried`, in the thread of the request, how often it had to be sent again."""
    return cast("S3Client", _Counting(client, retried))


class _Counting:
    def __init__(self, client: S3Client, retried: Callable[[int], object]) -> None:
        self._client = client
        self._retried = retried

    def __getattr__(self, name: str) -> Callable[..., Mapping[str, Any]]:
        def call(**given: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever the method takes
            try:
                answer: Mapping[str, Any] = getattr(self._client, name)(**given)
            except ClientError as error:
                self._count(error.response)
                raise
            self._count(answer)
            return answer

        # What is there is found without `__getattr__`.
        setattr(self, name, call)
        return call

    def _count(self, answer: Mapping[str, Any]) -> None:
        # Also none: what is not told of yet is of an earlier request then.
        self._retried(answer.get("ResponseMetadata", {}).get("RetryAttempts", 0))
