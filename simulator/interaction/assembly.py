"""From the fragments of a diagram, once all of it was walked through, to one term.

Lives here: `Scope`, and which operator each fragment is (semantics.md 1 and 2 of the design). Pure. Must not live here:
the walk that finds scopes and events (`lower`).

Law: the term holds every event once, in the order of their numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.diagram.ast import Fragment, Ref
from simulator.errors import Place
from simulator.interaction.declared import Declared, spans
from simulator.interaction.guards import Guard, read_guard
from simulator.interaction.labels import Bounds, Operation
from simulator.interaction.patterns import TextPattern, parse_text
from simulator.interaction.terms import (
    NOWHERE,
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Operand,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
)


@dataclass(slots=True)
class _Part:
    """One operand: its rows of elements that stand side by side, mostly one in each."""

    label: str
    place: Place
    rows: "list[list[int | Scope]]" = field(default_factory=list)
    # Whether what comes next may stand beside the last row.
    open: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """A diagram, a fragment or a `ref` on its way to a term.

    head: the fragment or the `ref`; None for the whole diagram. start, stop: the numbers of its events, with its marks.
    operation, bounds: what the label of a `group`, of a `loop` says; messages: those of its `ignore` or `consider`.
    problem: of a `ref` that names no diagram.
    """

    head: Fragment | Ref | None
    place: Place
    start: int = 0
    stop: int = 0
    operation: Operation | None = None
    bounds: Bounds | None = None
    problem: str = ""
    messages: tuple[TextPattern, ...] = ()
    parts: list[_Part] = field(default_factory=list)
    term: Term = field(default_factory=Strict)

    def begin(self, label: str, place: Place) -> None:
        """Begin the next operand."""
        self.parts.append(_Part(label, place))

    def add(self, item: "int | Scope", *, beside: bool = False) -> None:
        """Put the next event or scope into the operand: below the others, or beside the last."""
        part = self.parts[-1]
        if beside and part.open:
            part.rows[-1].append(item)
        else:
            part.rows.append([item])
        part.open = True

    def ends_row(self) -> None:
        """Nothing can stand beside what came until now."""
        self.parts[-1].open = False


def assemble(top: Scope, closed: Sequence[Scope], events: Sequence[Expected], declared: Declared) -> Term:
    """The term of the whole diagram; closed: all scopes, inner ones first.

    Raises `DiagramError` for holes that cannot be read in the messages of `ignore` and `consider`.
    """
    for scope in closed:
        if scope.operation:
            scope.messages = tuple(parse_text(each, scope.place, declared.types) for each in scope.operation.messages)
            for message in scope.messages:
                declared.add(message, scope.place)
    assembly = _Assembly([declared.all_typed(event) for event in events], declared)
    for scope in closed:
        scope.term = assembly.term(scope)
    return top.term


class _Assembly:
    """Makes terms of scopes, inner ones first."""

    def __init__(self, events: Sequence[Expected], declared: Declared) -> None:
        self._events = events
        self._declared = declared
        # Holes that no loop was found for yet: by the number of their first event, with that of their last.
        self._loose: dict[int, list[tuple[str, int]]] = {}
        for name, (first, last) in spans(events).items():
            self._loose.setdefault(first, []).append((name, last))

    def term(self, scope: Scope) -> Term:
        """The term of a scope whose inner ones have theirs."""
        operands = tuple(self._operand(part) for part in scope.parts)
        match scope.head:
            case None:
                return _together(operands, Guard()).body
            case Ref(text=name):
                return Use(operands, place=scope.place, name=name, problem=scope.problem)
            case Fragment(operator="alt"):
                return Alternatives(operands, place=scope.place)
            case Fragment(operator="par" | "par2"):
                return Parallel(operands, place=scope.place)
            case Fragment(operator="group"):
                return self._group(scope, scope.operation or Operation("group"), operands)
            case Fragment(operator="loop"):
                return self._loop(scope, scope.bounds or Bounds(0, None), operands)
            case Fragment(operator=operator):
                return _OPERATORS[operator]((_together(operands, operands[0].guard),), place=scope.place)

    def _group(self, scope: Scope, operation: Operation, operands: tuple[Operand, ...]) -> Combined:
        inside = (_together(operands, read_guard(operation.guard, self._declared.holes)),)
        place, messages = scope.place, tuple(self._declared.typed(each) for each in scope.messages)
        match operation.operator:
            case "group":
                begin, end = self._events[scope.start], self._events[scope.stop - 1]
                return Group(inside, begin, end, place=place)
            case "strict":
                return Group(inside, place=place)
            case "ignore":
                return Ignore(inside, messages, place=place)
            case "consider":
                return Consider(inside, messages, place=place)
            case operator:
                return _OPERATORS[operator](inside, place=place)

    def _loop(self, scope: Scope, bounds: Bounds, operands: tuple[Operand, ...]) -> Loop:
        inside = (_together(operands, read_guard(bounds.guard, self._declared.holes)),)
        fresh = set[str]()
        for number in range(scope.start, scope.stop):
            if loose := self._loose.get(number):
                fresh |= {name for name, last in loose if last < scope.stop}
                self._loose[number] = [(name, last) for name, last in loose if last >= scope.stop]
        return Loop(inside, bounds.least, bounds.most, frozenset(fresh), place=scope.place)

    def _operand(self, part: _Part) -> Operand:
        rows = tuple(self._row(row) for row in part.rows)
        return Operand(Strict(rows), read_guard(part.label, self._declared.holes), part.place)

    def _row(self, row: Sequence[int | Scope]) -> Term:
        terms = [item.term if isinstance(item, Scope) else self._events[item] for item in row]
        if len(terms) == 1:
            return terms[0]
        places = [term.place if isinstance(term, Expected | Combined) else NOWHERE for term in terms]
        operands = tuple(Operand(term, place=place) for term, place in zip(terms, places, strict=True))
        return Parallel(operands, place=places[0], written=False)


_OPERATORS: Mapping[str, type[Combined]] = {
    "opt": Option,
    "break": Break,
    "critical": Critical,
    "any order": AnyOrder,
    "seq": Weak,
    "neg": Negative,
}


def _together(operands: tuple[Operand, ...], guard: Guard) -> Operand:
    """The operands of a fragment that has one: several are alternatives inside it."""
    first = operands[0]
    if len(operands) == 1:
        return Operand(first.body, guard, first.place)
    inner = (Operand(first.body, place=first.place), *operands[1:])
    return Operand(Alternatives(inner, place=first.place, written=False), guard, first.place)
