"""What every command of ours does beyond what click's does.

Lives here: the class of all commands. Must not live here: which commands there are, what one does.
"""

from typing import Any

import click


class Command(click.Command):
    r"""A command that refuses a second value where one counts, and whose raw docstring may hold click's `\b`."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - they are click's
        super().__init__(*arguments, **settings)
        self.help = (self.help or "").replace("\\b\n", "\b\n")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option given twice, of which click would take the last."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        _, _, given = self.make_parser(ctx).parse_args([*args])
        for option in given:
            if isinstance(option, click.Option) and not (option.multiple or option.is_flag) and given.count(option) > 1:
                raise click.UsageError(
                    f"{option.opts[-1]} is given {given.count(option)} times; it takes one value", ctx
                )
        return super().parse_args(ctx, args)
