"""Files of diagrams, read with what they mean."""

from pathlib import Path

import pytest

from simulator.campaign.scenario import Scenario
from simulator.config import Configuration
from simulator.diagram.parser import parse
from simulator.errors import DiagramError, Place, ScenarioError
from simulator.interaction.terms import Use, walk
from simulator.meaning import DiagramFile, Reader

TWO = "@startuml one\nA -> B: x\n@enduml\n@startuml\nA -> C: y\n@enduml\n"


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of diagrams."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> DiagramFile:
    """Read the only file."""
    ((file,), errors) = Reader(Configuration()).files([str(path)])
    assert not errors
    return file


def picking(name: str) -> Scenario:
    """A scenario that names a diagram."""
    return Scenario("s", Path(), {}, (), (), name, Place("s.toml", 1, 1))


@pytest.mark.parametrize(("name", "ends"), [("", ["B", "C"]), ("one", ["B"]), ("2", ["C"])])
def test_a_scenario_picks_a_diagram(tmp_path: Path, name: str, ends: list[str]) -> None:
    """By its name or its number; without one all are alternatives."""
    picked = read(write(tmp_path, "a.puml", TWO)).picked(picking(name))
    assert [each.events[0].target for each in picked] == ends


def test_the_only_diagram_can_be_picked_by_its_name(tmp_path: Path) -> None:
    """As `one` and, without a name, as `1`."""
    assert read(write(tmp_path, "a.puml", "@startuml one\nA -> B\n@enduml")).picked(picking("one"))
    assert read(write(tmp_path, "b.puml", "@startuml\nA -> B\n@enduml")).picked(picking("1"))


def test_a_scenario_that_picks_none(tmp_path: Path) -> None:
    """The error points into the scenario and says what there is."""
    with pytest.raises(ScenarioError, match="holds no diagram 'three'") as error:
        read(write(tmp_path, "a.puml", TWO)).picked(picking("three"))
    assert error.value.place == Place("s.toml", 1, 1)
    assert error.value.expected == ("one", "2")


def test_only_what_is_picked_has_to_be_judged(tmp_path: Path) -> None:
    """A `ref` to what is not known does no harm in another diagram."""
    file = read(write(tmp_path, "a.puml", "@startuml a\nA -> B\n@enduml\n@startuml b\nref over A: as usual\n@enduml"))
    assert len(file.picked(picking("a"))) == 1
    with pytest.raises(DiagramError, match="what this `ref` stands for is not known"):
        file.picked(picking(""))


def test_diagrams_of_the_folder_are_put_in(tmp_path: Path) -> None:
    """A `ref` means a diagram of the same folder."""
    write(tmp_path, "login.puml", "@startuml\nB -> C: in\n@enduml")
    file = read(write(tmp_path, "top.puml", "@startuml\nA -> B: x\nref over A, B: login\n@enduml"))
    (expectation,) = file.expectations
    assert [str(event.text) for event in expectation.events] == ["x", "in"]
    assert expectation.events[1].place.file == str(tmp_path / "login.puml")


def test_parse_goes_on(tmp_path: Path) -> None:
    """Of a file with errors the diagrams without are told, and all errors; what has no meaning is a warning."""
    path = write(
        tmp_path,
        "a.puml",
        "@startuml same\nA ~> B\n?? ?\n@enduml\n@startuml same\nA -> B: ${}\nref over A: prose\n@enduml\n"
        "@startuml same\nref over A: prose\n@enduml",
    )
    parsed = Reader(Configuration()).parsed(path, "")
    assert [error.place and error.place.line for error in parsed.errors] == [2, 3]
    meant = [each.expectation for each in parsed.diagrams]
    assert meant[0] is None
    assert meant[1] is not None
    assert [warning.place.line for warning in parsed.warnings] == [6, 10]
    assert "this cannot be judged" in parsed.warnings[0].message


def test_parse_of_one_diagram(tmp_path: Path) -> None:
    """The others of its file are not told."""
    parsed = Reader(Configuration()).parsed(write(tmp_path, "a.puml", TWO), "2")
    assert [each.diagram.name for each in parsed.diagrams] == [""]
    assert not Reader(Configuration()).parsed(write(tmp_path, "a.puml", TWO), "3").valid


def test_uses_in_a_text_are_not_known() -> None:
    """A text stands in no folder, so nothing beside it is opened."""
    (diagram,) = parse("@startuml\nref over A: pyproject\n@enduml")
    (use,) = (each for each in walk(Reader(Configuration()).expectation(diagram, "d").term) if isinstance(each, Use))
    assert "no diagram" in use.problem
