"""The blob manager as a system under test.

Lives here: its steps, the contents and stores that sequences are made of, its invariants, its words for people. Must
not live here: anything another system could use too (`system`, `machine`).
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from simulator.blobs.backends import Backend
from simulator.blobs.bucket import CHUNK_SIZE
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_forms import BUCKET_FORM, FORMS, STORE_FORM
from simulator.campaign.blob_session import BlobSession
from simulator.campaign.content import content_of, sized
from simulator.campaign.model import BlobModel, digest
from simulator.campaign.step import Form, Step, Tables
from simulator.conformance.exploration import Behaviour, SavedFile
from simulator.events import Event, Observer, Operation
from simulator.interaction.vocabulary import BLOB

# More than is held in memory at a time.
_LARGE = CHUNK_SIZE + 1

# The contents that sequences are made of, simplest first: a short one, none, a large one; and the ways to write each.
_CONTENTS: Sequence[Sequence[Mapping[str, str | int]]] = (
    ({"content": "foo"}, {"hex": b"foo".hex()}, {"file": "foo.bin"}),
    ({"content": ""}, {"file": "empty.bin"}),
    ({"size": _LARGE}, {"file": "large.bin"}),
)

# The steps that sequences are made of, and the options that the model knows, or that change nothing without a cache.
_EXPLORED_STEPS = {"write", "read", "copy", "delete", "exists", "mark"}
_EXPLORED_OPTIONS = {
    "prefix",
    "digest",
    "verify_source",
    "existence_check",
    "verify_digest",
    "confirm_cache_hits",
    "multipart_threshold",
    "part_size",
    "cache_size",
    "cache_count",
    "cache_min_age",
}

_ON_KEYS = ("read", "delete", "exists")

TITLES: Mapping[tuple[str, ...], str] = {
    ("write", "new", "stream"): "Write",
    ("write", "stored", "stream"): "Write same again",
    ("write", "new", "file"): "Write file",
    ("write", "stored", "file"): "Write same file again",
    ("read", "present"): "Read",
    ("read", "absent"): "Read missing",
    ("copy", "source present", "target absent"): "Copy",
    ("copy", "target present"): "Copy existing",
    ("copy", "source absent", "target absent"): "Copy missing",
    ("copy", "within one store"): "Copy within",
    ("copy", "by content", "source present", "target absent"): "Copy by content",
    ("copy", "by content", "source present", "target present"): "Copy existing by content",
    ("copy", "by content", "source absent"): "Copy missing by content",
    ("delete", "present"): "Delete",
    ("delete", "absent"): "Delete missing",
    ("exists", "present"): "Exists",
    ("exists", "absent"): "Exists missing",
}


@dataclass(frozen=True, slots=True)
class BlobSystem:
    """A `system.System`; `manager` makes the blob manager under test and takes what `BlobManager` takes."""

    manager: Callable[..., BlobManager] = BlobManager

    forms: ClassVar[Mapping[str, Form]] = FORMS
    tables: ClassVar[Mapping[str, Form]] = {"stores": STORE_FORM, "bucket": BUCKET_FORM}
    flat_tables: ClassVar[frozenset[str]] = frozenset({"bucket"})
    later_tables: ClassVar[frozenset[str]] = frozenset({"system"})

    @property
    def files(self) -> Sequence[SavedFile]:
        """A short file, an empty one, and a large one that equals the large content."""
        return (SavedFile("foo.bin", b"foo"), SavedFile("empty.bin", b""), SavedFile("large.bin", sized(_LARGE)))

    @property
    def word(self) -> Callable[[Operation], Event]:
        """The words of the `blob` vocabulary."""
        return BLOB.word

    def model(self, tables: Tables, folder: Path) -> BlobModel:
        """An empty dictionary."""
        return BlobModel(_stores(tables), folder)

    def start(self, tables: Tables, folder: Path, backend: Backend, observer: Observer, private: Path) -> BlobSession:
        """A manager under a prefix of its own, with its temp files in `private`."""
        stores, bucket = _stores(tables), tables.get("bucket", {}).get("", {})
        if bucket.get("object-lock"):
            backend = backend.with_object_lock()
        elif bucket.get("versioning"):
            backend = backend.with_versions()
        if any(options.cold_storage for options in stores.values()):
            backend.require_storage_classes()
        return BlobSession(self.manager, stores, folder, backend, observer, private)

    def alphabet(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """Every operation on every store with every content; a group for each content."""
        stores = _stores(tables)
        return [_steps_on(content, stores) for content in _CONTENTS]

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """The usual title, followed by the facts that are not usual."""
        kind = (step.do, *facts)
        for length in range(len(kind), 0, -1):
            if kind[:length] in TITLES:
                return Behaviour(step.do, facts, ", ".join((TITLES[kind[:length]], *kind[length:])))
        return Behaviour(step.do, facts, " ".join(kind).capitalize())

    def describe(self, step: Step) -> str:
        """`write "foo" to main`, `copy acbd18db from main to other`."""
        key = step.text("key")
        key = f"{key[:8]}..." if len(key) > len("0123456789ab") else key
        match step.do:
            case "write":
                name = f" as {step.text('as')}" if step.text("as") else ""
                return f"write {_content_words(step)} to {step.text('store')}{name}"
            case "copy":
                return f"copy {key} from {step.text('from')} to {step.text('to')}"
            case "mark":
                return f"mark {step.section}"
        return f"{step.do} {key} {'from' if step.do in {'read', 'delete'} else 'in'} {step.text('store')}"

    def readable(self, steps: Sequence[Step], tables: Tables, folder: Path) -> tuple[Step, ...]:
        """Keys that come back from a write or copy get a name, `k1`, where a later step uses them."""
        model = self.model(tables, folder)
        names: dict[str, str] = {}
        used = {step.text("key") for step in steps}
        result = []
        for step in steps:
            key = model.perform(step).value
            arguments: dict[str, Any] = {
                name: names.get(str(value), value) if name == "key" else value for name, value in step.arguments.items()
            }
            if step.do == "write" and isinstance(key, str) and key in used and key not in names:
                names[key] = arguments["as"] = f"k{len(names) + 1}"
            result.append(replace(step, arguments=arguments))
        return tuple(result)

    def explorable(self, tables: Tables, steps: Sequence[Step]) -> bool:
        """Only plain stores so far: content under digests, no cache, no directories, no ranges."""
        known = all(
            step.do in _EXPLORED_STEPS and not (step.do == "write" and "key" in step.arguments) for step in steps
        )
        return (
            known
            and "bucket" not in tables
            and not any(
                getattr(options, name) != field
                for options in _stores(tables).values()
                for name, field in msgspec.structs.asdict(StoreOptions()).items()
                if name not in _EXPLORED_OPTIONS
            )
        )

    def canonical(self, tables: Tables) -> Tables:
        """Every store with all of its options, prefixes complete."""
        return {
            "stores": {
                name: msgspec.to_builtins(msgspec.structs.replace(options, prefix=options.directory))
                for name, options in _stores(tables).items()
            }
        }

    def witness(self, step: Step) -> Step:
        """Ask whether the blob exists afterwards."""
        return Step("exists", {"store": step.text("to") or step.text("store"), "key": step.text("key")})


def _stores(tables: Tables) -> Mapping[str, StoreOptions]:
    return {name: msgspec.convert(options, StoreOptions) for name, options in tables.get("stores", {}).items()}


def _steps_on(content: Sequence[Mapping[str, str | int]], stores: Mapping[str, StoreOptions]) -> Sequence[Step]:
    """Every operation on a content that can be written in these ways."""
    writes = [[Step("write", {"store": store, **way}) for store in stores] for way in content]
    known = content_of(writes[0][0], Path()) if stores else b""
    keys = {store: digest(options.algorithm, known) for store, options in stores.items()}
    return [
        *writes[0],
        *(Step(do, {"store": store, "key": key}) for store, key in keys.items() for do in _ON_KEYS),
        *(
            Step("copy", {"from": source, "to": target, "key": keys[source]})
            for source, target in itertools.product(stores, stores)
        ),
        *itertools.chain(*writes[1:]),
    ]


def _content_words(step: Step) -> str:
    if "size" in step.arguments:
        return f"{step.arguments['size']} bytes"
    if "file" in step.arguments:
        return f"the file {step.text('file')}"
    return f"the bytes {step.text('hex')}" if "hex" in step.arguments else f'"{step.text("content")}"'


BLOBS = BlobSystem()
