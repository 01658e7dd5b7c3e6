"""What the recorder of boto3 clients keeps of a call, and that the call does not notice."""

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError
from botocore.stub import Stubber

from simulator import check, draw, load_log, record, write_log
from simulator.diagram.parser import parse
from simulator.errors import ConfigurationError
from simulator.events import Event
from simulator.recording.recorder import Recorder

Make = Callable[..., Any]


def arrows(trace: Recorder) -> list[str]:
    """The messages, one line each: label, then notes."""
    return [" | ".join([event.label, *(note.text for note in event.notes)]) for event in trace.events]


def questions(trace: Recorder) -> list[Event]:
    """The events that ask."""
    return [event for event in trace.events if event.line == "solid"]


def test_a_call_is_a_question_and_an_answer(s3: Any) -> None:
    """Bucket and key are notes of the question; the answer is the status or the error code, and has none."""
    with record(s3, caller="Nuxeo") as trace:
        s3.put_object(Bucket="bucket", Key="a/b c", Body=b"foo")
        with pytest.raises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket="bucket", Key="none")
        with pytest.raises(ClientError):
            s3.head_object(Bucket="bucket", Key="none")
    assert draw(trace).splitlines()[1:-1] == [
        "participant Nuxeo order 1",
        "participant S3 order 2",
        "Nuxeo -> S3: PutObject",
        "hnote right: bucket",
        "hnote right: a/b c",
        "Nuxeo <-- S3: 200",
        "Nuxeo -> S3: GetObject",
        "hnote right: bucket",
        "hnote right: none",
        "Nuxeo <-- S3: NoSuchKey",
        "Nuxeo -> S3: HeadObject",
        "hnote right: bucket",
        "hnote right: none",
        "Nuxeo <-- S3: 404",
    ]


def test_what_is_known_beside_the_words(s3: Any) -> None:
    """Operation, bucket, key, sizes and place in the code are attributes; a thread is, unless it is the main one."""
    with record(s3) as trace:
        s3.put_object(Bucket="bucket", Key="k", Body=io.BytesIO(b"12345"))
        thread = threading.Thread(target=lambda: s3.get_object(Bucket="bucket", Key="k"), name="reader")
        thread.start()
        thread.join()
    put, put_answer, get, get_answer = (dict(event.attributes) for event in trace.events)
    code = put.pop("code")
    file, line = code.rsplit(":", 1)
    assert Path(file).name == "test_aws.py"
    assert "s3.put_object" in Path(__file__).read_text().splitlines()[int(line) - 1]
    assert put == {"operation": "PutObject", "service": "S3", "bucket": "bucket", "key": "k", "size": 5}
    assert put_answer.pop("volatile").keys() == {"REQUEST"}
    assert put_answer == {"operation": "PutObject", "service": "S3", "bucket": "bucket", "key": "k", "status": 200}
    assert get["thread"] == "reader"
    assert get_answer["size"] == 5


def test_versions_and_uploads_are_holes(s3: Any) -> None:
    """Values that S3 makes up are holes with one name for one value, so a drawn run allows the next one."""

    def work() -> None:
        version = s3.put_object(Bucket="bucket", Key="k", Body=b"1")["VersionId"]
        s3.get_object(Bucket="bucket", Key="k", VersionId=version)
        source = {"Bucket": "bucket", "Key": "k", "VersionId": version}
        s3.copy_object(Bucket="bucket", Key="ä+", CopySource=source)
        upload = s3.create_multipart_upload(Bucket="bucket", Key="big")["UploadId"]
        s3.upload_part(Bucket="bucket", Key="big", UploadId=upload, PartNumber=1, Body=b"1")
        s3.abort_multipart_upload(Bucket="bucket", Key="big", UploadId=upload)
        s3.delete_objects(
            Bucket="bucket", Delete={"Objects": [{"Key": "a"}, {"Key": "k", "VersionId": version}], "Quiet": True}
        )

    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    with record(s3) as first:
        work()
    with record(s3) as second:
        work()
    text = draw(first)
    assert [line.removeprefix("hnote right: ") for line in text.splitlines() if "${" in line] == [
        "VersionId: ${VERSION1}",
        "CopySource: bucket/k?versionId=${VERSION1}",
        "UploadId: ${UPLOAD1}",
        "UploadId: ${UPLOAD1}",
        "Delete: a, k?versionId=${VERSION1}",
    ]
    assert check(parse(text)[0], second).conforms


