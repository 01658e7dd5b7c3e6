"""Options that several commands share, under one name and with one meaning.

Lives here: their declarations, and the values that a command gets for them. Must not live here: what is done with them.
"""

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from simulator.report.text import Detail
    from simulator.where import Where

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Format:
    """`NAME` or `NAME=PATH`; without a path the format goes to standard output."""

    name: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """How a command reports: in which formats, how much, and whether with colours."""

    formats: tuple[Format, ...] = (Format("text"),)
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False

    @property
    def detail(self) -> "Detail":
        """How much the text report says."""
        return "quiet" if self.quiet else "verbose" if self.verbose else "normal"


@dataclass(frozen=True, slots=True)
class Service:
    """Which S3 service was asked for; None is left to environment, configuration and default."""

    s3: str | None = None
    bucket: str | None = None
    create_bucket: bool = False
    trust: bool = False

    def where(self) -> "Where":
        """The same for the library."""
        from simulator.where import Where

        return Where(self.s3, self.bucket, self.create_bucket, self.trust)

    def words(self, *others: "Service") -> list[str]:
        """The options that ask for the same again, and for other services with the same bucket."""
        words = [word for each in (self, *others) if each.s3 is not None for word in ("--s3", each.s3)]
        words += [] if self.bucket is None else ["--bucket", self.bucket]
        words += ["--create-bucket"] if self.create_bucket else []
        return [*words, "--trust"] if self.trust else words


def again(command: str, *words: str) -> str:
    """A command line, as a shell takes it."""
    return shlex.join(("simulator", command, *words))


_S3 = (
    "Where to run: moto (default; in this process), memory (fastest), or the URL of any S3 endpoint, with credentials "
)
_S3 += "and region from the usual AWS environment or profile."


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list["CompletionItem"]:
    """Let the shell complete the names of files and folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def lenient(command: Command) -> Command:
    """Add `--lenient`."""
    told = "Leave out lines of diagrams that are wrong, with a warning."
    return click.option("--lenient", is_flag=True, help=told)(command)


def export(command: Command) -> Command:
    """Add `--export`."""
    told = "Write the failures as pytest tests, each of which passes when its failure is fixed."
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option("--export", type=kind, metavar="FILE.py", help=told)(command)


def order(command: Command) -> Command:
    """Add `--order`."""
    told = "How events are in order: all of them (strict), or only those that share a lifeline."
    return click.option("--order", type=click.Choice(["strict", "lifeline"]), help=told)(command)


def fail_under(command: Command) -> Command:
    """Add `--fail-under`."""
    told = "Exit with 1 where fewer parts of the diagrams were exercised: messages, operands, loops, orders of par."
    return click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help=told)(command)


def service(command: Command) -> Command:
    """Add `--s3`, `--bucket`, `--create-bucket` and `--trust`; the command gets a `Service`."""

    @click.option("--s3", metavar="moto|memory|URL", help=_S3)
    @_bucket
    @functools.wraps(command)
    def with_service(*, s3: str | None, bucket: str | None, create_bucket: bool, trust: bool, **rest: object) -> object:
        return command(service=Service(s3, bucket, create_bucket, trust), **rest)

    return with_service


def services(command: Command) -> Command:
    """Add the same, for a command that takes several: it gets a tuple of `Service`, at least one."""

    @click.option(
        "--s3",
        metavar="moto|memory|URL",
        multiple=True,
        callback=_different,
        help=f"{_S3} Given several times: on each, and how they differ.",
    )
    @_bucket
    @functools.wraps(command)
    def with_services(
        *, s3: tuple[str, ...], bucket: str | None, create_bucket: bool, trust: bool, **rest: object
    ) -> object:
        chosen = tuple(Service(each, bucket, create_bucket, trust) for each in s3 or (None,))
        return command(services=chosen, **rest)

    return with_services


def _bucket(command: Command) -> Command:
    bucket = click.option(
        "--bucket",
        metavar="NAME",
        help="With a URL: the bucket. This run writes under a prefix of its own, and removes that at the end.",
    )
    create = click.option(
        "--create-bucket", is_flag=True, help="With a URL: create the bucket if it is missing. It stays."
    )
    trust = click.option(
        "--trust", is_flag=True, help='Run the code that scenarios name: system = "package.module:factory".'
    )
    return bucket(create(trust(command)))


def _different(_: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for each in value:
        if value.count(each) > 1:
            raise click.BadParameter(f"{each} is named {value.count(each)} times; name each service once", param=param)
    return value


def _talking(names: tuple[str, ...]) -> Callable[[Command], Command]:
    """Add `--format` for these formats, `-q`, `-v` and `--no-color`; the command gets a `Talk`."""

    def read(_: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[Format, ...]:
        return _formats(names, param, value)

    def talking(command: Command) -> Command:
        @click.option(
            "--format",
            "formats",
            metavar="NAME[=PATH]",
            multiple=True,
            callback=read,
            help=f"How to report: {', '.join(names)}; to a file with NAME=PATH. May be given several times.",
        )
        @click.option("-q", "--quiet", is_flag=True, help="Say only what failed, and the summary.")
        @click.option("-v", "--verbose", is_flag=True, callback=_verbose, help="Say everything, event by event.")
        @click.option("--no-color", is_flag=True, help="No colours; the environment variable NO_COLOR says the same.")
        @functools.wraps(command)
        def with_talk(
            *, formats: tuple[Format, ...], quiet: bool, verbose: bool, no_color: bool, **rest: object
        ) -> object:
            if quiet and verbose:
                raise click.UsageError("--quiet and --verbose contradict each other")
            return command(talk=Talk(formats, quiet, verbose, no_color), **rest)

        return with_talk

    return talking


talk = _talking(("text", "json"))
"""For what is told to people and programs."""
campaigns = _talking(("text", "json", "junit", "sarif", "github"))
"""For campaigns, which CI runs too."""
reports = _talking(("text", "json", "jsonl", "junit", "sarif", "github", "html", "svg"))
"""For verdicts, which have more readers."""


def bugs(command: Command) -> Command:
    """Add `-v` alone, for a command whose result has one form."""
    return click.option(
        "-v", "--verbose", is_flag=True, expose_value=False, callback=_verbose, help="Show the traceback of a bug."
    )(command)


def _formats(names: tuple[str, ...], param: click.Parameter, value: tuple[str, ...]) -> tuple[Format, ...]:
    """At most one format per target; where all have a path, the text still goes to standard output."""
    formats = tuple(_format(names, each, param) for each in value)
    targets = [each.path for each in formats]
    for target in targets:
        if targets.count(target) > 1:
            goal = "standard output" if target is None else str(target)
            raise click.BadParameter(f"two formats go to {goal}; give all but one another path: NAME=PATH", param=param)
    return formats if None in targets else (Format("text"), *formats)


def _format(names: tuple[str, ...], text: str, param: click.Parameter) -> Format:
    name, equals, path = text.partition("=")
    if name not in names:
        raise click.BadParameter(f"there is no format {name!r}; there are: {', '.join(names)}", param=param)
    if equals and not path:
        raise click.BadParameter(f"the path after '{name}=' is missing", param=param)
    return Format(name, Path(path) if path and path != "-" else None)


def _verbose(ctx: click.Context, _: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click calls it so
    """Remember for the group, which explains bugs."""
    ctx.meta["verbose"] = value
    return value
