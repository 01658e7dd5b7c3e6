"""Laws of the recorder of boto3 clients: nothing more and nothing less than what is sent, and never a secret."""

import base64
import hashlib
import io
import string
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from simulator import check, draw, record, write_log
from simulator.diagram.parser import parse

BUCKETS = st.sampled_from(["bucket", "other"])
KEYS = st.text("ab/ é+?%'${}\\", min_size=1, max_size=4)
CALLS = st.one_of(
    st.tuples(st.just("put_object"), st.fixed_dictionaries({"Bucket": BUCKETS, "Key": KEYS, "Body": st.binary()})),
    st.tuples(
        st.sampled_from(["get_object", "head_object", "delete_object", "get_object_tagging", "generate_presigned_url"]),
        st.fixed_dictionaries({"Bucket": BUCKETS}, optional={"Key": KEYS}),
    ),
    st.tuples(
        st.just("copy_object"),
        st.fixed_dictionaries(
            {"Bucket": BUCKETS, "Key": KEYS, "CopySource": st.fixed_dictionaries({"Bucket": BUCKETS, "Key": KEYS})}
        ),
    ),
    st.tuples(st.just("list_objects_v2"), st.fixed_dictionaries({"Bucket": BUCKETS}, optional={"Prefix": KEYS})),
)
SECRETS = st.text(string.ascii_letters + string.digits, min_size=32, max_size=32)


class Answer(io.BytesIO):
    """A body as the transport gives it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def client(service: str, secret: str = "secret") -> Any:
    """A client of a service with secrets for credentials."""
    session: Any = boto3.Session(secret, secret, secret, region_name="us-east-1")
    return session.client(service, config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """One S3 client with one bucket, shared by all examples."""
    with mock_aws():
        shared = client("s3")
        shared.create_bucket(Bucket="bucket")
        yield shared


def call(s3: Any, method: str, parameters: dict[str, Any]) -> None:
    """Call a method, whatever comes of it."""
    try:
        if method == "generate_presigned_url":
            s3.generate_presigned_url("get_object", Params=parameters)
        else:
            getattr(s3, method)(**parameters)
    except (ClientError, ParamValidationError):
        pass


@given(calls=st.lists(CALLS, max_size=6))
@settings(max_examples=25)
def test_everything_sent_is_recorded_once(s3: Any, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """The questions are the requests that another hook sees, in order; each has its answer; the drawing allows it."""
    sent: list[str] = []

    def see(*, event_name: str, **_: Any) -> None:
        sent.append(event_name.rpartition(".")[2])

    s3.meta.events.register("before-send", see)
    with record(s3) as trace:
        for method, parameters in calls:
            call(s3, method, parameters)
    s3.meta.events.unregister("before-send", see)
    assert [event.label for event in trace.events[::2]] == sent
    assert [event.source for event in trace.events] == ["Caller", "S3"] * len(sent)
    assert [event.attributes["operation"] for event in trace.events[1::2]] == sent
    if sent:
        assert check(parse(draw(trace))[0], trace).conforms


def refuse(message: str) -> Callable[..., AWSResponse]:
    """A transport whose answers hold a message."""

    def send(request: Any, **_: Any) -> AWSResponse:
        body = f"<Error><Code>Refused</Code><Message>{message}</Message></Error>"
        return AWSResponse(request.url, 400, {}, Answer(body.encode()))  # type: ignore[arg-type]  # a fake

    return send


@given(secret=SECRETS)
@settings(max_examples=10)
def test_no_secret_is_kept(secret: str) -> None:
    """Credentials, keys of encryption (as they are and as they are sent), bodies and messages are in no log."""
    s3, sqs, sts, secrets = (client(service, secret) for service in ("s3", "sqs", "sts", "secretsmanager"))
    place = {"Bucket": "bucket", "Key": "k"}
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": secret}
    copied = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": secret}
    calls: list[tuple[Any, str, dict[str, Any]]] = [
        (s3, "put_object", {**place, **customer, "Body": secret.encode(), "Metadata": {"a": secret}}),
        (s3, "get_object", {**place, **customer}),
        (s3, "copy_object", {**place, **customer, **copied, "CopySource": place}),
        (s3, "delete_object", {**place, "MFA": secret}),
        (s3, "put_object_tagging", {**place, "Tagging": {"TagSet": [{"Key": "a", "Value": secret}]}}),
        (
            sqs,
            "send_message",
            {"QueueUrl": f"https://a:{secret}@host/1/jobs?Signature={secret}", "MessageBody": secret},
        ),
        (
            sts,
            "assume_role_with_web_identity",
            {"RoleArn": "a" * 20, "RoleSessionName": "me", "WebIdentityToken": secret},
        ),
        (secrets, "put_secret_value", {"SecretId": "mine", "SecretString": secret, "SecretBinary": secret.encode()}),
    ]
    with record(s3, sqs, sts, secrets) as trace:
        for each, method, parameters in calls:
            each.meta.events.register_first("before-send", refuse(secret))
            call(each, method, parameters)
    log = io.BytesIO()
    write_log([trace], log)
    assert len(trace.events) == 2 * len(calls)
    forms = [secret, base64.b64encode(secret.encode()).decode(), hashlib.md5(secret.encode()).hexdigest()]
    assert [form for form in forms if form in log.getvalue().decode()] == []
