"""The shapes of the statements: of which parts each consists, in order.

Lives here: the sequences of parts and what people call them. Must not live here: what a part looks like
(`sequence.lark`), what a statement becomes (`parser`).

Law: a text matches one of the shapes of a statement exactly when the grammar accepts it as that statement (for a note
of several lines: its first line).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TAIL = "RECEIVERS? SUFFIX? TEXT?"
_DECLARED = ("name:NAME", "name:NAME AS alias:BARE", "alias:BARE AS name:NAME")
_DECLARING = ("KIND", "CREATE KIND", "CREATE")
_HEAD_OF_NOTE = "before:BESIDE_BEFORE? SHAPE first:STEREOTYPE?"
_LOOKING_SO = "PROPERTIES:LOOK? TEXT?"

SHAPES: Mapping[str, tuple[str, ...]] = {
    # What most messages are, found sooner; it is a `MESSAGE`, too.
    "PLAIN": ("left:BARE ARROW:PLAIN_ARROW right:BARE TEXT?",),
    "MESSAGE": (f"PARALLEL? ANCHOR:MOMENT? left:NAMED ARROW right:NAMED {_TAIL}",),
    "TO_BORDER": (f"PARALLEL? ANCHOR:MOMENT? left:NAMED ARROW:BORDER_ARROW BORDER? {_TAIL}",),
    "FROM_BORDER": (f"PARALLEL? ANCHOR:MOMENT? BORDER? ARROW:BORDER_ARROW right:NAMED {_TAIL}",),
    "DURATION": ("first:ANCHOR BETWEEN second:ANCHOR TEXT?",),
    "ACTIVATION": ("ACTIVATE NAME COLORS?",),
    "SUFFIX_ALONE": ("NAME PLUS_OR_MINUS COLORS?",),
    "PARTICIPANT": tuple(f"{kind} {name} PROPERTIES?" for name in _DECLARED for kind in _DECLARING),
    "PARTICIPANT_BLOCK": tuple(f"{kind} {name} PROPERTIES? OPENING" for name in _DECLARED for kind in _DECLARING),
    "NOTE": (
        f"{_HEAD_OF_NOTE} position:ACROSS {_LOOKING_SO}",
        f"SHAPE first:STEREOTYPE? position:BESIDE {_LOOKING_SO}",
        f"SHAPE first:STEREOTYPE? position:SIDE {_LOOKING_SO}",
        f"{_HEAD_OF_NOTE} position:SIDE OF on:NAME {_LOOKING_SO}",
        f"{_HEAD_OF_NOTE} position:SIDE on:NAME {_LOOKING_SO}",
        f"{_HEAD_OF_NOTE} position:OVER on:NAME {_LOOKING_SO}",
        f"{_HEAD_OF_NOTE} position:OVER on:NAME COMMA and:NAME {_LOOKING_SO}",
    ),
    "REF": ("REFERENCE OVER on:NAME NAMES? PROPERTIES:LINK? TEXT?",),
    "REF_BLOCK": ("REFERENCE OVER on:NAME NAMES? PROPERTIES:LOOK?",),
}
"""The parts of each statement: `role:TERMINAL`, or the terminal alone; `?` where it may be absent."""

WORDS = {
    "NAME": "a name",
    "NAMED": "a name",
    "BARE": "a name without quotes",
    "ARROW": "an arrow (`->`, `-->`, `<-`, `<--`)",
    "PLAIN_ARROW": "an arrow (`->`, `-->`, `<-`, `<--`)",
    "BORDER_ARROW": "an arrow (`->`, `-->`, `<-`, `<--`)",
    "BORDER": "a border (`[`, `]`, `?`)",
    "PARALLEL": "`&`",
    "ANCHOR": "an anchor (`{name}`)",
    "MOMENT": "an anchor (`{name}`)",
    "BETWEEN": "`<->`",
    "RECEIVERS": "`&` and another name",
    "SUFFIX": "`++`, `--`, `**`, `!!` or a colour",
    "TEXT": "`:` and a text",
    "ACTIVATE": "`activate`",
    "PLUS_OR_MINUS": "`++` or `--`",
    "COLORS": "a colour",
    "CREATE": "`create`",
    "KIND": "`participant`",
    "AS": "`as` and another name",
    "PROPERTIES": "`order` and a number",
    "LOOK": "a colour",
    "LINK": "a link",
    "OPENING": "`[`",
    "BESIDE_BEFORE": "`/` or `&`",
    "SHAPE": "`note`",
    "STEREOTYPE": "a stereotype",
    "ACROSS": "`across`",
    "BESIDE": "`top` or `bottom`",
    "SIDE": "`left` or `right`",
    "OF": "`of`",
    "OVER": "`over`",
    "COMMA": "`,` and another name",
    "REFERENCE": "`ref`",
    "NAMES": "`,` and more names",
}
"""What people call a part."""

END_OF_LINE = "the end of the line"

_BLANKS = re.compile(r"[ \t\u00a0]*")
# As in the grammar: blank lines, and the indentation of the next one, belong to a statement.
_END = r"(?!.)[ \t\u00a0\n]*+"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a shape: its terminal in `sequence.lark`, what it looks like, whether it may be absent."""

    terminal: str
    pattern: re.Pattern[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a text follows a shape.

    parts: how many parts were found. column: where the rest begins, 0-based. expected: the words for what could
    stand there; empty when the whole text has the shape.
    """

    parts: int
    column: int
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One sequence of parts; between them there may be blanks."""

    parts: tuple[Part, ...]
    whole: re.Pattern[str]

    def follow(self, text: str) -> Progress:
        """Find the parts one by one, as far as they go."""
        column = _skip(text, 0)
        expected: list[str] = []
        found = 0
        for part in self.parts:
            match = part.pattern.match(text, column)
            if match:
                found += 1
                column = _skip(text, match.end())
                expected = []
                continue
            expected.append(WORDS[part.terminal])
            if not part.optional:
                return Progress(found, column, tuple(expected))
        if column < len(text):
            return Progress(found, column, (*expected, END_OF_LINE))
        return Progress(found, column, ())


Shapes = Mapping[str, tuple[Shape, ...]]


def compile_shapes(terminals: Mapping[str, str]) -> Shapes:
    """Build the shapes of all statements from the regular expressions of the parts."""
    patterns = {name: re.compile(terminals[name]) for name in WORDS}
    return {name: tuple(_compile(source, patterns) for source in shapes) for name, shapes in SHAPES.items()}


def cut(shapes: tuple[Shape, ...], text: str) -> dict[str, str | None]:
    """Cut a statement into its parts, by role (`left:NAME`) or terminal (`ARROW`); None where a part is absent.

    Raises LookupError when the text has none of the shapes.
    """
    for shape in shapes:
        if match := shape.whole.match(text):
            return match.groupdict()
    raise LookupError(text)


def _compile(source: str, patterns: Mapping[str, re.Pattern[str]]) -> Shape:
    parts: list[Part] = []
    whole = [_BLANKS.pattern]
    for role, terminal, optional in _read(source):
        pattern = patterns[terminal]
        parts.append(Part(terminal, pattern, optional))
        group = rf"(?P<{role}>{pattern.pattern}){_BLANKS.pattern}+"
        whole.append(f"(?:{group})?" if optional else group)
    return Shape(tuple(parts), re.compile("".join([*whole, _END])))


def _read(source: str) -> Iterator[tuple[str, str, bool]]:
    for word in source.split():
        role, _, terminal = word.removesuffix("?").rpartition(":")
        yield role or terminal, terminal, word.endswith("?")


def _skip(text: str, column: int) -> int:
    match = _BLANKS.match(text, column)
    return match.end() if match else column
