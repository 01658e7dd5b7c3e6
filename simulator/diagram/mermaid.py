r"""Writing: syntax tree to Mermaid (`sequenceDiagram`), as far as Mermaid can say it.

Lives here: the statements of Mermaid, one function per node, and what is lost on the way. Must not live here: who the
lifelines are and how their names and texts are spelled (`mermaid_words`).

Laws: the text is one that Mermaid reads (tried with 11.17.2; participants are declared so that versions since 10.3 read
it); what it does not say is a warning. Order, senders, receivers and labels of messages are those of the diagram.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Autoactivate,
    Box,
    Delay,
    Directive,
    Duration,
    Element,
    Else,
    EndBox,
    Fragment,
    Heading,
    Message,
    Note,
    Page,
    Participant,
    Ref,
    Return,
    Section,
    SequenceDiagram,
    Space,
)
from simulator.diagram.mermaid_words import Lifelines, text_of
from simulator.diagram.parser import parse
from simulator.diagram.printer import INDENTATION, print_diagram
from simulator.errors import DiagramError, Place

_OPERATORS: Mapping[str, tuple[str, str]] = {
    "alt": ("alt", "else"),
    "par": ("par", "and"),
    "par2": ("par", "and"),
    "critical": ("critical", "option"),
    "opt": ("opt", ""),
    "loop": ("loop", ""),
    "break": ("break", ""),
}
"""Fragments that Mermaid has, and what begins their further operands; empty where they have one only."""

_AUTONUMBER = re.compile(
    r"(?ai:autonumber)(?:\s+(?P<word>(?ai:stop|resume|inc)))?(?P<numbers>(?:\s+\d+){0,2})(?P<rest>.*)"
)
_HALF = re.compile(r"[\\/]")
_STYLE = re.compile(r"\[[^\]]*\]")
_MARKUP = re.compile(r"\*\*|\"\"|__|~~|\[\[|</?[A-Za-z$&:]")


@dataclass(frozen=True, slots=True)
class Mermaid:
    """A diagram as Mermaid text, and what Mermaid cannot say of it, each with its place, in reading order."""

    text: str
    warnings: tuple[str, ...] = ()


def print_mermaid(diagram: SequenceDiagram) -> Mermaid:
    """Write a diagram as Mermaid, ending with a line feed.

    Raises DiagramError for a diagram without participants.
    """
    if any(isinstance(element, Return) and not element.source for element in diagram.elements()):
        # Built by hand: the reader finds out who answers whom.
        (diagram,) = parse(print_diagram(diagram))
    lifelines = Lifelines.of(diagram)
    if not lifelines.ids:
        raise DiagramError("a diagram without participants is none in Mermaid", place=diagram.place)
    writer = _Writer(lifelines)
    lines = list(writer.lines(diagram))
    return Mermaid("\n".join([*lines, ""]), tuple(writer.lost.told()))


@dataclass(slots=True)
class _Lost:
    """What could not be said: the first place of each, and how often."""

    places: dict[str, Place] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)

    def say(self, what: str, place: Place) -> None:
        self.places.setdefault(what, place)
        self.count[what] += 1

    def told(self) -> Iterator[str]:
        for what, place in self.places.items():
            more = f" (and {self.count[what] - 1} more)" if self.count[what] > 1 else ""
            yield f"{place}: {what}{more}" if place.file else what + more


@dataclass(slots=True)
class _Writer:
    """Writes one diagram; knows what went before."""

    lifelines: Lifelines
    lost: _Lost = field(default_factory=_Lost)
    active: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    automatic: bool = False
    last: Message | Return | Fragment | None = None

    def lines(self, diagram: SequenceDiagram) -> Iterator[str]:
        """All lines; walks without recursion, which deep nesting would exhaust."""
        yield "sequenceDiagram"
        for line in self._title(diagram):
            yield INDENTATION + line
        for line in self.lifelines.declared(self.lost.say):
            yield INDENTATION + line
        walk = [_Level(iter(_paired(diagram.body)))]
        while walk:
            level = walk[-1]
            element, following = next(level.elements, (None, None))
            if element is None:
                walk.pop()
                yield from (INDENTATION * (len(walk) + each - 1) + "end" for each in range(level.ends, 0, -1))
                self.last = level.fragment or self.last
                continue
            if isinstance(element, Else) and level.fragment:
                for line in self._operand(element, level):
                    yield INDENTATION * (len(walk) - 1 + (level.ends == _NESTED)) + line
                continue
            for line in self._written(element, following):
                yield INDENTATION * (len(walk) + (level.ends == _NESTED)) + line
            if isinstance(element, Fragment):
                walk.append(_level(element))

    def _written(self, element: Element, following: Element | None) -> Iterator[str]:
        match element:
            case Message():
                yield from self._message(element, following)
            case Return():
                yield from self._return(element)
            case Fragment():
                yield from self._head(element)
            case _:
                yield from _WRITERS[type(element)](self, element)

    def _title(self, diagram: SequenceDiagram) -> Iterator[str]:
        titles = [each for each in diagram.body if isinstance(each, Heading) and each.kind == "title" and each.text]
        if titles:
            yield f"title {self._text(titles[-1].text, titles[-1].place)}"

    def _text(self, text: str, place: Place) -> str:
        if _MARKUP.search(text):
            self.lost.say("markup in texts is shown as it is written", place)
        return text_of(text)

    def _lose(self, what: object, message: str, place: Place) -> None:
        if what:
            self.lost.say(message, place)

    def _note(self, position: str, text: str, place: Place) -> str:
        return f"Note {position}: {self._text(text, place)}"

    def _over(self, lifelines: tuple[str, ...] = ()) -> str:
        """From the leftmost to the rightmost of some lifelines, or of all."""
        first, last = self.lifelines.edges(lifelines)
        return f"over {first}" if first == last else f"over {first},{last}"

    # --- messages ---------------------------------------------------------------------------------------------------

    def _message(self, message: Message, following: Element | None) -> Iterator[str]:
        place = message.place
        if message.hidden:
            self.lost.say("hidden messages are left out", place)
            return
        self.last = message
        self._lose(message.parallel, "`&`: what stands side by side is written one below the other", place)
        self._lose(message.anchor, "anchors are left out", place)
        self._lose(
            message.color or message.stereotype or message.url, "colours, stereotypes and links are left out", place
        )
        self._lose(message.receivers, "a message to several receivers is written as several messages", place)
        ends = {message.source, message.target} & {LEFT, RIGHT, SHORT}
        self._lose(ends, "the border is written as a participant of its own", place)
        arrow = self._arrow(message)
        mark = message.activation
        if self.automatic and not mark:
            mark = "--" if message.dashed else "++"
        destroyed = [message.target] if "!!" in mark else []
        if isinstance(following, Activation) and following.kind == "destroy" and following.lifeline:
            destroyed += [following.lifeline]
        for receiver in (message.target, *message.receivers):
            yield from self._created(receiver, marked="**" in mark, place=place)
            yield from (
                f"destroy {self.lifelines.id(each)}" for each in destroyed if each in (message.source, receiver)
            )
            self.seen |= {message.source, receiver}
            label = self._text(message.label, place)
            yield f"{self.lifelines.id(message.source)}{arrow}{self.lifelines.id(receiver)}: {label}".rstrip()
        if "++" in mark:
            yield self._activate(message.target)
        if "--" in mark:
            yield from self._deactivate(message.source, place)

    def _arrow(self, message: Message) -> str:
        look, place = message.arrow, message.place
        bare = _STYLE.sub("", look)
        self._lose("[" in look, "colours and styles of arrows are left out", place)
        self._lose(_HALF.search(look), "half arrow heads are written as whole ones", place)
        self._lose("(" in look, "slanted arrows are written level", place)
        self._lose(re.search("[oO]", bare), "circles at arrows are left out", place)
        shaft = "--" if message.dashed else "-"
        if message.both:
            self._lose(re.search("[xX]", bare), "crosses at both ends of an arrow are written as heads", place)
            return f"<<{shaft}>>"
        if re.search("[xX]", bare):
            return f"{shaft}x"
        open_head = re.search(r">>|<<|\\\\|//", bare)
        return f"{shaft})" if open_head else f"{shaft}>>"

    def _created(self, lifeline: str, *, marked: bool, place: Place) -> Iterator[str]:
        if lifeline not in self.lifelines.created:
            self._lose(marked, "a participant can be created only before anything else happens to it", place)
            return
        if lifeline not in self.seen:
            self.seen.add(lifeline)
            yield f"create {self.lifelines.declaration(lifeline)}"

    def _return(self, answer: Return) -> Iterator[str]:
        self.last = answer
        self._lose(answer.parallel, "`&`: what stands side by side is written one below the other", answer.place)
        ends = {answer.source, answer.target} & {LEFT, RIGHT, SHORT}
        self._lose(ends, "the border is written as a participant of its own", answer.place)
        source, target = self.lifelines.id(answer.source), self.lifelines.id(answer.target)
        yield f"{source}-->>{target}: {self._text(answer.label, answer.place)}".rstrip()
        if self.active[answer.source]:
            yield from self._deactivate(answer.source, answer.place)

    def _activate(self, lifeline: str) -> str:
        self.active[lifeline] += 1
        return f"activate {self.lifelines.id(lifeline)}"

    def _deactivate(self, lifeline: str, place: Place) -> Iterator[str]:
        if not self.active[lifeline]:
            self.lost.say("the end of an activation that never began (in reading order) is left out", place)
            return
        self.active[lifeline] -= 1
        yield f"deactivate {self.lifelines.id(lifeline)}"

    def activation(self, element: Activation) -> Iterator[str]:
        place = element.place
        lifeline = element.lifeline or next((each for each, depth in self.active.items() if depth), None)
        self._lose(element.color, "colours of activations are left out", place)
        if element.kind == "activate" and lifeline is not None:
            yield self._activate(lifeline)
        elif lifeline is not None and (element.kind == "deactivate" or self.active[lifeline]):
            yield from self._deactivate(lifeline, place)
        if element.kind == "destroy" and not self._takes_part(lifeline):
            self.lost.say("`destroy` is left out where no message of the participant stands just before", place)

    def _takes_part(self, lifeline: str | None) -> bool:
        match self.last:
            case Message(source=source, target=target, receivers=receivers):
                return lifeline in (source, target, *receivers)
            case _:
                return False

    def autoactivate(self, element: Autoactivate) -> Iterator[str]:
        self.automatic = element.on
        return iter(())

    # --- fragments --------------------------------------------------------------------------------------------------

    def _head(self, fragment: Fragment) -> Iterator[str]:
        place, operator = fragment.place, fragment.operator
        self._lose(fragment.color or fragment.head_color, "colours of fragments are left out", place)
        self._lose(fragment.parallel, "`&`: what stands side by side is written one below the other", place)
        self._lose(operator == "par2", "`par2` is written as `par`", place)
        several = any(isinstance(each, Else) for each in fragment.body)
        label = self._text(fragment.label, place)
        if operator == "group" and several:
            self.lost.say("`group` with `else` is written as `alt`", place)
            yield f"alt {label}".rstrip()
        elif operator == "group":
            yield "rect transparent"
            if label:
                self.lost.say("`group` is written as a frame (`rect`), its label as a note", place)
                yield f"{INDENTATION}Note {self._over(_inside(fragment))}: {label}"
        else:
            keyword, further = _OPERATORS[operator]
            yield f"{keyword} {label}".rstrip()
            if several and not further:
                self.lost.say(f"`else` in `{operator}` is written as an `alt` inside", place)
                yield f"{INDENTATION}alt"

    def _operand(self, element: Else, level: "_Level") -> Iterator[str]:
        self._lose(element.color, "colours of fragments are left out", element.place)
        further = _OPERATORS.get(level.fragment.operator if level.fragment else "", ("", ""))[1] or "else"
        yield f"{further} {self._text(element.label, element.place)}".rstrip()

    # --- the rest ---------------------------------------------------------------------------------------------------

    def note(self, note: Note) -> Iterator[str]:
        place = note.place
        self._lose(note.shape != "note", "notes are drawn alike: `hnote` and `rnote` have no shape of their own", place)
        self._lose(note.color or note.stereotype, "colours and stereotypes of notes are left out", place)
        self._lose(
            note.aligned or note.parallel, "`/` and `&`: notes side by side are written one below the other", place
        )
        if note.on and note.position == "over":
            yield self._note(self._over(note.on), note.text, place)
        elif note.on:
            yield self._note(f"{note.position} of {self.lifelines.id(note.on[0])}", note.text, place)
        elif note.position == "across":
            yield self._note(self._over(), note.text, place)
        elif self.last is None:
            self.lost.say("a note on a message stands before any message: PlantUML drops it too", place)
        else:
            yield self._note(self._beside(note, self.last), note.text, place)

    def _beside(self, note: Note, what: Message | Return | Fragment) -> str:
        """Where a note stands that belongs to a message, or to a fragment that just ended."""
        if isinstance(what, Fragment):
            self.lost.say("a note on a fragment is written below it", note.place)
            return self._over(_inside(what))
        first, last = self.lifelines.edges((what.source, what.target))
        if note.position in {"left", "right"}:
            return f"{note.position} of {first if note.position == 'left' else last}"
        return self._over((what.source, what.target))

    def ref(self, ref: Ref) -> Iterator[str]:
        self.lost.say("`ref` is written as a note", ref.place)
        yield self._note(self._over(ref.on), f"ref: {ref.text}", ref.place)

    def section(self, section: Section) -> Iterator[str]:
        self.lost.say("dividers are written as notes", section.place)
        yield self._note(self._over(), f"== {section.title} ==", section.place)

    def delay(self, delay: Delay) -> Iterator[str]:
        self.lost.say("delays are written as notes", delay.place)
        yield self._note(self._over(), f"... {delay.text} ..." if delay.text else "...", delay.place)

    def page(self, page: Page) -> Iterator[str]:
        self.lost.say("pages are written as notes", page.place)
        yield self._note(self._over(), f"== {page.title or 'next page'} ==", page.place)

    def duration(self, duration: Duration) -> Iterator[str]:
        self.lost.say("anchors are left out", duration.place)
        return iter(())

    def heading(self, heading: Heading) -> Iterator[str]:
        self._lose(heading.kind != "title", f"`{heading.kind}` is left out", heading.place)
        return iter(())

    def directive(self, directive: Directive) -> Iterator[str]:
        found = _AUTONUMBER.fullmatch(directive.text)
        if not found:
            word = directive.text.split(maxsplit=1)[0]
            self.lost.say(f"`{word}` is left out", directive.place)
            return
        self._lose(found["rest"].strip(), "`autonumber` keeps no format and no levels", directive.place)
        if (found["word"] or "").lower() == "stop":
            yield "autonumber off"
        elif (found["word"] or "").lower() != "inc":
            yield f"autonumber {' '.join(found['numbers'].split())}".rstrip()

    def nothing(self, _: Participant | Box | EndBox | Space | Else) -> Iterator[str]:
        """What is declared at the beginning, or only makes room."""
        return iter(())


_WRITERS: Mapping[type[Element], Callable[..., Iterator[str]]] = {
    Participant: _Writer.nothing,
    Box: _Writer.nothing,
    EndBox: _Writer.nothing,
    Space: _Writer.nothing,
    Else: _Writer.nothing,
    Note: _Writer.note,
    Ref: _Writer.ref,
    Section: _Writer.section,
    Delay: _Writer.delay,
    Page: _Writer.page,
    Duration: _Writer.duration,
    Heading: _Writer.heading,
    Directive: _Writer.directive,
    Activation: _Writer.activation,
    Autoactivate: _Writer.autoactivate,
}

_NESTED = 2
"""The ends of a fragment that is written as two: `loop` with an `alt` inside."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A body that is being written, each element with the one behind it; the fragment it belongs to, and its ends."""

    elements: Iterator[tuple[Element, Element | None]]
    fragment: Fragment | None = None
    ends: int = 0


def _level(fragment: Fragment) -> _Level:
    nested = _OPERATORS.get(fragment.operator, ("", "else"))[1] == ""
    several = any(isinstance(each, Else) for each in fragment.body)
    return _Level(_paired(fragment.body), fragment, _NESTED if nested and several else 1)


def _paired(body: tuple[Element, ...]) -> Iterator[tuple[Element, Element | None]]:
    return iter(zip(body, (*body[1:], None), strict=False))


def _inside(fragment: Fragment) -> tuple[str, ...]:
    """The lifelines that messages inside a fragment touch."""
    messages = [each for each in SequenceDiagram(body=fragment.body).elements() if isinstance(each, Message | Return)]
    return tuple(dict.fromkeys(end for each in messages for end in (each.source, each.target)))
