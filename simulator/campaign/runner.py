"""Running a scenario: the steps of one file on the system, recorded.

Lives here: what is recorded when, and whether the expectations of steps hold. Must not live here: judging the trace
(`conformance`), what steps do (a `system.System`).

Laws: nothing of the run stays behind, also when it is interrupted. An expectation that does not hold is a finding and
the run goes on; nothing the system raises ends it.
"""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any

from simulator.blobs.backends import Backend
from simulator.campaign.content import Large, Sized, summary
from simulator.campaign.scenario import Scenario
from simulator.campaign.step import Step
from simulator.campaign.system import Outcome, Parts, Session, System, Value
from simulator.errors import Place
from simulator.events import Event, Operation, Trace
from simulator.recording.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation of a step that did not hold: where the step stands, and what came instead, in a sentence."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Span:
    """The events that one step caused, without its section mark: numbers from start up to, not including, stop.

    outcome: what it gave. parts: what held before it, where the system itself says so.
    """

    step: Step
    outcome: Outcome
    start: int
    stop: int
    parts: Parts | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What happened: the trace under the scenario's name, a span for every step, those of the setup empty, findings."""

    trace: Trace
    setup: tuple[Span, ...]
    spans: tuple[Span, ...]
    failures: tuple[Finding, ...]


def run(
    scenario: Scenario,
    backend: Backend,
    word: Callable[[Operation], Event] | None = None,
    *,
    system: System | None = None,
    told: Callable[[Session, Step, Outcome], object] = lambda *_: None,
) -> Run:
    """Run `scenario` in a fresh place of the backend.

    word: how operations are written as events; by default the system's own words. system: instead of its own.
    told: of every step when it is over.
    Raises `SimulatorError` where the backend cannot be used.
    """
    system = system or scenario.system
    tape = Tape(Recorder(scenario.name, word or system.word))
    setup: list[Span] = []
    spans: list[Span] = []
    failures: list[Finding] = []
    with (
        private_folder() as private,
        closing(system.start(scenario.tables, scenario.folder, backend, tape, private)) as session,
    ):
        for step in scenario.setup:
            outcome = session.perform(step)
            told(session, step, outcome)
            failures += findings(step, outcome)
            setup.append(Span(step, outcome, 0, 0))
        tape.on = True
        for step in scenario.steps:
            if step.section:
                tape.recorder.section(step.section)
            start, parts = tape.length, session.parts(step)
            outcome = session.perform(step)
            told(session, step, outcome)
            failures += findings(step, outcome)
            spans.append(Span(step, outcome, start, tape.length, parts))
        failures += (Finding(place, message) for place, message in session.loose_ends())
    return Run(tape.recorder.trace(), tuple(setup), tuple(spans), tuple(failures))


@dataclass(slots=True)
class Tape:
    """An observer that passes operations on to the recorder while it is on."""

    recorder: Recorder
    on: bool = field(default=False)

    def __call__(self, operation: Operation, /) -> None:
        """Pass it on."""
        if self.on:
            self.recorder(operation)

    @property
    def length(self) -> int:
        """How many events are recorded."""
        return len(self.recorder.events)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for one run in the system's place for temp files, removed at the end, whatever happens."""
    folder = Path(tempfile.gettempdir()) / f"simulator-{secrets.token_hex(8)}"
    # Ctrl-C can strike between any two steps, also of the removal, which then is done again.
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _as_given(expect: Any, value: object) -> Value:  # noqa: ANN401 - a step's value, never a list
    """What a step expects, which is text, as bytes where bytes came back."""
    return str(expect).encode() if isinstance(value, bytes | Large) else expect


def findings(step: Step, outcome: Outcome) -> Iterator[Finding]:
    """Where the outcome of a step is not what the step itself expects."""
    expect, error = step.arguments.get("expect"), step.text("error")
    came = f"{step.do} gave {outcome}"
    if "expect-missing" in step.arguments:
        if not outcome.missing and (outcome.problem or not (outcome.value is None or outcome.value is False)):
            yield Finding(step.place, f"expected that it is missing, but {came}")
    elif error:
        if error not in outcome.problem:
            yield Finding(step.place, f"expected an error with {error!r}, but {came}")
    elif outcome.problem:
        yield Finding(step.place, f"{step.do} failed: {outcome.problem}")
    elif expect is not None and not outcome.fits(Outcome(_as_given(expect, outcome.value))):
        yield Finding(step.place, f"expected {expect!r}, but {came}")
    elif "expect-size" in step.arguments:
        size = int(step.text("expect-size"))
        if outcome.value != summary(BufferedReader(Sized(size))):
            yield Finding(step.place, f"expected what is written by size = {size}, but {came}")
