"""Hooks that record what any boto3 client does, without a change to the code that uses it.

Lives here: which events of botocore tell of a call, and what is kept of it. Must not live here: the words (the `aws`
vocabulary of `interaction`).

A call is two operations: the question, announced before the request is sent, named as AWS names it (`PutObject`), and
the `answer`, whose `status` is the HTTP status, the error code of AWS, or the name of the exception when nothing came
back. Retries belong to the call: their number is an attribute of the answer. A call that is never sent (parameters
refused, a presigned URL) is not recorded; one that still runs when the hooks are removed keeps no answer.

Parameters are kept only when they are listed: for S3 in `_S3`, elsewhere those that name or identify something and that
the service's model does not call sensitive. So bodies, headers, keys of encryption, credentials and signatures are
never kept, whatever a service calls them.

Laws: one question per call that is sent, one answer per question that was answered, in this order; an error of the
recorded code is the same object with and without hooks.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from simulator.events import Observer, Operation
from simulator.recording.normalise import free_kind
from simulator.recording.whereabouts import add_whereabouts

# What S3 is asked for, in the order of the notes: which object or upload, which part of it, under which condition.
_S3 = (
    "Bucket",
    "Key",
    "VersionId",
    "UploadId",
    "PartNumber",
    "CopySource",
    "CopySourceRange",
    "Range",
    "IfMatch",
    "IfNoneMatch",
    "StorageClass",
    "Delete",
    "Prefix",
    "Delimiter",
    "StartAfter",
    "Marker",
    "KeyMarker",
    "VersionIdMarker",
    "UploadIdMarker",
    "ContinuationToken",
    "LegalHold",
    "Retention",
    "VersioningConfiguration",
)

# What identifies something in any other service, by the end of the parameter's name; and what only looks like it.
_IDENTIFIES = ("Name", "Id", "Identifier", "Arn", "ARN", "QueueUrl")
_SECRET = ("AccessKey", "Token", "Password", "Credential", "Session", "ExternalId")

# The values that a service makes up, with the kinds that become the names of holes.
_VOLATILE = {
    "VersionId": "VERSION",
    "VersionIdMarker": "VERSION",
    "NextVersionIdMarker": "VERSION",
    "CopySourceVersionId": "SOURCE_VERSION",
    "UploadId": "UPLOAD",
    "UploadIdMarker": "UPLOAD",
    "NextUploadIdMarker": "UPLOAD",
    "ContinuationToken": "TOKEN",
    "NextContinuationToken": "TOKEN",
    "IfMatch": "ETAG",
    "IfNoneMatch": "ETAG",
}
# How the version of a key is written where one text names both, and the parameters that have such texts.
_VERSION = "?versionId="
_MADE_UP = {*_VOLATILE, "CopySource", "Delete"}
# What is not made up: the version of every object in a bucket without versions, and any object whatever its ETag.
_FIXED = ("", "null", "*")

_FIRST_ERROR = 300
_CODE = re.compile(r"[0-9A-Za-z_.:#/-]{1,100}")
# How botocore calls the code of every method of a client.
_METHOD = "_api_call"
_NOTHING: Mapping[str, Any] = {}


class Client(Protocol):
    """Any boto3 client, or resource: both have events, one way or the other."""

    @property
    def meta(self) -> Any:  # noqa: ANN401 - botocore has no types
        """What botocore tells about the client."""


@contextmanager
def watch(client: Client, observer: Observer, *, caller: Callable[[], str]) -> Iterator[None]:
    """Announce the calls of a client (or resource) to an observer, until the block ends.

    caller: asked, in the calling thread, for the lifeline of the code that calls; the other one is the service, by its
    name (`S3`, `SQS`, `DynamoDB`).
    Several watchers of one client each see every call.
    """
    client = getattr(client.meta, "client", client)
    hooks = _Hooks(observer, caller, str(client.meta.service_model.service_id))
    events = client.meta.events
    # botocore tells the handlers of longer names first. Parameters are right when all others had their say; a question
    # is seen only before somebody (a `Stubber`, say) answers it.
    events.register_last("before-parameter-build", hooks.prepare)
    events.register_first("before-call.*.*", hooks.ask)
    events.register_first("after-call.*.*", hooks.answer)
    events.register_first("after-call-error.*.*", hooks.fail)
    try:
        yield
    finally:
        events.unregister("before-parameter-build", hooks.prepare)
        events.unregister("before-call.*.*", hooks.ask)
        events.unregister("after-call.*.*", hooks.answer)
        events.unregister("after-call-error.*.*", hooks.fail)


def emitter(client: Client) -> Any:  # noqa: ANN401 - botocore has no types
    """What a client, or the client of a resource, tells its events to; None for anything else."""
    meta = getattr(client, "meta", None)
    return getattr(getattr(getattr(meta, "client", None), "meta", meta), "events", None)


class _Call:
    """A call on its way, kept in botocore's context of it; a log that prints the context shows nothing of it."""

    __slots__ = ("caller", "facts", "params")

    params: Mapping[str, Any]
    caller: str
    facts: dict[str, Any] | None


