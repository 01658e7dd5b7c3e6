"""From the tree of a diagram to the rows of its picture.

Lives here: which elements make a row, and which belong to the row before them. Must not live here: sizes and places.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Autoactivate,
    Delay,
    Directive,
    Element,
    Else,
    Fragment,
    Message,
    Note,
    Page,
    Participant,
    Ref,
    Return,
    Section,
    Space,
)
from simulator.picture.block import MOST, block
from simulator.picture.creole import literal
from simulator.picture.dividers import DelayRow, RefRow, SectionRow, SpaceRow
from simulator.picture.figures import Head
from simulator.picture.frames import FrameRow, OperandRows, guard_of, headed_by
from simulator.picture.heads import Look, look_of
from simulator.picture.mark import SIGNS, Marks
from simulator.picture.messages import Effects, MessageRow, Standing
from simulator.picture.notes import NoteRow, Paper
from simulator.picture.numbering import Numbering
from simulator.picture.row import Row

_WIDEST = re.compile(r"(?s)^skinparam\b.*\bmaxMessageSize\s+(\d+)", re.IGNORECASE)
_SPACE = 25
"""The height of `|||`, in pixels."""


@dataclass(slots=True)
class Rows:
    """The walk. columns: of the lifelines. created: those that the next message creates.

    born: those that some message created. most: how wide the text of a message gets, in pixels.
    """

    columns: dict[str, int]
    heads: dict[str, Head]
    marks: Marks
    numbering: Numbering = field(default_factory=Numbering.new)
    automatic: bool = False
    created: set[str] = field(default_factory=set)
    born: set[str] = field(default_factory=set)
    most: float = MOST

    def of(self, elements: Iterable[Element]) -> list[Row]:
        """The rows of a sequence of elements."""
        rows: list[Row] = []
        for element in elements:
            self.add(element, rows)
        return rows

    def add(self, element: Element, rows: list[Row]) -> None:
        """Add an element as a row, or to the last one."""
        last = rows[-1] if rows else None
        match element:
            case Message() | Return():
                rows.append(self.message(element))
            case Note(on=()) if isinstance(last, MessageRow) and element.position in {"left", "right"}:
                last.notes.append(Paper.of(element))
            case Note():
                rows.append(NoteRow(Paper.of(element), self.over(element.on)))
            case Section() | Page():
                rows.append(SectionRow(element, block(self.told(element, element.title), bold=True)))
            case Fragment():
                rows.append(self.frame(element))
            case Ref():
                rows.append(RefRow.of(element, self.over(element.on)))
            case Delay():
                rows.append(DelayRow(element, block(element.text)))
            case Space():
                rows.append(SpaceRow(_SPACE if element.size is None else min(element.size, 1000)))
            case Activation():
                self.activate(element, rows)
            case Participant(created=True):
                self.created.add(element.lifeline)
            case Autoactivate():
                self.automatic = element.on
            case Directive():
                self.numbering.read(element.text)
                if widest := _WIDEST.search(element.text):
                    self.most = min(max(int(widest[1]), 60), MOST)
            case _:
                pass

    def told(self, element: Element, text: str) -> str:
        """A text with the sign of what is to be said about its element, and how often it was met."""
        mark = self.marks(element)
        sign = SIGNS[mark.kind] if mark.kind else ""
        told = " ".join(filter(None, (sign, text, f"({mark.count})" if mark.count else "")))
        return f"{told}\n{literal(mark.below)}" if mark.below else told

    def over(self, names: Sequence[str]) -> Sequence[int]:
        """The columns of lifelines from left to right; all of them for none."""
        found = sorted({self.columns[name] for name in names if name in self.columns})
        return found or sorted(self.columns.values()) or [1]

    # Messages.

    def message(self, element: Message | Return) -> MessageRow:
        """A message with what happens at its arrow."""
        text = block(self.told(element, self.numbering.next() + element.label), most=self.most)
        if isinstance(element, Return):
            source, target = (self.columns.get(name, 1) for name in (element.source, element.target))
            effects = Effects(closes=[source])
            look = Look("<", "") if target < source or source == target else Look("", ">")
            return MessageRow(element, source, target, text, look, effects, dashed=True, backwards=True)
        source, target, free = self.ends(element)
        look = look_of(element.arrow, backwards=element.backwards, both=element.both)
        left, right = (target, source) if element.backwards else (source, target)
        if left > right:
            look = look.mirrored
        return MessageRow(
            element,
            source,
            target,
            text,
            look,
            self.effects(element, source, target, free),
            element.dashed,
            element.backwards,
            element.hidden,
            free,
            [self.columns[name] for name in element.receivers if name in self.columns],
        )

    def ends(self, message: Message) -> tuple[int, int, int]:
        """The columns of source and target, and the side of the end that is nobody's."""
        borders = {LEFT: 0, RIGHT: max(self.columns.values(), default=0) + 1}
        known = {**self.columns, **borders}
        free = 0
        if SHORT in {message.source, message.target}:
            free = -1 if (message.source == SHORT) is not message.backwards else 1
        source = known.get(message.source, known.get(message.target, 1))
        return source, known.get(message.target, source), free

    def effects(self, message: Message, source: int, target: int, free: int) -> Effects:
        """What its signs say: `++`, `--`, `**`, `!!`."""
        effects = Effects()
        for name in (message.target, *message.receivers):
            if name in self.created or (message.activation == "**" and name == message.target):
                self.created.discard(name)
                effects.creates.append((self.columns[name], self.heads[name]))
                self.born.add(name)
        signs = {message.activation[index : index + 2] for index in range(0, len(message.activation), 2)}
        if "--" in signs and source in self.columns.values():
            effects.closes.append(source)
        if target in self.columns.values() and not (free and message.target == SHORT):
            if "++" in signs or (self.automatic and not message.dashed and not signs):
                effects.opens.append((target, message.color))
            if "!!" in signs:
                effects.destroys.append(target)
        return effects

    def activate(self, element: Activation, rows: list[Row]) -> None:
        """A statement about a lifeline belongs to the message before it; without one it has a row without height."""
        last = rows[-1] if rows else None
        if not isinstance(last, MessageRow | Standing):
            last = Standing(Effects())
            rows.append(last)
        name, effects = element.lifeline, last.effects
        column = self.columns.get(name, 0) if name is not None else 0
        match element.kind:
            case "activate":
                effects.opens.append((column, element.color))
            case "deactivate" if name is None and effects.opens:
                effects.opens.pop()
            case "deactivate":
                effects.closes.append(column)
            case "destroy":
                effects.destroys.append(column)

    # Fragments.

    def frame(self, fragment: Fragment) -> FrameRow:
        """A frame with the rows of its operands."""
        beginnings: tuple[Fragment | Else, ...] = (
            fragment,
            *(each for each in fragment.body if isinstance(each, Else)),
        )
        labels = [headed_by(fragment)[1], *(operand.label for operand in fragment.operands[1:])]
        operands = [
            OperandRows(element, guard_of(label, self.marks(element).count), self.of(operand.body))
            for element, label, operand in zip(beginnings, labels, fragment.operands, strict=True)
        ]
        mark = self.marks(fragment)
        sign = f"{SIGNS[mark.kind]} " if mark.kind else ""
        return FrameRow(fragment, block(f"{sign}{headed_by(fragment)[0]}", size=12, bold=True), operands)