def test_conditions_are_holes_unless_they_name_no_object(s3: Any) -> None:
    """The ETag in a condition is made up by S3; that anything is there, or nothing, is not."""
    etag = s3.put_object(Bucket="bucket", Key="k", Body=b"1")["ETag"]
    with record(s3) as trace:
        s3.get_object(Bucket="bucket", Key="k", IfMatch=etag)
        with pytest.raises(ClientError):
            s3.put_object(Bucket="bucket", Key="k", Body=b"2", IfNoneMatch="*")
    text = draw(trace)
    assert 'hnote right: IfMatch: "${ETAG1}"' in text
    assert "hnote right: IfNoneMatch: *" in text


def test_nothing_secret_is_kept_of_calls_that_succeed(make: Make) -> None:
    """Neither what is sent nor what comes back is kept, whichever service it is."""
    hush = "hush-hush-hush"
    services = ("s3", "sqs", "sns", "ssm", "sts", "secretsmanager", "dynamodb", "kms", "iam")
    clients = {service: make(service) for service in services}
    s3, sqs, sns, ssm, sts, secrets, dynamodb, kms, iam = clients.values()
    with record(*clients.values()) as trace:
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="k", Body=hush.encode(), Metadata={"token": hush}, ContentDisposition=hush)
        s3.put_object_tagging(Bucket="bucket", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": hush}]})
        s3.copy_object(Bucket="bucket", Key="c", CopySource=f"bucket/k?versionId=null&X-Amz-Signature={hush}")
        s3.get_object(Bucket="bucket", Key="k", ResponseContentType=hush)["Body"].read()
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=hush, MessageGroupId="group")
        handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        sns.publish(TopicArn=sns.create_topic(Name="topic")["TopicArn"], Message=hush, Subject=hush)
        ssm.put_parameter(Name="/app/key", Value=hush, Type="SecureString")
        ssm.get_parameter(Name="/app/key", WithDecryption=True)
        role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/x", RoleSessionName=hush, ExternalId=hush)
        secrets.create_secret(Name="mine", SecretString=hush)
        secrets.get_secret_value(SecretId="mine")
        dynamodb.create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName="t", Item={"id": {"S": hush}})
        key = kms.create_key(Description=hush)["KeyMetadata"]["KeyId"]
        kms.encrypt(KeyId=key, Plaintext=hush.encode())
        iam.create_user(UserName="me")
        made = iam.create_access_key(UserName="me")["AccessKey"]
        iam.update_access_key(UserName="me", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    log = io.BytesIO()
    write_log([trace], log)
    text = log.getvalue().decode()
    assert "CopySource: bucket/k?versionId=null" in text
    secret = [
        hush,
        handle,
        made["AccessKeyId"],
        made["SecretAccessKey"],
        *role["Credentials"].values(),
        "not-so-secret",
    ]
    assert [each for each in secret if str(each) in text] == []


def test_a_code_that_is_none_is_not_kept(make: Make) -> None:
    """What a service sends in place of an error code may be anything: then the status says what happened."""
    s3: Any = make("s3")
    body = b"<Error><Code>the token was: hush</Code><Message>hush</Message></Error>"

    class Raw(io.BytesIO):
        def stream(self, **_: Any) -> list[bytes]:
            return [self.read()]

    def send(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 403, HTTPHeaders(), Raw(body))

    s3.meta.events.register_first("before-send", send)
    with record(s3) as trace, pytest.raises(ClientError):
        s3.get_object(Bucket="bucket", Key="k")
    assert arrows(trace) == ["GetObject | bucket | k", "403"]
    assert trace.events[1].attributes["error"] == "403"


def test_what_was_asked_for_is_told(s3: Any) -> None:
    """Ranges, conditions, prefixes and states are notes that begin with the parameter's name."""
    s3.put_object(Bucket="bucket", Key="p/k", Body=b"12345")
    with record(s3) as trace:
        s3.get_object(Bucket="bucket", Key="p/k", Range="bytes=0-1")
        s3.list_objects_v2(Bucket="bucket", Prefix="p/", Delimiter="/")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Suspended"})
    assert arrows(trace) == [
        "GetObject | bucket | p/k | Range: bytes=0-1",
        "206",
        "ListObjectsV2 | bucket | Prefix: p/ | Delimiter: /",
        "200",
        "PutBucketVersioning | bucket | VersioningConfiguration: Suspended",
        "200",
    ]


def test_other_services_are_recorded_alike(make: Make) -> None:
    """What identifies something is a note; lifelines are the services, all in one trace."""
    sqs, dynamodb, sts = make("sqs"), make("dynamodb"), make("sts")
    with record(sqs, dynamodb, sts) as trace:
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="a message")
        with pytest.raises(ClientError):
            dynamodb.get_item(TableName="users", Key={"id": {"S": "secret"}})
        sts.get_caller_identity()
    assert arrows(trace) == [
        "CreateQueue | QueueName: jobs",
        "200",
        f"SendMessage | QueueUrl: {url}",
        "200",
        "GetItem | TableName: users",
        "ResourceNotFoundException",
        "GetCallerIdentity",
        "200",
    ]
    assert [event.target for event in questions(trace)] == ["SQS", "SQS", "DynamoDB", "STS"]
    assert load_written(trace) == trace.trace().events