class _Hooks:
    """What botocore calls. Nothing here raises or gives an answer, so the call goes on as if nobody watched.

    What the observer raises reaches whoever called the client: botocore lets it pass.
    """

    def __init__(self, observer: Observer, caller: Callable[[], str], service: str) -> None:
        self._observer = observer
        self._caller = caller
        self._service = service
        self._key = f"watch-{id(self)}"
        # How many frames are between `ask` and the method of the client: mostly the same.
        self._depth = 0
        self._kept: dict[str, Mapping[str, Callable[[Any], str]]] = {}

    def prepare(self, *, params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        """Remember the parameters: the request holds them only in the form they are sent in."""
        context[self._key] = call = _Call()
        call.params = params
        call.facts = None

    def ask(self, *, model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore has no types
        """Announce the question; `params` is the request."""
        call: _Call | None = context.get(self._key)
        if call is None:
            return
        service, operation = self._service, model.name
        kept = self._kept.get(operation)
        if kept is None:
            kept = self._kept[operation] = {name: _TEXT.get(name, str) for name in _kept(service, model)}
        given, call.params = call.params, _NOTHING
        values = {name: text(given[name]) for name, text in kept.items() if name in given}
        volatile = _NOTHING if _MADE_UP.isdisjoint(values) else _volatile(values)
        call.caller = self._caller()
        call.facts = facts = {"operation": operation, "service": service}
        if service == "S3":
            if "Bucket" in values:
                facts["bucket"] = values["Bucket"]
            if "Key" in values:
                facts["key"] = values["Key"]
        question = facts.copy()
        add_whereabouts(question, self._frame())
        if model.has_streaming_input and (size := _size(params.get("body"))) is not None:
            question["size"] = size
        self._observer(Operation(operation, call.caller, service, values, volatile, question))

    def _frame(self) -> FrameType | None:
        """The frame that called the client, or where the search for it begins.

        Frames are costly to look at: botocore's own are passed over.
        """
        try:
            frame: FrameType | None = sys._getframe(self._depth)  # noqa: SLF001 - without a traceback there is no other way
        except ValueError:
            frame = None
        if frame is None or frame.f_code.co_name != _METHOD:
            frame, depth = sys._getframe(1), 1  # noqa: SLF001 - as above
            while frame.f_back is not None and frame.f_code.co_name != _METHOD:
                frame, depth = frame.f_back, depth + 1
            self._depth = depth
        return frame.f_back

    def answer(self, *, http_response: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore has no types
        """Announce what came back."""
        call: _Call | None = context.pop(self._key, None)
        if call is None or call.facts is None:
            return
        answer = call.facts
        status = answer["status"] = http_response.status_code
        label = str(status)
        if status >= _FIRST_ERROR:
            code = str(parsed.get("Error", {}).get("Code", ""))
            # What is no code may be anything that the service was told.
            answer["error"] = label = code if _CODE.fullmatch(code) else label
        elif (size := parsed.get("ContentLength")) is not None:
            answer["size"] = size
        volatile = {} if _MADE_UP.isdisjoint(parsed) else _volatile(parsed)
        if request := parsed.get("ResponseMetadata", {}).get("RequestId"):
            volatile["REQUEST"] = str(request)
        self._announce(call.caller, answer, label, context, volatile)

    def fail(self, *, exception: BaseException, context: dict[str, Any], **_: object) -> None:
        """Announce that nothing came back. The text of an exception is not kept: it may hold anything."""
        call: _Call | None = context.pop(self._key, None)
        if call is not None and call.facts is not None:
            label = call.facts["error"] = type(exception).__name__
            self._announce(call.caller, call.facts, label, context, _NOTHING)

    def _announce(
        self, caller: str, answer: dict[str, Any], label: str, context: Mapping[str, Any], volatile: Mapping[str, str]
    ) -> None:
        # botocore counts attempts from 1.
        retries = context.get("retries", {}).get("attempt", 1) - 1
        if retries > 0:
            answer["retries"] = retries
        self._observer(Operation("answer", self._service, caller, {"status": label}, volatile, answer))


def _kept(service: str, model: Any) -> tuple[str, ...]:  # noqa: ANN401 - botocore has no types
    """The parameters of an operation that are kept."""
    members = model.input_shape.members if model.input_shape else {}
    if service == "S3":
        return tuple(name for name in _S3 if name in members)
    return tuple(
        name
        for name, shape in members.items()
        if name.endswith(_IDENTIFIES)
        and not any(word in name for word in _SECRET)
        and shape.type_name == "string"
        and not shape.metadata.get("sensitive")
    )


def _source(value: str) -> str:
    """What a copy is made of: bucket, key and version; a URL may hold more in its query."""
    path, _, query = str(value).partition("?")
    version = [part.partition("=")[2] for part in query.split("&") if part.startswith("versionId=")]
    return unquote(path) + "".join(_VERSION + unquote(each) for each in version)


def _queue(value: str) -> str:
    """A URL without what may be secret: a password, or a signature in its query."""
    url = urlsplit(str(value))
    return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))


def _deleted(value: Mapping[str, Any]) -> str:
    """The keys to delete, each as a `CopySource` is written."""
    objects = value["Objects"]
    return ", ".join(
        each["Key"] + (f"{_VERSION}{each['VersionId']}" if "VersionId" in each else "") for each in objects
    )


def _status(value: Mapping[str, Any]) -> str:
    return str(value.get("Status", ""))


def _mode(value: Mapping[str, Any]) -> str:
    return str(value.get("Mode", ""))


# How kept parameters are written that are more than one value; of a structure, what it asks for.
_TEXT: Mapping[str, Callable[[Any], str]] = {
    "CopySource": _source,
    "QueueUrl": _queue,
    "Delete": _deleted,
    "LegalHold": _status,
    "VersioningConfiguration": _status,
    "Retention": _mode,
}


def _volatile(values: Mapping[str, Any]) -> dict[str, str]:
    """What of the values (parameters as text, or an answer) the service made up, by kind."""
    volatile: dict[str, str] = {}
    for name in sorted(_MADE_UP & values.keys()):
        found = [values[name]] if name in _VOLATILE else re.findall(rf"{re.escape(_VERSION)}([^,]+)", str(values[name]))
        for value in (str(each).strip('"') for each in found if each):
            if value not in _FIXED and value not in volatile.values():
                volatile[free_kind(_VOLATILE.get(name, "VERSION"), volatile)] = value
    return volatile


def _size(body: object) -> int | None:
    """The size of the content that is sent, None when nobody can know it before."""
    if isinstance(body, bytes):
        return len(body)
    from botocore.utils import determine_content_length

    try:
        size: int | None = determine_content_length(body)
    except (OSError, ValueError):
        return None
    return size
