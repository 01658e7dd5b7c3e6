"""The commands: what each prints and its exit status, on real files and the S3 in memory."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from simulator.api import check, check_paths, load_diagram, write_log
from simulator.blobs.backends import Backend
from simulator.cli.commands import COMMANDS, Commands, simulator
from simulator.config import Configuration
from simulator.errors import BackendError, ConfigurationError
from simulator.events import Event, Trace
from simulator.where import Where

TRACES = Path(__file__).parent.parent.parent / "traces"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder whose `traces/` holds the diagram of the README and its scenario."""
    (tmp_path / "traces").mkdir()
    for name in ("basic.puml", "basic.toml"):
        shutil.copy(TRACES / name, tmp_path / "traces" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    return tmp_path


def run(*arguments: str, **streams: bytes) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False, **streams)  # type: ignore[arg-type]  # input=


def break_diagram(folder: Path) -> None:
    """Make the diagram say something that does not happen."""
    path = folder / "traces" / "basic.puml"
    path.write_text(path.read_text(encoding="utf-8").replace("exists (3 bytes)", "exists (4 bytes)"), encoding="utf-8")


# --- check


def test_check_on_several_services(folder: Path) -> None:
    """With several `--s3` each runs every diagram, once; the JSON says which, and the status is that of one run."""
    services = ("--s3", "moto", "--s3", "memory")
    text = run("check", *services)
    assert (text.exit_code, text.stderr) == (0, "")
    assert text.stdout.startswith(
        "0 of 1 diagrams differ   moto   memory\nconform                  1      1\n\n2 conform"
    )
    document = json.loads(run("check", *services, "--format", "json").stdout)
    assert [(each["diagram"], each["s3"]) for each in document["results"]] == [
        ("traces/basic.puml", "moto"),
        ("traces/basic.puml", "memory"),
    ]
    break_diagram(folder)
    broken = run("check", *services)
    assert broken.exit_code == 1
    assert "deviates traces/basic.puml on moto, memory: trace basic: " in broken.stdout
    assert "run again: simulator check --s3 moto --s3 memory traces/basic.puml\n" in broken.stdout


class Unclean(Where):
    """A service that cannot be cleaned up at the end."""

    @contextmanager
    def backend(self, settings: Configuration) -> Iterator[Callable[[], Backend]]:
        with super().backend(settings) as opened:
            yield opened
        raise BackendError("the objects could not be removed")


def test_check_that_cannot_clean_up(folder: Path) -> None:
    """What was judged is told, also where its objects could not be removed; the status is that of wrong input."""
    report = check_paths([str(folder / "traces")], where=Unclean("memory"))
    assert [result.outcome for result in report.results] == ["conforms"]
    assert ([str(error) for error in report.errors], report.status) == (["the objects could not be removed"], 2)


def test_check_where_one_service_is_away(folder: Path) -> None:
    """What is wrong with one service or one scenario is told once, and the others are judged; status 2."""
    (folder / "traces" / "wrong.puml").write_text("@startuml\nA -> B: x\n@enduml\n", encoding="utf-8")
    (folder / "traces" / "wrong.toml").write_text("[[steps]]\ndo = 'dance'\n", encoding="utf-8")
    result = run("check", "--s3", "http://127.0.0.1:9", "--s3", "moto", "--s3", "memory")
    assert result.exit_code == 2
    assert (result.stderr.count("no bucket is named"), result.stderr.count("wrong.toml:2")) == (1, 1)
    assert "conform                  1      1\n" in result.stdout


def test_check_conforms(folder: Path) -> None:
    """The default is all of `traces/`; a line per diagram and section, status 0, nothing on standard error."""
    del folder
    result = run("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("conforms      traces/basic.puml   trace basic, 30 events, ")
    assert "\n              Write second blob   6 events  ok\n" in result.stdout


def test_check_deviates(folder: Path) -> None:
    """A diagram that does not fit gives status 1, the line, and the command to run again."""
    break_diagram(folder)
    result = run("check", "traces/basic.puml", "--s3", "memory")
    assert result.exit_code == 1
    assert "traces/basic.puml:23:1: different: the label differs" in result.stdout
    assert "\nrun again: simulator check --s3 memory traces/basic.puml\n" in result.stdout


def test_check_quiet_and_verbose(folder: Path) -> None:
    """`-q` leaves out what conforms; `-v` shows every event with its line and values."""
    del folder
    assert len(run("check", "-q").stdout.splitlines()) == 1
    assert "  line 6    Nuxeo -> tmp: write / hnote: bin_" in run("check", "-v").stdout


def test_check_without_scenario(folder: Path) -> None:
    """Without a scenario a diagram is not run; when nothing is run the input is wrong."""
    (folder / "traces" / "basic.toml").unlink()
    result = run("check")
    assert result.exit_code == 2
    assert "not run       traces/basic.puml   no scenario beside it" in result.stdout
    assert "nothing was judged" in result.stderr


def test_check_without_diagram(folder: Path) -> None:
    """A folder without diagrams is wrong input."""
    (folder / "empty").mkdir()
    result = run("check", "empty")
    assert result.exit_code == 2
    assert "no diagram (*.puml) found in empty" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "bad.puml"),
        (b"", "bad.puml:1:1: the file is empty"),
        (b"\x00\xff\xfe\x80", "bad.puml:1:"),
        (b"@startuml\nA ~> B\n@enduml\n", "bad.puml:2:"),
        (b"@startuml\nA -> B: ${}\n@enduml\n", "bad.puml:2:"),
    ],
)
def test_wrong_diagram(folder: Path, content: bytes | None, message: str) -> None:
    """A diagram that cannot be read is told with its place, status 2; the others are judged all the same."""
    if content is not None:
        (folder / "bad.puml").write_bytes(content)
    result = run("check", "bad.puml", "traces")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "conforms      traces/basic.puml" in result.stdout
    assert "1 conforms, 1 error" in result.stdout


