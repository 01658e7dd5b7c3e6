"""Systems made of a class: what its methods mean, what cannot be one, and what is said when its code fails."""

import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import strategies as st

from simulator import SimpleSystem, Stage, Step
from simulator.blobs.backends import NO_SERVICE, open_backend
from simulator.campaign.loading import Systems
from simulator.campaign.runner import run
from simulator.campaign.scenario import dump, parse
from simulator.campaign.simple_system import SimpleModel, canonical
from simulator.errors import ConfigurationError, MissingAbilityError
from simulator.events import Operation


class Shelf:
    """All kinds of arguments and answers."""

    def __init__(self, stage: Stage, *, room_for: int = 2) -> None:
        self.stage = stage
        self.books: list[str] = []
        self.room_for = room_for

    def place(self, book: Literal["x", "y"], *, up_side_down: bool = False) -> bool:
        self.stage.tell("place", "Shelf", Book=book, Turned=str(up_side_down))
        self.books.append(book)
        return len(self.books) <= self.room_for

    def count(self) -> int:
        return len(self.books)

    def first(self) -> str | None:
        return self.books[0] if self.books else None

    def sort(self, by: Annotated[str, "name", "age"], weights: tuple[str, ...] = ()) -> list[str]:
        return sorted(self.books)

    def remove(self, from_: Annotated[int, st.integers(0, 2)]) -> None:
        del self.books[from_]

    def _hidden(self) -> None: ...


class Books:
    """The model of it."""

    def __init__(self, *, room_for: int = 2) -> None:
        self.books: list[str] = []
        self.room_for = room_for

    def place(self, book: str, *, up_side_down: bool = False) -> bool:
        self.books.append(book)
        return len(self.books) <= self.room_for

    def count(self) -> int:
        return len(self.books)

    def first(self) -> str | None:
        return next(iter(self.books), None)

    def sort(self, by: str, weights: tuple[str, ...] = ()) -> list[str]:
        return sorted(self.books)

    def remove(self, from_: int) -> None:
        self.books.pop(from_)


SHELF = SimpleSystem(Shelf, Books)


def test_methods_are_steps() -> None:
    """Their keys are the parameters, and what can be expected of an answer of that type."""
    keys = {do: " ".join(form.keys) for do, form in SHELF.forms.items()}
    assert keys == {
        "place": "book up-side-down expect error",
        "count": "expect error",
        "first": "expect expect-missing error",
        "sort": "by weights error",
        "remove": "from error",
        "mark": "",
    }
    assert {name: rule.type for name, rule in SHELF.forms["sort"].keys.items()} == {
        "by": str,
        "weights": tuple,
        "error": str,
    }
    assert SHELF.forms["place"].keys["book"].choices == ("x", "y")


def test_steps_are_made_of_the_values_to_try() -> None:
    """Those of a `Literal`, those that are named, those of a strategy; what has a default is left out, too."""
    steps = [SHELF.describe(step) for group in SHELF.alphabet({}) for step in group]
    assert steps[:3] == ["place x", "place x False", "place x True"]
    assert [step for step in steps if step.startswith("remove")] == ["remove 0", "remove 1", "remove 2"]
    assert "sort age a b" in steps


SCENARIO = """\
[options]
room-for = 1

[[steps]]
section = "Place"
do = "place"
book = "x"
expect = true

[[steps]]
do = "place"
book = "y"
up-side-down = true
expect = {expect}

[[steps]]
do = "first"
{first}

[[steps]]
do = "count"
expect = 2

[[steps]]
do = "remove"
from = 7
error = "IndexError"
"""


@pytest.mark.parametrize(
    ("expect", "first", "said"),
    [
        ("false", 'expect = "x"', []),
        (
            "true",
            "expect-missing = true",
            ["expected True, but place gave False", "expected that it is missing, but first gave x"],
        ),
        ("false", 'expect = "z"', ["expected 'z', but first gave x"]),
        ("false", 'error = "no"', ["expected an error with 'no', but first gave x"]),
    ],
)
def test_scenarios_say_what_must_come_back(expect: str, first: str, said: list[str]) -> None:
    """Of every type that an operation can give."""
    scenario = parse(SCENARIO.format(expect=expect, first=first), Path("s.toml"), Systems(SHELF))
    assert parse(dump(scenario), Path("s.toml"), Systems(SHELF)) == scenario
    happened = run(scenario, NO_SERVICE)
    assert [finding.message for finding in happened.failures] == said
    assert [(event.source, event.label, event.target) for event in happened.trace.events if event.is_data] == [
        ("Shelf", "place", "Shelf")
    ] * 2


