"""Explaining why a line could not be read: what is wrong, where, what was expected, what to do.

Lives here: the mistakes people typically make. Must not live here: what is right (`sequence.lark`), words of other
languages and other diagrams (`foreign`).
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.diagram.colors import NAMES
from simulator.diagram.foreign import foreign
from simulator.diagram.kinds import kind_of
from simulator.diagram.shapes import END_OF_LINE, WORDS, Shapes
from simulator.diagram.source import BLANKS, QUOTES
from simulator.errors import DiagramError, Place

_FRAGMENTS = ("group", "alt", "opt", "loop", "par", "par2", "break", "critical")
_KEYWORDS = (
    *("participant", "actor", "boundary", "control", "entity", "database", "collections", "queue", "create", "box"),
    *("note", "hnote", "rnote", *_FRAGMENTS, "else", "also", "end", "ref"),
    *("activate", "deactivate", "destroy", "autoactivate", "return", "autonumber", "newpage", "title", "header"),
    *("footer", "legend", "caption", "mainframe", "skinparam", "hide"),
)

CLOSINGS = {
    "NOTE_BLOCK": "end note",
    "REF_BLOCK": "end ref",
    "HEADING_BLOCK": "end title",
    "PARTICIPANT_BLOCK": "]",
    "STYLE": "</style>",
    "SVG": "</svg>",
    "BRACED": "}",
}
"""The statements of several lines, and a line that closes each."""

# The statements that a wrong line is compared with, and the parts that are not worth telling about.
_COMMON = ("MESSAGE", "PARTICIPANT", "NOTE", "REF")
_RARE = (
    *("PARALLEL", "ANCHOR", "BORDER", "RECEIVERS", "SUFFIX", "STEREOTYPE", "ACROSS", "BESIDE", "BESIDE_BEFORE"),
    *("OPENING", "MOMENT", "LOOK", "LINK", "CREATE"),
)

_WRITTEN_SO = {
    "activate": "`activate A` or `activate A #gold`",
    "deactivate": "`deactivate A`",
    "destroy": "`destroy A`",
    "autoactivate": "`autoactivate on` or `autoactivate off`",
    "autonumber": '`autonumber`, `autonumber 10 5 "000"`, `autonumber stop`, `autonumber resume` or `autonumber inc A`',
    "autonewpage": "`autonewpage 20`",
    "box": '`box "Title" #gold`',
    "footbox": "`footbox off`",
    "hide": "`hide footbox`, `hide unlinked` or `hide stereotype`",
    "ignore": "`ignore newpage`",
    "minwidth": "`minwidth 100`",
    "page": "`page 2x1`",
    "rotate": "`rotate`",
    "scale": "`scale 1.5`, `scale 2/3`, `scale 800 width` or `scale max 800x600`",
    "set": "`set separator ::`",
    "show": "`show unlinked`",
    "skin": "`skin rose`",
    "skinparam": "`skinparam name value` or `skinparam name {`",
    "sprite": "`sprite $name [4x4/16] {`",
    "url": "`url of A is [[http://example.org]]`",
}
_STYLES = "In the brackets stand a colour, `dashed`, `dotted`, `bold` or `hidden`, with commas between them."
_ORDER_OF_PROPERTIES = "First stands the stereotype, then `order`, the link, the colour."
_SUFFIXES = "One of `++`, `--`, `**`, `!!`, `--++` comes first, then the colour, the stereotype, the link."
_ONE_OR_TWO = "A note stands beside one lifeline, or over one or two."
_NO_SHAFTS = "=~.*<|\u2192\u21d2\u27f6\u2013\u2014"
_SIMILARITY = 0.75
_LONGEST_EXCERPT = 40
# What looks like an arrow.
_ARROW = re.compile(
    r"(?:\(\d+\))?(?:[ox](?=[<\-/\\]))?(?:<<?|//?|\\\\?)?-+(?:\[[^\]\n]*\])?-*_?(?:>>?|//?|\\\\?)?(?:\(\d+\))?"
    r"(?:[ox](?![\w.@]))?[\]\[?]?"
)
_SUFFIX = re.compile(r"[+!#]|\*\*|--(?![->])|<<|\[\[")
_FIRST_WORD = re.compile(r"[\w.@]+")
_CLOSES_BLOCK = re.compile(r"end[ \t\u00a0]*(?:[hr]?note|ref|title|header|footer|legend|caption|box)\b", re.IGNORECASE)
_NOTE = re.compile(r"[hr]?note\b(?!.*:)", re.IGNORECASE)
_NEXT_NOTE = re.compile(
    r"^[ \t\u00a0]*+(?:(?P<end>end[ \t\u00a0]*[hr]?note[ \t\u00a0]*$)|[hr]?note\b).*", re.IGNORECASE | re.MULTILINE
)

_ELSEWHERE = "Remove it. Lifelines are declared by `participant`, `actor`, `database`, `queue`, ..."
_NEEDS_QUOTES = "A name that holds anything but letters, digits, `_`, `.` and `@` needs quotes."


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a column (0-based) of a statement.

    opens: the line was meant to open a fragment, so that an `end` for it is to be expected.
    """

    message: str
    column: int = 0
    expected: tuple[str, ...] = ()
    hint: str | None = None
    opens: bool = False


