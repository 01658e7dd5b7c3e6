"""What every store can do, whatever it is built of.

Lives here: the protocol by which stores are wrapped around each other, and copy from each other. Must not live here:
any store.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from simulator.blobs.bucket import Bucket
from simulator.blobs.content import Content, Fill, Write
from simulator.blobs.naming import Namer, by_digest
from simulator.blobs.options import StoreOptions
from simulator.blobs.storage import Storage
from simulator.blobs.update import Update


class Objects(Protocol):
    """What a copy must know of the store on S3 that it copies from."""

    @property
    def bucket(self) -> Bucket:
        """Where the objects are."""

    @property
    def versions(self) -> bool:
        """Whether keys end in a version."""

    @property
    def replacements(self) -> Mapping[str, str]:
        """The digests that took the place of pseudo-digests."""

    def object_key(self, key: str) -> str:
        """Name the object of new content; raises `InvalidKey`."""

    def writing(self, key: str) -> AbstractContextManager[None]:
        """Keep garbage collection from a blob meanwhile; raises `InvalidKey`."""

    def split(self, key: str) -> tuple[str, str | None]:
        """Take a key apart: the object key, and the version where there are versions; raises `InvalidKey`."""

    def md5(self, key: str) -> str | None:
        """Ask S3 for the MD5 of a blob, None where it does not know; nothing is announced."""

    def size(self, key: str) -> int | None:
        """Ask for the size of a blob in bytes, None where there is none."""

    def check(self, key: str, update: Update) -> None:
        """Refuse an update that can never be made."""


class Store(Protocol):
    """A named store of blobs; every method but the silent `holds` raises `BlobError`."""

    @property
    def name(self) -> str:
        """How errors and callers call it."""

    @property
    def options(self) -> StoreOptions:
        """What it was made from."""

    @property
    def lifeline(self) -> str:
        """Where its local files come from, in announcements."""

    @property
    def base(self) -> Objects:
        """The store on S3 at its bottom."""

    def write(self, content: Content, name: Namer = by_digest) -> str:
        """Store content under the key that `name` gives it, and return that, with its version where there is one."""

    def take(self, fill: Fill, name: Namer = by_digest) -> str:
        """Store what `fill` hands over, as `write` does."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Lend the content as a file at its start; nothing is asked before; raises `BlobNotFound`."""

    def get(self, key: str, write: Write) -> None:
        """Hand over the content piece by piece; raises `BlobNotFound`."""

    def local(self, key: str) -> AbstractContextManager[BinaryIO | None]:
        """Lend a local file with the content, None where there is none."""

    def holds(self, key: str) -> bool:
        """Whether there is a local file with the content; nothing is announced."""

    def copy(self, source: "Store", key: str, target: str | None = None, *, ahead: bool = True) -> str:
        """Take over a blob of another store and return its key here; raises `BlobNotFound`.

        target: that key, as far as it is known without the content. ahead: what is cached there is copied, too.
        """

    def copy_content(self, source: "Store", key: str, name: Namer = by_digest) -> str:
        """Take over a blob whose key here only its content tells; raises `BlobNotFound`."""

    def delete(self, key: str) -> None:
        """Make sure that there is no such blob."""

    def find(self, key: str) -> bool:
        """Ask S3 whether there is such a blob."""

    def status(self, key: str) -> Storage:
        """Tell where S3 keeps a blob; nothing is announced. Raises `BlobNotFound`."""

    def update(self, key: str, update: Update) -> str:
        """Change what is not the content of a blob; return its key afterwards. Raises `BlobNotFound`."""
