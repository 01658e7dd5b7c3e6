"""The tree of a diagram as nodes of a JSON document (interfaces.md of the design, NODE of `simulator parse`).

Lives here: one record for each kind of node, and which element becomes which. Must not live here: the document around
them (`json_parse`).

Laws: the nodes of type `message` are the messages of the diagram in reading order. What only changes the picture has
no node.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from simulator.diagram.ast import (
    Activation,
    Delay,
    Duration,
    Element,
    Else,
    Fragment,
    Message,
    Note,
    Page,
    Ref,
    Return,
    Section,
)
from simulator.interaction.labels import read_bounds, read_operation

# The escapes by which a label breaks its line (PlantUML, Creole, "Newline"); an escaped backslash breaks none. What
# stands in links and formulas stays as it is written, up to the first end of any.
_ESCAPE = re.compile(r"(?:\[\[|<math>|<latex>).*?(?:\]\]|</math>|</latex>|\Z)|\\([nlr\\])", re.DOTALL)


class MessageNode(msgspec.Struct, frozen=True, tag="message", omit_defaults=True):
    """A message in the tree; backwards: written from right to left; returns: written as `return`.

    receivers: those after `&`. parallel: stands beside the element before it.
    """

    source: str
    target: str
    label: str
    dashed: bool
    both: bool
    backwards: bool
    line: int
    column: int
    returns: bool = False
    receivers: tuple[str, ...] = ()
    parallel: bool = False
    activation: str = ""
    anchor: str = ""


class NoteNode(msgspec.Struct, frozen=True, tag="note", omit_defaults=True):
    """A note; `on` is empty where it is attached to the message before it, and where it lies across all lifelines."""

    shape: str
    position: str
    on: tuple[str, ...]
    text: str
    line: int
    column: int
    parallel: bool = False


class SectionNode(msgspec.Struct, frozen=True, tag="section"):
    """A section mark."""

    title: str
    line: int
    column: int


class ElseNode(msgspec.Struct, frozen=True, tag="else"):
    """A further operand of a fragment."""

    label: str
    line: int
    column: int
    body: "list[Node]"


class FragmentNode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fragment: `frame`, `alt`, `opt`, `loop`, ...; end: the line of its `end`; body: that of its first operand.

    least, most: how often a loop runs (None: any number of times). messages: those that `ignore` and `consider` name.
    """

    type: str
    label: str
    line: int
    column: int
    end: int
    body: "list[Node]"
    further: list[ElseNode] = msgspec.field(name="else", default_factory=list)
    parallel: bool = False
    least: int | msgspec.UnsetType = msgspec.UNSET
    most: int | msgspec.UnsetType | None = msgspec.UNSET
    messages: tuple[str, ...] = ()


class RefNode(msgspec.Struct, frozen=True, tag="ref"):
    """An interaction use; text: the name of a diagram, or prose."""

    on: tuple[str, ...]
    text: str
    line: int
    column: int


class ActivationNode(msgspec.Struct, frozen=True, tag="activation"):
    """`activate`, `deactivate` (of nobody in particular where lifeline is null) or `destroy`."""

    kind: str
    lifeline: str | None
    line: int
    column: int


class DelayNode(msgspec.Struct, frozen=True, tag="delay"):
    """`...`."""

    text: str
    line: int
    column: int


class PageNode(msgspec.Struct, frozen=True, tag="page"):
    """`newpage`."""

    title: str
    line: int
    column: int


class DurationNode(msgspec.Struct, frozen=True, tag="duration"):
    """A constraint between two anchors."""

    first: str
    second: str
    text: str
    line: int
    column: int


Node = (
    MessageNode | NoteNode | SectionNode | FragmentNode | RefNode | ActivationNode | DelayNode | PageNode | DurationNode
)


def broken(label: str) -> str:
    """A label with its escapes of line ends as line feeds."""
    return _ESCAPE.sub(lambda found: {None: found[0], "\\": "\\"}.get(found[1], "\n"), label)


def nodes(body: Iterable[Element]) -> list[Node]:
    """The tree, with an explicit stack, since diagrams nest deep: what is still to be read, and where it goes."""
    top: list[Node] = []
    stack: list[tuple[Iterator[Element], list[Node], list[ElseNode]]] = [(iter(body), top, [])]
    while stack:
        rest, into, further = stack.pop()
        for element in rest:
            line, column = element.place.line, element.place.column
            if isinstance(element, Fragment):
                fragment = _fragment(element)
                into.append(fragment)
                stack += [(rest, into, further), (iter(element.body), fragment.body, fragment.further)]
                break
            if isinstance(element, Else):
                further.append(ElseNode(element.label, line, column, []))
                into = further[-1].body
            elif node := _leaf(element, line, column):
                into.append(node)
    return top


def _leaf(element: Element, line: int, column: int) -> Node | None:  # noqa: PLR0911 - one for each kind of node
    """A node without others in it; None for what only changes the picture, and for participants, told apart."""
    match element:
        case Message(hidden=False) | Return():
            return _message(element, line, column)
        case Note(shape, position, text, on):
            return NoteNode(shape, position, on, text, line, column, element.parallel or element.aligned)
        case Section(title):
            return SectionNode(title, line, column)
        case Ref(on, text):
            return RefNode(on, text, line, column)
        case Activation(kind, lifeline):
            return ActivationNode(kind, lifeline, line, column)
        case Delay(text):
            return DelayNode(text, line, column)
        case Page(title):
            return PageNode(title, line, column)
        case Duration(first, second, text):
            return DurationNode(first, second, text, line, column)
        case _:
            return None


def _message(message: Message | Return, line: int, column: int) -> MessageNode:
    label = broken(message.label)
    if isinstance(message, Return):
        answer = MessageNode(message.source, message.target, label, True, False, False, line, column)  # noqa: FBT003
        return msgspec.structs.replace(answer, returns=True, parallel=message.parallel)
    return MessageNode(
        message.source,
        message.target,
        label,
        message.dashed,
        message.both,
        message.backwards,
        line,
        column,
        receivers=message.receivers,
        parallel=message.parallel,
        activation=message.activation,
        anchor=message.anchor,
    )


def _fragment(fragment: Fragment) -> FragmentNode:
    """A fragment, with nothing in it yet."""
    operation = read_operation(fragment.label) if fragment.operator == "group" else None
    operator = operation.operator if operation else fragment.operator
    node = FragmentNode(
        {"group": "frame", "par2": "par"}.get(operator, operator),
        fragment.label,
        fragment.place.line,
        fragment.place.column,
        fragment.end.line,
        [],
        parallel=fragment.parallel,
        messages=operation.messages if operation else (),
    )
    if fragment.operator != "loop":
        return node
    bounds = read_bounds(fragment.label)
    return msgspec.structs.replace(node, least=bounds.least, most=bounds.most)
