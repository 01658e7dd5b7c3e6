"""The reference model of the blob manager: what every operation must give, and what is where afterwards.

Lives here: the operations, on dictionaries (`blob_state`), so small that they are obviously right, and the values that
their events mention. Must not live here: events, S3, files; what decides which events are due (`blob_facts`).
"""

from collections.abc import Hashable, Iterator
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.errors import BlobError, BlobNotFound
from simulator.blobs.naming import namer
from simulator.blobs.update import Update
from simulator.campaign import fault_states
from simulator.campaign.blob_copying import Copying, document_of
from simulator.campaign.blob_ending import change, commit
from simulator.campaign.blob_facts import BlobFacts
from simulator.campaign.blob_garbage import Garbage
from simulator.campaign.blob_later import Pseudo
from simulator.campaign.blob_likeness import likeness
from simulator.campaign.blob_state import BlobState, Kept, Spot, digest
from simulator.campaign.breakable import Possible
from simulator.campaign.content import content_of
from simulator.campaign.duration import seconds
from simulator.campaign.step import Step
from simulator.campaign.system import NO_NAMES, Names, Outcome, Parts
from simulator.campaign.update import update_of


def missing(store: str, key: str) -> Outcome:
    """What comes back from a store that has no such blob."""
    return Outcome(missing=f"{key} in {store}", problem=str(BlobNotFound(store, key)))


