"""`simulator review`."""

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk

if TYPE_CHECKING:
    from simulator.report.review import Proposal, Review
    from simulator.report.revision import Hunk

# What is accepted inside of a fragment can make other lines differ: so often it is looked at again.
_ROUNDS = 5
_ANSWERS = {"a": "accept", "r": "reject", "s": "skip", "A": "accept all that follow", "q": "quit"}


@click.command("review", cls=Command, short_help="Take over into diagrams what runs do, hunk by hunk.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=options.files)
@click.option("--accept", metavar="all|N,N-N", help="Ask nothing: accept all hunks, or those with these numbers.")
@options.service
@options.talk
def command(paths: tuple[str, ...], accept: str | None, service: Service, talk: Talk) -> int:
    r"""Walk through the diagrams that do not allow their runs, and the scenarios that have no diagram.

    Each change is a hunk. Accepted, it goes into the file, which keeps its comments and layout. Rejected, the diagram
    stays as it is: the code is to be mended. Skipped, it is decided another time. Without a terminal and without
    --accept the hunks are listed with their numbers.

    \b
      simulator review                   ask, hunk by hunk
      simulator review --accept all      take over whatever the runs do
      simulator review --accept 1,3-4    only these

    Exit status: 0 nothing is left to decide, 1 something is, or was rejected, 2 the input is wrong.
    """
    from simulator import api
    from simulator.cli import ending, terminal
    from simulator.cli.progress import progress
    from simulator.report.text import counted

    def read() -> "Review":
        with progress(talk) as tell:
            return api.review(paths, where=service.where(), progress=tell)

    found = read()
    clean = not found.hunks
    if accept is None and not sys.stdin.isatty():
        for number in range(1, len(found.hunks) + 1):
            _show(talk, found, number)
    else:
        rounds = _ROUNDS if accept == "all" else 1
        while rounds and found.hunks:
            chosen = _asked(talk, found) if accept is None else _numbers(accept, len(found.hunks))
            if not chosen:
                break
            _write(found, chosen)
            found, rounds = read(), rounds - 1
    ending.warn(found.unsettled)
    ending.refuse(found.errors)
    if found.errors:
        return 2
    if clean and not found.unsettled and not found.judged:
        terminal.say("nothing was judged: no diagram with a scenario beside it, and no scenario without one")
        return 2
    if not talk.quiet:
        if found.hunks and sys.stdin.isatty():
            terminal.say(f"{counted(len(found.hunks), 'hunk')} left: simulator review")
        elif clean and not found.unsettled:
            terminal.write("nothing to review: every diagram allows its run\n")
    return int(bool(found.hunks or found.unsettled))


def _numbers(accept: str, count: int) -> Collection[int]:
    """The numbers of the hunks that are meant."""
    if accept == "all":
        return range(1, count + 1)
    chosen: set[int] = set()
    for part in accept.split(","):
        first, dash, last = part.strip().partition("-")
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal()):
            raise click.BadParameter(f"{part!r} is no number of a hunk", param_hint="'--accept'")
        numbers = range(int(first), int(last) + 1)
        if not numbers or numbers[0] < 1 or numbers[-1] > count:
            raise click.BadParameter(f"there is no hunk {part}; there are {count}", param_hint="'--accept'")
        chosen.update(numbers)
    return chosen


def _asked(talk: Talk, review: "Review") -> Collection[int]:
    """The numbers of the hunks that the user accepts."""
    chosen: set[int] = set()
    count = len(review.hunks)
    told = ", ".join(f"{key} {meaning}" for key, meaning in _ANSWERS.items())
    for number in range(1, count + 1):
        _show(talk, review, number)
        try:
            answer = click.prompt(told, type=click.Choice(list(_ANSWERS)), default="s", show_choices=False, err=True)
        except click.Abort:
            # Ctrl-C, or the end of the input: nothing is written.
            raise KeyboardInterrupt from None
        if answer == "q":
            break
        if answer == "A":
            return {*chosen, *range(number, count + 1)}
        if answer == "a":
            chosen.add(number)
    return chosen


def _show(talk: Talk, review: "Review", number: int) -> None:
    from simulator.cli import terminal
    from simulator.report.review import hunk_lines

    proposal, hunk = review.hunks[number - 1]
    terminal.report(talk, lambda: hunk_lines(proposal, hunk, number, len(review.hunks)))


def _write(review: "Review", numbers: Collection[int]) -> None:
    """Write what is accepted; a file that is read-only keeps all others from being written, too."""
    from pathlib import Path

    from simulator.cli import terminal
    from simulator.report.text import counted

    chosen: dict[str, tuple[Proposal, list[Hunk]]] = {}
    for number, (proposal, hunk) in enumerate(review.hunks, start=1):
        if number in numbers:
            chosen.setdefault(proposal.path, (proposal, []))[1].append(hunk)
    for path in chosen:
        terminal.refuse_read_only(Path(path))
    for path, (proposal, hunks) in chosen.items():
        terminal.write_file(Path(path), proposal.accepted(hunks))
        terminal.say(f"{'written' if proposal.is_new else 'changed'}: {path} ({counted(len(hunks), 'hunk')})")
