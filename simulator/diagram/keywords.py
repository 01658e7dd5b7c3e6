"""Expressions that choose diagrams by words of their names, as those of pytest's `-k`.

Lives here: reading `cache and not (async or delete)`, and asking it about a name. Pure. Must not live here: which names
there are (`files`).

Laws: upper and lower case are the same. `not` binds closer than `and`, `and` closer than `or`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.errors import ConfigurationError

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_OPERATORS = ("and", "or", "not", "(", ")")
_END = "the end"
_DEEPEST = 100

Matcher = Callable[[str], bool]


def read(text: str, option: str = "-k") -> Matcher:
    """What an expression says about a name; option: who says it, for messages.

    Raises `ConfigurationError` for what is no expression, with a caret.
    """
    line = re.sub(r"\s", " ", text)
    tokens = [(match[1], match.start(1) + 1) for match in _TOKEN.finditer(line)]
    reading = _Reading(option, line, [*tokens, (_END, len(line.rstrip()) + 1)])
    meant = reading.any_of()
    if reading.next != _END:
        raise reading.wrong("and", "or")
    return meant


@dataclass(slots=True)
class _Reading:
    option: str
    text: str
    tokens: Sequence[tuple[str, int]]
    at: int = 0
    depth: int = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at][0]

    def take(self, token: str) -> bool:
        taken = self.next == token
        self.at += taken
        return taken

    def any_of(self) -> Matcher:
        operands = [self.all_of()]
        while self.take("or"):
            operands.append(self.all_of())
        return lambda name: any(each(name) for each in operands)

    def all_of(self) -> Matcher:
        operands = [self.one()]
        while self.take("and"):
            operands.append(self.one())
        return lambda name: all(each(name) for each in operands)

    def one(self) -> Matcher:
        negated = 0
        while self.take("not"):
            negated += 1
        if self.depth < _DEEPEST and self.take("("):
            self.depth += 1
            meant = self.any_of()
            if not self.take(")"):
                raise self.wrong(")", "and", "or")
            self.depth -= 1
        elif self.next in _OPERATORS or self.at + 1 == len(self.tokens):
            raise self.wrong("a word", "not", "(")
        else:
            word = self.next.casefold()
            self.at += 1

            def meant(name: str) -> bool:
                return word in name.casefold()

        return (lambda name: not meant(name)) if negated % 2 else meant

    def wrong(self, *expected: str) -> ConfigurationError:
        found, column = self.tokens[self.at]
        seen = "it ends too early" if found == _END else f"{found!r} cannot stand here"
        source = self.text if self.text.strip() else None
        return ConfigurationError(f"{self.option}: {seen}", source=source, column=column, expected=expected)
