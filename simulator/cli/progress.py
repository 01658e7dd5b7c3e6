"""What is being done right now.

Lives here: the progress line on standard error. Must not live here: anything a program would read.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.options import Talk
from simulator.cli.terminal import say

if TYPE_CHECKING:
    from simulator.campaign.standing import Standing

# How often a line is written anew, in seconds: on a terminal, and elsewhere.
_LIVE = 0.1
_PLAIN = 10.0


@contextmanager
def progress(talk: Talk) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function to call with what begins now, how many are done, and how many there are; on a terminal only."""
    if talk.quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, no_color=talk.no_color or None)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield tell


@contextmanager
def exploring(talk: Talk) -> Iterator[Callable[["Standing"], None] | None]:
    """Give a function to call after every sequence: a live line on a terminal, else a plain one every ten seconds."""
    if talk.quiet:
        yield None
    elif not sys.stderr.isatty():
        yield every(_PLAIN, lambda standing: say(told(standing)))
    else:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        console = Console(stderr=True, no_color=talk.no_color or None)
        with Live(console=console, transient=True, auto_refresh=False) as live:
            yield every(_LIVE, lambda standing: live.update(Text(told(standing)), refresh=True))


def every(
    seconds: float, tell: Callable[["Standing"], None], clock: Callable[[], float] = time.monotonic
) -> Callable[["Standing"], None]:
    """The same, but called no more often than that; the first time after so many seconds."""
    last = clock()

    def sometimes(standing: "Standing") -> None:
        nonlocal last
        if clock() - last >= seconds:
            last = clock()
            tell(standing)

    return sometimes


def told(standing: "Standing") -> str:
    """How far an exploration is, in a line."""
    left = "" if standing.left is None else f", {_span(standing.left)} left"
    return (
        f"{standing.sequences:,} sequences, {standing.operations:,} operations, "
        f"{standing.rules:,} of {standing.known:,} rules, {standing.failures:,} kinds of failures, "
        f"{standing.rate:,.0f} operations/s{left}"
    )


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


def _silent(what: str, done: int, total: int) -> None:
    del what, done, total
