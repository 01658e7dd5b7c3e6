"""What is announced is what happens: two witnesses that know nothing of announcements see the same of every step.

The one hooks the S3 client, the other hears Python's audit events. Every step of every scenario in `traces/` is done,
those of the setup too, and each request and each change of a file is held against what was announced. The tables say
which requests an operation accounts for, and which are known never to be announced (blob-manager.md 2 of the design,
"Not traced at all"); the changes of files follow from the operations, one by one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from simulator import record
from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.cache_folder import file_name
from simulator.blobs.manager import BlobManager
from simulator.campaign import scenario as scenarios
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.runner import private_folder
from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Arguments, Step
from simulator.events import Event, Operation
from simulator.interaction.vocabulary import BLOB

TRACES = Path(__file__).parents[2] / "traces"

# The one request that an operation announces.
REQUESTS = {
    "head": "HeadObject",
    "list": "ListObjectsV2",
    "exists": "HeadObject",
    "put": "PutObject",
    "get": "GetObject",
    "get-missing": "GetObject",
    "copy": "CopyObject",
    "delete": "DeleteObject",
    "delete-version": "DeleteObject",
    "update-class": "CopyObject",
    "update-retention": "PutObjectRetention",
    "update-hold": "PutObjectLegalHold",
}

# Operations that announce no request: answers, marks, and what is done to files.
WITHOUT_REQUEST = {
    *("version", "listed", "head-found", "head-missing", "exists-found", "copied", "copied-version", "copy-missing"),
    *("copy-error", "update-missing", "temp-write", "temp-delete", "cache-write", "cache-rename", "cache-key"),
    *("cache-copy", "cache-move", "cache-exists", "cache-read", "cache-missing", "cache-delete", "tx-write", "tx-copy"),
    *("tx-key", "tx-write-end", "tx-copy-end", "tx-deleted", "tx-commit", "tx-rollback", "tx-end"),
}

# Which requests may be an object's upload or copy in parts, and the one request that they stand for.
PARTS = {"CreateMultipartUpload": "", "UploadPart": "PutObject", "UploadPartCopy": "CopyObject"}


@dataclass(frozen=True)
class Request:
    """A request of S3: the operation, the keys it names, the error that came back."""

    name: str
    keys: tuple[str, ...]
    error: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The operation and the keys."""
        return f"{self.name} {' '.join(self.keys)}"


@dataclass(frozen=True)
class Situation:
    """What a step is done in: options of the store that it changes or reads, and the faults injected until then."""

    step: Step
    options: Arguments
    faults: frozenset[str]


ABSENT = {"", "404", "NoSuchKey", "NoSuchVersion"}


def is_restore(_: Request, __: Situation) -> bool:
    """Restoring what is in cold storage is not traced."""
    return True


def is_lookup(_: Request, situation: Situation) -> bool:
    """The ETag of the source is looked up where digests are computed later."""
    return bool(situation.options.get("digest-async"))


def is_broken_off(request: Request, situation: Situation) -> bool:
    """A download that fails, other than by 404, is an error and no event."""
    return request.error not in ABSENT or "cut-off" in situation.faults


# What is never announced, by step and request: at most one in a step, and only when the function says so.
UNANNOUNCED = {
    ("update", "RestoreObject"): is_restore,
    ("commit", "RestoreObject"): is_restore,
    ("copy", "HeadObject"): is_lookup,
    ("read", "GetObject"): is_broken_off,
    ("copy", "GetObject"): is_broken_off,
}

# Which requests may be an object's upload or copy in parts, and the one request that they stand for.
PARTS = {"CreateMultipartUpload": "", "UploadPart": "PutObject", "UploadPartCopy": "CopyObject"}


def requests_due(operations: Sequence[Operation]) -> Iterator[Request]:
    """The requests that operations account for."""
    for each in operations:
        if each.name in REQUESTS:
            keys = tuple(str(each.values[name]) for name in ("prefix", "source", "key") if name in each.values)
            yield Request(REQUESTS[each.name], tuple(key.removesuffix("@null") for key in keys))


