"""The fragments around an event in words: `loop 2..3 (2nd time)`, `alt [found]`.

Lives here: how each fragment is called. Must not live here: which are around (`enclosing`), which iteration it is
(`iterations`).

Law: the outermost comes first.
"""

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
    Use,
    Weak,
)
from simulator.report.enclosing import Above, Enclosing, shown
from simulator.report.iterations import Times

_WORDS: dict[type[Combined], str] = {
    Alternatives: "alt",
    AnyOrder: "group any order",
    Break: "break",
    Consider: "group consider",
    Critical: "critical",
    Ignore: "group ignore",
    Negative: "group neg",
    Option: "opt",
    Parallel: "par",
    Weak: "group seq",
}
# From four on, and for 11, 12 and 13, ordinal numbers end alike.
_TH = 4


def fragments(
    enclosing: Enclosing, expected: Expected, times: Times, beside: Expected | None = None
) -> tuple[str, ...]:
    """The fragments around an event, in words. beside: only those that are around this one too."""
    shared = None if beside is None else {id(above.term) for above in enclosing.up(beside)}
    found = [
        _words(above, times)
        for above in enclosing.up(expected)
        if shown(above, expected) and (shared is None or id(above.term) in shared)
    ]
    return tuple(reversed(found))


def _words(above: Above, times: Times) -> str:
    match above.term:
        case Group(begin=None):
            return "group strict"
        case Group(begin=Expected(text=text)):
            return f"group {str(text)!r}"
        case Loop() as loop:
            return f"loop{_label(loop.operands[0].guard.text)}{_bounds(loop)} ({_nth(times.get(id(loop), 1))} time)"
        case Use(name=name):
            return f"ref {name!r}"
        case Combined(operands=operands) as combined:
            number = above.part
            word = _WORDS[type(combined)]
            label = _label(operands[number].guard.text) if number < len(operands) else ""
            if isinstance(combined, Alternatives | Parallel) and number and not label:
                return f"{word}, operand {number + 1}"
            return f"{word}{label}"
        case _:
            return ""


def _label(text: str) -> str:
    if not text:
        return ""
    return f" {text}" if text.startswith("[") and text.endswith("]") else f" [{text}]"


def _bounds(loop: Loop) -> str:
    if loop.least == loop.most:
        return f" {loop.least}"
    if loop.most is None:
        return f" {loop.least}..*" if loop.least else ""
    return f" {loop.least}..{loop.most}"


def _nth(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{('th', 'st', 'nd', 'rd')[number % 10 if number % 10 < _TH else 0]}"
