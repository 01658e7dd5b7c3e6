"""The verdict on the author's own diagram: its elements marked, and what nobody expected put between them.

Lives here: which mark an element gets, and where an unexpected event stands. Must not live here: how marks look
(`picture`), the judgement.

Laws: without what was put in between, the diagram is the author's. Every deviation is marked somewhere; a diagram that
allows its trace has no mark but `passed` and `never`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from simulator.diagram.ast import Element, Else, Fragment, Message, Note, Ref, Return, Section, SequenceDiagram
from simulator.discovery.single import draw
from simulator.errors import Place
from simulator.events import Event, Trace
from simulator.interaction.terms import Combined, Expected, Operand
from simulator.picture.creole import literal
from simulator.picture.mark import NONE, Kind, Mark, Marks
from simulator.report.account import Account
from simulator.report.sections import Entry

_WORST: Sequence[Kind] = ("forbidden", "missing", "different", "moved", "unexpected", "passed")
_VALUES = 4


@dataclass(frozen=True, slots=True)
class Marked:
    """A diagram with what is to be told about each of its elements.

    anchors: by number of a deviation in the verdict, the name that a link to it needs.
    """

    diagram: SequenceDiagram
    marks: Marks
    anchors: Mapping[int, str]


@dataclass(slots=True)
class _Seen:
    """What happened to one element: how often what, the values of its holes, words, the first deviation."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    values: dict[str, list[str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    deviation: int | None = None

    @property
    def worst(self) -> Kind:
        """The kind that its reader must know of."""
        return next(kind for kind in _WORST if self.kinds[kind])

    @property
    def tip(self) -> str:
        """What a tooltip says."""
        told = list(dict.fromkeys(self.words))
        for name, values in self.values.items():
            different = list(dict.fromkeys(values))
            more = ", ..." if len(different) > _VALUES else ""
            told.append(f"{name} = {', '.join(different[:_VALUES])}{more}")
        return "; ".join(told)


def marked(diagram: SequenceDiagram, account: Account, name: str = "d") -> Marked:
    """Mark a diagram by a verdict about it. name: begins the anchors of its deviations, unique in the page."""
    return _Marking(diagram, account, name).result()


