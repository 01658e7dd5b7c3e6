"""What `explore` and `replay` do with `--export`.

Lives here: refusing files, and writing the one that was asked for. Must not live here: its text (`campaign.exporting`).

Law: a file that somebody else wrote is never written over.
"""

from collections.abc import Sequence
from pathlib import Path

from simulator.cli import terminal
from simulator.cli.options import Service, Talk
from simulator.errors import ConfigurationError


def refuse(path: Path | None) -> None:
    """Raise `ConfigurationError` for a file that cannot or must not be written, before any work is done."""
    from simulator.campaign.exporting import TITLE

    terminal.refuse_target(path, (".py",))
    if path and path.is_file() and not path.read_bytes().startswith(TITLE.encode()):
        raise ConfigurationError(
            f"cannot write {path}: it holds something else than exported failures", hint="name another file"
        )


def write(path: Path | None, failures: Sequence[str], service: Service, talk: Talk) -> None:
    """Write tests for these saved failures, if that was asked for; where there is none, say that nothing is written."""
    from simulator import api

    if path is None:
        return
    if not failures:
        terminal.say(f"{path} is not written: there is no failure to export")
        return
    text = api.export(failures, where=service.where())
    with terminal.replaced(path) as partial:
        partial.write_text(text, encoding="utf-8")
    if not talk.quiet:
        terminal.say(f"exported {len(failures)} failure{'s' if len(failures) > 1 else ''} to {path}")
