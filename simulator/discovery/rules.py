"""Examples lifted to rules: what one section of a diagram says about an operation, said for every value.

Lives here: replacing the literal values of an example by their meaning, and drawing a rule with the values of a run.
Pure. Must not live here: which values mean what (a `campaign.system.System` says so), judging (`conformance.check`).

Laws: a rule with the meanings of its own example bound expects exactly what the example expects. Names of meanings
begin with `@`, which no hole of a diagram can, so they never collide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.diagram.ast import Element, Group, Message, Note, Section, SequenceDiagram
from simulator.discovery.single import draw
from simulator.errors import Place
from simulator.events import Event, Trace
from simulator.events import Note as EventNote
from simulator.interaction.patterns import Hole, TextPattern
from simulator.interaction.terms import Expectation, Expected

# Stands for a hole beside a literal text, where it counts as a letter: no value contains it.
_HOLE_BESIDE = "\0"


@dataclass(frozen=True, slots=True)
class Example:
    """One operation as a diagram shows it.

    operation, facts: what was done, and what held before it. meanings: the values in its events by their meaning.
    diagram, section, place: where the diagram says so. events: what it expects, without the section mark.
    data_notes: as in `Expectation`.
    """

    operation: str
    facts: tuple[str, ...]
    meanings: Mapping[str, str]
    diagram: str
    section: str
    place: Place
    events: tuple[Expected, ...]
    data_notes: tuple[str, ...] = ("hnote", "rnote")


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
        events = lift(example.events, example.meanings)
        says = (example.operation, example.facts, example.data_notes, tuple(_unnamed(events)))
        if known := rules.get(says):
            rules[says] = replace(known, examples=(*known.examples, example))
        else:
            expectation = Expectation(example.diagram, example.place, events, example.data_notes)
            rules[says] = Rule(example.operation, example.facts, (example,), expectation)
    return tuple(rules.values())


def lift(events: Sequence[Expected], meanings: Mapping[str, str]) -> tuple[Expected, ...]:
    """Replace the values in the texts of `events` by holes named by their meaning.

    Only whole words are replaced, longer values first; between equal values the earlier meaning wins.
    """
    names = {value: _hole(name) for name, value in reversed(list(meanings.items())) if value}
    if not names:
        return tuple(events)
    values = "|".join(re.escape(value) for value in sorted(names, key=lambda value: (-len(value), value)))
    words = re.compile(rf"(?<![0-9A-Za-z\0])({values})(?![0-9A-Za-z\0])")

    def lifted(pattern: TextPattern) -> TextPattern:
        return _joined(_split(pattern, words, names))

    return tuple(
        replace(
            event,
            text=lifted(event.text),
            notes=tuple(replace(note, text=lifted(note.text)) for note in event.notes),
        )
        for event in events
    )


def bindings(meanings: Mapping[str, str]) -> Mapping[str, str]:
    """The values of a rule's own holes in one run."""
    return {_hole(name).name: value for name, value in meanings.items()}


def drawn(events: Sequence[Expected], meanings: Mapping[str, str], section: str) -> SequenceDiagram:
    """A rule as a diagram of one section, with the values of one run; the holes of its diagram stay holes."""
    values = bindings(meanings)
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
    return replace(diagram, body=tuple(_unmarked(element) for element in diagram.body))


def _hole(meaning: str) -> Hole:
    return Hole(f"@{meaning}", "any")


def _split(pattern: TextPattern, words: re.Pattern[str], names: Mapping[str, Hole]) -> Iterator[str | Hole]:
    for index, part in enumerate(pattern.parts):
        if isinstance(part, Hole):
            yield part
            continue
        before = _HOLE_BESIDE if index else ""
        after = _HOLE_BESIDE if index + 1 < len(pattern.parts) else ""
        for piece in words.split(before + part + after):
            yield names.get(piece, piece.strip(_HOLE_BESIDE))


def _joined(parts: Iterable[str | Hole]) -> TextPattern:
    return TextPattern(tuple(part for part in parts if part))


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
        yield (event.kind, event.source, event.target, event.line, event.on, event.shape, anonymous(event.text), notes)


# A hole on its way through `draw`, which writes recorded texts and so escapes `${`: two characters for private use.
_MARK = re.compile("\ue000([^\ue001]*)\ue001")


def _marked(pattern: TextPattern, values: Mapping[str, str]) -> str:
    return "".join(
        part if isinstance(part, str) else values.get(part.name, f"\ue000{_spelled(part)}\ue001")
        for part in pattern.parts
    )


def _spelled(hole: Hole) -> str:
    kind = "" if hole.type == "word" else f":{hole.type}"
    return f"{hole.name.removeprefix('@')}{kind}{'!' if hole.fresh else ''}"


def _unmarked(element: Element) -> Element:
    match element:
        case Message(label=label):
            return replace(element, label=_MARK.sub(r"${\1}", label))
        case Note(text=text):
            return replace(element, text=_MARK.sub(r"${\1}", text))
        case Section(title=title):
            return replace(element, title=_MARK.sub(r"${\1}", title))
        case Group(label=label, body=body):
            return replace(element, label=_MARK.sub(r"${\1}", label), body=tuple(_unmarked(inner) for inner in body))
    return element
