"""A report as one picture: the verdict on each diagram as its author wrote it, below each other.

Lives here: which pictures, and the line above each. Must not live here: marking (`marked`), drawing (`picture`).

Law: the same report gives the same bytes, whatever the time it took.
"""

from dataclasses import replace

from simulator.diagram.ast import Heading, SequenceDiagram
from simulator.picture.block import block
from simulator.picture.creole import literal
from simulator.picture.picture import Picture, draw
from simulator.picture.row import GAP
from simulator.picture.shapes import Text
from simulator.picture.svg import stacked
from simulator.report.account import Account
from simulator.report.groups import Group, ranked
from simulator.report.marked import marked
from simulator.report.result import Report


def report_svg(report: Report) -> str:
    """Draw every group of equal results, what is to be looked at first."""
    found = enumerate(ranked(report.results), start=1)
    pictures = [_drawn(group, f"r{number}", report) for number, group in found]
    return stacked(pictures or [draw(SequenceDiagram(body=(Heading("title", "Nothing was judged"),)))])


def _drawn(group: Group, name: str, report: Report) -> Picture:
    result = group.first
    written = report.diagrams.get(result.diagram)
    diagram = SequenceDiagram() if written is None else written.diagram
    traces = result.not_run
    if result.verdict is None:
        picture = draw(diagram)
    else:
        traces = str(group)
        shown = marked(diagram, Account(result.verdict, result.events, result.expectation), name)
        picture = draw(shown.diagram, shown.marks)
    told = f"{(result.outcome or 'not run').replace('_', ' ')}: {result.diagram}, {traces}"
    text = block(literal(told), bold=True)
    top = picture.room.top - text.height - GAP
    above = Text(picture.room.left, top, text, "heading verdict")
    return replace(picture, shapes=(above, *picture.shapes), room=picture.room | above.room, title=told)
