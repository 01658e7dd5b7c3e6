"""`simulator review`: what is proposed, what is written, and nothing else."""

import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.commands import simulator

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "traces"
KEY = "acbd18db4cc2f85cedef654fccc4a4d8"
WRONG = "hnote right: wrong"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose `traces/` holds two diagrams that conform."""
    (tmp_path / "traces").mkdir()
    for name in ("basic", "delete"):
        shutil.copy(TRACES / f"{name}.puml", tmp_path / "traces")
        shutil.copy(TRACES / f"{name}.toml", tmp_path / "traces")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False)


def on_a_terminal(folder: Path, typed: str, stop: int = 0) -> tuple[int, str]:
    """Review where somebody answers; stop: a signal after the first question. The status, and the diagnostics."""
    above, below = pty.openpty()
    command = [sys.executable, "-m", "simulator.cli", "review"]
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, stdin=below, stdout=-3, stderr=-1, env=settings, text=True) as process:
        os.close(below)
        os.write(above, typed.encode())
        assert process.stderr is not None
        told = process.stderr.read(1)
        if stop:
            process.send_signal(stop)
        told += process.stderr.read()
        status = process.wait()
    os.close(above)
    return status, told


def spoil(folder: Path, *old: str) -> Path:
    """Make the diagram say something that does not happen, at each of these texts."""
    path = folder / "traces" / "basic.puml"
    for each in old:
        path.write_bytes(path.read_bytes().replace(each.encode(), each.encode() + b"!", 1))
    return path


def changed(before: str, after: str) -> list[str]:
    """The lines that went and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return [f"-{each}" for each in old if each not in new] + [f"+{each}" for each in new if each not in old]


def test_other_behaviour_is_taken_over(folder: Path) -> None:
    """The system does something else; `check` fails, `review` accepts, only those arrows change, `check` passes."""
    scenario, diagram = folder / "traces" / "basic.toml", folder / "traces" / "basic.puml"
    text = scenario.read_text("utf-8")
    scenario.write_text(text.replace("[stores.main]", '[stores.main]\nexistence-check = "exists"'), "utf-8")
    before = diagram.read_text("utf-8")
    assert run("check").exit_code == 1
    done = run("review", "--accept", "all")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "changed: traces/basic.puml (4 hunks)\n"
    after = diagram.read_text("utf-8")
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    assert {pair for pair in pairs if pair[0] != pair[1]} == {
        ("Nuxeo --> S3: getObjectMetadata", "Nuxeo --> S3: doesObjectExist"),
        ("Nuxeo <-- S3: exists (3 bytes)", "Nuxeo <-- S3: exists"),
    }
    assert run("check").exit_code == 0


def test_nothing_to_review(folder: Path) -> None:
    """Where all is well nothing is asked and nothing is written."""
    before = {path: path.read_bytes() for path in (folder / "traces").iterdir()}
    result = run("review", "--accept", "all")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "nothing to review: every diagram allows its run\n"
    assert {path: path.read_bytes() for path in (folder / "traces").iterdir()} == before


def test_nothing_judged_is_no_success(folder: Path) -> None:
    """A folder without diagrams, or with none that has a scenario, is wrong input."""
    (folder / "empty").mkdir()
    (folder / "traces" / "basic.toml").unlink()
    for path in ("empty", "traces/basic.puml"):
        result = run("review", path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("nothing was judged")


def test_without_a_terminal_hunks_are_listed(folder: Path) -> None:
    """With their numbers and the lines around; nothing is written; the status says that something is left."""
    path = spoil(folder, "S3: missing", "copied")
    before = path.read_bytes()
    result = run("review")
    assert result.exit_code == 1
    assert "traces/basic.puml  changed, hunk 1 of 2: the label differs" in result.stdout
    assert "    10 - Nuxeo <-- S3: missing!\n       + Nuxeo <-- S3: missing\n    11   tmp -> S3: write" in result.stdout
    assert path.read_bytes() == before


def test_numbers_are_accepted(folder: Path) -> None:
    """Only those; the rest is left, which the status says."""
    path = spoil(folder, "S3: missing", "copied", "write 3 bytes")
    before = path.read_text("utf-8")
    assert run("review", "--accept", "1,3").exit_code == 1
    assert changed(before, path.read_text("utf-8")) == [
        "-Nuxeo <-- S3: missing!",
        "-Nuxeo <-- S3: copied!",
        "+Nuxeo <-- S3: copied",
    ]
    assert run("review", "--accept", "1").exit_code == 0


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ("2", "there is no hunk 2; there are 1"),
        ("0", "there is no hunk 0; there are 1"),
        ("1-", "'1-' is no number of a hunk"),
        ("some", "'some' is no number of a hunk"),
    ],
)
def test_numbers_that_are_none(folder: Path, numbers: str, message: str) -> None:
    """Wrong input; nothing is written."""
    before = spoil(folder, "copied").read_bytes()
    result = run("review", "--accept", numbers)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert (folder / "traces" / "basic.puml").read_bytes() == before


def test_a_diagram_that_is_not_there_yet(folder: Path) -> None:
    """It is drawn from the run; a scenario that is named and has a diagram is that diagram."""
    diagram = folder / "traces" / "delete.puml"
    diagram.unlink()
    (folder / "traces" / "other.toml").write_text("[tool]\n", "utf-8")
    assert "traces/delete.puml  new, hunk 1 of 1: no diagram yet" in run("review").stdout
    accepted = run("review", "--accept", "all")
    assert (accepted.exit_code, accepted.stderr) == (0, "written: traces/delete.puml (1 hunk)\n")
    assert run("check", "traces/delete.puml").exit_code == 0
    written = diagram.read_bytes()
    assert run("review", "traces/delete.toml", "--accept", "all").exit_code == 0
    assert diagram.read_bytes() == written


