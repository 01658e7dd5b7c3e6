"""Small cases for the agreement of the matcher and the brute force: a diagram with every operator, and a run.

Lives here: drawing them from a `random.Random` (Hypothesis has one too, and makes it small). Must not live here:
judging them.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal

from msgspec.structs import replace

from simulator.diagram.ast import Element, Else, Fragment, Message, Note, Operator, Section, SequenceDiagram
from simulator.diagram.printer import print_diagram
from simulator.events import Event, Trace
from simulator.events import Note as Data
from simulator.interaction.lower import lower
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expectation,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    Weak,
    walk,
)
from tests.instances import instance

Order = Literal["strict", "lifeline"]

MOST_EVENTS = 6
DEEPEST = 3
LONGEST = 7
LIFELINES = "ABC"
# Few letters, so that holes meet, repeat and split in several ways.
TEXTS = ["a", "b", "m", "${X}", "${X}", "${Y}", "${X}-${Y}", "${X}${X}", "a${Y}", "${Z!}", "${N:int}", "${N:int}-${X}"]
WORDS = ["a", "b", "m", "a-b", "1", "2", "a-b-a", "1-a"]
VALUES = {"word": ["a", "b", "a-b", "1"], "int": ["1", "2", "-1"]}
GUARDS = ["", "", "", "", "[X = a]", "[X != Y]", "[N < 2]", "[N = 1]", "[${X} >= b]", "[Z != a]", "it depends"]
BOUNDS = ["", "", "2", "1,2", "0..1", "1..*", "0", "3 times", "2..3"]
OPERATORS: list[Operator] = ["alt", "opt", "loop", "loop", "par", "par", "break", "critical"]
GROUPS = ["any order", "seq", "strict", "neg", "ignore {m}", "consider {a}", "frame", "frame ${X}"]
FILTERS = ["ignore {m, a${Q}}", "ignore {${X}}", "ignore {${Q}-${Q}, b}", "consider {${X}}", "consider {m, ${Q:int}}"]


@dataclass(frozen=True, slots=True)
class Case:
    """A diagram, a run, and how the diagram is read."""

    diagram: SequenceDiagram
    events: tuple[Event, ...]
    order: Order = "strict"

    @property
    def expectation(self) -> Expectation:
        """What the diagram means."""
        return lower(self.diagram, "diagram")

    @property
    def trace(self) -> Trace:
        """The run."""
        return Trace("trace", self.events)

    def __str__(self) -> str:
        """The case for people."""
        run = "\n".join(f"  {number}. {_shown(event)}" for number, event in enumerate(self.events))
        return f"{print_diagram(self.diagram)}order: {self.order}\nrun:\n{run}"


def _shown(event: Event) -> str:
    text = event.text if event.kind == "note" else event.label
    notes = "".join(f" [{note.shape} {note.text}]" for note in event.notes)
    match event.kind:
        case "message":
            return f"{event.source} {'->' if event.line == 'solid' else '-->'} {event.target}: {text}{notes}"
        case "note":
            return f"{event.shape} over {', '.join(event.on)}: {text}"
        case kind:
            return f"{kind} {text}"


def draw_case(random: Random) -> Case:
    """Draw a diagram, and mostly a run of it with up to three changes."""
    diagram = draw_diagram(random)
    order: Order = "strict" if random.random() < 0.85 else "lifeline"
    if random.random() < 0.05:
        return Case(diagram, tuple(_event(random) for _ in range(random.randint(1, 3))), order)
    run = draw_run(random, lower(diagram, "diagram"), order)[:LONGEST]
    if random.random() < 0.1:
        run = run[: random.randint(min(1, len(run)), len(run))]
    for _ in range(random.choice([0, 0, 0, 1, 1, 1, 2, 2, 3])):
        _change(random, run)
    return Case(diagram, tuple(run[:LONGEST]), order)


def draw_diagram(random: Random) -> SequenceDiagram:
    """Draw a diagram of few events."""
    return SequenceDiagram(body=tuple(_Drawing(random).elements(0, 4)))


class _Drawing:
    """The drawing of one diagram; left: how many events it may still get. Its messages have few texts in common."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.left = random.randint(1, MOST_EVENTS)
        self.texts = random.choices(TEXTS, k=3)
        self.fragments = random.choice([0.25, 0.45, 0.6])

    def elements(self, depth: int, most: int) -> list[Element]:
        """The elements of an operand."""
        found: list[Element] = []
        for _ in range(self.random.randint(min(1, self.left), most)):
            if self.left > 0:
                found += self.element(depth, after=bool(found))
        return found

    def element(self, depth: int, *, after: bool) -> list[Element]:
        """An element, with a note or two where it is a message."""
        random = self.random
        chance = random.random()
        if depth < DEEPEST and chance < self.fragments:
            return [self.fragment(depth, parallel=after and random.random() < 0.03)]
        self.left -= 1
        if chance > 0.97:
            return [Section(random.choice(["s", "${X}"]))]
        if chance > 0.93:
            on = random.choice([("A",), ("C",), ("A", "B")])
            return [Note(random.choice(["hnote", "rnote"]), "over", random.choice(self.texts), on=on)]
        source, target = self.ends()
        receivers = tuple(each for each in "C" if random.random() < 0.04 and target != each and self.left)
        self.left -= len(receivers)
        message = Message(
            source,
            target,
            random.choice(self.texts),
            dashed=random.random() < 0.1,
            both=random.random() < 0.06,
            receivers=receivers,
            parallel=after and random.random() < 0.05,
        )
        notes = [Note("hnote", "right", random.choice(self.texts)) for _ in range(2) if random.random() < 0.07]
        return [message, *notes]

    def ends(self) -> tuple[str, str]:
        """A sender and a receiver; both may be the same, or none of the participants."""
        if self.random.random() < 0.04:
            return self.random.choice([("[", "A"), ("B", "]")])
        if self.random.random() < 0.5:
            return ("A", "B")
        return self.random.choice(LIFELINES), self.random.choice(LIFELINES)

    def fragment(self, depth: int, *, parallel: bool) -> Fragment:
        """A fragment, with one operand or two."""
        random = self.random
        operator: Operator = "group" if random.random() < 0.4 else random.choice(OPERATORS)
        match operator:
            case "loop":
                label = " ".join(filter(None, [random.choice(BOUNDS), random.choice(GUARDS)]))
            case "group":
                label = random.choice([*GROUPS, random.choice(FILTERS)])
            case _:
                label = random.choice(GUARDS)
        body = self.elements(depth + 1, 3)
        if random.random() < (0.9 if operator in {"alt", "par"} else 0.08):
            body += [Else(random.choice(GUARDS)), *self.elements(depth + 1, 3)]
        return Fragment(operator, label, tuple(body), parallel=parallel)


