"""The command as a process: pipes, colours, signals, and what is imported."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "simulator.cli"]
HEAVY = {"boto3", "botocore", "hypothesis", "jinja2", "lark", "moto", "msgspec", "rich"}


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a process that finds this project and no settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SIMULATOR_", "NO_COLOR"))}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", "SIMULATOR_S3": "memory", **more}


def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command with pipes for its streams."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False
    )


def on_terminal(*arguments: str, **more: str) -> str:
    """Run the command with a terminal for its standard output, and give what it shows there."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(**more), stdout=slave, stderr=subprocess.PIPE
    ) as process:
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:
            # Linux says so when the other end of a terminal is closed.
            pass
        os.close(master)
        process.communicate(timeout=60)
    return shown.decode()


@pytest.mark.slow
def test_exit_status(tmp_path: Path) -> None:
    """The status of the process is that of the contract; messages go to standard error."""
    good = run("check", "traces/basic.puml")
    assert (good.returncode, good.stderr) == (0, "")
    (tmp_path / "a.puml").write_text("@startuml\nA -> B: x\n@enduml\n", encoding="utf-8")
    (tmp_path / "a.toml").write_text((ROOT / "traces/basic.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert run("check", tmp_path).returncode == 1
    wrong = run("check", "none.puml")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("there is no file none.puml")
    assert run("check", "--bogus").returncode == 2


def test_no_colours_in_a_pipe() -> None:
    """What is piped is plain text, without progress."""
    result = run("check", "traces/basic.puml")
    assert "\x1b" not in result.stdout + result.stderr


@pytest.mark.slow
def test_colours_on_a_terminal() -> None:
    """A terminal shows colours, unless `NO_COLOR`, `--no-color` or a dumb terminal forbid them."""
    arguments = ("check", "traces/basic.puml")
    assert "\x1b[32mconforms" in on_terminal(*arguments)
    assert "\x1b" not in on_terminal(*arguments, "--no-color")
    assert "\x1b" not in on_terminal(*arguments, NO_COLOR="1")
    assert "\x1b" not in on_terminal(*arguments, TERM="dumb")


@pytest.mark.parametrize("arguments", [("check", "traces/basic.puml", "-v"), ("record", "traces/basic.toml")])
def test_a_reader_that_stops(arguments: tuple[str, ...]) -> None:
    """`| head` is no error: no message, and the status of the result."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        result = subprocess.run(
            [*COMMAND, *arguments], cwd=ROOT, env=environment(), stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.slow
def test_ctrl_c() -> None:
    """Ctrl-C ends the command with 130 and no traceback."""
    with subprocess.Popen(
        [*COMMAND, "check", "traces/basic.puml", "--log", "-"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == b"stopped\n"


def test_ascii_terminal(tmp_path: Path) -> None:
    """Where standard output has no Unicode, letters it lacks are escaped."""
    (tmp_path / "a.puml").write_text("@startuml\nA -> B: 文件\n@enduml\n", encoding="utf-8")
    result = run("parse", tmp_path / "a.puml", PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert "A -> B: \\u6587\\u4ef6" in result.stdout


def test_drawing_is_utf8(tmp_path: Path) -> None:
    """A drawing is a file: it has its letters whatever the terminal has, and means the same."""
    (tmp_path / "a.puml").write_text("@startuml\nA -> B: 文件\n@enduml\n", encoding="utf-8")
    result = subprocess.run(
        [*COMMAND, "draw", tmp_path / "a.puml"],
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=True,
    )
    assert "文件".encode() in result.stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("check --log - <&-", "standard input is closed"),
        ("record traces/basic.toml >&-", "standard output is closed"),
        ("check traces/basic.puml --format json=/dev/full", "cannot write /dev/full"),
        ("draw /dev/fd/3 3</dev/null", "the log holds no trace"),
    ],
)
def test_streams_that_fail(command: str, message: str) -> None:
    """A stream that is closed, full or none is wrong input."""
    result = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m simulator {command}', sys.executable],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, message in result.stderr) == (2, True), result.stderr


def test_folder_that_is_gone(tmp_path: Path) -> None:
    """A current folder that was deleted is wrong input."""
    script = f'mkdir "{tmp_path}/x" && cd "{tmp_path}/x" && rmdir "{tmp_path}/x" && "$0" -m simulator check'
    result = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable], env=environment(), capture_output=True, text=True, check=False
    )
    assert (result.returncode, "the current folder is gone" in result.stderr) == (2, True), result.stderr


def test_help_imports_nothing_heavy() -> None:
    """Help needs click and our own small modules, no other vendor."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "simulator.cli", "--help"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)
