"""What `check` says: the golden cases of `tests/golden/report/`, and what the words promise for any input."""

from dataclasses import replace

import pytest

from simulator.conformance.check import NO_DATA, NO_RUN
from simulator.errors import ConfigurationError, Place
from simulator.report.advice import advice
from simulator.report.line import plain
from simulator.report.result import Remark, Report, Result
from simulator.report.text import DIAGRAMS, Detail, report_lines
from tests.golden.loader import Case, load
from tests.report.judged import FILE, judged

CONFORMS = "@startuml\nA -> B: x\n@enduml\n" * 2
DEVIATES = "@startuml\nA -> B: x\n@enduml\n@startuml\nA -> B: y\n@enduml\n"
LONGEST_BLOCK = 15


def said(*results: Result, detail: Detail = "normal", again: str = "") -> str:
    """Write a report about some results."""
    return plain(report_lines(Report(results), detail, again))


@pytest.mark.parametrize("case", load("report/check"), ids=str)
def test_check(case: Case) -> None:
    """A report reads exactly as its golden case."""
    assert said(judged(case.input), again="simulator check") == case.expected + "\n"


@pytest.mark.parametrize("case", load("report/verbose"), ids=str)
def test_verbose(case: Case) -> None:
    """With `-v` a report reads exactly as its golden case."""
    assert said(judged(case.input), detail="verbose") == case.expected + "\n"


def test_not_run() -> None:
    """A diagram without a scenario is listed, and says why it was not run."""
    assert "not run       traces/x.puml   no scenario beside it\n" in said(Result("traces/x.puml"))


def test_quiet_leaves_out_what_conforms() -> None:
    """With `-q` only failures and the summary are told."""
    text = said(judged(CONFORMS), replace(judged(DEVIATES), diagram="traces/two.puml"), detail="quiet")
    assert "traces/one.puml   " not in text
    assert text.startswith("\ndeviates traces/two.puml")
    assert text.endswith("1 conforms, 1 deviates (0.00 s)\n")


def test_sections_are_told_of_few_diagrams_and_of_failures() -> None:
    """Of many diagrams those that conform have a line each; `-v` shows all of them."""
    titled = "@startuml\n== T ==\nA -> B: x\n@enduml\n"
    good, bad = judged(titled * 2), judged(titled + titled.replace("x", "y"))
    many = [replace(good, diagram=f"{number}.puml") for number in range(DIAGRAMS)]
    assert said(*many).count(" T ") == DIAGRAMS
    assert said(*many, bad).count(" T   2 events") == 1
    assert said(*many, good, detail="verbose").count(" T   2 events") == DIAGRAMS + 1


def test_quiet_success_is_one_line() -> None:
    """With `-q` a report without failures is its summary."""
    assert said(judged(CONFORMS), detail="quiet") == "1 conforms (0.00 s)\n"


def test_failed_step() -> None:
    """A step that did not give what it expects makes a fitting run deviate, and is told with its place."""
    step = Remark(Place("traces/one.toml", 7, 1), "expected 'foo', got 'bar'")
    text = said(replace(judged(CONFORMS), failures=(step,)))
    assert "every event fits, but 1 step failed" in text
    assert "  traces/one.toml:7:1: step: expected 'foo', got 'bar'\n" in text
    assert "1 deviates" in text


def test_inconclusive_search() -> None:
    """A search that was stopped says why, and what is known about the cost."""
    result = judged(DEVIATES)
    assert result.verdict is not None
    stopped = replace(result.verdict, outcome="inconclusive", cost=None, bound=3, reason="stopped early", deviations=())
    text = said(replace(result, verdict=stopped))
    assert "stopped early; at least 3 differ" in text
    assert "  to do: give holes narrower types, loops bounds, or judge a part of the run" in text


@pytest.mark.parametrize(
    ("reason", "what"), [(NO_RUN, "look at its guards"), (NO_DATA, "record a run that sends something")]
)
def test_nothing_to_compare(reason: str, what: str) -> None:
    """A diagram that allows nothing, or a trace with nothing in it, says what to do."""
    verdict = judged(DEVIATES).verdict
    assert verdict is not None
    assert what in advice(replace(verdict, outcome="inconclusive", reason=reason, deviations=()))


