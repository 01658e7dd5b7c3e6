"""`simulator init`: a scenario beside a diagram, never over one."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.commands import simulator

ROOT = Path(__file__).parents[2]
OUTBOX = ROOT / "tests" / "examples" / "outbox"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the diagram of the README, and no scenario."""
    shutil.copy(ROOT / "traces" / "basic.puml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False)


def test_begin_and_check(folder: Path) -> None:
    """What is written can be run at once; a second time it is not written over."""
    result = run("init", "basic.puml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "basic.toml: 7 steps guessed, 0 to fill in\nthen: simulator check basic.puml\n"
    assert run("check", "basic.puml").exit_code == 0
    (folder / "basic.toml").write_text("mine", "utf-8")
    again = run("init", "basic.puml")
    assert (again.exit_code, "basic.toml is there already" in again.stderr) == (2, True)
    assert (folder / "basic.toml").read_text("utf-8") == "mine"


def test_one_of_several(folder: Path) -> None:
    """It must be named, and then the scenario names it too."""
    text = "@startuml {}\n== Go ==\nA -> B: x\n@enduml\n"
    (folder / "two.puml").write_text(text.format("one") + text.format("two"), "utf-8")
    refused = run("init", "two.puml")
    assert (refused.exit_code, "two.puml holds 2 diagrams" in refused.stderr) == (2, True)
    assert run("init", "two.puml#two").exit_code == 0
    assert 'diagram = "two"\n' in (folder / "two.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.puml",), "there is no file none.puml"),
        ((".",), "it is a folder"),
        (("basic.puml", "--system", "nowhere:X"), "nowhere"),
        (("basic.puml", "--system", "x"), "--system is 'x'"),
    ],
)
def test_wrong_input(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """One message; nothing is written."""
    result = run("init", *arguments)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert [path.name for path in folder.iterdir()] == ["basic.puml"]


def test_another_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that are called like its operations are these; the rest is to be filled in, from what it has."""
    shutil.copytree(OUTBOX, folder / "outbox")
    monkeypatch.chdir(folder / "outbox")
    Path("traces/send.toml").unlink()
    assert run("init", "traces/send.puml").exit_code == 0
    text = Path("traces/send.toml").read_text("utf-8")
    assert 'section = "Send"\ndo = "send"\n' in text
    assert "fill in others: write, send.\n" in text
