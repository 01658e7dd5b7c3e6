"""Files that are there whole or not at all."""

from pathlib import Path

import pytest

from simulator.cli.terminal import replaced, write_file
from simulator.errors import ConfigurationError


def test_new_file(tmp_path: Path) -> None:
    """A file is written with all of its text, and nothing beside it."""
    write_file(tmp_path / "a.txt", "one\nzwei \udcff\n")
    assert (tmp_path / "a.txt").read_bytes() == b"one\nzwei \\udcff\n"
    assert len(list(tmp_path.iterdir())) == 1


def write_and_stop(path: Path) -> None:
    """Write a part of a file, as when the user presses Ctrl-C."""
    with replaced(path) as partial:
        assert partial.suffixes[-2:] == [".jsonl", ".gz"]
        partial.write_text("ne", encoding="utf-8")
        raise KeyboardInterrupt


def test_failure_keeps_the_old_file(tmp_path: Path) -> None:
    """When writing fails, the old content stays, and no part of the new one."""
    path = tmp_path / "a.jsonl.gz"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_system_error_is_wrong_input(tmp_path: Path) -> None:
    """When the system refuses, the user is told which file."""
    with pytest.raises(ConfigurationError, match=r"cannot write .*a.txt: no room"), replaced(tmp_path / "a.txt"):
        raise OSError(28, "no room")


def test_rights_stay(tmp_path: Path) -> None:
    """A file that is replaced keeps its permissions."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_file(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a link changes the file that it names."""
    (tmp_path / "target.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("target.txt")
    write_file(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "target.txt").read_text(encoding="utf-8") == "new"


def test_device() -> None:
    """A device has no content to replace; it is written to."""
    write_file(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", [".", "none/a.txt"])
def test_refused(tmp_path: Path, name: str) -> None:
    """A folder, or a file in a folder that does not exist, cannot be written."""
    with pytest.raises(ConfigurationError, match="cannot write"):
        write_file(tmp_path / name, "x")
