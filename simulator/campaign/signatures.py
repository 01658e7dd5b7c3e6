"""Operations that are written as methods of a class: which steps they are, and the values to try them with.

Lives here: the way from annotations to forms and steps. Must not live here: calling the methods (`simple_system`).

Every public method is an operation, named with dashes for underscores; so are its parameters. What they may hold is
told by their annotations: `str`, `int`, `bool`, `tuple[str, ...]`, or a `Literal` of some values. Sequences are made of
the values of a `Literal`, of those that stand in an `Annotated[str, "a", "b"]`, of some that a Hypothesis strategy
standing there gives, of two that the system `Made` up, else of a few of the type.
"""

import inspect
import itertools
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args, get_origin

from simulator.campaign.made_up import Made
from simulator.campaign.step import Form, Key, Step, Value
from simulator.campaign.strategies import sample
from simulator.errors import ConfigurationError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# What is tried where nobody says what to try.
_TRIED: Mapping[type, tuple[Value, ...]] = {
    str: ("a", "b"),
    int: (0, 1, 2),
    bool: (False, True),
    tuple: ((), ("a",), ("a", "b")),
}
# Keys of steps that are not arguments.
_TAKEN = frozenset({"do", "section", "expect", "expect-missing", "error"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its name in Python, its key in scenarios, what it may hold, and the values to try.

    made: the kind of a value that the system makes up, else empty.
    """

    name: str
    key: str
    type: type[Value]
    required: bool
    choices: tuple[Value, ...]
    tried: tuple[Value, ...]
    made: str = ""

    @property
    def rule(self) -> Key:
        """The same for scenarios."""
        return Key(self.type, required=self.required, choices=self.choices)


@dataclass(frozen=True, slots=True)
class Signature:
    """One operation: the method, the step, its parameters.

    gives: what a scenario can expect of it, by key. answers: whether anything ever comes back. made: the kind of what
    comes back, where the system makes it up, else empty.
    """

    method: str
    do: str
    parameters: tuple[Parameter, ...]
    gives: Mapping[str, Key]
    answers: bool
    made: str

    @property
    def form(self) -> Form:
        """The keys of the step."""
        expected = {**self.gives, "error": Key(str)}
        return Form({**{each.key: each.rule for each in self.parameters}, **expected}, at_most_one=tuple(expected))

    def steps(self) -> Iterator[Step]:
        """The operation with every combination of the values to try."""
        ways = [[*(() if each.required else (None,)), *each.tried] for each in self.parameters]
        for values in itertools.product(*ways):
            named = zip(self.parameters, values, strict=True)
            yield Step(self.do, {each.key: value for each, value in named if value is not None})

    def resolved(self, step: Step, made: Mapping[str, str]) -> Step:
        """The step with the values that it names, where they were made up; made: those values by name."""
        keys = {each.key for each in self.parameters if each.made}
        given = step.arguments.items()
        return replace(step, arguments={key: made.get(str(each), each) if key in keys else each for key, each in given})

    def arguments(self, step: Step) -> Mapping[str, Value]:
        """The arguments of a step, as the method takes them."""
        return {each.name: step.arguments[each.key] for each in self.parameters if each.key in step.arguments}


def signatures_of(kind: type, reserved: Iterable[str]) -> Sequence[Signature]:
    """The operations of a class, those of its bases first; reserved: public methods that are none.

    Raises `ConfigurationError` that says what an operation lacks.
    """
    methods: dict[str, Callable[..., Any]] = {
        name: method
        for each in reversed(kind.__mro__[:-1])
        for name, method in vars(each).items()
        if not name.startswith("_") and name not in reserved and inspect.isfunction(method)
    }
    if not methods:
        raise ConfigurationError(f"{kind.__name__} has no operations: every public method is one")
    return [_signature(kind, name, method) for name, method in methods.items()]


def parameters_of(what: str, function: Callable[..., Any], skipped: int) -> tuple[Parameter, ...]:
    """The parameters of a function but the first ones; what: the function, for people."""
    hints = _hints(what, function)
    found = list(inspect.signature(function).parameters.values())[skipped:]
    return tuple(_parameter(what, each, hints) for each in found)


def _signature(kind: type, name: str, method: Callable[..., Any]) -> Signature:
    what = f"{kind.__name__}.{name}"
    if inspect.iscoroutinefunction(method):
        raise ConfigurationError(f"{what} is a coroutine", hint="run it in a method: asyncio.run(...)")
    parameters = parameters_of(what, method, 1)
    for each in parameters:
        if each.key in _TAKEN:
            raise ConfigurationError(f"{what}: steps have a key {each.key!r} of their own", hint="rename the parameter")
    answer = _hints(what, method).get("return", NoneType)
    return Signature(name, _dashed(name), parameters, _gives(answer), answer is not NoneType, _made(answer))


def _hints(what: str, function: Callable[..., Any]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError) as problem:
        raise ConfigurationError(f"{what}: its annotations cannot be read: {problem}") from None


def _parameter(what: str, found: inspect.Parameter, hints: Mapping[str, Any]) -> Parameter:
    if found.kind in {found.VAR_POSITIONAL, found.VAR_KEYWORD, found.POSITIONAL_ONLY}:
        raise ConfigurationError(f"{what}: arguments are given by name, and {found} cannot be")
    if found.name not in hints:
        raise ConfigurationError(f"{what}: {found.name} has no annotation", hint='write, for example, Literal["a"]')
    annotation, said = hints[found.name], ()
    if get_origin(annotation) is Annotated:
        annotation, *rest = get_args(annotation)
        said = tuple(rest)
    made = _made(hints[found.name])
    annotation = next(iter(_without_none(annotation)))
    required = found.default is found.empty
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
        if {type(choice) for choice in choices} - {type(choices[0])} or type(choices[0]) not in _TRIED:
            raise ConfigurationError(f"{what}: {found.name} is one of {choices!r}, which must be of one simple type")
        return Parameter(found.name, _dashed(found.name), type(choices[0]), required, choices, choices)
    kind = get_origin(annotation) or annotation
    if kind not in _TRIED or (kind is tuple and get_args(annotation) != (str, ...)):
        raise ConfigurationError(
            f"{what}: {found.name} cannot be {annotation!r}",
            expected=("str", "int", "bool", "tuple[str, ...]", "Literal"),
        )
    tried = (f"{made}1", f"{made}2") if made else _tried(kind, said) or _TRIED[kind]
    return Parameter(found.name, _dashed(found.name), kind, required, (), tried, made)


def _tried(kind: type[Value], said: Sequence[object]) -> tuple[Value, ...]:
    """The values of the type among what an annotation says, and some of each strategy."""
    found: list[Value] = []
    for each in said:
        if isinstance(each, kind):
            found.append(each)
        elif hasattr(each, "example"):
            found += [value for value in sample(cast("SearchStrategy[Any]", each)) if value not in found]
    return tuple(found)


def _gives(annotation: object) -> Mapping[str, Key]:
    """What a step can expect of what is annotated so: a value, nothing, or both."""
    plain = [get_args(each)[0] if get_origin(each) is Annotated else each for each in _without_none(annotation)]
    kinds = {get_origin(each) or each for each in plain}
    expect = Key(bool if kinds == {bool} else int if kinds == {int} else str)
    keys = {"expect": expect} if expect.type is not str or kinds & {str, bytes, Literal} else {}
    nothing = annotation is not NoneType and NoneType in get_args(annotation)
    return {**keys, **({"expect-missing": Key(bool, choices=(True,))} if nothing else {})}


def _made(annotation: object) -> str:
    said = [mark for each in _without_none(annotation) if get_origin(each) is Annotated for mark in get_args(each)]
    return next((mark.kind for mark in said if isinstance(mark, Made)), "")


def _without_none(annotation: object) -> Sequence[Any]:
    if get_origin(annotation) in {UnionType, typing.Union}:
        return [each for each in get_args(annotation) if each is not NoneType]
    return [] if annotation is NoneType else [annotation]


def _dashed(name: str) -> str:
    return name.rstrip("_").replace("_", "-")
