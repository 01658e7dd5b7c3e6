"""Failures as tests: a file that needs no other, fails, and passes when what it tells of is fixed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.campaign.content import sized
from simulator.campaign.exporting import TITLE, exported
from simulator.cli.commands import simulator
from simulator.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
SAVED = EXAMPLES / "failures" / "write-same-again.toml"

# Linted and formatted with all other files here: what is exported is as clean.
GOLDEN = ROOT / "tests" / "golden" / "exported.py"

ODD = r"""[stores.main]

[[setup]]
do = "write"
store = "main"
file = "large.bin"

[[setup]]
do = "write"
store = "main"
file = "odd.bin"

[[steps]]
section = "write \"\"\" twice"
do = "write"
store = "main"
content = "a\"\"\"b\\n"
"""


def saved(folder: Path) -> list[Path]:
    """A failure that `explore` saved, and one with all that is hard to write down."""
    (folder / "large.bin").write_bytes(sized(1 << 21))
    (folder / "odd.bin").write_bytes(b'\x00"\\a\xff')
    (folder / "write-twice.toml").write_text(ODD)
    (folder / "write-twice.actual.puml").write_text('@startuml\nA -> B: no "end of line" here\n@enduml')
    return [SAVED, folder / "write-twice.toml", SAVED]


def test_the_text(tmp_path: Path) -> None:
    """One test for each failure, every name once, files among the texts; no folder is named."""
    assert exported(saved(tmp_path), s3="memory") == GOLDEN.read_text("utf-8")


def test_what_is_written_down_is_what_was_saved(tmp_path: Path) -> None:
    """Quotes, backslashes, bytes and large contents come out as they went in."""
    paths = saved(tmp_path)
    module: dict[str, object] = {}
    text = exported(paths).replace("assert problems(tmp_path, files) == ()", "return files")
    exec(compile(text, "exported", "exec"), module)  # what we wrote ourselves
    files = module["test_write_twice"](tmp_path)  # type: ignore[operator]
    assert files == {
        "write-twice.toml": ODD,
        "write-twice.actual.puml": (tmp_path / "write-twice.actual.puml").read_text(),
        "large.bin": sized(1 << 21),
        "odd.bin": b'\x00"\\a\xff',
    }


def test_only_saved_failures_are_exported(tmp_path: Path) -> None:
    """A scenario alone is none."""
    shutil.copy(SAVED, tmp_path / "alone.toml")
    with pytest.raises(ConfigurationError, match="is no saved failure"):
        exported([tmp_path / "alone.toml"])


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False)


def test_nobody_elses_file_is_written_over(tmp_path: Path) -> None:
    """An export replaces an export, and nothing else."""
    target = tmp_path / "test_found.py"
    target.write_text("mine")
    refused = run("replay", str(SAVED), "--s3", "memory", "--export", str(target))
    assert (refused.exit_code, "it holds something else" in refused.stderr) == (2, True)
    assert target.read_text() == "mine"
    target.write_text(TITLE)
    assert run("replay", str(SAVED), "--s3", "memory", "--export", str(target)).exit_code == 0
    assert "def test_write_same_again(" in target.read_text()
    assert run("replay", str(SAVED), "--export", str(tmp_path / "found.txt")).exit_code == 2


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a module in the folder of a project."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_a_bug_is_found_exported_and_fixed(tmp_path: Path) -> None:
    """The tests of a project's own system fail as long as the bug is there; then they pass, and all is replayed."""
    project = tmp_path / "jobs"
    shutil.copytree(EXAMPLES / "jobs", project)
    module = project / "jobs.py"
    right = module.read_text()
    module.write_text(right.replace("failures < self.attempts", "failures <= self.attempts", 1))
    found = python("simulator.cli", "explore", "--export", "test_found.py", folder=project)
    assert (found.returncode, "exported 1 failure to test_found.py" in found.stderr) == (1, True), found.stdout
    failing = python("pytest", "-q", "test_found.py", folder=project)
    assert (failing.returncode, "1 failed" in failing.stdout) == (1, True), failing.stdout
    assert str(tmp_path) not in (project / "test_found.py").read_text()
    module.write_text(right)
    assert python("pytest", "-q", "test_found.py", folder=project).returncode == 0
    again = python("simulator.cli", "replay", folder=project)
    assert (again.returncode, "1 fixed, 0 still failing" in again.stdout) == (0, True)
