"""What one command found, as every writer of reports gets it.

Lives here: frozen records and what follows from them alone (exit status, counts). Must not live here: wording (`text`),
formats (`json_report`), judgement.

Law: the counts of `Report.summary` add up to the number of results, and the status is 0 exactly when at least one
result conforms, every judged one does, what must be exercised is, and nothing the user gave was wrong.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulator.conformance.coverage import NOTHING, Coverage
from simulator.conformance.exploration import Exploration, Replay
from simulator.conformance.strength import Strength
from simulator.conformance.verdict import Outcome, Verdict
from simulator.diagram.ast import SequenceDiagram
from simulator.errors import Place, SimulatorError
from simulator.events import Event, Trace
from simulator.interaction.terms import Expectation

Status = Literal[0, 1, 2, 130]


NO_SCENARIO = "no scenario beside it"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about a place in the user's files: a warning, or a step that did not give what it expects."""

    place: Place
    message: str

    def __str__(self) -> str:
        """Write `file:line:column: message`."""
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Result:
    """One trace judged by one diagram.

    diagram: its path as the user gave it, with `#name` where a file holds several.
    trace: its name in the log, or the stem of the scenario; empty when nothing was run.
    verdict: None when the diagram was not run, because no scenario stands beside it.
    seconds: how long running and judging took.
    failures: scenario steps that did not give what they expect (`expect`, `expect-missing`, `error`).
    warnings: what was read but has no effect, one line each.
    events: the trace itself, for reports that show it.
    not_run: why there is no verdict.
    s3: the service it was run on; empty when nothing was to be run.
    expectation: what the diagram means, for reports that show where in it something stands.
    candidates: how many diagrams might have allowed the trace; of those that do not, this is the nearest.
    strength: what the diagram notices of changes of the trace; None where that was not asked, or it does not conform.
    """

    diagram: str
    trace: str = ""
    verdict: Verdict | None = None
    seconds: float = 0.0
    failures: tuple[Remark, ...] = ()
    warnings: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    not_run: str = NO_SCENARIO
    s3: str = ""
    expectation: Expectation | None = field(default=None, repr=False)
    candidates: int = 1
    strength: Strength | None = None

    @property
    def outcome(self) -> Outcome | None:
        """The verdict's outcome; `deviates` where the diagram allows the trace but a step failed; None if not run."""
        if self.verdict is None:
            return None
        return "deviates" if self.failures and self.verdict.conforms else self.verdict.outcome

    @property
    def reason(self) -> str:
        """Why the outcome is what it is where deviations do not say it: the verdict's reason, or the failed steps."""
        if self.verdict is not None and self.verdict.reason:
            return self.verdict.reason
        return "; ".join(str(failure) for failure in self.failures)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many results came out how."""

    conforms: int = 0
    deviates: int = 0
    prefix: int = 0
    inconclusive: int = 0
    not_run: int = 0

    @property
    def judged(self) -> int:
        """How many results carry a verdict."""
        return self.conforms + self.deviates + self.prefix + self.inconclusive


@dataclass(frozen=True, slots=True)
class Written:
    """A diagram as its author wrote it: its tree, and the text of its file."""

    diagram: SequenceDiagram
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one `check` found.

    results: in the order of the arguments, and of the traces in a log.
    errors: wrong input met on the way; the rest was judged all the same.
    seed: of the random choices made, if any were.
    warnings: about what was read as a whole (a log whose last line is cut off), one line each.
    interrupted: the user stopped the command; results holds what was found until then.
    coverage: which parts of the diagrams that traces were judged by were exercised. fail_under: the least percentage of
    them that must be; 0 asks for nothing.
    diagrams: by `Result.diagram`, for reports that show them.
    """

    results: tuple[Result, ...] = ()
    errors: tuple[SimulatorError, ...] = ()
    seed: int | None = None
    warnings: tuple[str, ...] = ()
    interrupted: bool = False
    coverage: Coverage = NOTHING
    fail_under: float = 0
    diagrams: Mapping[str, Written] = field(default_factory=dict, repr=False)

    @property
    def summary(self) -> Summary:
        """The counts over all results."""
        counts: Counter[str] = Counter(result.outcome or "not_run" for result in self.results)
        return Summary(**counts)

    @property
    def services(self) -> tuple[str, ...]:
        """The services that results are from, in order."""
        return tuple(dict.fromkeys(result.s3 for result in self.results if result.s3))

    @property
    def under(self) -> bool:
        """Whether less is exercised than must be."""
        return self.coverage.percent < self.fail_under

    @property
    def status(self) -> Status:
        """The exit status (interfaces.md of the design, "Exit status")."""
        if self.interrupted:
            return 130
        summary = self.summary
        if self.errors or not summary.judged:
            return 2
        return 0 if summary.conforms == summary.judged and not self.under else 1


