"""Keys: how content is named, and which names from outside are let in.

Lives here: digests, validity of keys, the way from key to object key. Pure. Must not live here: S3, options.

Laws: equal bytes have equal digests; an object key made here starts with its prefix, and no server that resolves
`.` and `..` can lead it elsewhere (blob-manager.md 10, item 10).
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from simulator.blobs.errors import InvalidKey

if TYPE_CHECKING:
    from hashlib import _Hash

Algorithm = Literal["md5", "sha-1", "sha-256", "sha-512"]

# Amazon S3 User Guide, "Naming Amazon S3 objects": at most 1,024 bytes of UTF-8.
MAX_KEY_SIZE = 1024

# SHA-512 in hexadecimal digits.
_LONGEST_DIGEST = 128

_DIGEST = {
    "md5": re.compile(r"[0-9a-f]{32}"),
    "sha-1": re.compile(r"[0-9a-f]{40}"),
    "sha-256": re.compile(r"[0-9a-f]{64}"),
    "sha-512": re.compile(r"[0-9a-f]{128}"),
}
_NEW = {"md5": hashlib.md5, "sha-1": hashlib.sha1, "sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
# How a key without version is written where one is expected.
NO_VERSION = "null"

_RANDOM = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{18}-0(?![0-9A-Za-z])")
# A random key behind the directories that `placed` gave it.
_PLACED = re.compile(rf"(?<![0-9A-Za-z])(?:[0-9]{{2}}/)+{_RANDOM.pattern}")
_VERSION = re.compile(r"@([0-9A-Za-z._-]+)$")
_RANGE = re.compile(r"(.+);([0-9]{1,18});([0-9]{1,18})", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")


def new_digest(algorithm: Algorithm) -> "_Hash":
    """Start hashing; the key of the content is the `hexdigest()`. Names content, protects nothing."""
    return _NEW[algorithm](usedforsecurity=False)


def is_digest(key: str, algorithm: Algorithm) -> bool:
    """Whether `key` can be a digest of that algorithm: lower-case hexadecimal of the right length."""
    return _DIGEST[algorithm].fullmatch(key) is not None


def random_key() -> str:
    """Make a key for content whose own is not known yet; its hyphen says that it is no digest."""
    # A positive number of 63 bits, and always of 19 digits, so that it is recognised.
    return f"{10**18 + secrets.randbelow(2**63 - 10**18)}-0"


def random_part(text: str) -> str:
    """Find the random key in a text; empty where there is none."""
    found = _RANDOM.search(text)
    return found[0] if found else ""


def version_part(text: str) -> str:
    """Find the version at the end of a key; empty where there is none."""
    found = _VERSION.search(text)
    return found[1] if found and found[1] != NO_VERSION else ""


def random_path(text: str) -> str:
    """Find a random key that stands in directories, with these; empty where there is none."""
    found = _PLACED.search(text)
    if found is None:
        return ""
    *directories, key = found[0].split("/")
    depth = next((depth for depth in range(len(directories), 0, -1) if found[0].endswith(placed(key, depth))), 0)
    return placed(key, depth) if depth else ""


def is_random(key: str) -> bool:
    """Whether a key could have been made by `random_key`."""
    return _RANDOM.fullmatch(key) is not None


def without_provider(key: str, store: str) -> str:
    """Take the name of its own store off a key, `store:key`; what is left does not begin with it."""
    while key.startswith(f"{store}:"):
        key = key.removeprefix(f"{store}:")
    return key


def with_version(key: str, version: str | None) -> str:
    """Write a version behind a key."""
    return f"{key}@{version}" if version else key


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes `start` to `end`, both included, of the blob `key`."""

    key: str
    start: int
    end: int


def parse_range(key: str) -> Range | None:
    """Read `key;start;end`; None for a key of another form. Raises `InvalidKey` where the end is before the start."""
    parts = _RANGE.fullmatch(key)
    if parts is None:
        return None
    found = Range(parts[1], int(parts[2]), int(parts[3]))
    if found.end < found.start:
        raise InvalidKey(key, "the range ends before it starts")
    return found


def placed(key: str, depth: int) -> str:
    """Put a key into `depth` directories of two characters each; characters that are unsafe in paths are escaped."""
    if not depth:
        return key
    safe = quote(key, safe="")
    pairs = [safe[index : index + 2] for index in range(0, 2 * depth, 2)]
    return "/".join(["000"] if len(safe) < 2 * depth else pairs) + f"/{safe}"


@lru_cache(maxsize=256)
def directory(prefix: str) -> str:
    """Complete a prefix: blank means none, a missing slash at its end is added.

    Raises `InvalidKey` as `object_key` does, and where the prefix leaves no room for a digest.
    """
    if not prefix.strip():
        return ""
    complete = object_key("", prefix.removesuffix("/")) + "/"
    if (size := len(complete.encode())) > MAX_KEY_SIZE - _LONGEST_DIGEST:
        room = MAX_KEY_SIZE - _LONGEST_DIGEST
        raise InvalidKey(prefix, f"as a prefix it takes {size} bytes, with more than {room} no digest fits behind it")
    return complete


# One operation asks for the same key again and again.
@lru_cache(maxsize=1_000)
def object_key(prefix: str, key: str) -> str:
    """Put `key` behind `prefix`, which is empty or ends with a slash.

    Raises `InvalidKey` where a part of the key between slashes is empty, `.` or `..`, and for control characters, for
    text that UTF-8 cannot hold, and for more than 1,024 bytes altogether.
    """
    if any(part in {"", ".", ".."} for part in _SEPARATOR.split(key)):
        raise InvalidKey(key, "no part of it may be empty, '.' or '..'")
    if _CONTROL.search(key):
        raise InvalidKey(key, "it holds a control character")
    try:
        size = len((prefix + key).encode())
    except UnicodeEncodeError as error:
        raise InvalidKey(key, "it is no valid Unicode text") from error
    if size > MAX_KEY_SIZE:
        raise InvalidKey(key, f"with its prefix it takes {size} bytes, S3 allows {MAX_KEY_SIZE}")
    return prefix + key