def test_options_that_are_not_given_have_their_default() -> None:
    """So settings that mean the same are explored once."""
    assert SHELF.canonical({}) == SHELF.canonical({"options": {"": {"room-for": 2}}})
    assert SHELF.canonical({}) != SHELF.canonical({"options": {"": {"room-for": 3}}})


def test_an_answer_is_that_of_the_model_or_not() -> None:
    """True is not one, and an error is the one that is due only if it is of the same kind."""
    model = SHELF.model({}, Path())
    assert isinstance(model, SimpleModel)

    class Other(Books):
        def count(self) -> Any:
            return False

        def remove(self, from_: int) -> None:
            raise KeyError(from_)

    other = SimpleModel(SHELF, Other())
    for step in (Step("count"), Step("remove", {"from": 1})):
        assert model.perform(step).fits(model.perform(step))
        assert not other.perform(step).fits(model.perform(step))


def test_models_fork_and_have_a_state() -> None:
    """A copy is independent, and in the same state while nobody can tell it from the first."""
    model = SHELF.model({}, Path())
    other = model.fork()
    assert model.state() == other.state()
    other.perform(Step("place", {"book": "x"}))
    assert model.state() != other.state()
    assert model.perform(Step("count")).value == 0
    model.perform(Step("place", {"book": "x"}))
    assert model.state() == other.state()


def test_answers_tell_behaviours_apart_where_no_facts_do() -> None:
    """The kind of an answer, never the answer itself; asking changes nothing."""
    model = SHELF.model({}, Path())

    def facts(step: Step) -> tuple[str, ...]:
        ((part,),) = model.parts(step)
        return part.facts

    place = Step("place", {"book": "x"})
    assert (facts(Step("first")), facts(Step("remove", {"from": 0}))) == (("nothing",), ("IndexError",))
    assert facts(Step("count")) == facts(Step("sort", {"by": "name"})) == ()
    assert facts(place) == ("true",)
    model.perform(place)
    assert facts(Step("first")) == ("something",)
    ((part,),) = model.parts(Step("first"))
    assert {name: meaning.value for name, meaning in part.meanings.items()} == {"answer": "x"}
    assert model.parts(Step("first", {"expect": "x"})) == model.parts(Step("first"))
    assert [facts(place), model.perform(place), facts(place)][::2] == [("true",), ("false",)]


def test_what_is_equal_has_one_form() -> None:
    """Whatever its order, where that means nothing."""
    assert canonical({"a": 1, "b": {2, 3}}) == canonical({"b": {3, 2}, "a": 1})
    assert canonical([1, 2]) == canonical(deque([1, 2])) != canonical([2, 1])
    assert canonical(True) != canonical(1)  # noqa: FBT003 - the point
    assert canonical(Books()) == canonical(Books()) != canonical(Books(room_for=3))
    hash(canonical({"a": [{1}, {"b": Books()}]}))


def made(kind: str, **more: Any) -> type:
    """A class with a stage and these operations."""

    class Made:
        def __init__(self, stage: Stage) -> None: ...

    return type(kind, (Made,), more)


def untyped(self, thing):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - the point
    """Take anything."""


def unnamed(self: object, *things: str) -> None:
    """Take several."""


def positional(self: object, thing: str, /) -> None:
    """Take one that has no name."""


def complex_(self: object, thing: complex) -> None:
    """Take what no scenario can say."""


def numbers(self: object, thing: tuple[int, ...]) -> None:
    """Take what no scenario can say, either."""


def mixed(self: object, thing: Literal["a", 1]) -> None:
    """Take values of several types."""


async def later(self: object) -> None:
    """Take time."""


def unknown(self: object, thing: "NoSuchType") -> None:  # type: ignore[name-defined]  # noqa: F821 - the point
    """Take what nobody knows."""


def expecting(self: object, expect: str) -> None:
    """Take what steps have already."""


def nothing(self: object) -> None:
    """Take nothing."""


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ({}, "Wrong has no operations: every public method is one"),
        ({"do_it": untyped}, "Wrong.do_it: thing has no annotation"),
        ({"do_it": unnamed}, "Wrong.do_it: arguments are given by name, and *things: str cannot be"),
        ({"do_it": positional}, "Wrong.do_it: arguments are given by name, and thing: str cannot be"),
        ({"do_it": complex_}, "Wrong.do_it: thing cannot be <class 'complex'>"),
        ({"do_it": numbers}, "Wrong.do_it: thing cannot be tuple[int, ...]"),
        ({"do_it": mixed}, "Wrong.do_it: thing is one of ('a', 1), which must be of one simple type"),
        ({"do_it": nothing, "close": numbers}, "Wrong.close is no operation, and takes none"),
        ({"do_it": nothing, "facts": nothing}, "Wrong.facts is no operation, and takes one argument"),
        ({"do_it": later}, "Wrong.do_it is a coroutine"),
        ({"do_it": unknown}, "Wrong.do_it: its annotations cannot be read: name 'NoSuchType' is not defined"),
        ({"do_it": expecting}, "Wrong.do_it: steps have a key 'expect' of their own"),
        ({"do_it": nothing, "__init__": object.__init__}, "Wrong.__init__ takes the stage that it runs on"),
    ],
)
def test_what_cannot_be_an_operation_is_told_at_once(operations: dict[str, Any], said: str) -> None:
    """When the system is made, before anything runs."""
    with pytest.raises(ConfigurationError) as caught:
        SimpleSystem(made("Wrong", **operations))
    assert caught.value.message == said


