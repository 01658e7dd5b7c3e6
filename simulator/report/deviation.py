"""The words for deviations: a block of lines for people, one sentence for programs.

Lives here: what is said about a deviation, and which ones are told together. Must not live here: how many a report
shows (`text`), how an event is written (`notation`), expected above actual (`comparison`).

Law: a block has at most 15 lines, and names the place, the section, expected, actual and the bindings.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from simulator.conformance.verdict import Deviation, Verdict
from simulator.events import Event
from simulator.interaction.terms import Expected
from simulator.report.comparison import NOTES, aligned, cut, differing, row
from simulator.report.line import Line, Span, Style, line
from simulator.report.notation import Notation, Words
from simulator.report.sections import entries

_BINDINGS = 4
_LISTED = 5

_WHAT = {
    "missing": "the trace lacks what the diagram says here",
    "unexpected": "the diagram does not say what the trace has here",
    "moved": "the trace has this at another place",
    "forbidden": "the diagram forbids this here",
}
_FIRST = {"message": "label", "note": "text", "section": "title", "begin": "label", "end": "label"}


@dataclass(frozen=True, slots=True)
class Context:
    """What the words for a deviation need beside it.

    notation: writes events. known: the values that holes have in the end.
    before: the last event ahead of the deviation that fits, with its number.
    instead: the event of the trace at the number of the deviation; None at the end of the trace.
    after: what the diagram has next; None at its end.
    """

    notation: Notation
    known: Mapping[str, str]
    before: tuple[int, Event] | None = None
    instead: Event | None = None
    after: Expected | None = None


def notation(verdict: Verdict, events: tuple[Event, ...]) -> Notation:
    """How the events of a verdict and its trace are written: with the lifelines in the order of the diagram."""
    expected = (entry.expected for entry in entries(verdict) if entry.expected is not None)
    return Notation.over((*expected, *events))


def contexts(verdict: Verdict, events: tuple[Event, ...]) -> Iterator[tuple[Deviation, Context]]:
    """Every deviation of a verdict on `events` with its context."""
    fitting = [number for number, _ in verdict.evidence if number < len(events)]
    after: dict[int, Expected | None] = {}
    next_one: Expected | None = None
    for entry in reversed(entries(verdict)):
        after[id(entry.deviation)] = next_one
        next_one = entry.expected or next_one
    written = notation(verdict, events)
    for deviation in verdict.deviations:
        ahead = bisect_left(fitting, deviation.event)
        before = (fitting[ahead - 1], events[fitting[ahead - 1]]) if ahead else None
        instead = events[deviation.event] if deviation.event < len(events) else None
        known = {name: value for name, value in verdict.bindings.items() if isinstance(value, str)}
        yield deviation, Context(written, known, before, instead, after[id(deviation)])


def runs(verdict: Verdict, events: tuple[Event, ...]) -> Iterator[tuple[tuple[Deviation, ...], Context]]:
    """The deviations, those together that are missing at one place or unexpected one after the other."""
    run: list[Deviation] = []
    first: Context | None = None
    for deviation, context in contexts(verdict, events):
        if first is not None and not _continues(run[-1], deviation):
            yield tuple(run), first
            run, first = [], None
        run.append(deviation)
        first = replace(first, after=context.after) if first is not None else context
    if first is not None:
        yield tuple(run), first


def _continues(before: Deviation, deviation: Deviation) -> bool:
    if before.kind != deviation.kind:
        return False
    if deviation.kind == "missing":
        return before.event == deviation.event
    return deviation.kind == "unexpected" and before.event + 1 == deviation.event


def sentence(deviation: Deviation, context: Context) -> str:
    """Say a deviation on one line."""
    expected, actual = _words(deviation, context)
    if deviation.kind == "missing" or actual is None:
        return f"missing before event {deviation.event}: {expected}"
    if deviation.kind == "unexpected" or expected is None:
        return f"event {deviation.event} is not in the diagram here: {actual}"
    if deviation.kind == "moved":
        return f"expected before event {deviation.event}, found as event {deviation.actual_event}: {expected}"
    pairs = differing(expected, actual, _values(deviation, context))
    texts = (f"expected {pair.expected.strip()!r}, got {pair.actual.strip()!r}" for pair in pairs)
    return f"{_differing(deviation, context)}: {'; '.join(texts)}"


def summary(deviation: Deviation, context: Context) -> str:
    """Name a deviation and its event in a few words."""
    expected, actual = _words(deviation, context)
    if deviation.kind == "different":
        return f"{_differing(deviation, context)}: {actual}"
    found = f" (found as event {deviation.actual_event})" if deviation.kind == "moved" else ""
    return f"{deviation.kind}{found}: {actual if expected is None else expected}"


def block(run: tuple[Deviation, ...], context: Context) -> Iterator[Line]:
    """Show a run of deviations (`runs`) whole."""
    first = run[0]
    what = _differing(first, context) if first.kind == "different" else _WHAT[first.kind]
    count = f" ({len(run)} events)" if len(run) > 1 else ""
    yield line(Span(str(first.place), "strong"), ": ", Span(first.kind, "bad"), f": {what}{count}")
    yield row("in", _where(run))
    if context.before is not None:
        number, event = context.before
        yield row("after", cut(str(context.notation.words(event))), "faint", f"   (event {number})")
    yield from _listed(run, context) if len(run) > 1 else _comparison(first, context)
    yield from _bindings(first, context)
    yield row("to do", f"if the run is right, {_change(run)}; if the diagram is right, mend the code", "faint")


def _words(deviation: Deviation, context: Context) -> tuple[Words | None, Words | None]:
    expected, actual = deviation.expected, deviation.actual
    return (
        None if expected is None else context.notation.words(expected),
        None if actual is None else context.notation.words(actual),
    )


def _values(deviation: Deviation, context: Context) -> Mapping[str, str]:
    return {**context.known, **deviation.bindings}


def _differing(deviation: Deviation, context: Context) -> str:
    """Name what differs: the label, a note, or both."""
    expected, actual = _words(deviation, context)
    if expected is None or actual is None or deviation.expected is None:
        return deviation.kind
    numbers = [pair.number for pair in differing(expected, actual, _values(deviation, context))]
    notes = sum(index > 0 for index in numbers)
    names = [f"the {_FIRST[deviation.expected.kind]}"] if 0 in numbers else []
    names += [f"{notes} notes" if notes > 1 else "the note"] if notes else []
    several = len(names) > 1 or notes > 1
    return f"{' and '.join(names)} {'differ' if several else 'differs'}"


def _where(run: tuple[Deviation, ...]) -> str:
    first, last = run[0], run[-1]
    section = [f"section {first.section!r}"] if first.section else []
    frames = [f"group {frame!r}" for frame in first.frames]
    match first.kind:
        case "missing":
            event = f"before event {first.event}"
        case "moved":
            event = f"expected before event {first.event}, found as event {first.actual_event}"
        case _:
            event = f"event {first.event}" if last is first else f"events {first.event} to {last.event}"
    return ", ".join((*section, *frames, event))


def _comparison(deviation: Deviation, context: Context) -> Iterator[Line]:
    expected, actual = _words(deviation, context)
    if expected is not None and actual is not None and deviation.kind == "different":
        yield from aligned(expected, actual, _values(deviation, context))
    elif expected is None:
        yield _next(context)
        yield from _event("actual", actual, "bad") if actual is not None else ()
    elif deviation.kind == "moved":
        yield from _event("expected", expected, "good")
        yield row("actual", f"the same as event {deviation.actual_event}", "bad")
    else:
        yield from _event("expected", expected, "good")
        yield _instead(deviation, context)


def _instead(deviation: Deviation, context: Context) -> Line:
    if context.instead is None:
        return row("actual", "the trace ends here", "bad")
    return row("actual", cut(str(context.notation.words(context.instead))), "bad", f"   (event {deviation.event})")


def _next(context: Context) -> Line:
    if context.after is None:
        return row("expected", "the diagram ends here", "good")
    words = cut(str(context.notation.words(context.after)))
    return row("expected", words, "good", f"   (line {context.after.place.line})")


def _event(label: str, words: Words, style: Style) -> Iterator[Line]:
    yield row(label, cut(words.first), style)
    for note in words.lines[1 : NOTES + 1]:
        yield row("", cut(note), style)
    if len(words.notes) > NOTES:
        yield row("", f"  (and {len(words.notes) - NOTES} more notes)", "faint")


def _listed(run: tuple[Deviation, ...], context: Context) -> Iterator[Line]:
    """The first events of a run, one line each."""
    missing = run[0].kind == "missing"
    if not missing:
        yield _next(context)
    for index, deviation in enumerate(run[:_LISTED]):
        words = str(next(each for each in _words(deviation, context) if each is not None))
        at = f"   (line {deviation.place.line})" if missing else f"   (event {deviation.event})"
        yield row("" if index else "expected" if missing else "actual", cut(words), "good" if missing else "bad", at)
    if len(run) > _LISTED:
        to = f", to line {run[-1].place.line}" if missing else ""
        yield row("", f"(and {len(run) - _LISTED} more{to})", "faint")
    if missing:
        yield _instead(run[0], context)


def _bindings(deviation: Deviation, context: Context) -> Iterator[Line]:
    """The values of the holes: first those of the expected event, then the latest."""
    patterns = deviation.expected.patterns if deviation.expected is not None else ()
    here = [hole.name for pattern in patterns for hole in pattern.holes]
    names = dict.fromkeys([*here, *reversed(list(deviation.bindings))])
    texts = [_binding(name, deviation.bindings, context.known) for name in names]
    rest = f", and {len(texts) - _BINDINGS} more" if len(texts) > _BINDINGS else ""
    if texts:
        yield row("bindings", cut(", ".join(texts[:_BINDINGS]) + rest))


def _binding(name: str, now: Mapping[str, str], known: Mapping[str, str]) -> str:
    if name in now:
        return f"{name} = {now[name]}"
    return f"{name} = {known[name]} (from a later event)" if name in known else f"{name} has no value yet"


def _change(run: tuple[Deviation, ...]) -> str:
    """What to change in the diagram."""
    first, more = run[0], len(run) > 1
    place = f"{first.place.file}:{first.place.line}"
    match first.kind:
        case "missing":
            return f"remove these lines, from {place} on" if more else f"remove {place}"
        case "unexpected":
            return f"add the actual line{'s' if more else ''} at {place}"
        case "moved":
            return f"move {place} to where event {first.actual_event} is"
        case "different":
            return f"change {place} to the actual line"
        case "forbidden":
            return f"take away the `group neg` around {place}"
