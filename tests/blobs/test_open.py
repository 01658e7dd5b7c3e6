"""Contents that are lent as files: when they come, and what becomes of them."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.blobs.errors import BlobDamaged, BlobError, BlobNotFound
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions

Make = Callable[..., BlobManager]
Lines = Callable[[], list[str]]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
EVERY = pytest.mark.parametrize(
    "options",
    [StoreOptions(), StoreOptions(cache=True), StoreOptions(transactional=True), StoreOptions(digest="sha-256")],
    ids=["plain", "cached", "transactional", "sha-256"],
)


@EVERY
def test_it_is_lazy(make: Make, lines: Lines, options: StoreOptions) -> None:
    """Nothing is asked, announced or raised before the block begins."""
    manager = make(main=options)
    key = manager.write("main", b"foo")
    lines()
    there, missing, nowhere = manager.open("main", key), manager.open("main", "0" * 32), manager.open("other", key)
    assert lines() == []
    with there as file:
        assert lines()
        assert (file.read(2), file.read(), file.read()) == (b"fo", b"o", b"")
    assert lines() == []
    with pytest.raises(BlobNotFound), missing:
        pass
    with pytest.raises(BlobError, match="No store 'other'"), nowhere:
        pass


@EVERY
def test_large_content(make: Make, temp_dir: Path, options: StoreOptions) -> None:
    """It can be read from any place, as often as wanted, and nothing of it has a name."""
    content = bytes(range(256)) * 20_000
    manager = make(main=options)
    key = manager.write("main", content)
    manager.clear_cache("main")
    with manager.open("main", key) as file:
        assert list(temp_dir.iterdir()) == []
        assert file.read() == content
        file.seek(-256, io.SEEK_END)
        assert file.read() == bytes(range(256))
    assert manager.read("main", key) == content


@EVERY
def test_what_fails_in_the_block_is_the_callers(make: Make, options: StoreOptions) -> None:
    """An error of the one who reads, also one of the disk, comes out as it is."""
    manager = make(main=options)
    key = manager.write("main", b"foo")
    for _ in range(2):
        with pytest.raises(OSError, match="the reader's disk is full"), manager.open("main", key):
            raise OSError("the reader's disk is full")
        manager.clear_cache("main")
    assert manager.read("main", key) == b"foo"


@EVERY
def test_nothing_damaged_is_lent(make: Make, client: MemoryClient, options: StoreOptions) -> None:
    """Content is verified before any of it can be read."""
    manager = make(main=options)
    key = manager.write("main", b"foo")
    manager.clear_cache("main")
    client.put_object(Bucket="bucket", Key=key, Body=io.BytesIO(b"bar"))
    with pytest.raises(BlobDamaged), manager.open("main", key):
        pytest.fail("it was lent")


def test_a_transaction_reads_its_own(make: Make) -> None:
    """What is lent is what the transaction sees when the block begins."""
    manager = make(main=StoreOptions(transactional=True))
    manager.begin()
    content = manager.open("main", hashlib.md5(b"foo").hexdigest())
    manager.write("main", b"foo")
    with content as file:
        assert file.read() == b"foo"
    manager.rollback()
    with pytest.raises(BlobNotFound), manager.open("main", FOO):
        pass


def test_an_entry_that_is_lent_is_not_evicted(client: MemoryClient, tmp_path: Path) -> None:
    """A cache that has no room keeps an entry as long as somebody reads it, and no longer."""
    options = StoreOptions(cache=True, cache_count=0, cache_min_age=0)
    manager = BlobManager(client, "bucket", {"main": options}, cache_dir=tmp_path)
    key = manager.write("main", b"foo")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    with manager.open("main", key) as file:
        manager.write("main", b"bar")
        manager.clear_cache("main")
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
        assert file.read() == b"foo"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
