"""The smallest file with the same problem: lines are removed while it stays.

Lives here: removing. Must not live here: what a problem is (`survival`).
"""

from collections.abc import Callable
from dataclasses import replace

from tests.hostile.mutations import Mutant

MAX_TRIES = 300


def shrink(mutant: Mutant, fails: Callable[[Mutant], bool]) -> Mutant:
    """Remove as many lines as possible, many at once first, so that it still fails; that of few tries, if need be."""
    lines = mutant.content.split(b"\n")
    size, tries = len(lines) // 2, 0
    while size and tries < MAX_TRIES:
        start, before = 0, len(lines)
        while start < len(lines) and tries < MAX_TRIES:
            fewer = lines[:start] + lines[start + size :]
            tries += 1
            if fails(replace(mutant, content=b"\n".join(fewer))):
                lines = fewer
            else:
                start += size
        if len(lines) == before or size > 1:
            size //= 2
    return replace(mutant, content=b"\n".join(lines))
