"""The rows of the behaviour: what each operation announces, in order, what it returns and what it leaves."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.blobs.backends import Backend
from simulator.blobs.errors import BlobError, BlobNotFound, InvalidKey
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.events import Operation

Make = Callable[..., BlobManager]
Lines = Callable[[], list[str]]

FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
FOO_SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
EMPTY = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.fixture
def objects(client: MemoryClient) -> Callable[[], dict[str, bytes]]:
    """All objects of the bucket, by key."""
    return lambda: dict(Backend("memory", client, "bucket").objects(""))


@pytest.fixture(autouse=True)
def no_temp_file_is_left(temp_dir: Path) -> Iterator[None]:
    """Whatever a test does here, no temp file is left."""
    yield
    assert list(temp_dir.iterdir()) == []


def test_write_new(make: Make, lines: Lines) -> None:
    """New content goes to a temp file, is asked for, uploaded from the temp file, which is then removed."""
    assert make().write("main", b"foo") == FOO
    assert lines() == [
        "Nuxeo->tmp temp-write T1",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-missing",
        f"tmp->S3 put 3 {FOO}",
        "tmp->tmp temp-delete T1",
    ]


def test_write_again(make: Make, lines: Lines) -> None:
    """Content that is there already is not uploaded again."""
    manager = make()
    manager.write("main", b"foo")
    lines()
    assert manager.write("main", io.BytesIO(b"foo")) == FOO
    assert lines() == [
        "Nuxeo->tmp temp-write T1",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-found 3",
        "tmp->tmp temp-delete T1",
    ]


def test_write_file(make: Make, lines: Lines, tmp_path: Path) -> None:
    """A blob backed by a file is uploaded from there, without a temp file."""
    path = tmp_path / "foo.txt"
    path.write_bytes(b"foo")
    assert make().write("main", path) == FOO
    assert lines() == [f"Nuxeo->S3 head {FOO}", "S3->Nuxeo head-missing", f"Nuxeo->S3 put 3 {FOO}"]
    assert path.read_bytes() == b"foo"


def test_write_nothing(make: Make, lines: Lines) -> None:
    """Empty content is content."""
    manager = make()
    assert manager.write("main", b"") == EMPTY
    assert f"tmp->S3 put 0 {EMPTY}" in lines()
    assert manager.read("main", EMPTY) == b""


def test_write_rest_of_stream(make: Make) -> None:
    """A stream is read from where it stands, and is left open."""
    stream = io.BytesIO(b"xfoo")
    stream.read(1)
    assert make().write("main", stream) == FOO
    assert not stream.closed


def test_write_under_prefix(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """The prefix stands in announcements and in S3, not in the key; its slash may be left out."""
    assert make(main=StoreOptions(prefix="deep/er")).write("main", b"foo") == FOO
    assert f"tmp->S3 put 3 deep/er/{FOO}" in lines()
    assert objects() == {f"deep/er/{FOO}": b"foo"}


@pytest.mark.parametrize(("algorithm", "size"), [("md5", 32), ("sha-1", 40), ("sha-256", 64), ("sha-512", 128)])
def test_write_with_algorithm(make: Make, algorithm: str, size: int) -> None:
    """The option `digest` makes the key."""
    manager = make(main=StoreOptions(digest=algorithm))  # type: ignore[arg-type]  # parameters of tests are plain text
    key = manager.write("main", b"foo")
    assert len(key) == size
    assert manager.read("main", key) == b"foo"


def test_root_does_not_show(
    client: MemoryClient, operations: list[Operation], objects: Callable[[], dict[str, bytes]], temp_dir: Path
) -> None:
    """The root is in front of every object key and in no announcement."""
    stores = {"main": StoreOptions(), "other": StoreOptions(prefix="other/")}
    manager = BlobManager(client, "bucket", stores, observer=operations.append, temp_dir=temp_dir, root="run-1/")
    manager.copy("main", "other", manager.write("main", b"foo"))
    assert objects() == {f"run-1/{FOO}": b"foo", f"run-1/other/{FOO}": b"foo"}
    assert not [operation for operation in operations if "run-1" in str(operation)]


def test_temp_name(make: Make, operations: list[Operation]) -> None:
    """The random part of a temp name is plain letters, differs each time, and is announced as volatile."""
    manager = make()
    manager.write("main", b"foo")
    manager.write("main", b"foo")
    temps = [operation for operation in operations if operation.name.startswith("temp-")]
    names = [str(operation.values["temp"]) for operation in temps]
    assert names[0] == names[1] != names[2] == names[3]
    assert all(name.isalnum() and name.isascii() for name in names)
    assert [operation.volatile for operation in temps] == [{"TMP": name} for name in names]
    assert all(operation.volatile == {} for operation in operations if operation not in temps)


def test_temp_file_is_real(client: MemoryClient, temp_dir: Path) -> None:
    """The temp file is there, private, with the whole content, from the question to S3 until its removal."""
    seen: dict[str, list[tuple[str, bytes, int]]] = {}

    def look(operation: Operation) -> None:
        seen[operation.name] = [
            (path.name, path.read_bytes(), path.stat().st_mode & 0o777) for path in temp_dir.iterdir()
        ]

    BlobManager(client, "bucket", {"main": StoreOptions()}, observer=look, temp_dir=temp_dir).write("main", b"foo")
    [(name, content, mode)] = seen["head"]
    assert name.startswith("bin_")
    assert name.endswith(".tmp")
    assert (content, mode) == (b"foo", 0o600)
    assert seen == {"temp-write": [], **dict.fromkeys(("head", "head-missing", "put", "temp-delete"), seen["head"])}


def test_announced_before_or_after(client: MemoryClient, temp_dir: Path) -> None:
    """Uploads, copies and deletes are announced before S3 is asked to act, answers afterwards."""
    states: list[tuple[str, int]] = []

    def look(operation: Operation) -> None:
        states.append((operation.name, len(client.list_objects_v2(Bucket="bucket")["Contents"])))

    stores = {"main": StoreOptions(verify_source=False), "other": StoreOptions(prefix="other", verify_source=False)}
    manager = BlobManager(client, "bucket", stores, observer=look, temp_dir=temp_dir)
    manager.delete("other", manager.copy("main", "other", manager.write("main", b"foo")))
    assert states == [
        ("temp-write", 0),
        ("head", 0),
        ("head-missing", 0),
        ("put", 0),
        ("temp-delete", 1),
        ("head", 1),
        ("head-missing", 1),
        ("copy", 1),
        ("copied", 2),
        ("delete", 2),
    ]
    assert len(client.list_objects_v2(Bucket="bucket")["Contents"]) == 1


def test_read(make: Make, lines: Lines) -> None:
    """Reading is one announcement, with the size that came."""
    manager = make()
    manager.write("other", b"foo")
    lines()
    assert manager.read("other", FOO) == b"foo"
    assert lines() == [f"S3->Nuxeo get 3 other/{FOO}"]


def test_read_absent(make: Make, lines: Lines) -> None:
    """Reading what is not there says so, with store and key."""
    with pytest.raises(BlobNotFound, match=rf"Missing blob: {FOO} \(store other\)") as caught:
        make().read("other", FOO)
    assert (caught.value.store, caught.value.key) == ("other", FOO)
    assert lines() == [f"S3->Nuxeo get-missing other/{FOO}"]


def test_copy(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """The target is asked first, then the source; then S3 copies."""
    manager = make()
    manager.write("main", b"foo")
    lines()
    assert manager.copy("main", "other", FOO) == FOO
    assert lines() == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-found 3",
        f"Nuxeo->S3 copy {FOO} other/{FOO}",
        "S3->Nuxeo copied",
    ]
    assert objects() == {FOO: b"foo", f"other/{FOO}": b"foo"}


def test_copy_from_prefix(make: Make, lines: Lines) -> None:
    """The source too is announced with its prefix."""
    manager = make()
    manager.write("other", b"foo")
    lines()
    manager.copy("other", "main", FOO)
    assert lines()[2:5] == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-found 3",
        f"Nuxeo->S3 copy other/{FOO} {FOO}",
    ]


def test_copy_without_verifying(make: Make, lines: Lines) -> None:
    """With `verify-source` off at the target, the source is not asked."""
    manager = make(main=StoreOptions(), other=StoreOptions(prefix="other/", verify_source=False))
    manager.write("main", b"foo")
    lines()
    manager.copy("main", "other", FOO)
    assert lines() == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 copy {FOO} other/{FOO}",
        "S3->Nuxeo copied",
    ]


def test_copy_onto_existing(make: Make, lines: Lines) -> None:
    """What the target has already is not copied, nor is the source asked."""
    manager = make()
    manager.write("other", b"foo")
    lines()
    assert manager.copy("main", "other", FOO) == FOO
    assert lines() == [f"Nuxeo->S3 head other/{FOO}", "S3->Nuxeo head-found 3"]


def test_copy_absent(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """Copying what is not there names the source, and leaves nothing at the target."""
    with pytest.raises(BlobNotFound) as caught:
        make().copy("main", "other", FOO)
    assert (caught.value.store, caught.value.key) == ("main", FOO)
    assert lines() == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-missing",
    ]
    assert objects() == {}


def test_copy_absent_without_verifying(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """Without the question it is the copy that finds nothing."""
    with pytest.raises(BlobNotFound):
        make(main=StoreOptions(), other=StoreOptions(prefix="other/", verify_source=False)).copy("main", "other", FOO)
    assert lines() == [
        f"Nuxeo->S3 head other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 copy {FOO} other/{FOO}",
        "S3->Nuxeo copy-missing",
    ]
    assert objects() == {}


def test_copy_in_one_store(make: Make, lines: Lines) -> None:
    """In one and the same store a copy is the key itself; nothing is asked, not even whether it is there."""
    assert make().copy("main", "main", FOO) == FOO
    assert lines() == []


@pytest.mark.parametrize("key", [FOO, "no-digest", "0" * 64])
def test_copy_with_another_algorithm(make: Make, client: MemoryClient, lines: Lines, key: str) -> None:
    """Where the key cannot be kept, the content is read from the source while it is written to a temp file."""
    manager = make(main=StoreOptions(), sha=StoreOptions(prefix="sha/", digest="sha-256"))
    client.put_object(Bucket="bucket", Key=key, Body=io.BytesIO(b"foo"))
    assert manager.copy("main", "sha", key) == FOO_SHA
    assert lines() == [
        "Nuxeo->tmp temp-write T1",
        f"S3->Nuxeo get 3 {key}",
        f"Nuxeo->S3 head sha/{FOO_SHA}",
        "S3->Nuxeo head-missing",
        f"tmp->S3 put 3 sha/{FOO_SHA}",
        "tmp->tmp temp-delete T1",
    ]


def test_copy_of_key_that_is_no_digest(make: Make, client: MemoryClient, lines: Lines) -> None:
    """Also with equal algorithms, a key that is no digest is not taken over: the content gets its own."""
    client.put_object(Bucket="bucket", Key="by-hand", Body=io.BytesIO(b"foo"))
    assert make().copy("main", "other", "by-hand") == FOO
    assert f"tmp->S3 put 3 other/{FOO}" in lines()


def test_copy_absent_with_another_algorithm(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """The temp file that waited for the content is removed when there is none."""
    with pytest.raises(BlobNotFound) as caught:
        make(main=StoreOptions(), sha=StoreOptions(prefix="sha/", digest="sha-256")).copy("main", "sha", FOO)
    assert caught.value.store == "main"
    assert lines() == ["Nuxeo->tmp temp-write T1", f"S3->Nuxeo get-missing {FOO}", "tmp->tmp temp-delete T1"]
    assert objects() == {}


def test_delete(make: Make, lines: Lines, objects: Callable[[], dict[str, bytes]]) -> None:
    """Deleting is one announcement; only that store's object goes."""
    manager = make()
    manager.copy("main", "other", manager.write("main", b"foo"))
    lines()
    manager.delete("main", FOO)
    assert lines() == [f"Nuxeo->S3 delete {FOO}"]
    assert objects() == {f"other/{FOO}": b"foo"}