def draw_run(random: Random, expectation: Expectation, order: Order = "strict") -> list[Event]:
    """Draw a run that the diagram allows, but for its guards and fresh holes; loops go round at most twice more."""
    return _Running(random, expectation).events(order)


@dataclass(frozen=True, slots=True)
class _Step:
    """One event of a run; tied: the next one follows at once."""

    event: Event
    tied: bool = False


class _Running:
    """The drawing of one run; values: of holes, by name; those of a loop are forgotten with each iteration."""

    def __init__(self, random: Random, expectation: Expectation) -> None:
        self.random, self.expectation = random, expectation
        self.values: dict[str, str] = {}

    def events(self, order: Order) -> list[Event]:
        """The whole run."""
        steps, _ = self.steps(self.expectation.term, weak=order == "lifeline")
        return [step.event for step in steps]

    def steps(self, term: Term, *, weak: bool) -> tuple[list[_Step], bool]:  # noqa: PLR0911  # one for each operator
        """A run of a term, and whether it ended with a `break`."""
        random = self.random
        match term:
            case Expected():
                event = self.filled(term)
                if term.both and random.random() < 0.5:
                    event = replace(event, source=event.target, target=event.source)
                return [_Step(event)], False
            case Strict(items):
                return self.after_each_other(items, weak=weak)
            case Loop():
                return self.loop(term, weak=weak), False
            case Parallel():
                return self.beside([self.steps(each.body, weak=weak)[0] for each in term.operands]), False
            case Group(begin=None):
                return self.steps(term.body, weak=False)[0], False
            case Group(begin=begin, end=end):
                parts = [begin, Group(term.operands), end] if not weak else [begin, Weak(term.operands), end]
                return self.after_each_other(tuple(part for part in parts if part), weak=weak)[0], False
            case Weak():
                return self.steps(term.body, weak=True)[0], False
            case Negative():
                return (self.steps(term.body, weak=weak)[0] if random.random() < 0.3 else []), False
            case AnyOrder() if isinstance(term.body, Strict):
                items = tuple(random.sample(term.body.items, len(term.body.items)))
                return self.after_each_other(items, weak=False)[0], False
            case Combined():
                return self.one(term, weak=weak)

    def one(self, term: Combined, *, weak: bool) -> tuple[list[_Step], bool]:
        """A run of one of the operands of an operator, as it changes it."""
        random = self.random
        if isinstance(term, Option | Break) and random.random() < 0.4:
            return [], False
        steps, broken = self.steps(random.choice(term.operands).body, weak=weak)
        match term:
            case Critical():
                steps = [_Step(step.event, tied=True) for step in steps[:-1]] + steps[-1:]
            case Ignore() | Consider():
                for _ in range(random.choice([0, 1, 1, 2])):
                    at = random.randint(0, len(steps))
                    tied = at > 0 and steps[at - 1].tied
                    steps.insert(at, _Step(self.passing(term), tied))
        return steps, isinstance(term, Break) or (broken and isinstance(term, Alternatives | Use) and not term.written)

    def after_each_other(self, items: tuple[Term, ...], *, weak: bool) -> tuple[list[_Step], bool]:
        """One after the other; where the order is weak, some overtake others."""
        steps: list[_Step] = []
        for item in items:
            more, broken = self.steps(item, weak=weak)
            steps = self.overtaken(steps, more) if weak else steps + more
            if broken:
                return steps, True
        return steps, False

    def loop(self, term: Loop, *, weak: bool) -> list[_Step]:
        """Some iterations."""
        steps: list[_Step] = []
        most = term.least + 2 if term.most is None else min(term.most, term.least + 2)
        for _ in range(self.random.randint(term.least, most)):
            for name in term.fresh:
                self.values.pop(name, None)
            more, broken = self.steps(term.body, weak=weak)
            steps = self.overtaken(steps, more) if weak else steps + more
            if broken or len(steps) > LONGEST:
                break
        return steps

    def overtaken(self, first: list[_Step], second: list[_Step]) -> list[_Step]:
        """One before the other, but where steps of the second that share no lifeline overtake."""
        steps = list(first)
        low = 0
        for number, step in enumerate(second):
            at = len(steps)
            while at > low and not _share(steps[at - 1].event, step.event) and self.random.random() < 0.6:
                at -= 1
            if any(each.tied for each in (*first, *second)) or (number and second[number - 1].tied):
                at = len(steps)
            steps.insert(at, step)
            low = at + 1
        return steps

    def beside(self, runs: list[list[_Step]]) -> list[_Step]:
        """An interleaving."""
        steps: list[_Step] = []
        waiting = [list(run) for run in runs if run]
        while waiting:
            run = self.random.choice(waiting)
            while run:
                steps.append(run.pop(0))
                if not steps[-1].tied:
                    break
            waiting = [run for run in waiting if run]
        return steps

    def filled(self, expected: Expected) -> Event:
        """The event, with values."""
        for text in expected.patterns:
            self.choose(text)
        return instance(expected, self.values)

    def choose(self, text: TextPattern) -> None:
        """Values for the holes of a text that have none."""
        for hole in text.holes:
            if hole.name not in self.values:
                self.values[hole.name] = self.random.choice(VALUES[hole.type])

    def passing(self, term: Ignore | Consider) -> Event:
        """A message that may pass, or perhaps not."""
        event = _event(self.random, messages=True)
        if isinstance(term, Ignore) and term.messages and self.random.random() < 0.9:
            text = self.random.choice(term.messages)
            known = {hole.name: self.random.choice(VALUES[hole.type]) for hole in text.holes}
            event = replace(event, label=text.fill({**known, **self.values}))
        return event


