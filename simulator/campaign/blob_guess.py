"""Which steps of the blob manager a section of a diagram may draw: a guess, where the words leave little doubt.

Lives here: the words of one operation, read backwards, and contents whose digests are known. Pure. Must not live here:
the scenario that is written (`skeleton`).

Law: a section with words that are none of these, or of several operations, is not guessed.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.interaction.terms import Expected

Do = Literal["write", "read", "copy", "delete", "exists"]

_DIGESTS: Mapping[int, str] = {32: "md5", 40: "sha-1", 64: "sha-256", 128: "sha-512"}
_CONTENTS = ("foo", "bar", "baz", "", "a", "abc", "hello", "world", "hello world", "Hello, world!", "test", "content")
_WORDS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "write": r"write",
        "put": r"write (?P<size>.+) bytes",
        "read": r"read (?P<size>.+) bytes",
        "copy": r"copyObject",
        "delete": r"deleteObject",
        "question": r"getObjectMetadata|doesObjectExist",
        "found": r"exists(?: \((?P<size>.+) bytes\))?",
        "missing": r"missing",
        "other": r"copied|delete|rename",
    }.items()
}
_HOLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob as a diagram names it. prefix: of its store. name: a digest, or a hole. size: in bytes, if it is told."""

    prefix: str
    name: str
    size: int | None = None

    @property
    def digest(self) -> str:
        """The algorithm that gives names of this length; empty for a hole."""
        return "" if _HOLE.fullmatch(self.name) else _DIGESTS[len(self.name)]

    @property
    def content(self) -> str | None:
        """What is known to have this digest."""
        algorithm = self.digest.replace("-", "")
        known = (each for each in _CONTENTS if algorithm and _hash(algorithm, each) == self.name)
        return next(known, None)


@dataclass(frozen=True, slots=True)
class Guess:
    """One operation, and on which blob; source: of a copy. found: whether it is there before; of a copy, its source."""

    do: Do
    blob: Blob
    source: Blob | None = None
    found: bool = True


def guess(title: str, events: Sequence[Expected]) -> Guess | None:
    """The operation that has these events; None where that is not sure."""
    read = [(_word(event), event) for event in events]
    if any(word is None for word, _ in read):
        return None
    found = [(word[0], word[1], event) for word, event in read if word is not None]
    kinds = [kind for kind, _, _ in found]
    asked = [_key(event) for kind, _, event in found if kind == "question"]
    size = next((int(each) for _, each, _ in found if each.isdecimal()), None)
    there = "missing" not in kinds
    done = {"write" if kind == "put" else kind for kind in kinds} & {"write", "read", "copy", "delete"}
    if kinds.count("copy") == 1 and done == {"copy"}:
        source, _, target = next(_key(event) for kind, _, event in found if kind == "copy").partition(" to ")
        return _guessed("copy", target, source, size, found=True)
    if done == {"write"} and kinds.count("write") <= 1 and kinds.count("put") <= 1:
        key = next((_key(event) for kind, _, event in found if kind in {"put", "question"}), "")
        return _guessed("write", key, None, size, found=there)
    if len(done) == 1 and len(found) == 1 and kinds[0] in {"read", "delete"}:
        return _guessed("read" if kinds[0] == "read" else "delete", _key(found[0][2]), None, size, found=True)
    if kinds == ["missing"] and _key(found[0][2]):
        return _guessed("read", _key(found[0][2]), None, size, found=False)
    if not done and len(asked) == 2 and "copy" in title.casefold():  # noqa: PLR2004 - its target, its source
        return _guessed("copy", asked[0], asked[-1], size, found=kinds[-1] == "found")
    if kinds[:1] == ["question"] and len(found) == 2 and "copy" not in title.casefold():  # noqa: PLR2004 - question and answer
        return _guessed("exists", asked[0], None, size, found=there)
    return None


def _guessed(do: Do, key: str, source: str | None, size: int | None, *, found: bool) -> Guess | None:
    blob, origin = _blob(key, size), _blob(source, size) if source is not None else None
    if blob is None or (source is not None and origin is None):
        return None
    return Guess(do, blob, origin, found)


def _blob(key: str, size: int | None) -> Blob | None:
    prefix, slash, name = key.rpartition("/")
    if re.search(r"[^\w./-]", prefix) or not (
        _HOLE.fullmatch(name) or (re.fullmatch("[0-9a-f]+", name) and len(name) in _DIGESTS)
    ):
        return None
    return Blob(prefix + slash, name, size)


def _word(event: Expected) -> tuple[str, str] | None:
    """What a message says of the operation it belongs to, and the size that it tells."""
    if event.kind != "message":
        return None
    label = str(event.text)
    for kind, pattern in _WORDS.items():
        if match := pattern.fullmatch(label):
            return kind, match.groupdict().get("size") or ""
    return None


def _key(event: Expected) -> str:
    return str(event.notes[0].text) if event.notes else ""


def _hash(algorithm: str, content: str) -> str:
    return hashlib.new(algorithm, content.encode(), usedforsecurity=False).hexdigest()
