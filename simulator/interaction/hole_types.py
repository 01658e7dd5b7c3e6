"""Types of holes: which values they may take.

Lives here: `HoleType`, the built-in types, those that a configuration names. Pure. Must not live here: holes (`holes`),
regular expressions (`regex`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from simulator.errors import SimulatorError
from simulator.interaction.automaton import Automaton, Spend, unlimited
from simulator.interaction.regex import read_regex
from simulator.interaction.regex_tree import Letters, Regex, Repeated, letters_of, python_of

_NAME = re.compile(r"[0-9A-Za-z_.-]+")


@dataclass(frozen=True, eq=False)
class HoleType:
    """Which values a hole may take: those that a regular expression reads, but for the empty one.

    Compared by identity, which is fast; holes are compared by the names of their types.
    """

    pattern: str

    @cached_property
    def regex(self) -> Regex:
        """The expression. Raises `SimulatorError` for one that cannot be read."""
        return read_regex(self.pattern)

    @cached_property
    def letters(self) -> Letters:
        """Those that values are made of."""
        return letters_of(self.regex)

    @cached_property
    def length(self) -> int | None:
        """Where any run of its letters is a value: how many there are, 0 for any number. Else None."""
        match self.regex:
            case Letters():
                return 1
            case Repeated(Letters(), 0 | 1, None):
                return 0
            case Repeated(Letters(), least, most) if least == most:
                return least
            case _:
                return None

    @cached_property
    def automaton(self) -> Automaton:
        """It reads values of this type in any text, in linear time."""
        return Automaton(self.regex)

    def allows(self, value: str, spend: Spend = unlimited) -> bool:
        """Whether a whole value is of this type."""
        if self._python is None:
            return self.automaton.allows(value, spend)
        return bool(value) and self._python.fullmatch(value) is not None

    def run_ends(self, text: str) -> list[int]:
        """For each position of the text, where the run of letters that begins there ends; in one pass."""
        ends = list(range(len(text) + 1))
        for run in self._run.finditer(text):
            start, end = run.span()
            ends[start:end] = [end] * (end - start)
        return ends

    @cached_property
    def _python(self) -> re.Pattern[str] | None:
        """The same for the engine of Python, where its time is linear too: it is faster."""
        pattern = python_of(self.regex)
        return None if pattern is None else re.compile(pattern)

    @cached_property
    def _run(self) -> re.Pattern[str]:
        return re.compile(self.letters.python + "+")


Types = Mapping[str, HoleType]
"""The types that a diagram may name."""

TYPES: Types = MappingProxyType(
    {
        "word": HoleType("[0-9A-Za-z_.-]+"),
        "int": HoleType("-?[0-9]+"),
        "hex": HoleType("[0-9A-Fa-f]+"),
        "md5": HoleType("[0-9A-Fa-f]{32}"),
        "sha1": HoleType("[0-9A-Fa-f]{40}"),
        "sha256": HoleType("[0-9A-Fa-f]{64}"),
        "uuid": HoleType("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"),
        "any": HoleType(".+"),
    }
)
"""The built-in ones (semantics.md 3 of the design)."""


def types_with(named: Mapping[str, str]) -> Types:
    """The built-in types, and others by name, each a regular expression. Raises `SimulatorError` for what is none."""
    for name, pattern in named.items():
        if name in TYPES:
            raise SimulatorError(f"the type {name!r} is built in", hint="give the other one another name")
        if not _NAME.fullmatch(name):
            raise SimulatorError(f"{name!r} is no name of a type", expected=("letters, digits, '_', '.' and '-'",))
        try:
            read_regex(pattern)
        except SimulatorError as error:
            raise SimulatorError(
                f"the pattern of {name!r}: {error.message}", source=pattern, column=error.column, hint=error.hint
            ) from error
    return MappingProxyType({**TYPES, **{name: type_of(pattern) for name, pattern in named.items()}})


# Types of one pattern share their automaton.
type_of = lru_cache(maxsize=1_000)(HoleType)
