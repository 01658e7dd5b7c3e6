"""Reads hostile diagrams: real ones changed in every way that may hurt, and looks at what becomes of each.

python -m tests.hostile [--files FOLDER] [--count N] [--seed N] [--workers N] [--at N] [--memory MIB] [--save FOLDER]

Every file has to end in a diagram or a `DiagramError`, within a time and a memory. What fails is made as small as
possible and saved, and the exit status is 1.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

from simulator.diagram.files import SUFFIXES
from tests.golden.loader import load
from tests.hostile.mutations import MUTATIONS, Mutant, mutant
from tests.hostile.shrinking import shrink
from tests.hostile.survival import SECONDS, Outcome, look, make_folder

TRACES = Path(__file__).parents[2] / "traces"

# What a worker does between two answers.
_BATCH = 100

# Of one problem, so many files are made small and saved.
_EXAMPLES = 2

# Of one problem, so many numbers are told.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a file, and the smallest that shows it."""

    number: int
    made_by: tuple[str, ...]
    problem: str
    name: str
    content: bytes


@dataclass(slots=True)
class Tally:
    """What became of many files; peak: of memory, in MiB, beyond what the process had before the first."""

    made: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
    peak: tuple[float, int] = (0.0, 0)
    failures: list[Failure] = field(default_factory=list)

    def add(self, number: int, made_by: tuple[str, ...], outcome: Outcome) -> None:
        """Count a file in all, and for each change made to it."""
        for name in ("", *made_by):
            self.made[name] += 1
            self.read[name] += outcome.diagrams > 0
            self.refused[name] += outcome.errors > 0
        self.slowest = max(self.slowest, (outcome.seconds, number, made_by))

    def take(self, other: "Tally") -> None:
        """Add what another process counted."""
        self.made.update(other.made)
        self.read.update(other.read)
        self.refused.update(other.refused)
        self.slowest, self.peak = max(self.slowest, other.slowest), max(self.peak, other.peak)
        self.failures += other.failures


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, read, look; say what became of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description="Read hostile diagrams.")
    parser.add_argument("--files", type=Path, help="a folder of diagrams to change (default: those of the repository)")
    parser.add_argument("--count", type=int, default=100_000, help="how many hostile files (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the changes (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="how many processes (default: %(default)s)")
    parser.add_argument("--at", type=int, help="only the file of this number")
    parser.add_argument("--memory", type=int, default=500, help="MiB a process may take more (default: %(default)s)")
    parser.add_argument("--save", type=Path, default=Path(".simulator/hostile"), help="where failures are saved")
    chosen = parser.parse_args(arguments)
    files = diagrams(chosen.files)
    numbers = range(chosen.count) if chosen.at is None else range(chosen.at, chosen.at + 1)
    start, tally = time.monotonic(), Tally()
    for part in _tallies(chosen, files, numbers):
        tally.take(part)
        if sys.stderr.isatty():
            failed = f", {len(tally.failures)} failures" if tally.failures else ""
            sys.stderr.write(f"\r{tally.made['']} of {len(numbers)}{failed} ")
            sys.stderr.flush()
    sys.stdout.write("\n".join(_told(tally, list(_saved(tally, chosen.save)))) + "\n")
    failures = len(tally.failures)
    sys.stdout.write(
        f"{failures} failures ({time.monotonic() - start:.0f} s, seed {chosen.seed}, {len(files)} files)\n"
    )
    return 1 if failures or not tally.made else 0


def diagrams(folder: Path | None = None) -> list[bytes]:
    """The files of a folder that may hold diagrams; without one, those of `traces/` and the golden cases."""
    paths = sorted(path for path in (folder or TRACES).rglob("*") if path.suffix in SUFFIXES and path.is_file())
    found = [path.read_bytes() for path in paths]
    if folder is None:
        cases = chain(load("diagram"), load("preprocess"), load("interaction"), load("mermaid"))
        texts = (case.input.replace("⇥", "\t") for case in cases)
        found += [(text if "@start" in text else f"@startuml\n{text}\n@enduml\n").encode() for text in texts]
    return found


def _tallies(chosen: argparse.Namespace, files: Sequence[bytes], numbers: range) -> Iterator[Tally]:
    batches = [numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH)]
    run = partial(_run, chosen.seed, chosen.memory)
    with ProcessPoolExecutor(chosen.workers, initializer=_FILES.extend, initargs=(files,)) as pool:
        yield from pool.map(run, batches)


# Those of a worker.
_FILES: list[bytes] = []


def _run(seed: int, memory: int, numbers: range) -> Tally:
    """Look at these files, in a process that may not take more memory than that."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as around:
        folder = make_folder(Path(around).resolve())
        before = _taken()
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        for number in numbers:
            hostile = mutant(_FILES, seed, number)
            resource.setrlimit(resource.RLIMIT_DATA, (int((before + memory) * 2**20), most))
            outcome = look(folder, hostile)
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            tally.add(number, hostile.made_by, outcome)
            tally.peak = max(tally.peak, (_taken() - before, number))
            if outcome.problem:
                kind = outcome.problem.partition(":")[0]
                if sum(each.problem.startswith(kind) for each in tally.failures) < _EXAMPLES:
                    hostile = shrink(hostile, partial(_fails_so, folder, kind))
                failure = Failure(number, hostile.made_by, outcome.problem, hostile.name, hostile.content)
                tally.failures.append(failure)
    return tally


def _fails_so(folder: Path, kind: str, hostile: Mutant) -> bool:
    return look(folder, hostile).problem.startswith(kind)


def _taken() -> float:
    """The most memory that this process took so far, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def _told(tally: Tally, saved: Sequence[str]) -> Iterator[str]:
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    for name in ("", *MUTATIONS):
        made, read, refused = tally.made[name], tally.read[name], tally.refused[name]
        yield f"{name or 'all':10} {made:7} files: {read:7} diagrams, {refused:7} errors"
    seconds, number, made_by = tally.slowest
    yield f"slowest: {seconds:.2f} s of {SECONDS:.0f} s, --at {number} ({', '.join(made_by)})"
    yield f"memory: at most {tally.peak[0]:.0f} MiB more, --at {tally.peak[1]}"
    yield from saved


def _saved(tally: Tally, folder: Path) -> Iterator[str]:
    """Save the smallest file of each problem."""
    smallest: dict[str, Failure] = {}
    for each in tally.failures:
        kind = each.problem.partition(":")[0]
        if kind not in smallest or len(each.content) < len(smallest[kind].content):
            smallest[kind] = each
    for kind, each in smallest.items():
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{each.number}-{each.name}"
        path.write_bytes(each.content)
        numbers = [str(failure.number) for failure in tally.failures if failure.problem.partition(":")[0] == kind]
        yield f"{len(numbers)} times, --at {each.number} ({', '.join(each.made_by)}), saved as {path}:"
        yield f"  {each.problem[:500]}"
        yield f"  the first: {', '.join(numbers[:_TOLD])}"


if __name__ == "__main__":
    sys.exit(main())
