"""Rules that name the volatile parts of foreign text, so that a drawing has holes there.

Lives here: `Rules`. Must not live here: how holes are named (`discovery.single`), which parts of our own texts are
volatile (whoever announces an operation says so).

Law: no label and no note is changed; only what is volatile about an event is added.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from simulator.errors import ConfigurationError
from simulator.events import Event

# What the event log takes as a kind of volatile value, because it becomes the name of a hole.
_KIND = re.compile(r"[0-9A-Za-z_.]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """Pairs of a pattern (of Python's `re`) and the kind of value it finds, as `("req-[0-9a-f]+", "REQ")`."""

    rules: tuple[tuple[re.Pattern[str], str], ...] = ()

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> "Rules":
        """Compile the rules. Raises `ConfigurationError` for a pattern or kind that is none."""
        return cls(tuple((_pattern(pattern), _kind(kind)) for pattern, kind in pairs))

    def apply(self, event: Event) -> Event:
        """The event with what the rules find in label, notes and text among its volatile values."""
        known: dict[str, str] = dict(event.attributes.get("volatile", {}))
        values = set(known.values())
        for pattern, kind in self.rules:
            for text in (event.label, event.text, *(note.text for note in event.notes)):
                for found in pattern.finditer(text):
                    if found[0] and found[0] not in values:
                        values.add(found[0])
                        known[free_kind(kind, known)] = found[0]
        if len(known) == len(event.attributes.get("volatile", {})):
            return event
        return msgspec.structs.replace(event, attributes={**event.attributes, "volatile": known})


def free_kind(kind: str, known: Mapping[str, str]) -> str:
    """The kind, with a number when the event has a value of this kind already."""
    number = 1
    free = kind
    while free in known:
        number += 1
        free = f"{kind}_{number}"
    return free


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as problem:
        raise ConfigurationError(
            f"the rule {text!r} is no regular expression: {problem}", hint="write it as Python's `re` has it"
        ) from problem


def _kind(text: str) -> str:
    if not _KIND.fullmatch(text):
        raise ConfigurationError(
            f"the kind {text!r} cannot be the name of a hole", expected=("letters, digits, `_` and `.`",)
        )
    return text
