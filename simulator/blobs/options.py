"""What can be chosen for one store.

Lives here: the options, their defaults and their limits (blob-manager.md 1). Must not live here: what they cause.
"""

from typing import Literal, get_args

import msgspec

from simulator.blobs import keys
from simulator.blobs.keys import Algorithm

ExistenceCheck = Literal["metadata", "exists"]


class StoreOptions(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """The options of a store; in TOML with hyphens (`verify-source`).

    prefix: in front of every object key; blank means none, a missing slash at the end is added.
    cache: a local cache in front of S3; only `false` so far.
    digest: the algorithm that makes keys.
    verify_source: a server-side copy first asks for the source's metadata.
    existence_check: `metadata` asks `getObjectMetadata`, `exists` asks `doesObjectExist`.

    Raises `ValueError` (from `msgspec.convert`: `msgspec.ValidationError`) that names the option.
    """

    prefix: str = ""
    cache: bool = False
    digest: Algorithm = "md5"
    verify_source: bool = True
    existence_check: ExistenceCheck = "metadata"

    def __post_init__(self) -> None:
        """Refuse what the types alone let through."""
        if self.cache:
            raise ValueError("option `cache`: only false is possible so far")
        for option, value, allowed in (
            ("digest", self.digest, get_args(Algorithm)),
            ("existence-check", self.existence_check, get_args(ExistenceCheck)),
        ):
            if value not in allowed:
                raise ValueError(f"option `{option}`: {value!r} is none of {', '.join(allowed)}")
        try:
            keys.directory(self.prefix)
        except ValueError as error:
            raise ValueError(f"option `prefix`: {error}") from error

    @property
    def directory(self) -> str:
        """The prefix, complete: empty, or ending with a slash."""
        return keys.directory(self.prefix)
