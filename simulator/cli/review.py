"""`simulator review`."""

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk

if TYPE_CHECKING:
    from simulator.report.review import Review

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
    from simulator.cli import ending
    from simulator.cli.progress import progress

    def read() -> "Review":
        with progress(talk) as tell:
            return api.review(paths, where=service.where(), progress=tell)

    found = read()
    if accept is None and not sys.stdin.isatty():
        for number in range(1, len(found.hunks) + 1):
            _show(talk, found, number)
        left = len(found.hunks)
    elif accept is None:
        left = _write(found, _asked(talk, found))
    else:
        left = _write(found, _numbers(accept, len(found.hunks)))
        rounds = _ROUNDS if accept == "all" else 0
        while rounds and (found := read()).hunks:
            left = _write(found, _numbers(accept, len(found.hunks)))
            rounds -= 1
    ending.warn(found.unsettled)
    ending.refuse(found.errors)
    if not found.hunks and not found.unsettled and not found.errors and not talk.quiet:
        click.echo("nothing to review: every diagram allows its run")
    return 2 if found.errors else int(bool(left or found.unsettled))


def _numbers(accept: str, count: int) -> Collection[int]:
    """The numbers of the hunks that are meant."""
    if accept == "all":
        return range(1, count + 1)
    chosen: set[int] = set()
    for part in accept.split(","):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            raise click.BadParameter(f"{part!r} is no number of a hunk", param_hint="'--accept'")
        numbers = range(int(first), int(last or first) + 1)
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
        answer = click.prompt(told, type=click.Choice(list(_ANSWERS)), default="s", show_choices=False, err=True)
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


def _write(review: "Review", numbers: Collection[int]) -> int:
    """Write what is accepted; how many hunks are left."""
    from pathlib import Path

    from simulator.cli import terminal
    from simulator.report.text import counted

    by_file = {id(proposal): proposal for proposal, _ in review.hunks}
    for proposal in by_file.values():
        chosen = [
            hunk
            for number, (other, hunk) in enumerate(review.hunks, start=1)
            if other is proposal and number in numbers
        ]
        if chosen:
            terminal.write_file(Path(proposal.path), proposal.accepted(chosen))
            click.echo(
                f"{'written' if proposal.is_new else 'changed'}: {proposal.path} ({counted(len(chosen), 'hunk')})",
                err=True,
            )
    return len(review.hunks) - len(numbers)
