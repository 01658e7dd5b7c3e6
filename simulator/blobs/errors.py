"""What goes wrong in the system under test, told to its caller.

Lives here: the exceptions of the blob manager. Must not live here: mistakes of the user of `simulator`
(`simulator.errors`); these here are results of an operation, which a scenario may expect.

Law: the S3 error behind one of these, where there is one, is its `__cause__`.
"""


class BlobError(Exception):
    """An operation of the blob manager failed; `str()` says which, on what, and why."""


class BlobNotFound(BlobError):
    """The store `store` has no blob under `key`."""

    def __init__(self, store: str, key: str) -> None:
        super().__init__(store, key)
        self.store = store
        self.key = key

    def __str__(self) -> str:
        """Name the key and the store."""
        return f"Missing blob: {self.key} (store {self.store})"


class BlobNotWritten(BlobError):
    """The content of `key` could not be uploaded to the store `store`; nothing of it is kept."""

    def __init__(self, store: str, key: str) -> None:
        super().__init__(store, key)
        self.store = store
        self.key = key

    def __str__(self) -> str:
        """Name the key; the reason is the cause."""
        return f"Failed to write blob: {self.key}"


class BlobDamaged(BlobError):
    """What came from the store `store` is not the content that `key` is the digest of."""

    def __init__(self, store: str, key: str) -> None:
        super().__init__(store, key)
        self.store = store
        self.key = key

    def __str__(self) -> str:
        """Name the key and the store."""
        return f"Damaged blob: {self.key} (store {self.store}): its content has another digest"


class ConcurrentUpdate(BlobError):
    """Another active transaction changes the blob `key` of the store `store` too."""

    def __init__(self, store: str, key: str) -> None:
        super().__init__(store, key)
        self.store = store
        self.key = key

    def __str__(self) -> str:
        """Name the key and the store."""
        return f"Concurrent update of blob: {self.key} (store {self.store})"


class InvalidKey(BlobError, ValueError):
    """A key or prefix that could lead out of the place it is used in, or that S3 cannot hold."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        """Show the key and what is wrong with it."""
        return f"Invalid key {self.key!r}: {self.reason}"
