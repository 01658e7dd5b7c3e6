"""A job queue in a folder, and what it takes to explore it: its operations, their reference, its invariants."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from simulator import SimpleSystem, Stage, Step

# A job that is taken for so many seconds is taken by nobody any more.
PATIENCE = 60

FOLDERS = ("waiting", "running", "done", "failed")


class JobQueue:
    """A job is a file, the folder that it is in says how far it is, and what stands in it how often it failed."""

    def __init__(self, folder: Path, clock: Callable[[], float], attempts: int) -> None:
        self.folder = folder
        self.clock = clock
        self.attempts = attempts
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)

    def put(self, job: str) -> bool:
        """Add a job, unless it is there."""
        if any((self.folder / name / job).exists() for name in FOLDERS):
            return False
        temporary = self.folder / f"{job}.new"
        temporary.write_text("0")
        temporary.rename(self.folder / "waiting" / job)
        return True

    def take(self) -> str | None:
        """Take the first job that waits, by its name."""
        for path in sorted((self.folder / "waiting").iterdir()):
            os.utime(path, (self.clock(), self.clock()))
            path.rename(self.folder / "running" / path.name)
            return path.name
        return None

    def done(self, job: str) -> None:
        """End a job that was taken; any other raises `FileNotFoundError`."""
        (self.folder / "running" / job).rename(self.folder / "done" / job)

    def fail(self, job: str) -> None:
        """Let a job that was taken wait for its next attempt, as long as it has one; raises as `done`."""
        path = self.folder / "running" / job
        failures = int(path.read_text()) + 1
        path.write_text(str(failures))
        path.rename(self.folder / ("waiting" if failures < self.attempts else "failed") / job)

    def requeue(self) -> int:
        """Let jobs wait again that nobody ended in time."""
        late = [path for path in sorted((self.folder / "running").iterdir()) if self.is_late(path)]
        for path in late:
            path.rename(self.folder / "waiting" / path.name)
        return len(late)

    def is_late(self, path: Path) -> bool:
        """Whether a job was taken too long ago."""
        return path.stat().st_mtime + PATIENCE <= self.clock()


Job = Literal["a", "b"]


class Jobs:
    """The operations of sequences: those of a queue in a folder that is watched, and a clock that only we move."""

    queue = JobQueue

    def __init__(self, stage: Stage, *, attempts: int = 2) -> None:
        self.now = 0.0
        self.folder = stage.folder / "jobs"
        self.running = self.queue(self.folder, lambda: self.now, attempts)
        stage.watch("jobs", name="disk")

    def put(self, job: Job) -> bool:
        return self.running.put(job)

    def take(self) -> str | None:
        return self.running.take()

    def done(self, job: Job) -> None:
        self.running.done(job)

    def fail(self, job: Job) -> None:
        self.running.fail(job)

    def requeue(self) -> int:
        return self.running.requeue()

    def wait(self) -> None:
        self.now += PATIENCE

    def violations(self, model: "Reference") -> Iterator[str]:
        """Every job is in the one folder that it must be in, and nothing else is anywhere."""
        found = sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())
        if found != (due := sorted(f"{place}/{job}" for job, place in model.places.items())):
            yield f"there is {', '.join(found) or 'nothing'}, and should be {', '.join(due) or 'nothing'}"


class Reference:
    """The same on dictionaries: where each job is, how often it failed, which ones are late."""

    def __init__(self, *, attempts: int = 2) -> None:
        self.attempts = attempts
        self.places: dict[str, str] = {}
        self.failures: dict[str, int] = {}
        self.late: set[str] = set()

    def put(self, job: str) -> bool:
        if job in self.places:
            return False
        self.places[job], self.failures[job] = "waiting", 0
        return True

    def take(self) -> str | None:
        job = min(self.those("waiting"), default=None)
        return job and self.move(job, "running")

    def done(self, job: str) -> None:
        self.require(job)
        self.move(job, "done")

    def fail(self, job: str) -> None:
        self.require(job)
        self.failures[job] += 1
        self.move(job, "waiting" if self.failures[job] < self.attempts else "failed")

    def requeue(self) -> int:
        return len([self.move(job, "waiting") for job in sorted(self.late)])

    def wait(self) -> None:
        self.late = {*self.those("running")}

    def facts(self, step: Step) -> Iterator[str]:
        """What decides what is to be seen."""
        job = step.text("job")
        match step.do:
            case "put":
                yield "known" if job in self.places else "new"
            case "take":
                yield "some wait" if [*self.those("waiting")] else "none waits"
            case "done":
                yield self.places.get(job, "unknown") if self.places.get(job) == "running" else "not taken"
            case "fail":
                last = self.failures.get(job, 0) + 1 == self.attempts
                yield "not taken" if self.places.get(job) != "running" else "last attempt" if last else "has attempts"
            case "requeue":
                yield f"{len(self.late)} late"

    def meanings(self, step: Step) -> dict[str, str]:
        """The values in what is to be seen, besides those of the step and its answer."""
        late = dict(zip(("first", "second"), sorted(self.late), strict=False)) if step.do == "requeue" else {}
        first = min(self.those("waiting"), default="") if step.do == "take" else ""
        return {"first": first, **late}

    def those(self, place: str) -> Iterator[str]:
        return (job for job, each in self.places.items() if each == place)

    def move(self, job: str, place: str) -> str:
        self.late -= {job}
        self.places[job] = place
        return job

    def require(self, job: str) -> None:
        if self.places.get(job) != "running":
            raise FileNotFoundError(job)


JOBS = SimpleSystem(Jobs, Reference, caller="Queue")
