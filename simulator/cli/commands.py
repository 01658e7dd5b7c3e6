"""The group `simulator`: which commands there are, and how each way to end becomes an exit status.

Lives here: the table of commands, loaded when asked for. Must not live here: what a command does.
"""

import difflib
import importlib
import traceback

import click

from simulator.cli.command import Command
from simulator.errors import SimulatorError

WRONG_INPUT = 2
BUG = 3
STOPPED = 130

# In the order of the work, each in the module of this package with its name.
COMMANDS = ("check", "parse", "record", "draw", "explore", "replay", "review", "init", "config", "completion")


class Commands(Command, click.Group):
    """A group that imports the module of a command when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; an unknown name is a usage error that names what comes close."""
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(f"simulator.cli.{cmd_name}").command
            return command
        if cmd_name.startswith("-") or ctx.resilient_parsing:
            return None
        near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(COMMANDS)}"
        raise click.UsageError(f"no command {cmd_name!r}; {hint}", ctx)

    def invoke(self, ctx: click.Context) -> None:
        """Run a command, which returns its exit status."""
        from simulator.cli.terminal import say, telling_warnings

        try:
            with telling_warnings():
                status = super().invoke(ctx)
        except SimulatorError as error:
            say(str(error))
            status = WRONG_INPUT
        except KeyboardInterrupt:
            say("stopped")
            status = STOPPED
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as bug:  # noqa: BLE001 - whatever a bug raises, the user gets one message
            say(_apology(bug, whole=bool(ctx.meta.get("verbose"))))
            status = BUG
        ctx.exit(status)


def _apology(bug: Exception, *, whole: bool) -> str:
    lines = [
        f"simulator has a bug: {type(bug).__name__}: {bug}",
        "Nothing is wrong with your input. Please report it with the command you ran and the version (--version),",
        "and with the traceback above." if whole else "and with the traceback that the option -v of the command shows.",
    ]
    return "\n".join(([*traceback.format_exception(bug)] if whole else []) + lines)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value:
        from importlib.metadata import PackageNotFoundError, version

        from simulator.diagram.followed import PLANTUML

        try:
            found = version("conformance-simulator")
        except PackageNotFoundError:
            found = "(not installed, runs from its folder)"
        click.echo(f"simulator {found}\nreads diagrams as PlantUML {PLANTUML} does")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Each command explains itself: simulator COMMAND --help. Exit status: 0 all conform, 1 something does not, "
    "2 the input is wrong, 3 a bug of simulator, 130 stopped.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version, and that of the PlantUML it follows, and exit.",
)
def simulator() -> None:
    r"""Sequence diagrams that cannot lie.

    A diagram (NAME.puml) says what a system does; the scenario beside it (NAME.toml) makes the system do it. `check`
    runs the scenario, records every event, and compares the recording with the diagram, arrow by arrow.

    \b
      simulator check                  check every diagram in traces/
      simulator draw scenario.toml     run something new, and get its diagram
      simulator explore                let it look for what the diagrams do not say
    """
