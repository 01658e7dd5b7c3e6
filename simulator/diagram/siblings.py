"""The diagrams that a `ref` names: those of the same folder, by the stem of their file or by `@startuml NAME`.

Lives here: finding and reading them, each once. Must not live here: what becomes of them (`interaction.lower`).

Law: nothing outside the folder is opened, whatever the name is.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.parser import MAX_DEPTH, parse_file
from simulator.diagram.source import read
from simulator.errors import DiagramError

_LONGEST_SHOWN = 60


class Siblings:
    """Finds diagrams beside others; what it has read it does not read again."""

    def __init__(self, roots: Sequence[Path] = (), depth: int = MAX_DEPTH) -> None:
        self._roots = roots
        self._depth = depth
        # By folder, its files with their lines that begin diagrams.
        self._starts: dict[Path, Sequence[tuple[Path, str]]] = {}
        self._read: dict[Path, tuple[SequenceDiagram, ...] | DiagramError] = {}

    def of(self, file: str | Path) -> Callable[[str], tuple[SequenceDiagram, ...]]:
        """Give the function from a name in this file to the diagrams called so: one; or all of one file.

        It raises `DiagramError` where there is none, where several have the name, and where its file cannot be read.
        """
        folder = Path(file).parent if Path(file).is_file() else None
        return lambda name: self._find(folder, name)

    def _find(self, folder: Path | None, name: str) -> tuple[SequenceDiagram, ...]:
        starts = self._of_folder(folder) if folder and name else ()
        for file, _ in starts:
            if file.stem == name:
                return self._parsed(file)
        found = [diagram for file, lines in starts if name in lines for diagram in self._called(file, name)]
        if len(found) > 1:
            told = f"{len(found)} diagrams are called {_shown(name)}, at {found[0].place} and {found[1].place}"
            raise DiagramError(told)
        if not found:
            raise DiagramError(f"no diagram of this folder is called {_shown(name)}")
        return tuple(found)

    def _of_folder(self, folder: Path) -> Sequence[tuple[Path, str]]:
        if folder not in self._starts:
            inside = folder.resolve()
            files = sorted(each for each in folder.glob("*.puml") if each.is_file() and each.resolve().parent == inside)
            self._starts[folder] = [(each, _starts(each)) for each in files]
        return self._starts[folder]

    def _parsed(self, file: Path) -> tuple[SequenceDiagram, ...]:
        if file not in self._read:
            try:
                self._read[file] = parse_file(file, self._roots, self._depth)
            except DiagramError as error:
                self._read[file] = error
        found = self._read[file]
        if isinstance(found, DiagramError):
            raise found.with_traceback(None)
        return found

    def _called(self, file: Path, name: str) -> tuple[SequenceDiagram, ...]:
        """The diagrams of a file that have this name; none is meant where the file cannot be read."""
        try:
            return tuple(diagram for diagram in self._parsed(file) if diagram.name == name)
        except DiagramError:
            return ()


def _starts(file: Path) -> str:
    """The lines of a file that begin diagrams; none where it cannot be read."""
    try:
        text = read(file)
    except DiagramError:
        return ""
    return "\n".join(line for line in text.splitlines() if "@startuml" in line)


def _shown(name: str) -> str:
    line = " ".join(name.split())
    return repr(line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}...")
