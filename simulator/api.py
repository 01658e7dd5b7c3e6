"""One function per job: the only place that wires the rooms together.

Lives here: what is loaded, run and judged for each job, in which order. Must not live here: logic of any room, wording,
arguments of the command line. Importing this module loads no vendor: each room imports its own when first needed.

Paths are strings as people type them: `FILE.puml`, `FILE.puml#name` or `FILE.puml#2` for one of several diagrams in a
file, or a folder (all `*.puml` below it, in the order of their names).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import UnionType
from typing import BinaryIO, overload

from simulator.campaign import runner
from simulator.campaign import scenario as scenarios
from simulator.campaign.exporting import exported
from simulator.campaign.skeleton import Skeleton, skeleton
from simulator.campaign.standing import Progress as Advances
from simulator.campaign.system import System
from simulator.checking import Progress, check_log, check_services, remarks, view_of
from simulator.conformance.check import Order
from simulator.conformance.check import check as judge
from simulator.conformance.monitor import Marks as Compared
from simulator.conformance.monitor import Monitor
from simulator.conformance.selection import Marks
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.files import SUFFIXES as DIAGRAMS
from simulator.diagram.files import files_of
from simulator.diagram.mermaid import print_mermaid
from simulator.diagram.printer import print_diagram
from simulator.discovery.single import draw as draw_trace
from simulator.errors import ConfigurationError, LogError, SimulatorError
from simulator.eventlog import jsonl
from simulator.events import Trace
from simulator.exploring import explored, one_folder, pairs_of, replayed, saved_failures
from simulator.inputs import INPUTS, Paths, log_contents, of_file, one_file, several
from simulator.interaction.holes import Bindings
from simulator.interaction.vocabulary import AWS
from simulator.meaning import Reader
from simulator.monitoring import monitored
from simulator.picture.picture import draw as picture
from simulator.picture.svg import svg
from simulator.recording import aws
from simulator.recording.clients import watching
from simulator.recording.normalise import Rules
from simulator.recording.recorder import Recorder
from simulator.report.html import html_pictures
from simulator.report.line import utf8
from simulator.report.result import (
    Campaign,
    Drawing,
    Parse,
    Recording,
    Remark,
    Replayed,
    Report,
    Result,
)
from simulator.report.review import Review, draft, review_of
from simulator.where import ANYWHERE, Where, service_for

Pairs = Iterable[tuple[str, str]]
Folders = Mapping[str, str | Path]

# What can be judged, drawn and written: a trace, or a recorder with what it holds by now.
Recorded = Trace | Recorder


def silent(what: str, done: int, total: int) -> None:
    """Take progress (what begins now, how many are done, how many there are) and say nothing."""


# --- one diagram, one trace -----------------------------------------------------------------------------------------


def load_diagram(path: str | Path) -> SequenceDiagram:
    """Read the one diagram of a file, or with `FILE.puml#name` one of several. Raises `DiagramError`."""
    ((file, name),) = files_of([str(path)]) if not Path(path).is_dir() else [(Path(path), "")]
    found = of_file(file, name, ANYWHERE.settings())
    if len(found) > 1:
        names = tuple(each for each, _ in found)
        raise ConfigurationError(f"{path} holds {len(found)} diagrams", expected=names, hint="name one of them")
    return found[0][1]


def load_log(path: str | Path) -> tuple[Trace, ...]:
    """Read the traces of an event log. Raises `LogError`."""
    return jsonl.read(Path(path), str(path)).traces


def check(
    diagram: SequenceDiagram,
    trace: Recorded,
    *,
    sections: Marks = "auto",
    frames: Marks = "auto",
    order: Order | None = None,
    bindings: Bindings | None = None,
) -> Verdict:
    """Judge a trace by a diagram; of a recorder, what it holds by now.

    sections, frames: how marks are compared (`strict`, `auto`, `ignore`). order: `strict`, or `lifeline`: events are in
    order only where they share a lifeline. bindings: values of holes known beforehand.
    `order` unless given, `lifelines`, `ignore`, `types` and `data-notes` are those of the configuration, as on the
    command line.
    Raises `DiagramError` where the diagram has no meaning; deviations are in the verdict.
    """
    given: tuple[tuple[object, type | UnionType], ...] = ((diagram, SequenceDiagram), (trace, Trace | Recorder))
    if not all(isinstance(value, kind) for value, kind in given):
        raise TypeError("check takes a diagram (of `load_diagram`) and a trace (of `record` or `load_log`)")
    return judged(diagram, trace, sections=sections, frames=frames, order=order, bindings=bindings)[0]


def judged(
    diagram: SequenceDiagram,
    trace: Recorded,
    *,
    sections: Marks = "auto",
    frames: Marks = "auto",
    order: Order | None = None,
    bindings: Bindings | None = None,
) -> tuple[Verdict, Result]:
    """As `check`; the verdict, and all that a report needs to explain it."""
    settings = ANYWHERE.settings(order=order)
    expectation, view = Reader(settings).expectation(diagram, diagram.place.file), view_of(settings)
    seen = view.see(_trace(trace))
    verdict = judge(
        expectation,
        seen,
        sections=sections,
        frames=frames,
        order=settings.order,
        bindings=bindings,
        left_out=view.leaves_out,
    )
    return verdict, Result(expectation.name, seen.name, verdict, events=seen.events, expectation=expectation)


def monitor(
    diagram: SequenceDiagram,
    *,
    sections: Compared = "strict",
    frames: Compared = "strict",
    order: Order | None = None,
    bindings: Bindings | None = None,
) -> Monitor:
    """Judge a run while it happens: `observe` takes its events one by one, as those of a trace.

    sections, frames: whether marks are compared (`strict`) or not (`ignore`); the rest as in `check`. After each event
    `state` is `possible`, `complete`, `violated` or `inconclusive`, and `expected` what may come next.
    """
    if not isinstance(diagram, SequenceDiagram):
        raise TypeError("what is expected is a diagram (of `load_diagram`)")
    settings = ANYWHERE.settings(order=order)
    view = view_of(settings)
    return Monitor(
        Reader(settings).expectation(diagram, diagram.place.file),
        sections=sections,
        frames=frames,
        order=settings.order,
        bindings=bindings,
        left_out=view.leaves_out,
        seen=view.see_event,
    )


def draw(trace: Recorded) -> str:
    """Draw a trace as PlantUML text; of a recorder, what it holds by now.

    `normalise`, `lifelines` and `ignore` are those of the configuration, as on the command line.
    """
    return print_diagram(draw_trace(view_of(ANYWHERE.settings()).kept(_trace(trace))))


@overload
def record(
    source: str | Path, /, *, s3: str | None = None, trust: bool = ..., system: System | None = ...
) -> Trace: ...
@overload
def record(
    *clients: aws.Client,
    caller: str = ...,
    name: str = ...,
    normalise: Pairs = ...,
    folders: Folders = ...,
    expect: SequenceDiagram = ...,
    sections: Compared = ...,
    frames: Compared = ...,
) -> AbstractContextManager[Recorder]: ...
def record(  # noqa: PLR0913 - as few of the two overloads as there can be
    *sources: str | Path | aws.Client,
    s3: str | None = None,
    trust: bool = False,
    system: System | None = None,
    caller: str = "Caller",
    name: str = "recorded",
    normalise: Pairs = (),
    folders: Folders | None = None,
    expect: SequenceDiagram | None = None,
    sections: Compared = "ignore",
    frames: Compared = "ignore",
) -> Trace | AbstractContextManager[Recorder]:
    """Give what happened; nothing is judged, unless something is expected.

    Of a scenario, or a diagram that has one beside it: run it, on `s3`, and give the trace. trust, system: see `Where`.

    Of boto3 clients (or resources): a context manager. Every call that the code in its block makes through them, from
    any thread, is written down in the words of AWS; its value is the recorder, good for `check`, `draw` and `write_log`
    at any time. caller: the lifeline of that code; the others are the services (`S3`, `SQS`, ...). name: of the trace.
    normalise: rules for volatile parts of names, as `("req-[0-9a-f]+", "REQ")`: what the pattern finds, a whole word,
    is drawn as a hole of this name. Bodies, credentials and keys of encryption are never kept (`recording.aws`).
    folders: whose files are watched as well, by the name of their lifeline, whoever changes them (`recording.files`).
    expect: a diagram. The first event that it does not allow raises `DeviationError`, an `AssertionError`, out of the
    call that makes it: before a request is sent, or a file is changed. What is still expected at the end raises there.
    sections, frames: whether marks are compared (`strict`) or not (`ignore`). The settings of the configuration that
    `check` goes by hold here too.

    Raises `SimulatorError` for a wrong scenario or rule, and for what is no client and no folder; `DiagramError` where
    the diagram has no meaning.
    """
    match sources:
        case (str() | Path() as source,):
            if expect is not None:
                raise ConfigurationError("`expect` is for clients and folders", hint="judge a scenario with `check`")
            return record_run(str(source), where=Where(s3, trust=trust, system=system)).trace
    recording = watching(sources, folders or {}, Recorder(name, AWS.word, Rules.read(normalise), caller=caller))
    if expect is None:
        return recording
    return monitored(recording, monitor(expect, sections=sections, frames=frames))


# --- the jobs of the command line -----------------------------------------------------------------------------------


def check_paths(  # noqa: PLR0913 - one for each option of the command
    paths: Sequence[str] = (),
    *,
    log: Path | BinaryIO | None = None,
    all_pairs: bool = False,
    scenario: Path | None = None,
    where: Where | Sequence[Where] = ANYWHERE,
    order: Order | None = None,
    fail_under: float | None = None,
    strength: bool = False,
    keywords: str | None = None,
    sections: Sequence[str] = (),
    progress: Progress = silent,
) -> Report:
    """Judge diagrams: by running the scenario beside each, or by the traces of a log.

    paths: none means the configured folder. all_pairs: every diagram must allow every trace of the log, not just one.
    scenario: that of the only diagram, instead of the one beside it. What is wrong with one diagram is in
    `Report.errors`; the others are judged all the same. where: of several services each runs every scenario; what is
    wrong with one of them, or goes wrong after something was judged, is in `Report.errors` too. order: as in `check`.
    fail_under: the least percentage of the parts of all diagrams that must be exercised.
    strength: also judge every smallest change of each run that conforms, to say what its diagram does not notice.
    keywords: words of the names of the diagrams that are meant, with `and`, `or`, `not` and parentheses. sections: only
    what has these titles is judged, of diagrams that have them, and scenarios run no further.
    Raises `SimulatorError` where nothing can be judged: no such path, an unreadable log, an unreachable service, a
    choice that leaves nothing.
    """
    places = [where] if isinstance(where, Where) else where
    services = [(each, each.settings(order=order, fail_under=fail_under)) for each in places]
    settings = services[0][1]
    files, errors = Reader(settings).files(paths or [settings.traces], keywords, sections)
    if log is None:
        return check_services(files, errors, scenario, services, progress, strong=strength)
    return check_log(files, errors, log_contents(log), settings, progress, all_pairs=all_pairs, strong=strength)


def record_run(source: str, *, scenario: Path | None = None, where: Where = ANYWHERE) -> Recording:
    """Run a scenario, or a diagram that has one, and give what happened; nothing is judged.

    Raises `SimulatorError`: no such file, a diagram without a scenario, a wrong scenario, an unreachable service.
    """
    path, name = one_file(source, ".toml", ".puml")
    settings = where.settings()
    if name:
        of_file(path, name, settings)
    beside = scenario or path.with_suffix(".toml")
    if path.suffix != ".toml" and not beside.is_file():
        raise ConfigurationError(f"{path} has no scenario beside it", hint=f"write {beside}, or name one: --scenario")
    loaded = scenarios.load(beside, where.systems(settings))
    with where.backend(settings) as backend:
        run = runner.run(loaded, service_for(loaded.system, backend))
    kept = view_of(settings).kept(run.trace)
    return Recording(Trace(utf8(kept.name), kept.events), remarks(run.failures))


def write_log(recorded: Iterable[Recording | Recorded], target: str | Path | BinaryIO) -> None:
    """Write what was recorded as an event log; a path ending in `.gz` or `.zst` is compressed."""
    traces = (each.trace if isinstance(each, Recording) else _trace(each) for each in recorded)
    jsonl.write(traces, Path(target) if isinstance(target, str) else target)


def draw_input(
    source: str | BinaryIO,
    *,
    scenario: Path | None = None,
    where: Where = ANYWHERE,
    kind: str = ".puml",
    lenient: bool = False,
) -> Drawing:
    """Draw a scenario (it is run), the traces of a log, or a diagram (it is formatted).

    kind: `.puml` for PlantUML, `.mmd` for Mermaid, `.svg` for a picture, `.html` for a page of pictures. Mermaid and a
    picture hold one diagram.
    lenient: of a diagram, what is wrong is left out, with a warning.
    """
    path, name = one_file(source, *INPUTS) if isinstance(source, str) else (None, "")
    failures: tuple[Remark, ...] = ()
    warnings: tuple[str, ...] = ()
    names: Sequence[str] = ()
    settings = where.settings()
    if path and path.suffix == ".toml":
        recording = record_run(str(source), scenario=scenario, where=where)
        diagrams, failures = [draw_trace(recording.trace)], recording.failures
    elif path and path.suffix in DIAGRAMS:
        diagrams = [each for _, each in of_file(path, name, settings, lenient=lenient)]
        warnings = tuple(f"{place}: {message}" for diagram in diagrams for place, message in diagram.warnings)
    else:
        contents = log_contents(Path(source) if isinstance(source, str) else source)
        warnings = contents.warnings
        if not contents.traces:
            raise LogError("the log holds no trace: there is nothing to draw", hint=" ".join(warnings) or None)
        view = view_of(ANYWHERE.settings())
        diagrams = [draw_trace(view.kept(trace)) for trace in contents.traces]
        names = [trace.name for trace in contents.traces]
    if kind == ".puml":
        return Drawing("\n".join(print_diagram(each, settings.max_depth) for each in diagrams), failures, warnings)
    if kind == ".html":
        named = list(zip(names or [""] * len(diagrams), diagrams, strict=True))
        title = source if isinstance(source, str) else "standard input"
        return Drawing(html_pictures(named, title), failures, warnings)
    if len(diagrams) > 1:
        held = "a Mermaid file" if kind == ".mmd" else "a picture"
        raise ConfigurationError(
            f"{source} gives {len(diagrams)} diagrams, and {held} holds one", hint="name one: FILE.puml#NAME"
        )
    if kind == ".svg":
        return Drawing(svg(picture(diagrams[0])), failures, warnings)
    drawn = print_mermaid(diagrams[0])
    return Drawing(drawn.text, failures, (*warnings, *drawn.warnings))


def parse_paths(paths: Sequence[str], *, include_roots: Sequence[str | Path] = (), lenient: bool = False) -> Parse:
    """Say what the diagrams of files and folders hold; a file that cannot be read is an entry with its errors.

    include_roots: folders that includes may come from, beside that of each file; none means the configured ones.
    lenient: also what can be read of diagrams with errors; their files are not valid all the same.
    """
    reader = Reader(ANYWHERE.settings(), include_roots)
    return Parse(tuple(reader.parsed(path, name, lenient=lenient) for path, name in files_of(paths)), lenient)


def explore(  # noqa: PLR0913 - one for each option of the command
    paths: Paths = (),
    *,
    seed: int | None = None,
    workers: int = 1,
    seconds: float | None = None,
    sequences: int | None = None,
    depth: int = 0,
    fail_under: float | None = None,
    faults: bool = False,
    output: Path | None = None,
    accept: bool = False,
    s3: str | None = None,
    trust: bool = False,
    system: System | None = None,
    where: Where | None = None,
    progress: Advances | None = None,
) -> Campaign:
    """Generate sequences of operations and judge each operation by what the diagrams with scenarios say about it.

    seed: of the generator, 0 by default. workers: how many processes share the work; the outcome is the same.
    seconds: how long to search, instead of a number of generated `sequences`.
    depth: run every sequence of up to so many operations on the simplest stores, instead of generated ones on all.
    faults: also inject faults at every call of S3 and every file operation of every behaviour.
    output: a folder for diagrams and scenarios of what no diagram describes, and for failures; without it failures are
    saved in `.simulator/failures/` and what is uncovered is not saved.
    accept: put what is uncovered into the folder that is explored, beside what describes the rest.
    fail_under: the least percentage of the parts of the diagrams that must be exercised.
    s3, trust, system: see `Where`; unless `where` is given. What cannot be saved is in `Campaign.errors`.
    Raises `SimulatorError`: wrong paths, diagrams or scenarios, no diagram with a scenario, an unreachable service.
    """
    where = where or Where(s3, trust=trust, system=system)
    settings = where.settings(fail_under=fail_under)
    files, errors = Reader(settings).files(several(paths) or [settings.traces])
    if errors:
        return Campaign(errors=tuple(errors))
    return explored(
        pairs_of(files, where.systems(settings)),
        where,
        settings,
        seed=seed or 0,
        workers=workers,
        depth=depth,
        seconds=seconds,
        sequences=sequences,
        faults=faults,
        output=output,
        accept=one_folder(several(paths) or [settings.traces]) if accept else None,
        progress=progress,
    )


def replay(
    paths: Paths = (),
    *,
    s3: str | None = None,
    trust: bool = False,
    system: System | None = None,
    where: Where | None = None,
    progress: Progress = silent,
) -> Replayed:
    """Run failures that `explore` saved again; a path is that of a scenario. s3, trust, system: as in `explore`.

    paths: none means all in `.simulator/failures/`.
    What is wrong with one is in `Replayed.errors`. Raises `SimulatorError` where the service is not reachable.
    """
    where, paths = where or Where(s3, trust=trust, system=system), saved_failures(several(paths))
    return replayed(paths, lambda path: one_file(path, ".toml")[0], where, progress)


def export(paths: Sequence[str], *, where: Where = ANYWHERE) -> str:
    """Give a file of pytest tests, one for each failure that `explore` saved; `where`: they run there.

    Raises `SimulatorError`: a path is no saved failure, or its scenario cannot be read.
    """
    files = [one_file(path, ".toml")[0] for path in saved_failures(paths)]
    return exported(files, where.systems(where.settings()), where.s3)


def init(source: str, *, system: str | None = None) -> tuple[Path, Skeleton]:
    """Give a scenario to begin with for a diagram that has none, and the file that it belongs into; nothing is written.

    system: `package.module:factory`, instead of that of the configuration.
    Raises `SimulatorError`: no such diagram, several of which none is named, one that has a scenario.
    """
    path, name = one_file(source, ".puml")
    target = path.with_suffix(".toml")
    if target.exists():
        raise ConfigurationError(f"{target} is there already, and is not written over", hint="edit it, or remove it")
    settings = ANYWHERE.settings(system=system)
    meant = Reader(settings).expectation(load_diagram(source), str(path))
    return target, skeleton(meant, ANYWHERE.systems(settings).default, path.name, name)


def review(paths: Sequence[str] = (), *, where: Where = ANYWHERE, progress: Progress = silent) -> Review:
    """Propose what diagrams would have to say for their runs to conform, and diagrams for scenarios without one.

    paths: as in `check_paths`, and scenarios (`NAME.toml`) whose diagram is not there yet. Nothing is written.
    """
    settings = where.settings()
    given = list(paths or [settings.traces])
    judged = [str(Path(each).with_suffix(".puml")) if _has_diagram(each) else each for each in given]
    lone = [Path(each) for each in judged if each.endswith(".toml")]
    for folder in (Path(each) for each in judged if Path(each).is_dir()):
        lone += [each for each in sorted(folder.rglob("*.toml")) if not _has_diagram(str(each))]
    drafts, told, errors = [], [], []
    for path in (each for each in dict.fromkeys(lone) if str(each) in judged or scenarios.is_scenario(each)):
        try:
            recording = record_run(str(path), where=where)
        except SimulatorError as error:
            errors.append(error)
            continue
        drafts.append(draft(str(path.with_suffix(".puml")), print_diagram(draw_trace(recording.trace))))
        told += [f"{failure.place}: the step failed: {failure.message}" for failure in recording.failures]
    judged = [each for each in dict.fromkeys(judged) if not each.endswith(".toml")]
    report = check_paths(judged, where=where, progress=progress) if judged else Report()
    return review_of(replace(report, errors=(*report.errors, *errors)), Reader(settings).reads, drafts, told)


def _has_diagram(scenario: str) -> bool:
    return scenario.endswith(".toml") and Path(scenario).with_suffix(".puml").exists()


def _trace(recorded: Recorded) -> Trace:
    return recorded.trace() if isinstance(recorded, Recorder) else recorded
