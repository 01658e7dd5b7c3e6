"""One deviation with what is around it, and which deviations are told together.

Lives here: `Context`, one row of an `Account`. Must not live here: words (`deviation`), what would change (`patch`).

Law: every deviation of a verdict has one context, in the order of the alignment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.conformance.verdict import Deviation, Value
from simulator.events import Event
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Expected
from simulator.report.account import Account
from simulator.report.fragments import fragments
from simulator.report.notation import Notation
from simulator.report.sections import Entry

_TOGETHER = frozenset({"missing", "unexpected", "forbidden"})


def contexts(account: Account) -> "Iterator[Context]":
    """Every deviation with what is around it."""
    rows = enumerate(account.entries) if account.verdict.deviations else ()
    return (Context(account, number) for number, entry in rows if entry.deviation is not None)


def runs(account: Account) -> "Iterator[tuple[Context, ...]]":
    """The deviations, those together that are of one kind and come one after the other."""
    run: list[Context] = []
    for context in contexts(account):
        if run and not _continues(run[-1], context):
            yield tuple(run)
            run = []
        run.append(context)
    if run:
        yield tuple(run)


@dataclass(frozen=True, slots=True)
class Context:
    """One deviation with what is around it; row: its number in `account.entries`."""

    account: Account
    row: int

    @property
    def entry(self) -> Entry:
        """Its row of the alignment."""
        return self.account.entries[self.row]

    @property
    def deviation(self) -> Deviation:
        """The deviation itself."""
        deviation = self.entry.deviation
        if deviation is None:
            raise ValueError(f"row {self.row} deviates in nothing")
        return deviation

    @property
    def notation(self) -> Notation:
        """How events are written."""
        return self.account.notation

    @property
    def before(self) -> tuple[int, Event] | None:
        """The last event ahead of the deviation that the diagram has too, maybe a little different; with its number."""
        entry = self.account.before(self.row)
        return (entry.event, self.account.events[entry.event]) if entry and self._in_trace(entry.event) else None

    @property
    def instead(self) -> Event | None:
        """The event of the trace at the number of the deviation; None at the end of the trace."""
        number = self.deviation.event
        return self.account.events[number] if self._in_trace(number) else None

    @property
    def next(self) -> tuple[Expected, ...]:
        """What the diagram allows next: of an unexpected event what could have come instead; none at its end."""
        following = self.account.after(self.row)
        return self.entry.possible or (() if following is None else (following,))

    @property
    def around(self) -> tuple[str, ...]:
        """The fragments around it, outermost first; with no expectation at hand, the frames."""
        here: Expected | None = self.entry.expected
        row, beside = self.row, None
        if here is None:
            # Between two events of the diagram: what is around both.
            entry = self.account.before(row)
            here = entry.expected if entry is not None else None
            beside = self.entry.possible[0] if self.entry.possible else None
            if beside is None:
                return tuple(f"group {frame!r}" for frame in self.deviation.frames)
        if here is None or not self.account.enclosing.knows(here):
            return tuple(f"group {frame!r}" for frame in self.deviation.frames)
        one = fragments(self.account.enclosing, here, self.account.times[row], beside)
        # A mark is not in its own group, what stands beside it may be.
        other = fragments(self.account.enclosing, beside, self.account.times[row], here) if beside is not None else one
        return max(one, other, key=len)

    @property
    def in_loop(self) -> bool:
        """Whether an unexpected event stands between two events of one iteration, or of one loop."""
        entry = self.account.before(self.row)
        if entry is None or entry.expected is None or not self.entry.possible:
            return False
        loops = self.account.enclosing.loops(self.entry.possible[0])
        return any(loop is other for loop in self.account.enclosing.loops(entry.expected) for other in loops)

    @property
    def values(self) -> Mapping[str, str]:
        """The values that say which words differ: those of the end, and of this iteration."""
        values = {**self.account.known, **{name: each for name, each in self.bindings.items() if isinstance(each, str)}}
        names = dict.fromkeys(hole.name for text in self._patterns for hole in text.holes)
        for name in names:
            here = self.account.iteration(name, self.row)
            values |= ((name, value) for _, key, value in self.account.of_iterations.get(name, ()) if key == here)
        return values

    @property
    def bindings(self) -> Mapping[str, Value]:
        """The values known just before; of a hole that is new in every iteration those of all iterations so far."""
        by_iteration = self.account.of_iterations
        return {
            name: tuple({key: each for row, key, each in by_iteration[name] if row < self.row}.values())
            if name in by_iteration
            else value
            for name, value in self.deviation.bindings.items()
        }

    @property
    def _patterns(self) -> tuple[TextPattern, ...]:
        return self.entry.expected.patterns if self.entry.expected is not None else ()

    def _in_trace(self, number: int) -> bool:
        return number < len(self.account.events)


def _continues(before: Context, context: Context) -> bool:
    return before.row + 1 == context.row and before.deviation.kind == context.deviation.kind in _TOGETHER
