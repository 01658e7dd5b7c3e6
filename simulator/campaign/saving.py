"""What was found, as files.

Lives here: names and writing. Must not live here: what stands in the files (`telling`), where folders come from.

A failure is saved as `NAME.toml` (the sequence; all but the last operation are setup), `NAME.expected.puml` (what the
nearest rule says, with the values of this run) and `NAME.actual.puml`; with the files that the scenario names. What is
uncovered is saved as `NAME.toml` and `NAME.puml`, a pair for `simulator check`.

Law: no file that holds something else is written over: then the name gets a number.
"""

from collections.abc import Mapping
from pathlib import Path

from simulator.conformance.exploration import Failure, SavedFile, Uncovered
from simulator.diagram.printer import print_diagram
from simulator.errors import ConfigurationError


def save_uncovered(uncovered: Uncovered, folder: Path) -> Path:
    """Write scenario and diagram; where the diagram is. Raises `ConfigurationError` where nothing can be written."""
    texts = {".puml": print_diagram(uncovered.diagram), ".toml": uncovered.scenario}
    return _save(uncovered.name, texts, uncovered.files, folder).with_suffix(".puml")


def save_failure(failure: Failure, folder: Path) -> Path:
    """Write the scenario and both diagrams; where the scenario is. Raises `ConfigurationError` as above."""
    texts = {".toml": failure.scenario, ".actual.puml": print_diagram(failure.actual)}
    if failure.expected is not None:
        texts[".expected.puml"] = print_diagram(failure.expected)
    return _save(failure.name, texts, failure.files, folder)


def require_saved(path: Path) -> Path:
    """The scenario at `path`, which must be that of a saved failure: a drawing of it stands beside.

    Raises `ConfigurationError`.
    """
    beside = (path.with_name(f"{path.stem}.{each}.puml") for each in ("expected", "actual"))
    if path.is_file() and not any(each.exists() for each in beside):
        raise ConfigurationError(
            f"{path} is no saved failure: there is no {path.stem}.expected.puml or {path.stem}.actual.puml beside it",
            hint=f"`simulator explore` saves failures; to judge this: simulator check {path.with_suffix('.puml')}",
        )
    return path


def _save(name: str, texts: Mapping[str, str], files: tuple[SavedFile, ...], folder: Path) -> Path:
    contents = {suffix: text.encode() for suffix, text in texts.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            if not _is_free(folder / file.name, file.content):
                raise ConfigurationError(f"{folder / file.name} is in the way", hint="save to another folder")
            (folder / file.name).write_bytes(file.content)
        stem, number = name, 1
        while not all(_is_free(folder / f"{stem}{suffix}", content) for suffix, content in contents.items()):
            number += 1
            stem = f"{name}-{number}"
        for suffix, content in contents.items():
            (folder / f"{stem}{suffix}").write_bytes(content)
    except OSError as problem:
        raise ConfigurationError(f"cannot write to {folder}: {problem.strerror}") from None
    return folder / f"{stem}.toml"


def _is_free(path: Path, content: bytes) -> bool:
    """Whether writing loses nothing: nothing is there, or the same."""
    return not path.exists() or (path.is_file() and path.read_bytes() == content)
