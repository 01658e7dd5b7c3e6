"""Where S3 is: moto in this process, our double in memory, or an endpoint under a URL.

Lives here: opening one of them, a clean place in it for every run, cleaning up. The only module that knows boto3 and
moto. Must not live here: what is done with objects.

Laws: nothing outside `Backend.root` is ever written or deleted; when `open_backend` is over nothing of ours is left;
the user's credentials are never used with moto, and the user's environment is afterwards as it was.
"""

import io
import itertools
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from simulator.blobs.bucket import S3_ERRORS, Bucket
from simulator.blobs.client import S3Client
from simulator.blobs.memory import MemoryClient
from simulator.errors import BackendError, MissingAbilityError

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import _RetryDict
    from mypy_boto3_s3.client import S3Client as Boto3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType

_DEFAULT_BUCKET = "simulator"

# What moto sees instead of the user's AWS settings.
_MOTO_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "simulator",
    "AWS_SECRET_ACCESS_KEY": "simulator",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

_CREDENTIALS_HINT = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, to those of somebody who may"

# How S3 says that the bucket is in another region than the one that was asked or signed for.
_ELSEWHERE = {"AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect", "301"}

# Counts the clean places of this process: moto's objects belong to the process, so two open backends may share them.
_PLACES = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Backend:
    """An S3 service that is ready.

    name: `moto`, `memory` or the URL. client, bucket: for the blob manager. root: the prefix all keys must have.
    versioned: another bucket, which keeps versions; empty where there is but the one. locked: one more, where object
    lock can protect them.
    """

    name: str
    client: S3Client
    bucket: str
    root: str = ""
    versioned: str = ""
    locked: str = ""

    def fresh_root(self) -> str:
        """Name a place under `root` that this process has not named before; nothing is asked or written."""
        return f"{self.root}{next(_PLACES)}/"

    def clear(self, root: str) -> None:
        """Delete all objects under `root`, which is `self.root` or a place under it. Raises `BackendError`."""
        place = self._place(root)
        if isinstance(self.client, MemoryClient):
            self.client.clear(self.bucket, root)
            return
        try:
            if place.is_versioned():
                remove = place.free if place.locks_objects() else place.delete
                for key, version in list(place.all_versions()):
                    remove(key, version)
            for key in list(place.all_keys()):
                place.delete(key)
            place.abort_uploads()
        except S3_ERRORS as error:
            raise BackendError(
                f"{self.name}: the objects under {root!r} in the bucket {self.bucket!r} could not be removed: {error}",
                hint="remove them by hand",
            ) from error

    def with_versions(self) -> "Backend":
        """Give the same service with a bucket that keeps versions. Raises `MissingAbilityError` where it has none."""
        versioned = replace(self, bucket=self.versioned or self.bucket)
        try:
            if versioned._place(self.root).is_versioned():  # noqa: SLF001 - of its own class
                return versioned
        except S3_ERRORS as error:
            raise BackendError(f"{self.name}: the bucket {versioned.bucket!r} cannot be asked: {error}") from error
        raise MissingAbilityError(
            f"{self.name}: the bucket {self.bucket!r} keeps no versions",
            hint="turn on its versioning, or name another bucket",
        )

    def with_object_lock(self) -> "Backend":
        """Give the same service with a bucket whose versions can be locked. Raises as `with_versions`."""
        locked = replace(self, bucket=self.locked or self.bucket)
        try:
            if locked._place(self.root).locks_objects():  # noqa: SLF001 - of its own class
                return locked
        except S3_ERRORS as error:
            raise BackendError(f"{self.name}: the bucket {locked.bucket!r} cannot be asked: {error}") from error
        raise MissingAbilityError(
            f"{self.name}: the bucket {self.bucket!r} has no object lock",
            hint="name one that was made with it, or add --create-bucket",
        )

    def require_storage_classes(self) -> None:
        """Try whether an object can be moved to cold storage, where nobody can read it.

        Raises `MissingAbilityError` where it cannot be moved, or where cold storage is but a name that objects bear.
        Raises `BackendError` where S3 does not answer.
        """
        place = self._place(self.fresh_root())
        try:
            place.upload("tried", io.BytesIO(b"tried"))
            try:
                place.change_class("tried", None, "GLACIER")
                place.download("tried", bytes)
                cold = False
            except ClientError as error:
                cold = error.response["Error"]["Code"] == "InvalidObjectState"
            self.clear(place.root)
        except S3_ERRORS as error:
            raise BackendError(f"{self.name}: the bucket {self.bucket!r} cannot be used: {error}") from error
        if not cold:
            raise MissingAbilityError(f"{self.name}: there is no cold storage", hint="use a service that has it")

    def objects(self, root: str) -> Iterator[tuple[str, bytes]]:
        """Give every object under `root`: its key without `root`, as operations announce it, and its content.

        In the order of the keys; objects that vanish meanwhile are left out. Raises `BackendError`.
        """
        place = self._place(root)
        try:
            for key in place.all_keys():
                chunks: list[bytes] = []
                if place.download(key, chunks.append) is not None:
                    yield key, b"".join(chunks)
        except S3_ERRORS as error:
            raise BackendError(f"{self.name}: the bucket {self.bucket!r} cannot be read: {error}") from error

    def _place(self, root: str) -> Bucket:
        if not root.startswith(self.root):
            raise ValueError(f"{root!r} is not under {self.root!r}")
        return Bucket(self.client, self.bucket, root)


