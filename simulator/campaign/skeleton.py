"""A scenario to begin with, for a diagram that has none.

Lives here: its sections as steps, as far as they can be guessed, and what is left to fill in. Pure. Must not live here:
what the words of the blob manager mean (`blob_guess`), files.

Law: what is written is a scenario that can be read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import wrap

from simulator.campaign.blob_guess import Blob, Guess, guess
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.cutting import items
from simulator.campaign.scenario import Scenario, dump, step_block
from simulator.campaign.step import Step, Value
from simulator.campaign.system import System
from simulator.events import Line
from simulator.interaction.terms import Expectation, Expected, walk

_CACHE = "Cache"
_SPELLED = 100
_ARROWS: Mapping[Line, str] = {"solid": "->", "dashed": "-->"}
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The text of a scenario; guessed, left: how many steps are guessed, and how many are to be filled in."""

    text: str
    guessed: int
    left: int


def skeleton(expectation: Expectation, system: System, file: str, diagram: str = "") -> Skeleton:
    """Write what must be done for a diagram to happen.

    file: its name, for the comment. diagram: its name among those of the file, if there are several.
    """
    drafting = _Drafting(system)
    for title, events in _sections(expectation):
        drafting.add(title, events)
    tables = drafting.tables(expectation.events) if system is BLOBS else {}
    left = len(drafting.blocks) - drafting.guessed
    blocks = [_opening(file, [each for each in system.forms if each != "mark"] if left else [])]
    head = dump(Scenario("", Path(), tables, (), (), diagram, system=system))
    blocks += [head] if head else []
    blocks += [step_block("setup", step) for step in drafting.setup]
    blocks += drafting.blocks
    return Skeleton("\n".join(blocks), drafting.guessed, left)


def _opening(file: str, steps: Sequence[str]) -> str:
    """The comment above all; steps: what can stand where something is to be filled in."""
    told = [f"What must be done for what {file} draws to happen. `simulator check` tells whether it does."]
    if steps:
        told += wrap(f"Where a step is called `mark`, fill in others: {', '.join(steps)}.", _WIDTH)
    return "".join(f"# {each}\n" for each in told)


def _sections(expectation: Expectation) -> Iterator[tuple[str, Sequence[Expected]]]:
    title, events = "", list[Expected]()
    for item in items(expectation.term):
        if isinstance(item, Expected) and item.kind == "section":
            if title or events:
                yield title, events
            title, events = str(item.text), []
        else:
            events += (each for each in walk(item) if isinstance(each, Expected))
    if title or events:
        yield title, events


@dataclass(slots=True)
class _Drafting:
    """What is written so far; known: how steps call a blob, by the store and its name in the diagram."""

    system: System
    setup: list[Step] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    guessed: int = 0
    stores: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    digest: str = ""
    contents: dict[str, dict[str, Value]] = field(default_factory=dict)

    def add(self, title: str, events: Sequence[Expected]) -> None:
        """Write the steps of a section."""
        found = guess(title, events) if self.system is BLOBS else None
        if found is not None:
            step, told = self.step(found)
        else:
            step, told = self.foreign(events)
        if step.do == "mark" and not title:
            title = "Fill in"
        self.guessed += step.do != "mark"
        self.blocks.append("".join(f"# {each}\n" for each in told) + step_block("steps", replace(step, section=title)))

    def foreign(self, events: Sequence[Expected]) -> tuple[Step, list[str]]:
        """A step of another system, where a message is called like one that needs nothing; else what is to be done."""
        sent = [event for event in events if event.kind == "message"]
        named = {str(event.text) for event in sent} & self.system.forms.keys()
        if self.system is not BLOBS and len(named) == 1:
            (do,) = named
            form = self.system.forms[do]
            if not any(key.required for key in form.keys.values()) and not form.one_of and not form.some_of:
                return Step(do), []
        told = [f"    {event.source} {_ARROWS[event.line]} {event.target}: {event.text}" for event in sent]
        return Step("mark"), ["Fill in what gives this:", *told] if told else ["Fill in what is done here."]

    def step(self, found: Guess) -> tuple[Step, list[str]]:
        """A step of the blob manager, and what is to be said about it."""
        store, told = self.store(found.blob), list[str]()
        place = (store, found.blob.name)
        match found.do:
            case "write":
                content = self.content(found.blob, told)
                if found.found and place not in self.known:
                    self.setup.append(Step("write", {"store": store, **content}))
                return Step("write", {"store": store, **content, **self.called(place)}), told
            case "copy":
                origin = found.source or found.blob
                key = self.key(origin, told, found=found.found)
                missing = {} if found.found else {"expect-missing": True}
                called = self.called(place) if found.found else {}
                return Step("copy", {"from": self.store(origin), "to": store, "key": key, **missing, **called}), told
            case "read" | "exists" | "delete":
                key = self.key(found.blob, told, found=found.found)
                content = self.content(found.blob, []) if found.found and found.do == "read" else {}
                expected: dict[str, Value] = {"expect": content["content"]} if "content" in content else {}
                missing = {} if found.found else {"expect-missing": True}
                return Step(found.do, {"store": store, "key": key, **expected, **missing}), told

    def key(self, blob: Blob, told: list[str], *, found: bool) -> str:
        """How a step calls a blob; one that must be there and was not written is written before."""
        place = (self.store(blob), blob.name)
        if found and place not in self.known:
            content = self.content(blob, told)
            self.setup.append(Step("write", {"store": place[0], **content, **self.called(place)}))
        return self.known.get(place, blob.name if blob.digest else "0" * 32)

    def called(self, place: tuple[str, str]) -> dict[str, Value]:
        """The name of a key that comes back, unless it has one."""
        if place in self.known:
            return {}
        self.known[place] = f"k{len(self.known) + 1}"
        return {"as": self.known[place]}

    def store(self, blob: Blob) -> str:
        """The store that has this prefix."""
        self.digest = self.digest or blob.digest
        if blob.prefix not in self.stores:
            name = re.sub(r"\W", "-", blob.prefix.strip("/").rpartition("/")[2]) or "main"
            self.stores[blob.prefix] = name if name not in self.stores.values() else f"store{len(self.stores) + 1}"
        return self.stores[blob.prefix]

    def content(self, blob: Blob, told: list[str]) -> dict[str, Value]:
        """What a blob holds: known by its digest, or made up, of its size."""
        if blob.name not in self.contents:
            letter = chr(ord("a") + len(self.contents) % 26)
            size = 1 if blob.size is None else blob.size
            if blob.content is not None:
                self.contents[blob.name] = {"content": blob.content}
            elif size <= _SPELLED:
                self.contents[blob.name] = {"content": letter * size}
            else:
                self.contents[blob.name] = {"size": size}
        if blob.content is None and blob.digest:
            many = "" if blob.size is None else f" of {blob.size} bytes"
            told.append(f"Fill in the content{many} whose {blob.digest} is {blob.name}.")
        return self.contents[blob.name]

    def tables(self, events: Sequence[Expected]) -> dict[str, dict[str, dict[str, Value]]]:
        """The stores, as far as the diagram tells."""
        said: dict[str, Value] = {}
        if any(_CACHE in {event.source, event.target} for event in events):
            said["cache"] = True
        if self.digest not in {"", "md5"}:
            said["digest"] = self.digest
        if any(str(event.text) == "doesObjectExist" for event in events):
            said["existence-check"] = "exists"
        stores = self.stores or {"": "main"}
        return {"stores": {name: {**({"prefix": prefix} if prefix else {}), **said} for prefix, name in stores.items()}}
