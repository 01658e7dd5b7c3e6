"""Diagrams in Markdown and AsciiDoc: the golden cases of `tests/golden/texts/`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import api
from simulator.diagram.ast import Message
from simulator.diagram.parser import parse
from simulator.errors import DiagramError
from tests.golden.loader import Case, load


def told(text: str, file: str) -> Iterator[str]:
    """Each diagram with its place, its messages with theirs; or the error."""
    try:
        for diagram in parse(text, file):
            yield f"{diagram.place.line}:{diagram.place.column} {diagram.name!r}"
            for each in diagram.elements():
                if isinstance(each, Message):
                    yield f"  {each.place.line}:{each.place.column} {each.label}"
    except DiagramError as error:
        yield str(error)


@pytest.mark.parametrize("case", load("texts"), ids=str)
def test_golden(case: Case) -> None:
    """A text gives the diagrams that its case shows, with their places in the text."""
    suffix = ".adoc" if case.place.startswith("asciidoc") else ".md"
    assert "\n".join(told(case.input, f"x{suffix}")) == case.expected


def test_only_some_names_are_those_of_texts() -> None:
    """In any other file a fence is nothing."""
    text = "```plantuml\nA -> B\n```\n"
    assert len(parse(text, "x.MD")) == len(parse(text, "x.asciidoc")) == 1
    with pytest.raises(DiagramError, match="there is no diagram"):
        parse(text, "x.puml")


def test_a_text_is_read_where_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`parse`, `check` and `draw` take a text with diagrams by its name; a folder means its *.puml only."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("```puml\nA -> B: one\n```\n\n```puml {#two}\nA -> B: two\n```\n", "utf-8")
    (tmp_path / "x.puml").write_text("@startuml\nA -> B\n@enduml\n", "utf-8")
    assert [len(file.diagrams) for file in api.parse_paths(["README.md"]).files] == [2]
    assert [file.file for file in api.parse_paths(["."]).files] == ["x.puml"]
    assert [result.diagram for result in api.check_paths(["README.md"]).results] == ["README.md#1", "README.md#two"]
    assert api.draw_input("README.md#two").text == "@startuml two\nA -> B: two\n@enduml\n"
