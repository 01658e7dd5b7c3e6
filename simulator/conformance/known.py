"""What a diagram refers to must be known before anything is judged.

Lives here: refusing a `ref` that names no diagram (semantics.md 1 of the design). Must not live here: how diagrams are
found (`diagram.siblings`), what operators mean (`interaction.terms`).

Law: all events of a diagram that is not refused are known.
"""

from simulator.errors import DiagramError
from simulator.interaction.terms import Expectation, Use, walk


def refuse_unknown(expectation: Expectation) -> None:
    """Raise `DiagramError`, with the place, for the first `ref` that stands for nothing."""
    for term in walk(expectation.term):
        if isinstance(term, Use) and term.problem:
            raise DiagramError(
                f"{term.problem}: what this `ref` stands for is not known, so nothing can be judged",
                place=term.place,
                hint="Name a diagram of the same folder: the stem of its file, or `@startuml NAME`.",
            )
