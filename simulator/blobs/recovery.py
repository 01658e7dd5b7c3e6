"""Cleaning up after managers that died.

Lives here: what becomes of each thing that a journal says was begun. Must not live here: the journal itself
(`journal`), announcements: no event speaks of recovering.

Laws: promises are kept before anything is deleted, and a content is copied before its old place is emptied. Everything
may be done twice: a recovery that dies is done again by the next one. Nothing newer is replaced by something older.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.blobs import keys
from simulator.blobs.bucket import S3_ERRORS, Bucket
from simulator.blobs.errors import BlobError
from simulator.blobs.journal import Entry, abandoned, living


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was left behind and is settled now, by its object key or path; also what was gone already.

    kept: contents of transactions that were put into their final place. removed: temp files, unfinished entries of
    caches, transient objects.
    """

    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def recover(bucket: Bucket, journals: Path, take_over: Callable[[Entry], object]) -> Recovered:
    """Settle what dead managers began; `journals` is the folder of their journals.

    take_over: told of the jobs that are to be gone on with, and of what they have replaced. Raises `BlobError`.
    """
    kept: list[str] = []
    removed: list[str] = []
    try:
        for entries in abandoned(journals):
            for entry in entries:
                if entry.kind == "promise":
                    _keep(bucket, entry)
                    kept.append(entry.target)
                elif entry.kind in {"job", "replaced"}:
                    take_over(entry)
            for entry in entries:
                if entry.kind in {"file", "folder", "object", "upload"}:
                    _remove(bucket, entry, journals)
                    removed.append(entry.place)
    except (*S3_ERRORS, OSError) as error:
        raise BlobError(f"What a crash left cannot be removed: {error}") from error
    return Recovered(tuple(kept), tuple(removed))


def sweep(bucket: Bucket, folders: Iterable[str], age: float) -> Recovered:
    """Delete transient objects under `folders` that are older than `age` seconds, whoever left them."""
    try:
        return Recovered(removed=tuple(_swept(bucket, sorted(set(folders)), time.time() - age)))
    except S3_ERRORS as error:
        raise BlobError(f"What others left cannot be removed: {error}") from error


def _swept(bucket: Bucket, folders: Sequence[str], before: float) -> Iterator[str]:
    for folder in folders:
        for key, found in list(bucket.listing(folder)):
            name = key.rpartition("/")[2]
            # Another store may have its prefix there: only random keys are transient.
            if keys.random_part(name) == name and found.written < before:
                bucket.delete(key)
                yield key


def _keep(bucket: Bucket, promise: Entry) -> None:
    made = bucket.find(promise.place)
    if made is None:
        return
    there = bucket.find(promise.target)
    # What is newer was written by somebody else since, or is this very content, copied already.
    if there is None or there.written <= made.written:
        bucket.copy(promise.place, promise.target)


def _remove(bucket: Bucket, entry: Entry, journals: Path) -> None:
    match entry.kind:
        case "object":
            bucket.delete(entry.place)
        case "upload":
            for upload in [entry.target] if entry.target else _nameless(bucket, entry.place, journals):
                bucket.abort(entry.place, upload)
        case "folder":
            shutil.rmtree(entry.place, ignore_errors=True)
        case _:
            Path(entry.place).unlink(missing_ok=True)


def _nameless(bucket: Bucket, key: str, journals: Path) -> Iterator[str]:
    """The uploads to `key` whose name nobody got to know: none is in a journal, and no part was sent."""
    named = living(journals)
    for found, upload in list(bucket.uploads(key)):
        if found == key and Entry("upload", key, upload) not in named and not bucket.has_parts(key, upload):
            yield upload
