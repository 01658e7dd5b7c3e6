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
    *("participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"),
    *("note", "hnote", "rnote", "group", "end"),
)

_ONE_OR_TWO = "A note stands beside one lifeline, or over one or two."
_NO_SHAFTS = "=~\u2192\u21d2\u27f6\u2013\u2014"
_SIMILARITY = 0.66
_LONGEST_EXCERPT = 40
_READ_SO_FAR = "Read so far: participants, messages, notes, sections and groups."

# Statements of PlantUML that are not read yet: how they begin, and how they are called; `{}` is the text found.
_STATEMENTS = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"(?:alt|else|also|opt|loop|par2?|break|critical|group)(?=[ \t\u00a0]*#)", "a coloured `{}`"),
        (r"(?:alt|else|also|opt|loop|par2?|break|critical)(?![\w.@])", "the fragment `{}`"),
        (r"ref(?=[ \t\u00a0#])", "the reference `{}`"),
        (r"(?:activate|deactivate|destroy|create|autoactivate)(?![\w.@])", "`{}`"),
        (r"(?:return|autonumber|newpage|ignore newpage|autonewpage)(?![\w.@])", "`{}`"),
        (r"(?:end ?box|box|mainframe|skinparam|skin|hide|show|scale|sprite|set separator)(?![\w.@])", "`{}`"),
        (r"(?:(?:left|right|center)[ \t\u00a0]+)?(?:title|header|footer|legend|caption)(?![\w.@])", "`{}`"),
        (r"</?style>|footbox|minwidth|rotate|url(?= of)|left to right direction", "`{}`"),
        (r"!\$?\w*", "the preprocessor line `{}`"),
        (r"\.\.\.", "the delay `{}`"),
        (r"\|\|", "the space `{}`"),
        (r"[\[\]?](?=[ox]?[<\-/\\])", "a message from the border (`{}`)"),
        (r"[<>/\\]*-+[>/\\]*(?=[ \t\u00a0]*[\w\"])", "a message from the border (`{}`)"),
        (r"[&/](?=[ \t\u00a0])", "a line at the height of the line before (`{}`)"),
        (r"\{\w+\}", "the named moment `{}`"),
        (r"[\w.@]+[ \t\u00a0]*(?:\+\+|--)$", "the activation `{}`"),
        (r"[hr]?note[ \t\u00a0]+(?:across|top|bottom)(?![\w.@])", "`{}`"),
    )
)

# What may follow a complete statement, but is not read yet; the second ones only behind a message.
_REST = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"#\w+(?:[-|/\\]\w+)?", "the colour `{}`"),
        (r"<<[^>]*>>", "the stereotype `{}`"),
        (r"\[\[.*?\]\]", "the link `{}`"),
        (r"\[$", "a display text of several lines (`{}`)"),
    )
)
_REST_OF_MESSAGE = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"(?:\+\+|--|\*\*|!!)+", "the suffix `{}`"),
        (r"&", "a message to several lifelines (`{}`)"),
        (r"as(?=[ \t\u00a0])", "an alias inside a message (`{}`)"),
    )
)

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


def explain(block: Block, index: int, file: str, shapes: Shapes) -> DiagramError:
    """Say what is wrong with the line `index` (0-based) of a block, which the grammar refused."""
    line = block.lines[index]
    text = line.text.rstrip(BLANKS)
    start = _behind_blanks(text, 0)
    mistake = _mistake(text[start:], shapes)
    return DiagramError(
        mistake.message,
        place=line.place(start + mistake.column, file),
        source=line.source(start + mistake.column),
        expected=mistake.expected,
        hint=mistake.hint,
    )


def too_deep(line: Line, file: str, limit: int) -> DiagramError:
    """Say that the group that begins in a line is nested deeper than `limit`."""
    start = _behind_blanks(line.text, 0)
    return DiagramError(
        f"groups are nested deeper than {limit}", place=line.place(start, file), source=line.source(start)
    )


