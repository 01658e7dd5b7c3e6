"""Watched folders: what is told of the changes in them, by whomever they are made."""

import asyncio
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator import check, draw, record
from simulator.diagram.parser import parse
from simulator.errors import ConfigurationError
from simulator.events import Event
from simulator.interaction.vocabulary import AWS
from simulator.recording.recorder import Recorder

Program = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file called `old`."""
    inner = tmp_path / "folder"
    inner.mkdir()
    (inner / "old").write_bytes(b"12345")
    return inner


def lines(events: tuple[Event, ...]) -> list[str]:
    """What is told, one line each: label, then notes."""
    return [" | ".join([event.label, *(note.text for note in event.notes)]) for event in events]


def heard(folder: Path, program: Program) -> list[str]:
    """What is told of a program that knows nothing of us."""
    recorder = Recorder("run", AWS.word)
    with recorder.watch(folder, "disk"):
        program(folder)
    assert {(event.source, event.target) for event in recorder.events} <= {("Caller", "disk")}
    return lines(recorder.events)


def save(folder: Path) -> None:
    """Write a file as careful programs do."""
    descriptor, path = tempfile.mkstemp(dir=folder, prefix="save-", suffix=".tmp")
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"123")
    Path(path).replace(folder / "saved")


def make_folders(folder: Path) -> None:
    """Make two folders, one in the other, twice, and remove one."""
    for _ in range(2):
        (folder / "a" / "b").mkdir(parents=True, exist_ok=True)
    (folder / "a" / "b").rmdir()


def make_links(folder: Path) -> None:
    """Make a hard link, a soft one, and one to elsewhere."""
    (folder / "hard").hardlink_to(folder / "old")
    (folder / "soft").symlink_to("old")
    (folder / "away").symlink_to("/etc/passwd")


def plant_and_fell(folder: Path) -> None:
    """Make a folder with something in it, and remove all of it."""
    (folder / "a").mkdir()
    (folder / "a" / "b").write_text("")
    shutil.rmtree(folder / "a")


def open_twice(folder: Path) -> None:
    """Open a file without Python's file objects."""
    for _ in range(2):
        os.close(os.open(folder / "new", os.O_CREAT | os.O_WRONLY))


def open_by_opener(folder: Path) -> None:
    """Open a file with an opener of its own."""
    with open(folder / "new", "xb", opener=lambda path, flags: os.open(path, flags, 0o600)):
        pass


def rename_by_descriptor(folder: Path) -> None:
    """Name files as seen from an open folder."""
    place = os.open(folder, os.O_RDONLY)
    os.rename("old", "new", src_dir_fd=place, dst_dir_fd=place)
    os.close(place)


def move_in(folder: Path) -> None:
    """Take over a file of another folder."""
    shutil.copy(folder / "old", folder.parent / "copy")
    (folder.parent / "copy").rename(folder / "new")


PROGRAMS: dict[str, tuple[Program, list[str]]] = {
    "create": (lambda folder: (folder / "new").write_bytes(b"1"), ["create | new"]),
    "write": (lambda folder: (folder / "old").write_bytes(b"1"), ["write | old"]),
    "append": (lambda folder: (folder / "old").open("a").close(), ["write | old"]),
    "truncate": (lambda folder: os.truncate(folder / "old", 2), ["write | old"]),
    "read": (lambda folder: (folder / "old").read_bytes(), []),
    "look": (lambda folder: list(folder.iterdir()), []),
    "rename": (lambda folder: (folder / "old").rename(folder / "new"), ["rename | old | To: new"]),
    "move out": (lambda folder: (folder / "old").rename(folder.parent / "new"), ["rename | old"]),
    "move in": (move_in, ["rename | To: new"]),
    "delete": (lambda folder: (folder / "old").unlink(), ["delete | old"]),
    "folders": (make_folders, ["mkdir | a", "mkdir | a/b", "rmdir | a/b"]),
    "links": (make_links, ["link | hard | To: old", "symlink | soft | To: old", "symlink | away"]),
    "a tree": (plant_and_fell, ["mkdir | a", "create | a/b", "rmtree | a"]),
    "all of it": (lambda folder: shutil.rmtree(folder.parent), ["rmtree | ."]),
    "compressed": (lambda folder: gzip.open(folder / "new.gz", "wb").close(), ["create | new.gz"]),
    "copied": (lambda folder: shutil.copy(folder / "old", folder / "new"), ["create | new"]),
    "by an opener": (open_by_opener, ["create | new"]),
    "twice": (open_twice, ["create | new", "write | new"]),
    "by descriptor": (rename_by_descriptor, ["rename | old | To: new"]),
    "elsewhere": (lambda folder: (folder.parent / "folder2").write_text(""), []),
    "as bytes": (lambda folder: os.remove(bytes(folder / "old")), ["delete | old"]),  # noqa: PTH107 - bytes
}

