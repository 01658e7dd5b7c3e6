"""Judges random small cases twice, by the product and by brute force, and shows what they disagree on, made small.

python -m tests.agreement [--cases N] [--seed N] [--show N]

Each case has a seed of its own, counted from `--seed`: `--cases 1 --seed N` judges one again.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from tests.agreement.cases import draw_case, operators
from tests.agreement.comparing import Stopped, disagreement, shrink
from tests.conformance.brute_force import TooLarge


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, judge twice, compare; say how many cases of which kind there were."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description="Judge small cases twice.")
    parser.add_argument("--cases", type=int, default=100_000, help="how many to judge (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    parser.add_argument("--show", type=int, default=3, help="stop after so many disagreements (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    start, seed = time.monotonic(), chosen.seed
    kinds = Counter[str]()
    failures = 0
    while kinds["cases"] < chosen.cases and failures < chosen.show:
        case = draw_case(Random(seed))
        try:
            found = disagreement(case)
        except TooLarge:
            kinds["too large"] += 1
        except Stopped:
            kinds["stopped"] += 1
            sys.stdout.write(f"--seed {seed}: the product stopped at its work limit\n")
        else:
            kinds.update(["cases", *operators(case), case.order])
            if found:
                failures += 1
                sys.stdout.write(f"--seed {seed}\n{shrink(found)}\n\n")
        seed += 1
    told = ", ".join(f"{name} {count}" for name, count in sorted(kinds.items()))
    sys.stdout.write(f"{failures} disagreements; {told} ({time.monotonic() - start:.0f} s, seed {chosen.seed})\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
