"""The values that a text gives to the holes of a pattern, found by one look where there is one way to read it.

Lives here: which patterns can be read in one way at most, and reading these by an expression of Python's. Pure. Must
not live here: the walk through texts that can be read in many ways (`matching`), how patterns are written (`patterns`).

Laws: the readings are those of the walk. No expression made here goes back over what it has read more than once.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

from simulator.interaction.hole_types import HoleType
from simulator.interaction.holes import Hole
from simulator.interaction.matching import Reading, Spend

Readings = tuple[tuple[str, ...], ...]
"""The values of the distinct holes of a pattern, from left to right, for each way to read a text."""

Parts = Sequence[str | Hole]


class Extraction:
    """How one pattern reads texts. names: its distinct holes; single: whether there is at most one way, for any text.

    extract: gives the readings of a text, no more of them than asked for; None where there is none. `spend` is told of
    the work, and may stop it.
    """

    def __init__(self, parts: Parts) -> None:
        kinds: dict[str, HoleType] = {}
        for part in parts:
            if isinstance(part, Hole):
                kinds.setdefault(part.name, part.kind)
        self.names = tuple(kinds)
        self.kinds = tuple(kinds.values())
        self._template = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
        order = tuple(self.names.index(part.name) for part in parts if isinstance(part, Hole))
        self._order = None if order == tuple(range(len(self.names))) else order
        self.extract: Callable[[str, Spend, int | None], Readings | None] = partial(_walked, parts, self.names)
        self.single = True
        if forwards := _expression(parts):
            checks = tuple((index, kind) for index, kind in enumerate(self.kinds) if kind.length is None)
            self.extract = partial(_checked, forwards[0], checks) if checks else partial(_found, forwards[0])
        elif len(self.names) == 1:
            self.extract = partial(_repeated, _gaps(parts), self.kinds[0])
        elif backwards := _backwards(parts):
            expression, names = backwards
            self.extract = partial(_reversed, expression, [names.index(name) for name in self.names], self.kinds)
        else:
            self.single = False

    def filled(self, values: tuple[str, ...]) -> str:
        """The text with these values of its distinct holes."""
        return self._template % (values if self._order is None else tuple(values[index] for index in self._order))


def _found(expression: re.Pattern[str], text: str, spend: Spend, _: int | None) -> Readings | None:
    spend(1)
    found = expression.fullmatch(text)
    return None if found is None else (found.groups(),)


def _checked(
    expression: re.Pattern[str], checks: Sequence[tuple[int, HoleType]], text: str, spend: Spend, _: int | None
) -> Readings | None:
    spend(1)
    if found := expression.fullmatch(text):
        values = found.groups()
        if all(kind.allows(values[index], spend) for index, kind in checks):
            return (values,)
    return None


def _reversed(
    expression: re.Pattern[str],
    order: Sequence[int],
    kinds: Sequence[HoleType],
    text: str,
    spend: Spend,
    _: int | None,
) -> Readings | None:
    """As `_checked`, from the last letter to the first."""
    spend(1)
    if found := expression.fullmatch(text[::-1]):
        groups = found.groups()
        values = tuple(groups[index][::-1] for index in order)
        if all(kind.length is not None or kind.allows(value, spend) for kind, value in zip(kinds, values, strict=True)):
            return (values,)
    return None


def _repeated(gaps: Sequence[str], kind: HoleType, text: str, spend: Spend, _: int | None) -> Readings | None:
    """One hole, several times: how long its value is follows from how long the text is. gaps: what is around it."""
    spend(1)
    size, rest = divmod(len(text) - sum(map(len, gaps)), len(gaps) - 1)
    if rest or size < 1:
        return None
    value = text[len(gaps[0]) : len(gaps[0]) + size]
    return ((value,),) if value.join(gaps) == text and kind.allows(value, spend) else None


def _walked(parts: Parts, names: Sequence[str], text: str, spend: Spend, most: int | None) -> Readings | None:
    found = islice(Reading(list(parts), text, None, spend).extensions({}), most)
    return tuple(tuple(bound[name] for name in names) for bound in found) or None


def _expression(parts: Parts) -> tuple[re.Pattern[str], list[str]] | None:
    """An expression that reads as the parts do, with a group for each distinct hole in this order.

    None where a value could end at several places: at what follows it it must stop, being of other letters, unless it
    has a fixed length. The last one need not: only a literal text comes after it, up to the end.
    """
    groups: list[str] = []
    expression = ""
    for index, part in enumerate(parts):
        if isinstance(part, str):
            expression += re.escape(part)
            continue
        if part.name in groups:
            expression += rf"(?:\{groups.index(part.name) + 1})"
            continue
        groups.append(part.name)
        kind, behind = part.kind, parts[index + 1 : index + 2]
        if kind.length:
            expression += f"({kind.letters.python}{{{kind.length}}})"
        elif behind and isinstance(behind[0], str) and behind[0][0] not in kind.letters:
            expression += f"({kind.letters.python}++)"
        elif not parts[index + 1 :] or (len(parts) == index + 2 and isinstance(behind[0], str)):
            expression += f"({kind.letters.python}+)"
        else:
            return None
    return re.compile(expression), groups


def _backwards(parts: Parts) -> tuple[re.Pattern[str], list[str]] | None:
    """The same for the text from its last letter to its first; then the last of equal holes says what its type is."""
    kinds = {(part.name, part.kind) for part in parts if isinstance(part, Hole)}
    if len(kinds) > len({name for name, _ in kinds}):
        return None
    return _expression([part[::-1] if isinstance(part, str) else part for part in reversed(parts)])


def _gaps(parts: Parts) -> list[str]:
    """What is before, between and behind the holes."""
    gaps = [""]
    for part in parts:
        if isinstance(part, str):
            gaps[-1] = part
        else:
            gaps.append("")
    return gaps
