"""Which lifelines stand in which boxes, from left to right (PlantUML, Sequence Diagram, "Participants encompass").

Lives here: the order in which PlantUML places lifelines. Must not live here: pixels (`columns`), drawing boxes
(`boxes`).

Laws: every lifeline has one place. The box that is open where a lifeline is first named holds it; one that is declared
later on moves to that place.
"""

from simulator.diagram.ast import Box, EndBox, Participant, SequenceDiagram
from simulator.diagram.lifelines import lifelines, named_by


def places(diagram: SequenceDiagram) -> dict[Participant, tuple[Box, ...]]:
    """The lifelines from left to right, each with the boxes around it from outside inwards."""
    found: dict[str, tuple[Box, ...]] = {}
    unclosed: list[Box] = []
    for element in diagram.elements():
        if isinstance(element, Box):
            unclosed.append(element)
        elif isinstance(element, EndBox):
            del unclosed[-1:]
        if isinstance(element, Participant) and not element.created:
            found.pop(element.lifeline, None)
        for participant, _ in named_by(element):
            found.setdefault(participant.lifeline, tuple(unclosed))
    named = {each.lifeline: each for each in lifelines(diagram)}
    return {named[name]: found[name] for name in sorted(found, key=lambda name: named[name].order or 0)}
