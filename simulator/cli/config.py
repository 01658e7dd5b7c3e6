"""`simulator config`."""

from typing import Literal

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk


@click.command("config", cls=Command, short_help="Say which settings hold, and who says so.")
@options.order
@options.fail_under
@options.service
@options.talk
def command(
    *, order: Literal["strict", "lifeline"] | None, fail_under: float | None, service: Service, talk: Talk
) -> int:
    r"""Say which settings hold in this folder, and where each comes from.

    A flag comes before a variable of the environment (SIMULATOR_*), that before [tool.simulator] in the nearest
    pyproject.toml, and that before the default. Options of other commands that are settings can be given to try them.

    \b
      simulator config
      SIMULATOR_S3=memory simulator config --order lifeline
      simulator config --format json
    """
    from simulator.cli import terminal
    from simulator.report.effective import effective_json, effective_lines

    terminal.refuse_targets(talk)
    settings = service.where().effective(order=order, fail_under=fail_under)
    terminal.report(talk, lambda: effective_lines(settings), json=lambda: effective_json(settings))
    return 0
