"""The reference model of the blob manager: a dictionary from object key to content.

Lives here: which facts hold before an operation, which values its events mention, what must come back. So small that it
is obviously right. Must not live here: events, S3, temp files.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.errors import BlobNotFound, InvalidKey
from simulator.blobs.options import StoreOptions
from simulator.campaign.content import content_of
from simulator.campaign.step import Step
from simulator.campaign.system import Outcome
from simulator.discovery.rules import Meaning, Meanings


def missing(store: str, key: str) -> Outcome:
    """What comes back from a store that has no such blob."""
    return Outcome(missing=f"{key} in {store}", problem=str(BlobNotFound(store, key)))


@lru_cache(maxsize=64)
def digest(algorithm: keys.Algorithm, content: bytes) -> str:
    """The digest key of a content."""
    hashed = keys.new_digest(algorithm)
    hashed.update(content)
    return hashed.hexdigest()


class BlobModel:
    """What the stores hold.

    stores: their options by name. folder: where files lie that steps name. objects: content by object key.
    """

    def __init__(self, stores: Mapping[str, StoreOptions], folder: Path) -> None:
        self.stores = stores
        self.objects: dict[str, bytes] = {}
        self._folder = folder
        self._keys: dict[str, str] = {}

    def key(self, step: Step) -> str:
        """The key that a step means: a literal one, or one that an earlier step gave a name."""
        key = self._keys.get(step.text("key"), step.text("key"))
        return keys.without_provider(key, step.text("from") or step.text("store"))

    def facts(self, step: Step) -> tuple[str, ...]:
        """What holds before `step` and decides which events are due."""
        if step.do not in {"write", "mark"} and not self._has_valid_key(step):
            return ("invalid key",)
        match step.do:
            case "write":
                stored = "stored" if self._target(step) in self.objects else "new"
                return (stored, "file" if "file" in step.arguments else "stream", *self._differing(step.text("store")))
            case "copy":
                return self._facts_of_copy(step)
            case "exists":
                return (self._presence(self._source(step)), *self._differing(step.text("store")))
            case "read" | "delete":
                return (self._presence(self._source(step)),)
        return ()

    def _facts_of_copy(self, step: Step) -> tuple[str, ...]:
        source, target = self._presence(self._source(step)), self._presence(self._target(step))
        if step.text("from") == step.text("to"):
            return ("within one store",)
        differing = self._differing(step.text("to"))
        if not self._is_server_side(step):
            # The target is looked at with the content in hand.
            known = (f"target {target}", *differing) if source == "present" else ()
            return ("by content", f"source {source}", *known)
        if target == "present":
            # Nothing but the target is looked at then.
            return ("target present", *differing)
        unverified = () if self.stores[step.text("to")].verify_source else ("source not verified",)
        return (f"source {source}", "target absent", *differing, *unverified)

    def _is_server_side(self, step: Step) -> bool:
        """Whether S3 can copy: the key at the source is the key at the target."""
        algorithm = self.stores[step.text("to")].algorithm
        return algorithm == self.stores[step.text("from")].algorithm and keys.is_digest(self.key(step), algorithm)

    def meanings(self, step: Step) -> Meanings:
        """The values in the events of `step`: the object it is about, the source of a copy, the size in bytes.

        Last the bare key, which diagrams may show with a prefix of their own words.
        """
        match step.do:
            case "write":
                return _meanings(self._target(step), "", self._bare(step), len(content_of(step, self._folder)))
            case "copy":
                source, target = self._source(step), self._target(step)
                content = self.objects.get(source, self.objects.get(target))
                return _meanings(target, source, self._bare(step), None if content is None else len(content))
            case "read" | "delete" | "exists":
                content = self.objects.get(self._source(step))
                return _meanings(self._source(step), "", self.key(step), None if content is None else len(content))
        return {}

    def _bare(self, step: Step) -> str:
        return self._target(step).removeprefix(self._options(step).directory)

    def perform(self, step: Step) -> Outcome:
        """Change the dictionary as the stores must change."""
        if step.do not in {"write", "mark"} and not self._has_valid_key(step):
            return Outcome(problem="invalid key")
        match step.do:
            case "write":
                return self._store(step, content_of(step, self._folder))
            case "read":
                content = self.objects.get(self._source(step))
                return self._missing(step) if content is None else Outcome(content)
            case "copy":
                return self._copy(step)
            case "delete":
                self.objects.pop(self._source(step), None)
            case "exists":
                return Outcome(self._source(step) in self.objects)
        return Outcome()

    def _copy(self, step: Step) -> Outcome:
        content = self.objects.get(self._source(step))
        if step.text("from") == step.text("to"):
            return self._named(step, self.key(step))
        if content is None and self._is_server_side(step):
            content = self.objects.get(self._target(step))
        return self._missing(step) if content is None else self._store(step, content)

    def _missing(self, step: Step) -> Outcome:
        return missing(step.text("from") or step.text("store"), self.key(step))

    def _store(self, step: Step, content: bytes) -> Outcome:
        target = self._target(step)
        key = self._bare(step)
        self.objects[target] = content
        return self._named(step, key)

    def _named(self, step: Step, key: str) -> Outcome:
        if name := step.text("as"):
            self._keys[name] = key
        return Outcome(key)

    def _options(self, step: Step) -> StoreOptions:
        """Those of the store that is written to."""
        return self.stores[step.text("to") or step.text("store")]

    def _has_valid_key(self, step: Step) -> bool:
        """Whether the key can stand behind the prefix of its store; a digest fits behind every prefix."""
        try:
            keys.object_key(self._directory(step), self.key(step))
        except InvalidKey:
            return False
        return True

    def _directory(self, step: Step) -> str:
        return self.stores[step.text("from") or step.text("store")].directory

    def _source(self, step: Step) -> str:
        """The object that a step reads, copies, deletes or asks for."""
        return self._directory(step) + self.key(step)

    def _target(self, step: Step) -> str:
        """The object that a step writes; where the content is unknown, that of the source's key."""
        options = self._options(step)
        if step.do == "write":
            return options.directory + digest(options.algorithm, content_of(step, self._folder))
        content = self.objects.get(self._source(step))
        if content is None or self._is_server_side(step):
            return options.directory + self.key(step)
        return options.directory + digest(options.algorithm, content)

    def _presence(self, name: str) -> str:
        return "present" if name in self.objects else "absent"

    def _differing(self, store: str) -> tuple[str, ...]:
        """The options of the store written to that change which events are due, where they are not the defaults."""
        check = self.stores[store].existence_check
        return () if check == StoreOptions().existence_check else (f"existence check {check}",)


def _meanings(target: str, source: str, key: str, size: int | None) -> Meanings:
    in_notes = {"object": target, "source": source, "key": key}
    found = {name: Meaning(value, "note") for name, value in in_notes.items() if value}
    return found if size is None else {**found, "size": Meaning(str(size), "label")}
