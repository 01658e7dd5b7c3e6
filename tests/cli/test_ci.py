"""What CI servers get: all formats of one run, the composite action, and the hook of pre-commit."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import yaml
from click.testing import CliRunner

from simulator.cli.commands import simulator
from tests.report import junit_structure, schemas

ROOT = Path(__file__).parents[2]
ANNOTATION = (
    "::error file={0}delete.puml,line=5,col=1,title=different%3A trace delete::"
    "the label differs: expected 'Nuxeo -> S3: removeObject', got 'Nuxeo -> S3: deleteObject'\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a diagram that lies, one that holds, and one without a scenario."""
    traces = tmp_path / "traces"
    traces.mkdir()
    for name in ("delete", "read-missing"):
        for suffix in (".puml", ".toml"):
            (traces / f"{name}{suffix}").write_bytes((ROOT / "traces" / f"{name}{suffix}").read_bytes())
    (traces / "lone.puml").write_bytes((traces / "delete.puml").read_bytes())
    lying = traces / "delete.puml"
    lying.write_text(lying.read_text(encoding="utf-8").replace("deleteObject", "removeObject"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def formats(folder: Path, *words: str, names: tuple[str, ...]) -> int:
    """Run a command with all its formats, each to a file; the exit status."""
    arguments = [word for name in names for word in ("--format", f"{name}={name}.out")]
    result = CliRunner().invoke(simulator, [*words, *arguments], catch_exceptions=False)
    sarif, junit = (Path(folder, f"{name}.out").read_text(encoding="utf-8") for name in ("sarif", "junit"))
    assert schemas.problems(json.loads(sarif), "sarif-2.1.0") == []
    assert list(junit_structure.problems(fromstring(junit.encode()))) == []
    return result.exit_code


def test_check_writes_every_format_at_once(folder: Path) -> None:
    """They agree about what failed; the summary of the job is added to what was there."""
    (folder / "summary.md").write_text("before\n", encoding="utf-8")
    assert formats(folder, "check", names=("junit", "sarif", "github", "json", "jsonl", "html")) == 1
    junit = fromstring((folder / "junit.out").read_bytes())
    cases = {case.get("classname"): [each.tag for each in case] for case in junit.iter("testcase")}
    assert cases == {"traces/delete.puml": ["failure"], "traces/lone.puml": ["skipped"], "traces/read-missing.puml": []}
    (found,) = json.loads((folder / "sarif.out").read_bytes())["runs"][0]["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "traces/delete.puml"}
    assert (folder / "github.out").read_text(encoding="utf-8") == ANNOTATION.format("traces/")
    rows = [json.loads(line) for line in (folder / "jsonl.out").read_text(encoding="utf-8").splitlines()]
    document = json.loads((folder / "json.out").read_bytes())
    assert rows[:-1] == document["results"]
    assert rows[-1]["summary"] == document["summary"]
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("before\n## simulator\n\n| conform | deviate |")
    assert "\n| 1 | 1 | 0 | 0 | 1 | 0 | 50 % |\n" in summary
    assert "```mermaid\nsequenceDiagram\n" in summary


def test_wrong_input_is_red_in_every_format(folder: Path) -> None:
    """Beside what conforms, and with the exit status of wrong input."""
    (folder / "traces" / "delete.puml").write_text("@startuml\nA => B\n@enduml\n", encoding="utf-8")
    assert formats(folder, "check", names=("junit", "sarif", "github", "json", "jsonl")) == 2
    (error,) = json.loads((folder / "json.out").read_bytes())["errors"]
    assert (error["file"], error["line"], error["column"]) == ("traces/delete.puml", 2, 3)
    assert json.loads((folder / "jsonl.out").read_text(encoding="utf-8").splitlines()[-1])["errors"] == [error]
    assert fromstring((folder / "junit.out").read_bytes()).get("errors") == "1"
    assert (folder / "github.out").read_text(encoding="utf-8").startswith("::error file=traces/delete.puml,line=2,")
    invocation = json.loads((folder / "sarif.out").read_bytes())["runs"][0]["invocations"]
    assert invocation == [{"executionSuccessful": False, "exitCode": 2}]


def test_explore_and_replay_write_them_too(folder: Path) -> None:
    """A case per rule and failure; a failure of `explore` at its diagram, one of `replay` at its scenario."""
    words = ("explore", "traces", "--sequences", "0", "-o", "found")
    assert formats(folder, *words, names=("junit", "sarif", "github", "json")) == 1
    assert "file=traces/delete.puml,line=5" in (folder / "github.out").read_text(encoding="utf-8")
    assert fromstring((folder / "junit.out").read_bytes()).find(".//failure") is not None
    saved = sorted(map(str, (ROOT / "tests" / "examples" / "failures").glob("*.toml")))
    status = formats(folder, "replay", "--trust", *saved, names=("junit", "sarif", "github", "json"))
    tags = [
        each.tag for each in fromstring((folder / "junit.out").read_bytes()).iter() if each.tag in {"failure", "error"}
    ]
    assert (status, tags) == (0, [])
    assert "## simulator replay" in (folder / "summary.md").read_text(encoding="utf-8")


def action() -> Any:
    """The composite action."""
    return yaml.safe_load((ROOT / ".github/actions/check/action.yml").read_text(encoding="utf-8"))


def test_the_action_is_valid() -> None:
    """By the schema of actions; its scripts take no input as text."""
    assert schemas.problems(action(), "github-action") == []
    assert not any("${{" in step["run"] for step in action()["runs"]["steps"])


def test_the_action_installs_and_checks(folder: Path) -> None:
    """Its scripts, as a runner starts them; only pip and the network are left out."""
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nmkdir -p "$3/bin"\n'
        f'printf \'#!/bin/sh\\necho "$@" > "{folder}/pip.txt"\\n\' > "$3/bin/pip"\n'
        f'printf \'#!/bin/sh\\nexec "{sys.executable}" -m simulator "$@"\\n\' > "$3/bin/simulator"\n'
        f'chmod +x "$3/bin/pip" "$3/bin/simulator"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    install, check = (step["run"] for step in action()["runs"]["steps"])
    inputs = {"PYTHON": str(python), "PATHS": "traces/delete.puml traces/*missing.puml", "FORMATS": "junit=junit.xml"}
    env = {**os.environ, **inputs, "RUNNER_TEMP": str(folder / "temp"), "PYTHONPATH": str(ROOT)}

    def run(script: str, **more: str) -> subprocess.CompletedProcess[str]:
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(words, env={**env, **more}, cwd=folder, capture_output=True, text=True, check=False)

    for version, wanted in {
        "": "conformance-simulator",
        "0.1.0": "conformance-simulator==0.1.0",
        "./here": "./here",
    }.items():
        assert run(install, VERSION=version).returncode == 0
        assert (folder / "pip.txt").read_text(encoding="utf-8") == f"install --quiet {wanted}\n"
    done = run(check)
    assert (done.returncode, done.stdout, done.stderr) == (1, ANNOTATION.format("traces/"), "")
    assert fromstring((folder / "junit.xml").read_bytes()).get("tests") == "2"
    assert "## simulator" in (folder / "summary.md").read_text(encoding="utf-8")


def test_the_hook_reads_changed_diagrams(folder: Path) -> None:
    """With the command line that pre-commit makes of it: silent where all is well, loud where one is wrong."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook.keys() == {"id", "name", "description", "entry", "language", "files"}
    assert hook["language"] == "python"
    changed = [str(path.relative_to(folder)) for path in folder.rglob("*") if re.search(hook["files"], path.name)]
    assert sorted(changed) == ["traces/delete.puml", "traces/lone.puml", "traces/read-missing.puml"]
    command, *words = hook["entry"].split()
    assert command == "simulator"
    fine = CliRunner().invoke(simulator, [*words, *changed])
    assert (fine.exit_code, fine.stderr) == (0, "")
    Path("-wrong.puml").write_text("@startuml\nA => B\n@enduml\n", encoding="utf-8")
    wrong = CliRunner().invoke(simulator, [*words, *changed, "-wrong.puml"])
    assert wrong.exit_code == 2
    assert "-wrong.puml:2:3: `=>` does not fit here" in wrong.output
