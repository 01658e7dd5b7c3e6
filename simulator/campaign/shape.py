"""When two runs of an operation are one, but for the values that the system made up in them.

Lives here: what a run is remembered by. Pure. Must not live here: what is remembered (`judging`).

Laws: runs of one shape have equal texts, once each value that was made up has a sign for a name. Where `explained` says
so, what a verdict says of one run, that its rule allows it, is true of every run of that shape.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulator.campaign.system import Parts
from simulator.conformance.fitting import Fitting
from simulator.conformance.verdict import Step, Verdict
from simulator.events import Event
from simulator.interaction.patterns import fold
from simulator.interaction.terms import Combined, Expectation, walk

# The first of the letters for private use that stand for values: no text of a diagram or a system has them.
_SIGN = 0xF0000

_WORD = re.compile(r"[0-9A-Za-z_.-]+")

# Holes of these types hold a value made up anew just as the one before it, where both are words or both are not.
_OPEN_TYPES = frozenset({"word", "any"})

_NO_SIGNS: Mapping[str, str] = MappingProxyType({})


# Between texts; none has it.
_BORDER = "\U000ffffd"


def of_parts(parts: Parts) -> tuple[list[Hashable], list[str], list[str]]:
    """What is remembered of the parts of an operation: all but the texts, the values of meanings, those made up."""
    # This is done for every operation of a campaign: plain loops, and few objects.
    frame: list[Hashable] = []
    texts: list[str] = []
    made_up: list[str] = []
    for group in parts:
        frame.append(len(group))
        for part in group:
            frame += (part.facts, len(part.meanings), *part.meanings)
            for meaning in part.meanings.values():
                texts.append(meaning.value)
                if meaning.volatile:
                    made_up.append(meaning.value)
    return frame, texts, made_up


@dataclass(frozen=True, slots=True)
class Shape:
    """What a run is remembered by.

    key: what was done and seen, with signs for values; None for a run that is like no other. signs: for each value that
    the system made up, the letter for private use that stands for it. events: of the run, with their own texts.
    """

    key: Hashable
    signs: Mapping[str, str]
    events: tuple[Event, ...]

    @classmethod
    def of(cls, parts: Parts, events: tuple[Event, ...]) -> "Shape":
        """What a run is remembered by; parts: what its operation consists of."""
        frame, texts, made_up = of_parts(parts)
        for event in events:
            notes = event.notes
            frame += (event.kind, event.source, event.target, event.line, event.on, event.shape, len(notes))
            texts += (event.label, event.text)
            for note in notes:
                frame.append(note.shape)
                texts.append(note.text)
            if event.attributes and (volatile := event.attributes.get("volatile")):
                made_up += volatile.values()
        told = _BORDER.join(texts)
        if told.count(_BORDER) >= max(1, len(texts)):
            return cls(None, {}, events)
        if not made_up:
            return cls((tuple(frame), told), _NO_SIGNS, events)
        # In an order that is the same for all runs of the shape.
        signs = {value: sign(number) for number, value in enumerate(dict.fromkeys(filter(None, made_up)))}
        words = tuple(map(is_word, signs))
        return cls((tuple(frame), words, _signed(told, signs)), signs, events)

    def explained(self, expectation: Expectation, verdict: Verdict) -> bool:
        """Whether the reason for a verdict that a rule holds, on this very run, holds for all runs of the shape.

        That is so where none of the values counts, or where each text is that of its pattern also with signs for them.
        """
        if not self.signs:
            return True
        terms = list(walk(expectation.term))
        guards = (operand.guard for term in terms if isinstance(term, Combined) for operand in term.operands)
        holes = {hole for term in expectation.events for text in term.patterns for hole in text.holes}
        if any(guard.comparison for guard in guards) or any(hole.fresh for hole in holes):
            return False
        fitting = Fitting(expectation.data_notes)
        return all(self._reads_alike(step, fitting) for step in verdict.alignment)

    def _reads_alike(self, step: Step, fitting: Fitting) -> bool:
        """Whether the texts of an event are those of its patterns also with signs for values."""
        texts = step.expected and fitting.texts(step.expected, self.events[step.position])
        if not texts:
            return False
        values = {name: _signed(value, self.signs) for name, value in step.values.items()}
        same = {name for name, value in step.values.items() if values[name] == value}
        return all(
            pattern.fill(values) == fold(_signed(text, self.signs))
            and all(hole.type in _OPEN_TYPES or hole.name in same for hole in pattern.holes)
            for pattern, text in texts
        )


def sign(number: int) -> str:
    """The letter that stands for a value, counted from 0."""
    return chr(_SIGN + number)


def is_word(value: str) -> bool:
    """Whether a value has no letter that parts it."""
    return _WORD.fullmatch(value) is not None


def _signed(text: str, signs: Mapping[str, str]) -> str:
    for value, sign in signs.items():
        text = text.replace(value, sign)
    return text
