"""Laws of coverage: a run that is told what it shows shows just that; merging counts in any order and grouping."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.conformance.check import Judge
from simulator.conformance.counting import coverage
from simulator.conformance.coverage import NOTHING, Coverage, Part, merged
from simulator.conformance.verdict import Verdict
from simulator.diagram.parser import parse
from simulator.errors import Place
from simulator.events import Event, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation


@dataclass(eq=False)
class Piece:
    """A message, or a fragment with bodies, which all begin with a message: so it is seen where iterations begin."""

    kind: str
    bodies: "list[list[Piece]]" = field(default_factory=list)
    line: int = 0
    lines: list[int] = field(default_factory=list)


class Shown(NamedTuple):
    """What a part of a coverage is told by here."""

    line: int
    kind: str
    name: str
    case: str


def piece(body: "st.SearchStrategy[list[Piece]]") -> "st.SearchStrategy[Piece]":
    """A fragment."""
    one = st.sampled_from(["opt", "loop", "loop", "break", "break", "group any order", "group"])
    several = st.sampled_from(["alt", "par"])
    return st.builds(Piece, one, st.lists(body, min_size=1, max_size=1)) | st.builds(
        Piece, several, st.lists(body, min_size=2, max_size=3)
    )


bodies = st.recursive(
    st.builds(lambda: [Piece("message")]),
    lambda body: st.lists(piece(body) | st.builds(Piece, st.just("message")), max_size=3).map(
        lambda pieces: [Piece("message"), *pieces]
    ),
    max_leaves=6,
)


def written(body: list[Piece]) -> Iterator[str]:
    """The lines of a diagram, each piece told which are its own, counted from 1."""
    lines = ["@startuml"]

    def write(body: list[Piece]) -> None:
        for piece in body:
            if piece.kind == "message":
                lines.append(f"A -> B: m{len(lines) + 1}")
                piece.line = len(lines)
                continue
            for number, inner in enumerate(piece.bodies):
                lines.append("else" if number else piece.kind)
                piece.lines.append(len(lines))
                write(inner)
            piece.line = piece.lines[0]
            lines.append("end")

    write(body)
    yield from (*lines, "@enduml", "")


class Running:
    """Draws a run and what it shows."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.shown: set[Shown] = set()

    def body(self, body: list[Piece]) -> tuple[list[str], bool]:
        """The messages, and whether a `break` has left it."""
        run: list[str] = []
        for piece in body:
            if piece.kind == "break":
                taken = self.draw(st.booleans())
                self.show(piece.line, "break", "taken" if taken else "not taken")
                if taken:
                    return run + self.body(piece.bodies[0])[0], True
            else:
                run += self.piece(piece)
        return run, False

    def piece(self, piece: Piece) -> list[str]:
        """The messages of anything else."""
        match piece.kind:
            case "message":
                self.shown.add(Shown(piece.line, "message", f"A -> B: m{piece.line}", "shown"))
                return [f"m{piece.line}"]
            case "opt":
                taken = self.draw(st.booleans())
                self.show(piece.line, "opt", "taken" if taken else "not taken")
                return self.body(piece.bodies[0])[0] if taken else []
            case "loop":
                return self.loop(piece)
            case "alt":
                number = self.draw(st.integers(0, len(piece.bodies) - 1))
                self.show(piece.lines[number], "alt", "taken")
                return self.body(piece.bodies[number])[0]
            case "par":
                return self.parallel(piece)
            case "group any order":
                return self.body(self.draw(st.permutations(piece.bodies[0])))[0]
            case _:
                return [f"begin {piece.line}", *self.body(piece.bodies[0])[0], f"end {piece.line}"]

    def loop(self, piece: Piece) -> list[str]:
        """Some iterations; a `break` in one is in the last."""
        run: list[str] = []
        count, left = 0, False
        for _ in range(self.draw(st.integers(0, 3))):
            if not left:
                messages, left = self.body(piece.bodies[0])
                run += messages
                count += 1
        self.show(piece.line, "loop", "many" if count > 1 else str(count))
        return run

    def parallel(self, piece: Piece) -> list[str]:
        """The operands, interleaved."""
        runs = [self.body(inner)[0] for inner in piece.bodies]
        turns = self.draw(st.permutations([number for number, run in enumerate(runs) for _ in run]))
        for number, line in enumerate(piece.lines):
            self.show(line, "par", "taken")
            for other in range(number + 1, len(runs)):
                places = [[at for at, turn in enumerate(turns) if turn == each] for each in (number, other)]
                before, after = places[0][-1] < places[1][0], places[1][-1] < places[0][0]
                case = "in order" if before else "reversed" if after else "interleaved"
                self.shown.add(Shown(piece.line, "par", f"{number + 1}, {other + 1}", case))
        rest = [iter(run) for run in runs]
        return [next(rest[turn]) for turn in turns]

    def show(self, line: int, kind: str, case: str) -> None:
        """Show a part without a name."""
        self.shown.add(Shown(line, kind, "", case))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Expectation, list[Event], set[Shown]]:
    """A diagram, a run of it, and what that shows."""
    body = draw(bodies)
    text = "\n".join(written(body))
    (diagram,) = parse(text, "d.puml")
    running = Running(draw)
    run, _ = running.body(body)
    return lower(diagram, "d.puml"), [event(each) for each in run], running.shown


