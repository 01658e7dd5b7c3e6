"""A system under test made of a class: its methods are the operations.

Lives here: `SimpleSystem`, which makes a `system.System` of a class and of a second one, its reference model. Must not
live here: what annotations mean (`signatures`), where such a class runs (`stage`).

The class is made anew for every sequence, with the `Stage` it runs on; keyword-only arguments are what a scenario says
in `[options]`. Four public methods are no operations: `facts(step)` and `meanings(step)` tell what holds before a step
and what its values mean, `violations(model)` which invariants are broken, `close()` ends it. The model has the same
operations, and its own `facts` and `meanings`; it is made of the options alone. Where it tells no facts, what must come
back tells behaviours apart. Without a model the class itself tells the facts, and nothing must come back.
"""

import copy
import inspect
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from simulator.campaign.domain import Domain, domain
from simulator.campaign.foreign import blamed
from simulator.campaign.made_up import MadeUp
from simulator.campaign.signatures import Signature, parameters_of, signatures_of
from simulator.campaign.stage import Stage
from simulator.campaign.step import Arguments, Form, Step, Tables
from simulator.campaign.system import NO_NAMES, Names, Outcome, Part, Parts, Value
from simulator.conformance.exploration import Behaviour, SavedFile
from simulator.discovery.rules import Meaning
from simulator.errors import ConfigurationError, Place, SimulatorError
from simulator.events import Event, Observer, Operation
from simulator.interaction.vocabulary import AWS

# Public methods that are no operations, and how many arguments they take.
_RESERVED = {"facts": 1, "meanings": 1, "violations": 1, "close": 0, "state": 0}

_OPTIONS = "options"

# What `__init__` takes besides options.
_MADE_WITH = ("self", "stage")


