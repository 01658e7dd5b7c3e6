"""Holes with types of the configuration, and how they are written without it."""

import pytest

from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.errors import DiagramError, Place, SimulatorError
from simulator.interaction.hole_types import TYPES, types_with
from simulator.interaction.lower import lower
from simulator.interaction.patterns import parse_text
from simulator.interaction.terms import Ignore, walk

NAMED = types_with({"etag": '"[0-9a-f]{4}"', "path": "[a-z]+(?:/[a-z']+)*"})
DIAGRAM = """@startuml
A -> B: get ${E:etag!} of ${P:path}
hnote right: ${Q:path}
== ${E} ==
group frame ${P}
A -> B: m
end
group ignore {drop ${P}, ${I:etag}}
end
@enduml
"""


def test_named_types_may_stand_wherever_holes_do() -> None:
    """In labels, notes, titles, frames and what is ignored; their values are read by their expression."""
    (diagram,) = parse(DIAGRAM)
    meant = lower(diagram, "d", types=NAMED)
    assert [str(text) for event in meant.events for text in event.patterns] == [
        "get ${E:etag!} of ${P:path}",
        "${Q:path}",
        "${E:etag!}",
        "frame ${P:path}",
        "m",
        "frame ${P:path}",
    ]
    (ignored,) = (term for term in walk(meant.term) if isinstance(term, Ignore))
    assert list(map(str, ignored.messages)) == ["drop ${P:path}", "${I:etag}"]
    label = meant.events[0].text
    assert label.extract('get "00ff" of a/b') == (('"00ff"', "a/b"),)
    assert label.extract('get "00ff0" of a/b') is None


def test_a_name_that_no_configuration_has_is_refused() -> None:
    """With the types that there are."""
    with pytest.raises(DiagramError, match="unknown type 'etag'") as caught:
        lower(parse(DIAGRAM)[0], "d")
    assert caught.value.expected == (*TYPES, "/REGEX/")


def test_a_hole_reads_the_same_without_the_configuration() -> None:
    """Written with its expression, in which nothing ends the hole or begins a comment."""
    named = types_with({"odd": r"[/'}]{2}\/\'.+\n?"})
    (hole,) = parse_text("${X:odd!}", Place("d"), named).holes
    (diagram,) = parse(f"@startuml\nA -> B: {hole.plain}\n@enduml")
    assert parse(print_diagram(diagram)) == (diagram,)
    (again,) = lower(diagram, "d").events[0].text.holes
    assert (again, again.plain) == (hole.plain, again)
    assert again.fresh
    for value in ("'}/'a", "//''a", "//'a", "'}/'"):
        assert again.kind.allows(value) == hole.kind.allows(value)


@pytest.mark.parametrize(("name", "pattern"), [("word", "a"), ("a b", "a"), ("", "a"), ("x", "(a"), ("x", "a{0}")])
def test_types_that_are_none_are_refused(name: str, pattern: str) -> None:
    """Names that are taken or cannot be written, and patterns that are none."""
    with pytest.raises(SimulatorError):
        types_with({name: pattern})
