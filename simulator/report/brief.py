"""A failure in so few lines as test runners leave uncut (pytest: 10 lines, 640 letters, with its own).

Lives here: which lines are said first. Must not live here: the lines (`deviation`), the whole (`text`).

Law: at most `LINES` lines, of at most `LETTERS` letters in all.
"""

from collections.abc import Sequence

from simulator.report.account import Account
from simulator.report.context import runs
from simulator.report.deviation import block, compared, head, proposed
from simulator.report.result import Result

LINES = 9
LETTERS = 540
# Three of these, and the last line, have room.
_LONGEST = 165


def brief(result: Result, whole: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The first deviation, as much of it as has room, and how many there are besides; whether that is everything.

    whole: all lines about the result, which are given where they have room.
    """
    if _fits(whole):
        return whole, True
    if result.verdict is None or not result.verdict.deviations:
        return [each[:_LONGEST] for each in whole[:3]], False
    found = list(runs(Account(result.verdict, result.events, result.expectation)))
    first, rest = found[0], sum(map(len, found[1:]))
    last = [f"and {rest} more deviation{'s' if rest > 1 else ''}"] if rest else []
    top, lines, patch = str(head(first)), [*map(str, compared(first))], [*map(str, proposed(first))]
    unmarked = [each for each in lines if each.strip(" ^")]
    everything = [*map(str, block(first)), *last]
    for chosen in (everything, [top, *lines, *patch, *last], [top, *lines, *last], [top, *unmarked, *last]):
        if _fits(chosen):
            return chosen, chosen is everything and not rest and not result.failures
    return [each[:_LONGEST] for each in (top, *unmarked[:2], *last)], False


def _fits(lines: Sequence[str]) -> bool:
    return len(lines) <= LINES and sum(map(len, lines)) <= LETTERS
