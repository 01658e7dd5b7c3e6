"""Transactions: several at a time, failures at their end, and what is left behind (nothing)."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend
from simulator.blobs.errors import BlobError, BlobNotFound, BlobNotWritten, ConcurrentUpdate
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

Make = Callable[..., BlobManager]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
TX = StoreOptions(transactional=True)
RECORD = StoreOptions(record=True)
KINDS = pytest.mark.parametrize("cache", [False, True], ids=["plain", "cached"])


def refusal() -> ClientError:
    """The error of an S3 service that refuses."""
    answer: Any = {"Error": {"Code": "SlowDown", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
    return ClientError(answer, "Operation")


def objects(client: MemoryClient) -> list[tuple[str, bytes]]:
    """All objects and their content."""
    return list(Backend("memory", client, "bucket").objects(""))


@KINDS
def test_same_content_in_two_transactions(make: Make, client: MemoryClient, *, cache: bool) -> None:
    """Identical content under a digest is no conflict: both commit, and nothing transient is left."""
    manager = make(main=StoreOptions(transactional=True, cache=cache))
    other = copy_context()
    manager.begin()
    other.run(manager.begin)
    assert manager.write("main", b"foo") == FOO
    assert other.run(manager.write, "main", b"foo") == FOO
    manager.commit()
    other.run(manager.commit)
    assert objects(client) == [(FOO, b"foo")]
    assert manager.read("main", FOO) == b"foo"


def test_same_document_in_two_transactions(make: Make, client: MemoryClient, operations: list[Operation]) -> None:
    """The second one is refused, its content deleted and its frame closed; afterwards the document is free again."""
    manager = make(main=RECORD)
    other = copy_context()
    manager.begin()
    other.run(manager.begin)
    manager.write("main", b"foo", document="id1")
    for attempt in (lambda: manager.write("main", b"bar", document="id1"), lambda: manager.delete("main", "id1")):
        with pytest.raises(ConcurrentUpdate, match=r"^Concurrent update of blob: id1") as caught:
            other.run(attempt)
        assert (caught.value.store, caught.value.key) == ("main", "id1")
    assert [operation.name for operation in operations].count("tx-write-end") == 2
    manager.commit()
    assert objects(client) == [("id1", b"foo")]
    other.run(manager.write, "main", b"bar", document="id1")
    other.run(manager.commit)
    assert objects(client) == [("id1", b"bar")]


def test_others_do_not_see_what_is_not_committed(make: Make) -> None:
    """Content, and its deletion, is the transaction's own until it commits."""
    manager = make(main=TX)
    other = copy_context()
    manager.begin()
    manager.write("main", b"foo")
    with pytest.raises(BlobNotFound):
        other.run(manager.read, "main", FOO)
    manager.commit()
    manager.begin()
    manager.delete("main", FOO)
    assert other.run(manager.read, "main", FOO) == b"foo"
    assert not manager.exists("main", FOO)
    manager.rollback()
    assert manager.read("main", FOO) == b"foo"


def test_copy_of_what_is_not_committed(make: Make, client: MemoryClient) -> None:
    """Inside its transaction new content is copied like any other."""
    manager = make(main=TX, other=StoreOptions(prefix="other/"))
    manager.begin()
    manager.copy("main", "other", manager.write("main", b"foo"))
    manager.rollback()
    assert objects(client) == [(f"other/{FOO}", b"foo")]


@KINDS
def test_failed_upload_closes_the_frame(
    make: Make, client: MemoryClient, operations: list[Operation], *, cache: bool
) -> None:
    """The frame ends, nothing is left, and the transaction goes on."""
    manager = make({"put_object": refusal()}, main=StoreOptions(transactional=True, cache=cache))
    manager.begin()
    with pytest.raises(BlobNotWritten):
        manager.write("main", b"foo")
    assert [operation.name for operation in operations][0 :: len(operations) - 1] == ["tx-write", "tx-write-end"]
    manager.commit()
    assert objects(client) == []


def test_failures_of_a_commit_are_told_together(make: Make, operations: list[Operation]) -> None:
    """Every key is tried, all errors are raised in one group, the last mark comes, and the transaction is over."""
    faults: dict[str, BaseException] = {"nothing_yet": refusal()}
    manager = make(faults, main=TX)
    manager.begin()
    manager.write("main", b"foo")
    manager.write("main", b"bar")
    faults["head_object"] = refusal()
    with pytest.raises(ExceptionGroup, match="not all of it could be stored") as caught:
        manager.commit()
    assert [type(problem) for problem in caught.value.exceptions] == [BlobError, BlobError]
    assert operations[-1].name == "tx-end"
    assert not manager.in_transaction


def test_transactions_do_not_nest(make: Make) -> None:
    """There is one at a time, and none to end before it begins."""
    manager = make(main=TX)
    for end in (manager.commit, manager.rollback):
        with pytest.raises(BlobError, match="There is no transaction"):
            end()
    manager.begin()
    with pytest.raises(BlobError, match="There is a transaction already"):
        manager.begin()