# For those who need no service: a bucket in memory.
NO_SERVICE = Backend("no S3", MemoryClient(_DEFAULT_BUCKET), _DEFAULT_BUCKET)


def open_backend(s3: str, bucket: str | None = None, *, create_bucket: bool = False) -> AbstractContextManager[Backend]:
    """Open the S3 service `s3`: `moto`, `memory`, or the URL of an endpoint.

    bucket: for a URL required, and it must exist unless `create_bucket` is set; it is never removed. Credentials and
    region come from the usual AWS environment or profile. Everything is written under one prefix that no other run
    has, and removed at the end, also after errors.

    moto and memory start empty with a bucket of their own. moto belongs to the process: while it is open, every boto3
    client made in this process is mocked.

    Raises `BackendError` when entered, within seconds, where the service cannot be used.
    """
    if "@" in s3.partition("://")[2].partition("/")[0]:
        raise BackendError(
            "the URL of the S3 service holds a user or a password, which reports would show",
            hint="leave them out of the URL; " + _CREDENTIALS_HINT,
        )
    if s3 == "memory":
        return _memory(bucket or _DEFAULT_BUCKET)
    if s3 == "moto":
        return _moto(bucket or _DEFAULT_BUCKET)
    if not _is_url(s3):
        raise BackendError(
            f"unknown S3 service {s3!r}", expected=("moto", "memory", "a URL such as http://127.0.0.1:8333")
        )
    if not bucket:
        raise BackendError(
            f"no bucket is named for {s3}", hint="name one with --bucket; it must exist, or add --create-bucket"
        )
    return _endpoint(s3, bucket, create_bucket=create_bucket)


@contextmanager
def _memory(bucket: str) -> Iterator[Backend]:
    versioned, locked = f"{bucket}-versions", f"{bucket}-locked"
    client = MemoryClient(bucket, versioned, locked, versioned=[versioned], locked=[locked])
    yield Backend("memory", client, bucket, versioned=versioned, locked=locked)


@contextmanager
def _moto(bucket: str) -> Iterator[Backend]:
    versioned, locked = f"{bucket}-versions", f"{bucket}-locked"
    with _environment(_MOTO_ENVIRONMENT):
        from boto3.session import Session
        from moto import mock_aws

        with mock_aws():
            client = _client(Session(region_name="us-east-1"), None, {"mode": "standard"})
            try:
                client.create_bucket(Bucket=bucket)
                client.create_bucket(Bucket=versioned)
                client.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
                client.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
            except S3_ERRORS as error:
                raise BackendError(f"moto: the bucket {bucket!r} cannot be made: {error}") from error
            # Where S3 answers that there is no such version, moto fails.
            client.meta.events.register_last("after-call-error.s3.PutObjectRetention", _absent)
            client.meta.events.register_last("after-call-error.s3.PutObjectLegalHold", _absent)
            yield Backend("moto", client, bucket, versioned=versioned, locked=locked)


def _absent(*, exception: Exception, event_name: str, **_: object) -> None:
    if isinstance(exception, AttributeError):
        refusal = {"Code": "NoSuchVersion", "Message": "The specified version does not exist."}
        answer: Any = {"Error": refusal, "ResponseMetadata": {"HTTPStatusCode": 404}}
        raise ClientError(answer, event_name.rpartition(".")[2]) from exception


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    try:
        for name in kept:
            del os.environ[name]
        os.environ.update(settings)
        yield
    finally:
        for name in settings:
            os.environ.pop(name, None)
        os.environ.update(kept)


@contextmanager
def _endpoint(url: str, bucket: str, *, create_bucket: bool) -> Iterator[Backend]:
    root = f"simulator-{secrets.token_hex(8)}/"
    with closing(_connect(url, bucket, root, create_bucket=create_bucket)) as client:
        versioned = _versioned(client, bucket) if create_bucket else ""
        locked = _locked(client, bucket) if create_bucket else ""
        backend = Backend(url, client, bucket, root, versioned, locked)
        try:
            yield backend
        except BaseException as error:
            # The way out must not hide why: Ctrl-C stays Ctrl-C.
            try:
                _clear_all(backend)
            except BackendError as remains:
                error.add_note(str(remains))
            raise
        _clear_all(backend)


