"""Results that say the same: many traces of a log that one diagram allows, or that deviate from it alike.

Lives here: which results are told together. Must not live here: how they are told (`text`, `json_report`), several
services (`matrix`).

Laws: every result is in exactly one group, in order. In a group the diagram, the outcome and the deviations are equal:
their kinds, their places, and what the trace has there, values of holes aside. What has run on a service, or was not
judged, is alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.conformance.verdict import Deviation, Value
from simulator.report.result import Result
from simulator.report.rewording import with_holes

NAMED = 3
"""How many traces of a group are named."""


@dataclass(frozen=True, slots=True)
class Group:
    """Results that say the same, at least one; the first stands for all."""

    results: tuple[Result, ...]

    @property
    def first(self) -> Result:
        """The one that is shown."""
        return self.results[0]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.results)

    @property
    def traces(self) -> tuple[str, ...]:
        """The names of the first few traces."""
        return tuple(result.trace for result in self.results[:NAMED])

    def __str__(self) -> str:
        """Name the traces."""
        if self.count == 1:
            return f"trace {self.first.trace}"
        return f"{self.count} traces ({', '.join(self.traces)}{', ...' if self.count > NAMED else ''})"


def groups(results: Iterable[Result]) -> Sequence[Group]:
    """Put together what says the same, in the order of the first of each."""
    alike: dict[object, list[Result]] = {}
    for result in results:
        alike.setdefault(_told(result), []).append(result)
    return [Group(tuple(each)) for each in alike.values()]


def ranked(results: Iterable[Result]) -> Sequence[Group]:
    """The same, what is to be looked at first in front."""
    return sorted(groups(results), key=lambda group: _RANKS.index(group.first.outcome))


_RANKS = ("deviates", "prefix", "inconclusive", "conforms", None)


def _told(result: Result) -> object:
    verdict = result.verdict
    if verdict is None or result.s3 or result.failures:
        return id(result)
    names = _names(verdict.bindings.items()) if verdict.deviations else {}
    deviations = tuple(_key(deviation, names) for deviation in verdict.deviations)
    return result.diagram, verdict.outcome, verdict.reason, verdict.bound, deviations


def _names(bindings: Iterable[tuple[str, Value]]) -> dict[str, str]:
    """The name of the hole that has each value."""
    return {each: name for name, value in bindings for each in ((value,) if isinstance(value, str) else value)}


def _key(deviation: Deviation, names: dict[str, str]) -> object:
    actual = deviation.actual
    if actual is None:
        return deviation.kind, deviation.place
    texts = (actual.label, actual.text, *(note.text for note in actual.notes))
    same = (actual.kind, actual.source, actual.target, actual.line, actual.on, actual.shape)
    shapes = tuple(note.shape for note in actual.notes)
    return deviation.kind, deviation.place, same, shapes, tuple(with_holes(text, names) for text in texts)
