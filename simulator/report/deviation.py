"""The words for deviations: a block of lines for people, one sentence for programs.

Lives here: what is said about a deviation. Must not live here: how many a report shows (`text`), which are told
together (`account`), how an event is written (`notation`), expected above actual (`comparison`), what to change
(`patch`).

Law: a block has at most 15 lines, and names the place, the section, expected, actual and the bindings.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from simulator.conformance.verdict import Value
from simulator.report.comparison import NOTES, aligned, cut, differing, row
from simulator.report.context import Context
from simulator.report.line import Line, Span, Style, line
from simulator.report.nearest import nearest
from simulator.report.notation import Words
from simulator.report.patch import patch

_BINDINGS = 4
_LISTED = 4
_POSSIBLE = 3
# So long a comparison leaves no room for what comes next.
_LONG = 10

PATCHES = "patch: what to change in the diagram if the run is right; if the diagram is right, mend the code"

_WHAT = {
    "missing": "the trace lacks what the diagram says here",
    "unexpected": "the diagram does not say what the trace has here",
    "moved": "the trace has this at another place",
    "forbidden": "the diagram forbids this here",
}
_FIRST = {"message": "label", "note": "text", "section": "title", "begin": "label", "end": "label"}


def sentence(context: Context) -> str:
    """Say a deviation on one line."""
    deviation = context.deviation
    expected, actual = _words(context)
    if deviation.kind == "missing" or actual is None:
        return f"missing before event {deviation.event}: {expected}"
    if deviation.kind == "forbidden":
        return f"event {deviation.event} is forbidden here: {actual}{_forbidding(context)}"
    if deviation.kind == "unexpected" or expected is None:
        return f"event {deviation.event} is not in the diagram here: {actual}"
    if deviation.kind == "moved":
        return f"expected before event {deviation.event}, found as event {deviation.actual_event}: {expected}"
    pairs = differing(expected, actual, context.values)
    texts = (f"expected {pair.expected.strip()!r}, got {pair.actual.strip()!r}" for pair in pairs)
    return f"{_differing(context)}: {'; '.join(texts)}"


def summary(context: Context) -> str:
    """Name a deviation and its event in a few words."""
    deviation = context.deviation
    expected, actual = _words(context)
    if deviation.kind == "different":
        return f"{_differing(context)}: {actual}"
    found = f" (found as event {deviation.actual_event})" if deviation.kind == "moved" else ""
    return f"{deviation.kind}{found}: {actual if expected is None else expected}"


def block(run: Sequence[Context]) -> Iterator[Line]:
    """Show a run of deviations (`context.runs`) whole."""
    first = run[0]
    yield head(run)
    yield row("in", cut(_where(run)))
    if (before := first.before) is not None:
        number, event = before
        yield row("after", cut(str(first.notation.words(event))), "faint", f"   (event {number})")
    lines = list(compared(run))
    yield from lines
    if len(lines) < _LONG:
        yield from _following(run)
    yield from _bindings(first)
    if len(run) == 1 and first.deviation.kind in {"missing", "unexpected"} and (near := nearest(first)) is not None:
        yield row("nearest", cut(str(near.words)), "plain", f"   ({near.where})")
    yield from proposed(run)


def head(run: Sequence[Context]) -> Line:
    """Say where it is and of which kind, the first line of its block."""
    first, deviation = run[0], run[0].deviation
    what = _differing(first) if deviation.kind == "different" else _WHAT[deviation.kind]
    count = f" ({len(run)} events)" if len(run) > 1 else ""
    what = f": {what}{count}{_forbidding(first) if deviation.kind == 'forbidden' else ''}"
    return line(Span(str(deviation.place), "strong"), ": ", Span(deviation.kind, "bad"), what)


def compared(run: Sequence[Context]) -> Iterator[Line]:
    """Show expected above actual."""
    return _listed(run) if len(run) > 1 else _comparison(run[0])


def proposed(run: Sequence[Context]) -> Iterator[Line]:
    """Show the patch, if there is one."""
    if (change := patch(run)) is not None:
        forbidden = " `group neg` and its `end`" if run[0].deviation.kind == "forbidden" else ""
        yield row("patch", f"{change.place}  ", "strong", cut(f"{change}{forbidden}"))


def _words(context: Context) -> tuple[Words | None, Words | None]:
    expected, actual = context.deviation.expected, context.deviation.actual
    return (
        None if expected is None else context.notation.words(expected),
        None if actual is None else context.notation.words(actual),
    )


def _forbidding(context: Context) -> str:
    expected = context.deviation.expected
    place = None if expected is None else context.account.enclosing.forbidding(expected)
    return f" (group neg at {place.file}:{place.line})" if place is not None else ""


def _differing(context: Context) -> str:
    """Name what differs: the label, a note, or both."""
    deviation = context.deviation
    expected, actual = _words(context)
    if expected is None or actual is None or deviation.expected is None:
        return deviation.kind
    numbers = [pair.number for pair in differing(expected, actual, context.values)]
    notes = sum(index > 0 for index in numbers)
    names = [f"the {_FIRST[deviation.expected.kind]}"] if 0 in numbers else []
    names += [f"{notes} notes" if notes > 1 else "the note"] if notes else []
    several = len(names) > 1 or notes > 1
    return f"{' and '.join(names)} {'differ' if several else 'differs'}"


def _where(run: Sequence[Context]) -> str:
    first, last = run[0].deviation, run[-1].deviation
    section = [f"section {first.section!r}"] if first.section else []
    match first.kind:
        case "missing" if run[0].instead is None:
            event = "at the end of the trace"
        case "missing":
            event = f"before event {first.event}"
        case "moved":
            event = f"expected before event {first.event}, found as event {first.actual_event}"
        case _:
            event = f"event {first.event}" if last is first else f"events {first.event} to {last.event}"
    return ", ".join((*section, *run[0].around, event))


def _comparison(context: Context) -> Iterator[Line]:
    deviation = context.deviation
    expected, actual = _words(context)
    if expected is not None and actual is not None and deviation.kind == "different":
        yield from aligned(expected, actual, context.values)
    elif expected is None or deviation.kind == "forbidden":
        yield from _possible(context)
        yield from _event("actual", actual, "bad") if actual is not None else ()
    elif deviation.kind == "moved":
        yield from _event("expected", expected, "good")
        yield row("actual", f"the same as event {deviation.actual_event}", "bad")
    else:
        yield from _event("expected", expected, "good")
        yield _instead(context)


def _instead(context: Context) -> Line:
    if context.instead is None:
        return row("actual", "the trace ends here", "bad")
    words = cut(str(context.notation.words(context.instead)))
    return row("actual", words, "bad", f"   (event {context.deviation.event})")


def _possible(context: Context) -> Iterator[Line]:
    """What the diagram has at the place of an unexpected event."""
    possible = context.next
    if not possible:
        yield row("expected", "the diagram ends here", "good")
    for index, expected in enumerate(possible[:_POSSIBLE]):
        words = cut(str(context.notation.words(expected)))
        yield row("or" if index else "expected", words, "good", f"   (line {expected.place.line})")
    if len(possible) > _POSSIBLE:
        yield row("", f"(or {len(possible) - _POSSIBLE} more)", "faint")


def _event(label: str, words: Words, style: Style) -> Iterator[Line]:
    yield row(label, cut(words.first), style)
    for note in words.lines[1 : NOTES + 1]:
        yield row("", cut(note), style)
    if len(words.notes) > NOTES:
        yield row("", f"  (and {len(words.notes) - NOTES} more notes)", "faint")


def _listed(run: Sequence[Context]) -> Iterator[Line]:
    """The first events of a run, one line each."""
    missing = run[0].deviation.kind == "missing"
    if not missing:
        yield from _possible(run[0])
    for index, context in enumerate(run[:_LISTED]):
        deviation = context.deviation
        expected, actual = _words(context)
        words = expected if missing else actual
        at = f"   (line {deviation.place.line})" if missing else f"   (event {deviation.event})"
        label = "" if index else "expected" if missing else "actual"
        yield row(label, cut(str(words)), "good" if missing else "bad", at)
    if len(run) > _LISTED:
        to = f", to line {run[-1].deviation.place.line}" if missing else ""
        yield row("", f"(and {len(run) - _LISTED} more{to})", "faint")
    if missing:
        yield _instead(run[0])


def _following(run: Sequence[Context]) -> Iterator[Line]:
    """What the diagram has after what differs, is missing or was found elsewhere."""
    last = run[-1]
    if last.deviation.kind in {"different", "moved"} and (following := last.account.after(last.row)) is not None:
        words = cut(str(last.notation.words(following)))
        yield row("before", words, "faint", f"   (line {following.place.line})")


def _bindings(context: Context) -> Iterator[Line]:
    """The values of the holes: first those of the expected event, then the latest."""
    expected, bindings = context.deviation.expected, context.bindings
    here = [hole.name for pattern in (expected.patterns if expected else ()) for hole in pattern.holes]
    names = dict.fromkeys([*here, *reversed(list(bindings))])
    texts = [_binding(name, context) for name in islice(names, _BINDINGS)]
    rest = f", and {len(names) - _BINDINGS} more" if len(names) > _BINDINGS else ""
    if texts:
        yield row("bindings", cut(", ".join(texts) + rest))


def _binding(name: str, context: Context) -> str:
    now = context.bindings.get(name) or context.entry.values.get(name)
    if now:
        return f"{name} = {value_words(now)}"
    known = context.account.known
    return f"{name} = {known[name]} (from a later event)" if name in known else f"{name} has no value yet"


def value_words(value: Value) -> str:
    """The value of a hole; of one that is new in every iteration of a loop, the list of all."""
    return value if isinstance(value, str) else f"[{', '.join(value)}]"
