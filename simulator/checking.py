"""Checking: the diagrams of files, judged by runs of their scenarios or by the traces of logs.

Lives here: what `check` does with files of diagrams, in which order. Must not live here: where settings and services
come from (`api`), how two runs are compared (`conformance`), wording (`report`).

Law: what is wrong with one file keeps no other from being judged.
"""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.blobs.backends import Backend
from simulator.campaign import runner
from simulator.campaign import scenario as scenarios
from simulator.campaign.excerpt import own_titles
from simulator.campaign.loading import Systems
from simulator.config import Configuration
from simulator.conformance.check import NO_DATA, Judge, nearest
from simulator.conformance.counting import Book
from simulator.conformance.selection import LeftOut, Marks, nothing
from simulator.conformance.strength import Strength, strength
from simulator.errors import (
    BackendError,
    ConfigurationError,
    DiagramError,
    LogError,
    MissingAbilityError,
    SimulatorError,
)
from simulator.eventlog.jsonl import LogContents
from simulator.events import Trace
from simulator.interaction.terms import Expectation
from simulator.interaction.view import View
from simulator.meaning import DiagramFile, told
from simulator.report.result import Remark, Report, Result
from simulator.where import Where, service_for

Progress = Callable[[str, int, int], None]

# The mutants of a run are many, and each is judged: of long runs only some events are changed, drawn by this seed.
SEED = 0
MOST_CHANGED = 300
LEAST_CHANGED = 3
CHANGED_TIMES_EVENTS = 20_000

# Every so many traces of a log progress is told.
_TOLD = 50


def check_services(
    files: Sequence[DiagramFile],
    errors: list[SimulatorError],
    scenario: Path | None,
    services: Sequence[tuple[Where, Configuration]],
    progress: Progress,
    *,
    strong: bool = False,
) -> Report:
    """Run the scenario of each file, or this one, on each service; strong: also measure what the diagrams notice.

    Raises `BackendError` where the only service cannot be used and nothing was judged.
    """
    if scenario is not None and len(files) != 1:
        raise ConfigurationError(f"--scenario belongs to one diagram, and {len(files)} are named")
    results: list[Result] = []
    book = book_of(services[0][1])
    interrupted = False
    for place, settings in services:
        try:
            with place.backend(settings) as backend:
                systems = place.systems(settings)
                for each in _check_runs(files, scenario, systems, backend, settings, book, progress, strong=strong):
                    if isinstance(each, Result):
                        results.append(each)
                    elif str(each) not in map(str, errors):
                        errors.append(each)
        except KeyboardInterrupt:
            interrupted = True
            break
        except BackendError as error:
            if len(services) == 1 and not results:
                raise
            errors.append(error)
    return Report(
        tuple(results),
        tuple(errors),
        seed_of(results),
        interrupted=interrupted,
        coverage=book.coverage,
        fail_under=services[0][1].fail_under,
        diagrams={name: each for file in files for name, each in file.written.items()},
    )


def _check_runs(
    files: Sequence[DiagramFile],
    scenario: Path | None,
    systems: Systems,
    backend: Callable[[], Backend],
    settings: Configuration,
    book: Book,
    progress: Progress,
    *,
    strong: bool = False,
) -> Iterator[Result | SimulatorError]:
    """What each file gives on one service, as it comes; backend: opened when it is first needed."""
    measure = _measures(progress) if strong else None
    for number, file in enumerate(files):
        progress(file.shown, number, len(files))
        beside = scenario or file.scenario
        try:
            results = (
                [_check_run(file, beside, systems, backend, settings, book, measure)] if beside else file.not_run()
            )
        except BackendError:
            raise
        except MissingAbilityError as missing:
            results = file.not_run(missing.message)
        except SimulatorError as error:
            yield error
            continue
        yield from (replace(each, s3=settings.s3) for each in results)


def check_log(
    files: Sequence[DiagramFile],
    errors: list[SimulatorError],
    contents: LogContents,
    settings: Configuration,
    progress: Progress,
    *,
    all_pairs: bool,
    strong: bool = False,
) -> Report:
    """Judge each trace by the diagram that allows it, or, with all pairs, by every diagram; strong: as above."""
    if not contents.traces:
        errors.append(LogError("nothing was judged: the log holds no trace", hint="`simulator record` writes logs"))
    elif not files and not errors:
        errors.append(
            ConfigurationError(
                "nothing was judged: no diagram (*.puml) was found", hint="simulator check PATH --log FILE"
            )
        )
    own = own_titles(contents.traces)
    judges = [judge for file in files for judge in _judges(file, settings, errors, own)]
    excerpt = files[0].excerpt if files else None
    whole = [each for file in files for each in file.expectations]
    choices = [[each] for each in judges] if all_pairs else [judges] if judges else []
    view, book, measure = view_of(settings), book_of(settings), _measures(progress) if strong else None
    for judge in judges:
        book.add(judge.expectation)
    results: list[Result] = []
    interrupted = False
    try:
        for number, trace in enumerate(contents.traces):
            if not number % _TOLD:
                progress(trace.name, number, len(contents.traces))
            seen = view.see(trace)
            seen = excerpt.of_trace(seen, whole) if excerpt else seen
            results.extend(_nearest(choice, seen, time.perf_counter(), book, measure) for choice in choices)
    except KeyboardInterrupt:
        interrupted = True
    return Report(
        tuple(results),
        tuple(errors),
        seed_of(results),
        contents.warnings,
        interrupted=interrupted,
        coverage=book.coverage,
        fail_under=settings.fail_under,
        diagrams={name: each for file in files for name, each in file.written.items()},
    )


