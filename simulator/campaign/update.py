"""The step `update`: what a scenario says about a stored blob, as an `Update` of the blob manager.

Lives here: reading its keys. Must not live here: making the update (`blobs.update`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from simulator.blobs.update import Retention, StorageClass, Update
from simulator.campaign.step import Step

# As long as S3 keeps a restored copy.
MOST_DAYS = 36_500

_CLASSES: Mapping[str, StorageClass] = {"cold": "cold", "standard": "standard"}

# How a scenario takes a retention away: the word that diagrams show then.
_NEVER = "null"


def instant(text: str) -> datetime | None:
    """Read a time with its zone, such as `2040-01-01T00:00:00Z`; None for the word `null`. Raises `ValueError`."""
    if text == _NEVER:
        return None
    try:
        return Retention(datetime.fromisoformat(text)).until
    except ValueError:
        raise ValueError(f"a time is written as 2040-01-01T00:00:00Z, or {_NEVER} for none") from None


def update_of(step: Step) -> Update:
    """What a step changes."""
    given = step.arguments
    hold, days = given.get("legal-hold"), given.get("restore-days")
    return Update(
        retention=Retention(instant(step.text("retain-until"))) if "retain-until" in given else None,
        legal_hold=None if hold is None else bool(hold),
        storage_class=_CLASSES.get(step.text("storage-class")),
        restore_for=None if days is None else timedelta(days=int(step.text("restore-days"))),
    )
