"""A sample of hostile diagrams (all of them: `python -m tests.hostile`), and that what looks at them sees."""

from pathlib import Path

import pytest

from simulator.diagram.ast import Message, SequenceDiagram
from simulator.errors import DiagramError, Place
from simulator.report.result import ParsedDiagram, ParsedFile
from tests.hostile import survival
from tests.hostile.__main__ import diagrams, main
from tests.hostile.mutations import MUTATIONS, Mutant, mutant
from tests.hostile.shrinking import shrink
from tests.hostile.survival import look, make_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that hostile diagrams name."""
    return make_folder(tmp_path_factory.mktemp("around").resolve())


def test_a_sample_ends_in_diagrams_or_errors(folder: Path) -> None:
    """Some of each, and every kind of change among them."""
    files = diagrams()
    made = [mutant(files, 0, number) for number in range(300)]
    found = [look(folder, each) for each in made]
    assert [(number, each.problem) for number, each in enumerate(found) if each.problem] == []
    assert min(sum(each.diagrams > 0 for each in found), sum(each.errors > 0 for each in found)) > 50
    assert {name for each in made for name in each.made_by} == set(MUTATIONS)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed or number others."""
    files = [b"@startuml\nA -> B\n@enduml\n", b"@startuml\nC -> D\n@enduml\n"]
    assert [mutant(files, 1, number) for number in range(50)] == [mutant(files, 1, number) for number in range(50)]
    assert len({mutant(files, seed, number).content for seed in range(3) for number in range(20)}) > 50


def test_what_is_slow_is_seen(folder: Path) -> None:
    """A file that takes more time than it may is a problem."""
    slow = Mutant("x.puml", b"@startuml\n" + b"A -> B\n" * 20_000 + b"@enduml\n", ())
    assert look(folder, slow, 0.05).problem.startswith("slow in ")


def test_what_is_opened_is_seen(folder: Path) -> None:
    """Also where a file only stands inside as a link."""
    (folder / "leaving.puml").symlink_to("../outside.iuml")
    outside = look(folder, Mutant("leaving.puml", b"@startuml\nA -> B\n@enduml\n", ()))
    assert outside.problem == f"opened: {folder.parent / 'outside.iuml'}"


@pytest.mark.parametrize(
    ("place", "source", "problem"),
    [
        (None, None, "error without place"),
        ((3, 1), None, "error misplaced"),
        ((2, 8), None, "error misplaced"),
        ((2, 1), "A -> C", "error shows another line"),
        ((2, 7), "A -> B", ""),
        ((2, 3), "  -> B", ""),
        ((2, 3), " -> B", "error shows another line"),
    ],
)
def test_what_is_misplaced_is_seen(tmp_path: Path, place: tuple[int, int] | None, source: str, problem: str) -> None:
    """A place beside the text, and a line that is not the one of the text."""
    path = tmp_path / "x.puml"
    path.write_text("@startuml\nA -> B", "utf-8")
    error = DiagramError("wrong", place=place and Place(str(path), *place), source=source)
    found = next(survival._misplaced(ParsedFile(str(path), errors=(error,))), "")
    assert found.partition(":")[0] == problem


def test_what_cannot_be_written_is_seen() -> None:
    """A diagram that was read can be written; one of which only a part was read need not."""
    diagram = SequenceDiagram(body=(Message("A", "B", "two\nlines"),))
    assert [each.partition(":")[0] for each in survival._unwritten(diagram, required=True)] == ["not written"]
    assert list(survival._unwritten(diagram, required=False)) == []
    assert ParsedFile("x", (ParsedDiagram(diagram),)).valid


def test_shrinking() -> None:
    """What is left is what fails."""
    lines = [b"%d" % number for number in range(100)]
    small = shrink(
        Mutant("x.puml", b"\n".join(lines), ()), lambda each: {b"17", b"60"} <= set(each.content.split(b"\n"))
    )
    assert small.content == b"17\n60"


@pytest.mark.slow
def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It tells counts, and ends well."""
    assert main(["--count", "30", "--seed", "1", "--save", str(tmp_path / "saved")]) == 0
    told = capsys.readouterr().out
    assert told.startswith("all             30 files:")
    assert "0 failures" in told
    assert not (tmp_path / "saved").exists()
