"""One garbage collection of the blob manager before it is made: what is listed, and what of it nobody needs.

Lives here: the decision of blob-manager.md 9 of the design, which the model and the facts share. Must not live here:
deleting (`model`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from simulator.blobs import keys
from simulator.blobs.errors import InvalidKey
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState, Spot
from simulator.campaign.step import Step
from simulator.campaign.system import Part
from simulator.discovery.rules import Meaning


@dataclass(frozen=True, slots=True)
class Garbage:
    """A collection in `store`: how many objects are listed, and where those are that go, in the order of their keys."""

    store: str
    listed: int
    spots: Sequence[Spot]

    @classmethod
    def of(cls, state: BlobState, step: Step) -> "Garbage":
        """The collection that a step makes."""
        store = step.text("store")
        options = state.stores[store]
        listed = [name for name, _ in state.current() if _is_listed(name, options.directory, options.subdirs_depth)]
        needed = {_needed(state, store, state.names.get(key, key)) for key in step.texts("mark")}
        found = {spot.key: spot for name in listed for spot in _spots(state, store, name)}
        return cls(store, len(listed), [found[key] for key in sorted(found.keys() - needed)])


def garbage_parts(state: BlobState, step: Step) -> Sequence[Part]:
    """A part for every object that goes; they share question and answer of the listing."""
    garbage, directory = Garbage.of(state, step), state.stores[step.text("store")].directory
    listing = {"count": Meaning(f"{garbage.listed} objects", "label"), "place": Meaning(f"/{directory}", "label")}
    facts = ("collected",) if step.arguments.get("delete", True) else ("found",)
    return [
        Part(facts, {**listing, **meanings(state, spot, content=state.stored(spot))}, shares=(2, 0))
        for spot in garbage.spots
    ] or [Part(("nothing found",), listing)]


def _is_listed(name: str, directory: str, depth: int) -> bool:
    return name.startswith(directory) and (depth > 0 or "/" not in name.removeprefix(directory))


def _spots(state: BlobState, store: str, name: str) -> Sequence[Spot]:
    """Where the blob is whose object this is, if it can be one of the store."""
    options = state.stores[store]
    key = name.removeprefix(options.directory)
    if options.subdirs_depth:
        key = unquote(key.rpartition("/")[2])
    if "@" in key or (options.strategy == "digest" and not keys.is_digest(key, options.algorithm)):
        return []
    try:
        spot = state.permanent(store, key)
    except InvalidKey:
        return []
    return [spot] if spot.object == name else []


def _needed(state: BlobState, store: str, key: str) -> str:
    """The key of the object that a marked key keeps."""
    key = keys.without_provider(key, store)
    part = keys.parse_range(key) if state.stores[store].byte_range else None
    name = (part.key if part else key).partition("@")[0]
    return state.later.current(store, name)