def test_wrong_scenario(folder: Path) -> None:
    """A scenario that cannot be read is told with its place."""
    (folder / "traces" / "basic.toml").write_text("[[steps]]\ndo = 'dance'\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 2
    assert "traces/basic.toml:2:" in result.stderr


def test_unknown_service(folder: Path) -> None:
    """An S3 service that is none is wrong input."""
    del folder
    result = run("check", "--s3", "bogus")
    assert result.exit_code == 2
    assert "'bogus'" in result.stderr


def test_check_json(folder: Path) -> None:
    """With `--format json` standard output is one JSON document."""
    break_diagram(folder)
    result = run("check", "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["summary"]["deviates"] == 1
    assert document["results"][0]["deviations"][0]["line"] == 23


def test_report_to_a_file(folder: Path) -> None:
    """`--format json=FILE` writes the file, whole, beside the text on standard output."""
    (folder / "out.json").write_text("old", encoding="utf-8")
    result = run("check", "--format", "json=out.json", "--format", "text=out.txt")
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))["summary"]["conforms"] == 1
    assert "conforms      traces/basic.puml" in result.stdout
    assert (folder / "out.txt").read_text(encoding="utf-8").endswith(result.stdout[-20:])
    assert {path.name for path in folder.iterdir()} == {"traces", "out.json", "out.txt"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--format", "xml"), "there is no format 'xml'; there are: text, json"),
        (("check", "--format", "json="), "the path after 'json=' is missing"),
        (("check", "--format", "json", "--format", "text"), "two formats go to standard output"),
        (("check", "--format", "json=a", "--format", "text=a"), "two formats go to a"),
        (("check", "-q", "-v"), "contradict"),
        (("check", "--all"), "--all says how to judge the traces of a log"),
        (("check", "--log", "x", "--scenario", "y"), "give one of them"),
        (("check", "--log", "a.jsonl", "--log", "b.jsonl"), "--log is given 2 times"),
        (("check", "--s3", "moto", "--s3", "memory", "--s3", "moto"), "moto is named 2 times; name each service once"),
        (("check", "--bucket", "a", "--bucket", "b"), "--bucket is given 2 times"),
        (("explore", "--s3", "moto", "--s3", "memory"), "--s3 is given 2 times"),
        (("check", "--s3", "moto", "--s3", "http://127.0.0.1:9"), "no bucket is named for http://127.0.0.1:9"),
        (("check", "--log", "a.jsonl", "--s3", "moto"), "--log runs nothing"),
        (("check", "--s3", "http://me:secret@h"), "the URL of the S3 service holds a user or a password"),
        (("check", "--bogus"), "--bogus"),
        (("record", "traces/basic.puml", "-o", "traces/basic.puml"), "the suffix says what to write"),
        (("record", "traces/basic.puml", "-o", "x.txt"), "expected: .jsonl, .jsonl.gz, .jsonl.zst"),
        (("record", "traces/basic.toml", "--scenario", "x.toml"), "give one of them"),
        (("record", "traces"), "traces: it is a folder\n  expected: a scenario (NAME.toml), a diagram (NAME.puml)"),
        (("record", "traces/basic.puml#none"), "holds no diagram 'none'"),
        (("draw", "traces"), "an event log (.jsonl, .jsonl.gz, .jsonl.zst)"),
        (("draw", "nope"), "nope: no such file"),
        (("draw", "traces/basic.puml#none"), "holds no diagram 'none'"),
        (("replay", "traces"), "traces: it is a folder"),
        (("replay", "traces/basic.toml"), "traces/basic.toml is no saved failure"),
        (("explore", "-o", "traces/basic.puml/found"), "is no folder that can be written to"),
        (("check", "--format", "json=none/out.json"), "cannot write none/out.json: there is no folder none"),
        (("check", "--format", "json=traces"), "cannot write traces: it is a folder"),
        (("chekc",), "did you mean 'check'?"),
        (("dance",), "there are: check, parse, record, draw, explore, replay"),
        (("--bogus",), "--bogus"),
        (("parse",), "FILE"),
        (("record",), "INPUT"),
        (("record", "none.toml"), "none.toml"),
        (("record", "traces/basic.puml", "-o", "none/a.jsonl"), "there is no folder none"),
        (("draw", "traces/basic.toml", "-o", "a.png"), "expected: .puml"),
        (("draw", "none.jsonl"), "none.jsonl"),
        (("explore", "--seed", "x"), "'x'"),
        (("explore", "--time", "0s"), "in no time nothing is found"),
        (("explore", "--depth", "0"), "0 is not in the range x>=1"),
        (("explore", "none"), "none"),
        (("replay", "none.toml"), "none.toml"),
    ],
)
def test_wrong_input(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """Wrong input of any kind: a message on standard error that names it, status 2, nothing left behind."""
    result = run(*arguments)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert "Traceback" not in result.stderr
    assert {path.name for path in folder.iterdir()} == {"traces"}


# --- record, draw, check --log


def test_record_and_judge_the_log(folder: Path) -> None:
    """What `record` writes, `check --log` judges: from a file, from standard input, compressed."""
    recorded = run("record", "traces/basic.puml", "-o", "run.jsonl.gz")
    assert (recorded.exit_code, recorded.stdout, recorded.stderr) == (0, "", "")
    assert run("check", "traces", "--log", "run.jsonl.gz").exit_code == 0
    piped = run("record", "traces/basic.toml").stdout_bytes
    result = run("check", "--log", "-", input=piped)
    assert result.exit_code == 0
    assert "conforms      traces/basic.puml   trace basic" in result.stdout
    assert {path.name for path in folder.iterdir()} == {"traces", "run.jsonl.gz"}


def test_deviating_log_says_how_to_run_again(folder: Path) -> None:
    """The command to run again names the log."""
    run("record", "traces/basic.toml", "-o", "run.jsonl")
    break_diagram(folder)
    result = run("check", "--log", "run.jsonl", "--all")
    assert result.exit_code == 1
    assert result.stdout.endswith("run again: simulator check --log run.jsonl --all traces/basic.puml\n")


def test_strength(folder: Path) -> None:
    """What a diagram would not notice is told with its place; a long run is changed in some places, drawn by a seed."""
    (folder / "long.puml").write_text("@startuml\nloop 1..*\nA -> B: x\nend\n@enduml\n", encoding="utf-8")
    write_log([Trace("long", (Event(source="A", target="B", label="x"),) * 400)], folder / "long.jsonl")
    text = run("check", "long.puml", "--log", "long.jsonl", "--strength", "--format", "json=long.json").stdout
    assert "200 of 300 changes noticed, 66 %; 50 of 400 events were changed, drawn at random" in text
    assert "long.puml:2:1: `loop` takes other numbers of rounds" in text
    assert ", seed 0)" in text
    document = json.loads((folder / "long.json").read_text("utf-8"))
    row = document["results"][0]["strength"]
    assert (row["events"], row["of"], document["seed"]) == (50, 400, 0)
    assert {(each["change"], each["cause"], each["line"]) for each in row["survivors"]} == {
        ("dropped", "loop", 2),
        ("doubled", "loop", 2),
    }


def test_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lifelines that keep their order will do, where the option, the setting or the caller of the library says so."""
    diagram = folder / "traces" / "two.puml"
    diagram.write_text("@startuml\nA -> B: one\nC -> D: two\nA -> B: three\n@enduml\n", encoding="utf-8")
    sent = [("A", "B", "one"), ("C", "D", "two"), ("A", "B", "three")]
    one, two, three = (Event(source=source, target=target, label=label) for source, target, label in sent)
    moved, wrong = Trace("run", (two, one, three)), Trace("run", (three, two, one))
    write_log([moved], folder / "run.jsonl")
    command = ("check", str(diagram), "--log", "run.jsonl")
    assert run(*command).exit_code == run(*command, "--order", "strict").exit_code == 1
    assert run(*command, "--order", "lifeline").exit_code == 0
    assert not check(load_diagram(diagram), moved)
    monkeypatch.setenv("SIMULATOR_ORDER", "lifeline")
    assert run(*command).exit_code == 0
    assert check(load_diagram(diagram), moved)
    assert not check(load_diagram(diagram), wrong)
    assert not check(load_diagram(diagram), moved, order="strict")
    assert run(*command, "--order", "strict").stdout.endswith(f"--order strict {diagram}\n")
    assert run(*command, "--order", "weak").exit_code == 2


def test_coverage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the traces of a log show of all diagrams together must be enough, by the option or the setting."""
    one, two = (Event(source="A", target="B", label=label) for label in ("one", "two"))
    text = "@startuml\nA -> B: one\nopt\nA -> B: two\nend\n@enduml\n"
    (folder / "first.puml").write_text(text, encoding="utf-8")
    (folder / "second.puml").write_text("@startuml\nA -> B: three\n@enduml\n", encoding="utf-8")
    write_log([Trace("run", (one,))], folder / "one.jsonl")
    write_log([Trace("run", (one,)), Trace("more", (one, two))], folder / "two.jsonl")
    assert run("check", "first.puml", "--log", "one.jsonl", "--fail-under", "50").exit_code == 0
    result = run("check", "first.puml", "--log", "one.jsonl", "--fail-under", "50.1", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["coverage"]["first.puml"]["percent"]) == (1, 50.0)
    assert "the coverage is 50 %, and must be 50.1 %" in result.stderr
    monkeypatch.setenv("SIMULATOR_FAIL_UNDER", "100")
    assert run("check", "first.puml", "--log", "one.jsonl").exit_code == 1
    assert run("check", "first.puml", "--log", "two.jsonl").exit_code == 0
    result = run("check", "first.puml", "second.puml", "--log", "two.jsonl")
    assert (result.exit_code, "second.puml:2:1: A -> B: three" in result.stderr) == (1, True)
    assert run("check", "first.puml", "--log", "one.jsonl", "--fail-under", "101").exit_code == 2


def test_a_run_is_covered(folder: Path) -> None:
    """Runs of scenarios count, those on several services together; what was not run does not."""
    (folder / "traces" / "other.puml").write_text("@startuml\nA -> B: one\n@enduml\n", encoding="utf-8")
    result = run("check", "--s3", "memory", "--s3", "moto", "--fail-under", "100", "--format", "json")
    coverage = json.loads(result.stdout)["coverage"]
    assert (result.exit_code, list(coverage)) == (0, ["traces/basic.puml"])
    assert {part["count"] for part in coverage["traces/basic.puml"]["parts"]} == {2}


def test_cut_off_log(folder: Path) -> None:
    """A log whose last line is cut off: a warning, and the rest is judged."""
    run("record", "traces/basic.toml", "-o", "run.jsonl")
    content = (folder / "run.jsonl").read_bytes()
    (folder / "run.jsonl").write_bytes(content[:-40])
    result = run("check", "--log", "run.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("warning: ")
    assert "prefix        traces/basic.puml" in result.stdout


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\x00\x01\x02", b"[1]\n"])
def test_wrong_log(folder: Path, content: bytes) -> None:
    """A log that is empty or no log is wrong input."""
    (folder / "run.jsonl").write_bytes(content)
    result = run("check", "--log", "run.jsonl")
    assert result.exit_code == 2
    assert result.stderr


def test_draw(folder: Path) -> None:
    """A scenario, its log and its diagram are drawn the same; the drawing holds."""
    drawn = run("draw", "traces/basic.toml").stdout
    assert drawn.startswith("@startuml\n")
    assert "bin_${TMP3}.tmp" in drawn
    log = run("record", "traces/basic.toml").stdout_bytes
    assert run("draw", "-", input=log).stdout == drawn
    assert run("draw", "traces/basic.puml", "-o", "again.puml").exit_code == 0
    assert (folder / "again.puml").read_text(encoding="utf-8") == drawn
    shutil.copy(folder / "traces" / "basic.toml", folder / "again.toml")
    assert run("check", "again.puml", "--format", "svg=again.svg").exit_code == 0
    assert "conforms: again.puml, trace again" in (folder / "again.svg").read_text(encoding="utf-8")


def test_a_page_of_pictures(folder: Path) -> None:
    """All traces of a log, each under its name."""
    log = run("record", "traces/basic.toml").stdout
    (folder / "run.jsonl").write_text(log + log.replace('"trace":"basic"', '"trace":"other"'), encoding="utf-8")
    assert run("draw", "run.jsonl", "-o", "run.html").exit_code == 0
    page = (folder / "run.html").read_text(encoding="utf-8")
    assert all(f"<summary>{name} <span>23 messages" in page for name in ("basic", "other"))


def test_failed_step_is_told_where_nothing_is_judged(folder: Path) -> None:
    """`record` writes what happened; a step that failed is a warning."""
    path = folder / "traces" / "basic.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('expect = "foo"', 'expect = "bar"', 1), encoding="utf-8")
    result = run("record", "traces/basic.toml", "-o", "run.jsonl")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: traces/basic.toml:")
    assert run("check").exit_code == 1


def test_scenario_is_not_written_over(folder: Path) -> None:
    """A log does not take the place of the scenario that it records."""
    (folder / "a.jsonl").write_text("kept", encoding="utf-8")
    assert run("record", "traces/basic.puml", "--scenario", "a.jsonl", "-o", "./a.jsonl").exit_code == 2
    assert (folder / "a.jsonl").read_text(encoding="utf-8") == "kept"


def test_mermaid(folder: Path) -> None:
    """A diagram is written as Mermaid by the suffix, what is lost is told; of several diagrams one must be named."""
    (folder / "two.puml").write_text("@startuml a\nA -> B\n@enduml\n@startuml b\n== x ==\n@enduml\n", "utf-8")
    assert run("draw", "two.puml#b", "-o", "b.mmd").exit_code == 2
    assert "without participants" in run("draw", "two.puml#b", "-o", "b.mmd").stderr
    drawn = run("draw", "traces/basic.puml", "-o", "basic.mmd")
    assert drawn.exit_code == 0
    assert "warning: traces/basic.puml:" in drawn.stderr
    assert (folder / "basic.mmd").read_text("utf-8").startswith("sequenceDiagram\n")
    refused = run("draw", "two.puml", "-o", "x.mmd")
    assert (refused.exit_code, (folder / "x.mmd").exists()) == (2, False)
    assert "gives 2 diagrams, and a Mermaid file holds one" in refused.stderr


def test_formatting(folder: Path) -> None:
    """All diagrams of a file are written in one fixed form, which stays as it is; comments are gone."""
    text = "@startuml a\n' why\nA->B:x\n\nskinparam x{\n a b\n}\n@enduml\n@startuml b\nB<--A\nnote left:y\n@enduml"
    (folder / "two.puml").write_text(text, "utf-8")
    once = "@startuml a\nA -> B: x\nskinparam x{\n a b\n}\n@enduml\n\n@startuml b\nB <-- A\nnote left: y\n@enduml\n"
    assert run("draw", "two.puml", "-o", "two.puml").exit_code == 0
    assert (folder / "two.puml").read_text("utf-8") == once
    assert run("draw", "two.puml").stdout == once


def test_empty_log_is_not_drawn(folder: Path) -> None:
    """A log without a trace has no drawing, and judges nothing; the message says why."""
    result = run("draw", "-", input=b"")
    assert (result.exit_code, result.stdout, "the log holds no trace" in result.stderr) == (2, "", True)
    (folder / "empty").mkdir()
    assert "the log holds no trace" in run("check", "--log", "-", input=b"").stderr
    log = run("record", "traces/basic.toml").stdout_bytes
    assert "no diagram (*.puml) was found" in run("check", "empty", "--log", "-", input=log).stderr


def test_one_of_several_diagrams(folder: Path) -> None:
    """`#name` means one diagram, for `record` and `draw` as for `check`; a name that two have is refused."""
    path = folder / "traces" / "basic.puml"
    text = path.read_text(encoding="utf-8")
    other = "@startuml other\nA -> B: x\n@enduml\n"
    path.write_text(text + other, encoding="utf-8")
    drawn = run("draw", "traces/basic.puml#other")
    assert (drawn.exit_code, drawn.stdout.count("@startuml")) == (0, 1)
    assert run("record", "traces/basic.puml#other").exit_code == 0
    path.write_text(text + other + other, encoding="utf-8")
    result = run("check")
    assert result.exit_code == 2
    assert "a second diagram is called 'other'" in result.stderr


def test_names_that_are_not_utf8(folder: Path) -> None:
    """The odd bytes of a file's name stand as escapes in a log."""
    shutil.copy(folder / "traces" / "basic.toml", folder / "a\udcff.toml")
    recorded = run("record", "a\udcff.toml")
    assert (recorded.exit_code, '"trace":"a\\\\udcff"' in recorded.stdout) == (0, True)


def test_log_is_named_by_its_path(folder: Path) -> None:
    """A message about a log names it as the user did."""
    (folder / "traces" / "run.jsonl").write_bytes(b"{}\n")
    assert run("check", "--log", "traces/run.jsonl").stderr.startswith("traces/run.jsonl:1:1: ")


def test_service_of_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is none is told with the name of the variable."""
    del folder
    monkeypatch.setenv("SIMULATOR_S3", "bogus")
    assert "SIMULATOR_S3 is 'bogus'" in run("check").stderr


UNKNOWN = "@startuml\n== Write ==\nref over Nuxeo: as usual\n@enduml\n"


def test_uses_that_cannot_be_judged(folder: Path) -> None:
    """They are named with their place, status 2, and the other diagrams are judged; without a scenario nothing is."""
    shutil.copy(folder / "traces" / "basic.toml", folder / "traces" / "other.toml")
    (folder / "traces" / "other.puml").write_text(UNKNOWN, encoding="utf-8")
    result = run("check")
    assert result.exit_code == 2
    assert "1 conforms" in result.stdout
    assert "traces/other.puml:3:1: no diagram of this folder is called" in result.stderr
    (folder / "traces" / "other.toml").unlink()
    assert run("check").exit_code == 0


def test_uses_that_cannot_be_judged_by_a_log(folder: Path) -> None:
    """A diagram that cannot be judged is an error; the others judge the log all the same."""
    assert run("record", "traces/basic.toml", "-o", "run.jsonl").exit_code == 0
    (folder / "traces" / "other.puml").write_text(UNKNOWN, encoding="utf-8")
    result = run("check", "traces/other.puml", "traces/basic.puml", "--log", "run.jsonl")
    assert result.exit_code == 2
    assert "1 conforms" in result.stdout
    assert "traces/other.puml:3:1: no diagram of this folder is called" in result.stderr
    alone = run("check", "traces/other.puml", "--log", "run.jsonl")
    assert (alone.exit_code, "conforms" in alone.stdout) == (2, False)


def test_a_scenario_names_its_diagram(folder: Path) -> None:
    """One of the diagrams of the file; the others need not hold."""
    basic, scenario = folder / "traces" / "basic.puml", folder / "traces" / "basic.toml"
    basic.write_text(UNKNOWN + basic.read_text(encoding="utf-8").replace("@startuml", "@startuml real"), "utf-8")
    assert run("check").exit_code == 2
    steps = scenario.read_text(encoding="utf-8")
    scenario.write_text(f'diagram = "real"\n{steps}', encoding="utf-8")
    result = run("check", "-v")
    assert result.exit_code == 0
    assert "basic.puml#real" in result.stdout
    scenario.write_text(f'diagram = "reel"\n{steps}', encoding="utf-8")
    result = run("check")
    assert result.exit_code == 2
    assert result.stderr.startswith("traces/basic.toml:1:1: traces/basic.puml holds no diagram 'reel'")


# --- parse


def test_parse(folder: Path) -> None:
    """`parse` says what a diagram expects, and goes on after a file that it cannot read."""
    (folder / "bad.puml").write_text("@startuml\nA ~> B\n@enduml\n", encoding="utf-8")
    result = run("parse", "bad.puml", "traces/basic.puml")
    assert result.exit_code == 2
    assert "bad.puml: not valid\n" in result.stdout
    assert "  Nuxeo -> tmp: write\n" in result.stdout
    assert result.stderr.startswith("bad.puml:2:")


FAULTY = """@startuml
A -> B: one
atl two
B -> C: two
else
end
C - D
C -> D: three
@enduml
"""


def test_several_errors(folder: Path) -> None:
    """`parse` tells all errors of a file, `check` the first and how many more there are."""
    (folder / "bad.puml").write_text(FAULTY, encoding="utf-8")
    told = [line for line in run("parse", "bad.puml").stderr.split("\n") if line.startswith("bad.puml:")]
    assert told == ["bad.puml:3:1: there is no statement `atl`", "bad.puml:7:3: `-` is no arrow"]
    document = json.loads(run("parse", "--format", "json", "bad.puml").stdout)
    assert [(error["line"], error["column"]) for error in document["files"][0]["errors"]] == [(3, 1), (7, 3)]
    checked = run("check", "bad.puml")
    assert checked.exit_code == 2
    assert checked.stderr.startswith("bad.puml:3:1: there is no statement `atl`\n  atl two\n  ^\n")
    assert "(and 1 more error: `simulator parse` tells all)" in checked.stderr


def test_lenient(folder: Path) -> None:
    """With `--lenient` wrong lines are left out with a warning; the file is not valid all the same."""
    (folder / "bad.puml").write_text(FAULTY, encoding="utf-8")
    told = run("parse", "--lenient", "bad.puml")
    assert told.exit_code == 0
    assert [line.split("  ")[-1] for line in told.stdout.split("\n") if "->" in line] == [
        "A -> B: one",
        "B -> C: two",
        "C -> D: three",
    ]
    assert told.stderr.startswith("warning: bad.puml:3:1: there is no statement `atl`\n  atl two\n")
    (file,) = json.loads(run("parse", "--lenient", "--format", "json", "bad.puml").stdout)["files"]
    assert not file["valid"]
    assert len(file["errors"]) == 2
    assert len(file["diagrams"][0]["messages"]) == 3
    drawn = run("draw", "--lenient", "bad.puml")
    assert drawn.exit_code == 0
    assert drawn.stdout == "@startuml\nA -> B: one\nB -> C: two\nC -> D: three\n@enduml\n"
    assert "warning: bad.puml:7:3: `-` is no arrow: this is left out" in drawn.stderr


def test_lenient_with_nothing_to_read(folder: Path) -> None:
    """A file of which nothing can be read is refused also with `--lenient`."""
    (folder / "bad.puml").write_text("@startuml\nclass A\n@enduml\n", encoding="utf-8")
    for command in ("parse", "draw"):
        refused = run(command, "--lenient", "bad.puml")
        assert refused.exit_code == 2
        assert refused.stderr.startswith("bad.puml:2:1: this is a class diagram, not a sequence diagram\n")


def test_parse_json(folder: Path) -> None:
    """`parse --format json` gives one document for all files."""
    (folder / "bad.puml").write_text("", encoding="utf-8")
    result = run("parse", "--include-root", ".", "--format", "json", "bad.puml", "traces/basic.puml")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [file["valid"] for file in document["files"]] == [False, True]
    assert len(document["files"][1]["diagrams"][0]["messages"]) == 23


def test_parse_with_include_roots(folder: Path) -> None:
    """`--include-root` adds folders that includes may come from; instead of a flag, the settings may say so."""
    for name in ("docs", "one", "two"):
        (folder / name).mkdir()
    (folder / "docs" / "x.puml").write_text("@startuml\n!include a.iuml\n!include b.iuml\n@enduml\n", "utf-8")
    (folder / "one" / "a.iuml").write_text("A -> B: one\n", "utf-8")
    (folder / "two" / "b.iuml").write_text("B -> C: two\nwrong\n", "utf-8")
    refused = run("parse", "docs/x.puml")
    assert refused.stderr.startswith("docs/x.puml:2:1: there is no file `a.iuml` to include\n")
    result = run("parse", "docs/x.puml", "--include-root", "one", "--include-root", "two", "--format", "json")
    (error,) = json.loads(result.stdout)["files"][0]["errors"]
    assert (error["file"], error["line"]) == ("two/b.iuml", 2)
    (folder / "two" / "b.iuml").write_text("B -> C: two\n", "utf-8")
    (folder / "pyproject.toml").write_text('[tool.simulator]\ninclude-roots = ["one", "two"]\n', "utf-8")
    assert run("parse", "docs/x.puml").exit_code == 0
    assert run("draw", "docs/x.puml").stdout == "@startuml\nA -> B: one\nB -> C: two\n@enduml\n"


def test_depth_of_groups(folder: Path) -> None:
    """`max-depth` says how deep groups may be nested; JSON that cannot be written so deep is the user's affair."""
    depth = 1_500
    lines = ["@startuml", *["group g"] * depth, "A -> B", *["end"] * depth, "@enduml"]
    (folder / "x.puml").write_text("\n".join(lines), "utf-8")
    refused = run("parse", "x.puml")
    assert refused.exit_code == 2
    assert "x.puml:202:1: groups are nested deeper than 200" in refused.stderr
    (folder / "pyproject.toml").write_text(f"[tool.simulator]\nmax-depth = {depth}\n", "utf-8")
    assert run("parse", "x.puml").exit_code == 0
    assert run("draw", "x.puml").stdout.count("group g") == depth
    too_deep = run("parse", "x.puml", "--format", "json")
    # Later Pythons than 3.11 can write it.
    refusal = (2, ["groups are nested too deep for JSON"])
    assert (too_deep.exit_code, too_deep.stderr.splitlines()[:1]) in (refusal, (0, []))
    assert too_deep.exit_code or too_deep.stdout.count('"label": "g"') == depth


# --- explore, replay


@pytest.mark.slow
def test_explore(folder: Path) -> None:
    """`explore` lists what is uncovered, and draws it on request; `--fail-uncovered` makes it a failure."""
    result = run("explore", "--seed", "1", "--fail-uncovered", "-o", "found")
    assert result.exit_code == 1
    assert "no diagram describes" in result.stdout
    assert "seed 1)" in result.stdout
    assert run("check", "found").exit_code == 0
    assert (folder / "found").is_dir()


@pytest.mark.slow
def test_accept(folder: Path) -> None:
    """`explore --accept` adds to the folder, and nothing there is changed; then all is described, and holds."""
    (folder / "traces" / "delete.puml").write_text("mine", encoding="utf-8")
    refused = run("explore", "--accept")
    assert refused.exit_code == 2
    (folder / "traces" / "delete.puml").rename(folder / "traces" / "delete.txt")
    (folder / "traces" / "read-missing.toml").write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in (folder / "traces").iterdir()}
    result = run("explore", "traces/basic.puml", "--accept")
    (told,) = re.findall(r"^uncovered \((\d+)\)", result.stdout, re.MULTILINE)
    assert (result.exit_code, result.stdout.count("  drawn: traces/")) == (0, int(told))
    assert "  drawn: traces/read-missing-2.puml\n" in result.stdout
    assert {path: path.read_bytes() for path in before} == before
    (folder / "traces" / "read-missing.toml").unlink()
    assert run("check").exit_code == 0
    again = run("explore", "--accept", "--fail-uncovered")
    assert (again.exit_code, "drawn" in again.stdout) == (0, False)


def test_accept_needs_one_folder(folder: Path) -> None:
    """What is found in two folders belongs to neither."""
    (folder / "other").mkdir()
    for name in ("basic.puml", "basic.toml"):
        shutil.copy(TRACES / name, folder / "other" / name)
    refused = run("explore", "traces", "other/basic.puml", "--accept")
    assert (refused.exit_code, "and 2 are explored" in refused.stderr) == (2, True)


def test_replay_of_nothing(folder: Path) -> None:
    """Without arguments what `explore` saved is replayed; where nothing is saved, that is said."""
    refused = run("replay")
    assert (refused.exit_code, "no failure is saved in .simulator/failures" in refused.stderr) == (2, True)
    saved = folder / ".simulator" / "failures"
    shutil.copytree(TRACES.parent / "tests" / "examples" / "failures", saved)
    assert "fixed          .simulator/failures/write-same-again.toml" in run("replay").stdout


@pytest.mark.slow
def test_explore_json(folder: Path) -> None:
    """`explore --format json`: its seed, and what it covers."""
    del folder
    result = run("explore", "--seed", "2", "--format", "json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["seed"]) == (0, 2)
    assert document["campaign"]["rules"][0]["title"] == "Write"


def test_explore_depth(folder: Path) -> None:
    """`explore --depth N` says how many sequences there are, and what was pruned; in JSON too."""
    del folder
    arguments = ("explore", "traces/basic.puml", "--depth", "5", "--s3", "memory")
    result = run(*arguments)
    assert result.exit_code == 0
    assert "  8,308,824  sequences\n" in result.stdout
    assert "        192  transitions are left to run, between 10 distinct states\n" in result.stdout
    assert json.loads(run(*arguments, "--format", "json").stdout)["campaign"]["exhausted"] == {
        "names": ["main", "other"],
        "depth": 5,
        "operations": 24,
        "sequences": 8308824,
        "states": 10,
        "transitions": 192,
        "symmetric": 192,
        "equal": 8308440,
        "complete": True,
    }


@pytest.mark.slow
def test_explore_reports_what_it_cannot_save(folder: Path) -> None:
    """A file in the way of what is to be saved is an error beside the result."""
    (folder / "found").mkdir()
    for name in ("foo.bin", "empty.bin", "large.bin"):
        (folder / "found" / name).write_text("mine", encoding="utf-8")
    result = run("explore", "--seed", "1", "-o", "found")
    assert (result.exit_code, "is in the way" in result.stderr) == (2, True)
    assert "no diagram describes" in result.stdout


# --- the group


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((name, "--help") for name in COMMANDS)])
def test_help(arguments: tuple[str, ...]) -> None:
    """Every command explains itself."""
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    assert "--help" in result.stdout
    assert "\\b" not in result.stdout


