"""What diagrams mean, case by case: a diagram as text, and the term it stands for."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from simulator.diagram.ast import Message, Return, SequenceDiagram
from simulator.diagram.parser import parse
from simulator.errors import DiagramError, Place
from simulator.interaction.guards import Guard
from simulator.interaction.lower import MOST_INLINED, lower
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import (
    Combined,
    Consider,
    Expected,
    Group,
    Ignore,
    Loop,
    Option,
    Strict,
    Term,
    Use,
    walk,
)
from tests.golden.loader import Case, load


def meaning(text: str) -> str:
    """The term, the constraints and the warnings of the first diagram of a text; it may refer to the others."""
    first, *others = parse(text if "@startuml" in text else f"@startuml\n{text}\n@enduml", "d.puml")

    def resolve(name: str) -> tuple[SequenceDiagram, ...]:
        found = tuple(each for each in (first, *others) if each.name == name)
        if not found:
            raise DiagramError(f"there is no {name!r}")
        return found

    try:
        expectation = lower(first, "d", resolve=resolve)
    except DiagramError as error:
        return str(error)
    lines = list(written(expectation.term, 0))
    lines += [f"{each.first} to {each.second} {each.relation} {each.seconds:g} s" for each in expectation.constraints]
    lines += [f"warning {place.line}: {message}" for place, message in expectation.warnings]
    return "\n".join(lines)


def written(term: Term, depth: int) -> Iterator[str]:
    """A term, an operand below each `-`."""
    indent = "  " * depth
    match term:
        case Expected():
            yield indent + event(term)
        case Strict(items):
            for item in items:
                yield from written(item, depth)
        case Combined():
            yield indent + type(term).__name__ + ("" if term.written else " (unwritten)") + said(term)
            if isinstance(term, Group) and term.begin:
                yield f"{indent}  {event(term.begin)}"
            for operand in term.operands:
                yield f"{indent}  -{guard(operand.guard)}"
                yield from written(operand.body, depth + 2)
            if isinstance(term, Group) and term.end:
                yield f"{indent}  {event(term.end)}"


def said(term: Combined) -> str:
    """What an operator says beside its operands."""
    match term:
        case Loop(least=least, most=most, fresh=fresh):
            return f" {least}..{'*' if most is None else most}" + "".join(f" {name}" for name in sorted(fresh))
        case Ignore(messages=messages) | Consider(messages=messages):
            return "".join(f" {{{words(each)}}}" for each in messages)
        case Use(name=name, problem=problem):
            return f" {name}" + (f" ({problem})" if problem else "")
        case _:
            return ""


def event(event: Expected) -> str:
    """An expected event with its line in the diagram, its section and frames."""
    arrow = ("<" if event.both else "") + ("--" if event.line == "dashed" else "-") + ">"
    head = f"{event.source} {arrow} {event.target}" if event.kind == "message" else event.kind
    head += f" {event.shape} on {' '.join(sorted(event.on))}" if event.kind == "note" else ""
    anchor = f" {{{event.anchor}}}" if event.anchor else ""
    where = "/".join((event.section, *event.frames))
    notes = "".join(f" + {note.shape} {words(note.text)}" for note in event.notes)
    return f"{event.place.line} {head}: {words(event.text)}{notes}{anchor}" + (f" in {where}" if where else "")


def words(text: TextPattern) -> str:
    """A text with its holes, their types and freshness."""
    return str(text)


def guard(guard: Guard) -> str:
    """A guard, and what it compares."""
    if guard.comparison is None:
        return f" {guard.text}".rstrip()
    compared = guard.comparison
    other = f"the hole {compared.other}" if compared.named else repr(compared.other)
    return f" {guard.text}: the hole {compared.hole} {compared.relation} {other}"


@pytest.mark.parametrize("case", load("interaction"), ids=str)
def test_golden(case: Case) -> None:
    """A diagram means what its case shows."""
    assert meaning(case.input) == case.expected


def test_events_are_those_of_the_term_in_reading_order() -> None:
    """Marks, operands and what is inlined included."""
    (diagram,) = parse("@startuml\ngroup g\nA -> B & C: 1\nend\nalt\nB -> C: 2\nelse\nrnote over A: 3\nend\n@enduml")
    assert [str(each.text) for each in lower(diagram, "d").events] == ["g", "1", "1", "g", "2", "3"]


def test_a_return_without_its_ends_is_refused() -> None:
    """A tree built by hand has to say who returns to whom."""
    with pytest.raises(DiagramError, match="who returns to whom"):
        lower(SequenceDiagram(body=(Message("A", "B"), Return("r", place=Place("x", 2)))), "d")


def test_what_others_put_in_has_a_limit() -> None:
    """Diagrams that refer to others twice, which do so too, end with an error, not with the memory."""
    names = [f"d{number}" for number in range(40)]
    text = "".join(
        f"@startuml {name}\nA -> B: x\nref over A: {following}\nref over A: {following}\n@enduml\n"
        for name, following in pairwise(names)
    )
    assert f"more than {MOST_INLINED} elements" in meaning(f"{text}@startuml {names[-1]}\nA -> B: x\n@enduml\n")


def test_deep_terms() -> None:
    """What fragments mean that nest as deep as they can be read can be walked."""
    text = "@startuml\n" + "opt\n" * 200 + "A -> B: x\n" + "end\n" * 200 + "@enduml\n"
    term = lower(parse(text)[0], "d").term
    assert sum(isinstance(each, Option) for each in walk(term)) == 200
    assert sum(isinstance(each, Expected) for each in walk(term)) == 1
