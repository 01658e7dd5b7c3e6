"""The pytest plugin, as a project that uses it sees it."""

from pathlib import Path

import pytest

from simulator.testing import diagrams, expecting, recorders
from tests.plugin.loaded import PLUGIN

TRACES = Path(__file__).parents[2] / "traces"

# pytester forgets what a run has imported that was not imported before: loaded here once, runs are quick.
PRELOADED = (diagrams, expecting, recorders)

RECORDING = """
def test_mine(recorder, conforms_to):
    recorder.message("A", "B", "one")
    recorder.message("A", "B", "{two}")
    assert recorder == conforms_to("mine.puml")
"""
DIAGRAM = "@startuml\n' of mine\nA -> B: one\n\n  A -> B: two ' kept\n@enduml\n"


class Project:
    """A folder with tests, and pytest run in it."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pytester = pytester
        self.path = pytester.path
        monkeypatch.delenv("CI", raising=False)
        pytester.makeini("[pytest]\naddopts = --strict-markers -p no:benchmark\n")
        monkeypatch.setenv("SIMULATOR_S3", "memory")

    def diagram(self, name: str) -> None:
        """Take over a shipped diagram and its scenario."""
        (self.path / "traces").mkdir(exist_ok=True)
        for suffix in (".puml", ".toml"):
            (self.path / "traces" / f"{name}{suffix}").write_bytes((TRACES / f"{name}{suffix}").read_bytes())

    def recording(self, two: str = "two") -> None:
        """A test that records two messages."""
        self.pytester.makepyfile(test_mine=RECORDING.replace("{two}", two))

    def run(self, *words: str) -> pytest.RunResult:
        """Run pytest."""
        return self.pytester.runpytest_inprocess(*PLUGIN, *words)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project."""
    return Project(pytester, monkeypatch)


def test_diagrams_with_scenarios_are_tests(project: Project) -> None:
    """Listed, run, and explained when they fail."""
    project.diagram("delete")
    project.diagram("read-missing")
    listed = project.run("--collect-only", "-q", "traces")
    listed.stdout.fnmatch_lines(["traces/delete.puml::delete", "traces/read-missing.puml::read-missing"])
    lying = project.path / "traces" / "delete.puml"
    lying.write_text(lying.read_text().replace("deleteObject", "removeObject"))
    result = project.run("traces", "--simulator-s3", "memory")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*delete.puml:5:1: different: the label differs*", "*patch*deleteObject*"])
    assert "pytest_plugin.py" not in result.stdout.str()


def test_a_wrong_scenario_is_one_message(project: Project) -> None:
    """No stack trace for the user's mistakes."""
    project.diagram("delete")
    (project.path / "traces" / "delete.toml").write_text('[[steps]]\ndo = "fly"\n')
    result = project.run("traces")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*unknown step*fly*"])
    assert "Traceback" not in result.stdout.str()


def test_a_missing_diagram_fails_until_it_is_written(project: Project) -> None:
    """For scenarios and for `conforms_to`; what was written is told, and holds."""
    project.diagram("delete")
    (project.path / "traces" / "delete.puml").unlink()
    project.recording()
    first = project.run()
    first.assert_outcomes(failed=2)
    first.stdout.fnmatch_lines(["*there is no diagram*mine.puml*", "*--simulator-update*"])
    second = project.run("--simulator-update-new-only")
    second.assert_outcomes(passed=2)
    second.stdout.fnmatch_lines(["written: mine.puml", "written: traces/delete.puml"])
    project.run().assert_outcomes(passed=2)


def test_an_update_changes_the_fewest_lines(project: Project) -> None:
    """Comments and layout stay; new-only leaves what is there alone."""
    (project.path / "mine.puml").write_text(DIAGRAM)
    project.recording(two="three")
    result = project.run("--simulator-update-new-only")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_mine == conforms_to('mine.puml')*", "*different: the label differs*"])
    assert (project.path / "mine.puml").read_text() == DIAGRAM
    project.run("--simulator-update").assert_outcomes(passed=1)
    new = (project.path / "mine.puml").read_text()
    assert new == DIAGRAM.replace("two ' kept", "three")
    project.run().assert_outcomes(passed=1)


def test_in_ci_nothing_is_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing diagram fails there, whatever was asked for."""
    monkeypatch.setenv("CI", "true")
    project.recording()
    project.run("--simulator-update").assert_outcomes(failed=1)
    assert not (project.path / "mine.puml").exists()


def test_unused_diagrams_are_told_where_all_was_run(project: Project) -> None:
    """Not to who runs a part."""
    (project.path / "mine.puml").write_text(DIAGRAM.replace(" ' kept", ""))
    (project.path / "old.puml").write_text(DIAGRAM)
    project.recording()
    project.run().stdout.fnmatch_lines(["unused: old.puml*"])
    assert "unused:" not in project.run("test_mine.py::test_mine").stdout.str()
    assert "unused:" not in project.run("-k", "nothing").stdout.str()


def test_the_blob_manager_is_recorded(project: Project) -> None:
    """With the stores of the marker, or two plain ones; under strict markers."""
    project.pytester.makepyfile(
        """
        import io
        import pytest

        @pytest.mark.simulator(stores={"main": {"cache": True}}, s3="memory")
        def test_cached(blob_manager, recorder):
            key = blob_manager.write("main", io.BytesIO(b"foo"))
            blob_manager.delete("main", key)
            assert any(event.target == "Cache" for event in recorder.events)

        @pytest.mark.simulator(s3="memory")
        def test_plain(blob_manager, recorder):
            blob_manager.delete("other", blob_manager.write("other", io.BytesIO(b"foo")))
            assert recorder.events[-1].label == "deleteObject"

        @pytest.mark.simulator(stores={"main": {"nonsense": True}})
        def test_wrong(blob_manager):
            pass
        """
    )
    result = project.run()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*the stores of blob_manager are wrong*nonsense*"])


@pytest.mark.slow
def test_workers_tell_the_main_process(project: Project) -> None:
    """Under pytest-xdist the same is written and told."""
    project.diagram("delete")
    project.recording()
    (project.path / "old.puml").write_text(DIAGRAM)
    result = project.pytester.runpytest_subprocess(*PLUGIN, "-n", "2", "--simulator-update", "--simulator-s3", "memory")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["written: mine.puml", "unused: old.puml*"])
