"""Lines of other languages and of other diagrams that people put into a sequence diagram by mistake.

Lives here: what they look like, and what to write instead. Must not live here: mistakes in the language itself
(`mistakes`).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a line is, at a column (0-based), and what to do; opens: it begins a fragment in its own language."""

    message: str
    hint: str
    column: int = 0
    opens: bool = False


_MERMAID = "is Mermaid, not PlantUML"
# What a statement looks like, the part that is told (a group of the pattern), what it is, what to do.
_LINES: tuple[tuple[str, str, str], ...] = (
    (r"(sequenceDiagram)\b", _MERMAID, "Remove the line: `@startuml` begins a diagram."),
    (r"(and|option)(?![\w.@:])", _MERMAID, "The next part of a fragment begins with `else`."),
    (r"(rect)(?![\w.@:])", _MERMAID, "Write `group`."),
    (r"(%%)", _MERMAID, "A comment begins with `'`."),
    (r"(//|#|/\*)", "begins no comment", "A comment begins with `'`."),
    (r"(elseif|elsif|elif)(?![\w.@:])", "begins no part of a fragment", "Write `else` and the condition."),
    (
        r"(left to right direction|top to bottom direction)$",
        "belongs to other diagrams: in this one time runs down",
        "Remove the line.",
    ),
    (r"(\}|\{)$", "opens and closes nothing", "A fragment is closed by `end`."),
    (r"\S[^:]*?(?:->>?|-->>?|-x|--x)[ \t]*([+-])(?=[\w\"])", _MERMAID, "Write `++` or `--` behind the receiver."),
    (r"[\w\"][^:]*?(--?\))[ \t]*[\w\"]", _MERMAID, "Write `->>` for an asynchronous message."),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), what, hint) for pattern, what, hint in _LINES)
_OPENING = frozenset(("rect",))


def foreign(statement: str) -> Foreign | None:
    """Say what a line is that another language has, if it is one."""
    for pattern, what, hint in _PATTERNS:
        if found := pattern.match(statement):
            word = found[1]
            return Foreign(f"`{word}` {what}", hint, found.start(1), word.lower() in _OPENING)
    return None
