"""Where S3 keeps an object: its storage class, and whether its content can be read.

Lives here: `Storage`, and reading it from the answer to a HEAD request. Pure. Must not live here: asking.

Source: Amazon S3 API Reference, "HeadObject", the headers `x-amz-storage-class` and `x-amz-restore`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

# The classes whose content cannot be read before it was restored.
COLD = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_RESTORE = re.compile(r'ongoing-request="(?P<running>true|false)"(?:, expiry-date="(?P<until>[^"]+)")?')


@dataclass(frozen=True, slots=True)
class Storage:
    """The storage class as S3 names it, and the copy of what is in cold storage that can be read meanwhile.

    restoring: such a copy is being made. restored_until: until when there is one, None where there is none.
    """

    storage_class: str = "STANDARD"
    restoring: bool = False
    restored_until: datetime | None = None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> "Storage":
        """Read the answer to a HEAD request; S3 leaves out a class that is the standard one."""
        if not answer.get("StorageClass") and not answer.get("Restore"):
            return ACTIVE
        restore = _RESTORE.fullmatch(answer.get("Restore") or "")
        until = restore["until"] if restore else None
        return cls(
            answer.get("StorageClass") or "STANDARD",
            restore is not None and restore["running"] == "true",
            parsedate_to_datetime(until) if until else None,
        )

    @property
    def is_cold(self) -> bool:
        """Whether it is cold storage, restored or not."""
        return self.storage_class in COLD

    @property
    def is_downloadable(self) -> bool:
        """Whether the content can be read now."""
        return not self.is_cold or self.restored_until is not None


ACTIVE = Storage()