FAILING: dict[str, Program] = {
    "no such file": lambda folder: (folder / "none").unlink(),
    "no such folder": lambda folder: (folder / "none" / "new").write_text(""),
    "there already": lambda folder: (folder / "old").open("x"),
    "a folder is there": lambda folder: folder.mkdir(),
    "no file to write": lambda folder: folder.open("w"),
    "not there to write": lambda folder: (folder / "none").open("r+"),
    "nothing to rename": lambda folder: (folder / "none").rename(folder / "new"),
    "not empty": lambda folder: folder.rmdir(),
    "no path": lambda folder: open(f"{folder}/\0", "w"),  # noqa: PTH123, SIM115 - fails
    "no text": lambda folder: open([folder], "w"),  # type: ignore[call-overload]  # noqa: PTH123, SIM115 - fails
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_changes_are_told_whoever_makes_them(folder: Path, name: str) -> None:
    """Each program gives the events beside it."""
    program, expected = PROGRAMS[name]
    assert heard(folder, program) == expected


@pytest.mark.parametrize("name", FAILING)
def test_what_must_fail_is_not_told(folder: Path, name: str) -> None:
    """The program gets the error that it always gets, and no event says that something happened."""
    with pytest.raises((OSError, ValueError, TypeError)):
        FAILING[name](folder)
    recorder = Recorder("run", AWS.word)
    with recorder.watch(folder), pytest.raises((OSError, ValueError, TypeError)):
        FAILING[name](folder)
    assert recorder.events == ()


def test_random_names_are_holes(folder: Path) -> None:
    """What `tempfile` makes up is a hole, wherever the name comes again, so a drawn run allows the next one."""

    def program(folder: Path) -> None:
        save(folder)
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            save(Path(inner))
        with tempfile.NamedTemporaryFile(dir=folder, prefix="a.", suffix=".b"), tempfile.TemporaryFile(dir=folder):
            pass

    first, second = Recorder("run", AWS.word), Recorder("run", AWS.word)
    for recorder in (first, second):
        with recorder.watch(folder, "disk"):
            program(folder)
    text = draw(first)
    assert [line.removeprefix("hnote right: ") for line in text.splitlines() if line.startswith("hnote")] == [
        *("save-${TMP1}.tmp", "save-${TMP1}.tmp", "To: saved"),
        *("${DIR1}", "${DIR1}/save-${TMP2}.tmp", "${DIR1}/save-${TMP2}.tmp", "To: ${DIR1}/saved", "${DIR1}"),
        *("a.${TMP3}.b", "a.${TMP3}.b"),
    ]
    assert check(parse(text)[0], second).conforms


def test_sizes_are_known_where_they_can_be(folder: Path) -> None:
    """The size is that of the file when it next changes or the events are read; a file that is gone has none."""
    recorder = Recorder("run", AWS.word)
    with recorder.watch(folder):
        save(folder)
        (folder / "old").write_bytes(b"1")
        (folder / "old").write_bytes(b"12")
        file = (folder / "open").open("wb", buffering=0)
        file.write(b"1234")
        before = [event.attributes.get("size") for event in recorder.events]
        (folder / "none").write_bytes(b"1")
        os.rename(folder, folder.parent / "moved")  # noqa: PTH104 - behind the back of everybody's paths
    file.close()
    assert before == [3, None, 1, 2, 4]
    assert recorder.events[-2].attributes["size"] == 1


def test_transfers_of_boto3_have_random_names_too(s3: Any, folder: Path) -> None:
    """A download is a file with random digits that gets its name when it is whole."""
    s3.put_object(Bucket="bucket", Key="k", Body=b"123")
    with record(s3, folders={"disk": folder}) as trace:
        s3.download_file("bucket", "k", str(folder / "new.cafe0000"))
    assert lines(trace.events)[-2:] == [
        f"create | new.cafe0000.{trace.events[-1].attributes['volatile']['TMP']}",
        f"rename | new.cafe0000.{trace.events[-1].attributes['volatile']['TMP']} | To: new.cafe0000",
    ]
    assert "new.cafe0000.${TMP1}" in draw(trace)


def test_code_that_can_be_changed_works_through_the_object(folder: Path) -> None:
    """The folder offers what changes files, and tells the same without any hook."""
    recorder = Recorder("run", AWS.word, caller="App")
    disk = recorder.watch(folder, "disk")
    with disk.open("new", "w") as file:
        file.write("123")
    with disk.open("new") as file:
        assert file.read() == "123"
    disk.rename("new", "newer")
    disk.mkdir("inner")
    with disk.temp_file(prefix="a-", suffix=".b") as temp:
        temp.write(b"1")
    disk.remove("newer")
    assert draw(recorder).splitlines()[3:-1] == [
        *("App -> disk: create", "hnote right: new"),
        *("App -> disk: rename", "hnote right: new", "hnote right: To: newer"),
        *("App -> disk: mkdir", "hnote right: inner"),
        *("App -> disk: create", "hnote right: a-${TMP1}.b"),
        *("App -> disk: delete", "hnote right: a-${TMP1}.b"),
        *("App -> disk: delete", "hnote right: newer"),
    ]
    assert [event.attributes.get("size") for event in recorder.events] == [3, None, None, 1, None, None]
    assert sorted(path.name for path in folder.iterdir()) == ["inner", "old"]
    for name in ("../x", "/etc/passwd"):
        with pytest.raises(ConfigurationError, match="is not in the folder"):
            disk.remove(name)


def test_what_is_heard_is_told_once(folder: Path) -> None:
    """Inside the block the object's own methods are heard like everybody's."""
    recorder = Recorder("run", AWS.word)
    with recorder.watch(folder) as disk:
        disk.open("new", "x").close()
    disk.remove("new")
    (folder / "old").unlink()
    assert lines(recorder.events) == ["create | new", "delete | new"]


def test_who_and_where(folder: Path) -> None:
    """The caller is that of the thread or task, and the place in the code is the user's, not that of a library."""

    def work() -> None:
        with recorder.caller("Worker"):
            (folder / "b").write_text("")

    async def task() -> None:
        with recorder.caller("Task"):
            await asyncio.to_thread((folder / "c").write_text, "")

    recorder = Recorder("run", AWS.word, caller="App")
    with recorder.watch(folder):
        shutil.copy(folder / "old", folder / "a")
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()
        asyncio.run(task())
    first, second, third = recorder.events
    assert [event.source for event in recorder.events] == ["App", "Worker", "Task"]
    file, line = first.attributes["code"].rsplit(":", 1)
    assert "shutil.copy(folder" in Path(__file__).read_text().splitlines()[int(line) - 1]
    assert Path(file).name == "test_files.py"
    assert second.attributes["thread"] == "worker"
    assert "code" not in third.attributes


def test_several_folders_each_tell_their_part(folder: Path) -> None:
    """A file that moves between two watched folders leaves one and comes to the other; unwatched ones are not named."""
    other = folder.parent / "other"
    with record(folders={"one": folder, "two": other}) as trace:
        other.mkdir()
        (folder / "old").rename(other / "new")
        (other / "new").rename(folder.parent / "secret")
    told = [(event.target, line) for event, line in zip(trace.events, lines(trace.events), strict=True)]
    assert told == [("two", "mkdir | ."), ("one", "rename | old"), ("two", "rename | To: new"), ("two", "rename | new")]


def test_links_to_the_folder_lead_to_it(folder: Path) -> None:
    """The folder is the same by whatever path it is reached."""
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert heard(folder, lambda _: (link / "new").write_text("")) == ["create | new"]
    assert heard(link, lambda _: (folder / "newer").write_text("")) == ["create | newer"]


def test_relative_paths_are_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program names from the current folder is seen from the watched one."""
    monkeypatch.chdir(folder)
    assert heard(Path(), lambda _: Path("../folder/new").write_text("")) == ["create | new"]
    assert Recorder("run", AWS.word).watch(".").name == "folder"


def test_a_file_is_no_folder(folder: Path) -> None:
    """The message says what is wrong before anything runs."""
    with pytest.raises(ConfigurationError, match="it is not a folder"):
        record(folders={"disk": folder / "old"})


def test_threads_change_files_at_once(folder: Path) -> None:
    """No change is lost or told twice, and those of one thread keep their order."""

    def work(number: int) -> None:
        with recorder.caller(str(number)):
            for turn in range(20):
                path = folder / f"{number}-{turn}"
                path.write_bytes(b"1" * turn)
                path.unlink()

    recorder = Recorder("run", AWS.word)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with recorder.watch(folder):
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert recorder.events is not None
        for thread in threads:
            thread.join()
    for number in range(8):
        own = tuple(event for event in recorder.events if event.source == str(number))
        assert lines(own) == [f"{what} | {number}-{turn}" for turn in range(20) for what in ("create", "delete")]


def test_the_hook_ends_with_the_process() -> None:
    """A process that has watched something ends without a word."""
    code = (
        "import tempfile; from simulator import record\n"
        "folder = tempfile.TemporaryDirectory()\n"
        "context = record(folders={'disk': folder.name}); context.__enter__()\n"
        "open(folder.name + '/a', 'w').close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