def requests_seen(events: Sequence[Event]) -> Iterator[Request]:
    """The requests that the hooks saw, those for parts as the one for the whole."""
    parts: dict[str, str] = {}
    for question, answer in answered(events):
        notes = dict(note.text.split(": ", 1) for note in question.notes[1:] if ": " in note.text)
        # A listing has a prefix instead of a key.
        key = below(str(question.attributes.get("key", notes.get("Prefix")))) + (
            f"@{notes['VersionId']}" if "VersionId" in notes else ""
        )
        keys: tuple[str, ...] = (key,)
        error = str(answer.attributes.get("error", ""))
        if question.label == "CopyObject":
            source = below(notes["CopySource"].partition("/")[2]).replace("?versionId=", "@")
            # A new storage class is a copy onto itself.
            keys = (source,) if source.partition("@")[0] == key and "StorageClass" in notes else (source, key)
        if question.label in PARTS:
            parts[key] = PARTS[question.label] or parts.get(key, "")
        elif question.label == "CompleteMultipartUpload" and error:
            # It is given up next.
            continue
        elif question.label in {"CompleteMultipartUpload", "AbortMultipartUpload"}:
            yield Request(parts.pop(key), (key,), error)
        else:
            yield Request(question.label, keys, error)


def answered(events: Sequence[Event]) -> Iterator[tuple[Event, Event]]:
    """Questions with their answers."""
    requests = [event for event in events if "service" in event.attributes]
    return zip(requests[::2], requests[1::2], strict=True)


def below(key: str) -> str:
    """A key without the place of the run."""
    return key.partition("/")[2]


def files_due(operations: Sequence[Operation], there: set[str]) -> Iterator[str]:
    """The changes of files that operations account for; there: the names of the files before them.

    Random names that are not announced, of what is copied between caches, are `?`.
    """
    old, renamed = "", False
    for each in operations:
        temp, key = f"bin_{each.values.get('temp')}.tmp", file_name(str(each.values.get("key")))
        changes: list[tuple[str, str]] = []
        match each.name:
            case "temp-write":
                changes = [("create", temp)]
            case "temp-delete":
                changes = [("delete", temp)]
            case "cache-write":
                old, changes = temp, [("create", temp)]
            case "cache-rename":
                renamed = True
            case "cache-key" if renamed:
                # What comes from S3 is written under a random key, which is announced when it is renamed.
                changes = [] if old in there else [("create", old)]
                changes, renamed = [*changes, ("rename", f"{old} {key}")], False
            case "cache-key":
                old = key
            case "cache-copy":
                changes = [("create", "?"), ("rename", f"? {key}")]
            case "cache-move":
                changes = [("rename", f"{old} {key}")]
            case "cache-delete":
                changes = [("delete", key)] if key in there else []
        for what, names in changes:
            there -= {names.partition(" ")[0]}
            there |= set() if what == "delete" else {names.rpartition(" ")[2]}
            yield f"{what} {names}"


def files_seen(events: Sequence[Event]) -> Iterator[str]:
    """The changes that were heard of, with the names of the files."""
    for event in events:
        if "folder" in event.attributes:
            yield " ".join([event.label, *(note.text.removeprefix("To: ").rpartition("/")[2] for note in event.notes)])


def unexplained_requests(
    situation: Situation, operations: Sequence[Operation], events: Sequence[Event]
) -> Iterator[str]:
    """What is sent and not announced, or announced and not sent, in order; nothing, if all is well."""
    due = list(requests_due(operations))
    known = dict(UNANNOUNCED)
    for request in requests_seen(events):
        if due and due[0] == request:
            due.pop(0)
            continue
        allowed = known.pop((situation.step.do, request.name), None)
        if allowed is None or not allowed(request, situation):
            yield f"not announced: {request}"
    yield from (f"not sent: {request}" for request in due)


def unexplained_files(
    situation: Situation, operations: Sequence[Operation], events: Sequence[Event], there: set[str]
) -> Iterator[str]:
    """What is done to files and not announced, or announced and not done; nothing, if all is well."""
    due, seen = Counter(files_due(operations, set(there))), Counter(files_seen(events))
    for change in (seen - due).elements():
        what, _, *to = change.split(" ")
        if (unknown := " ".join([what, "?", *to])) in due - seen:
            # A random name that is not announced.
            seen += Counter([unknown])
            seen -= Counter([change])
        if what == "write" and "disk-full" in situation.faults:
            # How that fault is made.
            seen -= Counter([change])
    extra, lacking = seen - due, due - seen
    if situation.step.do == "clear-cache":
        extra = Counter(change for change in extra.elements() if not change.startswith("delete"))
    if situation.faults or failed_download(events):
        # What cannot be filled is removed at once, and never gets a key.
        extra = without_pairs(extra)
    if "permission-denied" in situation.faults:
        lacking = without_pairs(lacking)
    yield from (f"not announced: {change}" for change in extra.elements())
    yield from (f"not done: {change}" for change in lacking.elements())


