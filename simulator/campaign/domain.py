"""A small world to look at completely: few steps, and the ways to rename what is in them.

Lives here: the record that a system gives. Must not live here: going through it (`exhaustive`).

Law: renaming a sequence of steps changes nothing about it but names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.campaign.step import Step

# Which step becomes of each, by number.
Renaming = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """Steps, and their renamings: a group, the identity first."""

    steps: tuple[Step, ...]
    renamings: tuple[Renaming, ...]


def domain(steps: Iterable[Step], renamings: Sequence[Mapping[str, str]] = ()) -> Domain:
    """A domain of these steps, each once.

    renamings: texts by the texts that they take the place of, in every argument; what comes of a step is a step too.
    """
    once: list[Step] = []
    for step in steps:
        if step not in once:
            once.append(step)
    return Domain(
        tuple(once), tuple(tuple(once.index(_renamed(step, names)) for step in once) for names in ({}, *renamings))
    )


def _renamed(step: Step, names: Mapping[str, str]) -> Step:
    arguments = {name: names.get(str(value), value) for name, value in step.arguments.items()}
    return Step(step.do, arguments)
