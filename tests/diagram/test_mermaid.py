"""What diagrams become in Mermaid, and what is told to be lost.

The golden texts were given to Mermaid 11.17.2, which reads every one of them.
"""

import re

import pytest

from simulator.diagram.ast import Message, Return, SequenceDiagram
from simulator.diagram.mermaid import print_mermaid
from simulator.diagram.parser import parse
from tests.golden.loader import Case, load


@pytest.mark.parametrize("case", load("mermaid"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram gives the text, and the warnings, that its case shows."""
    (diagram,) = parse(f"@startuml\n{case.input}\n@enduml", "x.puml")
    written = print_mermaid(diagram)
    assert written.text + "".join(f"! {warning}\n" for warning in written.warnings) == f"{case.expected}\n"


def test_return_built_by_hand() -> None:
    """Who answers whom is found out for a diagram that was not read."""
    diagram = SequenceDiagram(body=(Message("A", "B"), Return("ok")))
    assert print_mermaid(diagram).text.splitlines()[-1] == "  B-->>A: ok"


def test_ids_are_words_that_mermaid_gives_no_meaning() -> None:
    """Whatever lifelines are called, each has an id of its own, and a message keeps its ends."""
    names = ["A", "P3", "END", "a-b", "P3_", "Note", "x y", "é", "1"]
    diagram = SequenceDiagram(body=tuple(Message(name, "A") for name in names))
    text = print_mermaid(diagram).text
    ids = re.findall(r"^  (?:participant) (\S+)", text, re.MULTILINE)
    assert len(set(ids)) == len(names)
    assert all(re.fullmatch(r"\w+", each) and each.lower() not in {"end", "note"} for each in ids)
    assert len(re.findall(r"^  \w+->>A:$", text, re.MULTILINE)) == len(names)
