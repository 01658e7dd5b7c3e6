"""The README tells the truth: every command in it is run, and what it prints is what stands there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import check, load_diagram
from simulator.campaign.blob_forms import BUCKET_FORM, FORMS, STORE_FORM
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import Message
from simulator.diagram.parser import parse
from simulator.events import Event, Trace

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# A piece of Python that is a file of the reader says its name first.
FILE = re.compile(r"# (\w+\.py)\n")

# A comment in a diagram that is a run: the verdict, the messages, and what is wrong.
RUN = re.compile(r"^' (conforms|deviates|prefix): (.+?)(?: \((.+)\))?$", re.MULTILINE)

# What differs from run to run: times, the random part of the names of temp files, how far it is where it takes long.
VOLATILE = (
    (re.compile(r"\d+\.\d+ s\b"), "0.1 s"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])"), "0" * 16),
    (re.compile(r"^.* operations/s.*\n", re.MULTILINE), ""),
)


def blocks(language: str) -> list[str]:
    """The blocks of one language, in order."""
    return [text for marked, text in BLOCK.findall(README) if marked == language]


def stories() -> list[str]:
    """The console blocks; those of the tutorial, which build on one another, are one."""
    found: list[str] = []
    for section in re.split(r"^(?=## )", README, flags=re.MULTILINE):
        consoles = [text for marked, text in BLOCK.findall(section) if marked == "console"]
        found += ["".join(consoles)] if section.startswith("## Your own code") else consoles
    return found


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
    for block in blocks("python"):
        if opening := FILE.match(block):
            (folder / opening[1]).write_text(block)
    # The plugin is named, since others take longer to load than the tests, and nothing need be installed.
    options = "pytest -p no:cacheprovider -p simulator.pytest_plugin"
    (folder / "bin").mkdir()
    for name, module in (("simulator", "simulator.cli"), ("pytest", options)):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        program.chmod(0o755)
    return folder


def shell(command: str, folder: Path) -> str:
    """What a command prints, errors included."""
    environment = {
        "PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
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
@pytest.mark.parametrize("block", stories())
def test_console(block: str, reader: Path) -> None:
    """Every command prints what the README shows."""
    for command, output in commands(block):
        assert steady(shell(command, reader)) == steady(output), command


@pytest.mark.parametrize("block", [block for block in blocks("python") if not FILE.match(block)])
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


def run_of(text: str) -> Trace:
    """The run that a comment writes down, as messages of a diagram with commas between."""
    (diagram,) = parse("\n".join(("@startuml", *text.split(", "), "@enduml")))
    messages = [each for each in diagram.body if isinstance(each, Message)]
    return Trace("run", tuple(Event(source=each.source, target=each.target, label=each.label) for each in messages))


def wrong(verdict: Verdict) -> str:
    """What is wrong with a run, as the comments say it."""
    return ", ".join(
        f"{each.kind} {each.actual.label if each.actual else each.expected.text if each.expected else ''}"
        for each in verdict.deviations
    )


@pytest.mark.parametrize("block", blocks("plantuml"))
def test_meaning(block: str, tmp_path: Path) -> None:
    """Every diagram judges the runs below it as its comments say: it allows one, and refuses one."""
    names = re.findall(r"^@startuml (\w+)$", block, re.MULTILINE)
    file = tmp_path / "meaning.puml"
    file.write_text(block if names else f"@startuml\n{block}@enduml\n")
    diagram = load_diagram(f"{file}#{names[-1]}" if names else file)
    told = RUN.findall(block)
    verdicts = [check(diagram, run_of(text)) for _, text, _ in told]
    assert [(verdict.outcome, wrong(verdict)) for verdict in verdicts] == [(word, why) for word, _, why in told]
    assert {word == "conforms" for word, _, _ in told} == {True, False}


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


def test_every_step_is_told() -> None:
    """The README names each step, each key of a step, and each option of a store."""
    told = README[README.index("\n## Scenarios\n") : README.index("\n## A system of your own\n")]
    forms = {**FORMS, "stores": STORE_FORM, "bucket": BUCKET_FORM}
    steps = [f"| `{name}`" in told or f", `{name}`" in told for name in FORMS]
    keys = {key for form in forms.values() for key in form.keys}
    assert all(steps)
    assert sorted(key for key in keys if f"`{key}`" not in told) == []
