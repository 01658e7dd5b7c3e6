"""How far an exploration is: a line on a terminal, one every ten seconds elsewhere."""

import io
import sys
from collections.abc import Iterator

import pytest

from simulator.campaign.standing import Account, Standing
from simulator.campaign.task import Advance, Kind
from simulator.cli.options import Talk
from simulator.cli.progress import every, exploring, told
from simulator.conformance.exploration import Behaviour

STANDING = Standing(1204, 3780, 198, 231, 2, 512.4, 72.3)
LINE = "1,204 sequences, 3,780 operations, 198 of 231 rules, 2 kinds of failures, 512 operations/s, 1m12s left"


class Terminal(io.StringIO):
    """A standard error that says that it is one."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_line_says_how_far_it_is() -> None:
    """Sequences, operations, rules, failures, rate, and the time left, where anybody can tell."""
    assert told(STANDING) == LINE
    assert told(Standing(0, 0, 0, 1, 0, 0, None)).endswith("0 operations/s")
    assert told(Standing(0, 0, 0, 1, 0, 0, 59.4)).endswith(", 59s left")


def test_a_line_comes_every_so_many_seconds() -> None:
    """However often somebody calls; none in the first ones."""
    times: Iterator[float] = iter([0, 3, 9, 10, 10, 12, 19.5, 21, 21])
    lines: list[Standing] = []
    tell = every(10, lines.append, lambda: next(times))
    for _ in range(6):
        tell(STANDING)
    assert len(lines) == 2
    assert next(times, None) is None


def test_a_terminal_has_a_live_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone at the end; with `-q` and elsewhere there is none."""
    terminal, pipe = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    with exploring(Talk()) as tell:
        assert tell is not None
        deadline = 1_000_000
        while LINE not in terminal.getvalue() and deadline:
            tell(STANDING)
            deadline -= 1
    assert LINE in terminal.getvalue()
    with exploring(Talk(quiet=True)) as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", pipe)
    with exploring(Talk()) as tell:
        assert tell is not None
        tell(STANDING)
    assert pipe.getvalue() == ""


def test_an_account_counts() -> None:
    """Rules and kinds of failures once each; the time left follows from the tasks that are done, or is given."""
    standings: list[Standing] = []
    kind = Kind("result", Behaviour("read", (), "Read"))
    account = Account(standings.append, 7, tasks=4, end=None)
    account(Advance(3, frozenset({1, 2}), None))
    account.done += 1
    account.began -= 10
    account(Advance(2, frozenset({2, 5}), kind))
    account(Advance(2, frozenset(), kind))
    last = standings[-1]
    assert (last.sequences, last.operations, last.rules, last.known, last.failures) == (3, 7, 3, 7, 1)
    assert standings[0].left is None
    assert last.left == pytest.approx(30, abs=3)
    assert last.rate == pytest.approx(0.7, abs=0.1)
    boxed = Account(standings.append, 7, tasks=4, end=account.began + 110)
    boxed(Advance(1, frozenset(), None))
    assert standings[-1].left == pytest.approx(100, abs=3)
