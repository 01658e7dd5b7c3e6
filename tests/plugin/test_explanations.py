"""What a failing comparison says: what matters in the lines that pytest leaves uncut, all of it below."""

from pathlib import Path

import pytest

from simulator.testing import diagrams, expecting, recorders
from tests.plugin.loaded import PLUGIN

# pytester forgets what a run has imported that was not imported before: loaded here once, runs are quick.
PRELOADED = (diagrams, expecting, recorders)

TESTS = """
import pytest
from simulator import conforms_to

@pytest.fixture(autouse=True)
def recorded(recorder):
    recorder.section("First")
    recorder.message("A", "B", "one")
    recorder.message("A", "B", "two")

def test_equal(recorder):
    assert recorder == conforms_to("right.puml")
    assert conforms_to("right.puml") == recorder.trace()
    assert not recorder == conforms_to("wrong.puml")
    assert recorder != conforms_to("wrong.puml")

def test_named(recorder):
    assert recorder == conforms_to("both.puml#second", order="strict", X="one")
    assert recorder != conforms_to("both.puml#second", X="three")
    assert recorder != conforms_to("both.puml#first")

def test_in_if(recorder):
    if recorder == conforms_to("right.puml"):
        return
    raise AssertionError

def test_one(recorder):
    assert recorder == conforms_to("wrong.puml")

def test_turned(recorder):
    assert conforms_to("wrong.puml", order="lifeline", X="1") == recorder.trace()

def test_many(recorder):
    assert recorder == conforms_to("longer.puml")

def test_long(recorder):
    recorder.message("A", "B", 500 * "x")
    assert recorder == conforms_to("longer.puml")

def test_differs(recorder):
    assert recorder != conforms_to("right.puml")

def test_of_another_type():
    assert [] == conforms_to("right.puml")

def test_of_none():
    assert None != conforms_to("right.puml")

def test_no_diagram(recorder):
    assert recorder != conforms_to("nowhere.puml")

def test_no_name(recorder):
    assert recorder == conforms_to("both.puml#third")

def test_no_arrow(recorder):
    assert recorder == conforms_to("broken.puml")
"""
DIAGRAMS = {
    "right": "== First ==\nA -> B: one\nA -> B: two",
    "wrong": "== First ==\nA -> B: one\nA -> B: 2",
    "longer": "== First ==\nA -> B: 1\nB -> A: answer\nA -> B: 2\nB -> A: another answer\n== Second ==\nA -> B: 3",
    "both": "A -> B: one\n@enduml\n@startuml(id=second)\n== First ==\nA -> B: ${X}\nA -> B: two",
    "broken": "A => B: one",
}


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with those tests and diagrams."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BUILD_NUMBER", raising=False)
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:benchmark\n")
    pytester.makepyfile(test_all=TESTS)
    for name, text in DIAGRAMS.items():
        start = "@startuml(id=first)" if name == "both" else "@startuml"
        Path(pytester.path, f"{name}.puml").write_text(f"{start}\n{text}\n@enduml\n")
    return pytester


def messages(result: pytest.RunResult, test: str) -> list[str]:
    """The lines of a failing test that pytest marks as its message."""
    lines = result.outlines[next(i for i, line in enumerate(result.outlines) if f"_ {test} _" in line) + 1 :]
    end = next((i for i, line in enumerate(lines) if line.startswith(("___", "==="))), len(lines))
    return [line.removeprefix("E").strip() for line in lines[:end] if line.startswith("E ")]


def test_what_matters_is_not_cut(run: pytest.Pytester) -> None:
    """The place, the kind, expected, actual and the patch are there; the rest is in a section below."""
    result = run.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=3, failed=10)
    text = result.stdout.str()
    assert "Full output truncated" not in text
    assert "simulator/testing" not in text
    assert messages(result, "test_one") == [
        "AssertionError: assert test_one == conforms_to('wrong.puml')",
        "wrong.puml:4:1: different: the label differs",
        "in        section 'First', event 2",
        "after     A -> B: one   (event 1)",
        "expected  A -> B: 2",
        "^",
        "actual    A -> B: two",
        "^^^",
        "patch     wrong.puml:4  A -> B: two",
    ]
    assert messages(result, "test_turned")[0] == (
        "AssertionError: assert conforms_to('wrong.puml', order='lifeline', X='1') == test_turned"
    )
    for test in ("test_many", "test_long"):
        found = messages(result, test)
        assert found[1] == "longer.puml:3:1: different: the label differs"
        assert found[-1].startswith("and ")
        assert found[-1].endswith(" more deviations")
    # What was left out is told below, once for each of these two tests.
    assert sum(line.strip("- ") == "simulator" for line in result.outlines) == 2
    result.stdout.fnmatch_lines(["deviates longer.puml: trace test_many: * deviations in 7 expected events"])


def test_where_nothing_is_cut_the_message_is_all(run: pytest.Pytester) -> None:
    """With -vv, as pytest says."""
    result = run.runpytest_inprocess(*PLUGIN, "-vv", "-k", "test_many")
    found = messages(result, "test_many")
    assert found[1].startswith("deviates longer.puml: trace test_many: ")
    assert found[-1].startswith("patch: what to change in the diagram")
    assert not any(line.strip("- ") == "simulator" for line in result.outlines)


def test_what_cannot_be_compared_fails_loudly(run: pytest.Pytester) -> None:
    """Whatever the operator: nothing passes because of a slip."""
    result = run.runpytest_inprocess(*PLUGIN, "-k", "differs or type or none or no_")
    result.assert_outcomes(failed=6, deselected=7)
    assert messages(result, "test_differs")[1:] == ["the diagram allows the trace: right.puml:1:1"]
    said = [messages(result, test)[0] for test in ("test_of_another_type", "test_of_none", "test_no_diagram")]
    assert [each.split(": ", 1)[1] for each in said] == [
        "conforms_to('right.puml') is compared with a trace or a recorder, and this is of type list",
        "conforms_to('right.puml') is compared with a trace or a recorder, and this is of type NoneType",
        "there is no diagram nowhere.puml",
    ]
    assert "third" in messages(result, "test_no_name")[0]
    assert "broken.puml:2:3: `=>` does not fit here" in messages(result, "test_no_arrow")[0]


def test_a_comparison_that_must_differ_writes_nothing(run: pytest.Pytester) -> None:
    """Else an update would make it fail."""
    names = [f"{name}.puml" for name in DIAGRAMS]
    before = [Path(run.path, name).read_bytes() for name in names]
    run.runpytest_inprocess(*PLUGIN, "--simulator-update", "-k", "named or no_diagram or differs")
    assert [Path(run.path, name).read_bytes() for name in names] == before
    assert not Path(run.path, "nowhere.puml").exists()


def test_without_the_plugin_a_comparison_still_judges(run: pytest.Pytester) -> None:
    """It only explains less."""
    Path(run.path, "test_all.py").write_text(
        "from simulator import conforms_to\n"
        "from simulator.events import Event, Trace\n"
        "def test_one():\n"
        "    assert Trace('x', (Event(source='A', target='B', label='2'),)) == conforms_to('right.puml')\n"
    )
    result = run.runpytest_inprocess("-p", "no:simulator", "-p", "no:simulator.pytest_plugin")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*conforms_to('right.puml')*"])
