"""Explaining why a line could not be read: what is wrong, where, what was expected, what to do.

Lives here: the constructs of PlantUML that are not read yet, and the mistakes people typically make. Must not live
here: what is right (`sequence.lark`).
"""

import difflib
import re
from dataclasses import dataclass

from simulator.diagram.shapes import END_OF_LINE, WORDS, Shapes
from simulator.diagram.source import BLANKS, QUOTES, Block, Line
from simulator.errors import DiagramError

_KEYWORDS = (
    *("participant", "actor", "boundary", "control", "entity", "database", "collections", "queue", "create", "box"),
    *("note", "hnote", "rnote", "group", "alt", "opt", "loop", "par", "break", "critical", "else", "end", "ref"),
    *("activate", "deactivate", "destroy", "autoactivate", "return", "autonumber", "newpage", "title", "header"),
    *("footer", "legend", "caption", "mainframe", "skinparam", "hide"),
)

# The statements that a wrong line is compared with, and the parts that are not worth telling about.
_COMMON = ("MESSAGE", "PARTICIPANT", "NOTE", "REF")
_RARE = ("PARALLEL", "ANCHOR", "RECEIVERS", "SUFFIX", "STEREOTYPE", "ACROSS", "BESIDE_BEFORE", "CREATE")

_ONE_OR_TWO = "A note stands beside one lifeline, or over one or two."
_NO_SHAFTS = "=~\u2192\u21d2\u27f6\u2013\u2014"
_SIMILARITY = 0.66
_LONGEST_EXCERPT = 40
# Any arrow of PlantUML, and what looks like one.
_ARROW = re.compile(
    r"(?:\(\d+\))?(?:[ox](?=[<\-/\\]))?(?:<<?|//?|\\\\?)?-+(?:\[[^\]\n]*\])?-*_?(?:>>?|//?|\\\\?)?(?:\(\d+\))?"
    r"(?:[ox](?![\w.@]))?[\]\[?]?"
)
_ARROW_HEAD = re.compile(r"[<>/\\\[]|[ox]$")
_END = re.compile(r"end(?:[ \t\u00a0]+(?!box\b)|$)", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\w.@]+")

_NEEDS_QUOTES = "A name that holds anything but letters, digits, `_`, `.` and `@` needs quotes."


@dataclass(frozen=True, slots=True)
class _Mistake:
    """What is wrong at a column (0-based) of a statement."""

    message: str
    column: int = 0
    expected: tuple[str, ...] = ()
    hint: str | None = None


def explain(block: Block, index: int, shapes: Shapes) -> DiagramError:
    """Say what is wrong with the line `index` (0-based) of a block, which the grammar refused."""
    line = block.lines[index]
    text = line.text.rstrip(BLANKS)
    start = _behind_blanks(text, 0)
    mistake = _mistake(text[start:], shapes)
    return DiagramError(
        mistake.message,
        place=line.place(start + mistake.column),
        source=line.source(start + mistake.column),
        expected=mistake.expected,
        hint=mistake.hint,
    )


def too_deep(line: Line, limit: int) -> DiagramError:
    """Say that the group that begins in a line is nested deeper than `limit`."""
    start = _behind_blanks(line.text, 0)
    return DiagramError(
        f"groups are nested deeper than {limit}", place=line.place(start), source=line.source(start)
    )


def _mistake(statement: str, shapes: Shapes) -> _Mistake:
    message = shapes["MESSAGE"][0].follow(statement)
    return (
        _misplaced_end(statement)
        or _open_note(statement, shapes)
        or (_no_arrow(statement, shapes) if message.parts else None)
        or _wrong_part(statement, shapes)
    )


def _misplaced_end(statement: str) -> _Mistake | None:
    if not _END.match(statement):
        return None
    return _Mistake("this `end` closes nothing", hint="Remove it, or open a group or a note before it.")


