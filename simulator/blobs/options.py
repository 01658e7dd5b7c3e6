"""What can be chosen for one store.

Lives here: the options, their defaults and their limits (blob-manager.md 1). Must not live here: what they cause.
"""

from typing import Literal, get_args

import msgspec

from simulator.blobs import keys
from simulator.blobs.keys import Algorithm
from simulator.blobs.multipart import Parts

# A digest of 32 digits still has a file name of its own then.
MAX_DEPTH = 15

KeyStrategy = Literal["digest", "document", "managed"]
ExistenceCheck = Literal["metadata", "exists"]


class StoreOptions(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """The options of a store; in TOML with hyphens (`verify-source`).

    prefix: in front of every object key; blank means none, a missing slash at the end is added.
    cache: a local cache in front of S3.
    digest: the algorithm that makes keys, MD5 where none is given.
    key_strategy: what a key is: the `digest` of its content, its `document`, or, `managed`, the key it has elsewhere.
    record: keys are documents, unless a `digest` is given; S3 keeps the versions of each, where the bucket does.
    transactional: changes become final when their transaction does; always so with `record` and `cold_storage`.
    cold_storage: blobs are moved to cold storage and back.
    subdirs_depth: how many directories of two characters an object key has between prefix and key.
    byte_range: a key may end in `;start;end` when it is read.
    digest_async: where S3 can copy, and the digest is not known without reading, it is computed later, as a job.
    verify_source: a server-side copy first asks for the source's metadata.
    existence_check: `metadata` asks `getObjectMetadata`, `exists` asks `doesObjectExist`.
    confirm_cache_hits: content that is cached is only taken for stored when S3 says so.
    verify_digest: what is downloaded under a digest must have it.
    multipart_threshold: content of more bytes is uploaded in parts of part_size bytes, at least the 5 MiB S3 asks for.
    cache_size in bytes, cache_count in entries: beyond either the cache evicts what was not used for longest, but
    nothing that was used less than cache_min_age seconds ago.

    Raises `ValueError` (from `msgspec.convert`: `msgspec.ValidationError`) that names the option.
    """

    prefix: str = ""
    cache: bool = False
    digest: Algorithm | None = None
    digest_async: bool = False
    verify_source: bool = True
    existence_check: ExistenceCheck = "metadata"
    key_strategy: KeyStrategy = "digest"
    record: bool = False
    transactional: bool = False
    cold_storage: bool = False
    subdirs_depth: int = 0
    byte_range: bool = False
    confirm_cache_hits: bool = True
    verify_digest: bool = True
    multipart_threshold: int = 16 << 20
    part_size: int = 5 << 20
    cache_size: int = 100 << 20
    cache_count: int = 10_000
    cache_min_age: int = 3600

    def __post_init__(self) -> None:
        """Refuse what the types alone let through."""
        for option, number, most in (
            ("subdirs-depth", self.subdirs_depth, MAX_DEPTH),
            ("multipart-threshold", self.multipart_threshold, None),
            ("part-size", self.part_size, None),
            ("cache-size", self.cache_size, None),
            ("cache-count", self.cache_count, None),
            ("cache-min-age", self.cache_min_age, None),
        ):
            if number < 0 or (most is not None and number > most):
                limit = "0 or more" if most is None else f"between 0 and {most}"
                raise ValueError(f"option `{option}`: {number} is not {limit}")
        for option, value, allowed in (
            ("digest", self.algorithm, get_args(Algorithm)),
            ("key-strategy", self.key_strategy, get_args(KeyStrategy)),
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

    @property
    def parts(self) -> Parts:
        """How large content is uploaded."""
        return Parts(self.multipart_threshold, self.part_size)

    @property
    def algorithm(self) -> Algorithm:
        """What digests are made with."""
        return self.digest or "md5"

    @property
    def strategy(self) -> KeyStrategy:
        """What a key is, all options considered."""
        return "document" if self.record and self.digest is None else self.key_strategy

    @property
    def is_transactional(self) -> bool:
        """Whether changes are part of transactions, all options considered."""
        return self.transactional or self.record or self.cold_storage
