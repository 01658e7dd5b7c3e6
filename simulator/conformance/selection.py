"""What of a trace, and of a diagram, is compared.

Lives here: marks that are compared or not (semantics.md 1 of the design, "Marks"), data notes, what a view leaves out.
Pure. Must not live here: how it is compared (`fitting`).

Law: what is left out on one side counts on none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.conformance.fitting import Fitting
from simulator.conformance.likeness import folded
from simulator.conformance.verdict import NO_BINDINGS
from simulator.events import Event, Kind, Trace
from simulator.interaction.terms import Expectation, Expected

Marks = Literal["strict", "auto", "ignore"]
SECTIONS: tuple[Kind, ...] = ("section",)
FRAMES: tuple[Kind, ...] = ("begin", "end")
LeftOut = Callable[[Event | Expected], bool]


def nothing(event: Event | Expected) -> bool:  # noqa: ARG001 - whatever it is
    """Leave nothing out."""
    return False


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared.

    expected: of the diagram. events: of the trace, folded; numbers: the number of each in the whole trace.
    """

    expectation: Expectation
    trace: Trace
    expected: tuple[Expected, ...]
    events: tuple[Event, ...]
    numbers: Sequence[int]


def select(
    expectation: Expectation, trace: Trace, sections: Marks, frames: Marks, left_out: LeftOut, fitting: Fitting
) -> Compared:
    """Leave out what is not compared."""
    expected = [event for event in expectation.events if not left_out(event)]
    kept = [
        (number, folded(event)) for number, event in enumerate(trace.events) if counts(expectation, event, left_out)
    ]
    compared: tuple[tuple[tuple[Kind, ...], Marks], ...] = ((SECTIONS, sections), (FRAMES, frames))
    for kinds, marks in compared:
        expected, kept = _without_uncompared(expected, kept, trace, kinds, marks, fitting)
    events, numbers = tuple(event for _, event in kept), tuple(number for number, _ in kept)
    return Compared(expectation, trace, tuple(expected), events, numbers)


def counts(expectation: Expectation, event: Event, left_out: LeftOut) -> bool:
    """Whether an event is compared at all, if marks of its kind are."""
    return (event.kind != "note" or event.shape in expectation.data_notes) and not left_out(event)


def _without_uncompared(
    expected: list[Expected],
    kept: list[tuple[int, Event]],
    trace: Trace,
    kinds: tuple[Kind, ...],
    marks: Marks,
    fitting: Fitting,
) -> tuple[list[Expected], list[tuple[int, Event]]]:
    """Leave out the marks of these kinds that the setting does not compare (semantics.md 1, "Marks")."""
    of_run = any(event.kind in kinds and event.attributes.get("origin", "run") == "run" for event in trace.events)
    if marks == "strict" or (marks == "auto" and of_run):
        return expected, kept
    if marks == "ignore":
        return (
            [event for event in expected if event.kind not in kinds],
            [(number, event) for number, event in kept if event.kind not in kinds],
        )
    titles = {event.label for _, event in kept if event.kind in kinds}
    return [
        event for event in expected if event.kind not in kinds or any(_reads(event, title, fitting) for title in titles)
    ], kept


def _reads(expected: Expected, title: str, fitting: Fitting) -> bool:
    return next(expected.text.match(title, NO_BINDINGS, (), fitting.spend), None) is not None
