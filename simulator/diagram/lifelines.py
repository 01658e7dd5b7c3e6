"""The lifelines of a diagram: those declared, and those that only messages, notes and the like name.

Lives here: which there are, in the order in which the diagram first names them. Must not live here: their order in the
picture.

Law: every lifeline is given once, as its first declaration says; borders are none.
"""

from collections.abc import Iterator
from dataclasses import replace

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Element,
    Message,
    Note,
    Participant,
    Ref,
    SequenceDiagram,
)


def lifelines(diagram: SequenceDiagram) -> tuple[Participant, ...]:
    """Every lifeline by its first mention; one that is never declared is a plain participant, placed there."""
    found: dict[str, Participant] = {}
    declared = set[str]()
    for element in diagram.elements():
        for participant, is_declared in named_by(element):
            name = participant.lifeline
            if name not in found or (is_declared and name not in declared):
                found[name] = participant
            if is_declared:
                declared.add(name)
    return tuple(found.values())


def named_by(element: Element) -> Iterator[tuple[Participant, bool]]:
    """The lifelines that an element names, and whether it declares them."""
    match element:
        case Participant():
            yield element, True
        case Message(source=source, target=target, receivers=receivers):
            introduced = {each.lifeline: each for each in element.introduces}
            for name in (source, target, *receivers):
                if name in introduced:
                    yield replace(introduced[name], place=element.place), True
                elif name not in {LEFT, RIGHT, SHORT}:
                    yield Participant(name, place=element.place), False
        case Note(on=on) | Ref(on=on):
            for name in on:
                yield Participant(name, place=element.place), False
        case Activation(lifeline=str(name)):
            yield Participant(name, place=element.place), False
        case _:
            pass
