"""Kills a process that runs a scenario of `traces/`, at every moment of it, and looks at what the next one recovers.

python -m tests.crash [SCENARIO.toml ...] [--points N] [--lines N] [--seed N] [--at N] [--s3 moto]
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.blobs.backends import Backend, open_backend
from simulator.campaign import scenario as scenarios
from tests.crash.killing import Kill, kill, moments_of

TRACES = Path(__file__).parents[2] / "traces"

# A recovery has about as many moments.
_RECOVERY = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, recover, look; say how many points there were, and what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill at every moment, recover, look.")
    parser.add_argument("scenarios", nargs="*", type=Path, help="default: all of traces/")
    parser.add_argument("--points", type=int, help="about so many points, spread over the scenarios")
    parser.add_argument("--lines", type=int, default=0, help="in each scenario also at so many lines of code")
    parser.add_argument("--seed", type=int, default=0, help="chooses points, and when recoveries are killed")
    parser.add_argument("--s3", default="memory", help="where objects are: memory, or moto")
    parser.add_argument("--at", type=int, help="only at this moment")
    chosen = parser.parse_args(arguments)
    with open_backend(chosen.s3) as backend:
        return _kill_everywhere(chosen, backend)


def _kill_everywhere(chosen: argparse.Namespace, backend: Backend) -> int:
    start, choice = time.monotonic(), random.Random(chosen.seed)
    paths = chosen.scenarios or sorted(TRACES.rglob("*.toml"))
    if chosen.points is not None:
        paths = choice.sample(paths, min(chosen.points, len(paths)))
    killed = recoveries = failures = 0
    for path in paths:
        scenario = scenarios.load(path)
        whole = kill(backend, scenario, Kill(None))
        points = list(_points(len(whole.moments), choice))
        if chosen.lines:
            count = len(moments_of(backend, scenario, lines=True))
            lines = _points(count, choice, lines=True)
            points += choice.sample(list(lines), min(chosen.lines, count))
        if chosen.at is not None:
            points = [point for point in points if point.at == chosen.at]
        if chosen.points is not None:
            points = choice.sample(points, min(-(-chosen.points // len(paths)), len(points)))
        for point, result in ((Kill(None), whole), *((point, kill(backend, scenario, point)) for point in points)):
            killed += result.killed
            recoveries += point.again_at is not None
            if point.at is not None and not result.killed:
                result.problems.append("it was not killed: the run is not the same every time")
            failures += bool(result.problems)
            for problem in result.problems:
                sys.stdout.write(f"{path} --at {point.at} ({result.moments[-1]}), {point}: {problem}\n")
    sys.stdout.write(
        f"{killed} kills in {len(paths)} scenarios, {recoveries} recoveries were killed too: "
        f"{failures} failures ({time.monotonic() - start:.0f} s, seed {chosen.seed})\n"
    )
    return 1 if failures or not killed else 0


def _points(moments: int, choice: random.Random, *, lines: bool = False) -> Iterator[Kill]:
    for moment in range(moments):
        yield Kill(moment, choice.choice([None, choice.randrange(_RECOVERY)]), lines)


if __name__ == "__main__":
    sys.exit(main())
