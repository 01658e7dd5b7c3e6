"""Examples lifted to rules: what one section of a diagram says about an operation, said for every value.

Lives here: replacing the literal values of an example by their meaning, putting rules together, and drawing a rule with
the values of a run. Pure. Must not live here: which values mean what (a `campaign.system.System` says so), judging
(`conformance.check`).

Laws: a rule with the meanings of its own example bound expects exactly what the example expects. Names of meanings
begin with `@`, which no hole of a diagram can, so they never collide.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Literal

from simulator.diagram.ast import Element, Fragment, Message, Note, Section, SequenceDiagram
from simulator.discovery.single import draw
from simulator.errors import Place
from simulator.events import Event, Trace
from simulator.events import Note as EventNote
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, fold
from simulator.interaction.terms import Expectation, Expected, Strict


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
    diagram, section, place: where the diagram says so. events: what it expects, without the section mark.
    data_notes: as in `Expectation`. values: what the holes of the diagram stood for, where that is known.
    """

    operation: str
    facts: tuple[str, ...]
    meanings: Meanings
    diagram: str
    section: str
    place: Place
    events: tuple[Expected, ...]
    data_notes: tuple[str, ...] = ("hnote", "rnote")
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is due for an operation where these facts hold.

    examples: all that say it. expectation: the first one's events, with holes `@NAME` for values that have a meaning.
    """

    operation: str
    facts: tuple[str, ...]
    examples: tuple[Example, ...]
    expectation: Expectation


def learn(examples: Iterable[Example]) -> tuple[Rule, ...]:
    """Lift every example; those that say the same become one rule. In the order of the examples."""
    rules: dict[object, Rule] = {}
    for example in examples:
        events = lift(example.events, example.meanings, example.values)
        says = (example.operation, example.facts, example.data_notes, tuple(_unnamed(events)))
        if known := rules.get(says):
            rules[says] = replace(known, examples=(*known.examples, example))
        else:
            expectation = Expectation(example.diagram, example.place, Strict(events), example.data_notes)
            rules[says] = Rule(example.operation, example.facts, (example,), expectation)
    return tuple(rules.values())


def lift(
    events: Sequence[Expected], meanings: Meanings, values: Mapping[str, str] = MappingProxyType({})
) -> tuple[Expected, ...]:
    """Replace the values in the texts of `events` by holes named by their meaning.

    Only whole words are replaced, longer values first; between equal values the earlier meaning wins.
    values: of the diagram's own holes; one that has a value with a meaning stands for that meaning.
    """

    @cache
    def lifting(stands: str, lifelines: frozenset[str]) -> _Lifting:
        may = {name: each for name, each in meanings.items() if not each.beside or each.beside & lifelines}
        return _Lifting.of(may, stands, values)

    def lifted(event: Expected) -> Expected:
        beside = event.on | {event.source, event.target}
        text = lifting("note" if event.kind == "note" else "label", beside)(event.text)
        notes = (replace(note, text=lifting("note", beside)(note.text)) for note in event.notes)
        return replace(event, text=text, notes=tuple(notes))

    return tuple(lifted(event) for event in events)


def chain(groups: Sequence[Sequence[Rule]]) -> Rule:
    """Put the rules for the parts of an operation together: group after group.

    Those of a group share their first and last event (its beginning and end, as `TX commit` and `TX end`). The holes of
    part N, counted from 1, get `N.` in front of their names, after the `@`; so do `numbered` meanings.
    """
    number = itertools.count(1)
    numbered = [[_numbered(rule.expectation.events, next(number)) for rule in group] for group in groups]
    events: list[Expected] = []
    for group in numbered:
        for index, part in enumerate(group):
            events += part[(1 if index else 0) : (len(part) if index + 1 == len(group) else -1)]
    first = groups[0][0]
    return replace(first, expectation=replace(first.expectation, term=Strict(tuple(events))))


def numbered(parts: Sequence[Meanings]) -> Meanings:
    """The meanings for a rule that was made by `chain`."""
    return {f"{number}.{name}": meaning for number, each in enumerate(parts, start=1) for name, meaning in each.items()}


def _numbered(events: Sequence[Expected], number: int) -> Sequence[Expected]:
    def named(pattern: TextPattern) -> TextPattern:
        return TextPattern(
            tuple(
                part
                if isinstance(part, str)
                else replace(part, name=f"{'@' * part.name.startswith('@')}{number}.{part.name.removeprefix('@')}")
                for part in pattern.parts
            )
        )

    return [
        replace(
            event, text=named(event.text), notes=tuple(replace(note, text=named(note.text)) for note in event.notes)
        )
        for event in events
    ]


def bindings(meanings: Meanings) -> Mapping[str, str]:
    """The values of a rule's own holes in one run, as texts are compared: with blanks folded."""
    return {_hole(name).name: fold(meaning.value) for name, meaning in meanings.items()}


