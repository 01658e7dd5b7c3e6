"""What exploring found out: which rules held, what no diagram describes, what failed.

Lives here: frozen records, beside `Verdict` because a failure holds one. Must not live here: how sequences are made and
judged (`campaign.machine`), how files are written (`campaign.saving`), the wording (`report.text`).

Law: two explorations with the same seed of the same system and diagrams are equal; no record holds a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulator.conformance.coverage import NOTHING, Coverage
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import SequenceDiagram
from simulator.errors import Place
from simulator.interaction.terms import Expected

FailureKind = Literal["deviation", "result", "invariant", "service"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One operation in one kind of state.

    operation: the step's name (`write`). facts: what holds before it and decides what is due (`("stored", "stream")`).
    title: both in a few words for people, also the section title of drawings (`Write same again`).
    """

    operation: str
    facts: tuple[str, ...]
    title: str

    @property
    def slug(self) -> str:
        """The title as a file stem: `write-same-again`."""
        return "-".join("".join(letter if letter.isalnum() else " " for letter in self.title.lower()).split())


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: the diagram (as in `Verdict.diagram`), the section, and the place of its mark."""

    diagram: str
    section: str
    place: Place


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule and how often an operation of the campaign was judged by it and held.

    sources: the examples that say the same, in the order of the diagrams given. count: operations; 0 = never exercised.
    """

    behaviour: Behaviour
    sources: tuple[Source, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a diagram says at one point of an operation.

    source: its section. event: what is expected there, None for no event more; place: where the diagram says so.
    """

    source: Source
    event: Expected | None
    place: Place


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two diagrams that have no run of a behaviour in common: one of them lies.

    event: 0-based number of the first event in which the most alike of their runs differ. one, other: what either says
    there, in the order of the diagrams.
    """

    behaviour: Behaviour
    event: int
    one: Said
    other: Said


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file to be written beside a scenario that names it (`file = "foo.bin"`)."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A behaviour that no diagram describes, with its smallest example; not a failure.

    name: file stem for saving, unique within one exploration.
    count: how many operations of the campaign were of this kind.
    sequence: the operations of the smallest example in words, the last one is the uncovered one.
    scenario: the example as TOML; files: what it names. diagram: the example drawn; `check` accepts the two together.
    """

    name: str
    behaviour: Behaviour
    count: int
    sequence: tuple[str, ...]
    scenario: str
    diagram: SequenceDiagram
    files: tuple[SavedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A sequence of operations whose last one went wrong, shrunk.

    name: file stem for saving, unique within one exploration.
    kind: `deviation` (events that no rule allows), `result` (not what the reference model says must come back),
    `invariant` (a promise about the state afterwards is broken), `service` (on one S3 service only).
    message: what went wrong, one sentence.
    sequence: the operations in words, the last one failed.
    verdict: of the nearest rule, `Verdict.diagram` names the diagram; None where no rule speaks about the operation.
    expected: the nearest rule with the values of this run, as a diagram; None where there is none.
    actual: what happened, as a diagram.
    scenario: the sequence as TOML, all but the last operation as setup; files: what it names.
    found_after: how many operations of the campaign ran until it was first met.
    """

    name: str
    kind: FailureKind
    message: str
    behaviour: Behaviour
    sequence: tuple[str, ...]
    verdict: Verdict | None
    expected: SequenceDiagram | None
    actual: SequenceDiagram
    scenario: str
    files: tuple[SavedFile, ...] = ()
    found_after: int = 0


@dataclass(frozen=True, slots=True)
class Reachable:
    """What the reference model can come to, and what of it the campaign met.

    behaviours: how many can be reached. missed: those of them that were not met. depth: all sequences of so many
    operations were looked at, in the model alone; states: the different ones they come to. complete: longer ones lead
    to nothing else. after: how many operations ran until the last of those that were met was.
    """

    behaviours: int
    missed: tuple[Behaviour, ...]
    depth: int
    states: int
    complete: bool
    after: int = 0

    @property
    def reached(self) -> int:
        """How many were met."""
        return self.behaviours - len(self.missed)


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All sequences of up to `depth` operations over a small domain, counted.

    names: of the stores. operations: how many the domain has. sequences: how many of them there are. states: different
    ones that they lead to, up to renaming of contents and keys. transitions: operations in one of these states, up to
    renaming: these were run. symmetric: sequences that renaming makes one of those. equal: sequences that go on from a
    state that another one leads to. complete: longer sequences lead to no other state, so they show nothing new.
    Law: `sequences == transitions + symmetric + equal`.
    """

    names: tuple[str, ...]
    depth: int
    operations: int
    sequences: int
    states: int
    transitions: int
    symmetric: int
    equal: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Struck:
    """What came of the faults of a campaign.

    kinds: how many of each were injected. failures, uncovered: how many of those of the campaign need a fault.
    """

    kinds: Mapping[str, int]
    failures: int = 0
    uncovered: int = 0

    @property
    def injected(self) -> int:
        """How many faults were injected."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Exploration:
    """The outcome of one campaign.

    seed: of the generator. backend: name of the S3 service it ran on.
    sequences, operations: how many ran, those of shrinking included.
    rules: every rule with its use, in the order of the diagrams.
    uncovered: by name. failures: by name.
    contradictions: of diagrams among each other, in the order of the rules.
    coverage: the parts of the diagrams, with how many operations that held to a rule, and own runs, showed each.
    broken: verdicts of the examples whose own trace their diagram does not allow (`check` explains them).
    interrupted: by Ctrl-C; the rest is what was found until then.
    faults: what came of them, None where none were injected.
    left_out: how many scenarios have settings or steps that exploring does not know; nothing is said about those.
    reachable: what can be reached at all; None where nobody looked. seconds: how long to search, where that was asked
    for: then the rest differs from run to run. confirmed: the name of another service, where one sample of every
    behaviour and every failure ran once more.
    exhausted: what was gone through, where all sequences of some length were.
    """

    seed: int
    backend: str
    sequences: int
    operations: int
    rules: tuple[RuleUse, ...]
    uncovered: tuple[Uncovered, ...] = ()
    failures: tuple[Failure, ...] = ()
    broken: tuple[Verdict, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    coverage: Coverage = NOTHING
    left_out: int = 0
    interrupted: bool = False
    reachable: Reachable | None = None
    seconds: float | None = None
    confirmed: str = ""
    exhausted: Exhausted | None = None
    faults: Struck | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing failed; what is uncovered is not a failure."""
        return not self.failures and not self.broken and not self.contradictions


@dataclass(frozen=True, slots=True)
class Replay:
    """A saved failure run again.

    path: its scenario, as given. failure: what still goes wrong, with all operations of the scenario; None when fixed.
    """

    path: str
    failure: Failure | None

    @property
    def fixed(self) -> bool:
        """Whether the saved sequence now does what is expected."""
        return self.failure is None
