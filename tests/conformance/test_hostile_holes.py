"""Patterns that are made to take for ever are judged, or given up with the reason."""

import random
import time

import pytest

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.events import Event, Trace
from simulator.interaction.lower import lower

RANDOM = "".join(random.Random(1).choices("ab", k=8_000))
TOO_MANY = "the texts can be read in too many ways"


@pytest.mark.parametrize(
    ("first", "then", "texts", "outcome", "reason"),
    [
        ("${A:/(a+)+$/}", "${A}", ("a" * 9_000 + "!", "a" * 9_000), "deviates", ""),
        ("${A:/(a|a)*b/}x${A}", "${A}", ("a" * 9_000 + "bx" + "a" * 9_000 + "b", "a" * 9_000 + "b"), "conforms", ""),
        ("${A:/((a?){30}){30}/}", "m", ("a" * 5_000, "m"), "deviates", ""),
        (r"${A:/[a-z]+\d?/}${B:/[a-z]+\d?/}", "m", ("a" * 20_000, "m"), "conforms", ""),
        ("${A:/(a|b)*a(a|b){400}/}${B:/(a|b)*b(a|b){400}/}", "${B}", (RANDOM, RANDOM[5:]), "inconclusive", TOO_MANY),
        pytest.param(
            "${A:any}${B:any}${C:any}${D:any}",
            "${B}${D}",
            ("a" * 2_000, "b" * 2_000),
            "inconclusive",
            TOO_MANY,
            marks=pytest.mark.slow,
        ),
    ],
)
def test_hostile_holes_end(first: str, then: str, texts: tuple[str, str], outcome: str, reason: str) -> None:
    """Nested repetitions, choices without a difference, huge automata, holes side by side."""
    (diagram,) = parse(f"@startuml\nA -> B: {first}\nA -> B: {then}\n@enduml")
    events = tuple(Event(kind="message", source="A", target="B", label=text) for text in texts)
    began = time.perf_counter()
    verdict = check(lower(diagram, "d"), Trace("t", events))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert time.perf_counter() - began < 15
