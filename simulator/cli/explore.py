"""`simulator explore`."""

import shlex
from dataclasses import replace
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk, again


def _seconds(_: click.Context, param: click.Parameter, value: str | None) -> float | None:
    from simulator.campaign.duration import seconds

    if value is None:
        return None
    try:
        found = seconds(value)
    except ValueError as problem:
        raise click.BadParameter(f"{value!r}: {problem}", param=param) from None
    if not found:
        raise click.BadParameter(f"{value!r}: in no time nothing is found", param=param)
    return found


@click.command("explore", cls=Command, short_help="Look for what breaks the diagrams, and what they leave out.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=options.files)
@click.option("--seed", type=int, metavar="N", help="The same seed gives the same sequences.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="How many processes share the work; the report is the same.",
)
@click.option(
    "--time",
    "seconds",
    callback=_seconds,
    metavar="SPAN",
    help="How long to search (30s, 2m); then counts differ from run to run.",
)
@click.option("--sequences", type=click.IntRange(min=0), metavar="N", help="How many sequences to generate at random.")
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Every sequence of up to N operations on the simplest stores, up to renaming and equal states.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to draw what no diagram describes, and to save failures: diagrams with their scenarios.",
)
@click.option(
    "--faults",
    is_flag=True,
    help="Also let every call of S3 and every file operation fail: errors, lost answers, full disks, crashes ...",
)
@click.option(
    "--accept",
    is_flag=True,
    help="Put a diagram and a scenario of what no diagram describes into the folder that is explored. Also in CI.",
)
@options.export
@options.fail_under
@click.option("--fail-uncovered", is_flag=True, help="Exit with 1 when there is something no diagram describes.")
@options.service
@options.campaigns
def command(  # noqa: PLR0913 - one for each option
    paths: tuple[str, ...],
    *,
    seed: int | None,
    workers: int,
    seconds: float | None,
    sequences: int | None,
    depth: int | None,
    output: Path | None,
    export: Path | None,
    service: Service,
    talk: Talk,
    accept: bool,
    fail_under: float | None,
    faults: bool,
    fail_uncovered: bool,
) -> int:
    r"""Generate operations, and judge each by what the diagrams say about it.

    Every example in a diagram is lifted to a rule: what "Write" shows for one content must hold for all. What deviates
    is shrunk to the fewest operations, and saved for `simulator replay`, without -o in .simulator/failures/. What no
    diagram describes is listed.

    Where no service is named it runs on `memory`, and confirms a sample of every behaviour and every failure on `moto`.

    \b
      simulator explore
      simulator explore traces --seed 1 --s3 memory
      simulator explore --time 2m --workers 4
      simulator explore -o found
      simulator explore traces --accept
      simulator explore --export tests/test_found.py

    Exit status: 0 nothing failed, 1 something did, 2 the input is wrong.
    """
    from simulator import api
    from simulator.cli import ending, exporting, terminal
    from simulator.cli.progress import exploring
    from simulator.report.campaign_finding import campaign_findings
    from simulator.report.campaign_junit import campaign_junit
    from simulator.report.campaign_text import campaign_lines
    from simulator.report.github import annotations, campaign_summary
    from simulator.report.json_campaign import campaign_json
    from simulator.report.sarif import sarif

    terminal.refuse_targets(talk)
    terminal.refuse_folder(output)
    exporting.refuse(export)
    with exploring(talk) as tell:
        campaign = api.explore(
            paths,
            seed=seed,
            workers=workers,
            seconds=seconds,
            sequences=sequences,
            depth=depth or 0,
            fail_under=fail_under,
            faults=faults,
            output=output,
            accept=accept,
            where=service.where(),
            progress=tell,
        )
    campaign = replace(campaign, fail_uncovered=fail_uncovered)
    repeat = again(
        "explore", *paths, *_given(seconds, sequences, depth), *(["--faults"] if faults else []), *service.words()
    )
    # What follows `simulator replay` must run where the failure was found.
    told = replace(
        campaign, saved={name: shlex.join((path, *service.words())) for name, path in campaign.saved.items()}
    )
    terminal.report(
        talk,
        lambda: campaign_lines(told, talk.detail, repeat),
        json=lambda: campaign_json(campaign),
        junit=lambda: campaign_junit(campaign),
        sarif=lambda: sarif(campaign_findings(campaign), Path.cwd(), campaign.status),
        github=lambda: annotations(campaign_findings(campaign), Path.cwd(), terminal.workspace()),
    )
    terminal.add_job_summary(talk, lambda: campaign_summary(told))
    exporting.write(export, list(campaign.saved.values()), service, talk)
    ending.refuse(campaign.errors)
    ending.under(campaign)
    return campaign.status


def _given(seconds: float | None, sequences: int | None, depth: int | None) -> list[str]:
    """The options that say how much is to be run, once more."""
    said = {"--time": None if seconds is None else f"{seconds:g}s", "--sequences": sequences, "--depth": depth}
    return [word for option, value in said.items() if value is not None for word in (option, str(value))]