def test_a_model_has_all_operations() -> None:
    """With the same arguments."""
    real = made("Real", do_it=nothing)
    with pytest.raises(ConfigurationError, match="Model has no do_it: a model has all operations"):
        SimpleSystem(real, made("Model", other=nothing))
    with pytest.raises(ConfigurationError, match=r"Model.do_it takes other arguments than the operation it models"):
        SimpleSystem(real, made("Model", do_it=expecting))


def test_calls_and_answers_can_be_told() -> None:
    """So a class that does nothing that could be seen is seen all the same."""
    system = SimpleSystem(
        made("Real", do_it=nothing, first=Books.first, remove=Books.remove, books=[]), asked_by="Client"
    )
    text = "".join(f'[[steps]]\ndo = "{do}"\n' for do in ("do-it", "first", 'remove"\nfrom = 3\nerror = "IndexError'))
    happened = run(parse(text, Path("s.toml"), Systems(system)), NO_SERVICE)
    assert not happened.failures
    told = [(each.source, each.line, each.target, each.label) for each in happened.trace.events]
    assert told == [
        ("Client", "solid", "Real", "do-it"),
        ("Client", "solid", "Real", "first"),
        ("Real", "dashed", "Client", "nothing"),
        ("Client", "solid", "Real", "remove"),
        ("Real", "dashed", "Client", "IndexError"),
    ]
    assert [note.text for note in happened.trace.events[3].notes] == ["from: 3"]


def test_code_that_fails_is_blamed(tmp_path: Path) -> None:
    """With the line that did; an operation that fails is none of this, but an outcome."""

    class Failing:
        def __init__(self, stage: Stage, *, well: bool = True) -> None:
            if not well:
                raise OSError("no disk")

        def work(self) -> None:
            raise OSError("no paper")

        def leave(self) -> None:
            sys.exit(3)

        def close(self) -> None:
            raise OSError("no end")

        def facts(self, step: Step) -> Iterator[str]:
            yield str(1 / 0)

        def violations(self, model: object) -> str:
            return "abc"[5]

    system = SimpleSystem(Failing)
    with pytest.raises(
        ConfigurationError, match=r"test_simple_system.py:\d+:1: Failing cannot be made: OSError: no disk"
    ):
        system.start({"options": {"": {"well": False}}}, tmp_path, NO_SERVICE, print, tmp_path)
    session = system.start({}, tmp_path, NO_SERVICE, print, tmp_path)
    assert session.perform(Step("work")).problem == "OSError: no paper"
    assert session.perform(Step("leave")).kind == "SystemExit"
    with pytest.raises(ConfigurationError, match=r"Failing.close: OSError: no end"):
        session.close()
    with pytest.raises(ConfigurationError, match="Failing cannot say what holds before 'work': ZeroDivisionError"):
        session.parts(Step("work"))
    with pytest.raises(ConfigurationError, match=r"Failing.violations: IndexError"):
        session.violation(system.model({}, tmp_path))


def test_s3_is_seen_without_its_place(tmp_path: Path) -> None:
    """Keys and bucket are those of the system; what it leaves there is removed."""
    told: list[Operation] = []
    with open_backend("moto") as backend:
        stage = Stage(tmp_path, "Store", told.append, backend)
        client, bucket, prefix = stage.s3()
        client.put_object(Bucket=bucket, Key=f"{prefix}a", Body=b"x")
        stage.close()
        client.put_object(Bucket=bucket, Key=f"{prefix}b", Body=b"x")
        assert [key for key, _ in backend.objects(prefix)] == ["b"]
    assert [(each.name, dict(each.values)) for each in told] == [
        ("PutObject", {"Bucket": "bucket", "Key": "a"}),
        ("answer", {"status": "200"}),
    ]
    with open_backend("memory") as backend, pytest.raises(MissingAbilityError, match="run it on moto"):
        Stage(tmp_path, "Store", told.append, backend).s3()
    with pytest.raises(ConfigurationError, match="a system that asks for S3 says so"):
        Stage(tmp_path, "Store", told.append, NO_SERVICE).s3()
