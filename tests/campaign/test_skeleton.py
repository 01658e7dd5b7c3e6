"""Scenarios to begin with: what is guessed, what is left, and that they can be read."""

from pathlib import Path

import pytest

from simulator.blobs.backends import open_backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.runner import run
from simulator.campaign.scenario import parse
from simulator.campaign.skeleton import Skeleton, skeleton
from simulator.conformance.check import check
from simulator.diagram.parser import parse as parse_diagram
from simulator.interaction.lower import lower

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "traces"
KEY = "0cc175b9c0f1b6a831c399e269772661"


def begun(text: str) -> Skeleton:
    """The skeleton for the only diagram of a text."""
    return skeleton(lower(parse_diagram(text)[0], "x.puml"), BLOBS, "x.puml")


@pytest.mark.parametrize(
    "name",
    ["basic", "copy-missing", "delete", "exists", "exists-missing", "read-missing", "existence-check-exists/write"],
)
def test_plain_operations_are_guessed_whole(name: str) -> None:
    """What is written down conforms to the diagram as it is."""
    path = TRACES / f"{name}.puml"
    text = path.read_text("utf-8")
    found = begun(text)
    assert (found.guessed > 0, found.left) == (True, 0)
    with open_backend("memory") as backend:
        happened = run(parse(found.text, path.with_suffix(".toml")), backend)
    assert happened.failures == ()
    assert check(lower(parse_diagram(text)[0], name), happened.trace).conforms


@pytest.mark.parametrize("path", sorted(TRACES.glob("[cd]*/*.puml")), ids=lambda path: path.stem)
def test_any_skeleton_can_be_read(path: Path) -> None:
    """It is a scenario with a step for each section, in order."""
    found = begun(path.read_text("utf-8"))
    steps = parse(found.text, path.with_suffix(".toml")).steps
    marked = [
        event for event in lower(parse_diagram(path.read_text("utf-8"))[0], "x").events if event.kind == "section"
    ]
    assert [step.section for step in steps] == [str(each.text) for each in marked]
    assert len(steps) == found.guessed + found.left


def test_what_is_not_known_is_told() -> None:
    """A section that draws several operations, or something else, is to be filled in; so are unknown contents."""
    found = begun(
        f"@startuml\n== Both ==\nA -> S3: deleteObject\nhnote right: {KEY}\nA <- S3: read 1 bytes\nhnote right: {KEY}\n"
        "== Odd ==\nA --> B: hello\n"
        f"== Read ==\nA <- S3: read 3 bytes\nhnote right: {KEY[::-1]}\n@enduml\n"
    )
    assert (found.guessed, found.left) == (1, 2)
    assert '# Fill in what gives this:\n#     A --> B: hello\n[[steps]]\nsection = "Odd"\ndo = "mark"\n' in found.text
    assert f"# Fill in the content of 3 bytes whose md5 is {KEY[::-1]}.\n" in found.text


def test_a_key_that_was_not_written_is_written_before() -> None:
    """With the content that its digest tells; a hole has any content of its size."""
    found = begun(f"@startuml\n== Read ==\nA <- S3: read 1 bytes\nhnote right: m/{KEY}\n@enduml\n")
    assert '[stores.m]\nprefix = "m/"\n\n[[setup]]\ndo = "write"\nstore = "m"\ncontent = "a"\nas = "k1"\n' in found.text
    hole = begun("@startuml\n== Read ==\nA <- S3: read 4 bytes\nhnote right: ${KEY}\n@enduml\n")
    assert 'content = "aaaa"\nas = "k1"' in hole.text
    assert 'key = "k1"\nexpect = "aaaa"' in hole.text
