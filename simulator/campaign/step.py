"""Steps, and the forms that say which keys a step or a table of a scenario may have.

Lives here: frozen values only. Must not live here: reading them (`scenario`), what they do (a `system.System`).

Law: equality of steps ignores places.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import Place

Value = str | int | bool | tuple[str, ...]
Arguments = Mapping[str, Value]
Tables = Mapping[str, Mapping[str, Arguments]]


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a scenario or of a generated sequence.

    do: its name. arguments: its other keys, as written in TOML. section: the title of the section that starts with it,
    or empty. place: its header in the scenario.
    """

    do: str
    arguments: Arguments = field(default_factory=dict)
    section: str = ""
    place: Place = field(default=Place(""), compare=False)

    def text(self, key: str) -> str:
        """The value of a text key, empty where it is not given."""
        value = self.arguments.get(key, "")
        return value if type(value) is str else str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """The value of a key that holds a list of texts, empty where it is not given."""
        value = self.arguments.get(key, ())
        return value if isinstance(value, tuple) else (str(value),)


@dataclass(frozen=True, slots=True)
class Key:
    """What a key may hold.

    type: `str`, `int`, `bool`, or `tuple` for a list of texts. required: it must be there. choices: the only values
    allowed (empty: any). table: its value names an entry of this table of the scenario (`stores`). path: it names a
    file below the scenario's folder. check: raises `ValueError` that says what is wrong with a value.
    """

    type: type[Value]
    required: bool = False
    choices: tuple[Value, ...] = ()
    table: str = ""
    path: bool = False
    check: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The keys of one kind of step or table.

    one_of: exactly one of these must be there. at_most_one: no two of these together. some_of: at least one of these.
    check: raises `ValueError` that says what does not go together, and at which key.
    """

    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    at_most_one: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    check: Callable[[Arguments], object] | None = None
