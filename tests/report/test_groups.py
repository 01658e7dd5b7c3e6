"""Which results are told together, and how a report about many traces reads."""

import json
from dataclasses import replace

from simulator.report.groups import groups
from simulator.report.json_report import report_json
from simulator.report.line import plain
from simulator.report.result import Report, Result
from simulator.report.text import report_lines
from tests.report.judged import FILE, judged

DIAGRAM = "@startuml\nA -> B: open ${K}\nA -> B: close ${K}\n@enduml\n"


def trace(name: str, *labels: str) -> Result:
    """Judge a run of messages from A to B; two diagrams might have allowed it."""
    run = "\n".join(f"A -> B: {label}" for label in labels)
    return replace(judged(f"{DIAGRAM}@startuml\n{run}\n@enduml\n"), trace=name, candidates=2)


FITS = [trace(f"fits{number}", f"open k{number}", f"close k{number}") for number in range(4)]
STAYS = [trace(f"stays{number}", f"open k{number}", f"leave k{number}") for number in range(5)]
OTHER = trace("other", "open k1", "slam k1")
REPORT = Report((FITS[0], STAYS[0], *FITS[1:], OTHER, *STAYS[1:]))


def test_what_says_the_same_is_one_group() -> None:
    """Values of holes do not count, in the order of the first of each."""
    assert [(group.first.trace, group.count) for group in groups(REPORT.results)] == [
        ("fits0", 4),
        ("stays0", 5),
        ("other", 1),
    ]


def test_a_group_is_told_once() -> None:
    """One line for all that one diagram allows; one entry for equal deviations, with count and example."""
    text = plain(report_lines(REPORT, again="simulator check"))
    assert text.startswith(
        f"conforms      {FILE}   4 traces (fits0, fits1, fits2, ...), 0.00 s\n"
        f"deviates      {FILE}   5 traces (stays0, stays1, stays2, ...), 0.00 s\n"
        f"deviates      {FILE}   trace other, 2 events, 0.00 s\n"
    )
    assert text.count("patch     ") == 2
    assert (
        f"deviates {FILE}: 5 traces (stays0, stays1, stays2, ...): none of 2 diagrams allows it, this one is nearest: "
        "1 deviation in 2 expected events; the first, stays0, is shown\n"
    ) in text
    assert text.endswith("4 conform, 6 deviate (0.00 s)\nrun again: simulator check\n")


def test_every_trace_with_detail() -> None:
    """With `-v` each trace has its own line."""
    assert plain(report_lines(REPORT, "verbose")).count(f"conforms      {FILE}   trace fits") == len(FITS)


def test_groups_in_json() -> None:
    """A result for each trace, and beside them the groups of those that deviate."""
    document = json.loads(report_json(REPORT))
    assert len(document["results"]) == len(REPORT.results)
    first, second = document["groups"]
    assert (first["count"], first["diagram"], first["verdict"]) == (5, FILE, "deviates")
    assert first["traces"] == ["stays0", "stays1", "stays2"]
    assert first["deviations"] == document["results"][1]["deviations"]
    assert (second["count"], second["traces"]) == (1, ["other"])


def test_many_groups_are_counted() -> None:
    """After ten ways to deviate the others are counted."""
    report = Report(tuple(trace(f"t{number}", "open k", f"{chr(97 + number)}lose k") for number in range(13)))
    text = plain(report_lines(report, "quiet"))
    assert text.count("patch     ") == 10
    assert "and 2 more traces, which deviate in 2 other ways; -v shows all\n" in text


def test_a_run_on_a_service_is_alone() -> None:
    """What ran is told by diagram and service, not by what it says."""
    assert [group.count for group in groups([replace(each, s3="moto") for each in STAYS[:2]])] == [1, 1]