def drawn(events: Sequence[Expected], meanings: Meanings, section: str) -> SequenceDiagram:
    """A rule as a diagram of one section, with the values of one run; the holes of its diagram stay holes."""
    values = _Values(
        bindings(meanings), {meaning.value: name for name, meaning in meanings.items() if meaning.volatile}
    )
    marked = (
        Event(
            kind=event.kind,
            source=event.source,
            target=event.target,
            line=event.line,
            label="" if event.kind == "note" else _marked(event.text, values),
            notes=tuple(EventNote(note.shape, _marked(note.text, values)) for note in event.notes),
            on=tuple(sorted(event.on)),
            shape=event.shape,
            text=_marked(event.text, values) if event.kind == "note" else "",
        )
        for event in events
    )
    diagram = draw(Trace(section, (Event(kind="section", label=section), *marked)))
    both = iter([event.both for event in events if event.kind == "message"])
    holes = {hole.name: hole for event in events for text in event.patterns for hole in text.holes}
    spelled = {name: str(replace(hole.plain, name=name.removeprefix("@"))) for name, hole in holes.items()}
    return replace(diagram, body=tuple(_unmarked(element, both, spelled) for element in diagram.body))


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
        longest_first = "|".join(re.escape(value) for value in sorted(names, key=lambda value: (-len(value), value)))
        words = re.compile(rf"(?<![0-9A-Za-z\0])({longest_first})(?![0-9A-Za-z\0])")
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


def _unnamed(events: Iterable[Expected]) -> Iterator[object]:
    """What events say, whatever their place, and whatever the holes of their diagram are called."""
    numbers: dict[str, str] = {}

    def anonymous(pattern: TextPattern) -> TextPattern:
        return TextPattern(
            tuple(
                part
                if isinstance(part, str) or part.name.startswith("@")
                else replace(part, name=numbers.setdefault(part.name, str(len(numbers))))
                for part in pattern.parts
            )
        )

    for event in events:
        notes = tuple((note.shape, anonymous(note.text)) for note in event.notes)
        ends = (event.source, event.target, event.both)
        yield (event.kind, ends, event.line, event.on, event.shape, anonymous(event.text), notes)


# A hole on its way through `draw`, which writes recorded texts and so escapes `${`: two characters for private use.
_MARK = re.compile("\ue000([^\ue001]*)\ue001")


@dataclass(frozen=True, slots=True)
class _Values:
    """What holes are drawn as: bound to a value by their name; a value that is volatile stays a hole."""

    bound: Mapping[str, str]
    volatile: Mapping[str, str]

    def __call__(self, hole: Hole) -> str:
        if hole.name not in self.bound:
            return f"\ue000{hole.name}\ue001"
        text = self.bound[hole.name]
        for value, name in self.volatile.items():
            text = text.replace(value, f"\ue000{name.upper()}\ue001")
        return text


def _marked(pattern: TextPattern, values: _Values) -> str:
    return "".join(part if isinstance(part, str) else values(part) for part in pattern.parts)


def _unmarked(element: Element, both: Iterator[bool], spelled: Mapping[str, str]) -> Element:
    """An element with its holes; both: of each message in order, whether its direction is open; spelled: by name."""

    def text(marked: str) -> str:
        return _MARK.sub(lambda mark: spelled.get(mark[1], f"${{{mark[1]}}}"), marked)

    match element:
        case Message(label=label, backwards=backwards):
            open_both = next(both)
            return replace(element, label=text(label), both=open_both, backwards=backwards and not open_both)
        case Note():
            return replace(element, text=text(element.text))
        case Section(title=title):
            return replace(element, title=text(title))
        case Fragment(label=label, body=body):
            inside = tuple(_unmarked(inner, both, spelled) for inner in body)
            return replace(element, label=text(label), body=inside)
    return element
