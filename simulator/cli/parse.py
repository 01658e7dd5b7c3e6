"""`simulator parse`."""

from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.command import Command
from simulator.cli.options import Talk


@click.command("parse", cls=Command, short_help="Tell what diagrams expect, and what is wrong in them.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=options.files)
@click.option(
    "--include-root",
    "include_roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder that includes may come from, beside that of the diagram. May be given several times.",
)
@options.lenient
@options.talk
def command(files: tuple[str, ...], include_roots: tuple[Path, ...], talk: Talk, *, lenient: bool) -> int:
    r"""Say what diagrams say: their participants, and the events they expect, as a tree.

    FILE is a diagram, a text with diagrams in it (Markdown, AsciiDoc), or a folder, searched for *.puml. Every file is
    read, also after one with errors.

    \b
      simulator parse traces/basic.puml
      simulator parse traces/*.puml --format json

    With --lenient, lines that are wrong are left out with a warning, and the rest is told.

    Exit status: 0 all files are valid (with --lenient: something of each can be read), 2 one is not.
    """
    from simulator import api
    from simulator.cli import ending, terminal
    from simulator.report.json_parse import parse_json
    from simulator.report.tree import parse_lines

    terminal.refuse_targets(talk)
    parse = api.parse_paths(files, include_roots=include_roots, lenient=lenient)
    terminal.report(talk, lambda: parse_lines(parse), json=lambda: parse_json(parse))
    for file in parse.files:
        ending.refuse(file.errors, warn=lenient and bool(file.diagrams))
    return parse.status
