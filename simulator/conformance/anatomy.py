"""Which parts a diagram has that a trace may show or not: messages, operands, numbers of iterations, orders.

Lives here: the parts of each operator, and the term as a tree of nodes that know them. Pure. Must not live here: which
parts one run shows (`occurrences`), counting (`coverage`).

Laws: what is compared nowhere is no part, nor is what stands in a `neg`. A part that no run can show for the bounds of
its loop, or because two operands have one event each, is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from math import inf
from typing import Literal, NamedTuple

from simulator.conformance.selection import LeftOut
from simulator.errors import Place
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Critical,
    Expectation,
    Expected,
    Group,
    Loop,
    Negative,
    Operand,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
    parts,
)

PartKind = Literal["message", "alt", "opt", "break", "loop", "par", "ref"]
Case = Literal["shown", "taken", "not taken", "0", "1", "many", "in order", "reversed", "interleaved"]
Shape = Literal["event", "sequence", "any order", "choice", "option", "break", "loop", "parallel"]

Key = Case | int | tuple[tuple[int, int], Case]
"""Of a part of a node: its case; an operand, by number, that is taken; two operands, and their order."""

MOST_PAIRED = 20
"""Of so many operands of a `par` all pairs are parts; of more only those that stand next to each other."""


class Feature(NamedTuple):
    """One part of a diagram; as `coverage.Part`, without its diagram."""

    place: Place
    kind: PartKind
    name: str
    case: Case


@dataclass(slots=True, eq=False)
class Node:
    """A term: what of its parts follows which rules, and the numbers of the parts of the diagram that are its own.

    around: the node it is in; index: which child of that. number: of the event, in reading order.
    weak: whether its parts are in order only where they share a lifeline. catches: whether a `break` among its parts
    leaves no more than it. own: its parts. empty: whether it may run without an event. size: how many events it has
    that are compared; stretch: into how many pieces, at most 2, another operand of a `par` may cut it.
    """

    shape: Shape
    around: "Node | None" = None
    index: int = 0
    children: "list[Node]" = field(default_factory=list)
    number: int = -1
    weak: bool = False
    catches: bool = False
    least: int = 1
    most: float = 1
    own: "dict[Key, int]" = field(default_factory=dict)
    empty: bool = False
    size: int = 0
    stretch: int = 0


Path = tuple[tuple[Node, int], ...]
"""Nodes from the root on, each with which of its children comes next."""


class Anatomy:
    """The parts of one diagram.

    features: the parts, each with its number. root: the tree. events: in reading order. numbers: by the identity of an
    event its number there. messages: by that number, that of its part. straight: whether every run shows every part.
    """

    def __init__(self, expectation: Expectation, left_out: LeftOut, *, weak: bool) -> None:
        self.events = expectation.events
        self.numbers: Mapping[int, int] = {id(event): number for number, event in enumerate(self.events)}
        self.features: dict[Feature, int] = {}
        self.messages: dict[int, int] = {}
        self._places: dict[int, Node] = {}
        self._paths: dict[int, Path] = {}
        self._left_out = left_out
        self.root = Node("sequence", weak=weak, catches=True)
        nodes = list(self._grow(expectation.term, weak=weak))
        for term, node in reversed(nodes):
            self._measure(term, node)
        for term, node in nodes:
            if node.size:
                self._find(term, node)
        self.straight = all(node.shape in {"event", "sequence"} for _, node in nodes)

    def path(self, number: int) -> Path:
        """The way to an event."""
        if number not in self._paths:
            path: list[tuple[Node, int]] = []
            node = self._places[number]
            while node.around is not None:
                path.append((node.around, node.index))
                node = node.around
            self._paths[number] = tuple(reversed(path))
        return self._paths[number]

    def _grow(self, term: Term, *, weak: bool) -> Iterator[tuple[Term, Node]]:
        """The nodes, each before its children."""
        stack = [(term, weak, self.root)]
        while stack:
            term, weak, around = stack.pop()
            node = Node(_shape(term), around, len(around.children), weak=weak)
            around.children.append(node)
            if isinstance(term, Expected):
                node.number = self.numbers[id(term)]
                self._places[node.number] = node
            elif isinstance(term, Combined):
                node.catches = term.written
            if isinstance(term, Loop):
                node.least, node.most = term.least, inf if term.most is None else term.most
            yield term, node
            inner = isinstance(term, Weak) or (weak and not (isinstance(term, Group) and term.begin is None))
            stack += [(part, inner, node) for part in reversed(_inner(term))]

    def _measure(self, term: Term, node: Node) -> None:
        sizes = [child.size for child in node.children]
        stretches = [child.stretch for child in node.children]
        empty = [child.empty for child in node.children]
        node.size, node.stretch, node.empty = sum(sizes), min(2, sum(stretches)), all(empty)
        match node.shape:
            case "event":
                event = self.events[node.number]
                compared = not self._left_out(event)
                node.size = node.stretch = int(compared)
                node.empty = not compared or event.kind not in {"message", "note"}
            case "choice":
                node.empty, node.stretch = any(empty), max(stretches)
            case "option" | "break":
                node.empty = True
            case "loop":
                node.empty = all(empty) or not node.least
                node.stretch = int(min(2, max(stretches) * node.most))
            case _:
                if isinstance(term, Critical):
                    node.stretch = min(1, node.stretch)

    def _find(self, term: Term, node: Node) -> None:
        match term:
            case Expected(kind="message"):
                arrow = "<->" if term.both else "-->" if term.line == "dashed" else "->"
                name = f"{term.source} {arrow} {term.target}: {term.text}"
                self.messages[node.number] = self._add(node, "shown", Feature(term.place, "message", name, "shown"))
            case Alternatives(operands) | Use(operands) if node.shape == "choice":
                self._operands(node, "ref" if isinstance(term, Use) else "alt", operands)
            case AnyOrder(operands=(Operand(body=Alternatives(operands, written=False)),)):
                self._operands(node, "alt", operands)
            case Option(operands):
                for case in _LEFT_OR_NOT:
                    self._add(node, case, Feature(term.place, "opt", operands[0].guard.text, case))
            case Break(operands):
                for case in _LEFT_OR_NOT:
                    self._add(node, case, Feature(term.place, "break", operands[0].guard.text, case))
            case Loop(operands):
                for case in counts_of(node):
                    self._add(node, case, Feature(term.place, "loop", operands[0].guard.text, case))
            case Parallel(operands, written=True):
                self._operands(node, "par", operands)
                self._pairs(term, node)
            case _:
                pass

    def _operands(self, node: Node, kind: PartKind, operands: Sequence[Operand]) -> None:
        for number, operand in enumerate(operands):
            if kind != "par" or node.children[number].size:
                self._add(node, number, Feature(operand.place, kind, operand.guard.text, "taken"))

    def _pairs(self, term: Parallel, node: Node) -> None:
        sized = [number for number, child in enumerate(node.children) if child.size]
        pairs = combinations(sized, 2) if len(sized) <= MOST_PAIRED else pairwise(sized)
        for pair in pairs:
            name = ", ".join(str(number + 1) for number in pair)
            cut = any(node.children[number].stretch > 1 for number in pair)
            for case in _ORDERS if cut else _ORDERS[:2]:
                self._add(node, (pair, case), Feature(term.place, "par", name, case))

    def _add(self, node: Node, key: Key, feature: Feature) -> int:
        # Copies at one place are one part.
        node.own[key] = self.features.setdefault(feature, len(self.features))
        return node.own[key]


_LEFT_OR_NOT: tuple[Case, ...] = ("taken", "not taken")
_COUNTS: tuple[Case, ...] = ("0", "1", "many")
_ORDERS: tuple[Case, ...] = ("in order", "reversed", "interleaved")


def counts_of(loop: Node) -> list[Case]:
    """Which numbers of iterations a loop may have."""
    possible = {count_of(count) for count in range(3) if loop.least <= count <= loop.most}
    return [case for case in _COUNTS if case in possible or (case == "many" and loop.most > 1)]


def count_of(iterations: int) -> Case:
    """What so many iterations are."""
    return "many" if iterations > 1 else "1" if iterations else "0"


def _shape(term: Term) -> Shape:  # noqa: PLR0911 - one per kind
    match term:
        case Expected():
            return "event"
        case Alternatives() | AnyOrder(operands=(Operand(body=Alternatives(written=False)),)):
            return "choice"
        case Use(operands):
            return "choice" if len(operands) > 1 else "sequence"
        case Option():
            return "option"
        case Break():
            return "break"
        case Loop():
            return "loop"
        case Parallel():
            return "parallel"
        case AnyOrder(operands=(Operand(body=Strict()),)):
            return "any order"
        case _:
            return "sequence"


def _inner(term: Term) -> tuple[Term, ...]:
    match term:
        case Negative():
            return ()
        case AnyOrder(operands=(Operand(body=Strict(items)),)):
            return items
        case AnyOrder(operands=(Operand(body=Alternatives(written=False) as inner),)):
            return tuple(replace(term, operands=(each,)) for each in inner.operands)
        case _:
            return parts(term)
