"""The syntax tree of a PlantUML sequence diagram: what was written, not what it means.

Lives here: frozen nodes, one class per construct, each with the `Place` it was written at. Must not live here: reading
(`parser`), writing (`printer`), meaning (`interaction.lower`).

Law: equality ignores places, so `parse(print(diagram)) == diagram`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from simulator.errors import Place

NoteShape = Literal["note", "hnote", "rnote"]
NotePosition = Literal["left", "right", "over"]


@dataclass(frozen=True, slots=True)
class Participant:
    """`participant "Long name" as X order 10` (PlantUML, Sequence Diagram, "Declaring participant").

    name: the text shown; alias: the word after `as`, or None. The lifeline is `alias` where there is one, else `name`.
    order: its place from left to right, or None.
    """

    name: str
    alias: str | None = None
    kind: str = "participant"
    order: int | None = None
    place: Place = field(default=Place(""), compare=False)

    @property
    def lifeline(self) -> str:
        """The identity that messages use."""
        return self.alias if self.alias is not None else self.name


@dataclass(frozen=True, slots=True)
class Message:
    r"""`A -> B: label`, `A --> B`, `B <- A: label`, `B <-- A`.

    source sends, target receives, whichever way the arrow is written; backwards says that it was written from right
    to left (`target <- source`). label is the text after the first colon, trimmed, with `\n` as two characters.
    """

    source: str
    target: str
    label: str = ""
    dashed: bool = False
    backwards: bool = False
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A note, attached (`hnote right: text`, on is empty) or free (`hnote right of A`, `rnote over A, B`).

    text: lines joined by line feeds.
    """

    shape: NoteShape
    position: NotePosition
    text: str
    on: tuple[str, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """`== title ==`, a divider."""

    title: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """`group label` ... `end`, a named frame; end is where its `end` stands."""

    label: str
    body: "tuple[Element, ...]" = ()
    place: Place = field(default=Place(""), compare=False)
    end: Place = field(default=Place(""), compare=False)


Element = Participant | Message | Note | Section | Group


@dataclass(frozen=True, slots=True)
class SequenceDiagram:
    """One `@startuml` ... `@enduml` block: its name (`@startuml name`, else empty) and its elements in order."""

    name: str = ""
    body: tuple[Element, ...] = ()
    place: Place = field(default=Place(""), compare=False)

    def elements(self) -> Iterator[Element]:
        """Every element in reading order, those inside groups included."""
        stack = [iter(self.body)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            yield element
            if isinstance(element, Group):
                stack.append(iter(element.body))