def event(written: str) -> Event:
    """A message, or a mark of a group without a label."""
    kind = written.split(maxsplit=1)[0]
    if kind in {"begin", "end"}:
        return Event(kind=kind, label="")  # type: ignore[arg-type]  # one of the two
    return Event(source="A", target="B", label=written)


def shown(expectation: Expectation, verdict: Verdict) -> set[Shown]:
    """What a verdict shows."""
    counts = coverage(expectation, [verdict]).counts
    return {Shown(part.place.line, part.kind, part.name, part.case) for part, count in counts if count}


@given(cases(), st.sampled_from(["strict", "lifeline"]))
def test_a_run_shows_what_it_went_through(case: tuple[Expectation, list[Event], set[Shown]], order: str) -> None:
    """Whatever the fragments and the way through them, the parts shown are those of this way."""
    expectation, events, told = case
    judge = Judge(expectation, order="lifeline" if order == "lifeline" else "strict")
    verdict = judge.verdict(Trace("t", tuple(events)))
    assert verdict.conforms
    assert shown(expectation, verdict) == told


@given(cases(), st.data())
def test_a_run_that_stops_shows_nothing_else(
    case: tuple[Expectation, list[Event], set[Shown]], data: st.DataObject
) -> None:
    """A run that is cut off shows only what the whole run shows."""
    expectation, events, told = case
    cut = data.draw(st.integers(1, len(events)))
    verdict = Judge(expectation).verdict(Trace("t", tuple(events[:cut])))
    assume(not verdict.conforms)
    assert shown(expectation, verdict) <= told


parts = st.builds(
    Part,
    st.sampled_from(["a.puml", "b.puml"]),
    st.builds(Place, st.just("a.puml"), st.integers(1, 3)),
    st.sampled_from(["message", "opt"]),
    st.just(""),
    st.sampled_from(["taken", "not taken"]),
)
coverages = st.dictionaries(parts, st.integers(0, 3), max_size=5).map(
    lambda counts: Coverage(tuple(sorted(counts.items())))
)


@given(coverages, coverages, coverages)
def test_merging(one: Coverage, other: Coverage, third: Coverage) -> None:
    """Order and grouping do not matter, nothing adds nothing, and what was exercised stays so."""
    assert merged([one, other]) == merged([other, one])
    assert merged([merged([one, other]), third]) == merged([one, merged([other, third])]) == merged([one, other, third])
    assert merged([one, NOTHING]) == merged([one]) == one
    assert merged([one, other]).exercised >= max(one.exercised, other.exercised)
    assert merged(merged([one, other]).by_diagram.values()) == merged([one, other])
