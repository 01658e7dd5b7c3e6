"""The diagrams that a path means: `FILE.puml`, `FILE.puml#name`, `FILE.puml#2`, or a folder.

A folder means all `*.puml` in and below it; files of other names have to be named themselves: they may hold anything.

Lives here: finding and naming them. Must not live here: reading their text (`parser`), what a job does with them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.fences import SUFFIXES as TEXTS
from simulator.diagram.parser import MAX_DEPTH, read_file
from simulator.errors import ConfigurationError, DiagramError

SUFFIXES = (".puml", ".plantuml", ".pu", ".iuml", ".wsd", *TEXTS)
"""What the names of files end with that hold diagrams."""


def files_of(paths: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Every file of the paths, with the name of the one diagram that is meant, if one is."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from ((file, "") for file in sorted(path.rglob("*.puml")) if file.is_file())
        elif path.exists() or "#" not in given:
            yield path, ""
        else:
            file, _, name = given.rpartition("#")
            yield Path(file), name


def named(
    path: Path, name: str = "", roots: Sequence[Path] = (), depth: int = MAX_DEPTH, *, lenient: bool = False
) -> list[tuple[str, SequenceDiagram]]:
    """The diagrams of a file with the names by which reports call them; only the one called `name`, if one is.

    roots: folders that includes may come from, beside that of the file. depth: how deep fragments may be nested.
    lenient: what is wrong is left out.
    Raises `DiagramError`, also where two have one name, and `ConfigurationError` where none is called so.
    """
    reading = read_file(path, roots, depth)
    return chosen(path, reading.lenient() if lenient else reading.checked(), name)


def chosen(path: Path, diagrams: Sequence[SequenceDiagram], name: str = "") -> list[tuple[str, SequenceDiagram]]:
    """The diagrams that were read from a file, as `named` gives them."""
    if len(diagrams) == 1 and not name:
        return [(str(path), diagrams[0])]
    found = [(diagram.name or str(number), diagram) for number, diagram in enumerate(diagrams, start=1)]
    for number, (each, diagram) in enumerate(found):
        if each in dict(found[:number]):
            raise DiagramError(f"a second diagram is called {each!r}", place=diagram.place, hint="give it another name")
    meant = [(f"{path}#{each}", diagram) for each, diagram in found if not name or each == name]
    if not meant:
        raise ConfigurationError(f"{path} holds no diagram {name!r}", expected=tuple(each for each, _ in found))
    return meant
