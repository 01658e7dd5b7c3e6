"""A diagram changed so that it says what a run did: the fewest lines, hunk by hunk.

Lives here: hunks, and applying those that somebody accepts. Must not live here: what each deviation asks for (`patch`),
files, questions.

Laws: what no accepted hunk changes stays, byte for byte: comments, layout, names, ends of lines. Accepting nothing
gives the same text. For a straight diagram with a line for each event, accepting all gives one that allows the run.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from simulator.diagram.fences import SUFFIXES, regions
from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.deviation import sentence
from simulator.report.patch import Patch, patch

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\s*@end")
_LONG_NOTE = re.compile(r"\s*[hr]?note\b[^:]*", re.IGNORECASE)
_LONG_NOTE_END = re.compile(r"\s*end\s?[hr]?note\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change that somebody may accept.

    said: the deviation behind it, in a sentence. gone: numbers of the lines that go, 1-based. come: what comes instead,
    before line `before` (one more than there are: at the end). turn: the number of the event, which orders what comes
    at the same place.
    """

    said: str
    gone: tuple[int, ...]
    come: tuple[str, ...]
    before: int
    turn: int


def hunks(account: Account, text: str, file: str) -> tuple[Hunk, ...]:
    """A hunk for each deviation that has a patch in this file; text: of the file."""
    return tuple(hunk for _, hunk in proposed(account, text, file) if hunk is not None)


def proposed(account: Account, text: str, file: str) -> Iterator[tuple[Context, Hunk | None]]:
    """The same, with the deviation of each; None where there is no patch in this file."""
    lines = lines_of(text)
    end = _end(lines, account, file)
    for context in contexts(account):
        change = patch([context])
        yield context, _hunk(context, change, lines, end) if change is not None and change.file == file else None


def lines_of(text: str) -> list[str]:
    """The lines as places count them, without their ends."""
    return [line.rstrip("\r\n") for line in _LINE.findall(text)]


def _end(lines: Sequence[str], account: Account, file: str) -> int:
    """The number of the line that ends the diagram: its `@enduml`, the end of its fence, or behind the last one."""
    start = account.expectation.place.line if account.expectation is not None else 1
    ends = (number for number, line in enumerate(lines, start=1) if number >= start and _END.match(line))
    fences = (each.last + 1 for each in regions(lines, PurePath(file).suffix) if each.opening and each.last >= start)
    fence = next(fences, len(lines) + 1) if PurePath(file).suffix in SUFFIXES else len(lines) + 1
    return min(next(ends, len(lines) + 1), fence)


def _hunk(context: Context, change: Patch, lines: Sequence[str], end: int) -> Hunk:
    turn, come = context.deviation.event, change.text
    gone = tuple(each for number in change.lines for each in range(number, _last(lines, number) + 1))
    match change.action:
        case "insert":
            before = _before(change, lines, end)
        case "move":
            before = _before(change, lines, end)
            come = tuple(lines[number - 1] for number in gone)
            turn = context.deviation.actual_event or turn
        case _:
            before = gone[0]
    indented = come if change.action == "move" else _indented(come, lines, change.lines, before)
    return Hunk(sentence(context), gone, indented, before, turn)


def _last(lines: Sequence[str], number: int) -> int:
    """The last line of what begins in a line: of a note whose text is in lines of its own, that which ends it."""
    if number > len(lines) or not _LONG_NOTE.fullmatch(lines[number - 1]):
        return number
    ends = (at for at in range(number + 1, len(lines) + 1) if _LONG_NOTE_END.match(lines[at - 1]))
    return next(ends, number)


def _before(change: Patch, lines: Sequence[str], end: int) -> int:
    if not change.to:
        return end
    return _last(lines, change.to) + 1 if change.behind else change.to


def _indented(come: tuple[str, ...], lines: Sequence[str], gone: tuple[int, ...], before: int) -> tuple[str, ...]:
    """What comes, as far to the right as what goes, or as what it comes before."""
    if len(gone) == len(come):
        return tuple(f"{_margin(lines[number - 1])}{each}" for number, each in zip(gone, come, strict=True))
    model = lines[min(gone[0] if gone else before, len(lines)) - 1] if lines else ""
    margin = "" if model.strip() == "@enduml" or _is_note(model) else _margin(model)
    notes = next((_margin(line) for line in lines if _is_note(line)), margin)
    return tuple(f"{notes if _is_note(each) else margin}{each}" for each in come)


def _is_note(line: str) -> bool:
    return line.lstrip().startswith(("hnote ", "rnote ", "note "))


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def revised(text: str, accepted: Collection[Hunk]) -> str:
    """The text with these hunks applied."""
    ending = "\r\n" if "\r\n" in text else "\n"
    return "".join(_lines(_LINE.findall(text), accepted, ending))


def _lines(lines: Sequence[str], accepted: Collection[Hunk], ending: str) -> Iterator[str]:
    gone = {number for hunk in accepted for number in hunk.gone}
    come: dict[int, list[Hunk]] = {}
    for hunk in sorted(accepted, key=lambda each: each.turn):
        come.setdefault(hunk.before, []).append(hunk)
    for number, line in enumerate([*lines, ""], start=1):
        if number in come and number > len(lines) and lines and not lines[-1].endswith(("\n", "\r")):
            yield ending
        yield from (f"{each}{ending}" for hunk in come.get(number, ()) for each in hunk.come)
        if number not in gone:
            yield line