def test_delete_absent(make: Make, lines: Lines) -> None:
    """Deleting what is not there looks the same."""
    make().delete("main", FOO)
    assert lines() == [f"Nuxeo->S3 delete {FOO}"]


def test_exists(make: Make, lines: Lines) -> None:
    """Whether a blob exists is the existence check and nothing else."""
    manager = make()
    assert not manager.exists("main", FOO)
    assert lines() == [f"Nuxeo->S3 head {FOO}", "S3->Nuxeo head-missing"]
    manager.write("main", b"foo")
    lines()
    assert manager.exists("main", FOO)
    assert lines() == [f"Nuxeo->S3 head {FOO}", "S3->Nuxeo head-found 3"]


def test_other_words_of_the_existence_check(make: Make, lines: Lines) -> None:
    """With `existence-check = "exists"` question and answer are other ones; the source is still asked for metadata."""
    options = StoreOptions(prefix="other/", existence_check="exists")
    manager = make(main=StoreOptions(), other=options)
    assert not manager.exists("other", FOO)
    assert lines() == [f"Nuxeo->S3 exists other/{FOO}", "S3->Nuxeo head-missing"]
    manager.write("main", b"foo")
    lines()
    manager.copy("main", "other", FOO)
    assert lines()[:4] == [
        f"Nuxeo->S3 exists other/{FOO}",
        "S3->Nuxeo head-missing",
        f"Nuxeo->S3 head {FOO}",
        "S3->Nuxeo head-found 3",
    ]
    assert manager.exists("other", FOO)
    assert lines()[-1] == "S3->Nuxeo exists-found"


