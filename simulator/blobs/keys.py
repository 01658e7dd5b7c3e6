"""Keys: how content is named, and which names from outside are let in.

Lives here: digests, validity of keys, the way from key to object key. Pure. Must not live here: S3, options.

Laws: equal bytes have equal digests; an object key made here starts with its prefix, and no server that resolves
`.` and `..` can lead it elsewhere (blob-manager.md 10, item 10).
"""

import hashlib
import re
from typing import TYPE_CHECKING, Literal

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
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")


def new_digest(algorithm: Algorithm) -> "_Hash":
    """Start hashing; the key of the content is the `hexdigest()`. Names content, protects nothing."""
    return hashlib.new(algorithm.replace("-", ""), usedforsecurity=False)


def is_digest(key: str, algorithm: Algorithm) -> bool:
    """Whether `key` can be a digest of that algorithm: lower-case hexadecimal of the right length."""
    return _DIGEST[algorithm].fullmatch(key) is not None


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
