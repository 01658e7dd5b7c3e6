"""`check -k` and `check --section`: what is chosen, and how that is refused."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.commands import simulator

TRACES = Path(__file__).parents[2] / "traces"
NESTED = """@startuml
== A ==
A -> B: one
loop
  == inner ==
  A -> B: two ${N}
end
== Round ${N} ==
A -> B: three ${N}
== C ==
A -> B: four
@enduml
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three diagrams, one of which lies in its section "Copy", and no scenario beside the third."""
    shutil.copytree(TRACES, tmp_path / "traces", ignore=lambda _, names: [n for n in names if "." not in n])
    for path in (tmp_path / "traces").iterdir():
        if path.stem not in {"basic", "delete", "exists"} or path.name == "exists.toml":
            path.unlink()
    basic = tmp_path / "traces" / "basic.puml"
    basic.write_text(basic.read_text("utf-8").replace("exists (3 bytes)", "exists (4 bytes)"), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(simulator, arguments, catch_exceptions=False)


def judged(*arguments: str) -> list[tuple[str, str, float]]:
    """What `check` says with these: diagram, verdict and fitness."""
    document = json.loads(run("check", *arguments, "--format", "json").stdout)
    return [(Path(each["diagram"]).stem, each["verdict"], each["fitness"]) for each in document["results"]]


def test_words_choose_diagrams(folder: Path) -> None:
    """Only those whose names fit are judged; what is wrong with others does not matter."""
    (folder / "traces" / "bad.puml").write_text("nothing", "utf-8")
    result = run("check", "-k", "delete and not (basic or bad)")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "traces/delete.puml" in result.stdout
    assert "1 conforms" in result.stdout
    assert run("check", "-k", "not basic").exit_code == 2


def test_words_choose_one_of_a_file(folder: Path) -> None:
    """A diagram of several in one file has its own name."""
    texts = [f"@startuml {name}\nA -> B: {name}\n@enduml\n" for name in ("one", "two")]
    (folder / "several.puml").write_text("".join(texts), "utf-8")
    assert "not run       several.puml#two" in run("check", "several.puml", "-k", "TWO").stdout
    assert "several.puml#one" not in run("check", "several.puml", "-k", "TWO").stdout


def test_words_that_fit_nothing(folder: Path) -> None:
    """Wrong input, with what there is."""
    result = run("check", "-k", "none")
    assert result.exit_code == 2
    assert result.stderr.startswith("-k 'none' fits none of 3 diagrams\n  expected: traces/basic.puml, traces/delete.")


def test_a_section_is_judged_alone(folder: Path) -> None:
    """What other sections do is not compared, and diagrams without it are not judged; several may be chosen."""
    lines = run("check", "--section", "Read", "--section", "Write").stdout.splitlines()
    assert lines[1:3] == ["              Write   6 events  ok", "              Read    2 events  ok"]
    assert lines[-1].startswith("1 conforms")
    failing = run("check", "--section", "Copy", "--section", "Delete")
    assert failing.exit_code == 1
    assert "1 conforms, 1 deviates" in failing.stdout
    assert failing.stdout.endswith("run again: simulator check --section Copy --section Delete traces/basic.puml\n")


def test_the_scenario_ends_with_the_section(folder: Path) -> None:
    """Steps behind it are not run, and what steps of other sections fail to give is not told."""
    scenario = folder / "traces" / "basic.toml"
    text = scenario.read_text("utf-8")
    scenario.write_text(text.replace('expect = "foo"', 'expect = "bar"', 1), "utf-8")
    assert run("check", "-k", "basic", "--section", "Read copy").exit_code == 0
    assert "expected 'bar'" in run("check", "-k", "basic", "--section", "Read").stdout
    late = '\n[[steps]]\nsection = "Late"\ndo = "read"\nstore = "main"\nkey = "k"\nexpect-size = 1\n'
    scenario.write_text(f'{text}\n[[steps]]\ndo = "inject"\non = "PutObject"\nfault = "AccessDenied"\n{late}', "utf-8")
    assert "never struck" in run("check", "-k", "basic").stdout
    assert run("check", "-k", "basic", "--section", "Read second blob").exit_code == 0


def test_an_unknown_section(folder: Path) -> None:
    """Wrong input, with the sections that there are."""
    result = run("check", "--section", "Raed")
    assert result.exit_code == 2
    assert result.stderr.startswith("no diagram has a section 'Raed'\n  expected: 'Copy', 'Delete', 'Exists', 'Read', ")
    assert result.stderr.endswith("\n  did you mean 'Read'?\n")


def test_sections_of_the_system(folder: Path) -> None:
    """They are parts of the section of the run in which they begin, and can be judged alone."""
    for suffix in ("puml", "toml"):
        shutil.copy(TRACES / "transactions" / f"write-twice.{suffix}", folder)
    whole = run("check", "write-twice.puml", "--section", "Commit").stdout.splitlines()
    assert [line.split("  ")[7].strip() for line in whole[1:4]] == ["Commit", "TX commit", "TX end"]
    assert judged("write-twice.puml", "--section", "TX commit") == [("write-twice", "conforms", 1.0)]
    nothing = run("check", "write-twice.puml", "--section", "TX end")
    assert nothing.exit_code == 2
    assert nothing.stderr.startswith("nothing was judged: nothing happens in these sections\n")


def test_sections_of_logs(folder: Path) -> None:
    """Sections in fragments belong to the one around; holes in titles are read; an unknown one ends what is judged."""
    (folder / "nested.puml").write_text(NESTED, "utf-8")
    events = [("section", "A"), "one", ("section", "inner"), "two 1", ("section", "inner"), "two 2"]
    events += [("section", "new"), "what?", ("section", "Round 2"), "three 2", ("section", "C"), "five"]
    rows = [
        {"trace": "t", "seq": number, "source": "A", "target": "B", "label": each}
        if isinstance(each, str)
        else {"trace": "t", "seq": number, "kind": each[0], "label": each[1]}
        for number, each in enumerate(events)
    ]
    (folder / "run.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    command = ("nested.puml", "--log", "run.jsonl", "--section")
    assert judged(*command, "Round ${N}") == judged(*command, "Round 2") == [("nested", "conforms", 1.0)]
    assert judged(*command, "C") == [("nested", "deviates", 0.75)]
    assert judged(*command, "A") == [("nested", "deviates", 0.875)]


def test_a_section_of_diagrams_without_any(tmp_path: Path) -> None:
    """That no diagram has it is told there as well."""
    (tmp_path / "plain.puml").write_text("@startuml\nA -> B: x\n@enduml\n", "utf-8")
    result = CliRunner().invoke(simulator, ("check", str(tmp_path), "--section", "Nope"))
    assert (result.exit_code, result.stderr) == (2, "no diagram has a section 'Nope'\n")
