"""The README tells the truth: every command in it is run, and what it prints is what stands there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What differs from run to run: times, and the random part of the names of temp files.
VOLATILE = (re.compile(r"\d+\.\d+ s\b"), "0.1 s"), (re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])"), "0" * 16)


def blocks(language: str) -> list[str]:
    """The blocks of one language, in order."""
    return [text for marked, text in BLOCK.findall(README) if marked == language]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def steady(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, stand_in in VOLATILE:
        text = pattern.sub(stand_in, text)
    return text


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who reads the README from the top: what a block writes is there for the next."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "traces", folder / "traces")
    shutil.copytree(ROOT / "tests" / "examples", folder / "tests" / "examples")
    program = folder / "bin" / "simulator"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m simulator.cli "$@"\n')
    program.chmod(0o755)
    return folder


def shell(command: str, folder: Path) -> str:
    """What a command prints, errors included."""
    environment = {
        "PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("console"))
def test_console(block: str, reader: Path) -> None:
    """Every command prints what the README shows."""
    for command, output in commands(block):
        assert steady(shell(command, reader)) == steady(output), command


@pytest.mark.parametrize("block", blocks("python"))
def test_python(block: str, reader: Path) -> None:
    """Every piece of Python runs."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block],
        cwd=reader,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_drawing_is_what_the_program_draws(reader: Path) -> None:
    """The diagram below the program is the file that the program writes."""
    (program,) = (block for block in blocks("python") if "backup.puml" in block)
    (drawing,) = blocks("plantuml")
    test_python(program, reader)
    assert (reader / "backup.puml").read_text().strip() == drawing.strip()


def test_the_system_is_the_one_that_is_run() -> None:
    """What the README shows is the file that its commands import."""
    shown = [block for block in blocks("python") if "SimpleSystem(" in block]
    assert shown == [(ROOT / "tests" / "examples" / "outbox" / "outbox.py").read_text()]


def test_there_is_something_to_run() -> None:
    """The README opens with two commands and shows six jobs."""
    assert len(blocks("sh")) >= 2
    jobs = ("check", "record", "parse", "draw", "explore", "replay")
    run = [command for block in blocks("console") for command, _ in commands(block)]
    assert [job for job in jobs if not any(command.startswith(f"simulator {job} ") for command in run)] == []