def find_mistake(statement: str, shapes: Shapes) -> Mistake:
    """Say what is wrong with a line that is no statement, given without blanks at its ends."""
    if kind := kind_of(statement):
        return Mistake(f"this line belongs to {kind}", hint=_ELSEWHERE)
    if known := foreign(statement):
        return Mistake(known.message, known.column, (), known.hint, known.opens)
    if _CLOSES_BLOCK.match(statement):
        return misplaced(statement)
    if written_so := _WRITTEN_SO.get(_first_word(statement).lower()):
        return _wrong_rest(statement, written_so)
    message = shapes["MESSAGE"][0].follow(statement)
    return (_no_arrow(statement, shapes) if message.parts else None) or _wrong_part(statement, shapes)


def misplaced(statement: str) -> Mistake:
    """Say that an `end` closes nothing, or an `else` stands in no fragment."""
    word = _first_word(statement)
    if word.lower() in {"else", "also"}:
        return Mistake(f"this `{word}` stands in no fragment", hint="Open one before it: `alt`, `par`, `opt`, ...")
    return Mistake("this `end` closes nothing", hint="Remove it, or open a group or a note before it.")


def unclosed(kind: str) -> Mistake:
    """Say that a statement of several lines, by its terminal, lacks its last one."""
    match kind:
        case "NOTE_BLOCK":
            hint = "Add a line `end note` after its text, or write the text behind a `:` in this line."
            return Mistake("this note is never closed", hint=hint)
        case "REF_BLOCK":
            hint = "Add a line `end ref` after its text, or write the text behind a `:` in this line."
            return Mistake("this reference is never closed", hint=hint)
        case "HEADING_BLOCK":
            hint = "Write its text in this line, or add `end title`, `end legend`, ... after it."
            return Mistake("this text is never closed", hint=hint)
        case "BRACED":
            hint = "Add a line `}`, and write each line before it as `name value`."
            return Mistake("no line `}` closes what begins here, or a line before it is no name and value", hint=hint)
    return Mistake(f"no line `{CLOSINGS[kind]}` closes what begins here", hint=f"Add a line `{CLOSINGS[kind]}`.")


def of_another_kind(statement: str) -> Mistake | None:
    """Say that a diagram is of another kind, if a line tells so that is no statement of a sequence diagram."""
    if kind := kind_of(statement):
        return Mistake(f"this is {kind}, not a sequence diagram", hint="Keep other kinds of diagrams in other files.")
    return None


def no_color(name: str, column: int) -> Mistake:
    """Say that a name is that of no colour."""
    near = _near(name.lower(), sorted(NAMES))
    hint = f"Did you mean `#{near}`?" if near else "Write the name of a colour of CSS, or its hexadecimal value."
    return Mistake(f"there is no colour `{_excerpt(name)}`", column, hint=hint)


