"""Pictures of several diagrams as plain values for a page.

Lives here: how they are named and cut. Must not live here: HTML (`html`), drawing (`picture`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.diagram.ast import SequenceDiagram
from simulator.picture.folding import is_long, parts
from simulator.picture.picture import Picture, draw
from simulator.picture.svg import svg


@dataclass(frozen=True, slots=True)
class Part:
    """A picture or a section of one, as SVG."""

    title: str
    description: str
    drawn: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One diagram; parts: the whole, or its sections where it is long."""

    title: str
    description: str
    parts: Sequence[Part]


def album(named: Iterable[tuple[str, SequenceDiagram]]) -> Iterator[Drawn]:
    """Draw diagrams, one after the other, each with the name it has where they come from; empty for none."""
    for number, (name, diagram) in enumerate(named, start=1):
        picture = draw(diagram)
        if is_long(picture):
            picture = draw(diagram, foldable=True)
        yield Drawn(name or _title(diagram, picture), picture.description, [*_parts(picture, f"p{number}")])


def _title(diagram: SequenceDiagram, picture: Picture) -> str:
    return diagram.name or " ".join(picture.title.replace("\\n", "\n").split())


def _parts(picture: Picture, name: str) -> Iterator[Part]:
    for number, part in enumerate(parts(picture), start=1):
        yield Part(part.title, part.description, svg(part, name=f"{name}-{number}", style=False))