@dataclass(frozen=True)
class SimpleSystem:
    """A `system.System`; `kind` is the class, `reference` that of its model, None where there is none.

    caller: the lifeline of the code of the class; its name unless given. asked_by: that of who calls its methods; calls
    and answers are told then, else only what the class does. uses_s3: whether it asks its stage for S3.
    word: how what happens is written down, in the words of AWS and of files unless given. name: see `system.System`.
    Raises `ConfigurationError` for methods that cannot be operations.
    """

    kind: type
    reference: type | None = None
    _: KW_ONLY
    caller: str = ""
    asked_by: str = ""
    uses_s3: bool = False
    word: Callable[[Operation], Event] = field(default=AWS.word, compare=False)
    name: str = ""

    flat_tables: ClassVar[frozenset[str]] = frozenset({_OPTIONS})
    files: ClassVar[Sequence[SavedFile]] = ()

    def __post_init__(self) -> None:
        """Look at the classes now, so that who makes it hears what is wrong."""
        _ = self.tables, self.signatures
        for kind in filter(None, (self.kind, self.reference)):
            _refuse_meant(kind)
        if self.reference is not None:
            _alike(self.signatures, self.reference)

    @cached_property
    def signatures(self) -> Mapping[str, Signature]:
        """The operations by the name of their step."""
        return {each.do: each for each in signatures_of(self.kind, _RESERVED)}

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """A step for each operation, and `mark`."""
        return {**{do: each.form for do, each in self.signatures.items()}, "mark": Form({})}

    @cached_property
    def tables(self) -> Mapping[str, Form]:
        """`[options]`, where the class takes any."""
        made_by = f"{self.kind.__name__}.__init__"
        if self.maker is object.__init__ or len(inspect.signature(self.maker).parameters) < len(_MADE_WITH):
            raise ConfigurationError(f"{made_by} takes the stage that it runs on")
        options = parameters_of(made_by, self.maker, len(_MADE_WITH))
        return {_OPTIONS: Form({each.key: each.rule for each in options})} if options else {}

    @property
    def maker(self) -> Callable[..., Any]:
        """The `__init__` of the class."""
        made_by: Callable[..., Any] = inspect.getattr_static(self.kind, "__init__")
        return made_by

    @cached_property
    def defaults(self) -> Arguments:
        """The options that need not be given."""
        found = inspect.signature(self.maker).parameters.values()
        return {each.name: each.default for each in found if each.default is not each.empty}

    @property
    def has_model(self) -> bool:
        """Whether there is a reference."""
        return self.reference is not None

    def model(self, tables: Tables, folder: Path) -> "SimpleModel | UnknownModel":  # noqa: ARG002 - of the port
        """The reference as it is when made; without one, what says of every operation that nothing is known."""
        if self.reference is None:
            return UnknownModel()
        with blamed(f"{self.reference.__name__} cannot be made"):
            return SimpleModel(self, self.reference(**_options(tables)))

    def start(self, tables: Tables, folder: Path, backend: Any, observer: Observer, private: Path) -> "SimpleSession":  # noqa: ANN401, ARG002 - of the port
        """The class on a stage of its own."""
        stage = Stage(private, self.caller or self.kind.__name__, observer, backend)
        try:
            with blamed(f"{self.kind.__name__} cannot be made"):
                return SimpleSession(self, self.kind(stage, **_options(tables)), stage)
        except BaseException:
            stage.close()
            raise

    def explorable(self, tables: Tables, steps: Sequence[Step]) -> bool:  # noqa: ARG002 - of the port
        """Always: operations are all there is."""
        return True

    def canonical(self, tables: Tables) -> Tables:
        """All options."""
        return {_OPTIONS: {"": {**self.defaults, **_options(tables)}}}

    def alphabet(self, tables: Tables) -> Sequence[Sequence[Step]]:  # noqa: ARG002 - of the port
        """Every operation with every value to try, in one group."""
        return [[step for each in self.signatures.values() for step in each.steps()]]

    def unlike(self, tables: Tables) -> Sequence[Sequence[Step]]:
        """All there is."""
        return self.alphabet(tables)

    def domain(self, tables: Tables) -> Domain:
        """All there is; no name stands for another."""
        return domain(step for group in self.alphabet(tables) for step in group)

    def behaviour(self, step: Step, facts: tuple[str, ...]) -> Behaviour:
        """The operation, followed by the facts."""
        return Behaviour(step.do, facts, ", ".join((step.do.capitalize().replace("-", " "), *facts)))

    def describe(self, step: Step) -> str:
        """`put a`."""
        if step.do == "mark":
            return f"mark {step.section}"
        given = self.signatures[step.do].arguments(step).values()
        return " ".join((step.do, *(" ".join(each) if isinstance(each, tuple) else str(each) for each in given)))

    def readable(self, steps: Sequence[Step], tables: Tables, folder: Path) -> tuple[Step, ...]:  # noqa: ARG002 - of the port
        """As they are."""
        return tuple(steps)

    def witnesses(self, step: Step, tables: Tables) -> Iterable[Step]:
        """Any other step, then the same again."""
        steps = [each for group in self.alphabet(tables) for each in group]
        return [*(each for each in steps if each.do != step.do), *(each for each in steps if each.do == step.do)]

    def perform(self, target: object, step: Step, made: MadeUp) -> Outcome:
        """Call the method of a step; what it gives or raises. made: what `target` made up."""
        if step.do == "mark":
            return Outcome()
        signature = self.signatures[step.do]
        try:
            arguments = signature.arguments(signature.resolved(step, made.values))
            given = _value(getattr(target, signature.method)(**arguments))
        except SimulatorError:
            raise
        except (Exception, SystemExit) as problem:  # noqa: BLE001 - the system under test may fail in any way, that is a finding
            return Outcome(problem=_named(problem), kind=type(problem).__name__)
        if not isinstance(given, str):
            return Outcome(given)
        if not signature.made:
            return Outcome(made.told(given))
        name, is_new = made.named(signature.made, given)
        return Outcome(name, names={name: given} if is_new else {})

    def parts(
        self, target: object, step: Step, due: Callable[[], Outcome], made: MadeUp, real: Mapping[str, str]
    ) -> Parts:
        """What holds before a step, as `target` says it; due: what the step must give.

        made, real: what `target`, and what the running system made up.
        """
        if step.do == "mark":
            return [[Part(())]]
        facts: Callable[[Step], Iterable[str]] | None = getattr(target, "facts", None)
        meanings: Callable[[Step], Mapping[str, object]] | None = getattr(target, "meanings", None)
        given = Outcome() if facts and meanings else due()
        signature = self.signatures[step.do]
        asked = signature.resolved(step, made.values)
        with blamed(f"{type(target).__name__} cannot say what holds before {self.describe(step)!r}"):
            said = tuple(facts(asked) if facts else _told(given, self.forms[step.do]))
            meant = meanings(asked) if meanings else {}
        values = {name: made.name_of(str(value)) for name, value in meant.items()}
        values |= {name: str(value) for name, value in signature.arguments(step).items()}
        values |= {} if given.value is None or isinstance(given.value, bool) else {"answer": str(given.value)}
        stands = {
            name: Meaning(real.get(each, each), "anywhere", volatile=each in real) for name, each in values.items()
        }
        return [[Part(said, {name: meaning for name, meaning in stands.items() if meaning.value})]]


@dataclass(frozen=True, slots=True)
class SimpleModel:
    """A `system.Model` made of a reference; made, real: what it made up, and the running system, by name."""

    system: SimpleSystem
    reference: Any
    made: MadeUp = field(default_factory=MadeUp)
    real: dict[str, str] = field(default_factory=dict)

    def parts(self, step: Step) -> Parts:
        """What the reference says; where it does not, what a copy of it would give."""
        return self.system.parts(self.reference, step, lambda: self.fork().perform(step), self.made, self.real)

    def perform(self, step: Step, names: Names = NO_NAMES) -> Outcome:
        """Call the method."""
        self.real.update(names)
        return self.system.perform(self.reference, step, self.made)

    def fork(self) -> "SimpleModel":
        """A copy of everything."""
        return SimpleModel(self.system, copy.deepcopy(self.reference), self.made.fork(), dict(self.real))

    def state(self) -> Hashable:
        """What the reference says its state is, else all it holds; up to what it made up."""
        said = getattr(self.reference, "state", None)
        state = canonical(said() if said else vars(self.reference))
        return self.made.told(repr(state)) if self.made.values else state


