"""`simulator draw`."""

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Service

SUFFIXES = (".puml", ".mmd", ".svg", ".html")


@click.command("draw", cls=Command, short_help="Draw a run or a diagram.")
@click.argument("source", metavar="INPUT", shell_complete=options.files)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Where to: PlantUML (.puml), Mermaid (.mmd), a picture (.svg), a page of pictures (.html). Without it: "
    "PlantUML on standard output.",
)
@options.service
@options.lenient
@options.bugs
def command(source: str, output: Path | None, service: Service, *, lenient: bool) -> int:
    r"""Draw a run or a diagram, as a picture or as PlantUML or Mermaid text.

    INPUT is a scenario (NAME.toml; it is run), an event log (- is standard input; one diagram per trace), or a diagram
    (NAME.puml or NAME.puml#BLOCK; it is written in one fixed form, without its comments, with what its macros and
    includes give). Values that change from run to run become ${TMP1}, ${TMP2} ...

    Mermaid cannot say all that PlantUML can: what is lost is told on standard error.

    \b
      simulator draw traces/basic.toml
      simulator draw run.jsonl -o run.puml
      simulator draw traces/basic.puml -o basic.svg
      simulator draw traces/basic.puml -o basic.mmd
      simulator draw run.jsonl -o run.html      every trace of the log, each foldable
      simulator record traces/basic.toml | simulator draw -
    """
    from simulator import api
    from simulator.cli import ending, terminal

    terminal.refuse_target(output, SUFFIXES)
    drawing = api.draw_input(
        terminal.standard_input() if source == "-" else source,
        where=service.where(),
        kind=output.suffix if output else ".puml",
        lenient=lenient,
    )
    if output is None:
        terminal.write_bytes(drawing.text.encode("utf-8", "backslashreplace"))
    else:
        terminal.write_file(output, drawing.text)
    ending.warn(drawing.warnings)
    ending.failed(drawing.failures)
    return 0
