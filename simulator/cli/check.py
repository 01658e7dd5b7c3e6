"""`simulator check`."""

from pathlib import Path
from typing import Literal

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service, Talk, again


@click.command("check", cls=Command, short_help="Run scenarios, and judge what happens by the diagrams.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=options.files)
@click.option(
    "--log",
    metavar="FILE",
    help="Run nothing; judge the traces of an event log (.jsonl, .jsonl.gz, .jsonl.zst; - is standard input).",
)
@click.option(
    "--all", "all_pairs", is_flag=True, help="With --log: every diagram must allow every trace, not just one."
)
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The scenario, if not NAME.toml beside NAME.puml.",
)
@click.option(
    "-k",
    "keywords",
    metavar="EXPR",
    help="Only diagrams whose path or name has these words: 'cache and not (async or delete)'.",
)
@click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="TITLE",
    help="Judge only this section, of diagrams that have it, and run no further. May be given several times.",
)
@options.order
@options.fail_under
@click.option(
    "--strength", is_flag=True, help="Judge every smallest change of a run that conforms, and list what goes unnoticed."
)
@options.services
@options.reports
def command(  # noqa: PLR0913 - one for each option
    paths: tuple[str, ...],
    *,
    log: str | None,
    scenario: Path | None,
    keywords: str | None,
    sections: tuple[str, ...],
    order: Literal["strict", "lifeline"] | None,
    fail_under: float | None,
    services: tuple[Service, ...],
    talk: Talk,
    all_pairs: bool,
    strength: bool,
) -> int:
    r"""Run the scenario of each diagram, and judge what happens by the diagram.

    PATH is a diagram (NAME.puml, or NAME.puml#BLOCK where a file holds several) or a folder, searched with everything
    below it; without one, the configured folder, else traces/. The scenario is NAME.toml beside NAME.puml; a diagram
    without one is listed as "not run".

    \b
      simulator check                           all of traces/, in an S3 inside this process
      simulator check traces/basic.puml -v      one diagram, event by event
      simulator check -k 'cache and not delete' what has these words in its name
      simulator check --section Read            this section of all that have it
      simulator check traces --log run.jsonl    what was recorded elsewhere
      simulator check --s3 http://127.0.0.1:9000 --bucket test
      simulator check --s3 moto --s3 memory     on each, and how they differ
      simulator check --strength                and what the diagrams would not notice
      simulator check --format json=result.json
      simulator check traces/basic.puml --format svg=basic.svg

    Exit status: 0 all conform, 1 something does not, 2 the input is wrong or nothing was judged.
    """
    if all_pairs and log is None:
        raise click.UsageError("--all says how to judge the traces of a log: it needs --log FILE")
    if scenario is not None and log is not None:
        raise click.UsageError("--scenario runs something, --log judges what was recorded: give one of them")
    if log is not None and services != (Service(),):
        raise click.UsageError(
            "--s3, --bucket, --create-bucket and --trust say how to run, --log runs nothing: leave them out"
        )
    from simulator import api
    from simulator.cli import ending, terminal
    from simulator.cli.progress import progress
    from simulator.report.finding import findings
    from simulator.report.github import annotations, job_summary
    from simulator.report.html import html_report
    from simulator.report.json_report import report_json, report_lines_json
    from simulator.report.junit import report_junit
    from simulator.report.sarif import sarif
    from simulator.report.text import report_lines
    from simulator.report.verdict_svg import report_svg

    terminal.refuse_targets(talk)
    source = terminal.standard_input() if log == "-" else None if log is None else Path(log)
    with progress(talk) as tell:
        report = api.check_paths(
            paths,
            log=source,
            all_pairs=all_pairs,
            scenario=scenario,
            where=[each.where() for each in services],
            order=order,
            fail_under=fail_under,
            strength=strength,
            keywords=keywords,
            sections=sections,
            progress=tell,
        )
    said = {"--scenario": scenario, "--log": log, "--order": order}
    words = [*services[0].words(*services[1:])]
    words += [word for option, value in said.items() if value for word in (option, str(value))]
    words += [word for title in sections for word in ("--section", title)]
    words += ["--all"] * all_pairs + ["--strength"] * strength
    if log is not None and any(result.candidates > 1 for result in report.results):
        words += paths
    repeat = again("check", *words) if log != "-" else ""
    terminal.report(
        talk,
        lambda: report_lines(report, talk.detail, repeat),
        json=lambda: report_json(report),
        jsonl=lambda: report_lines_json(report),
        junit=lambda: report_junit(report),
        sarif=lambda: sarif(findings(report), Path.cwd(), report.status),
        github=lambda: annotations(findings(report), Path.cwd(), terminal.workspace()),
        html=lambda: html_report(report),
        svg=lambda: report_svg(report),
    )
    terminal.add_job_summary(talk, lambda: job_summary(report))
    return ending.of_report(report, paths)