@dataclass(frozen=True, slots=True)
class Recording:
    """One run that was recorded and not judged; failures as in `Result`."""

    trace: Trace
    failures: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram as PlantUML, Mermaid or SVG; the steps that failed, and what else is worth saying about the input."""

    text: str
    failures: tuple[Remark, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """One `explore`.

    exploration: what was found; None when wrong input kept it from running.
    saved: by the name of a failure, the scenario that `replay` takes. drawn: the diagrams written for what was
    uncovered. seconds: how long it took. fail_under: the least percentage of the parts that must be exercised.
    fail_uncovered: what no diagram describes is a failure.
    """

    exploration: Exploration | None = None
    saved: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()
    errors: tuple[SimulatorError, ...] = ()
    seconds: float = 0.0
    fail_under: float = 0
    fail_uncovered: bool = False

    @property
    def coverage(self) -> Coverage:
        """Which parts of the diagrams were exercised."""
        return self.exploration.coverage if self.exploration else NOTHING

    @property
    def under(self) -> bool:
        """Whether less was exercised than must be."""
        return self.coverage.percent < self.fail_under

    @property
    def interrupted(self) -> bool:
        """Whether the user stopped it; exploration holds what was found until then."""
        return self.exploration is not None and self.exploration.interrupted

    @property
    def status(self) -> Status:
        """0 when nothing failed; what is uncovered is no failure, unless that is asked for."""
        if self.interrupted:
            return 130
        if self.errors or self.exploration is None:
            return 2
        lacking = self.under or (self.fail_uncovered and self.exploration.uncovered)
        return 0 if self.exploration.passed and not lacking else 1


@dataclass(frozen=True, slots=True)
class Replayed:
    """Saved failures run again, in the order of the arguments."""

    replays: tuple[Replay, ...] = ()
    errors: tuple[SimulatorError, ...] = ()
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def status(self) -> Status:
        """0 when every failure is gone, 1 when one is still there."""
        if self.interrupted:
            return 130
        if self.errors or not self.replays:
            return 2
        return 0 if all(replay.fixed for replay in self.replays) else 1

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, a sentence for each failure that is still there; empty when all are fixed."""
        failures = (replay.failure for replay in self.replays if replay.failure is not None)
        return (*map(str, self.errors), *(f"{failure.name}: {failure.message}" for failure in failures))


@dataclass(frozen=True, slots=True)
class ParsedDiagram:
    """A diagram as written and what it means; expectation is None where its meaning has an error."""

    diagram: SequenceDiagram
    expectation: Expectation | None = None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one file holds: its diagrams, or the errors that keep us from reading it, and the warnings."""

    file: str
    diagrams: tuple[ParsedDiagram, ...] = ()
    errors: tuple[SimulatorError, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file was read without error and holds at least one sequence diagram."""
        return bool(self.diagrams) and not self.errors


@dataclass(frozen=True, slots=True)
class Parse:
    """Every file given to `parse`, in order; lenient: one with errors will do, if some of it can be read."""

    files: tuple[ParsedFile, ...] = ()
    lenient: bool = False

    @property
    def status(self) -> Status:
        """0 when every file will do, else 2."""
        return 0 if self.files and all(file.valid or (self.lenient and file.diagrams) for file in self.files) else 2
