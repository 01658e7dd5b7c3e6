"""What can be changed about a stored blob but not its content: storage class, retention, legal hold.

Lives here: `Update`, and carrying it out (blob-manager.md 9). Must not live here: which store is meant, when a
transaction lets it happen (`tx_store`).

What is atomic: each of the changes. Their order is retention, legal hold, storage class, restore; the first that fails
ends the update, those before it stay.
"""

import math
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal

from simulator.blobs import keys
from simulator.blobs.announce import CALLER, Announcer
from simulator.blobs.bucket import Bucket

StorageClass = Literal["cold", "standard"]

CLASSES = {"cold": "GLACIER", "standard": "STANDARD"}


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when a blob can be neither deleted nor changed; None takes a retention away."""

    until: datetime | None

    def __post_init__(self) -> None:
        """Refuse a time without time zone."""
        if self.until and self.until.tzinfo is None:
            raise ValueError(f"the time {self.until} has no time zone")

    def __str__(self) -> str:
        """Write the instant in UTC; without one the word `null`."""
        if self.until is None:
            return "null"
        exact = "auto" if self.until.microsecond % 1000 else "milliseconds" if self.until.microsecond else "seconds"
        return self.until.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Update:
    """Changes to one blob; what is None stays as it is.

    restore_for: how long a copy that can be read is kept of a blob in cold storage; S3 counts whole days.
    """

    retention: Retention | None = None
    legal_hold: bool | None = None
    storage_class: StorageClass | None = None
    restore_for: timedelta | None = None

    @property
    def locks(self) -> bool:
        """Whether it is about an object lock, which only a version can have."""
        return self.retention is not None or self.legal_hold is not None

    def then(self, later: "Update") -> "Update":
        """Both changes as one; what is said twice is as the later one says."""
        mine, theirs = ([getattr(each, field.name) for field in fields(Update)] for each in (self, later))
        return Update(*(old if new is None else new for old, new in zip(mine, theirs, strict=True)))


@dataclass(frozen=True, slots=True)
class Updating:
    """One object, or one version of it, that is changed; raises `bucket.S3_ERRORS`."""

    bucket: Bucket
    announce: Announcer
    lifeline: str
    object_key: str
    version: str | None

    def change(self, update: Update) -> str | None:
        """Make the changes in their order; the version that the blob has afterwards, if any."""
        version = self.version
        if update.retention is not None:
            self._tell("update-retention", str(update.retention))
            self.bucket.retain(self.object_key, self.version, update.retention.until)
        if update.legal_hold is not None:
            self._tell("update-hold", "ON" if update.legal_hold else "OFF")
            self.bucket.hold(self.object_key, self.version, on=update.legal_hold)
        if update.storage_class is not None:
            chosen = CLASSES[update.storage_class]
            self._tell("update-class", chosen)
            # S3 changes the class of an object by a copy onto itself: where there are versions, that is a new one.
            version = self.bucket.change_class(self.object_key, self.version, chosen)
        if update.restore_for is not None:
            days = max(1, math.ceil(update.restore_for / timedelta(days=1)))
            self.bucket.restore(self.object_key, version if self.version else None, days)
        return version

    def _tell(self, operation: str, value: str) -> None:
        key = keys.with_version(self.object_key, self.version or keys.NO_VERSION)
        self.announce(operation, CALLER, self.lifeline, key=key, value=value)
