"""The job queue of `jobs/` is explored as the blob manager is: what its diagrams leave out is drawn, bugs are found."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Step, api
from simulator.blobs.backends import NO_SERVICE
from simulator.campaign.examples import Pair
from simulator.campaign.loading import Systems
from simulator.campaign.machine import explore
from simulator.campaign.scenario import load
from simulator.campaign.simple_system import SimpleSystem
from simulator.conformance.exploration import Exploration
from simulator.diagram.parser import parse_file
from simulator.errors import ConfigurationError
from simulator.interaction.lower import lower
from tests.examples.jobs.jobs import JOBS, JobQueue, Jobs, Reference

EXAMPLE = Path(__file__).parent / "jobs"


class LosesAttempts(JobQueue):
    """Does not write down that a job failed."""

    def fail(self, job: str) -> None:
        (self.folder / "running" / job).rename(self.folder / "waiting" / job)


class NeverGivesUp(JobQueue):
    """Counts the attempts from nought where it should from one."""

    def fail(self, job: str) -> None:
        path = self.folder / "running" / job
        failures = int(path.read_text()) + 1
        path.write_text(str(failures))
        path.rename(self.folder / ("waiting" if failures <= self.attempts else "failed") / job)


class Impatient(JobQueue):
    """Takes every job that runs for late."""

    def is_late(self, path: Path) -> bool:
        return True


class PutsInPlace(JobQueue):
    """Lets others see a job that is not written yet."""

    def put(self, job: str) -> bool:
        if any(self.folder.glob(f"*/{job}")):
            return False
        (self.folder / "waiting" / job).write_text("0")
        return True


class TakesTwice(JobQueue):
    """Leaves a job where it waits, if it is not the only one."""

    def take(self) -> str | None:
        waiting = sorted((self.folder / "waiting").iterdir())
        if len(waiting) < 2:
            return JobQueue.take(self)
        shutil.copyfile(waiting[0], self.folder / "running" / waiting[0].name)
        return waiting[0].name


def jobs(queue: type[JobQueue], *, modelled: bool = True) -> SimpleSystem:
    """The system with another queue in it; without its model it tells facts and violations itself."""
    if modelled:
        return SimpleSystem(type("Planted", (Jobs,), {"queue": queue}), Reference, caller="Queue")
    return SimpleSystem(type("Alone", (Alone,), {"queue": queue}), caller="Queue")


class Alone(Jobs):
    """Jobs without a model."""

    def facts(self, step: Step) -> Iterator[str]:
        if job := step.text("job"):
            yield next((f"{path.parent.name} {path.read_text()}" for path in self.folder.glob(f"*/{job}")), "unknown")
        else:
            yield f"{len(list((self.folder / 'waiting').iterdir()))} wait"
            yield f"{sum(map(self.running.is_late, (self.folder / 'running').iterdir()))} late"

    def violations(self, model: object) -> Iterator[str]:
        assert model is None
        if any(self.folder.glob("*.new")):
            yield "there is a temporary file"


def explored(system: SimpleSystem, sequences: int, *, first: bool = False) -> Exploration:
    """What exploring with the diagrams of the example finds."""
    pairs = [
        Pair(tuple(lower(diagram, path.name) for diagram in parse_file(path)), load(path.with_suffix(".toml"), of))
        for of in [Systems(system)]
        for path in sorted((EXAMPLE / "traces").glob("*.puml"))
    ]
    return explore(pairs, NO_SERVICE, sequences=sequences, system=system, first=first)


BUGS = [
    (LosesAttempts, "deviation", "put take fail"),
    (NeverGivesUp, "invariant", "put take fail take fail"),
    (Impatient, "result", "put take requeue"),
    (PutsInPlace, "deviation", "put"),
    (TakesTwice, "deviation", "put put take"),
]


@pytest.mark.parametrize(("queue", "kind", "operations"), BUGS)
def test_bugs_are_found_and_shrunk(queue: type[JobQueue], kind: str, operations: str) -> None:
    """Each planted bug fails, in the fewest operations there are."""
    failures = explored(jobs(queue), 30, first=True).failures
    assert [(each.kind, operations_of(each.sequence)) for each in failures] == [(kind, operations)]


def operations_of(sequence: Sequence[str]) -> str:
    """Without their arguments."""
    return " ".join(step.split()[0] for step in sequence)


def test_without_a_bug_nothing_fails() -> None:
    """The queue does what its diagrams and its model say, also with other options than the usual."""
    found = explored(JOBS, 30)
    assert (found.passed, found.backend) == (True, "no S3")
    titles = {each.behaviour.title: operations_of(each.sequence) for each in found.uncovered}
    assert titles["Fail, last attempt"] == "put take fail take fail"


def test_without_a_model_events_and_invariants_are_judged() -> None:
    """Where only the system says what holds, what it gives is not judged; what it does is."""
    found = explored(jobs(JobQueue, modelled=False), 3)
    assert not found.failures
    assert {each.behaviour.title: operations_of(each.sequence[-1:]) for each in found.uncovered}
    (failure, *_) = explored(jobs(PutsInPlace, modelled=False), 3).failures
    assert (failure.kind, failure.sequence) == ("deviation", ("put a",))


def test_faults_that_nobody_knows_are_refused() -> None:
    """Rather than left out."""
    with pytest.raises(ConfigurationError, match="'jobs:JOBS' knows no faults"):
        api.explore(str(EXAMPLE / "traces"), system=replace(JOBS, name="jobs:JOBS"), faults=True)


def test_what_is_uncovered_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of the example nobody has to say what is explored, and what is drawn can be checked."""
    shutil.copytree(EXAMPLE, tmp_path / "jobs")
    monkeypatch.chdir(tmp_path / "jobs")
    campaign = api.explore(output=Path("found"))
    assert (campaign.status, campaign.errors) == (0, ())
    assert "found/fail-last-attempt.puml" in campaign.drawn
    report = api.check_paths(["traces", "found"])
    assert {result.verdict.outcome for result in report.results if result.verdict} == {"conforms"}
    assert len(report.results) == len(campaign.drawn) + 2