def _open_note(statement: str, shapes: Shapes) -> _Mistake | None:
    if all(shape.follow(statement).expected for shape in shapes["NOTE"]):
        return None
    return _Mistake(
        "this note is never closed",
        hint="Add a line `end note` after its text, or write the text behind a `:` in this line.",
    )


def _no_arrow(statement: str, shapes: Shapes) -> _Mistake | None:
    """Say that what stands where an arrow should is none."""
    parts = {part.terminal: part for part in shapes["MESSAGE"][0].parts}
    first = parts["NAMED"].pattern.match(statement)
    column = _behind_blanks(statement, first.end() if first else 0)
    arrow = _ARROW.match(statement, column)
    if not arrow or parts["ARROW"].pattern.match(statement, column):
        return None
    return _Mistake(
        f"`{arrow.group()}` is no arrow",
        column,
        (WORDS["ARROW"],),
        f"An arrow has a head, and no blank before it. {_NEEDS_QUOTES}",
    )


def _wrong_part(statement: str, shapes: Shapes) -> _Mistake:
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
        return _Mistake("the line ends too early", column, expected)
    if rest[0] in QUOTES and WORDS["NAME"] in expected:
        return _Mistake(_wrong_quote(rest), column)
    return _Mistake(f"`{_excerpt(rest)}` does not fit here", column, expected, _hint(statement, column, expected))


def _no_statement(statement: str) -> _Mistake:
    if statement.startswith("=="):
        return _Mistake("a section ends with `==`", len(statement), ("`==`",))
    if statement[0] in QUOTES:
        return _Mistake(_wrong_quote(statement))
    return _Mistake(
        f"`{_excerpt(statement)}` begins no statement",
        expected=("a message", "a participant", "a note", "a section", "a group"),
    )


def _similar(statement: str) -> _Mistake | None:
    """Suggest the keyword that the first word nearly is."""
    first = _FIRST_WORD.match(statement)
    if not first:
        return None
    word = first.group()
    if word.lower() == "end":
        return _Mistake("`end` stands alone in its line", first.end(), (END_OF_LINE,))
    if word.lower().startswith("end"):
        return _Mistake(f"there is no statement `{word}`", hint="A group is closed by `end`, a note by `end note`.")
    near = difflib.get_close_matches(word.lower(), _KEYWORDS, 1, _SIMILARITY)
    if not near or near[0] == word.lower():
        return None
    return _Mistake(f"there is no statement `{word}`", hint=f"Did you mean `{near[0]}`?")


def _hint(statement: str, column: int, expected: tuple[str, ...]) -> str | None:
    rest = statement[column:]
    if WORDS["ARROW"] in expected and rest[0] in _NO_SHAFTS:
        return "Write arrows as `->` or `-->`."
    if WORDS["PROPERTIES"] in expected and rest.lower().startswith("order"):
        return "After `order` stands a whole number."
    if statement.lower().startswith(("note", "hnote", "rnote")) and WORDS["TEXT"] in expected:
        return _ONE_OR_TWO if rest[0] == "," else "Write `:` before the text of a note of one line."
    if WORDS["PROPERTIES"] in expected:
        return _NEEDS_QUOTES
    behind_a_name = WORDS["TEXT"] in expected or WORDS["ARROW"] in expected
    return _NEEDS_QUOTES if behind_a_name and statement[column - 1] not in BLANKS else None


def _wrong_quote(rest: str) -> str:
    return "this name is empty" if rest[1:2] and rest[1] in QUOTES else "this quote is never closed"


def _excerpt(text: str) -> str:
    """Give the first word, shortened where it is very long, escaped where it cannot be seen."""
    word = re.split(f"[{BLANKS}]", text, maxsplit=1)[0]
    shown = word if word.isprintable() else ascii(word)[1:-1]
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[:_LONGEST_EXCERPT]}..."


def _behind_blanks(text: str, column: int) -> int:
    return len(text) - len(text[column:].lstrip(BLANKS))