def nothing_shown(place: Place, source: str) -> DiagramError:
    """Say that a diagram has no lifeline and nothing that could happen."""
    return DiagramError(
        "this is no sequence diagram: nothing happens in it",
        place=place,
        source=source,
        expected=("a message", "a participant", "a section"),
    )


def too_deep(limit: int) -> Mistake:
    """Say that the fragment that begins in a line is nested too deep."""
    return Mistake(f"groups are nested deeper than {limit}", hint="The setting `max-depth` says how deep they may be.")


def body_after(text: str, end: int, statement: str) -> int:
    """Where the lines end that belong to a wrong line; it ends at `end` itself.

    The text of a note whose first line is wrong is no statement, and no mistake of its own.
    """
    if not _NOTE.match(statement):
        return end
    following = _NEXT_NOTE.search(text, end)
    return following.end() if following and following["end"] else end


def _wrong_rest(statement: str, written_so: str) -> Mistake:
    column = _behind_blanks(statement, len(_first_word(statement)))
    rest = statement[column:]
    what = f"`{_excerpt(rest)}` does not fit here" if rest else "the line ends too early"
    return Mistake(what, column, hint=f"Write {written_so}.")


def _no_arrow(statement: str, shapes: Shapes) -> Mistake | None:
    """Say that what stands where an arrow should is none."""
    parts = {part.terminal: part for part in shapes["MESSAGE"][0].parts}
    first = parts["NAMED"].pattern.match(statement)
    column = _behind_blanks(statement, first.end() if first else 0)
    arrow = _ARROW.match(statement, column)
    if not arrow or parts["ARROW"].pattern.match(statement, column):
        return None
    return Mistake(
        f"`{arrow.group()}` is no arrow",
        column,
        (WORDS["ARROW"],),
        _STYLES if "[" in arrow.group() else f"An arrow has a head, and no blank before it. {_NEEDS_QUOTES}",
    )


def _wrong_part(statement: str, shapes: Shapes) -> Mistake:
    """Find the first part that fits no shape, in the shapes that fit furthest."""
    kinds = {kind: [shape.follow(statement) for shape in shapes[kind]] for kind in _COMMON}
    kind = max(kinds, key=lambda kind: (max(progress.column for progress in kinds[kind]), kind != "MESSAGE"))
    column = max(progress.column for progress in kinds[kind])
    rest = statement[column:]
    words = dict.fromkeys(word for at in kinds[kind] if at.column == column for word in at.expected)
    if WORDS["NAME"] in words:
        words.pop(WORDS["BARE"], None)
    for rare in _RARE:
        words.pop(WORDS[rare], None)
    expected = tuple(sorted(words, key=END_OF_LINE.__eq__))
    if column == 0:
        return _no_statement(statement)
    if kind == "MESSAGE" and WORDS["ARROW"] in expected and (similar := _similar(statement)):
        return similar
    if not rest:
        return Mistake("the line ends too early", column, expected)
    if rest[0] in QUOTES and WORDS["NAME"] in expected:
        return Mistake(_wrong_quote(rest), column)
    hint = _meant(rest, expected) or _hint(kind, statement, column, expected)
    return Mistake(f"`{_excerpt(rest)}` does not fit here", column, expected, hint)


def _no_statement(statement: str) -> Mistake:
    if statement.startswith("=="):
        return Mistake("a section ends with `==`", len(statement), ("`==`",))
    if statement.startswith("..."):
        return Mistake("a delay ends with `...`", len(statement), ("`...`",))
    if statement[0] in QUOTES:
        return Mistake(_wrong_quote(statement))
    return Mistake(
        f"`{_excerpt(statement)}` begins no statement",
        expected=("a message", "a participant", "a note", "a section", "a group"),
    )