def _mistake(statement: str, shapes: Shapes) -> _Mistake:
    message = shapes["MESSAGE"][0].follow(statement)
    return (
        _misplaced_end(statement)
        or _open_note(statement, shapes)
        or (_unread_statement(statement) if message.parts <= 1 else None)
        or (_unread_arrow(statement, shapes) if message.parts else None)
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


def _unread_statement(statement: str) -> _Mistake | None:
    for pattern, words in _STATEMENTS:
        if found := pattern.match(statement):
            return _Mistake(f"{words.format(found.group())} is not read yet", hint=_READ_SO_FAR)
    return None


def _unread_arrow(statement: str, shapes: Shapes) -> _Mistake | None:
    name, plain, *_ = shapes["MESSAGE"][0].parts
    first = name.pattern.match(statement)
    column = _behind_blanks(statement, first.end() if first else 0)
    arrow = _ARROW.match(statement, column)
    if not arrow or plain.pattern.fullmatch(arrow.group()):
        return None
    if _ARROW_HEAD.search(arrow.group()):
        return _Mistake(f"the arrow `{arrow.group()}` is not read yet", column, (WORDS["ARROW"],))
    return _Mistake(
        f"`{arrow.group()}` is no arrow",
        column,
        (WORDS["ARROW"],),
        f"An arrow has a head, and no blank before it. {_NEEDS_QUOTES}",
    )


def _wrong_part(statement: str, shapes: Shapes) -> _Mistake:
    """Find the first part that fits no shape, in the shapes that fit furthest."""
    kinds = {kind: [shape.follow(statement) for shape in shapes[kind]] for kind in shapes}
    kind = max(kinds, key=lambda kind: (max(progress.column for progress in kinds[kind]), kind != "MESSAGE"))
    column = max(progress.column for progress in kinds[kind])
    rest = statement[column:]
    words = dict.fromkeys(word for at in kinds[kind] if at.column == column for word in at.expected)
    if WORDS["NAME"] in words:
        words.pop(WORDS["BARE"], None)
    expected = tuple(sorted(words, key=END_OF_LINE.__eq__))
    if column == 0:
        return _no_statement(statement)
    if kind == "MESSAGE" and WORDS["ARROW"] in expected and (similar := _similar(statement)):
        return similar
    if END_OF_LINE in expected and (unread := _unread_rest(rest, kind)):
        return _Mistake(f"{unread} is not read yet", column, hint=_READ_SO_FAR)
    if kind == "MESSAGE" and WORDS["NAME"] in expected and rest[:1] in ("", ":"):
        return _Mistake("this message has no target", column, expected, "A message to the border is not read yet.")
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
    if WORDS["ORDER"] in expected and rest.lower().startswith("order"):
        return "After `order` stands a whole number."
    if statement.lower().startswith(("note", "hnote", "rnote")) and WORDS["TEXT"] in expected:
        return _ONE_OR_TWO if rest[0] == "," else "Write `:` before the text of a note of one line."
    if WORDS["ORDER"] in expected:
        return _NEEDS_QUOTES
    behind_a_name = WORDS["TEXT"] in expected or WORDS["ARROW"] in expected
    return _NEEDS_QUOTES if behind_a_name and statement[column - 1] not in BLANKS else None


def _wrong_quote(rest: str) -> str:
    return "this name is empty" if rest[1:2] and rest[1] in QUOTES else "this quote is never closed"


def _unread_rest(rest: str, kind: str) -> str | None:
    for pattern, name in (*_REST, *(_REST_OF_MESSAGE if kind == "MESSAGE" else ())):
        if found := pattern.match(rest):
            return name.format(found.group())
    return None


def _excerpt(text: str) -> str:
    """Give the first word, shortened where it is very long, escaped where it cannot be seen."""
    word = re.split(f"[{BLANKS}]", text, maxsplit=1)[0]
    shown = word if word.isprintable() else ascii(word)[1:-1]
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[:_LONGEST_EXCERPT]}..."


def _behind_blanks(text: str, column: int) -> int:
    return len(text) - len(text[column:].lstrip(BLANKS))
