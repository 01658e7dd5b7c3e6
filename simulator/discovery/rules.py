"""Examples lifted to rules: what one section of a diagram says about an operation, said for every value.

Lives here: replacing the literal values of an example by their meaning. Pure. Must not live here: putting rules
together (`chains`), drawing them (`drawing`), which values mean what (a `campaign.system.System` says so), judging
(`conformance.check`).

Laws: a rule with the meanings of its own example bound allows exactly what the example allows, but that the value of a
`${NAME!}` differs from those of the meanings, too. Names of meanings begin with `@`, which no hole of a diagram can, so
they never collide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Literal

from simulator.errors import Place
from simulator.interaction.guards import Comparison, Guard
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.rebuilding import Change, holes_of, renaming
from simulator.interaction.terms import Expectation, Expected, Term, walk


@dataclass(frozen=True, slots=True)
class Meaning:
    """A literal value in events, and where it may stand.

    stands: in labels (of messages and frames), in notes, or in both. beside: in events with one of these lifelines;
    empty for any. volatile: the system made it up, another run has another; drawn it is a hole.
    """

    value: str
    stands: Literal["label", "note", "anywhere"]
    beside: frozenset[str] = frozenset()
    volatile: bool = False


Meanings = Mapping[str, Meaning]

# Stands for a hole beside a literal text, where it counts as a letter: no value contains it.
_HOLE_BESIDE = "\0"


@dataclass(frozen=True, slots=True)
class Example:
    """One operation as a diagram shows it.

    operation, facts: what was done, and what held before it. meanings: the values in its events by their meaning.
    diagram, section, place: where the diagram says so. term: what it allows, without the section mark.
    data_notes: as in `Expectation`. values: what the holes of the diagram stood for, where that is known.
    """

    operation: str
    facts: tuple[str, ...]
    meanings: Meanings
    diagram: str
    section: str
    place: Place
    term: Term
    data_notes: tuple[str, ...] = ("hnote", "rnote")
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is due for an operation where these facts hold.

    examples: all that say it. expectation: the first one's term, with holes `@NAME` for values that have a meaning.
    """

    operation: str
    facts: tuple[str, ...]
    examples: tuple[Example, ...]
    expectation: Expectation


def learn(examples: Iterable[Example]) -> tuple[Rule, ...]:
    """Lift every example; those that say the same become one rule. In the order of the examples."""
    rules: dict[object, Rule] = {}
    for example in examples:
        term = lift(example.term, example.meanings, example.values)
        says = (example.operation, example.facts, example.data_notes, _unnamed(term))
        if known := rules.get(says):
            rules[says] = replace(known, examples=(*known.examples, example))
        else:
            expectation = Expectation(example.diagram, example.place, term, example.data_notes)
            rules[says] = Rule(example.operation, example.facts, (example,), expectation)
    return tuple(rules.values())


def lift(term: Term, meanings: Meanings, values: Mapping[str, str] = MappingProxyType({})) -> Term:
    """Replace the values in the texts of `term` by holes named by their meaning, in all of its operands.

    Only whole words are replaced, longer values first; between equal values the earlier meaning wins. In a guard a
    value is a literal that a hole is equal to, or is not; it has the meanings that it would have where the hole stands.
    values: of the diagram's own holes; one that has a value with a meaning stands for that meaning.
    """

    @cache
    def lifting(stands: str, lifelines: frozenset[str]) -> _Lifting:
        may = {name: each for name, each in meanings.items() if not each.beside or each.beside & lifelines}
        return _Lifting.of(may, stands, values)

    beside: dict[str, _Lifting] = {}

    def lifted(event: Expected) -> Expected:
        near = event.on | {event.source, event.target}
        own, noted = lifting("note" if event.kind == "note" else "label", near), lifting("note", near)
        for by, pattern in ((own, event.text), *((noted, note.text) for note in event.notes)):
            for hole in pattern.holes:
                known = beside.setdefault(hole.name, by)
                if hole.name in by.values and hole.name not in known.values:
                    beside[hole.name] = by
        notes = tuple(replace(note, text=noted(note.text)) for note in event.notes)
        return replace(event, text=own(event.text), notes=notes)

    def guarded(guard: Guard) -> Guard:
        return replace(guard, comparison=guard.comparison and _compared(guard.comparison, beside))

    everywhere = lifting("label", frozenset(name for each in meanings.values() for name in each.beside))
    # A guard may stand before the holes that it compares.
    events = {id(event): lifted(event) for event in walk(term) if isinstance(event, Expected)}
    return Change(lambda event: events[id(event)], guarded, everywhere)(term)