def _clear_all(backend: Backend) -> None:
    backend.clear(backend.root)
    for bucket in (backend.versioned, backend.locked):
        if bucket:
            replace(backend, bucket=bucket).clear(backend.root)


def _versioned(client: "Boto3Client", bucket: str) -> str:
    """A second bucket, which keeps versions; empty where the service has no such thing."""
    name = f"{bucket}-versions"
    try:
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(Bucket=name)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    except S3_ERRORS:
        return ""
    return name


def _locked(client: "Boto3Client", bucket: str) -> str:
    """A third bucket, whose versions can be locked; empty where the service has no such thing."""
    name = f"{bucket}-locked"
    try:
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    except S3_ERRORS:
        return ""
    return name


def _is_url(s3: str) -> bool:
    try:
        url = urlsplit(s3)
    except ValueError:
        return False
    return url.scheme in {"http", "https"} and bool(url.hostname)


def _connect(url: str, bucket: str, root: str, *, create_bucket: bool) -> "Boto3Client":
    from boto3.session import Session
    from botocore.parsers import ResponseParserError

    try:
        session = Session()
        if session.get_credentials() is None:
            raise BackendError(f"there are no AWS credentials for {url}", hint=_CREDENTIALS_HINT)
        # Retries would only make it take longer to say that there is nothing.
        with closing(_client(session, url, {"mode": "standard", "total_max_attempts": 1})) as client:
            _require(client, url, bucket, root, create_bucket=create_bucket)
        return _client(session, url, _retries(session))
    except (HTTPClientError, NoConnectionError) as error:
        raise BackendError(
            f"{url} cannot be reached: {error}", hint="start the server, or check the address"
        ) from error
    except ResponseParserError as error:
        raise BackendError(f"{url} does not answer as S3 does: {error}", hint="check the address") from error
    except RecursionError:
        # botocore looks for the region of a bucket by asking the same server, which sends it away again.
        raise BackendError(
            f"{url} sends every request elsewhere", hint="check the address, above all whether it begins with https"
        ) from None
    except (BotoCoreError, ValueError) as error:
        raise BackendError(
            f"{url}: {error}", hint="check the address, the bucket, and the AWS environment or profile"
        ) from error


def _require(client: "Boto3Client", url: str, bucket: str, root: str, *, create_bucket: bool) -> None:
    # Listing rather than HEAD: its refusals say why, and cleaning up needs it.
    try:
        client.list_objects_v2(Bucket=bucket, Prefix=root, MaxKeys=1)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise _refusal(url, bucket, error) from error
        if not create_bucket:
            raise BackendError(
                f"{url} has no bucket {bucket!r}", hint="name one that exists, or add --create-bucket"
            ) from error
        _make(client, url, bucket)


def _make(client: "Boto3Client", url: str, bucket: str) -> None:
    region = client.meta.region_name
    try:
        if region in {"us-east-1", "aws-global"}:
            client.create_bucket(Bucket=bucket)
        else:
            location = cast("BucketLocationConstraintType", region)
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": location})
    except ClientError as error:
        raise _refusal(url, bucket, error) from error


def _refusal(url: str, bucket: str, error: ClientError) -> BackendError:
    hint = "check the address, and whether an S3 service answers there"
    if error.response["ResponseMetadata"]["HTTPStatusCode"] in {401, 403}:
        hint = _CREDENTIALS_HINT
    elif error.response["Error"]["Code"] in _ELSEWHERE:
        hint = "set AWS_DEFAULT_REGION, or the region of the profile, to where the bucket is"
    return BackendError(f"{url}, bucket {bucket!r}: {error}", hint=hint)


def _retries(session: "Session") -> "_RetryDict":
    """As the user's environment or profile says (`AWS_RETRY_MODE`, `AWS_MAX_ATTEMPTS`), else the standard mode.

    Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
    """
    chosen = os.environ.get("AWS_RETRY_MODE") or session._session.get_scoped_config().get("retry_mode")  # noqa: SLF001 - boto3 shows profiles no other way
    # What stands there, and how many attempts, botocore finds by itself.
    return {} if chosen else {"mode": "standard"}


def _client(session: "Session", url: str | None, retries: "_RetryDict") -> "Boto3Client":
    from botocore.config import Config

    return session.client(
        "s3",
        endpoint_url=url,
        config=Config(
            connect_timeout=3,
            retries=retries,
            # What every S3 server understands: no bucket in the host name, no checksums that nobody asked for.
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
