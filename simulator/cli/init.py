"""`simulator init`."""

import click

from simulator.cli import options
from simulator.cli.command import Command


@click.command("init", cls=Command, short_help="Begin the scenario of a diagram.")
@click.argument("diagram", metavar="DIAGRAM", shell_complete=options.files)
@click.option(
    "--system",
    metavar="MODULE:FACTORY",
    help="What the scenario is for, if not what the configuration names. Its code is run.",
)
@options.bugs
def command(diagram: str, system: str | None) -> int:
    r"""Write a scenario to begin with beside a diagram that has none.

    Each section becomes a step. Where the words of the blob manager say which operation it draws, the step is written
    down; where they do not, the events are, and what is to be filled in. A scenario that is there stays as it is.

    \b
      simulator init traces/backup.puml      writes traces/backup.toml
      simulator init several.puml#delete     for one of several diagrams in a file
    """
    from simulator import api
    from simulator.cli import terminal
    from simulator.cli.options import again
    from simulator.report.text import counted

    path, begun = api.init(diagram, system=system)
    terminal.write_file(path, begun.text)
    terminal.say(f"{path}: {counted(begun.guessed, 'step')} guessed, {begun.left} to fill in")
    terminal.say(f"then: {again('check', diagram)}")
    return 0
