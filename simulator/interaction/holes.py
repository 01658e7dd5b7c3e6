"""Holes: variables in the texts of a diagram.

Lives here: `Hole`, and how one is written. Pure. Must not live here: which values it may take (`hole_types`), texts
(`patterns`), the search for values (`matching`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.errors import DiagramError, Place, SimulatorError
from simulator.interaction.hole_types import TYPES, HoleType, Types, type_of

Bindings = Mapping[str, str]

_REGEX = r"(?:[^\\/]|\\(?:.|\Z)|/(?!!?\}))*+"
SPELLED = rf"\$\{{[0-9A-Za-z_.]+(?::(?:/{_REGEX}/|[^{{}}!/][^{{}}!]*))?!?\}}"
"""A hole in a text, as a pattern; the regular expression in one ends at the first `/}` or `/!}`."""

# What looks like a hole, to be read or refused; a regular expression without an end takes the rest of the text.
TOKEN = rf"\$\{{(?:(?P<name>[0-9A-Za-z_.]+):/(?P<regex>{_REGEX})(?:/(?P<fresh>!?)\}}|\Z)|(?P<hole>[^{{}}]*)\}})"
# What an expression in a diagram may not hold as itself; what is behind a backslash stays as it is.
_NOT_WRITTEN = re.compile(r"\\.|[/'\n\r]", re.DOTALL)
_WRITTEN = {"/": r"\/", "'": r"\x27", r"\'": r"\x27", "\n": r"\n", "\r": r"\r"}
_HOLE = re.compile(r"(?P<name>[0-9A-Za-z_.]+)(?::(?P<type>[^!]+))?(?P<fresh>!)?")
_BEGINS = re.compile(r"\$\{[0-9A-Za-z_.]+(?:!?\}|:[^{}!/][^{}!]*!?\}|:/)")


@dataclass(frozen=True, slots=True)
class Hole:
    """`${name:type!}`; fresh (`!`): its value differs from that of every other hole.

    type: as it is written, with `/` around a regular expression. given: what it means, where a configuration says so.
    """

    name: str
    type: str = "word"
    fresh: bool = False
    given: HoleType | None = field(default=None, compare=False, repr=False)

    @property
    def kind(self) -> HoleType:
        """Which values it may take."""
        return self.given or TYPES.get(self.type) or type_of(self.type[1:-1])

    @property
    def plain(self) -> "Hole":
        """The same for diagrams that are read without the configuration: with the expression of its type."""
        if self.given is None:
            return self
        expression = _NOT_WRITTEN.sub(lambda found: _WRITTEN.get(found[0], found[0]), self.given.pattern)
        return Hole(self.name, f"/{expression}/", self.fresh)

    def __str__(self) -> str:
        """The hole as a diagram writes it."""
        kind = "" if self.type == "word" else f":{self.type}"
        return f"${{{self.name}{kind}{'!' if self.fresh else ''}}}"


def read_hole(token: re.Match[str], place: Place, types: Types) -> Hole:
    """The hole of a `TOKEN`. Raises `DiagramError` for one that cannot be read."""
    if token["regex"] is not None:
        return _regex_hole(token, place)
    inside = token["hole"]
    found = _HOLE.fullmatch(inside)
    if found is None:
        raise DiagramError(
            f"${{{inside}}} is no hole",
            place=place,
            expected=("${NAME}", "${NAME:type}", "${NAME!}"),
            hint="names have letters, digits, '_' and '.'; a literal '$' before a brace is written <U+0024>",
        )
    if (kind := found["type"] or "word") not in types:
        raise DiagramError(
            f"unknown type {kind!r} of the hole {found['name']!r}", place=place, expected=(*types, "/REGEX/")
        )
    return Hole(found["name"], kind, fresh=bool(found["fresh"]), given=None if kind in TYPES else types[kind])


def _regex_hole(token: re.Match[str], place: Place) -> Hole:
    """The hole of a token with a regular expression."""
    if token["fresh"] is None:
        raise DiagramError(
            f"the pattern of the hole {token['name']!r} has no end",
            place=place,
            expected=("`/}` behind it", "`/!}`"),
            hint=r"as in ${E:/[0-9a-f]{32}/}",
        )
    hole = Hole(token["name"], f"/{token['regex']}/", fresh=bool(token["fresh"]))
    try:
        hole.kind.regex  # noqa: B018 - reading it tells what is wrong
    except SimulatorError as error:
        column = token.start("regex") - token.start() + error.column if error.column else None
        raise DiagramError(
            f"the pattern of the hole {hole.name!r}: {error.message}",
            place=place,
            source=token.group(),
            column=column or 1,
            hint=error.hint,
        ) from error
    return hole


def has_hole(text: str) -> bool:
    """Whether a text holds a `${NAME}`; other text in `${...}` is none."""
    return _BEGINS.search(text) is not None