def test_errors_are_counted() -> None:
    """The summary counts wrong input, which is told on standard error."""
    report = Report((judged(CONFORMS),), (ConfigurationError("no such thing"),))
    assert plain(report_lines(report)).endswith("1 conforms, 1 error (0.00 s)\n")


def test_interrupted() -> None:
    """The summary says that the user stopped the command."""
    assert "stopped: 1 conforms" in plain(report_lines(Report((judged(CONFORMS),), interrupted=True)))


def test_paths_are_quoted_for_the_shell() -> None:
    """The line to run again can be pasted into a shell."""
    again = said(replace(judged(DEVIATES), diagram="my traces/a.puml#x"), again="simulator check")
    assert again.endswith("run again: simulator check 'my traces/a.puml#x'\n")


def many(count: int) -> Result:
    """Give a result with `count` deviations that lie apart."""
    expected = "\n".join(f"A -> B: a{number}\nA -> B: same" for number in range(count))
    actual = "\n".join(f"A -> B: b{number}\nA -> B: same" for number in range(count))
    return judged(f"@startuml\n{expected}\n@enduml\n@startuml\n{actual}\n@enduml\n")


def test_first_deviations_whole_the_rest_counted() -> None:
    """Five deviations are shown and the others counted; `-v` shows all."""
    text = said(many(8))
    assert text.count("  patch     ") == 5
    assert "and 3 more deviations; -v shows all" in text
    assert said(many(8), detail="verbose").count("  patch     ") == 8


NOTES = "\n".join(f"hnote right: key {number}" for number in range(30))
LONG = "word " * 2000


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (f"A -> B: x\n{NOTES}", f"A -> B: y\n{NOTES.replace('key', 'kee')}"),
        ("\n".join(f"A -> B: {number}" for number in range(40)), "A -> B: z"),
        ("A -> B: z", "\n".join(f"A -> B: {number}" for number in range(40))),
        (f"A -> B: {LONG}", f"A -> B: {LONG} end"),
        (f"A -> B: {LONG} start", f"A -> B: {'x' * 10_000}"),
        (
            "\n".join(f"A -> B: ${{H{number}}}" for number in range(40)) + "\nA -> B: x",
            "A -> B: v\n" * 40 + "A -> B: y",
        ),
    ],
)
def test_a_block_is_short(expected: str, actual: str) -> None:
    """Whatever deviates, its block has at most 15 lines of bounded length, and an expected and an actual line."""
    text = said(judged(f"@startuml\n{expected}\n@enduml\n@startuml\n{actual}\n@enduml\n"))
    blocks = [block for block in text.split("\n\n") if "    patch  " in block]
    assert blocks
    for block in blocks:
        assert len(block.splitlines()) <= LONGEST_BLOCK
        assert max(map(len, block.splitlines())) < 220
        assert f"{FILE}:" in block
        assert "    expected " in block
        assert "    actual " in block


def test_difference_in_a_long_text_is_in_sight() -> None:
    """Where texts are long, what is shown of them starts near the first word that differs."""
    text = said(judged(f"@startuml\nA -> B: {LONG}one\n@enduml\n@startuml\nA -> B: {LONG}two\n@enduml\n"))
    lines = text.splitlines()
    (index,) = (number for number, line in enumerate(lines) if "^^^" in line)
    column = lines[index].index("^")
    assert lines[index - 2][column:] == "one"
    assert lines[index - 1][column:] == "two"


def test_marks_stand_under_wide_letters() -> None:
    """Marks count columns, not letters: a Chinese letter takes two."""
    lines = said(judged("@startuml\nA -> B: 文件 one\n@enduml\n@startuml\nA -> B: 文件 two\n@enduml\n")).splitlines()
    (marks,) = (line for line in lines if "^" in line)
    assert marks.index("^") == len("    actual    A -> B: 文件 ") + 2


def test_holes_are_told_as_written() -> None:
    """A hole without a value keeps its type and its `!`; with one, no word of it is marked."""
    text = said(judged("@startuml\nA -> B: ${X:int!} ${Y}\n@enduml\n@startuml\nA -> B: q\n@enduml\n"))
    assert "expected  A -> B: ${X:int!} ${Y}\n" in text
