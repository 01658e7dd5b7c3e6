"""Which operators can be judged by now: `frontier` walks events one after the other.

Lives here: refusing the others. Must not live here: what operators mean (`interaction.terms`), the step rules
(`frontier`).

Law: a diagram that is not refused allows exactly one order of its events, and they are all known.
"""

from simulator.errors import DiagramError
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expectation,
    Group,
    Ignore,
    Loop,
    Negative,
    Option,
    Parallel,
    Use,
    Weak,
    walk,
)

_KEYWORDS = {
    Alternatives: "`alt`",
    AnyOrder: "`group any order`",
    Break: "`break`",
    Consider: "`group consider`",
    Critical: "`critical`",
    Ignore: "`group ignore`",
    Loop: "`loop`",
    Negative: "`group neg`",
    Option: "`opt`",
    Parallel: "`par`",
    Weak: "`group seq`",
}


def refuse_unknown(expectation: Expectation) -> None:
    """Raise `DiagramError`, with the place, for the first operator that cannot be judged, and for unknown uses."""
    for term in walk(expectation.term):
        if isinstance(term, Use) and term.problem:
            raise DiagramError(
                f"{term.problem}: what this `ref` stands for is not known, so nothing can be judged",
                place=term.place,
                hint="Name a diagram of the same folder: the stem of its file, or `@startuml NAME`.",
            )
        if isinstance(term, Combined) and (len(term.operands) > 1 or not isinstance(term, Group | Use)):
            raise DiagramError(
                f"{_told(term)} cannot be judged yet",
                place=term.place,
                hint="`check` follows messages, notes, sections, groups and `ref`; `parse` and `draw` know the rest.",
            )


def _told(term: Combined) -> str:
    if isinstance(term, Use):
        return f"a `ref` to {len(term.operands)} diagrams"
    if isinstance(term, Parallel) and not term.written:
        return "what stands side by side (`&`)"
    if isinstance(term, Alternatives) and not term.written:
        return "`else` in a fragment"
    return _KEYWORDS[type(term)]
