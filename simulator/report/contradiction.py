"""Two diagrams that contradict each other, in words.

Lives here: the sentence, and the lines below it. Must not live here: finding them (`campaign.contradictions`).
"""

from collections.abc import Iterator

from simulator.conformance.exploration import Contradiction, Said
from simulator.report.line import Line, Span, line
from simulator.report.notation import Notation


def contradiction_lines(contradiction: Contradiction) -> Iterator[Line]:
    """Which two sections, about what, and the first event in which they differ."""
    yield line(
        Span("contradiction ", "bad"), Span(contradiction.behaviour.title, "strong"), f": {sentence(contradiction)}"
    )
    for said in (contradiction.one, contradiction.other):
        yield line(f"  {said.place}: ", event_words(said, contradiction) or Span("nothing more", "faint"))


def sentence(contradiction: Contradiction) -> str:
    """Who says different things, and where they begin to."""
    one, other = (_section(said) for said in (contradiction.one, contradiction.other))
    return f"{one} and {other} differ from event {contradiction.event} on, and nothing is allowed by both"


def event_words(said: Said, contradiction: Contradiction) -> str:
    """What is expected, as a diagram writes it; empty for nothing more."""
    both = (contradiction.one.event, contradiction.other.event)
    notation = Notation.over(event for event in both if event is not None)
    return "" if said.event is None else str(notation.words(said.event))


def _section(said: Said) -> str:
    section = f" ({said.source.section})" if said.source.section else ""
    return f"{said.source.diagram}:{said.source.place.line}{section}"
