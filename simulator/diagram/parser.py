"""Reading: PlantUML text to syntax tree.

Lives here: the grammar as lark runs it, and how statements nest. Must not live here: the language itself
(`sequence.lark`, `shapes`), the nodes of statements (`statements`), who returns to whom (`calls`), comments and blocks
(`source`), explanations of mistakes (`mistakes`).

Laws: every text gives diagrams or a DiagramError, in linear time. `parse(print_diagram(d)) == (d,)`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulator.diagram import source, statements
from simulator.diagram.ast import Element, Fragment, SequenceDiagram
from simulator.diagram.calls import Calls
from simulator.diagram.mistakes import explain, too_deep
from simulator.diagram.shapes import Shapes, compile_shapes
from simulator.errors import Place

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_DEPTH = 200
"""How deep fragments may be nested."""


def parse(text: str, file: str = "<text>") -> tuple[SequenceDiagram, ...]:
    """Read all `@startuml` blocks of a text; `file` is the name that places carry.

    Raises DiagramError, with the place, when one of them is no sequence diagram, or when there is none.
    """
    return tuple(_diagram(block) for block in source.blocks(text, file))


def parse_file(path: Path) -> tuple[SequenceDiagram, ...]:
    """Read all diagrams of a file (UTF-8, any line ends); errors as `parse`, and DiagramError for unreadable files."""
    return parse(source.read(path), str(path))


@dataclass(frozen=True, slots=True)
class _Grammar:
    lark: "Lark"
    shapes: Shapes
    readers: Mapping[str, Callable[[str, Place], object]]


@cache
def _grammar() -> _Grammar:
    from lark import Lark

    text = Path(__file__).with_name("sequence.lark").read_text(encoding="utf-8")
    lark = Lark(text, start=["diagram", "part"], parser="lalr", lexer="contextual", maybe_placeholders=False)
    shapes = compile_shapes({terminal.name: terminal.pattern.to_regexp() for terminal in lark.terminals})
    return _Grammar(lark, shapes, statements.readers(shapes))


def _diagram(block: source.Block) -> SequenceDiagram:
    from lark import UnexpectedInput

    grammar = _grammar()
    try:
        tree = grammar.lark.parse("\n".join(line.text for line in block.lines), start="diagram")
    except UnexpectedInput as error:
        raise explain(block, error.line - 1, grammar.shapes) from None
    return SequenceDiagram(block.name, _Reader(block, grammar).elements(tree), block.place)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes the tree of one block."""

    block: source.Block
    grammar: _Grammar

    def elements(self, diagram: "Tree[Token]") -> tuple[Element, ...]:
        """Give the elements of the block; fragments still open at its end are closed there."""
        readers = self.grammar.readers
        calls = Calls()
        body: list[Element] = []
        above: list[tuple[Fragment, list[Element]]] = []
        for token in _tokens(diagram):
            place = self._place(token)
            match token.type:
                case "FRAGMENT":
                    if len(above) == MAX_DEPTH:
                        raise too_deep(self.block.lines[(token.line or 1) - 1], MAX_DEPTH)
                    above.append((statements.fragment(token, place), body))
                    body = []
                case "ELSE":
                    body.append(statements.otherwise(token, place))
                case "END":
                    head, before = above.pop()
                    before.append(replace(head, body=tuple(body), end=place))
                    body = before
                case kind:
                    body.append(calls.follow(cast(Element, readers[kind](token, place))))
        for head, before in reversed(above):
            before.append(replace(head, body=tuple(body), end=self.block.end))
            body = before
        calls.finish()
        return tuple(body)

    def _place(self, token: "Token") -> Place:
        line = self.block.lines[(token.line or 1) - 1]
        return line.place((token.column or 1) - 1)


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
