"""Exploring: what is explored where, and what of it is kept as files.

Lives here: what `explore` does with pairs of diagrams and scenarios, in which order. Must not live here: reading them
(`api`), the exploration itself (`campaign.machine`), wording (`report`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.campaign import machine, saving
from simulator.campaign import scenario as scenarios
from simulator.campaign.breakable import Breakable
from simulator.campaign.examples import Pair
from simulator.campaign.loading import Systems
from simulator.campaign.replay import replay
from simulator.campaign.standing import Progress
from simulator.campaign.system import System
from simulator.config import Configuration
from simulator.conformance.exploration import Exploration, Replay
from simulator.errors import BackendError, ConfigurationError, SimulatorError
from simulator.meaning import DiagramFile
from simulator.report.result import Campaign, Replayed
from simulator.where import Where, service_for

# More than the shipped diagrams need.
_FAULTS = 20_000

# Where failures are saved unless told otherwise, below the current folder.
FAILURES = Path(".simulator/failures")


def explored(  # noqa: PLR0913 - one for each option of the command
    pairs: Sequence[Pair],
    where: Where,
    settings: Configuration,
    *,
    seed: int,
    workers: int,
    seconds: float | None,
    sequences: int | None,
    depth: int,
    faults: bool,
    output: Path | None,
    accept: Path | None,
    progress: Progress | None,
) -> Campaign:
    """Explore, and save what was found: failures always, what is uncovered in `accept`, else in `output`.

    Where nobody names a service, the search runs on `memory`, which is quick, and what it comes to is confirmed on the
    default.

    Raises `SimulatorError` where the service cannot be used, or nothing is left to explore.
    """
    began = time.perf_counter()
    system = _one_system(pairs)
    if faults and not isinstance(system, Breakable):
        raise ConfigurationError(f"the system {system.name!r} knows no faults", hint="leave out --faults")
    # What other systems do with S3 is seen by hooks that memory has not.
    quick = system.uses_s3 and not system.name and not where.names_service()
    searched = replace(where, s3="memory") if quick else where
    with searched.backend(searched.settings()) as backend:
        found = machine.explore(
            pairs,
            service_for(system, backend),
            seed=seed,
            system=system,
            workers=workers,
            depth=depth,
            seconds=seconds,
            sequences=machine.SEQUENCES if sequences is None else sequences,
            faults=_FAULTS if faults else 0,
            reopen=searched.opener(searched.settings(), system),
            confirmed_on=where.opener(settings, system) if quick else None,
            progress=progress,
        )
    if found.left_out == len(pairs) and not found.interrupted:
        raise ConfigurationError(
            f"nothing was explored: what the scenarios need, exploring does not know, or {found.backend} cannot do",
            hint="name other diagrams, or another service with --s3",
        )
    campaign = _saved(found, output, accept or output, began)
    return replace(campaign, fail_under=settings.fail_under)


def _saved(found: Exploration, output: Path | None, uncovered: Path | None, began: float) -> Campaign:
    """What cannot be saved is among the errors."""
    saved: dict[str, str] = {}
    drawn: list[str] = []
    errors: list[SimulatorError] = []
    try:
        for failure in found.failures:
            saved[failure.name] = str(saving.save_failure(failure, output or FAILURES))
        if uncovered:
            drawn.extend(str(saving.save_uncovered(each, uncovered)) for each in found.uncovered)
    except SimulatorError as error:
        errors.append(error)
    return Campaign(found, saved, tuple(drawn), tuple(errors), time.perf_counter() - began)


def pairs_of(files: Sequence[DiagramFile], systems: Systems) -> list[Pair]:
    """The diagrams that have scenarios, with these. Raises `SimulatorError` where a scenario is wrong, or none is."""
    beside = [(file, scenarios.load(file.scenario, systems)) for file in files if file.scenario]
    if not beside:
        raise ConfigurationError(
            "no diagram with a scenario beside it: there is nothing to learn from", hint="name a folder that has some"
        )
    return [Pair(file.picked(scenario), scenario) for file, scenario in beside]


def _one_system(pairs: Sequence[Pair]) -> System:
    """What all of the scenarios are of."""
    of = {pair.scenario.system.name: pair.scenario for pair in pairs}
    if len(of) > 1:
        raise ConfigurationError(
            f"these scenarios are of {len(of)} systems, and one is explored at a time: "
            + ", ".join(f"{name or 'the blob manager'} ({each.name}.toml)" for name, each in of.items()),
            hint="name the diagrams of one of them",
        )
    return pairs[0].scenario.system


def one_folder(paths: Sequence[str]) -> Path:
    """The folder that all of the paths are or lie in."""
    files = (Path(path.partition("#")[0]) for path in paths)
    folders = list(dict.fromkeys(file if file.is_dir() else file.parent for file in files))
    if len(folders) > 1:
        raise ConfigurationError(
            f"what is found can be accepted into one folder, and {len(folders)} are explored",
            expected=tuple(map(str, folders)),
            hint="explore one of them, or draw into a folder with -o",
        )
    return folders[0]


def saved_failures(paths: Sequence[str] = ()) -> Sequence[str]:
    """These, else all in `.simulator/failures/`. Raises `ConfigurationError` where there is none."""
    found = paths or [str(path) for path in sorted(FAILURES.glob("*.toml"))]
    if not found:
        raise ConfigurationError(f"no failure is saved in {FAILURES}", hint="`simulator explore` saves what it finds")
    return found


def replayed(
    paths: Sequence[str], find: Callable[[str], Path], where: Where, progress: Callable[[str, int, int], None]
) -> Replayed:
    """Run saved failures again; find: gives the file that a path means. What is wrong with one is in `errors`."""
    settings = where.settings()
    systems = where.systems(settings)
    replays: list[Replay] = []
    errors: list[SimulatorError] = []
    began = time.perf_counter()
    with where.backend(settings) as backend:
        try:
            for number, path in enumerate(paths):
                progress(path, number, len(paths))
                try:
                    service = backend() if where.trust else service_for(systems.default, backend)
                    replays.append(replay(saving.require_saved(find(path)), service, systems))
                except BackendError:
                    raise
                except SimulatorError as error:
                    errors.append(error)
        except KeyboardInterrupt:
            return Replayed(tuple(replays), tuple(errors), time.perf_counter() - began, interrupted=True)
    return Replayed(tuple(replays), tuple(errors), time.perf_counter() - began)
