"""`simulator completion`."""

import click

from simulator.cli.command import Command


@click.command("completion", cls=Command, short_help="Give the script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    r"""Give the script that completes commands, options and files in a shell.

    \b
      eval "$(simulator completion bash)"                                     in ~/.bashrc
      eval "$(simulator completion zsh)"                                      in ~/.zshrc
      simulator completion fish > ~/.config/fish/completions/simulator.fish
    """
    from click.shell_completion import get_completion_class

    from simulator.cli import terminal

    script = get_completion_class(shell)
    if script is not None:
        terminal.write(script(ctx.find_root().command, {}, "simulator", "_SIMULATOR_COMPLETE").source())
    return 0
