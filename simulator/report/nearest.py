"""What is most like an event that has no partner: of a missing one in the trace, of an unexpected one in the diagram.

Lives here: the choice, and what differs in a few words. Must not live here: what is missing or unexpected at all
(`conformance`), how it is shown (`deviation`).

Laws: what is told is nearby and alike; of two that are equally alike, one without a partner of its own; then
the nearer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.events import Event
from simulator.interaction.terms import Expected
from simulator.report.context import Context
from simulator.report.difference import difference
from simulator.report.notation import Words
from simulator.report.sections import Entry

_NEARBY = 20
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Nearest:
    """The most similar event; where: its number or line; how: what differs, in a few words."""

    words: Words
    where: str
    how: str


def nearest(context: Context) -> Nearest | None:
    """What is most like the event of a missing or unexpected deviation; None where nothing nearby is."""
    kind, entry = context.deviation.kind, context.entry
    found: list[tuple[float, bool, int, Nearest]] = []
    for row, other in _around(context):
        expected = entry.expected if kind == "missing" else other.expected
        actual = _event(context, other) if kind == "missing" else context.deviation.actual
        if expected is None or actual is None:
            continue
        alike, how = _compared(expected, actual, context)
        if alike >= _ALIKE:
            shown = actual if kind == "missing" else expected
            told = Nearest(context.notation.words(shown), _where(context, other, how), how)
            found.append((alike, not other.fits, -abs(row - context.row), told))
    return max(found, key=lambda each: each[:3])[3] if found else None


def _around(context: Context) -> Iterator[tuple[int, Entry]]:
    """The rows nearby that may be what is looked for, and are not shown anyway."""
    missing = context.deviation.kind == "missing"
    first = max(0, context.row - _NEARBY)
    for row, entry in enumerate(context.account.entries[first : context.row + _NEARBY + 1], start=first):
        kind = entry.deviation.kind if entry.deviation is not None else ""
        # That the event came in another iteration of its loop is no news.
        other = entry.fits and not (missing and entry.expected is context.entry.expected)
        if row != context.row and (other or kind == ("unexpected" if missing else "missing")):
            yield row, entry


def _event(context: Context, entry: Entry) -> Event | None:
    return context.account.events[entry.event] if entry.event < len(context.account.events) else None


def _where(context: Context, entry: Entry, how: str) -> str:
    line = f"line {entry.expected.place.line}" if entry.expected is not None else ""
    if context.deviation.kind == "missing":
        return f"event {entry.event}: {how}{f'; it fits {line}' if entry.fits else ''}"
    return f"{line}: {how}{f'; event {entry.event} fits it' if entry.fits else ''}"


def _compared(expected: Expected, actual: Event, context: Context) -> tuple[float, str]:
    """How alike two events are, from 0 to 1, and what differs."""
    if expected.kind != actual.kind:
        return 0.0, ""
    should, is_ = context.notation.words(expected, context.values), context.notation.words(actual)
    texts = _share(" ".join((should.text, *should.notes)), " ".join((is_.text, *is_.notes)))
    ends = (expected.source, expected.target, *sorted(expected.on))
    theirs = (actual.source, actual.target, *sorted(actual.on))
    turned = ends == (actual.target, actual.source) and ends != theirs
    differs = [
        "the other direction" if turned else "other lifelines" if ends != theirs else "",
        f"{'dashed' if actual.line == 'dashed' else 'solid'} in the run" if expected.line != actual.line else "",
        "another text" if texts < 1 else "",
    ]
    alike = (0.7 if turned else 1.0 if ends == theirs else 0.4) * (1.0 if expected.line == actual.line else 0.8)
    return alike * (0.2 + 0.8 * texts), ", ".join(each for each in differs if each) or "the same"


def _share(expected: str, actual: str) -> float:
    """How much of two texts is the same, by letters in words."""
    found = difference(expected, actual, {})
    size = len(expected) + len(actual)
    marked = sum(last - first for first, last in (*found.expected, *found.actual))
    return 1 - marked / size if size else 1.0