def load_written(trace: Recorder) -> tuple[Event, ...]:
    """The events after a way through a log."""
    from simulator.eventlog import jsonl

    log = io.BytesIO()
    write_log([trace], log)
    (read,) = jsonl.read(io.BytesIO(log.getvalue()), "log").traces
    return read.events


def test_lists_have_no_secret_parameters(make: Make) -> None:
    """What the model calls sensitive, and what is an access key or a token, is not kept."""
    iam, secrets = make("iam"), make("secretsmanager")
    with record(iam, secrets) as trace:
        secrets.create_secret(Name="mine", SecretString="hush-hush")
        secrets.get_secret_value(SecretId="mine")
        with pytest.raises(ClientError):
            iam.delete_access_key(UserName="me", AccessKeyId="AKIA123456789012345")
    assert [arrow for arrow in arrows(trace) if not arrow.isalnum()] == [
        "CreateSecret | Name: mine",
        "GetSecretValue | SecretId: mine",
        "DeleteAccessKey | UserName: me",
    ]


def test_a_queue_url_loses_password_and_query(make: Make) -> None:
    """Of a URL only what names the queue is kept."""
    sqs: Any = make("sqs")
    with Stubber(sqs) as stub, record(sqs) as trace:
        stub.add_response("send_message", {"MessageId": "1", "MD5OfMessageBody": "2"})
        sqs.send_message(QueueUrl="https://me:word@host.example/1/jobs?X-Amz-Signature=abc", MessageBody="m")
    assert arrows(trace) == ["SendMessage | QueueUrl: https://host.example/1/jobs", "200"]


def test_retries_belong_to_one_call(make: Make) -> None:
    """Two refused attempts and a good one are one question and one answer, which tells how often it was tried again."""
    s3: Any = make("s3", retries={"mode": "standard", "max_attempts": 3})
    statuses = [503, 503, 200]

    class Raw(io.BytesIO):
        def stream(self, **_: Any) -> list[bytes]:
            return [b""]

    def send(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, statuses.pop(0), HTTPHeaders(), Raw())

    s3.meta.events.register_first("before-send", send)
    with record(s3) as trace:
        s3.head_object(Bucket="bucket", Key="k")
    assert arrows(trace) == ["HeadObject | bucket | k", "200"]
    assert trace.events[1].attributes["retries"] == 2


