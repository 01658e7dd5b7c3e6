"""What the parser reads: the golden cases of `tests/golden/diagram/`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields

import pytest

from simulator.diagram import parser
from simulator.diagram.ast import Element, Fragment, Message, Note, Participant, Section, SequenceDiagram
from tests.golden.loader import Case, load

# What cannot be seen in a file is written with a stand-in.
STAND_INS = {"⇥": "\t", "⍽": "\u00a0", "␍": "\r", "␠": " "}


@pytest.mark.parametrize("case", load("diagram"), ids=str)
def test_golden(case: Case) -> None:
    """A text gives the tree, or the messages, that its case shows."""
    assert read(case.input) == case.expected


def read(text: str) -> str:
    """Give the tree of a text, or the messages of its errors. A text without `@` is the inside of a diagram."""
    for stand_in, letter in STAND_INS.items():
        text = text.replace(stand_in, letter)
    if not re.search("@start|@end", text, re.IGNORECASE):
        text = f"@startuml\n{text}\n@enduml\n"
    reading = parser.read(text, "x.puml")
    if reading.errors:
        return "\n".join(str(error) for error in reading.errors).replace("\t", "⇥").replace("\u00a0", "⍽")
    return "\n".join(line for diagram in reading.diagrams for line in outline(diagram))


def outline(diagram: SequenceDiagram) -> Iterator[str]:
    """Show a tree: one node a line, with its line and column; texts as Python writes them."""
    yield f"{_at(diagram)}diagram {diagram.name!r}"
    yield from _outline(diagram.body, 1)
    yield from (f"{place.line}:{place.column}".ljust(6) + f"warning: {message}" for place, message in diagram.warnings)


def _outline(elements: Sequence[Element], depth: int) -> Iterator[str]:
    for element in elements:
        yield f"{_at(element)}{'  ' * depth}{_show(element)}"
        if isinstance(element, Fragment):
            yield from _outline(element.body, depth + 1)


def _show(element: Element) -> str:
    match element:
        case Message():
            how = ("dashed" if element.dashed else "solid") + (" backwards" if element.backwards else "")
            words = f"message {element.source!r} to {element.target!r} {element.label!r} {how}"
            told = ["source", "target", "label", "dashed", "backwards"]
        case Participant():
            alias = "" if element.alias is None else f" as {element.alias!r}"
            order = "" if element.order is None else f" order {element.order}"
            words, told = f"{element.kind} {element.name!r}{alias}{order}", ["name", "alias", "kind", "order"]
        case Note():
            on = "".join(f" {name!r}" for name in element.on)
            words = f"{element.shape} {element.position}{on}: {element.text!r}"
            told = ["shape", "position", "text", "on"]
        case Section():
            words, told = f"section {element.title!r}", ["title"]
        case Fragment():
            words = f"{element.operator} {element.label!r} until {element.end.line}:{element.end.column}"
            told = ["operator", "label", "body", "end"]
        case _:
            words, told = type(element).__name__.lower(), []
    return words + "".join(_others(element, told))


def _others(element: Element, told: Sequence[str]) -> Iterator[str]:
    """The fields that say something and were not told, as Python writes them."""
    for each in fields(element):
        value = getattr(element, each.name)
        if each.name in {*told, "place"} or value == each.default or value in ((), ""):
            continue
        shown = ", ".join(_show(one) for one in value) if each.name == "introduces" else repr(value)
        yield f" {each.name}={shown}"


def _at(node: Element | SequenceDiagram) -> str:
    return f"{node.place.line}:{node.place.column}".ljust(6)
