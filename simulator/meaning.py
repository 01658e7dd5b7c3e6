"""Files of diagrams, read with what they mean.

Lives here: how the settings and the diagrams beside a diagram make its expectation; which diagrams of a file count.
Must not live here: reading text (`diagram`), meaning (`interaction`), judging (`checking`).

Law: what is wrong with one file keeps no other from being read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.campaign.scenario import Scenario
from simulator.config import Configuration
from simulator.conformance.known import refuse_unknown
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.files import chosen, files_of, named
from simulator.diagram.parser import read_file
from simulator.diagram.siblings import Siblings
from simulator.errors import DiagramError, Place, ScenarioError, SimulatorError
from simulator.interaction.hole_types import types_with
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation
from simulator.report.result import NO_SCENARIO, ParsedDiagram, ParsedFile, Remark, Result, Written


@dataclass(frozen=True, slots=True)
class DiagramFile:
    """A file of diagrams: what each is called, expects and says. Several are alternatives."""

    path: Path
    shown: str
    names: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    diagrams: tuple[SequenceDiagram, ...]

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

    def files(self, paths: Sequence[str]) -> tuple[list[DiagramFile], list[SimulatorError]]:
        """Read the files that are named or in folders that are; what is wrong with some."""
        files: list[DiagramFile] = []
        errors: list[SimulatorError] = []
        for path, name in files_of(paths):
            try:
                found = named(path, name, self._roots, self._depth)
                names = (each.name or shown.removeprefix(str(path)).removeprefix("#") or "1" for shown, each in found)
                meant = tuple(self.expectation(each, shown) for shown, each in found)
                files.append(DiagramFile(path, str(path), tuple(names), meant, tuple(each for _, each in found)))
            except SimulatorError as error:
                errors.append(error)
        return files, errors

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


def told(expectation: Expectation) -> tuple[str, ...]:
    """The warnings about a diagram, each with its place."""
    return tuple(f"{place}: {message}" for place, message in expectation.warnings)