def _compared(comparison: Comparison, beside: Mapping[str, "_Lifting"]) -> Comparison:
    """A comparison of meanings: of those of its holes, and of the literal that one is equal to."""

    def meant(name: str) -> str:
        lifting = beside.get(name)
        return lifting.names[lifting.values[name]].name if lifting and name in lifting.values else name

    hole, other = comparison.hole, comparison.other
    if comparison.named:
        return replace(comparison, hole=meant(hole), other=meant(other))
    lifting = beside.get(hole)
    if lifting and comparison.relation in {"=", "!="} and fold(other) in lifting.names:
        return replace(comparison, hole=meant(hole), other=lifting.names[fold(other)].name, named=True)
    return replace(comparison, hole=meant(hole))


def bindings(meanings: Meanings) -> Mapping[str, str]:
    """The values of a rule's own holes in one run, as texts are compared: with blanks folded."""
    return {_hole(name).name: fold(meaning.value) for name, meaning in meanings.items()}


def _hole(meaning: str) -> Hole:
    return Hole(f"@{meaning}", "any")


@dataclass(frozen=True, slots=True)
class _Lifting:
    """Lifts the texts of one kind. names: the hole for each value; values: of the diagram's own holes."""

    names: Mapping[str, Hole]
    values: Mapping[str, str]
    words: re.Pattern[str]

    @classmethod
    def of(cls, meanings: Meanings, stands: str, values: Mapping[str, str]) -> "_Lifting":
        """What is to be lifted where the meanings that `stands` names may stand."""
        names = {
            fold(meaning.value): _hole(name)
            for name, meaning in reversed(list(meanings.items()))
            if meaning.stands in {stands, "anywhere"} and meaning.value
        }
        longest_first = "|".join(_word(value) for value in sorted(names, key=lambda value: (-len(value), value)))
        words = re.compile(f"({longest_first})")
        return cls(names, {name: value for name, value in values.items() if value in names}, words)

    def __call__(self, pattern: TextPattern) -> TextPattern:
        """Replace what has a meaning."""
        return TextPattern(tuple(part for part in self.split(self.filled(pattern)) if part)) if self.names else pattern

    def filled(self, pattern: TextPattern) -> Sequence[str | Hole]:
        """The parts with holes that have a value with a meaning filled, texts side by side made one."""
        parts: list[str | Hole] = []
        for part in pattern.parts:
            filled = self.values.get(part.name, part) if isinstance(part, Hole) else part
            if isinstance(filled, str) and parts and isinstance(parts[-1], str):
                parts[-1] += filled
            else:
                parts.append(filled)
        return parts

    def split(self, parts: Sequence[str | Hole]) -> Iterator[str | Hole]:
        """The parts, cut where a value stands as a word."""
        for index, part in enumerate(parts):
            if isinstance(part, Hole):
                yield part
                continue
            before = _HOLE_BESIDE if index else ""
            after = _HOLE_BESIDE if index + 1 < len(parts) else ""
            for piece in self.words.split(before + part + after):
                yield self.names.get(piece, piece.strip(_HOLE_BESIDE))


def _word(value: str) -> str:
    """A value that stands alone: nothing that could be a part of it is beside it."""
    before = r"(?<![0-9A-Za-z\0])" if value[:1].isalnum() else ""
    after = r"(?![0-9A-Za-z\0])" if value[-1:].isalnum() else ""
    return f"{before}{re.escape(value)}{after}"


def _unnamed(term: Term) -> Term:
    """What a term says, whatever its place, its remarks, and whatever the holes of its diagram are called."""
    names = {name: str(number) for number, name in enumerate(holes_of(term)) if not name.startswith("@")}
    plain = renaming(names)

    def event(event: Expected) -> Expected:
        return replace(plain.event(event), section="", frames=(), anchor="")

    return Change(event, lambda guard: replace(plain.guard(guard), text=""), plain.pattern, plain.fresh)(term)
