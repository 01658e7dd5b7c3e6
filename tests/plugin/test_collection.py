"""Which diagrams are tests, how they are chosen, and that nothing else is touched."""

from pathlib import Path

import pytest

from simulator.testing import diagrams
from tests.plugin.loaded import PLUGIN

# pytester forgets what a run has imported that was not imported before: loaded here once, runs are quick.
PRELOADED = diagrams

RIGHT = (Path(__file__).parents[2] / "traces" / "delete.puml", Path(__file__).parents[2] / "traces" / "delete.toml")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with diagrams of every kind."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("SIMULATOR_S3", "memory")
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:benchmark\n")
    text, scenario = (each.read_text(encoding="utf-8") for each in RIGHT)
    wrong = text.replace("deleteObject", "removeObject")
    folder = pytester.mkdir("traces")
    for name, content in {
        "right.puml": text,
        "wrong.puml": wrong,
        # Alternatives: that one of them allows the run will do.
        "several.puml": wrong + text,
        "broken.puml": text.replace("->", "=>"),
        "alone.puml": wrong,
        "settings.toml": "x = 1\n",
        "steps.toml": "[tool]\nsteps = 'none'",
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    for name in ("right", "wrong", "several", "broken", "new"):
        (folder / f"{name}.toml").write_text(scenario, encoding="utf-8")
    return pytester


def names(result: pytest.RunResult) -> list[str]:
    """The tests that were listed."""
    return [line for line in result.outlines if "::" in line and line.startswith("traces")]


def test_diagrams_are_chosen_as_tests_are(project: pytest.Pytester) -> None:
    """By folder, file, id, keyword and marker; and those that failed last."""
    every = ["broken", "new", "right", "several", "wrong"]
    files = {name: f"traces/{name}.{'toml' if name == 'new' else 'puml'}::{name}" for name in every}
    assert sorted(names(project.runpytest_inprocess(*PLUGIN, "--collect-only", "-q", "traces"))) == sorted(
        files.values()
    )
    chosen = {
        ("traces/right.puml",): ["right"],
        ("traces/right.puml::right",): ["right"],
        ("traces", "-k", "right or several"): ["right", "several"],
        ("traces", "-m", "simulator and not x"): every,
        ("traces/new.toml",): ["new"],
    }
    for words, expected in chosen.items():
        found = names(project.runpytest_inprocess(*PLUGIN, "--collect-only", "-q", *words))
        assert sorted(found) == [files[name] for name in expected]
    first = project.runpytest_inprocess(*PLUGIN, "traces")
    first.assert_outcomes(passed=2, failed=3)
    first.stdout.fnmatch_lines(["*broken.puml:5:*`=>` does not fit here*", "*there is no diagram*new.puml*"])
    assert "Traceback" not in first.stdout.str()
    project.runpytest_inprocess(*PLUGIN, "traces", "--lf").assert_outcomes(failed=3)


@pytest.mark.slow
def test_workers_find_the_same(project: pytest.Pytester) -> None:
    """With and without pytest-xdist."""
    outcomes = [
        sorted(line.split(" - ")[0] for line in result.outlines if line.startswith(("PASSED ", "FAILED ")))
        for result in (
            project.runpytest_subprocess(*PLUGIN, "-rA", *words, "traces") for words in (("-n", "2"), ("-n", "0"))
        )
    ]
    assert len(outcomes[0]) == 5
    assert outcomes[0] == outcomes[1]


def test_an_idle_plugin_loads_nothing(pytester: pytest.Pytester) -> None:
    """In a project without diagrams none of our rooms is imported, nor what is heavy in them."""
    pytester.makepyprojecttoml('[project]\nname = "other"\n[tool.other]\nx = 1\n')
    pytester.makepyfile(test_other="def test_other(tmp_path):\n    assert tmp_path\n")
    pytester.makeconftest(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    heavy = ('simulator', 'boto3', 'moto', 'lark', 'jinja2', 'msgspec', 'rich')\n"
        "    print('loaded', *sorted(m for m in sys.modules if m.split('.')[0] in heavy))\n"
    )
    result = pytester.runpytest_subprocess(*PLUGIN, "-p", "no:benchmark", "-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["loaded simulator simulator.pytest_plugin"])