def test_steps_of_new_scenarios_that_fail_are_told(folder: Path) -> None:
    """And what is wrong with one scenario keeps no other from being drawn."""
    (folder / "traces" / "delete.puml").unlink()
    scenario = folder / "traces" / "delete.toml"
    scenario.write_text(scenario.read_text("utf-8") + 'error = "no way"\n', "utf-8")
    (folder / "traces" / "bad.toml").write_text('[[steps]]\ndo = "dance"\n', "utf-8")
    result = run("review")
    assert result.exit_code == 2
    assert "traces/delete.puml  new" in result.stdout
    assert "the step failed: expected an error with 'no way'" in result.stderr
    assert "traces/bad.toml:2:" in result.stderr


def test_line_ends_and_comments_stay(folder: Path) -> None:
    """Those of other systems, too; and the mark of byte order."""
    path = spoil(folder, "copied")
    path.write_bytes(
        b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n").replace(b"== Read", b"' why\r\n== Read")
    )
    before = path.read_bytes()
    assert run("review", "--accept", "all").exit_code == 0
    assert path.read_bytes() == before.replace(b"copied!", b"copied")


def test_several_diagrams_in_one_file(folder: Path) -> None:
    """Only the nearest one changes, in its own lines, and what is added stands in it."""
    one = "@startuml one\nA -> B: other\n@enduml\n"
    two = f"@startuml two\n== Delete ==\nNuxeo -> S3: deleteObject\n{WRONG}\n@enduml\n"
    path = folder / "traces" / "delete.puml"
    path.write_text(one + two + one.replace("one", "three"), "utf-8")
    assert run("review", "--accept", "all").exit_code == 0
    assert path.read_text("utf-8") == one + two.replace("wrong", KEY) + one.replace("one", "three")
    path.write_text(two.replace(f"Nuxeo -> S3: deleteObject\n{WRONG}\n", "") + one, "utf-8")
    assert run("review", "--accept", "all").exit_code == 0
    assert path.read_text("utf-8") == two.replace("wrong", KEY) + one


def test_a_block_of_markdown(folder: Path) -> None:
    """What is added stands before the end of the fence."""
    text = "# Title\n\n```plantuml\n== Delete ==\n```\n\nThe rest.\n"
    (folder / "page.md").write_text(text, "utf-8")
    shutil.copy(folder / "traces" / "delete.toml", folder / "page.toml")
    assert run("review", "page.md", "--accept", "all").exit_code == 0
    added = f"== Delete ==\nNuxeo -> S3: deleteObject\nhnote right: {KEY}\n"
    assert (folder / "page.md").read_text("utf-8") == text.replace("== Delete ==\n", added)


def test_notes_of_several_lines(folder: Path) -> None:
    """They change as a whole, and nothing is put into them."""
    text = "@startuml\n== Delete ==\nNuxeo -> S3: deleteObject\nhnote right\n wrong\nend note\n@enduml\n"
    path = folder / "traces" / "delete.puml"
    path.write_text(text, "utf-8")
    assert run("review", "--accept", "all").exit_code == 0
    assert path.read_text("utf-8") == text.replace("hnote right\n wrong\nend note", f"hnote right: {KEY}")


def test_lines_of_an_included_file_are_told(folder: Path) -> None:
    """They are not changed from the diagram that includes them: others may include them, too."""
    (folder / "traces" / "delete.iuml").write_text(f"Nuxeo -> S3: deleteObject\n{WRONG}\n", "utf-8")
    path = folder / "traces" / "delete.puml"
    path.write_text("@startuml\n== Delete ==\n!include delete.iuml\n@enduml\n", "utf-8")
    result = run("review", "--accept", "all")
    assert result.exit_code == 1
    assert "warning: traces/delete.puml: traces/delete.iuml:2:1: the note differs" in result.stderr
    assert result.stderr.endswith("edit it by hand\n")
    assert WRONG in (folder / "traces" / "delete.iuml").read_text("utf-8")


def test_read_only_files_are_left_alone(folder: Path) -> None:
    """One of them keeps all from being changed: what is accepted is written as a whole."""
    path = spoil(folder, "copied")
    other = folder / "traces" / "delete.puml"
    other.write_text(other.read_text("utf-8").replace(KEY, "wrong"), "utf-8")
    before = path.read_bytes(), other.read_bytes()
    other.chmod(0o444)
    result = run("review", "--accept", "all")
    assert (result.exit_code, "cannot write traces/delete.puml: it is read-only" in result.stderr) == (2, True)
    assert (path.read_bytes(), other.read_bytes()) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "status", "gone"),
    [
        ("x\nr\na\nq\n", 1, [b"bytes!"]),
        ("s\nA\n", 1, [b"bytes!", b"copied!"]),
    ],
)
def test_answers(folder: Path, typed: str, status: int, gone: Sequence[bytes]) -> None:
    """Accept, reject, skip, accept the rest, quit; an unknown answer is asked again."""
    path = spoil(folder, "S3: missing", "write 3 bytes", "copied")
    found, told = on_a_terminal(folder, typed)
    assert found == status, told
    left = path.read_bytes()
    assert [each for each in (b"missing!", b"bytes!", b"copied!") if each not in left] == gone


@pytest.mark.slow
def test_ctrl_c_writes_nothing(folder: Path) -> None:
    """Also after something was accepted; the status is that of a command that was stopped."""
    path = spoil(folder, "S3: missing", "copied")
    before = path.read_bytes()
    status, told = on_a_terminal(folder, "a\n", signal.SIGINT)
    assert (status, "Traceback" in told) == (130, False)
    assert path.read_bytes() == before
