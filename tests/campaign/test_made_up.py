"""What a system makes up has a name in steps, and is a hole in drawings."""

import uuid
from pathlib import Path
from typing import Annotated

import pytest

from simulator import Made, SimpleSystem, Stage, Step
from simulator.blobs.backends import NO_SERVICE
from simulator.campaign.examples import Pair
from simulator.campaign.loading import Systems
from simulator.campaign.machine import explore
from simulator.campaign.runner import run
from simulator.campaign.scenario import parse
from simulator.conformance.check import check
from simulator.conformance.exploration import Exploration
from simulator.diagram.parser import parse as parse_diagrams
from simulator.diagram.printer import print_diagram
from simulator.discovery.single import draw
from simulator.interaction.lower import lower

Ticket = Annotated[str, Made("ticket")]


class Desk:
    """Tickets are files with random names."""

    def __init__(self, stage: Stage) -> None:
        self.folder = stage.watch("open", name="disk")
        self.stage = stage

    def open(self) -> Ticket:
        ticket = uuid.uuid4().hex
        (self.folder / ticket).touch()
        return ticket

    def shut(self, ticket: Ticket) -> None:
        self._unlink(ticket)

    def count(self) -> int:
        self.stage.tell("count", "Desk")
        return len(list(self.folder.iterdir()))

    def oldest(self) -> Ticket | None:
        return next(iter(sorted(path.name for path in self.folder.iterdir())), None) if self.count() == 1 else None

    def _unlink(self, ticket: str) -> None:
        (self.folder / ticket).unlink()


class Tickets:
    """The numbers are others, and so they should be."""

    def __init__(self) -> None:
        self.tickets: list[str] = []
        self.made = 0

    def open(self) -> Ticket:
        self.made += 1
        self.tickets.append(f"no {self.made}")
        return self.tickets[-1]

    def shut(self, ticket: Ticket) -> None:
        if ticket not in self.tickets:
            raise FileNotFoundError(ticket)
        self.tickets.remove(ticket)

    def count(self) -> int:
        return len(self.tickets)

    def oldest(self) -> Ticket | None:
        return self.tickets[0] if len(self.tickets) == 1 else None

    def state(self) -> list[str]:
        return self.tickets


class ClosesAnother(Desk):
    """Closes the first ticket, whichever is meant."""

    def _unlink(self, ticket: str) -> None:
        there = sorted(path.name for path in self.folder.iterdir())
        Desk._unlink(self, min(set(there) - {ticket}, default=ticket) if ticket in there else ticket)


SCENARIO = """
[[steps]]
section = "Open"
do = "open"

[[steps]]
section = "Shut"
do = "shut"
ticket = "ticket1"

[[steps]]
section = "Open another"
do = "open"

[[steps]]
section = "Look"
do = "oldest"
expect = "ticket2"
"""


def explored(kind: type[Desk]) -> Exploration:
    """What exploring finds where the desk as it should be was drawn."""
    good, system = SimpleSystem(Desk, Tickets, caller="Desk"), SimpleSystem(kind, Tickets, caller="Desk")
    scenario = parse(SCENARIO, Path("desk.toml"), Systems(good))
    happened = run(scenario, NO_SERVICE)
    assert not happened.failures
    (diagram,) = parse_diagrams(print_diagram(draw(happened.trace)), "desk.puml")
    expectation = lower(diagram, "desk.puml")
    # Another run has other tickets.
    assert check(expectation, run(scenario, NO_SERVICE).trace).conforms
    return explore([Pair((expectation,), scenario)], NO_SERVICE, sequences=15, system=system)


def test_steps_name_what_was_made_up() -> None:
    """By kind and number; so scenarios and reports are the same in every run."""
    found, again = explored(Desk), explored(Desk)
    assert (found.failures, found.broken) == ((), ())
    assert found == again
    (missing,) = (each for each in found.uncovered if each.behaviour.title == "Shut, FileNotFoundError")
    assert missing.sequence[0] == "shut ticket1"
    assert {rule.behaviour.title for rule in found.rules if rule.count} >= {"Open", "Shut", "Oldest, something"}


def test_the_wrong_one_is_not_taken_for_the_right_one() -> None:
    """A rule says which ticket is closed, though no diagram can name it."""
    (failure, *_) = explored(ClosesAnother).failures
    assert (failure.kind, failure.sequence) == ("deviation", ("open", "open", "shut ticket1"))
    assert failure.expected is not None
    assert "hnote right: ${TICKET}" in print_diagram(failure.expected)


def test_a_model_makes_up_others() -> None:
    """Its state is the same, whatever it made up before."""
    system = SimpleSystem(Desk, Tickets)
    model = system.model({}, Path())
    outcome = model.perform(Step("open"), {"ticket1": "8f3a"})
    assert outcome.value == "ticket1"
    ((part,),) = model.parts(Step("shut", {"ticket": "ticket1"}))
    assert (part.meanings["ticket"].value, part.meanings["ticket"].volatile) == ("8f3a", True)
    other = model.fork()
    other.perform(Step("open"))
    assert other.state() != model.state()
    other.perform(Step("shut", {"ticket": "ticket2"}))
    assert other.state() == model.state()
    assert system.forms["oldest"].keys.keys() == {"expect", "expect-missing", "error"}


@pytest.mark.parametrize("named", ["ticket9", "any other"])
def test_what_was_not_made_up_is_taken_as_it_is(named: str) -> None:
    """So what a system does with a value that it never made can be shown, too."""
    model = SimpleSystem(Desk, Tickets).model({}, Path())
    assert model.perform(Step("shut", {"ticket": named})).problem == f"FileNotFoundError: {named}"
