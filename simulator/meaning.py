"""Files of diagrams, read with what they mean.

Lives here: how the settings and the diagrams beside a diagram make its expectation; which diagrams of a file count.
Must not live here: reading text (`diagram`), meaning (`interaction`), judging (`checking`).

Law: what is wrong with one file keeps no other from being read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import compress
from pathlib import Path

from simulator.campaign.excerpt import Excerpt, marks_of
from simulator.campaign.scenario import Scenario
from simulator.config import Configuration
from simulator.conformance.known import refuse_unknown
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.files import chosen, files_of, named
from simulator.diagram.includes import Includes
from simulator.diagram.keywords import Matcher
from simulator.diagram.keywords import read as read_keywords
from simulator.diagram.parser import read, read_file
from simulator.diagram.siblings import Siblings
from simulator.errors import ConfigurationError, DiagramError, Place, ScenarioError, SimulatorError
from simulator.interaction.hole_types import types_with
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation
from simulator.report.result import NO_SCENARIO, ParsedDiagram, ParsedFile, Remark, Result, Written

# So many names are told of those that could have been given.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class DiagramFile:
    """A file of diagrams: what each is called, expects and says. Several are alternatives.

    excerpt: the sections that are judged, if not all are.
    """

    path: Path
    shown: str
    names: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    diagrams: tuple[SequenceDiagram, ...]
    excerpt: Excerpt | None = None

    @property
    def written(self) -> Mapping[str, Written]:
        """The diagrams as their author wrote them, by the names that results have."""
        text = self.path.read_bytes().decode(errors="replace")
        pairs = zip(self.expectations, self.diagrams, strict=True)
        return {meant.name: Written(diagram, text) for meant, diagram in pairs}

    @property
    def scenario(self) -> Path | None:
        """The scenario beside it, if there is one."""
        beside = self.path.with_suffix(".toml")
        return beside if beside.is_file() else None

    def picked(self, scenario: Scenario) -> tuple[Expectation, ...]:
        """What a run of this scenario is judged by: the diagram that it names, else all.

        Raises `ScenarioError` where none is called so, `DiagramError` where one cannot be judged.
        """
        pairs = zip(self.names, self.expectations, strict=True)
        meant = tuple(each for name, each in pairs if scenario.diagram in {"", name})
        if not meant:
            raise ScenarioError(
                f"{self.shown} holds no diagram {scenario.diagram!r}",
                place=scenario.diagram_place,
                expected=self.names,
            )
        for each in meant:
            refuse_unknown(each)
        return meant

    def kept(self, wanted: Callable[[Expectation], bool]) -> "DiagramFile":
        """The same file with fewer diagrams."""
        chosen = [wanted(each) for each in self.expectations]
        return replace(
            self,
            names=tuple(compress(self.names, chosen)),
            expectations=tuple(compress(self.expectations, chosen)),
            diagrams=tuple(compress(self.diagrams, chosen)),
        )

    def not_run(self, why: str = NO_SCENARIO) -> Iterator[Result]:
        """One result for each diagram, without a verdict."""
        return (Result(each.name, warnings=told(each), not_run=why) for each in self.expectations)


class Reader:
    """Reads diagrams by the settings; each of those that others refer to once."""

    def __init__(self, settings: Configuration, roots: Sequence[str | Path] = ()) -> None:
        """Read as the settings say; roots: folders that includes may come from, instead of those of the settings."""
        self._data_notes = settings.data_notes
        self._types = types_with(settings.types)
        self._roots = tuple(map(Path, roots or settings.include_roots))
        self._depth = settings.max_depth
        self._siblings = Siblings(self._roots, self._depth)

    def expectation(self, diagram: SequenceDiagram, name: str) -> Expectation:
        """What a diagram expects; name: how reports call it. Raises `DiagramError`."""
        resolve = self._siblings.of(diagram.place.file)
        return lower(diagram, name, data_notes=self._data_notes, types=self._types, resolve=resolve)

    def files(
        self, paths: Sequence[str], keywords: str | None = None, sections: Sequence[str] = ()
    ) -> tuple[list[DiagramFile], list[SimulatorError]]:
        """Read the files that are named or in folders that are; what is wrong with some.

        keywords: an expression that the names of diagrams must fit (`diagram.keywords`). sections: the titles of those
        that are judged, of the diagrams that have them.
        Raises `ConfigurationError` for what is no expression, and where nothing is left.
        """
        wanted = read_keywords(keywords) if keywords is not None else _any_name
        files: list[DiagramFile] = []
        errors: list[SimulatorError] = []
        for path, name in files_of(paths):
            try:
                found = named(path, name, self._roots, self._depth)
                names = (each.name or shown.removeprefix(str(path)).removeprefix("#") or "1" for shown, each in found)
                meant = tuple(self.expectation(each, shown) for shown, each in found)
                files.append(DiagramFile(path, str(path), tuple(names), meant, tuple(each for _, each in found)))
            except SimulatorError as error:
                if wanted(f"{path}#{name}"):
                    errors.append(error)
        if keywords is not None:
            files = _fitting(files, keywords, wanted, alone=not errors)
        return _excerpts(files, Excerpt(tuple(sections))) if sections else files, errors

    def reads(self, text: str, file: str) -> bool:
        """Whether this text, in this file, could be read."""
        return not read(text, file, Includes(Path(file).parent, self._roots), self._depth).errors

    def parsed(self, path: Path, name: str, *, lenient: bool = False) -> ParsedFile:
        """Say what a file holds, or the one diagram called `name`, and all that is wrong with it.

        lenient: also what those with errors hold. Where a diagram has no meaning is a warning, since it can be read.
        """
        reading = read_file(path, self._roots, self._depth)
        diagrams = reading.partial if lenient else reading.diagrams
        if name:
            try:
                found = chosen(path, diagrams, name) if lenient else named(path, name, self._roots, self._depth)
                diagrams = tuple(diagram for _, diagram in found)
            except SimulatorError as error:
                return ParsedFile(str(path), errors=(error,))
        parsed: list[ParsedDiagram] = []
        warnings = [Remark(place, message) for place, message in reading.warnings]
        if reading.more:
            warnings.append(Remark(Place(str(path)), f"{reading.more} more errors are not told"))
        for diagram in diagrams:
            try:
                expectation = self.expectation(diagram, str(path))
            except DiagramError as error:
                warnings += [Remark(place, message) for place, message in diagram.warnings]
                warnings.append(Remark(error.place or diagram.place, f"{error.message}: this cannot be judged"))
                parsed.append(ParsedDiagram(diagram))
            else:
                warnings += [Remark(place, message) for place, message in expectation.warnings]
                parsed.append(ParsedDiagram(diagram, expectation))
        errors = () if name and not lenient else reading.errors
        return ParsedFile(str(path), tuple(parsed), errors, tuple(warnings))


def _any_name(name: str) -> bool:  # noqa: ARG001 - whatever it is
    return True


def _fitting(files: Sequence[DiagramFile], keywords: str, wanted: Matcher, *, alone: bool) -> list[DiagramFile]:
    """The diagrams whose names fit; alone: there must be some."""
    found = [each for each in (file.kept(lambda meant: wanted(meant.name)) for file in files) if each.expectations]
    names = [each.name for file in files for each in file.expectations]
    if names and alone and not found:
        raise ConfigurationError(f"-k {keywords!r} fits none of {len(names)} diagrams", expected=_some(names))
    return found


def _excerpts(files: Sequence[DiagramFile], excerpt: Excerpt) -> list[DiagramFile]:
    """The diagrams that have these sections; each of those must be in one."""
    known = {str(mark): mark for file in files for each in file.expectations for mark in marks_of(each)}
    for title in excerpt.titles:
        if files and not any(map(Excerpt((title,)).means, known.values())):
            near = get_close_matches(title, known, n=1)
            raise ConfigurationError(
                f"no diagram has a section {title!r}",
                expected=_some([*map(repr, sorted(known))]),
                hint=f"did you mean {near[0]!r}?" if near else None,
            )
    kept = (replace(file.kept(excerpt.says), excerpt=excerpt) for file in files)
    return [each for each in kept if each.expectations]


def _some(names: Sequence[str]) -> tuple[str, ...]:
    rest = len(names) - _NAMED
    return (*names[:_NAMED], f"and {rest} more") if rest > 0 else tuple(names)


def told(expectation: Expectation) -> tuple[str, ...]:
    """The warnings about a diagram, each with its place."""
    return tuple(f"{place}: {message}" for place, message in expectation.warnings)