class _Marking:
    def __init__(self, diagram: SequenceDiagram, account: Account, name: str) -> None:
        self.diagram = diagram
        self.account = account
        self.name = name
        self.numbers = {id(each): number for number, each in enumerate(account.verdict.deviations)}
        self.elements: dict[Place, Element] = {}
        for element in diagram.elements():
            if isinstance(element, Message | Return | Note | Section | Fragment | Else | Ref):
                self.elements.setdefault(element.place, element)
            if isinstance(element, Fragment):
                self.elements.setdefault(element.end, element)
        self.seen: dict[int, _Seen] = {}
        self.inserted: dict[int | None, list[Event]] = {}
        self.between: dict[int, int] = {}
        self.anchors: dict[int, str] = {}

    def result(self) -> Marked:
        before: Element | None = None
        for entry in self.account.entries:
            before = self.read(entry, before)
        body, drawn = self.filled()
        marks = {**{key: self.mark(seen) for key, seen in self.seen.items()}, **drawn}
        for element in self.diagram.elements():
            if isinstance(element, Message | Return) and id(element) not in marks and self.compared(element):
                marks[id(element)] = Mark("never", "no event of this run stands for it")
        counts = self.operands()

        def of(element: Element) -> Mark:
            mark = marks.get(id(element), NONE)
            count = counts.get(element.place) if isinstance(element, Fragment | Else) else None
            return replace(mark, count=f"{count} x") if count is not None else mark

        return Marked(replace(self.diagram, body=body), of, self.anchors)

    def anchor(self, number: int) -> str:
        return f"{self.name}-deviation-{number + 1}"

    def compared(self, element: Message | Return) -> bool:
        hidden = isinstance(element, Message) and element.hidden
        return bool(self.account.verdict.alignment) and not hidden

    # One row of the alignment after the other.

    def read(self, entry: Entry, before: Element | None) -> Element | None:
        """Note what a row says; the element that what comes next is to be put behind."""
        deviation = entry.deviation
        if deviation is None and entry.expected is None:
            return before
        if deviation is not None and deviation.kind == "unexpected":
            self.put(before, deviation.actual, self.numbers[id(deviation)])
            return before
        element = self.element(entry.expected) if entry.expected is not None else None
        if element is None:
            return before
        seen = self.seen.setdefault(id(element), _Seen())
        if deviation is None:
            seen.kinds["passed"] += 1
            for name, value in entry.values.items():
                seen.values.setdefault(name, []).append(value)
            return element
        seen.kinds[deviation.kind] += 1
        number = self.numbers[id(deviation)]
        seen.deviation = number if seen.deviation is None else seen.deviation
        self.anchors[number] = self.anchor(seen.deviation)
        if deviation.actual is not None:
            at = f", as event {deviation.actual_event}" if deviation.actual_event is not None else ""
            seen.words.append(f"came: {self.came(entry.expected, deviation.actual)}{at}")
        return element

    def came(self, expected: Expected | None, actual: Event) -> str:
        """What differs of an event, in words."""
        words = self.account.notation.words(actual)
        if expected is None:
            return str(words)
        due = self.account.notation.words(expected, self.account.known)
        label = words.text if words.head == due.head else words.first
        notes = [note for note in words.notes if note not in due.notes]
        lacking = [] if notes else [f"no {note}" for note in due.notes if note not in words.notes]
        return " / ".join(([label] if words.first != due.first else []) + notes + lacking) or str(words)

    def element(self, expected: Expected) -> Element | None:
        """The element of the diagram that an event is expected by; of another diagram's, the use of that."""
        found = self.elements.get(expected.place)
        if found is not None:
            return found
        places = (above.term.place for above in self.account.enclosing.up(expected) if isinstance(above.term, Combined))
        return next((self.elements[place] for place in places if place in self.elements), None)

    def put(self, before: Element | None, actual: Event | None, number: int) -> None:
        if actual is not None:
            key = None if before is None else id(before)
            self.inserted.setdefault(key, []).append(actual)
            self.between[id(actual)] = number
            self.anchors[number] = self.anchor(number)

    def mark(self, seen: _Seen) -> Mark:
        count = sum(seen.kinds.values())
        anchor = "" if seen.deviation is None else self.anchor(seen.deviation)
        wrong = count - seen.kinds["passed"]
        times = f"{wrong} of {count} x" if wrong and count > 1 else f"{count} x" if count > 1 else ""
        came = next(iter(seen.words), "") if seen.worst == "different" else ""
        return Mark(seen.worst, seen.tip, times, came, anchor)

    # The diagram with what was put in between.

    def filled(self) -> tuple[tuple[Element, ...], dict[int, Mark]]:
        marks: dict[int, Mark] = {}

        def drawn(key: int | None) -> Iterator[Element]:
            for event in self.inserted.pop(key, ()):
                number = self.between[id(event)]
                for element in _drawn(event):
                    marks[id(element)] = Mark("unexpected", "nothing expects it", anchor=self.anchor(number))
                    yield element

        def body(elements: Sequence[Element]) -> tuple[Element, ...]:
            found: list[Element] = []
            waiting: list[Element] = []
            for element in elements:
                if not (isinstance(element, Note) and not element.on):
                    found += waiting
                    waiting = []
                if isinstance(element, Fragment):
                    inside = body(element.body)
                    found.append(element if inside == element.body else replace(element, body=inside))
                    self.renewed(element, found[-1])
                else:
                    found.append(element)
                waiting += drawn(id(element))
            return (*found, *waiting)

        first = list(drawn(None))
        rest = body(self.diagram.body)
        start = next((i for i, each in enumerate(rest) if isinstance(each, Message | Fragment | Section)), len(rest))
        return (*rest[:start], *first, *rest[start:]), marks

    def renewed(self, old: Element, new: Element) -> None:
        """A fragment with something put into it is told what the author's was told."""
        if old is not new and id(old) in self.seen:
            self.seen[id(new)] = self.seen[id(old)]

    # Operands.

    def operands(self) -> Mapping[Place, int]:
        """How often each operand was begun; only of runs that some event fits."""
        counts: Counter[Place] = Counter()
        inside: dict[tuple[Place, object], None] = {}
        for number, entry in enumerate(self.account.entries):
            if entry.expected is None or not entry.pairs:
                continue
            now: dict[tuple[Place, object], None] = {}
            for above in self.account.enclosing.up(entry.expected):
                if isinstance(above.term, Combined) and above.term.written:
                    operand: Operand = above.term.operands[min(above.part, len(above.term.operands) - 1)]
                    times = self.account.times[number].get(id(above.term), 0)
                    now[operand.place, times] = None
            for key in now:
                if key not in inside:
                    counts[key[0]] += 1
            inside = now
        return counts


def _drawn(event: Event) -> Iterator[Element]:
    """A recorded event as elements; its texts are shown as they are."""
    for element in draw(Trace("unexpected", (event,))).body:
        match element:
            case Message(label=label):
                yield replace(element, label=literal(label))
            case Note() | Section():
                yield element
            case _:
                pass
