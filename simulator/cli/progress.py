"""What is being done right now, on a terminal only.

Lives here: the progress line on standard error. Must not live here: anything a program would read.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.cli.options import Talk


@contextmanager
def progress(talk: Talk) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function to call with what begins now, how many are done, and how many there are."""
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


def _silent(what: str, done: int, total: int) -> None:
    del what, done, total