@dataclass(frozen=True, slots=True)
class UnknownModel:
    """A `system.Model` that knows nothing."""

    def parts(self, step: Step) -> Parts:  # noqa: ARG002 - of the port
        """Nobody knows what holds."""
        return [[Part(("unknown",))]]

    def perform(self, step: Step, names: Names = NO_NAMES) -> Outcome:  # noqa: ARG002 - of the port
        """Anything is due."""
        return Outcome(known=False)

    def fork(self) -> "UnknownModel":
        """The same."""
        return self

    def state(self) -> Hashable:
        """The only one."""
        return None


@dataclass(frozen=True, slots=True)
class SimpleSession:
    """A `system.Session` made of an object of the class."""

    system: SimpleSystem
    running: Any
    stage: Stage
    made: MadeUp = field(default_factory=MadeUp)

    def parts(self, step: Step) -> Parts | None:
        """What the object says, where there is no model."""
        if self.system.has_model:
            return None
        return self.system.parts(self.running, step, Outcome, self.made, self.made.values)

    def perform(self, step: Step) -> Outcome:
        """Call the method; what is asked and answered is told where the system says who asks."""
        with self.stage.holding(self.made.values):
            return self.asked(step) if self.system.asked_by and step.do != "mark" else self.done(step)

    def done(self, step: Step) -> Outcome:
        """Call the method."""
        return self.system.perform(self.running, step, self.made)

    def asked(self, step: Step) -> Outcome:
        """Tell of the call, call the method, and tell of its answer."""
        signature, asks = self.system.signatures[step.do], self.system.asked_by
        keys = {each.key for each in signature.parameters}
        given = signature.resolved(step, self.made.values).arguments
        asked = {key: str(value) for key, value in given.items() if key in keys}
        self.stage.tell(step.do, self.stage.caller, source=asks, **asked)
        outcome = self.done(step)
        if outcome.kind or signature.answers:
            value = "nothing" if outcome.value is None else str(outcome.value)
            self.stage.tell("answer", asks, status=outcome.kind or self.made.values.get(value, value))
        return outcome

    def violation(self, model: "SimpleModel | UnknownModel") -> str:
        """The first one that the object tells of."""
        violations = getattr(self.running, "violations", None)
        if violations is None:
            return ""
        with blamed(f"{type(self.running).__name__}.violations"):
            return next(iter(violations(model.reference if isinstance(model, SimpleModel) else None)), "")

    def loose_ends(self) -> Iterable[tuple[Place, str]]:
        """None."""
        return ()

    def close(self) -> None:
        """End it."""
        try:
            with blamed(f"{type(self.running).__name__}.close"):
                getattr(self.running, "close", lambda: None)()
        finally:
            self.stage.close()


def _alike(signatures: Mapping[str, Signature], reference: type) -> None:
    """Refuse a model that lacks an operation, or has it with other parameters."""
    for each in signatures.values():
        method = getattr(reference, each.method, None)
        if method is None:
            raise ConfigurationError(f"{reference.__name__} has no {each.method}: a model has all operations")
        what = f"{reference.__name__}.{each.method}"
        names = {name.name for name in parameters_of(what, method, 1)}
        if names != {name.name for name in each.parameters}:
            raise ConfigurationError(f"{what} takes other arguments than the operation it models")


def _refuse_meant(kind: type) -> None:
    """Refuse a reserved method that is meant as an operation, as `close` may be."""
    for name, taken in _RESERVED.items():
        method: Callable[..., Any] | None = getattr(kind, name, None)
        if method is not None and len(inspect.signature(method).parameters) != taken + 1:
            told = f"{kind.__name__}.{name} is no operation, and takes {'one argument' if taken else 'none'}"
            raise ConfigurationError(told, hint="call the operation something else")


def _options(tables: Tables) -> Arguments:
    return {name.replace("-", "_"): value for name, value in tables.get(_OPTIONS, {}).get("", {}).items()}


def _told(due: Outcome, form: Form) -> Iterable[str]:
    """The facts where nobody tells any: what kind of answer is due, of those that the operation has."""
    if due.kind:
        return (due.kind,)
    if isinstance(due.value, bool):
        return (str(due.value).lower(),)
    return ("nothing" if due.value is None else "something",) if "expect-missing" in form.keys else ()


def _named(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def _value(given: object) -> Value:
    """What came back, as far as it can be compared and told."""
    return given if given is None or isinstance(given, str | int | bytes) else str(canonical(given))


def canonical(value: object) -> Hashable:
    """Equal for values that are; where a collection has no order, whatever its order is."""
    match value:
        case Mapping():
            return "dict", tuple(sorted((repr(key), canonical(each)) for key, each in value.items()))
        case set() | frozenset():
            return "set", tuple(sorted(map(repr, value)))
        case list() | tuple() | deque():
            return tuple(map(canonical, value))
    if isinstance(value, str | bytes | int | float | None) or not hasattr(value, "__dict__"):
        return repr(value)
    return type(value).__name__, canonical(vars(value))
