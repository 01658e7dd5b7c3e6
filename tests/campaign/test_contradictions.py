"""Contradictions: diagrams that have no run of an operation in common."""

import pytest

from simulator.campaign.blob_system import BLOBS
from simulator.campaign.contradictions import contradictions
from simulator.conformance.exploration import Contradiction
from simulator.diagram.parser import parse
from simulator.discovery.rules import Example, Meaning, learn
from simulator.errors import Place
from simulator.interaction.lower import lower
from simulator.interaction.terms import Strict, parts
from simulator.report.contradiction import contradiction_lines
from tests.golden.loader import Case, load


def found(text: str) -> tuple[Contradiction, ...]:
    """What contradicts in diagrams of one section each, which all show the same write; a title line: `NAME SIZE`."""
    examples = []
    for block in text.split("\n\n"):
        head, *lines = block.splitlines()
        name, size = head.split()
        (diagram,) = parse("\n".join(["@startuml", "== Write ==", *lines, "@enduml"]), name)
        _, *items = parts(lower(diagram, name).term)
        meanings = {"size": Meaning(size, "label")}
        term = Strict(tuple(items))
        place = Place(name, 2)
        examples.append(Example("write", ("new", "stream"), meanings, name, "Write", place, term))
    return contradictions(learn(examples), BLOBS)


@pytest.mark.parametrize("case", load("contradictions"), ids=str)
def test_contradictions(case: Case) -> None:
    """What is said about two diagrams or more."""
    told = [str(line) for each in found(case.input) for line in contradiction_lines(each)]
    assert "\n".join(told) == case.expected