def _similar(statement: str) -> Mistake | None:
    """Suggest the keyword that the first word nearly is."""
    word = _first_word(statement)
    lower = word.lower()
    if lower == "end":
        return Mistake("`end` stands alone in its line", len(word), (END_OF_LINE,))
    if lower.startswith("end"):
        return Mistake(f"there is no statement `{word}`", hint="A group is closed by `end`, a note by `end note`.")
    near = _near(lower, _KEYWORDS)
    if near is None or near == lower:
        return None
    return Mistake(f"there is no statement `{word}`", hint=f"Did you mean `{near}`?", opens=near in _FRAGMENTS)


def _near(word: str, words: Sequence[str]) -> str | None:
    """The one of the words that has the same letters, or nearly so."""
    swapped = [each for each in words if sorted(each) == sorted(word)]
    return next(iter(swapped or difflib.get_close_matches(word, words, 1, _SIMILARITY)), None)


def _meant(rest: str, expected: tuple[str, ...]) -> str | None:
    """Suggest the expected word that the next one nearly is."""
    near = _near(_first_word(rest).lower(), re.findall(r"`(\w+)`", " ".join(expected)))
    return f"Did you mean `{near}`?" if near and near != _first_word(rest) else None


def _hint(kind: str, statement: str, column: int, expected: tuple[str, ...]) -> str | None:
    """Say what to do about the rest of a statement of a kind, from a column on."""
    rest = statement[column:]
    if rest[0] == "'":
        return "A comment stands in a line of its own."
    match kind:
        case "PARTICIPANT":
            return _hint_of_participant(rest, expected)
        case "NOTE":
            return _hint_of_note(rest, expected)
        case "MESSAGE":
            return _hint_of_message(statement, column, expected)
    return None


def _hint_of_participant(rest: str, expected: tuple[str, ...]) -> str | None:
    if WORDS["PROPERTIES"] not in expected:
        return _ORDER_OF_PROPERTIES if re.match(r"order\b|<<|\[\[|#", rest, re.IGNORECASE) else None
    if rest.lower().startswith("order"):
        return "After `order` stands a whole number, of nine digits at most."
    return _NEEDS_QUOTES


def _hint_of_note(rest: str, expected: tuple[str, ...]) -> str | None:
    if rest.startswith("<<"):
        return "The stereotype stands before the colour."
    if WORDS["TEXT"] not in expected:
        return None
    return _ONE_OR_TWO if rest[0] == "," else "Write `:` before the text of a note of one line."


def _hint_of_message(statement: str, column: int, expected: tuple[str, ...]) -> str | None:
    rest = statement[column:]
    if WORDS["ARROW"] in expected and rest[0] in _NO_SHAFTS:
        return "Write arrows as `->` or `-->`."
    if WORDS["TEXT"] in expected and _SUFFIX.match(rest):
        return _SUFFIXES
    if WORDS["TEXT"] in expected and _ARROW.match(rest):
        return "A line holds one message."
    if WORDS["TEXT"] not in expected and WORDS["ARROW"] not in expected:
        return None
    if statement[column - 1] not in BLANKS or ":" in rest or (WORDS["ARROW"] in expected and _ARROW.search(rest)):
        return _NEEDS_QUOTES
    return "Write `:` before the text of a message." if WORDS["TEXT"] in expected else None


def _wrong_quote(rest: str) -> str:
    return "this name is empty" if rest[1:2] and rest[1] in QUOTES else "this quote is never closed"


def _first_word(statement: str) -> str:
    found = _FIRST_WORD.match(statement)
    return found.group() if found else ""


def _excerpt(text: str) -> str:
    """Give the first word, shortened where it is very long, escaped where it cannot be seen."""
    word = re.split(f"[{BLANKS}]", text, maxsplit=1)[0]
    shown = word if word.isprintable() else ascii(word)[1:-1]
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[:_LONGEST_EXCERPT]}..."


def _behind_blanks(text: str, column: int) -> int:
    return len(text) - len(text[column:].lstrip(BLANKS))
