"""What is known around the deviations of a verdict: the alignment row by row, its neighbours, the values of holes.

Lives here: `Account`, made of a verdict, its trace and, where it is at hand, what the diagram means. Must not live
here: one deviation (`context`), words (`deviation`).

Law: what is not asked for is not worked out.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

from simulator.conformance.verdict import Verdict
from simulator.events import Event
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expectation, Expected
from simulator.report.enclosing import Enclosing
from simulator.report.iterations import Iterations, Times
from simulator.report.notation import Notation
from simulator.report.sections import Entry, entries


class Account:
    """A verdict with what it is about.

    events: the trace. expectation: what the diagram means; without it fragments and iterations are not told.
    """

    def __init__(self, verdict: Verdict, events: Sequence[Event], expectation: Expectation | None = None) -> None:
        self.verdict = verdict
        self.events = events
        self.expectation = expectation
        self.data_notes = ("hnote", "rnote") if expectation is None else expectation.data_notes

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """The rows of the alignment."""
        return entries(self.verdict)

    @cached_property
    def enclosing(self) -> Enclosing:
        """The fragments of the diagram."""
        return Enclosing(self.expectation)

    @cached_property
    def _iterations(self) -> Iterations:
        return Iterations(self.enclosing)

    @cached_property
    def notation(self) -> Notation:
        """How events are written: with the lifelines in the order of the diagram."""
        return Notation.over((*(entry.expected for entry in self.entries if entry.expected is not None), *self.events))

    @cached_property
    def known(self) -> Mapping[str, str]:
        """The values that holes have in the end; not of those that are new in every iteration."""
        return {name: value for name, value in self.verdict.bindings.items() if isinstance(value, str)}

    @cached_property
    def last(self) -> Expected | None:
        """What the diagram has last in this alignment."""
        return next((entry.expected for entry in reversed(self.entries) if entry.wanted), None)

    def around(self, event: int) -> tuple[tuple[Expected, ...], Expected | None]:
        """What could have come instead of an unexpected event, by its number, and what the diagram has before it."""
        return self._around.get(event, ((), None))

    def alone(self, pattern: TextPattern, row: int) -> bool:
        """Whether each hole of a text has a value, or no other row than this could give it one."""
        return all(
            hole.name in self.known or (not hole.fresh and self._rows_of.get(hole.name, {row}) == {row})
            for hole in pattern.holes
        )

    @cached_property
    def _around(self) -> Mapping[int, tuple[tuple[Expected, ...], Expected | None]]:
        found = {}
        before: Expected | None = None
        for step in self.verdict.alignment:
            if step.kind == "unexpected":
                found[step.position] = (step.possible, before)
            elif step.kind in {"fits", "different", "missing"}:
                before = step.expected
        return found

    @cached_property
    def _rows_of(self) -> Mapping[str, set[int]]:
        """The rows that each hole occurs in."""
        found: dict[str, set[int]] = {}
        for row, entry in enumerate(self.entries):
            for text in entry.expected.patterns if entry.expected is not None else ():
                for hole in text.holes:
                    found.setdefault(hole.name, set()).add(row)
        return found

    @cached_property
    def times(self) -> Sequence[Times]:
        """For each row, how often the loops around it have begun."""
        return self._iterations.of([entry.expected for entry in self.entries])

    @cached_property
    def of_iterations(self) -> Mapping[str, Sequence[tuple[int, tuple[int, ...], str]]]:
        """Of each hole that is new in every iteration: in which row it has which value, and in which iteration."""
        found: dict[str, list[tuple[int, tuple[int, ...], str]]] = {}
        for row, entry in enumerate(self.entries):
            for name, value in entry.values.items():
                if self.enclosing.loop_of(name) is not None:
                    found.setdefault(name, []).append((row, self.iteration(name, row), value))
        return found

    def iteration(self, hole: str, row: int) -> tuple[int, ...]:
        """In which iteration of the loop that gives the hole new values a row stands."""
        loop = self.enclosing.loop_of(hole)
        return () if loop is None else self._iterations.iteration(loop, self.times[row])

    @cached_property
    def _next(self) -> Sequence[Expected | None]:
        """For each row, what the diagram has after it."""
        found: list[Expected | None] = []
        following: Expected | None = None
        for entry in reversed(self.entries):
            found.append(following)
            following = entry.expected if entry.wanted else following
        return found[::-1]

    @cached_property
    def _before(self) -> Sequence[int | None]:
        """For each row, the last row ahead of it that pairs an event of the trace with one of the diagram."""
        found: list[int | None] = []
        last: int | None = None
        for number, entry in enumerate(self.entries):
            found.append(last)
            last = number if entry.pairs else last
        return found

    def before(self, row: int) -> Entry | None:
        """The last row ahead of this one that pairs an event of the trace with one of the diagram."""
        number = self._before[row]
        return None if number is None else self.entries[number]

    def after(self, row: int) -> Expected | None:
        """What the diagram has after this row."""
        return self._next[row]
