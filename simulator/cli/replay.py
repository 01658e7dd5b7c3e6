"""`simulator replay`."""

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk


@click.command("replay", cls=Command, short_help="Run saved failures again.")
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=options.files)
@options.export
@options.service
@options.campaigns
def command(files: tuple[str, ...], export: Path | None, service: Service, talk: Talk) -> int:
    r"""Run saved failures again: fixed, or still failing.

    FILE is the scenario of a failure that `simulator explore` saved; without one all in .simulator/failures/ run.

    \b
      simulator replay
      simulator replay .simulator/failures/delete.toml --export tests/test_found.py

    Exit status: 0 all are fixed, 1 one still fails, 2 the input is wrong.
    """
    from simulator import api
    from simulator.cli import ending, exporting, terminal
    from simulator.cli.progress import progress
    from simulator.report.campaign_finding import replayed_findings
    from simulator.report.campaign_junit import replayed_junit
    from simulator.report.campaign_text import replayed_lines
    from simulator.report.github import annotations, replayed_summary
    from simulator.report.json_campaign import replayed_json
    from simulator.report.sarif import sarif

    terminal.refuse_targets(talk)
    exporting.refuse(export)
    with progress(talk) as tell:
        replayed = api.replay(files, where=service.where(), progress=tell)
    terminal.report(
        talk,
        lambda: replayed_lines(replayed, talk.detail),
        json=lambda: replayed_json(replayed),
        junit=lambda: replayed_junit(replayed),
        sarif=lambda: sarif(replayed_findings(replayed), Path.cwd(), replayed.status),
        github=lambda: annotations(replayed_findings(replayed), Path.cwd(), terminal.workspace()),
    )
    terminal.add_job_summary(talk, lambda: replayed_summary(replayed))
    exporting.write(export, [each.path for each in replayed.replays], service, talk)
    ending.refuse(replayed.errors)
    return replayed.status
