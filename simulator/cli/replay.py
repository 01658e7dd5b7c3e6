"""`simulator replay`."""

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk


@click.command("replay", cls=Command, short_help="Run saved failures again.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.service
@options.talk
def command(files: tuple[str, ...], service: Service, talk: Talk) -> int:
    """Run saved failures again: fixed, or still failing.

    FILE is the scenario of a failure that `simulator explore` saved.

    Exit status: 0 all are fixed, 1 one still fails, 2 the input is wrong.
    """
    from simulator import api
    from simulator.cli import ending, terminal
    from simulator.cli.progress import progress
    from simulator.report.campaign_text import replayed_lines
    from simulator.report.json_report import replayed_json

    terminal.refuse_targets(talk)
    with progress(talk) as tell:
        replayed = api.replay(files, where=service.where(), progress=tell)
    terminal.report(talk, lambda: replayed_lines(replayed, talk.detail), lambda: replayed_json(replayed))
    ending.refuse(replayed.errors)
    return replayed.status
