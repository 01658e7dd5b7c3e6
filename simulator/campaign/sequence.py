"""One sequence of operations, run and watched.

Lives here: one operation on the real system and on the model side by side (`Watch`), a whole sequence judged by rules
(`play`), and where sequences run one after the other (`Series`). Must not live here: where sequences come from
(`strategies`), telling people (`telling`).
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulator.blobs.backends import Backend
from simulator.campaign.exercising import Ways
from simulator.campaign.fault_following import follow, with_felt
from simulator.campaign.judging import Judgement, Rules
from simulator.campaign.runner import private_folder
from simulator.campaign.step import Step, Tables
from simulator.campaign.system import Model, Outcome, Parts, Resettable, Session, System
from simulator.campaign.worded import Worded
from simulator.conformance.exploration import Behaviour, FailureKind
from simulator.discovery.rules import Rule
from simulator.events import Event, Operation


@dataclass(frozen=True, slots=True)
class Seen:
    """One operation that was watched.

    parts: what it consisted of. due, outcome: what must come back, and what did. events: what it did.
    kind, message: what went wrong, without regard to rules; None and empty where nothing did. plain: its parts without
    the faults that struck it, None where none did.
    """

    step: Step
    parts: Parts
    due: Outcome
    outcome: Outcome
    events: Sequence[Event]
    kind: FailureKind | None = None
    message: str = ""
    plain: Parts | None = None

    @property
    def has_rules(self) -> bool:
        """Whether there can be a rule: no diagram shows which part of an operation with several parts was struck."""
        return bool(self.parts) and (not self.outcome.felt or sum(map(len, self.parts)) == 1)


@dataclass(frozen=True, slots=True)
class Wrong:
    """The operation of a sequence that went wrong, how, and what the nearest rule says about it."""

    seen: Seen
    kind: FailureKind
    message: str
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Played:
    """A sequence, as far as it went: every operation, the rules that held for it (none: uncovered), what went wrong.

    ways: through these rules, of each operation that held.
    """

    seen: tuple[Seen, ...]
    held: tuple[tuple[Rule, ...], ...]
    ways: tuple[Ways, ...] = ()
    wrong: Wrong | None = None


@dataclass(slots=True)
class Watch:
    """The system and its model, going through the same steps.

    told: what the system did. made_up: names of the system, and what they name.
    """

    system: System
    session: Session
    model: Model
    told: list[Operation]
    made_up: dict[str, str] = field(default_factory=dict)

    def perform(self, step: Step) -> Seen:
        """Do one step on both and compare."""
        parts = self.session.parts(step) or self.model.parts(step)
        start = len(self.told)
        outcome = self.session.perform(step)
        if outcome.felt:
            return self.struck(step, parts, outcome, Worded(self.told[start:], self.system.word))
        due = self.model.perform(step, outcome.names)
        self.made_up.update({value: name for name, value in outcome.names.items()})
        events = Worded(self.told[start:], self.system.word)
        if not outcome.fits(due):
            message = f"{self.system.describe(step)} gave {outcome}, but {due} is due"
            return Seen(step, parts, due, outcome, events, "result", self.repeatable(message))
        if broken := self.session.violation(self.model):
            message = f"after {self.system.describe(step)}: {broken}"
            return Seen(step, parts, due, outcome, events, "invariant", self.repeatable(message))
        return Seen(step, parts, due, outcome, events)

    def struck(self, step: Step, parts: Parts, outcome: Outcome, events: Sequence[Event]) -> Seen:
        """Compare where faults have struck: the step has happened, or it has not."""
        self.made_up.update({value: name for name, value in outcome.names.items()})
        felt = with_felt(self.model, step, parts, outcome)
        followed = follow(self.model, self.session, step, outcome)
        self.model = followed.model
        message = f"{self.system.describe(step)} ({', '.join(outcome.felt)}): {followed.message}"
        message = self.repeatable(message) if followed.kind else ""
        return Seen(step, felt, followed.due, outcome, events, followed.kind, message, parts)

    def repeatable(self, message: str) -> str:
        """A message without the names that the system made up: they are others in the next run."""
        for value, name in self.made_up.items():
            message = message.replace(value, f"<{name}>")
        return message

    def behaviour(self, seen: Seen) -> Behaviour:
        """Which behaviour that was; of several parts the first."""
        return self.system.behaviour(seen.step, seen.parts[0][0].facts if seen.parts else ())


@dataclass(slots=True)
class Series:
    """A system on which one sequence after the other is watched, each from its first state; to be closed.

    folder: where files lie that steps name.
    """

    system: System
    tables: Tables
    folder: Path
    backend: Backend
    told: list[Operation] = field(default_factory=list)
    _running: ExitStack = field(default_factory=ExitStack)
    _session: Session | None = None

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch one sequence; nothing of it is left afterwards."""
        self.told.clear()
        session = self._session or self._start()
        try:
            yield Watch(self.system, session, self.system.model(self.tables, self.folder), self.told)
        finally:
            if isinstance(session, Resettable):
                session.reset()
            else:
                self.close()

    def _start(self) -> Session:
        private = self._running.enter_context(private_folder())
        session = self.system.start(self.tables, self.folder, self.backend, self.told.append, private)
        self._session = self._running.enter_context(closing(session))
        return session

    def close(self) -> None:
        """Stop the system, if it runs."""
        self._session = None
        self._running.close()


@contextmanager
def watching(system: System, tables: Tables, folder: Path, backend: Backend) -> Iterator[Watch]:
    """Watch one sequence on a system that is started for it; as `Series`."""
    with closing(Series(system, tables, folder, backend)) as series, series.watching() as watch:
        yield watch


def play(watch: Watch, steps: Sequence[Step], rules: Rules) -> Played:
    """Run a sequence until its end or until something is wrong."""
    seen: list[Seen] = []
    held: list[tuple[Rule, ...]] = []
    ways: list[Ways] = []
    for step in steps:
        now = watch.perform(step)
        seen.append(now)
        judgement = _judgement(rules, now)
        if now.kind:
            # What is remembered may speak of an earlier run; which one that is depends on the process.
            judgement = _judgement(rules.forgetful(), now)
        wrong = _wrong(watch, now, judgement)
        if wrong:
            return Played(tuple(seen), tuple(held), tuple(ways), wrong)
        held.append(judgement.parts if judgement else ())
        if judgement:
            ways.append(judgement.ways)
    return Played(tuple(seen), tuple(held), tuple(ways))


def _judgement(rules: Rules, now: Seen) -> Judgement | None:
    if not now.has_rules:
        return None
    judgement = rules.judge(now.step.do, now.parts, now.events)
    if judgement or now.plain is None or now.outcome.problem:
        return judgement
    # What did no harm need not show either.
    unharmed = rules.judge(now.step.do, now.plain, now.events)
    return unharmed if unharmed and unharmed.verdict.conforms else None


def is_cut_short(now: Seen, judgement: Judgement) -> bool:
    """Whether a crash came between, and until then all was as it should be."""
    silent = not any(event.is_data for event in now.events)
    return now.outcome.crashed and (silent or judgement.verdict.outcome == "prefix")


def _wrong(watch: Watch, now: Seen, judgement: Judgement | None) -> Wrong | None:
    if judgement and not judgement.verdict.conforms and not is_cut_short(now, judgement):
        behaviour = watch.behaviour(now)
        message = f"{watch.system.describe(now.step)} does not do what {behaviour.title!r} says"
        named = replace(judgement, verdict=replace(judgement.verdict, trace=behaviour.slug))
        return Wrong(now, "deviation", message, named)
    return Wrong(now, now.kind, now.message, judgement) if now.kind else None