def _share(one: Event, other: Event) -> bool:
    ends = [{each.source, each.target, *each.on} - {"[", "]", "?", ""} for each in (one, other)]
    return not one.is_data or not other.is_data or bool(ends[0] & ends[1])


def _event(random: Random, *, messages: bool = False) -> Event:
    word = random.choice(WORDS)
    chance = random.random()
    if messages or chance < 0.8:
        return Event(
            source=random.choice("AAB" + LIFELINES),
            target=random.choice("BBA" + LIFELINES),
            line="dashed" if random.random() < 0.1 else "solid",
            label=word,
            notes=(Data("hnote", random.choice(WORDS)),) if random.random() < 0.1 else (),
        )
    if chance < 0.87:
        return Event(kind="note", on=("A",), shape=random.choice(["hnote", "rnote"]), text=word)
    if chance < 0.93:
        return Event(kind="section", label=random.choice(["s", "a"]))
    return Event(kind=random.choice(["begin", "end"]), label=random.choice(["frame", "frame a"]))


def _change(random: Random, run: list[Event]) -> None:
    at = random.randint(0, max(0, len(run) - 1))
    match random.choice(["drop", "drop", "double", "swap", "replace", "insert", "alter", "alter"]):
        case "drop":
            del run[at : at + 1]
        case "double":
            run[at:at] = run[at : at + 1]
        case "swap":
            run[at : at + 2] = run[at : at + 2][::-1]
        case "replace":
            run[at : at + 1] = [_event(random)]
        case "insert":
            run.insert(at, _event(random))
        case _:
            word = random.choice(WORDS)
            run[at : at + 1] = [
                replace(event, text=word) if event.kind == "note" else replace(event, label=word)
                for event in run[at : at + 1]
            ]


def operators(case: Case) -> set[str]:
    """The operators of a case, by the names of their terms."""
    return {type(term).__name__ for term in walk(case.expectation.term) if isinstance(term, Combined)}
