"""Laws of patches: what a report proposes for a straight diagram makes it allow the run.

Straight diagrams only, with a line for each event and for each note. Not covered, since what `report.patch` says there
is a proposal: fragments (whose `end` it does not know), frames that open and do not close, notes of several lines, a
note that stands below something else than its message.
"""

from collections.abc import Iterator, Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.conformance.check import check
from simulator.diagram.parser import parse
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.patch import Patch, patch
from tests.instances import instance

LABELS = st.sampled_from(["get", "put ${K}", "put ${K} in ${B}", "${B}.${K}", "3 bytes", "${N:int} bytes", "got ${U!}"])
TEXTS = st.sampled_from(["${K}", "key ${B}", "${T}.tmp", "none"])
VALUES = st.sampled_from(["k1", "abc.d", "77", "k2", "x_y-z"])
NAMES = ("K", "B", "N", "U", "T")
LIFELINES = st.sampled_from(["A", "B", "C"])


@st.composite
def elements(draw: st.DrawFn) -> list[str]:
    """The lines of one event."""
    match draw(st.integers(0, 9)):
        case 0:
            return [f"== {draw(TEXTS)} =="]
        case 1:
            return [f"{draw(st.sampled_from(['hnote', 'rnote']))} over {draw(LIFELINES)}: {draw(TEXTS)}"]
        case _:
            arrow = draw(st.sampled_from(["->", "-->", "<-", "<--"]))
            notes = draw(st.lists(TEXTS, max_size=2))
            first = f"{draw(LIFELINES)} {arrow} {draw(LIFELINES)}: {draw(LABELS)}"
            return [first, *(f"hnote right: {each}" for each in notes)]


@st.composite
def changed(draw: st.DrawFn, events: Sequence[Event]) -> list[Event]:
    """A run with one change: dropped, twice, elsewhere, another text, another direction, another note."""
    run = list(events)
    if not run:
        return run
    at = draw(st.integers(0, len(run) - 1))
    event = run[at]
    match draw(st.integers(0, 6)):
        case 0:
            del run[at]
        case 1:
            run.insert(draw(st.integers(0, len(run))), event)
        case 2:
            run.insert(draw(st.integers(0, len(run) - 1)), run.pop(at))
        case 3:
            text = draw(st.sampled_from(["done", "put it", f"{event.label or event.text} again", "= k1 =", "${K}"]))
            run[at] = with_text(event, text)
        case 4 if event.kind == "message":
            run[at] = Event("message", event.target, event.source, event.line, event.label, event.notes)
        case 5 if event.kind == "message":
            run[at] = Event("message", event.source, event.target, event.line, event.label, event.notes[1:])
        case 6 if event.kind == "message":
            notes = (*event.notes, Note("hnote", draw(VALUES)))
            run[at] = Event("message", event.source, event.target, event.line, event.label, notes)
        case _:
            pass
    return run


def with_text(event: Event, text: str) -> Event:
    """The event with another label, title or text."""
    if event.kind == "note":
        return Event("note", text=text, on=event.on, shape=event.shape)
    return Event(event.kind, event.source, event.target, event.line, text, event.notes)


def patched(text: str, found: Sequence[Context]) -> str:
    """Carry out what is proposed for each deviation."""
    lines = text.splitlines()
    ahead: dict[int, list[tuple[int, Sequence[str]]]] = {}
    gone: set[int] = set()
    instead: dict[int, Sequence[str]] = {}
    for context in found:
        change = patch([context])
        assert change is not None
        gone.update(change.lines)
        if change.action == "replace":
            instead[change.lines[0]] = change.text
        elif change.action != "remove":
            ahead.setdefault(spot(change, len(lines)), []).append(moved(context, change, lines))
    return "\n".join(written(lines, ahead, gone, instead)) + "\n"


def spot(change: Patch, end: int) -> int:
    """The line that something is to stand before."""
    return (change.to + 1 if change.behind else change.to) if change.to else end


def moved(context: Context, change: Patch, lines: Sequence[str]) -> tuple[int, Sequence[str]]:
    """The lines that come, and when they come in the run."""
    number = context.deviation.actual_event if change.action == "move" else context.deviation.event
    return number or 0, change.text or [lines[line - 1] for line in change.lines]


def written(
    lines: Sequence[str],
    ahead: dict[int, list[tuple[int, Sequence[str]]]],
    gone: set[int],
    instead: dict[int, Sequence[str]],
) -> Iterator[str]:
    """The lines of the new diagram."""
    for number, line in enumerate(lines, start=1):
        for _, new in sorted(ahead.get(number, ()), key=lambda each: each[0]):
            yield from new
        yield from instead.get(number, ())
        if number not in gone:
            yield line


@given(st.data())
def test_patches_of_a_straight_diagram_make_it_allow_the_run(data: st.DataObject) -> None:
    """All of them together; each keeps the holes that it can."""
    body = data.draw(st.lists(elements(), min_size=1, max_size=7))
    text = "\n".join(["@startuml", *(line for each in body for line in each), "@enduml"])
    meant = lower(parse(text, "x.puml")[0], "x.puml")
    values = {name: data.draw(VALUES) for name in NAMES} | {"N": "77", "U": "u9"}
    events = [instance(expected, values) for expected in meant.events]
    for _ in range(data.draw(st.integers(1, 3))):
        events = data.draw(changed(events))
    run = Trace("run", tuple(events))
    verdict = check(meant, run)
    assume(verdict.outcome != "inconclusive")
    new = patched(text, list(contexts(Account(verdict, run.events, meant))))
    (diagram,) = parse(new, "x.puml")
    assert check(lower(diagram, "x.puml"), run).outcome == "conforms", new
