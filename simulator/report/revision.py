"""A diagram changed so that it says what a run did: the fewest lines, hunk by hunk.

Lives here: hunks, and applying those that somebody accepts. Must not live here: what each deviation asks for (`patch`),
files, questions.

Laws: what no accepted hunk changes stays, byte for byte: comments, layout, names, ends of lines. Accepting nothing
gives the same text. For a straight diagram with a line for each event, accepting all gives one that allows the run.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from simulator.report.account import Account
from simulator.report.context import Context, contexts
from simulator.report.deviation import sentence
from simulator.report.patch import Patch, patch


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
    lines = text.splitlines()
    end = _end(lines, account)
    found = []
    for context in contexts(account):
        change = patch([context])
        if change is not None and change.file == file:
            found.append(_hunk(context, change, lines, end))
    return tuple(found)


def _end(lines: Sequence[str], account: Account) -> int:
    """The number of the `@enduml` of the diagram; of one that has none, behind its last line."""
    start = account.expectation.place.line if account.expectation is not None else 1
    ends = (number for number, line in enumerate(lines, start=1) if number >= start and line.strip() == "@enduml")
    return next(ends, len(lines) + 1)


def _hunk(context: Context, change: Patch, lines: Sequence[str], end: int) -> Hunk:
    turn, gone, come = context.deviation.event, change.lines, change.text
    match change.action:
        case "insert":
            before = _before(change, end)
        case "move":
            before = _before(change, end)
            come = tuple(lines[number - 1] for number in gone)
            turn = context.deviation.actual_event or turn
        case _:
            before = gone[0]
    indented = come if change.action == "move" else _indented(come, lines, gone, before)
    return Hunk(sentence(context), gone, indented, before, turn)


def _before(change: Patch, end: int) -> int:
    if not change.to:
        return end
    return change.to + 1 if change.behind else change.to


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
    return "".join(_lines(text.splitlines(keepends=True), accepted, ending))


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
