"""Which key a content gets in a store.

Lives here: the key strategies, as functions from what a caller gives to a key (blob-manager.md 3 and 4). Pure. Must not
live here: S3, caches.
"""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.blobs import keys
from simulator.blobs.errors import InvalidKey
from simulator.blobs.options import StoreOptions

# From the digest of a content to its key. Raises `InvalidKey`.
Namer = Callable[[str], str]

# How the main content of a document is called.
_MAIN = {"", "content", "file:content"}
_IN_KEYS = str.maketrans(":/", "_-")


def by_digest(digest: str) -> str:
    """Name content after itself."""
    return digest


def constant(key: str) -> Namer:
    """Name content as is known already."""
    return lambda _: key


@dataclass(frozen=True, slots=True)
class Document:
    """Where content belongs: a document, and the place in it; the main one where `xpath` is empty."""

    name: str = ""
    xpath: str = ""

    def key(self, options: StoreOptions) -> str:
        """Name its content. Raises `InvalidKey` without a document, and for a record at any but the main place."""
        if not self.name or self.xpath in _MAIN:
            return checked(self.name)
        if options.record:
            raise InvalidKey(self.xpath, "of a record only the main content is kept")
        return checked(f"{self.name}-{self.xpath.translate(_IN_KEYS)}")


def namer(options: StoreOptions, document: Document, key: str | None = None) -> Namer:
    """Choose how a store names new content: by the key that is given, by its document, or by its digest."""
    if key is not None:
        return lambda _: _explicit(options, key)
    return by_digest if options.strategy != "document" else lambda _: document.key(options)


def target_of(options: StoreOptions, source: StoreOptions, key: str, document: Document) -> str | None:
    """Tell the key of a copy; None where only the content tells. Raises `InvalidKey` without the document it needs."""
    match options.strategy:
        case "document":
            return document.key(options)
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


def _explicit(options: StoreOptions, key: str) -> str:
    if options.strategy == "digest" and keys.is_random(key):
        raise InvalidKey(key, "such keys are made for content whose digest is not known yet")
    return checked(key)