def without_pairs(changes: Counter[str]) -> Counter[str]:
    """The changes without files that are made and removed."""
    names = {change.removeprefix("create ") for change in changes} & {
        change.removeprefix("delete ") for change in changes
    }
    return changes - Counter(f"{what} {name}" for what in ("create", "delete") for name in names)


def failed_download(events: Sequence[Event]) -> bool:
    """Whether a download failed."""
    return any(question.label == "GetObject" and "error" in answer.attributes for question, answer in answered(events))


def unexplained(scenario: Scenario, backend: Backend, system: BlobSystem) -> Iterator[str]:
    """Do every step of a scenario; give what the announcements do not say, or say too much."""
    announced: list[Operation] = []
    client: Any = backend.client
    with (
        private_folder() as private,
        closing(system.start(scenario.tables, scenario.folder, backend, announced.append, private)) as session,
        record(client, folders={"disk": private}) as witness,
    ):
        faults: set[str] = set()
        for number, step in enumerate((*scenario.setup, *scenario.steps), 1):
            there = {path.name for path in private.rglob("*") if path.is_file()}
            options = scenario.tables.get("stores", {}).get(step.text("to") or step.text("store"), {})
            situation = Situation(step, options, frozenset(faults))
            announced.clear()
            before = len(witness.events)
            session.perform(step)
            events = witness.events[before:]
            faults |= {step.text("fault")} - {""}
            problems = (
                *unexplained_requests(situation, announced, events),
                *unexplained_files(situation, announced, events, there),
            )
            yield from (f"{scenario.name}, step {number} ({step.do}): {problem}" for problem in problems)


@pytest.fixture(scope="module")
def moto() -> Iterator[Backend]:
    """One S3 in this process for all scenarios."""
    with open_backend("moto") as backend:
        yield backend


FOLDERS = sorted({path.parent.relative_to(TRACES).as_posix() for path in TRACES.rglob("*.toml")})


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_more_and_nothing_less(folder: str, moto: Backend) -> None:
    """Every request and every change of a file is announced, and everything that is announced is done."""
    paths = sorted((TRACES / folder).glob("*.toml"))
    problems = [each for path in paths for each in unexplained(scenarios.load(path), moto, BlobSystem())]
    assert problems == []


def test_every_operation_is_in_a_table() -> None:
    """No operation has words without saying which requests it accounts for."""
    assert {*REQUESTS, *WITHOUT_REQUEST} == BLOB.wordings.keys()
    assert REQUESTS.keys().isdisjoint(WITHOUT_REQUEST)


class Chatty(BlobManager):
    """A manager that does more than it says: `read` does `extra` too."""

    def extra(self) -> None:
        """Do more than reading."""

    @contextmanager
    def open(self, store: str, key: str) -> Iterator[BinaryIO]:
        """Read, and do more."""
        with super().open(store, key) as file:
            self.extra()
            yield file


def ask_more(manager: BlobManager) -> None:
    """A request that nobody announced."""
    manager._bucket.delete("surplus")


def leave_a_file(manager: BlobManager) -> None:
    """A file that nobody announced."""
    (manager._temps.directory / "surplus").touch()


def claim_more(manager: BlobManager) -> None:
    """Announcements of what does not happen."""
    manager._announce("cache-write", "Nuxeo", "Cache", size=3, temp="0")
    manager._announce("head", "Nuxeo", "S3", key="surplus")


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        (ask_more, ["not announced: DeleteObject surplus"]),
        (leave_a_file, ["not announced: create surplus"]),
        (claim_more, ["not sent: HeadObject surplus", "not done: create bin_0.tmp"]),
    ],
)
def test_a_witness_sees_what_is_planted(extra: Callable[[BlobManager], None], found: list[str], moto: Backend) -> None:
    """A request or a file more, or less, than announced is found in the step where it happens."""
    manager = type("Planted", (Chatty,), {"extra": extra})
    problems = unexplained(scenarios.load(TRACES / "cache" / "read.toml"), moto, BlobSystem(manager))
    assert list(problems) == [f"read, step 3 (read): {each}" for each in found]
