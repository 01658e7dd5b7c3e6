"""The blob manager as a system under test.

Lives here: what puts its steps (`blob_forms`, `blob_alphabet`), its model, its session and its words together. Must not
live here: anything another system could use too (`system`, `machine`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from simulator.blobs.backends import Backend
from simulator.blobs.manager import BlobManager
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_alphabet import FILES, LARGE, alphabet
from simulator.campaign.blob_domain import blob_domain
from simulator.campaign.blob_forms import BUCKET_FORM, FORMS, STORE_FORM
from simulator.campaign.blob_session import BlobSession
from simulator.campaign.blob_state import BlobState
from simulator.campaign.blob_words import described, title
from simulator.campaign.domain import Domain
from simulator.campaign.faults import injections
from simulator.campaign.model import BlobModel
from simulator.campaign.step import Form, Step, Tables
from simulator.conformance.exploration import Behaviour, SavedFile
from simulator.events import Event, Observer, Operation
from simulator.interaction.vocabulary import BLOB

# What the model knows, or what changes nothing here: caches that are small lose entries, which it does not know.
_EXPLORED_OPTIONS = frozenset(
    {
        "prefix",
        "cache",
        "digest",
        "digest_async",
        "key_strategy",
        "record",
        "transactional",
        "cold_storage",
        "subdirs_depth",
        "byte_range",
        "verify_source",
        "existence_check",
        "confirm_cache_hits",
        "verify_digest",
        "multipart_threshold",
        "part_size",
    }
)


@dataclass(frozen=True, slots=True)
class BlobSystem:
    """A `system.System`; `manager` makes the blob manager under test and takes what `BlobManager` takes."""

    manager: Callable[..., BlobManager] = BlobManager

    name: ClassVar[str] = ""
    uses_s3: ClassVar[bool] = True
    has_model: ClassVar[bool] = True
    forms: ClassVar[Mapping[str, Form]] = FORMS
    tables: ClassVar[Mapping[str, Form]] = {"stores": STORE_FORM, "bucket": BUCKET_FORM}
    flat_tables: ClassVar[frozenset[str]] = frozenset({"bucket"})

    @property
    def files(self) -> Sequence[SavedFile]:
        """A short file, an empty one, and a large one that equals the large content."""
        return FILES

    @property
    def word(self) -> Callable[[Operation], Event]:
        """The words of the `blob` vocabulary."""
        return BLOB.word

    def model(self, tables: Tables, folder: Path) -> BlobModel:
        """Nothing is there yet."""
        return BlobModel(BlobState(_stores(tables), _versioned(tables), _locks(tables)), folder)

    def start(self, tables: Tables, folder: Path, backend: Backend, observer: Observer, private: Path) -> BlobSession:
        """A manager under a prefix of its own, with its temp files in `private`."""
        stores = _stores(tables)
        if _locks(tables):
            backend = backend.with_object_lock()
        elif _versioned(tables):
            backend = backend.with_versions()
        if any(options.cold_storage for options in stores.values()):
            backend.require_storage_classes()
        return BlobSession(self.manager, stores, folder, backend, observer, private)

    def alphabet(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """Every operation on every store with every content; a group for each content."""
        return alphabet(_stores(tables), versioned=_versioned(tables), locks=_locks(tables))

    def unlike(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """One group, where no store reads ranges of contents or uploads the large one in parts."""
        groups = self.alphabet(tables)
        sizes_matter = any(each.byte_range or each.multipart_threshold < LARGE for each in _stores(tables).values())
        return groups if sizes_matter else groups[:1]

    def domain(self, tables: Tables) -> Domain:
        """Two contents, and two documents where keys are documents."""
        return blob_domain(_stores(tables))

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """The usual title, followed by the facts that are not usual."""
        return Behaviour(step.do, facts, title(step.do, facts))

    def describe(self, step: Step) -> str:
        """`write "foo" to main`, `copy acbd18db... from main to other`."""
        return described(step)

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
            named = "as" in arguments or "key" in arguments
            if step.do == "write" and not named and isinstance(key, str) and key in used and key not in names:
                names[key] = arguments["as"] = f"k{len(names) + 1}"
            result.append(replace(step, arguments=arguments))
        return tuple(result)

    def explorable(self, tables: Tables, steps: Sequence[Step]) -> bool:  # noqa: ARG002 - of the port
        """Everything but what others are still to teach the model."""
        defaults = msgspec.structs.asdict(StoreOptions())
        return all(
            value == defaults[name] or name in _EXPLORED_OPTIONS
            for options in _stores(tables).values()
            for name, value in msgspec.structs.asdict(options).items()
        )

    def faults(self, call: str, nth: int) -> Sequence[tuple[str, Step]]:
        """Everything that can happen to a request or a file: a kind, and the step that injects it."""
        return tuple(injections(call, nth))

    def canonical(self, tables: Tables) -> Tables:
        """Every store with all of its options, prefixes complete, and the bucket."""
        stores = {
            name: msgspec.to_builtins(msgspec.structs.replace(options, prefix=options.directory))
            for name, options in _stores(tables).items()
        }
        return {"stores": stores, "bucket": {"": {"versioning": _versioned(tables), "object-lock": _locks(tables)}}}

    def witnesses(self, step: Step, tables: Tables) -> Sequence[Step]:
        """Ask whether the blob exists afterwards."""
        store = step.text("to") or step.text("store") or next(iter(tables["stores"]))
        return [Step("exists", {"store": store, "key": step.text("key") or "id1"})]


def _stores(tables: Tables) -> Mapping[str, StoreOptions]:
    return {name: msgspec.convert(options, StoreOptions) for name, options in tables.get("stores", {}).items()}


def _versioned(tables: Tables) -> bool:
    return _locks(tables) or bool(tables.get("bucket", {}).get("", {}).get("versioning"))


def _locks(tables: Tables) -> bool:
    return bool(tables.get("bucket", {}).get("", {}).get("object-lock"))


BLOBS = BlobSystem()
