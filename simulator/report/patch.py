"""The change of the diagram that would accept what a deviation tells of.

Lives here: `Patch`, which lines of which file become what. Must not live here: applying it, the other words about a
deviation (`deviation`).

Law: the patches of all deviations of a straight diagram, whose events have a line for themselves and one for each note,
give a diagram that allows the run. In fragments a patch is a proposal: what holds in a loop only at times becomes
`opt` or `alt`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.interaction.terms import Expected
from simulator.report.context import Context
from simulator.report.plantuml import written
from simulator.report.rewording import adapted, as_written

_MOST_LINES = 5

Action = Literal["replace", "remove", "insert", "move"]


@dataclass(frozen=True, slots=True)
class Patch:
    """What to do with lines of a diagram.

    action: lines are replaced by `text`, removed, moved to before line `to`, or `text` is inserted before line `to`;
    where `behind`, to after it; 0 is the end of the diagram. lines: 1-based, in order; none for `insert`.
    """

    action: Action
    file: str
    lines: tuple[int, ...] = ()
    text: tuple[str, ...] = ()
    to: int = 0
    behind: bool = False

    @property
    def place(self) -> str:
        """The file and the lines that change: `file:line`, `file:first-last`, or several of these."""
        ranges: list[tuple[int, int]] = []
        for line in self.lines or ((self.to,) if self.to else ()):
            if ranges and ranges[-1][1] + 1 == line:
                ranges[-1] = (ranges[-1][0], line)
            else:
                ranges.append((line, line))
        shown = ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
        return f"{self.file}:{shown}" if shown else self.file

    def __str__(self) -> str:
        """Write what the lines become."""
        side = "after" if self.behind else "before" if self.to else "before @enduml"
        match self.action:
            case "replace":
                return self._shown
            case "remove":
                return "remove"
            case "move":
                return f"move {side} line {self.to}" if self.to else f"move {side}"
            case "insert":
                return f"insert {side}: {self._shown}"

    @property
    def _shown(self) -> str:
        """The first lines of the text, and how many there are besides."""
        shown = self.text if len(self.text) <= _MOST_LINES else self.text[: _MOST_LINES - 1]
        rest = len(self.text) - len(shown)
        return " / ".join(shown) + (f" / ... ({rest} more lines)" if rest else "")


def patch(run: Sequence[Context]) -> Patch | None:
    """The change that accepts a run of deviations; None where there is none to propose, or no diagram at hand."""
    first = run[0]
    if first.account.expectation is None:
        return None
    match first.deviation.kind:
        case "missing":
            return _without(run)
        case "unexpected":
            return _with(run)
        case "different":
            return _instead(first)
        case "moved":
            return _moved(first)
        case "forbidden":
            forbidding = first.entry.expected and first.account.enclosing.forbidding(first.entry.expected)
            return Patch("remove", forbidding.file, (forbidding.line,)) if forbidding else None


def _lines_of(expected: Expected) -> tuple[int, ...]:
    return tuple(dict.fromkeys((expected.place.line, *(note.place.line for note in expected.notes))))


def _without(run: Sequence[Context]) -> Patch | None:
    missing = [context.entry.expected for context in run if context.entry.expected is not None]
    file = missing[0].place.file
    lines = sorted({line for expected in missing if expected.place.file == file for line in _lines_of(expected)})
    if any(map(_at_times, run)):
        texts = [
            written(expected, tuple(map(as_written, expected.patterns)), run[0].notation.lifelines)
            for expected in missing
        ]
        if not all(texts):
            return None
        return Patch("replace", file, tuple(lines), ("opt", *(each for text in texts for each in text), "end"))
    return Patch("remove", file, tuple(lines))


def _with(run: Sequence[Context]) -> Patch | None:
    first = run[0]
    texts = [_of_event(context) for context in run]
    if not all(texts):
        return None
    text = tuple(each for text in texts for each in text)
    if first.in_loop:
        text = ("opt", *text, "end")
    to, behind = _spot(first, *first.account.around(first.deviation.event))
    return Patch("insert", first.deviation.place.file, (), text, to, behind)


def _spot(context: Context, possible: Sequence[Expected], before: Expected | None) -> tuple[int, bool]:
    """Before which line something is to stand that comes after `before`, or after the last one."""
    enclosing, last = context.account.enclosing, context.account.last
    if possible:
        return enclosing.begin(possible[0], before).line, False
    if last is None or enclosing.ends_in_fragment(last):
        return 0, False
    return max(_lines_of(last)), True


def _moved(context: Context) -> Patch | None:
    expected, number = context.entry.expected, context.deviation.actual_event
    if expected is None or number is None:
        return None
    to, behind = _spot(context, *context.account.around(number))
    return Patch("move", expected.place.file, _lines_of(expected), (), to, behind)


def _instead(context: Context) -> Patch | None:
    expected, actual = context.entry.expected, context.deviation.actual
    if expected is None or actual is None or expected.kind == "end":
        return None
    notes = [note for note in actual.notes if note.shape in _shapes(context)]
    texts = [actual.text if expected.kind == "note" else actual.label, *(note.text for note in notes)]
    new = adapted(expected.patterns, texts, context)
    text = written(expected, new, context.notation.lifelines, tuple(note.shape for note in notes))
    if not text:
        return None
    old = written(expected, tuple(map(as_written, expected.patterns)), context.notation.lifelines)
    file, lines = expected.place.file, _lines_of(expected)
    if _at_times(context):
        return Patch("replace", file, lines, ("alt", *old, "else", *text, "end"))
    return _changed(file, lines, old, text)


def _changed(file: str, lines: Sequence[int], old: Sequence[str], new: Sequence[str]) -> Patch:
    """The change of as few lines as possible."""
    if len(lines) != len(old):
        return Patch("replace", file, tuple(lines), tuple(new))
    head = next((index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    ends = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = next((index for index, (a, b) in enumerate(ends) if a != b), min(len(old), len(new)) - head)
    changed, text = tuple(lines[head : len(lines) - tail]), tuple(new[head : len(new) - tail])
    if not changed:
        return Patch("insert", file, (), text, lines[head - 1], behind=True)
    return Patch("replace", file, changed, text) if text else Patch("remove", file, changed)


def _at_times(context: Context) -> bool:
    """Whether the event stands in a loop, and comes as it should in another iteration."""
    expected = context.entry.expected
    loops = () if expected is None else context.account.enclosing.loops(expected)
    return bool(loops) and any(entry.fits and entry.expected is expected for entry in context.account.entries)


def _of_event(context: Context) -> tuple[str, ...]:
    """An event of the trace as lines of a diagram; none where it cannot be written."""
    event = context.deviation.actual
    if event is None:
        return ()
    notes = [note for note in event.notes if note.shape in _shapes(context)]
    texts = [event.text if event.kind == "note" else event.label, *(note.text for note in notes)]
    new = adapted((), texts, context)
    return written(event, new, context.notation.lifelines, tuple(note.shape for note in notes))


def _shapes(context: Context) -> frozenset[str]:
    """The shapes of notes that count as data here."""
    expected = context.entry.expected
    own = {note.shape for note in expected.notes} if expected is not None else set()
    return frozenset({*context.account.data_notes, *own})
