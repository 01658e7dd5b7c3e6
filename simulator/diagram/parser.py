"""Reading: PlantUML text to syntax tree.

Lives here: the grammar as lark runs it, and one method per statement that makes a node of it. Must not live here: the
language itself (`sequence.lark`, `shapes`), comments and blocks (`source`), explanations of mistakes (`mistakes`).

Laws: every text gives diagrams or a DiagramError, in linear time. `parse(print_diagram(d)) == (d,)`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulator.diagram import source
from simulator.diagram.ast import (
    Element,
    Fragment,
    Message,
    Note,
    NotePosition,
    NoteShape,
    Participant,
    Section,
    SequenceDiagram,
)
from simulator.diagram.mistakes import explain, too_deep
from simulator.diagram.shapes import Shapes, compile_shapes, cut
from simulator.errors import Place

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_DEPTH = 200
"""How deep groups may be nested."""


def parse(text: str, file: str = "<text>") -> tuple[SequenceDiagram, ...]:
    """Read all `@startuml` blocks of a text; `file` is the name that places carry.

    Raises DiagramError, with the place, when one of them is no sequence diagram, or when there is none.
    """
    return tuple(_diagram(block, file) for block in source.blocks(text, file))


def parse_file(path: Path) -> tuple[SequenceDiagram, ...]:
    """Read all diagrams of a file (UTF-8, any line ends); errors as `parse`, and DiagramError for unreadable files."""
    return parse(source.read(path), str(path))


@dataclass(frozen=True, slots=True)
class _Grammar:
    lark: "Lark"
    shapes: Shapes


@cache
def _grammar() -> _Grammar:
    from lark import Lark

    text = Path(__file__).with_name("sequence.lark").read_text(encoding="utf-8")
    lark = Lark(text, start=["diagram", "part"], parser="lalr", lexer="contextual", maybe_placeholders=False)
    return _Grammar(lark, compile_shapes({terminal.name: terminal.pattern.value for terminal in lark.terminals}))


def _diagram(block: source.Block, file: str) -> SequenceDiagram:
    from lark import UnexpectedInput

    grammar = _grammar()
    try:
        tree = grammar.lark.parse("\n".join(line.text for line in block.lines), start="diagram")
    except UnexpectedInput as error:
        raise explain(block, error.line - 1, file, grammar.shapes) from None
    return SequenceDiagram(block.name, _Reader(block, file, grammar.shapes).elements(tree), block.place)


class _Reader:
    """Makes nodes of the statements of one block."""

    def __init__(self, block: source.Block, file: str, shapes: Shapes) -> None:
        self._block = block
        self._file = file
        self._shapes = shapes
        self._statements: dict[str, Callable[[Token], Element]] = {
            "MESSAGE": self._message,
            "PARTICIPANT": self._participant,
            "NOTE": self._note,
            "NOTE_BLOCK": self._note_block,
            "SECTION": self._section,
        }

    def elements(self, diagram: "Tree[Token]") -> tuple[Element, ...]:
        """Give the elements of the block; groups still open at its end are closed there."""
        body: list[Element] = []
        above: list[tuple[Token, list[Element]]] = []
        for token in _tokens(diagram):
            if token.type == "GROUP":
                if len(above) == MAX_DEPTH:
                    raise too_deep(self._block.lines[(token.line or 1) - 1], self._file, MAX_DEPTH)
                above.append((token, body))
                body = []
            elif token.type == "END":
                head, before = above.pop()
                before.append(self._group(head, body, self._place(token)))
                body = before
            else:
                body.append(self._statements[token.type](token))
        for head, before in reversed(above):
            before.append(self._group(head, body, self._block.end))
            body = before
        return tuple(body)

    def _message(self, token: "Token") -> Message:
        parts = cut(self._shapes["MESSAGE"], token)
        left, arrow, right = _name(parts["left"]), _word(parts["ARROW"]), _name(parts["right"])
        backwards = arrow[0] == "<"
        if backwards:
            left, right = right, left
        dashed = len(arrow) > len("->")
        return Message(left, right, _text(parts["TEXT"]), dashed, backwards, place=self._place(token))

    def _participant(self, token: "Token") -> Participant:
        parts = cut(self._shapes["PARTICIPANT"], token)
        order = parts["ORDER"]
        return Participant(
            _name(parts["name"]),
            parts.get("alias"),
            _word(parts["KIND"]),
            None if order is None else int(order[len("order") :].strip(source.BLANKS)),
            place=self._place(token),
        )

    def _note(self, token: "Token") -> Note:
        parts = cut(self._shapes["NOTE"], token)
        return self._note_of(parts, _text(parts["TEXT"]), token)

    def _note_block(self, token: "Token") -> Note:
        head, *lines, _end = token.rstrip(source.BLANKS + "\n").split("\n")
        return self._note_of(cut(self._shapes["NOTE"], head), "\n".join(source.dedent(lines)), token)

    def _note_of(self, parts: Mapping[str, str | None], text: str, token: "Token") -> Note:
        on = tuple(_name(parts[role]) for role in ("on", "and") if parts.get(role))
        shape, position = _word(parts["SHAPE"]), _word(parts["position"])
        return Note(cast(NoteShape, shape), cast(NotePosition, position), text, on, place=self._place(token))

    def _section(self, token: "Token") -> Section:
        return Section(token.rstrip(source.BLANKS + "\n")[2:-2].strip(source.BLANKS), self._place(token))

    def _group(self, head: "Token", body: list[Element], end: Place) -> Fragment:
        label = head[len("group") :].strip(source.BLANKS + "\n")
        return Fragment("group", label, tuple(body), place=self._place(head), end=end)

    def _place(self, token: "Token") -> Place:
        line = self._block.lines[(token.line or 1) - 1]
        return line.place((token.column or 1) - 1, self._file)


def _tokens(tree: "Tree[Token]") -> Iterator["Token"]:
    """Walk the tree from left to right without recursion, which deep nesting would exhaust."""
    walk = [iter(tree.children)]
    while walk:
        child = next(walk[-1], None)
        if child is None:
            walk.pop()
        elif isinstance(child, str):
            yield child
        else:
            walk.append(iter(child.children))


def _word(part: str | None) -> str:
    return (part or "").lower()


def _name(part: str | None) -> str:
    name = part or ""
    return name[1:-1] if name[0] in source.QUOTES else name


def _text(part: str | None) -> str:
    return (part or ":")[1:].strip(source.BLANKS)