class BlobModel:
    """The operations on what the stores hold.

    held: that, and the names that steps gave to keys. folder: where files lie that steps name.
    """

    def __init__(self, held: BlobState, folder: Path) -> None:
        self.held = held
        self._folder = folder

    def fork(self) -> "BlobModel":
        """An independent copy."""
        return BlobModel(self.held.fork(), self._folder)

    def state(self) -> Hashable:
        """Equal for models that nobody can tell apart from now on."""
        return likeness(self.held)

    def key(self, step: Step) -> str:
        """The key that a step means: a literal one, or one that an earlier step gave a name."""
        key = step.text("key")
        key = self.held.names.get(key, key)
        return keys.without_provider(key, step.text("from") or step.text("store"))

    def parts(self, step: Step) -> Parts:
        """What `step` consists of: a commit or rollback of the change of every key, everything else of itself."""
        if step.do == "inject":
            return []
        return BlobFacts(self.held, step, self.key(step), self._folder).parts()

    def facts_of_faults(self, step: Step, outcome: Outcome) -> tuple[str, ...]:
        """The faults, and where the content comes from if S3 could not copy it."""
        felt = outcome.felt
        if step.do != "copy":
            return felt
        if self.held.stores[step.text("to")].digest_async:
            return (*felt, "async digest")
        source = self.held.spot(step.text("from"), self.key(step))
        if not any(each.startswith("CopyObject ") for each in felt) or source is None:
            return felt
        if self.held.stores[source.store].is_transactional and not source.transient:
            felt = (*felt, "from transactional")
        if not self.held.stores[source.store].cache:
            return felt
        return (*felt, "from cache" if self.held.cached(source) is not None else "not from cache")

    def struck(self, step: Step, outcome: Outcome) -> Iterator[Possible]:
        """What may have become of a step that faults struck; first that it was done after all."""
        after, before = self.fork(), self.held
        due = after.perform(step, outcome.names)
        yield Possible(due, after.fork())
        if not outcome.problem:
            if outcome.told_missing:
                yield Possible(due, self.fork())
            return
        ends = step.do in {"commit", "rollback"} and before.changes is not None
        failed = Outcome(problem=outcome.problem)
        # Nobody was given a key.
        after.held.names = dict(before.names)
        if outcome.crashed:
            yield Possible(failed, self._with(fault_states.died(after.held)))
            yield Possible(failed, self._with(fault_states.died(before)))
        else:
            yield Possible(failed, after)
            if not ends:
                yield Possible(failed, self.fork())
        if step.do == "collect-garbage":
            for left in fault_states.partly_removed(before, after.held):
                yield Possible(failed, self._with(left))
        if ends:
            for between in map(self._with, self._partly(step, outcome)):
                between.perform(step, outcome.names)
                yield Possible(failed, between)

    def _partly(self, step: Step, outcome: Outcome) -> Iterator[BlobState]:
        if not outcome.crashed:
            return fault_states.ended(self.held, len(outcome.felt))
        if step.do == "commit":
            return fault_states.committed(self.held)
        return fault_states.ended(self.held, sum(map(len, (self.held.changes or {}).values())))

    def _with(self, state: BlobState) -> "BlobModel":
        return BlobModel(state, self._folder)

    def perform(self, step: Step, names: Names = NO_NAMES) -> Outcome:
        """Change the dictionaries as the stores must change.

        names: `version` and `transient` key of new content, `pseudo`-digest of a copy.
        """
        self.held.made_up += 1
        number = self.held.made_up
        # A pseudo-digest is known by its form.
        pseudo = f"{10**18 + number}-0"
        names = {"version": f"version{number}", "transient": f"transient{number}", "pseudo": pseudo, **names}
        try:
            return self._perform(step, names)
        except BlobNotFound as problem:
            return missing(problem.store, problem.key)
        except BlobError as problem:
            return Outcome(problem=str(problem))

    def _perform(self, step: Step, names: Names) -> Outcome:
        store, key, state = step.text("store"), self.key(step), self.held
        if step.do in {"read", "exists", "delete", "copy", "update"}:
            state.permanent(step.text("from") or store, key)
        match step.do:
            case "write":
                return self._named(step, self._write(step, names))
            case "copy":
                return self._named(step, self._copy(step, names))
            case "read":
                return Outcome(self._read(store, key))
            case "exists":
                spot = state.spot(store, key)
                return Outcome(spot is not None and state.stored(spot) is not None)
            case "delete":
                self._delete(store, key)
            case "update":
                return self._named(step, self._update(store, key, update_of(step), names))
            case "clear-cache":
                state.caches.get(store, {}).clear()
            case "run-jobs":
                self._run_jobs()
            case "purge":
                self._purge(seconds(step.text("advance") or "0s"))
            case "collect-garbage":
                self._collect(store, Garbage.of(state, step), delete=bool(step.arguments.get("delete", True)))
            case "begin":
                self._begin()
            case "commit" | "rollback":
                self._end(step.do)
        return Outcome()

    def _named(self, step: Step, key: str) -> Outcome:
        if name := step.text("as"):
            self.held.names[name] = key
        return Outcome(key)

    def _read(self, store: str, key: str) -> bytes:
        spot = self.held.spot(store, key)
        if spot is None:
            raise BlobNotFound(store, key)
        return self._content(spot, key)

    def _content(self, spot: Spot, key: str) -> bytes:
        """What reading gives, from the cache if possible; it is cached then."""
        content = self.held.cached(spot)
        if content is None:
            kept = self.held.kept(spot)
            if kept is None:
                raise BlobNotFound(spot.store, key)
            if not kept.is_readable:
                raise BlobError("Failed to read blob")
            content = self.held.part(spot, kept.content)
            self.held.cache(spot, content)
        return content

    def _write(self, step: Step, names: Names) -> str:
        store, content = step.text("store"), content_of(step, self._folder)
        options = self.held.stores[store]
        literal = keys.without_provider(step.text("key"), store) if "key" in step.arguments else None
        name = namer(options, document_of(step), literal)(digest(options.algorithm, content))
        return self._take(store, name, content, names)

    def _take(
        self, store: str, key: str, content: bytes, names: Names, *, cache: bool = True, through: bool = True
    ) -> str:
        """Store content, for good or as a change of the transaction.

        cache: it is cached. through: it is uploaded, by way of the cache where there is one, not copied by S3.
        """
        state = self.held
        if not state.takes_part(store):
            return self._store(state.permanent(store, key), content, names, cache=cache, through=through)
        if state.keeps_versions(store):
            key = stored = self._store(state.permanent(store, key), content, names, cache=cache, through=through)
        else:
            transient = state.transient(store, names["transient"])
            stored = self._store(transient, content, names, cache=cache, through=through)
        state.change(store, key, stored)
        return key

    def _store(self, spot: Spot, content: bytes, names: Names, *, cache: bool, through: bool) -> str:
        state, options = self.held, self.held.stores[spot.store]
        known = options.strategy != "document" and spot.key == digest(options.algorithm, content)
        if known and through and state.cached(spot) is not None and not options.confirm_cache_hits:
            return spot.key
        if state.keeps_versions(spot.store):
            spot = state.permanent(spot.store, keys.with_version(spot.key, names["version"]))
        asked = options.strategy == "digest" or (through and state.cached(spot) is not None)
        if not (known and asked and state.serves(spot)):
            state.store(spot, Kept(content, is_composed=through and len(content) > options.multipart_threshold))
        if cache:
            state.cache(spot, content)
        return spot.key

    def _copy(self, step: Step, names: Names) -> str:
        state, copying = self.held, Copying.of(self.held, step, self.key(step), names["pseudo"])
        if copying.is_within:
            return copying.current
        if copying.source is None:
            raise BlobNotFound(copying.origin, self.key(step))
        if copying.target is None:
            read = self._content(copying.source, copying.current)
            return self._take(copying.store, digest(state.stores[copying.store].algorithm, read), read, names)
        copied = self._copy_known(copying, copying.source, copying.target, names)
        if copying.pseudo:
            (state.later.jobs if state.changes is None else state.later.promised).append(Pseudo(copying.store, copied))
        return copied

    def _copy_known(self, copying: Copying, source: Spot, target: str, names: Names) -> str:
        state, store, options = self.held, copying.store, self.held.stores[copying.store]
        stored, cached = state.stored(source), state.cached(source)
        ahead = cached if not copying.is_early and state.copies_ahead(source, store) else None
        spot = state.permanent(store, target)
        if ahead is not None and (state.keeps_versions(store) or not state.takes_part(store)):
            # Where versions are kept it is not known yet under which, so nobody finds this entry.
            state.cache(spot, ahead)
        if options.strategy == "digest" and not state.takes_part(store) and state.serves(spot):
            return target
        content, kept = stored if stored is not None else cached, state.kept(source)
        if kept is not None and (not kept.is_readable or state.copies_onto_itself(source, spot)):
            content = self._content(source, copying.current)
        if content is None:
            raise BlobNotFound(copying.origin, copying.current)
        through = stored is None
        cache = through or (ahead is not None and not state.keeps_versions(store))
        return self._take(store, target, content, names, cache=cache, through=through)

    def _delete(self, store: str, key: str) -> None:
        state = self.held
        if state.changes is None or not state.takes_part(store):
            state.delete(store, key)
            return
        state.updates.get(store, {}).pop(key, None)
        changes = state.changes.setdefault(store, {})
        own = changes.pop(key, None)
        if own is not None:
            state.remove(state.transient(store, own))
        if own is None or own != key:
            changes[key] = None

    def _update(self, store: str, key: str, update: Update, names: Names) -> str:
        state = self.held
        if update.locks and not state.permanent(store, key).version:
            raise BlobError("Retention and legal hold need a key with its version")
        if state.changes is None or not state.takes_part(store):
            return change(state, store, key, update, names["version"])
        if key in state.own(store) and state.own(store)[key] is None:
            raise BlobNotFound(store, key)
        state.changes.setdefault(store, {})
        updates = state.updates.setdefault(store, {})
        updates[key] = updates.get(key, Update()).then(update)
        return key

    def _begin(self) -> None:
        if self.held.changes is not None:
            raise BlobError("There is a transaction already")
        self.held.changes = {}

    def _end(self, do: str) -> None:
        state, changes = self.held, self.held.changes
        if changes is None:
            raise BlobError("There is no transaction")
        updates, state.changes, state.updates = state.updates, None, {}
        state.later.end(committed=do == "commit")
        problems = []
        for store, own in changes.items():
            if do == "rollback":
                for stored in filter(None, own.values()):
                    state.remove(state.transient(store, stored))
                continue
            for key in dict.fromkeys((*own, *updates.get(store, {}))):
                try:
                    commit(state, store, key, own.get(key, key))
                    if update := updates.get(store, {}).get(key):
                        change(state, store, key, update)
                except BlobError as problem:
                    problems.append(problem)
        if problems:
            raise BlobError("The transaction was committed, but not all of it could be stored")

    def _collect(self, store: str, garbage: Garbage, *, delete: bool) -> None:
        for spot in garbage.spots if delete else ():
            self.held.drop(spot)
            self.held.later.drop(store, spot.key)

    def _purge(self, passing: float) -> None:
        for each in self.held.later.pass_time(passing):
            self.held.remove(self.held.permanent(each.store, each.key))

    def _run_jobs(self) -> None:
        state = self.held
        for job in state.later.take_jobs():
            source = state.permanent(job.store, job.key)
            content, entry = state.stored(source), state.cached(source)
            if content is None:
                continue
            found = digest(state.stores[job.store].algorithm, content)
            target = state.permanent(job.store, found)
            if entry is not None:
                state.cache(target, entry)
            if not state.serves(target):
                state.store(target, Kept(content))
            state.later.replace(job, found)
