"""What `check --strength` says: how many changes of a run a diagram notices, and what it would not notice.

Lives here: the words for it, and the rows for programs. Must not live here: judgement (`conformance.strength`).

Law: about one diagram at most 15 lines are said, unless everything is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from simulator.conformance.mutants import Change
from simulator.conformance.strength import Cause, Strength, Survivor, gaps
from simulator.report.comparison import cut
from simulator.report.line import Line, Span, line
from simulator.report.notation import Notation
from simulator.report.result import Result

_LINES = 15
_COLUMN = 14
_NAMED = 2

_WHY: Mapping[Cause, str] = {
    "loop": "`loop` takes other numbers of rounds",
    "opt": "`opt` may be left out",
    "break": "`break` may happen or not",
    "alt": "`alt` has another operand for it",
    "par": "`par` takes every interleaving",
    "any order": "`group any order` takes every order",
    "seq": "`group seq` orders only what shares a lifeline",
    "lifeline": "`--order lifeline` orders only what shares a lifeline",
    "ignore": "`group ignore` lets such messages come anywhere",
    "consider": "`group consider` lets all other messages come anywhere",
    "any": "{hole} takes any text",
    "once": "{hole} occurs once, any value will do",
    "run": "{hole} occurs once in this run, any value will do",
    "direction": "`<->` is a message without direction",
    "left out": "such events or notes are not compared",
    "else": "the diagram allows this as well",
}

_WHAT: Mapping[Change, str] = {
    "dropped": "event {event} left out",
    "doubled": "event {event} twice",
    "swapped": "events {event} and {next} swapped",
    "turned": "event {event} the other way",
    "line": "event {event} with the other line",
    "text": "event {event} with another text",
    "note": "event {event} with another note",
    "no note": "event {event} without a note",
    "added note": "event {event} with one more note",
    "value": "event {event} with another value",
}


class SurvivorRow(msgspec.Struct, frozen=True):
    """A change that is not noticed; event, change and cause as in `conformance.strength`."""

    event: int
    change: Change
    cause: Cause
    file: str
    line: int
    column: int
    hole: str
    message: str


class StrengthRow(msgspec.Struct, frozen=True):
    """How many changes of the run were judged, and how many of them are noticed; of how many of its events."""

    mutants: int
    rejected: int
    undecided: int
    share: float
    events: int
    of: int
    survivors: tuple[SurvivorRow, ...]


def strength_row(strength: Strength) -> StrengthRow:
    """The same for programs."""
    rows = tuple(
        SurvivorRow(
            each.event,
            each.change,
            each.cause,
            each.place.file,
            each.place.line,
            each.place.column,
            each.hole,
            f"{_what(each)}: {_why(each)}",
        )
        for each in strength.survivors
    )
    counts = (strength.mutants, strength.rejected, strength.undecided, strength.share, strength.events, strength.of)
    return StrengthRow(*counts, rows)


def strength_lines(results: Iterable[Result], *, quiet: bool, verbose: bool) -> Iterator[Line]:
    """What was found about each diagram, over all its runs; quiet: only where something goes unnoticed."""
    by_diagram: dict[str, list[tuple[Result, Strength]]] = {}
    for result in results:
        if result.strength is not None:
            by_diagram.setdefault(result.diagram, []).append((result, result.strength))
    for diagram, found in by_diagram.items():
        owners = {id(each): result for result, strength in found for each in strength.survivors}
        weak = gaps(each for _, strength in found for each in strength.survivors)
        if weak or not quiet:
            yield _headline(diagram, [strength for _, strength in found])
        shown = len(weak) if verbose or len(weak) < _LINES else _LINES - 2
        for gap in weak[:shown]:
            yield line(" " * _COLUMN, Span(str(gap[0].place), "strong"), f": {_why(gap[0])}", Span(_told(gap), "faint"))
            if verbose:
                yield from (_event(each, owners[id(each)]) for each in gap)
        if weak[shown:]:
            yield line(" " * _COLUMN, Span(f"and {len(weak) - shown} more reasons; -v shows all", "faint"))


def _headline(diagram: str, found: list[Strength]) -> Line:
    made, rejected = sum(each.mutants for each in found), sum(each.rejected for each in found)
    undecided = sum(each.undecided for each in found)
    changed, events = sum(each.events for each in found), sum(each.of for each in found)
    share = 100 * rejected // (made - undecided) if made > undecided else 100
    counts = f"   {rejected} of {made - undecided} changes noticed, {share} %"
    counts += f"; {undecided} undecided" if undecided else ""
    counts += f"; {changed} of {events} events were changed, drawn at random" if changed < events else ""
    all_noticed = rejected == made - undecided
    return line(Span("strength".ljust(_COLUMN), "good" if all_noticed else "doubt"), diagram, Span(counts, "faint"))


def _why(survivor: Survivor) -> str:
    return _WHY[survivor.cause].format(hole=survivor.hole)


def _what(survivor: Survivor) -> str:
    return _WHAT[survivor.change].format(event=survivor.event, next=survivor.event + 1)


def _told(gap: tuple[Survivor, ...]) -> str:
    named = ", ".join(map(_what, gap[:_NAMED]))
    rest = f", and {len(gap) - _NAMED} more" if len(gap) > _NAMED else ""
    return f"   not noticed: {named}{rest}"


def _event(survivor: Survivor, result: Result) -> Line:
    """A change on a line of its own, with the event as the run has it."""
    expected = result.expectation.events if result.expectation is not None else ()
    words = Notation.over((*expected, *result.events)).words(result.events[survivor.event])
    return line(" " * (_COLUMN + 2), cut(f"{_what(survivor)}: {words}"), Span(f"   trace {result.trace}", "faint"))
