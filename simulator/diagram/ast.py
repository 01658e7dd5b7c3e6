"""The syntax tree of a PlantUML sequence diagram: what was written, not what it means.

Lives here: frozen nodes, one class per construct, each with the `Place` it was written at. Must not live here: reading
(`parser`), writing (`printer`), meaning (`interaction.lower`).

Presentation is kept as it is written (`arrow`, `color`, `Directive`), so that a diagram can be written back; nothing
that only changes the picture changes what is expected.

Laws: equality ignores places, so `parse(print_diagram(diagram)) == (diagram,)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from simulator.diagram.nested import Nested
from simulator.diagram.records import quick
from simulator.errors import Place

NoteShape = Literal["note", "hnote", "rnote"]
NotePosition = Literal["left", "right", "over", "across", "top", "bottom"]
Operator = Literal["group", "alt", "opt", "loop", "par", "par2", "break", "critical"]
ActivationKind = Literal["activate", "deactivate", "destroy"]
HeadingKind = Literal["title", "header", "footer", "legend", "caption", "mainframe"]

LEFT, RIGHT, SHORT = "[", "]", "?"
"""The ends of messages that come from nobody in the diagram: its borders, and short arrows (found, lost)."""


def _nowhere() -> Place:
    return Place("")


@quick
@dataclass(frozen=True, slots=True)
class Participant:
    """`participant "Long name" as X order 10` (PlantUML, Sequence Diagram, "Declaring participant").

    name: the text shown (several lines for `participant X [ ... ]`, joined by line feeds); alias: the word after `as`,
    or None. The lifeline is `alias` where there is one, else `name`. order: its place from left to right, or None.
    stereotype: what stands between `<<` and `>>`. color, url: as written, with `#` and without brackets.
    created: `create`: the next message to it creates it.
    """

    name: str
    alias: str | None = None
    kind: str = "participant"
    order: int | None = None
    stereotype: str = ""
    color: str = ""
    url: str = ""
    created: bool = False
    place: Place = field(default_factory=_nowhere, compare=False)

    @property
    def lifeline(self) -> str:
        """The identity that messages use."""
        return self.alias if self.alias is not None else self.name


@quick
@dataclass(frozen=True, slots=True)
class Message:
    r"""`A -> B: label`, `A <-- B`, `[-> A`, `A ->x B`, `A <-> B`, `A -> B & C ++ #gold: label` and their kin.

    source sends, target receives, whichever way the arrow is written; backwards says that it was written from right
    to left (`target <- source`). An end may be `LEFT`, `RIGHT` or `SHORT`. both: two heads; source is the left one.
    label is the text after the first colon, trimmed, with `\n` as two characters.
    arrow: the arrow as written, without blanks and borders (`-[#red]>`, `->>o`, `->(10)`), where it says more than
    the fields; empty for the plain arrow that they give (`->`, `-->`, `<-`, `<--`, `<->`, `<-->`).
    hidden: `[hidden]`: a spacer of the picture, no message.
    receivers: those after `&` (teoz multicast), without the first. introduces: participants declared by
    `A -> "Long name" as L`. activation: `++`, `--`, `**`, `!!`, `--++`, `++--`, or empty, with its colour in color.
    stereotype, url: as in `Participant`. parallel: written with a leading `&`. anchor: the name in a leading `{name}`.
    """

    source: str
    target: str
    label: str = ""
    dashed: bool = False
    backwards: bool = False
    both: bool = False
    hidden: bool = False
    arrow: str = ""
    receivers: tuple[str, ...] = ()
    introduces: tuple[Participant, ...] = ()
    activation: str = ""
    color: str = ""
    stereotype: str = ""
    url: str = ""
    parallel: bool = False
    anchor: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Return:
    """`return label`: a dashed message back to the caller; the reader finds out who that is.

    source, target: who answers whom, as the activations before it say; both empty where a tree was built by hand.
    """

    label: str = ""
    parallel: bool = False
    source: str = field(default="", compare=False)
    target: str = field(default="", compare=False)
    place: Place = field(default_factory=_nowhere, compare=False)


@quick
@dataclass(frozen=True, slots=True)
class Note:
    """A note, attached (`hnote right: text`, on is empty) or free (`hnote right of A`, `rnote over A, B`, `across`).

    text: lines joined by line feeds. aligned: written with a leading `/`, beside the note before it.
    """

    shape: NoteShape
    position: NotePosition
    text: str
    on: tuple[str, ...] = ()
    color: str = ""
    stereotype: str = ""
    aligned: bool = False
    parallel: bool = False
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    """`== title ==`, a divider."""

    title: str
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Else:
    """`else label` or `also label`: the next operand of the fragment in whose body it stands begins here."""

    label: str = ""
    color: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Operand:
    """One part of a fragment, as `Fragment.operands` cuts it: its label (guard, count), elements, and beginning."""

    label: str
    body: "tuple[Element, ...]"
    place: Place


@quick
@dataclass(frozen=True, slots=True, eq=False)
class Fragment(Nested):
    """`alt label` ... `else label` ... `end`, and `opt`, `loop`, `par`, `par2`, `break`, `critical`, `group`.

    body: its elements, with an `Else` before each operand but the first.
    label: with the brackets of `group label [second label]`. color: of the background; head_color: of the corner with
    the keyword. end is where its `end` stands, or the end of the block where it has none.
    """

    operator: Operator
    label: str = ""
    body: "tuple[Element, ...]" = ()
    color: str = ""
    head_color: str = ""
    parallel: bool = False
    place: Place = field(default_factory=_nowhere, compare=False)
    end: Place = field(default_factory=_nowhere, compare=False)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """Its operands in order, at least one."""
        operands: list[Operand] = []
        label, place, body = self.label, self.place, list[Element]()
        for element in self.body:
            if isinstance(element, Else):
                operands.append(Operand(label, tuple(body), place))
                label, place, body = element.label, element.place, []
            else:
                body.append(element)
        return (*operands, Operand(label, tuple(body), place))


@dataclass(frozen=True, slots=True)
class Ref:
    """`ref over A, B: text` or `ref over A` ... `end ref`, an interaction use."""

    on: tuple[str, ...]
    text: str
    color: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@quick
@dataclass(frozen=True, slots=True)
class Activation:
    """`activate X #color`, `deactivate X`, `destroy X`, and `X ++`, `X --` on a line of their own.

    lifeline: None for a bare `deactivate`.
    """

    kind: ActivationKind
    lifeline: str | None
    color: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Autoactivate:
    """`autoactivate on|off`."""

    on: bool
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Box:
    """`box "Title" #color`; the participants up to the next `EndBox` stand in it."""

    title: str = ""
    color: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class EndBox:
    """`end box`."""

    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Delay:
    """`...` or `... text ...`."""

    text: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Space:
    """`|||` or `||45||`; size in pixels, or None."""

    size: int | None = None
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """`newpage title`."""

    title: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Duration:
    """`{first} <-> {second}: text`, a constraint between two anchors."""

    first: str
    second: str
    text: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """`title`, `header`, `footer`, `legend`, `caption`, `mainframe`: text around the picture.

    text: lines joined by line feeds. align: `left` in `left header`, and the like; empty where nothing is said.
    """

    kind: HeadingKind
    text: str
    align: str = ""
    place: Place = field(default_factory=_nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Directive:
    """Any other statement that only changes the picture: `skinparam`, `autonumber`, `hide`, `<style>`, `scale`, ...

    text: what was written; its lines, joined by line feeds, without the indentation they have in common.
    """

    text: str
    place: Place = field(default_factory=_nowhere, compare=False)


Element = (
    Participant
    | Message
    | Return
    | Note
    | Section
    | Fragment
    | Else
    | Ref
    | Activation
    | Autoactivate
    | Box
    | EndBox
    | Delay
    | Space
    | Page
    | Duration
    | Heading
    | Directive
)

Decoration = Page | Space | Heading | Directive
"""What alone makes no sequence diagram."""


@dataclass(frozen=True, slots=True, eq=False)
class SequenceDiagram(Nested):
    """One `@startuml` ... `@enduml` block: its name (`@startuml name`, else empty) and its elements in order.

    warnings: what reading it left out or could not know, each with its place.
    """

    name: str = ""
    body: tuple[Element, ...] = ()
    place: Place = field(default_factory=_nowhere, compare=False)
    warnings: tuple[tuple[Place, str], ...] = field(default=(), compare=False)

    def elements(self) -> Iterator[Element]:
        """Every element in reading order, those inside fragments included (a fragment before what is in it)."""
        stack: list[Iterator[Element]] = [iter(self.body)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            yield element
            if isinstance(element, Fragment):
                stack.append(iter(element.body))
