"""`simulator record`."""

import io
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")


@click.command("record", cls=Command, short_help="Run a scenario and write an event log.")
@click.argument("source", metavar="INPUT", shell_complete=options.files)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.jsonl",
    help="Where to write the log; .gz and .zst are compressed. Without it: standard output.",
)
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The scenario, if not NAME.toml beside NAME.puml.",
)
@options.service
@options.bugs
def command(source: str, output: Path | None, scenario: Path | None, service: Service) -> int:
    r"""Run a scenario, and write what happens as an event log; nothing is judged.

    INPUT is a scenario (NAME.toml), or a diagram with a scenario beside it (NAME.puml or NAME.puml#BLOCK).

    \b
      simulator record traces/basic.toml -o run.jsonl
      simulator check traces --log run.jsonl
    """
    if scenario is not None and source.endswith(".toml"):
        raise click.UsageError(f"{source} is a scenario, and --scenario names another: give one of them")
    from simulator import api
    from simulator.cli import ending, terminal

    terminal.refuse_target(output, SUFFIXES)
    if output is not None and scenario is not None and output.resolve() == scenario.resolve():
        raise click.BadParameter(f"{output} is the scenario", param_hint="'-o'")
    recording = api.record_run(source, scenario=scenario, where=service.where())
    if output is None:
        buffer = io.BytesIO()
        api.write_log((recording,), buffer)
        terminal.write_bytes(buffer.getvalue())
    else:
        with terminal.replaced(output) as partial:
            api.write_log((recording,), partial)
    ending.failed(recording.failures)
    return 0