def seed_of(results: Sequence[Result]) -> int | None:
    """The seed of what was drawn for them, if anything was."""
    sampled = any(each.strength is not None and each.strength.events < each.strength.of for each in results)
    return SEED if sampled else None


def view_of(settings: Configuration) -> View:
    """How traces are seen by these settings."""
    return View.read(settings.lifelines, settings.ignore, settings.normalise, settings.types)


def book_of(settings: Configuration) -> Book:
    """Where the parts of diagrams that are exercised by these settings are counted."""
    return Book(_left_out(settings), weak=settings.order == "lifeline")


def remarks(failures: Iterable[runner.Finding]) -> tuple[Remark, ...]:
    """The steps of a run that did not give what they expect."""
    return tuple(Remark(finding.place, finding.message) for finding in failures)


def _judges(
    file: DiagramFile, settings: Configuration, errors: list[SimulatorError], own: Collection[str]
) -> Iterator[Judge]:
    """A judge for each diagram of a file that can be judged; why the others cannot."""
    for each in file.expectations:
        try:
            yield _judge(file.excerpt.of_expectation(each, own) if file.excerpt else each, settings, "auto")
        except DiagramError as error:
            errors.append(error)


def _judge(expectation: Expectation, settings: Configuration, marks: Marks) -> Judge:
    sections, frames = settings.sections or marks, settings.frames or marks
    return Judge(expectation, sections=sections, frames=frames, order=settings.order, left_out=_left_out(settings))


def _left_out(settings: Configuration) -> LeftOut:
    return view_of(settings).leaves_out if settings.ignore else nothing


_Measure = Callable[[Judge, Trace], Strength | None]


def _measures(progress: Progress) -> _Measure:
    """What a diagram notices of the mutants of a run; of a long one, of some of its events."""

    def measure(judge: Judge, trace: Trace) -> Strength | None:
        size = len(trace.events)
        count = min(size, MOST_CHANGED, max(LEAST_CHANGED, CHANGED_TIMES_EVENTS // max(1, size)))
        chosen = sorted(random.Random(SEED).sample(range(size), count))  # noqa: S311 - nothing here is a secret
        what = f"strength of {judge.expectation.name}"
        return strength(judge, trace, chosen, lambda done: progress(what, done, count))

    return measure


def _check_run(
    file: DiagramFile,
    beside: Path,
    systems: Systems,
    backend: Callable[[], Backend],
    settings: Configuration,
    book: Book,
    measure: _Measure | None,
) -> Result:
    loaded = scenarios.load(beside, systems)
    picked, excerpt = file.picked(loaded), file.excerpt
    if excerpt is None:
        for each in picked:
            book.add(each)
    began = time.perf_counter()
    run = runner.run(excerpt.of_scenario(loaded, picked) if excerpt else loaded, service_for(loaded.system, backend))
    seen, failures = view_of(settings).see(run.trace), run.failures
    if excerpt:
        own = own_titles((run.trace,))
        seen, failures = excerpt.of_trace(seen, picked), tuple(excerpt.findings(run, picked))
        picked = tuple(excerpt.of_expectation(each, own) for each in picked)
        for each in picked:
            book.add(each)
    judges = [_judge(each, settings, "strict") for each in picked]
    result = _nearest(judges, seen, began, book, measure, remarks(failures))
    empty = excerpt is not None and result.reason == NO_DATA
    return replace(result, verdict=None, not_run="nothing happens in these sections") if empty else result


def _nearest(
    judges: Sequence[Judge],
    trace: Trace,
    began: float,
    book: Book,
    measure: _Measure | None,
    failures: tuple[Remark, ...] = (),
) -> Result:
    """The first diagram that allows the trace, else the one it is nearest to; measure: its strength, too."""
    verdict, judge = nearest(judges, trace)
    book.add(judge.expectation, verdict)
    seconds = time.perf_counter() - began
    meant = judge.expectation
    result = Result(
        meant.name,
        trace.name,
        verdict,
        seconds,
        failures,
        told(meant),
        trace.events,
        expectation=meant,
        candidates=len(judges),
    )
    return replace(result, strength=measure(judge, trace)) if measure and verdict.conforms else result