def test_help_keeps_examples_as_lines() -> None:
    """Examples are not filled into a paragraph."""
    assert "\n    simulator draw run.jsonl -o run.puml\n" in run("draw", "--help").stdout


def test_version() -> None:
    """The version, on standard output."""
    result = run("--version")
    assert (result.exit_code, result.stdout[:10]) == (0, "simulator ")


class Failing(Commands):
    """A group whose only command raises."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("simulator")
        self.error = error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Give the command that raises."""
        del ctx

        def fail(*, verbose: bool) -> None:
            click.get_current_context().meta["verbose"] = verbose
            raise self.error

        return click.Command(cmd_name, callback=fail, params=[click.Option(["-v", "--verbose"], is_flag=True)])


def test_bug() -> None:
    """A bug of ours: status 3, one message that says how to report it, the traceback only with `-v`."""
    failing = Failing(ZeroDivisionError("division by zero"))
    short = CliRunner().invoke(failing, ["x"])
    assert (short.exit_code, short.stdout) == (3, "")
    assert short.stderr.startswith("simulator has a bug: ZeroDivisionError: division by zero\n")
    assert "Traceback" not in short.stderr
    assert "Traceback" in CliRunner().invoke(failing, ["x", "-v"]).stderr


def test_stopped() -> None:
    """Ctrl-C outside of a run: status 130."""
    result = CliRunner().invoke(Failing(KeyboardInterrupt()), ["x"])
    assert (result.exit_code, result.stderr) == (130, "stopped\n")


def test_errors_steer_no_terminal() -> None:
    """A message shows control characters of the input as escapes."""
    result = CliRunner().invoke(Failing(ConfigurationError("odd \x1b[31m name", hint="mind\tthis")), ["x"])
    assert (result.exit_code, result.stderr) == (2, "odd \\x1b[31m name\n  mind\tthis\n")