def test_errors_pass_unchanged(make: Make) -> None:
    """The code that is recorded catches the very object that was raised; of it only the name is kept."""
    s3: Any = make("s3", retries={"total_max_attempts": 1})
    error = ConnectTimeoutError(endpoint_url="https://user:password@host")

    def send(**_: Any) -> None:
        raise error

    s3.meta.events.register_first("before-send", send)
    with record(s3) as trace, pytest.raises(ConnectTimeoutError) as caught:
        s3.head_object(Bucket="bucket", Key="k")
    assert caught.value is error
    assert arrows(trace) == ["HeadObject | bucket | k", "ConnectTimeoutError"]


def test_what_is_not_sent_is_not_recorded(s3: Any) -> None:
    """Wrong parameters and presigned URLs are no calls."""
    with record(s3) as trace:
        with pytest.raises(ParamValidationError):
            s3.get_object(Bucket="bucket")
        s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"})
    assert trace.events == ()


def test_hooks_end_with_the_block(s3: Any) -> None:
    """After the block nothing is recorded, also when an error ended it."""
    with pytest.raises(ClientError), record(s3) as trace:
        s3.head_object(Bucket="bucket", Key="none")
    s3.list_buckets()
    assert arrows(trace) == ["HeadObject | bucket | none", "404"]


def test_two_recorders_on_one_client(s3: Any) -> None:
    """Each sees every call of its own block; a client that is named twice is watched once."""
    with record(s3, caller="A") as outer:
        s3.list_buckets()
        with record(s3, s3, caller="B") as inner:
            s3.list_buckets()
    assert [event.source for event in outer.events] == ["A", "S3"] * 2
    assert [event.source for event in inner.events] == ["B", "S3"]


def test_a_recorder_joins_a_running_call(s3: Any) -> None:
    """A call that began before the block is not half recorded."""
    traces = []

    def begin(**_: Any) -> None:
        context = record(s3)
        traces.append((context, context.__enter__()))

    s3.meta.events.register_first("before-send", begin)
    s3.list_buckets()
    s3.meta.events.unregister("before-send", begin)
    ((context, trace),) = traces
    context.__exit__(None, None, None)
    assert trace.events == ()


def test_resources_and_transfers_are_recorded(s3: Any, tmp_path: Path) -> None:
    """The client of a resource is hooked; what boto3 does in threads of its own is seen as well."""
    bucket = boto3.resource("s3", region_name="us-east-1").Bucket("bucket")
    (tmp_path / "content").write_bytes(b"x" * 10)
    with record(bucket, s3) as trace:
        bucket.upload_file(str(tmp_path / "content"), "k")
        s3.download_file("bucket", "k", str(tmp_path / "copy"))
    assert [event.label for event in questions(trace)] == ["PutObject", "HeadObject", "GetObject"]
    assert questions(trace)[0].attributes["size"] == 10


def test_a_diagram_judges_while_recording_goes_on(s3: Any, tmp_path: Path) -> None:
    """The recorder can be judged, drawn and written at any time; the log holds the same."""
    diagram, *_ = parse("@startuml\nApp -> S3: ListBuckets\nApp <-- S3: 200\n@enduml\n")
    with record(s3, caller="App", name="mine") as trace:
        s3.list_buckets()
        assert check(diagram, trace).conforms
        s3.list_buckets()
        assert not check(diagram, trace).conforms
    write_log([trace], tmp_path / "log.jsonl")
    assert load_log(tmp_path / "log.jsonl") == (trace.trace(),)
    assert json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])["trace"] == "mine"


@pytest.mark.parametrize("sources", [(), (3,), ("a.toml", "b.toml")])
def test_what_is_no_client_is_refused(sources: tuple[Any, ...]) -> None:
    """The message says what can be recorded."""
    with pytest.raises(ConfigurationError, match=r"expected: .*boto3 clients"):
        record(*sources)
