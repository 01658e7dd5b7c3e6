"""Which key a content gets in a store.

Lives here: the key strategies, as functions from what a caller gives to a key (blob-manager.md 3 and 4). Pure. Must not
live here: S3, caches.
"""

from collections.abc import Callable

from simulator.blobs import keys
from simulator.blobs.errors import InvalidKey
from simulator.blobs.options import StoreOptions

# From the digest of a content to its key. Raises `InvalidKey`.
Namer = Callable[[str], str]


def by_digest(digest: str) -> str:
    """Name content after itself."""
    return digest


def constant(key: str) -> Namer:
    """Name content as is known already."""
    return lambda _: key


def namer(options: StoreOptions, document: str = "", key: str | None = None) -> Namer:
    """Choose how a store names new content: by the key that is given, by its document, or by its digest."""
    if key is None and options.strategy != "document":
        return by_digest
    return lambda _: checked(document if key is None else key)


def target_of(options: StoreOptions, source: StoreOptions, key: str, document: str = "") -> str | None:
    """Tell the key of a copy; None where only the content tells. Raises `InvalidKey` without the document it needs."""
    match options.strategy:
        case "document":
            return checked(document)
        case "managed":
            return key.partition("@")[0]
    same = source.strategy == "digest" and source.algorithm == options.algorithm
    return key if same and keys.is_digest(key, options.algorithm) else None


def checked(key: str) -> str:
    """Let a key from outside in as the name of new content."""
    if not key:
        raise InvalidKey(key, "content needs the name of its document here")
    if "@" in key:
        raise InvalidKey(key, "'@' stands between a key and its version")
    return key
