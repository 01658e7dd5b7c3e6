"""`simulator config`, `completion` and `--version`: what holds here, and what is followed."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.commands import simulator
from simulator.diagram.followed import PLANTUML

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder below one that is configured, and a variable that says more."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.simulator]\norder = "lifeline"\ns3 = "moto"\nlifelines = { S3 = "Store" }\ntraces = "specs"\n', "utf-8"
    )
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    monkeypatch.setenv("SIMULATOR_IGNORE", "a,b")
    return tmp_path


def run(*arguments: str, **settings: str) -> Result:
    """Run a command in this process; settings: more of the environment."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False, env=settings)


def test_config_tells_values_and_sources(folder: Path) -> None:
    """A line for each setting: name, value, and the flag, the variable or the place in the file, if there is one."""
    result = run("config", "--fail-under", "80")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [re.split("  +", row) for row in result.stdout.splitlines()]
    assert [row for row in rows if row[-1] != "default"] == [
        ["fail-under", "80.0", "--fail-under"],
        ["ignore", '["a", "b"]', "SIMULATOR_IGNORE"],
        ["lifelines", '{ "S3" = "Store" }', "../pyproject.toml:4:1"],
        ["order", '"lifeline"', "../pyproject.toml:2:1"],
        ["s3", '"memory"', "SIMULATOR_S3"],
        ["traces", '"../specs"', "../pyproject.toml:5:1"],
    ]
    assert ["frames", "(each command decides)", "default"] in rows
    assert rows == sorted(rows)


def test_a_flag_comes_first(folder: Path) -> None:
    """The JSON says the same, for programs."""
    document = json.loads(run("config", "--s3", "http://127.0.0.1:9", "--format", "json").stdout)
    rows = {row.pop("name"): row for row in document["settings"]}
    assert document["version"] == 1
    assert rows["s3"] == {"value": "http://127.0.0.1:9", "source": "flag", "place": "--s3"}
    assert rows["order"] == {"value": "lifeline", "source": "file", "place": "../pyproject.toml:2:1"}
    assert rows["sections"] == {"value": None, "source": "default", "place": None}


def test_wrong_settings_are_refused(folder: Path) -> None:
    """As by every other command."""
    result = run("config", SIMULATOR_ORDER="sideways")
    assert (result.exit_code, "SIMULATOR_ORDER is 'sideways'" in result.stderr) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_gives_a_script(shell: str) -> None:
    """The script calls the command for what may come next."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_SIMULATOR_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("simulator ", {"check", "review", "completion"}),
        ("simulator check --se", {"--section"}),
        ("simulator check --order strict --order l", {"lifeline"}),
        ("simulator check --s3 moto tra", {"file,tra"}),
        ("simulator completion z", {"zsh"}),
    ],
)
def test_what_is_completed(words: str, offered: set[str]) -> None:
    """Commands, options, values and files; a word too many or a wrong one is no error yet."""
    typed = words.split(" ")
    asked = {"_SIMULATOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(typed) - 1)}
    result = CliRunner().invoke(simulator, [], prog_name="simulator", env=asked)
    assert offered <= {line.removeprefix("plain,") for line in result.stdout.splitlines()}


def test_an_unknown_command_has_nothing_to_complete() -> None:
    """And no message either."""
    asked = {"_SIMULATOR_COMPLETE": "bash_complete", "COMP_WORDS": "simulator dance -", "COMP_CWORD": "2"}
    result = CliRunner().invoke(simulator, [], prog_name="simulator", env=asked)
    assert (result.exception is None or isinstance(result.exception, SystemExit), result.stderr) == (True, "")


def test_the_version_names_the_plantuml_that_is_followed() -> None:
    """It is the one that the page about PlantUML names."""
    page = (ROOT / "simulator" / "diagram" / "PLANTUML.md").read_text("utf-8")
    assert f"Version followed: **PlantUML {PLANTUML}**" in page
    first, second = run("--version").stdout.splitlines()
    assert first.startswith("simulator ")
    assert second == f"reads diagrams as PlantUML {PLANTUML} does"
