"""Diagrams that a `ref` names, found beside the diagram that has it."""

from pathlib import Path

import pytest

from simulator.diagram.siblings import Siblings
from simulator.errors import DiagramError
from tests.opened import opened


def write(folder: Path, **texts: str) -> None:
    """Write files of diagrams; `__` between them begins the next diagram."""
    for stem, text in texts.items():
        (folder / f"{stem}.puml").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a diagram that refers to others."""
    folder = tmp_path / "traces"
    folder.mkdir()
    write(folder, top="@startuml\nref over A: login\n@enduml\n")
    return folder


def labels(folder: Path, name: str) -> list[str]:
    """The names of the diagrams that are found, or their files where they have none."""
    return [each.name or Path(each.place.file).stem for each in Siblings().of(folder / "top.puml")(name)]


def test_by_file_and_by_name(folder: Path) -> None:
    """A file counts by its stem, a diagram by its name; a file before a name."""
    write(folder, login="@startuml\nA -> B\n@enduml\n", other="@startuml sign up\nA -> B\n@enduml\n")
    write(folder, third="@startuml login\nA -> B\n@enduml\n")
    assert labels(folder, "login") == ["login"]
    assert labels(folder, "sign up") == ["sign up"]


def test_all_of_a_file(folder: Path) -> None:
    """A file with several diagrams stands for all of them."""
    write(folder, login="@startuml a\nA -> B\n@enduml\n@startuml b\nA -> C\n@enduml\n")
    assert labels(folder, "login") == ["a", "b"]
    assert labels(folder, "b") == ["b"]


@pytest.mark.parametrize("name", ["nothing", "", "../secret", "top.puml", "the\nusual", "x" * 1000])
def test_there_is_none(folder: Path, name: str) -> None:
    """Prose names no diagram, and no path leads out of the folder; the message stays short."""
    write(folder.parent, secret="@startuml\nA -> B\n@enduml\n")
    with pytest.raises(DiagramError, match="no diagram of this folder is called") as error:
        labels(folder, name)
    assert len(error.value.message) < 120
    assert "\n" not in error.value.message


def test_a_file_that_cannot_be_read_is_read_once(folder: Path) -> None:
    """It is as wrong for whoever names it next."""
    write(folder, wrong="@startuml\nA -> B\nwrong\n@enduml\n")
    find = Siblings().of(folder / "top.puml")
    errors = []
    for _ in range(2):
        with opened() as files, pytest.raises(DiagramError, match="the line ends too early") as error:
            find("wrong")
        errors.append((str(error.value), len(files)))
    (first, some), (second, none) = errors
    assert first == second
    assert some
    assert not none


def test_a_link_does_not_lead_out_of_the_folder(folder: Path) -> None:
    """What is somewhere else is no diagram of this folder."""
    write(folder.parent, secret="@startuml hidden\nA -> B\n@enduml\n")
    (folder / "login.puml").symlink_to(folder.parent / "secret.puml")
    for name in ("login", "hidden"):
        with pytest.raises(DiagramError, match="no diagram of this folder"):
            labels(folder, name)


def test_two_of_one_name(folder: Path) -> None:
    """What could be meant is told with both places."""
    write(folder, a="@startuml login\nA -> B\n@enduml\n", b="\n@startuml login\nA -> B\n@enduml\n")
    with pytest.raises(DiagramError, match=r"2 diagrams are called 'login', at .*a.puml:1:1 and .*b.puml:2:1"):
        labels(folder, "login")


def test_files_that_cannot_be_read(folder: Path) -> None:
    """The one that is named is told with its error; others do not matter."""
    write(folder, login="@startuml\n???\n@enduml\n", other="@startuml named\n???\n@enduml\n")
    (folder / "bytes.puml").write_bytes(b"@startuml \xff\n@enduml")
    with pytest.raises(DiagramError) as error:
        labels(folder, "login")
    assert str(error.value.place) == f"{folder / 'login.puml'}:2:1"
    with pytest.raises(DiagramError, match="no diagram of this folder"):
        labels(folder, "named")


def test_a_text_has_no_folder(tmp_path: Path) -> None:
    """What was not read from a file has nothing beside it."""
    with pytest.raises(DiagramError, match="no diagram"):
        Siblings().of("<text>")("pyproject")
