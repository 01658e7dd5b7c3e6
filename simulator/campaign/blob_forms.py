"""The steps of the blob manager and the options of its stores, as forms.

Lives here: tables only (interfaces.md, "Scenario", and blob-manager.md 1 of the design). Must not live here: what the
steps do (`blob_session`).
"""

from collections.abc import Mapping

from simulator.blobs.keys import directory
from simulator.blobs.options import MAX_DEPTH
from simulator.campaign import faults
from simulator.campaign.duration import seconds
from simulator.campaign.step import Arguments, Form, Key
from simulator.campaign.update import MOST_DAYS, instant

# The largest object of S3, in bytes.
_LARGEST = 5 << 40


def _size(value: int) -> None:
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"a size is between 0 and {_LARGEST} bytes")


def _depth(value: int) -> None:
    if not 0 <= value <= MAX_DEPTH:
        raise ValueError(f"a depth is between 0 and {MAX_DEPTH}")


def _not_negative(value: int) -> None:
    if value < 0:
        raise ValueError("it is 0 or more")


def _days(value: int) -> None:
    if not 1 <= value <= MOST_DAYS:
        raise ValueError(f"a number of days is between 1 and {MOST_DAYS}")


def _versions(keys: Arguments) -> None:
    if keys.get("object-lock") and keys.get("versioning") is False:
        raise ValueError('"object-lock" locks versions of objects, so "versioning" cannot be false', "versioning")


def _bytes(value: str) -> None:
    try:
        bytes.fromhex(value)
    except ValueError:
        raise ValueError("bytes are pairs of hexadecimal digits, such as 00ff") from None


_STORE = Key(str, required=True, table="stores")
_BLOB_KEY = Key(str, required=True)
# Where keys are digests, which document a blob belongs to does not matter.
_DOCUMENT = {"document": Key(str), "xpath": Key(str)}
_EXPECTED = {"expect-missing": Key(bool, choices=(True,)), "error": Key(str)}

FORMS: Mapping[str, Form] = {
    "write": Form(
        {
            "store": _STORE,
            "content": Key(str),
            "hex": Key(str, check=_bytes),
            "size": Key(int, check=_size),
            "file": Key(str, path=True),
            **_DOCUMENT,
            "key": Key(str),
            "as": Key(str),
            "error": Key(str),
        },
        one_of=("content", "hex", "size", "file"),
    ),
    "read": Form(
        {"store": _STORE, "key": _BLOB_KEY, "expect": Key(str), "expect-size": Key(int, check=_size), **_EXPECTED},
        at_most_one=("expect", "expect-size", "expect-missing", "error"),
    ),
    "copy": Form(
        {"from": _STORE, "to": _STORE, "key": _BLOB_KEY, **_DOCUMENT, "as": Key(str), **_EXPECTED},
        at_most_one=("expect-missing", "error"),
    ),
    "delete": Form({"store": _STORE, "key": _BLOB_KEY, "error": Key(str)}),
    "exists": Form(
        {"store": _STORE, "key": _BLOB_KEY, **_EXPECTED},
        at_most_one=("expect-missing", "error"),
    ),
    "update": Form(
        {
            "store": _STORE,
            "key": _BLOB_KEY,
            "storage-class": Key(str, choices=("cold", "standard")),
            "restore-days": Key(int, check=_days),
            "retain-until": Key(str, check=instant),
            "legal-hold": Key(bool),
            "as": Key(str),
            **_EXPECTED,
        },
        at_most_one=("expect-missing", "error"),
        some_of=("storage-class", "restore-days", "retain-until", "legal-hold"),
    ),
    "clear-cache": Form({"store": _STORE}),
    "collect-garbage": Form({"store": _STORE, "mark": Key(tuple), "delete": Key(bool), "error": Key(str)}),
    "begin": Form({"error": Key(str)}),
    "commit": Form({"error": Key(str)}),
    "rollback": Form({"error": Key(str)}),
    "run-jobs": Form({"error": Key(str)}),
    "purge": Form({"advance": Key(str, check=seconds), "error": Key(str)}),
    "inject": faults.FORM,
    "mark": Form({}),
}


STORE_FORM = Form(
    {
        "prefix": Key(str, check=directory),
        "cache": Key(bool),
        "digest": Key(str, choices=("md5", "sha-1", "sha-256", "sha-512")),
        "digest-async": Key(bool),
        "verify-source": Key(bool),
        "existence-check": Key(str, choices=("metadata", "exists")),
        "key-strategy": Key(str, choices=("digest", "document", "managed")),
        "record": Key(bool),
        "transactional": Key(bool),
        "cold-storage": Key(bool),
        "subdirs-depth": Key(int, check=_depth),
        "byte-range": Key(bool),
        "confirm-cache-hits": Key(bool),
        "verify-digest": Key(bool),
        "multipart-threshold": Key(int, check=_not_negative),
        "part-size": Key(int, check=_not_negative),
        "cache-size": Key(int, check=_not_negative),
        "cache-count": Key(int, check=_not_negative),
        "cache-min-age": Key(int, check=_not_negative),
    },
)

BUCKET_FORM = Form({"versioning": Key(bool), "object-lock": Key(bool)}, check=_versions)
