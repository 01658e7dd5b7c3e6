"""What the paths mean that people type: one file of some kind, several files, a log.

Lives here: which file is meant, or why none can be. Must not live here: what is done with it (`api`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from simulator.config import Configuration
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.files import SUFFIXES as DIAGRAMS
from simulator.diagram.files import files_of, named
from simulator.errors import ConfigurationError
from simulator.eventlog import jsonl

Paths = str | Path | Sequence[str | Path]

INPUTS = {
    ".toml": "a scenario (NAME.toml)",
    ".puml": "a diagram (NAME.puml)",
    ".jsonl": "an event log (.jsonl, .jsonl.gz, .jsonl.zst)",
}
"""What a suffix says that a file is."""


def several(paths: Paths) -> list[str]:
    """One path or many, as texts."""
    return [str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]


def one_file(given: str, *suffixes: str) -> tuple[Path, str]:
    """The one file that is meant, of one of these kinds, and the diagram in it, if one is named.

    Raises `ConfigurationError` for a folder, and for a file of another kind.
    """
    path, name = (Path(given), "") if Path(given).is_dir() else next(files_of([given]))
    logs = ".jsonl" in suffixes
    kinds = (*suffixes, *DIAGRAMS) if ".puml" in suffixes else suffixes
    if path.is_dir() or (path.suffix not in kinds and not (logs and path.exists())):
        what = "it is a folder" if path.is_dir() else "no such file" if logs else "the suffix says what a file is"
        raise ConfigurationError(f"{given}: {what}", expected=tuple(INPUTS[suffix] for suffix in suffixes))
    return path, name


def of_file(
    path: Path, name: str, settings: Configuration, *, lenient: bool = False
) -> list[tuple[str, SequenceDiagram]]:
    """The diagrams of a file, as the settings say that it is read. Raises `DiagramError`, `ConfigurationError`."""
    return named(path, name, tuple(map(Path, settings.include_roots)), settings.max_depth, lenient=lenient)


def log_contents(log: Path | BinaryIO) -> jsonl.LogContents:
    """What an event log holds. Raises `LogError`."""
    return jsonl.read(log, str(log if isinstance(log, Path) else getattr(log, "name", log)))
