"""Examples: which part of a diagram is due for which step of its scenario."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.examples import Pair, Shown, examples_of
from simulator.campaign.scenario import parse
from simulator.diagram.parser import parse as parse_diagrams
from simulator.diagram.printer import print_diagram
from simulator.discovery.drawing import drawn
from simulator.discovery.rules import Rule, learn
from simulator.interaction.lower import lower
from tests.golden.loader import Case, load

STEPS = {
    "write": 'do = "write"\nstore = "main"\ncontent = "foo"\nas = "k"',
    "read": 'do = "read"\nstore = "main"\nkey = "k"',
    "delete": 'do = "delete"\nstore = "main"\nkey = "k"',
}
MACROS = {
    "WRITE": (
        "Nuxeo -> tmp: write\nhnote right: bin_${T}.tmp\nNuxeo --> S3: getObjectMetadata\nhnote right: FOO\n"
        "Nuxeo <-- S3: missing\ntmp -> S3: write 3 bytes\nhnote right: FOO\n"
        "tmp --> tmp: delete\nhnote right: bin_${T}.tmp"
    ),
    "READ": "Nuxeo <- S3: read 3 bytes\nhnote right: FOO",
    "FOO": "acbd18db4cc2f85cedef654fccc4a4d8",
}


def shown(text: str) -> Shown:
    """What a diagram and a scenario on a plain store show; its steps stand below a line `steps`."""
    diagram, _, steps = text.partition("\nsteps\n")
    for name, meant in MACROS.items():
        diagram = diagram.replace(name, meant)
    scenario = "[stores.main]\ncache = false\n"
    for step in steps.splitlines():
        section, _, do = step.rpartition(": ")
        scenario += f"[[steps]]\n{f'section = {section!r}' if section else ''}\n{STEPS[do]}\n"
    expectations = tuple(lower(each, "d.puml") for each in parse_diagrams(f"@startuml\n{diagram}\n@enduml"))
    with open_backend("memory") as backend:
        return examples_of(Pair(expectations, parse(scenario, Path("d.toml"))), backend, BLOBS)


def outline(number: int, rule: Rule) -> Iterator[str]:
    """What is said of a step, lifted: messages and fragments."""
    yield f"{number}. {rule.operation}: {', '.join(rule.facts)}"
    for line in print_diagram(drawn(rule.expectation.term, {}, "")).splitlines():
        if not line.startswith(("@", "participant", "==")):
            yield f"  {line.replace(' ' * 30, '')}"


@pytest.mark.parametrize("case", load("examples"), ids=str)
def test_examples(case: Case) -> None:
    """The part of a diagram that is due for each step, and what is lifted in it."""
    found = shown(case.input)
    rules = [learn([example])[0] for example in found.examples]
    told = [f"{found.verdict.outcome}"]
    told += [line for number, rule in enumerate(rules, start=1) for line in outline(number, rule)]
    assert "\n".join(told) == case.expected
