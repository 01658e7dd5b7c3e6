"""A running blob manager: steps in, outcomes out, and a look at what is left behind.

Lives here: one fresh manager, and its invariants. Must not live here: what must come back (`model`), which events are
due (the diagrams).

Invariants, after every operation: no temp file is left; objects, their versions and the entries of caches are exactly
those that the model holds, with the same contents. So nothing written is lost, nothing deleted stays, and nothing
transient outlives its transaction.
"""

import hashlib
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.backends import Backend
from simulator.blobs.bucket import S3_ERRORS, Bucket
from simulator.blobs.cache_folder import file_name
from simulator.blobs.errors import BlobNotFound
from simulator.blobs.faults import Crashed, Faults
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import UNTOLD
from simulator.campaign.content import open_content, summary
from simulator.campaign.duration import seconds
from simulator.campaign.fault_disk import Disk, Journals
from simulator.campaign.fault_states import settle
from simulator.campaign.faults import fault_of
from simulator.campaign.model import BlobModel, missing
from simulator.campaign.step import Step
from simulator.campaign.system import Outcome, Value
from simulator.campaign.update import update_of
from simulator.errors import BackendError, Place, SimulatorError
from simulator.events import Observer, Operation

# The clock of files goes on at least this often, in nanoseconds.
_TICK = 20_000_000

# Up to this size, in bytes, reading a file takes no longer than asking about it.
_SMALL = 4_096


