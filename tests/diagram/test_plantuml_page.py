"""The page about the language (`simulator/diagram/PLANTUML.md`) tells the truth: every line of its examples."""

import re
from pathlib import Path

import pytest

from simulator.diagram import parser
from simulator.diagram.parser import parse
from simulator.diagram.printer import print_diagram
from simulator.errors import DiagramError

PAGE = Path(parser.__file__).with_name("PLANTUML.md").read_text(encoding="utf-8")


def examples(kind: str) -> list[str]:
    """The lines of all blocks of one kind."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("line", examples("read"))
def test_read(line: str) -> None:
    """What the page calls supported or kept is read, and reads back from what is written."""
    read = parse(f"@startuml\nA -> B\n{line}\n@enduml\n")
    assert len(list(read[0].elements())) == 2
    assert parse(print_diagram(read[0])) == read


@pytest.mark.parametrize("line", examples("refused"))
def test_refused(line: str) -> None:
    """What the page calls refused is refused, at its line."""
    with pytest.raises(DiagramError) as caught:
        parse(f"@startuml\nA -> B\n{line}\n@enduml\n")
    assert caught.value.place is not None
    assert caught.value.place.line == 3


@pytest.mark.parametrize("line", ["!include <C4/C4_Context>", "!include https://example.org/x.iuml", "A -> B: %date()"])
def test_left_out(line: str) -> None:
    """What the page says is left out or stays as it is, with a warning, is."""
    (diagram,) = parse(f"@startuml\nA -> B\n{line}\n@enduml\n")
    assert len(diagram.warnings) == 1
