"""Where output goes: the terminal, a pipe, or a file.

Lives here: colours, files that are there whole or not at all, and the end of a pipe. Must not live here: what is said
(`simulator.report`).

Laws: a file named by the user is replaced only when its new content is complete. A reader that stops reading is no
error. Colours only on a terminal, and not with `--no-color` or `NO_COLOR`.
"""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from simulator.cli.options import Talk
from simulator.errors import ConfigurationError
from simulator.report.line import Line, Style, plain, visible

# How the meaning of a span looks (rich, "Style").
_LOOKS: Mapping[Style, str] = {
    "plain": "",
    "good": "green",
    "bad": "red",
    "doubt": "yellow",
    "faint": "dim",
    "strong": "bold",
    "mark": "bold red",
}


def say(text: str) -> None:
    """Write one diagnostic to standard error."""
    click.echo("\n".join(visible(each, "\t") for each in text.split("\n")), err=True)


@contextmanager
def telling_warnings() -> Iterator[None]:
    """Write to standard error what our modules log as warnings, one line each."""
    import logging

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(f"warning: {record.getMessage()}")

    logger, handler = logging.getLogger("simulator"), Handler(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def write(text: str) -> None:
    """Write a text to standard output; a letter that its encoding lacks is escaped."""
    with _until_closed():
        _refuse_closed(sys.stdout, "standard output")
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output."""
    with _until_closed():
        _refuse_closed(sys.stdout, "standard output")
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def standard_input() -> BinaryIO:
    """The bytes that come in. Raises `ConfigurationError` where the process was started without (`<&-`)."""
    _refuse_closed(sys.stdin, "standard input")
    return sys.stdin.buffer


def write_file(path: Path, text: str) -> None:
    """Write a text file, whole or not at all. Raises `ConfigurationError` where it cannot be written."""
    with replaced(path) as partial:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def report(talk: Talk, text: Callable[[], Iterable[Line]], **writers: Callable[[], str]) -> None:
    """Write a result in every format that was asked for; writers: by the name of the format.

    Raises `ConfigurationError` where a file cannot be written.
    """
    for each in talk.formats:
        if each.path is not None:
            write_file(each.path, writers[each.name]() if each.name in writers else plain(text()))
        elif each.name in writers:
            write(writers[each.name]())
        elif _in_colours(talk):
            _show(text())
        else:
            write(plain(text()))


def workspace() -> Path:
    """What GitHub Actions tells paths from (`GITHUB_WORKSPACE`); elsewhere the folder we are in."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())


def add_job_summary(talk: Talk, text: Callable[[], str]) -> None:
    """Add to the summary of the job, where `github` is asked for in a job (`GITHUB_STEP_SUMMARY`)."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path and any(each.name == "github" for each in talk.formats):
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text())
        except OSError as problem:
            raise ConfigurationError(f"cannot write GITHUB_STEP_SUMMARY, {path}: {problem.strerror}") from None


def refuse_targets(talk: Talk) -> None:
    """Raise `ConfigurationError` for a report that cannot be written, before any work is done for it."""
    for each in talk.formats:
        refuse_target(each.path)


def refuse_target(path: Path | None, suffixes: tuple[str, ...] = ("",)) -> None:
    """Raise `ConfigurationError` for a file that cannot be written; None is standard output.

    suffixes: one of them a file must have that is not a device: what a slip of the keyboard names is not replaced.
    """
    if path is None:
        return
    if path.is_dir():
        raise ConfigurationError(f"cannot write {path}: it is a folder", hint="name a file")
    if not path.parent.is_dir():
        raise ConfigurationError(f"cannot write {path}: there is no folder {path.parent}", hint="create it first")
    if not path.name.endswith(suffixes) and (path.is_file() or not path.exists()):
        raise ConfigurationError(f"cannot write {path}: the suffix says what to write", expected=suffixes)


def refuse_read_only(path: Path) -> None:
    """Raise `ConfigurationError` for a file that its owner has protected: to replace it, its folder would do."""
    refuse_target(path)
    if path.exists() and not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigurationError(f"cannot write {path}: it is read-only", hint=f"chmod u+w {path}")


def refuse_folder(path: Path | None) -> None:
    """Raise `ConfigurationError` for a folder that can neither be written to nor made."""
    if path is None:
        return
    above = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise ConfigurationError(f"cannot write to {path}: {above} is no folder that can be written to")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a path to write to, with the suffixes of `path`; at the end it takes the place of `path`.

    Raises `ConfigurationError` where it cannot be written. On any error the old file stays as it is.
    """
    refuse_target(path)
    target = path.resolve()
    # A device or a pipe has no content to replace.
    device = path.exists() and not path.is_file()
    partial = path if device else target.with_name(f".{os.getpid()}.{target.name}")
    try:
        yield partial
        if target.is_file():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        if not device:
            partial.replace(target)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if not device:
            partial.unlink(missing_ok=True)


def _refuse_closed(stream: TextIO | None, name: str) -> None:
    if stream is None:
        raise ConfigurationError(f"{name} is closed")


def _in_colours(talk: Talk) -> bool:
    """Whether colours are wanted and seen (https://no-color.org)."""
    refused = talk.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout is not None and sys.stdout.isatty() and not refused


def _show(lines: Iterable[Line]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    with _until_closed():
        for each in lines:
            console.print(Text.assemble(*((span.text, _LOOKS[span.style]) for span in each.spans)))


@contextmanager
def _until_closed() -> Iterator[None]:
    """Go on quietly when the reader of standard output has gone (`| head`)."""
    try:
        yield
    except BrokenPipeError:
        # What is still buffered would fail once more when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ConfigurationError("cannot write to standard output: no space left") from error
        raise