class BlobSession:
    """A manager in a place of its own: a prefix of the bucket that does not show in events, a folder for temp files."""

    def __init__(
        self,
        manager: Callable[..., BlobManager],
        stores: Mapping[str, StoreOptions],
        folder: Path,
        backend: Backend,
        observer: Observer,
        private: Path,
    ) -> None:
        self._folder = folder
        self._backend = backend
        self._root = backend.fresh_root()
        self._bucket = Bucket(backend.client, backend.bucket, self._root)
        self._temp = private / "tmp"
        self._caches = private / "cache"
        self._journals = Journals(private / "journals")
        self._make = partial(
            manager,
            bucket=backend.bucket,
            stores=stores,
            observer=self._noticing(observer),
            temp_dir=self._temp,
            cache_dir=self._caches,
            journal_dir=self._journals.folder,
            root=self._root,
            clock=lambda: self._started + self._ahead,
        )
        self._temp.mkdir()
        self._begin()

    def _begin(self) -> None:
        self._keys: dict[str, str] = {}
        # Time stands still, so that nothing depends on how fast a run is; and how much it was moved, in seconds.
        self._started = time.time()
        self._ahead = 0.0
        # The names that the manager made up in this step, as it announces them.
        self._transient = self._version = self._pseudo = ""
        # The state (an ETag) in which content was last found right: what did not change is not read again.
        self._right: dict[str, str] = {}
        self._faults = Faults(self._backend.client, self._temp, self._journals.keep)
        self._disk = Disk(self._faults, self._temp, self._caches)
        # What was injected, and whether it has struck.
        self._injected: list[tuple[Step, Callable[[], bool]]] = []
        self._start = partial(
            self._make,
            self._faults.client,
            temp_name=_names().__next__,
            create_file=self._faults.create,
        )
        self._manager = self._start()

    def parts(self, step: Step) -> None:
        """The model knows."""

    def perform(self, step: Step) -> Outcome:
        """Do it. Whatever the manager raises is an outcome, a missing blob one of its own.

        After a crash a new manager is started, which recovers what the dead one left.
        """
        self._transient = self._version = self._pseudo = ""
        for seen in (self._faults.calls, self._faults.felt, self._faults.lost):
            seen.clear()
        outcome = self._outcome(step)
        if self._faults.dead:
            self._start_again()
        named = dict(self._made_up(outcome.value if isinstance(outcome.value, str) else ""))
        if not named and not self._faults.felt:
            return outcome
        return replace(outcome, names=named, felt=tuple(self._faults.felt))

    def _made_up(self, key: str) -> Iterator[tuple[str, str]]:
        """What the manager made up in a step that gave this key."""
        if version := keys.version_part(key) or next(reversed(self._faults.lost), "") or self._version:
            yield "version", version
        if self._transient:
            yield "transient", self._transient
        if pseudo := key if keys.is_random(key) else self._pseudo:
            yield "pseudo", pseudo

    def watch(self) -> None:
        """Note from now on what could be struck."""
        self._disk.watch()
        self._faults.watch()

    @property
    def calls(self) -> Sequence[str]:
        """What could have been struck in the last step, in order."""
        return tuple(self._faults.calls)

    def _start_again(self) -> None:
        self._faults.reborn()
        self._journals.abandon()
        self._manager = self._start()
        self._manager.recover()

    def _outcome(self, step: Step) -> Outcome:
        try:
            with self._faults.active():
                return Outcome(self._do(step))
        except SimulatorError:
            raise
        except Crashed:
            return Outcome(problem="the process crashed")
        except BlobNotFound as problem:
            return missing(problem.store, problem.key)
        except ExceptionGroup as problem:
            return Outcome(problem=f"{problem.message}: {'; '.join(map(str, problem.exceptions))}")
        except Exception as problem:  # noqa: BLE001  # the system under test may fail in any way, that is a finding
            return Outcome(problem=f"{type(problem).__name__}: {problem}")

    def _noticing(self, observer: Observer) -> Observer:
        """The observer, and which transient key new content gets."""

        def notice(operation: Operation, /) -> None:
            if self._faults.dead:
                return
            if operation.target == "S3_tmp" and operation.name in {"put", "copy"}:
                self._transient = keys.random_part(str(operation.values["key"]))
            if operation.name in {"put", "copy"} and (random := keys.random_part(str(operation.values["key"]))):
                self._pseudo = random
            self._version = str(operation.values.get("version", self._version))
            observer(operation)

        return notice

    def _do(self, step: Step) -> Value:
        store, key = step.text("store"), self._keys.get(step.text("key"), step.text("key"))
        match step.do:
            case "write":
                literal = step.text("key") if "key" in step.arguments else None
                place = {"document": step.text("document"), "xpath": step.text("xpath")}
                if "file" in step.arguments:
                    path = self._folder / step.text("file")
                    return self._named(step, self._manager.write(store, path, **place, key=literal))
                with open_content(step, self._folder) as content:
                    return self._named(step, self._manager.write(store, content, **place, key=literal))
            case "copy":
                place = {"document": step.text("document"), "xpath": step.text("xpath")}
                return self._named(step, self._manager.copy(step.text("from"), step.text("to"), key, **place))
            case "read":
                with self._manager.open(store, key) as content:
                    return summary(content)
            case "exists":
                return self._manager.exists(store, key)
            case "delete":
                self._manager.delete(store, key)
            case "update":
                return self._named(step, self._manager.update(store, key, update_of(step)))
            case "inject":
                self._disk.watch()
                self._injected.append((step, self._faults.plan(*fault_of(step))))
            case "begin" | "commit" | "rollback":
                getattr(self._manager, step.do)()
            case "collect-garbage":
                collection = self._manager.collect_garbage(store)
                for name in step.texts("mark"):
                    collection.mark(self._keys.get(name, name))
                collection.stop(delete=bool(step.arguments.get("delete", True)))
            case "clear-cache":
                self._manager.clear_cache(store)
            case "run-jobs":
                self._manager.run_jobs()
            case "purge":
                self._ahead += seconds(step.text("advance") or "0s")
                self._manager.purge()
        return None

    def _named(self, step: Step, key: str) -> str:
        if name := step.text("as"):
            self._keys[name] = key
        return key

    def violation(self, model: BlobModel) -> str:
        """The first broken invariant, in a sentence; empty while all hold."""
        # What could not be deleted is left with good reason.
        stuck = sum(path.parent == self._temp and path.exists() for path in self._faults.stuck)
        if left := len(os.listdir(self._temp)) - stuck:  # noqa: PTH208 - this is done after every operation
            # Their names are random, the report must not be.
            return f"{left} temp file{'s' if left > 1 else ''} left behind"
        try:
            return self._difference(model) or self._version_difference(model) or self._others(model)
        except S3_ERRORS as problem:
            raise BackendError(f"{self._backend.name}: what is stored cannot be looked at: {problem}") from problem

    def settled(self, model: BlobModel, others: Sequence[BlobModel], step: Step) -> str:
        """As `violation`, after a fault: transient objects may be left, entries of caches may be missing."""
        etags, _ = self._etags()
        settle(
            model.held,
            [other.held for other in others],
            etags,
            lambda store, key: (self._caches / file_name(store) / file_name(key)).exists(),
            model.key(step),
        )
        return self.violation(model)

    def _difference(self, model: BlobModel) -> str:
        kept = dict(model.held.current())
        current = {name: each.content for name, each in kept.items()}
        client = self._backend.client
        # Looking into it directly is quick; where there is a difference, it is found as everywhere else. A client that
        # answers in another way than the one in memory is asked, as any service is.
        if type(client) is MemoryClient and client.current(self._backend.bucket) == {
            self._root + name: content for name, content in current.items()
        }:
            return ""
        etags, outside = self._etags()
        for name, content in current.items():
            if name not in etags:
                return f"the object {name!r} is lost"
            if kept[name].is_readable and (not etags[name] or self._right.get(name) != etags[name]):
                if self._content(name) != content:
                    return f"the content of the object {name!r} is not what was written"
                self._right[name] = etags[name]
        extra = sorted(etags.keys() - current.keys())
        if extra:
            return f"there is an object {extra[0]!r} that should not be there"
        return f"there is an object {outside[0]!r} outside of the manager's place" if outside else ""

    def _etags(self) -> tuple[Mapping[str, str], Sequence[str]]:
        """The ETag of every object of the manager, and the keys of those that are not."""
        backend = self._backend
        # Nothing else writes below the backend's root, and only one session at a time.
        found = {
            backend.root + key: etag for key, etag in Bucket(backend.client, backend.bucket, backend.root).all_etags()
        }
        inside = {key.removeprefix(self._root): etag for key, etag in found.items() if key.startswith(self._root)}
        return inside, [key for key in found if not key.startswith(self._root)]

    def _version_difference(self, model: BlobModel) -> str:
        state = model.held
        places = tuple(options.directory for store, options in state.stores.items() if state.keeps_versions(store))
        if not places:
            return ""
        found = [each for each in self._bucket.all_versions() if each[0].startswith(places)]
        due = {(name, version): kept for name, version, kept in state.known() if version}
        for (name, version), kept in due.items():
            if (name, version) not in found:
                return f"the version {version} of the object {name!r} is lost"
            if kept.is_readable and self._right.setdefault(f"{name}@{version}", "") != version:
                if self._content(name, version) != kept.content:
                    return f"the content of the version {version} of the object {name!r} is not what was written"
                self._right[f"{name}@{version}"] = version
        nameless = Counter(
            name
            for name, versions in state.objects.items()
            for version, kept in versions.items()
            if kept is None or version.startswith(UNTOLD)
        )
        extra = Counter(name for name, version in found if (name, version) not in due) - nameless
        if extra.total() <= self._faults.unknown:
            return ""
        return f"there is a version of {min(extra)!r} that should not be there"

    def _others(self, model: BlobModel) -> str:
        return self._class_difference(model) or self._cache_difference(model)

    def _class_difference(self, model: BlobModel) -> str:
        if not any(options.cold_storage for options in model.held.stores.values()):
            return ""
        for name, kept in model.held.current():
            found = self._bucket.find(name)
            if found and found.storage.is_cold != kept.is_cold:
                return f"the object {name!r} is{' not' * kept.is_cold} in cold storage"
            if found and found.storage.is_downloadable != kept.is_readable:
                return f"the object {name!r} can{'not' * kept.is_readable} be downloaded"
        return ""

    def _cache_difference(self, model: BlobModel) -> str:
        for store, entries in model.held.caches.items():
            # This is done after every operation, hence strings for paths.
            folder = os.path.join(self._caches, file_name(store))  # noqa: PTH118
            try:
                found = set(os.listdir(folder))  # noqa: PTH208
            except (FileNotFoundError, NotADirectoryError):
                found = set()
            due = {file_name(key): key for key in entries}
            for name in sorted(due, key=due.__getitem__):
                if name not in found:
                    return f"the cache of {store} has no entry {due[name]!r}"
                if not self._is_right(f"{folder}/{name}", entries[due[name]]):
                    return f"the entry {due[name]!r} of the cache of {store} does not hold what was written"
            # What could not be deleted is left with good reason.
            stuck = {path.name for path in self._faults.stuck if str(path.parent) == folder}
            if extra := len(found - due.keys() - stuck):
                return f"{extra} file{'s' if extra > 1 else ''} too many in the cache of {store}"
        return ""

    def _is_right(self, path: str, content: bytes) -> bool:
        """Whether a file holds this content; what is large is not read again while it looks as it did."""
        if len(content) <= _SMALL:
            return _begins(path, len(content) + 1) == content
        stat = os.stat(path)  # noqa: PTH116
        state = f"{stat.st_ino} {stat.st_ctime_ns} {stat.st_size}"
        if self._right.get(path) != state:
            if Path(path).read_bytes() != content:
                return False
            # The clock of files is coarse: what was just changed may change again and look the same.
            if time.time_ns() - stat.st_ctime_ns > _TICK:
                self._right[path] = state
        return True

    def _content(self, name: str, version: str | None = None) -> bytes:
        content: list[bytes] = []
        self._bucket.download(name, content.append, version=version)
        return b"".join(content)

    def loose_ends(self) -> Iterator[tuple[Place, str]]:
        """Faults that had no request or file to strike."""
        for step, has_struck in self._injected:
            if not has_struck():
                yield step.place, f"the fault never struck: there was no {step.text('on')} after it"

    def reset(self) -> None:
        """Another manager in the same place, of which nothing is left."""
        self.close()
        for folder in (self._temp, self._caches, self._journals.folder):
            _empty(str(folder))
        if not self._temp.exists():
            self._temp.mkdir()
        self._begin()

    def close(self) -> None:
        """Remove the objects, also those outside of the manager's place."""
        self._disk.close()
        self._faults.close()
        self._backend.clear(self._backend.root)


def _begins(path: str, size: int) -> bytes:
    """The first bytes of a file."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, size)
    finally:
        os.close(file)


def _empty(folder: str) -> None:
    """Remove what is in a folder, if there is one, but for empty folders in it: making them again takes long."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _empty(entry.path)
            else:
                os.unlink(entry.path)  # noqa: PTH108 - this is done after every sequence


def _names() -> Iterator[str]:
    """Names of temp files that look random and are the same in every run, so that reports are."""
    return (hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in itertools.count())
