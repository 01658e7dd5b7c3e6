"""A rule drawn with the values of one run.

Lives here: the way from a term back to a tree of syntax. Pure. Must not live here: how one run is drawn (`single`),
printing (`diagram.printer`).

Laws: a rule that is drawn with the values of its own example says what the section of the example says, read again,
operators included; a `ref` is drawn as what it stands for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.diagram.ast import (
    Element,
    Else,
    Fragment,
    Message,
    Note,
    Operator,
    Participant,
    Section,
    SequenceDiagram,
)
from simulator.discovery.rules import Meanings, bindings
from simulator.discovery.single import draw
from simulator.events import Event, Trace
from simulator.events import Note as EventNote
from simulator.interaction.guards import Guard
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, escape
from simulator.interaction.terms import (
    Alternatives,
    AnyOrder,
    Break,
    Combined,
    Consider,
    Critical,
    Expected,
    Group,
    Ignore,
    Loop,
    Negative,
    Option,
    Parallel,
    Term,
    Use,
    Weak,
    parts,
    walk,
)

# A hole on its way through `draw`, which writes recorded texts and so escapes `${`: two characters for private use.
_MARK = re.compile("\ue000([^\ue001]*)\ue001")

_KEYWORDS: Mapping[type[Combined], Operator] = {
    Alternatives: "alt",
    Use: "alt",
    Parallel: "par",
    Option: "opt",
    Break: "break",
    Critical: "critical",
}
_WORDS: Mapping[type[Combined], str] = {
    AnyOrder: "any order",
    Weak: "seq",
    Negative: "neg",
    Group: "strict",
    Ignore: "ignore",
    Consider: "consider",
}


def drawn(term: Term, meanings: Meanings, section: str) -> SequenceDiagram:
    """A rule as a diagram of one section, with the values of one run; the holes of its diagram stay holes."""
    values = _Values(
        bindings(meanings), {meaning.value: name for name, meaning in meanings.items() if meaning.volatile}
    )
    return _Drawing(term, values).diagram(section)


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

    def marked(self, pattern: TextPattern) -> str:
        """A text as if it were recorded."""
        return "".join(part if isinstance(part, str) else self(part) for part in pattern.parts)

    def guard(self, guard: Guard) -> str:
        """A guard in words: as it is written, unless it compares meanings."""
        compared = guard.comparison
        names = [compared.hole, *([compared.other] if compared.named else [])] if compared else []
        if compared is None or not any(name in self.bound for name in names):
            return guard.text
        other = self.bound.get(compared.other, compared.other) if compared.named else compared.other
        text = f"{self.bound.get(compared.hole, compared.hole)} {compared.relation} {other}"
        return f"[{text}]" if guard.text.startswith("[") else text


class _Drawing:
    """A term on its way to a diagram."""

    def __init__(self, term: Term, values: _Values) -> None:
        self._term = term
        self._values = values
        self._events = [each for each in walk(term) if isinstance(each, Expected)]
        texts = [text for event in self._events for text in event.patterns]
        texts += [text for each in walk(term) if isinstance(each, Ignore | Consider) for text in each.messages]
        holes = {hole.name: hole for text in texts for hole in text.holes}
        self._spelled = {name: str(replace(hole.plain, name=name.removeprefix("@"))) for name, hole in holes.items()}

    def diagram(self, section: str) -> SequenceDiagram:
        """All of it."""
        plain = [event for event in self._events if event.kind not in {"begin", "end"}]
        mark = Event(kind="section", label=section)
        recorded = draw(Trace(section, (mark, *(self._event(event) for event in plain))))
        elements = iter(recorded.body)
        head: list[Element] = []
        for element in elements:
            head.append(element)
            if not isinstance(element, Participant):
                break
        known = {id(event): list(self._elements(event, elements)) for event in plain}
        return replace(recorded, body=(*head, *self._body(known)))

    def _event(self, event: Expected) -> Event:
        text = self._values.marked(event.text)
        notes = tuple(EventNote(note.shape, self._values.marked(note.text)) for note in event.notes)
        label, free = ("", text) if event.kind == "note" else (text, "")
        on = tuple(sorted(event.on))
        return Event(event.kind, event.source, event.target, event.line, label, notes, on, event.shape, free)

    def _elements(self, event: Expected, drawn_: Iterator[Element]) -> Iterator[Element]:
        """The next element, which is the event, with its notes."""
        for _ in range(1 + len(event.notes)):
            match next(drawn_):
                case Message(label=label, backwards=backwards) as message:
                    backwards = backwards and not event.both
                    text = self._unmarked(label)
                    yield replace(message, label=text, both=event.both, backwards=backwards, anchor=event.anchor)
                case Note(text=text) as note:
                    yield replace(note, text=self._unmarked(text))
                case Section(title=title) as section:
                    yield replace(section, title=self._unmarked(title))

    def _unmarked(self, text: str) -> str:
        return _MARK.sub(lambda mark: self._spelled.get(mark[1], f"${{{mark[1]}}}"), text)

    def _body(self, known: Mapping[int, Sequence[Element]]) -> Sequence[Element]:
        """The elements of the whole term, inner ones first: terms may nest deeper than Python's calls do."""
        made: dict[int, Sequence[Element]] = {}
        for term in reversed(list(walk(self._term))):
            inner = [made[id(part)] for part in parts(term)]
            if isinstance(term, Expected):
                made[id(term)] = known.get(id(term), ())
            elif isinstance(term, Combined):
                made[id(term)] = list(self._combined(term, inner))
            else:
                made[id(term)] = [element for each in inner for element in each]
        return made[id(self._term)]

    def _combined(self, term: Combined, inner: Sequence[Sequence[Element]]) -> Iterator[Element]:
        operands = inner[1:-1] if isinstance(term, Group) and term.begin else inner
        body = list(operands[0])
        for operand, elements in zip(term.operands[1:], operands[1:], strict=True):
            if isinstance(term, Parallel) and not term.written:
                body += _beside(elements)
            else:
                body += (Else(self._values.guard(operand.guard)), *elements)
        if not term.written:
            yield from body
            return
        operator, label = self._head(term)
        yield Fragment(operator, label, tuple(body))

    def _head(self, term: Combined) -> tuple[Operator, str]:
        """The keyword of a fragment, and its label."""
        guard = self._values.guard(term.operands[0].guard)
        match term:
            case Group(begin=Expected() as begin):
                frame = self._values.marked(begin.text)
                (fragment,) = draw(Trace("", (Event(kind="begin", label=frame), Event(kind="end", label=frame)))).body
                return "group", self._unmarked(fragment.label) if isinstance(fragment, Fragment) else ""
            case Loop(least=0, most=None):
                return "loop", guard
            case Loop(least=least, most=most):
                return "loop", f"{least}..{'*' if most is None else most} {guard}".rstrip()
            case Use(operands) if len(operands) == 1:
                return "group", "strict"
            case Ignore(messages=messages) | Consider(messages=messages):
                named = ", ".join(map(self._message, messages))
                return "group", f"{_WORDS[type(term)]} {{{named}}} {guard}".rstrip()
            case _ if keyword := _KEYWORDS.get(type(term)):
                return keyword, guard
            case _:
                return "group", f"{_WORDS[type(term)]} {guard}".rstrip()

    def _message(self, pattern: TextPattern) -> str:
        """A message that an `ignore` names; what would end the name, or the names, is escaped."""
        text = escape(self._values.marked(pattern)).replace(",", "<U+002C>").replace("}", "<U+007D>")
        return _MARK.sub(lambda mark: self._spelled.get(mark[1], f"${{{mark[1]}}}"), text)


def _beside(elements: Sequence[Element]) -> Sequence[Element]:
    """The elements, the first of them beside what is before it."""
    first, *rest = elements
    return [replace(first, parallel=True) if isinstance(first, Message | Note | Fragment) else first, *rest]
