"""What a caller may count on, worked out from nothing but what it was told before the process died.

A content is told by the step that wrote it, never by asking the blob manager. `None` stands for no content at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.options import StoreOptions
from simulator.campaign.content import content_of
from simulator.campaign.step import Step

Place = tuple[str, str]
# A content that is not there, or that is in cold storage, where it cannot be read.
COLD = "in cold storage"
Found = bytes | str | None
Allowed = frozenset[Found]


@dataclass(slots=True)
class Promises:
    """What may be read at each place: a store's name and a key. Stores with one prefix hold the same objects."""

    stores: Mapping[str, StoreOptions]
    folder: Path
    versioned: bool
    allowed: dict[Place, Allowed] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    # What the transaction has changed: None is a deletion.
    pending: dict[Place, bytes | None] | None = None
    _cold: set[Place] = field(default_factory=set)
    _purges: int = 0
    # The contents that a commit which did not return may have given to documents, all of them or none.
    together: tuple[Mapping[Place, bytes], ...] = ()

    def begin(self, step: Step) -> None:
        """A step was begun: from now on what it is about to change may be as before, or changed."""
        if self.pending is not None and step.do in {"commit", "rollback"}:
            kept = {place: content for place, content in self.pending.items() if content is not None}
            if step.do == "commit":
                self._may_be(self.pending)
                self.together = ({place: new for place, new in kept.items() if not self._is_own(place)},)
            else:
                self._may_be(dict.fromkeys(kept))
        elif step.do == "purge":
            # The first one deletes their objects, but not before others can be read in their place.
            self._purges += 1
            if self._purges > 1:
                self._may_be({place: None for place in self.allowed if keys.random_part(place[1]) == place[1]})
        elif step.do == "collect-garbage":
            marked = {self.names.get(name, name) for name in step.texts("mark")}
            self._may_be(
                {place: None for place in self.allowed if place[0] == step.text("store") and place[1] not in marked}
            )
        elif step.do == "update" and step.text("storage-class") == "cold":
            self._cold.add((step.text("store"), self._key(step)))
            self._may_be(dict.fromkeys(self._cold, COLD))
        elif step.do == "delete":
            place = (step.text("store"), self._key(step))
            # Of what a transaction deletes, only its own content goes at once.
            if not self._is_pending(step) or place in (self.pending or {}):
                self._may_be({place: None})
        elif self._is_pending(step):
            return
        elif step.do in {"write", "copy"} and (content := self._content(step)) is not None:
            store = step.text("store") or step.text("to")
            name = step.text("key") if step.do == "write" else self._key(step)
            for key in {name, step.text("document")} - {""}:
                if (store, key) in self.allowed:
                    self._may_be({(store, key): content})

    def end(self, step: Step, key: object, *, failed: bool) -> None:
        """A step returned `key`, or raised an error."""
        if failed:
            return
        match step.do:
            case "begin":
                self.pending = {}
            case "commit":
                self.together = ()
                for place, content in (self.pending or {}).items():
                    self._is(place, content)
                self._may_be(dict.fromkeys(self._cold, COLD))
                self.pending = None
            case "rollback":
                self.pending = None
            case "delete":
                if self.pending is not None and self._is_pending(step):
                    self.pending[step.text("store"), self._key(step)] = None
            case "write" | "copy":
                self._end_write(step, str(key))

    def _end_write(self, step: Step, key: str) -> None:
        self.names[step.text("as")] = key
        place = (step.text("store") or step.text("to"), key)
        content = self._content(step)
        if content is None:
            return
        if self._is_pending(step):
            assert self.pending is not None
            self.pending[place] = content
            if not self._is_own(place) and "@" not in key:
                return
        self._is(place, content)

    def _is_pending(self, step: Step) -> bool:
        options = self.stores.get(step.text("store") or step.text("to"))
        return self.pending is not None and options is not None and options.is_transactional

    def _is_own(self, place: Place) -> bool:
        # A key that only this content can have may be read whatever becomes of the transaction.
        options = self.stores[place[0]]
        own = keys.is_digest(place[1], options.algorithm) or keys.random_part(place[1]) == place[1]
        return options.strategy != "document" and own

    def _key(self, step: Step) -> str:
        key = self.names.get(step.text("key"), step.text("key"))
        return key.removeprefix(f"{step.text('store') or step.text('from')}:")

    def _content(self, step: Step) -> bytes | None:
        if step.do == "write":
            return content_of(step, self.folder)
        place = (step.text("from"), self._key(step))
        if self.pending is not None and self.pending.get(place) is not None:
            return self.pending[place]
        known = [each for each in self.allowed.get(place, ()) if isinstance(each, bytes)]
        return known[0] if len(known) == 1 else None

    def _is(self, place: Place, content: bytes | None) -> None:
        if content is None:
            self._may_be({place: None})
        else:
            self.allowed[place] = frozenset({content})

    def _may_be(self, contents: Mapping[Place, Found]) -> None:
        for (store, key), content in contents.items():
            directory = self.stores[store].directory
            places = {(other, key) for other, options in self.stores.items() if options.directory == directory}
            # What is deleted in one store may be gone for the others that hold the same objects.
            for place in places & self.allowed.keys():
                self.allowed[place] |= {content}
            if content is not None:
                self.allowed.setdefault((store, key), frozenset({None, content}))