@pytest.mark.parametrize(
    "use",
    [
        lambda manager: manager.read("other", "../x"),
        lambda manager: manager.exists("other", "../x"),
        lambda manager: manager.delete("other", "../x"),
        lambda manager: manager.copy("main", "other", "../x"),
        lambda manager: manager.copy("main", "main", "../x"),
    ],
)
def test_key_that_escapes(make: Make, lines: Lines, use: Callable[[BlobManager], object]) -> None:
    """No operation takes a key that leads out of its store; nothing is asked or done."""
    with pytest.raises(InvalidKey):
        use(make())
    assert lines() == []


@pytest.mark.parametrize(
    "use",
    [
        lambda manager: manager.write("none", b""),
        lambda manager: manager.read("none", FOO),
        lambda manager: manager.copy("main", "none", FOO),
        lambda manager: manager.copy("none", "main", FOO),
    ],
)
def test_unknown_store(make: Make, lines: Lines, use: Callable[[BlobManager], object]) -> None:
    """A store that is not there is named, with those that are."""
    with pytest.raises(BlobError, match="No store 'none'; there are: main, other"):
        use(make())
    assert lines() == []


def test_unobserved(client: MemoryClient, temp_dir: Path) -> None:
    """Without an observer everything works the same."""
    manager = BlobManager(client, "bucket", {"main": StoreOptions()}, temp_dir=temp_dir)
    assert manager.read("main", manager.write("main", b"foo")) == b"foo"
