r"""Regular expressions for the values of holes, as people write them: `${E:/[0-9a-f]{32}/}`.

Lives here: their syntax, and the refusal of what no finite automaton can do. Pure. Must not live here: the tree of one
(`regex_tree`), how values are read (`automaton`), which types there are (`hole_types`).

Supported is what Python, RE2 and JavaScript have in common: letters, `.`, classes `[a-z]`, `\d \w \s` (ASCII) and their
opposites, groups, `|`, and repetitions. A value is always read as a whole, so that `^` and `$` around it say nothing,
and a lazy repetition is as good as any.

Law: a tree holds at most `MOST_LETTERS` letters when its repetitions are written out; one that is larger is refused.
"""

import re
from collections.abc import Mapping

from simulator.errors import SimulatorError
from simulator.interaction.regex_tree import ANY, Choice, Letters, Regex, Repeated, Sequence, letters_of, size_of

MOST_LETTERS = 1_000
"""The size of a pattern: `[0-9a-f]{32}` has 32 letters. Work and memory for one grow with it."""

_MOST_NESTED = 40
_LONGEST_QUANTIFIER = 20
_QUANTIFIER = re.compile(r"[*+?]|\{(?:(?P<least>[0-9]+)(?P<open>,(?P<most>[0-9]+)?)?|,(?P<only>[0-9]*))\}")
_SIGNS: Mapping[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_CODE = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_WHOLE = "a value is always read as a whole: leave it out"
# What begins with these letters is refused, with what to do instead; the first that fits counts.
_REFUSED = (
    (r"\(\?[=!]|\(\?<[=!]", "looks around", "put what is around the value beside the hole, as text"),
    (r"\(\?P=|\\[1-9]|\\k|\(\?\(", "refers back", "holes of one name have equal values: write ${X} again"),
    (r"\(\?>", "forbids to go back", "nothing ever goes back here: write (?:...)"),
    (r"\(\?P?<|\(\?'", "gives a group a name", "write (?:...)"),
    (r"\(\?[^:]", "is a flag or a comment", "write both cases as [aA]"),
    (r"\\[AZzGbB]|[$^]", "stands for a position", _WHOLE),
    (r"\\[pPX]", "stands for a class of Unicode", "write the letters that are meant, as [A-Za-z]"),
    (r"\[\[[:.=]", "is a class of POSIX", "write the letters that are meant, as [A-Za-z]"),
)
_CLASSES: Mapping[str, Letters] = {
    "d": Letters.of([(0x30, 0x39)]),
    "w": Letters.of([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]),
    "s": Letters.of([(0x09, 0x0D), (0x20, 0x20)]),
}


def read_regex(text: str) -> Regex:
    """Read a regular expression. Raises `SimulatorError` for what is none, or is none that an automaton can do."""
    reader = _Reader(text)
    regex = reader.choice()
    if reader.at < len(text):
        raise reader.refused("`)` closes no group", r"a literal one is written \)")
    if not letters_of(regex).ranges:
        raise SimulatorError("it fits nothing but an empty text, and no value is empty")
    if size_of(regex) > MOST_LETTERS:
        raise SimulatorError(
            f"it has more than {MOST_LETTERS} letters when its repetitions are written out",
            hint="repeat less often, or without an end: `+` instead of `{1,100000}`",
        )
    return regex


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    """The numbers of `{2}`, `{2,}`, `{2,3}` and `{,3}`."""
    most = found["most"] or found["only"] or ("" if found["open"] else found["least"])
    return int(found["least"] or 0), int(most) if most else None


class _Reader:
    """Reads from left to right. at: where it is; depth: how many groups are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def choice(self) -> Regex:
        """Everything until the end, or until the `)` of the group."""
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Regex:
        """Everything until a `|` or `)`."""
        items: list[Regex] = []
        if not self.depth:
            self.take("^")
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if not self.depth and self.text[self.at] == "$" and self.text[self.at + 1 : self.at + 2] in {"", "|"}:
                self.at += 1
                break
            items.append(self.repeated())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def repeated(self) -> Regex:
        """One letter, class or group, with how often it comes."""
        if _QUANTIFIER.match(self.text, self.at):
            sign = self.text[self.at]
            raise self.refused(f"`{sign}` repeats nothing", rf"a literal one is written \{sign}")
        item = self.atom()
        if not (found := _QUANTIFIER.match(self.text, self.at)):
            return item
        if len(found[0]) > _LONGEST_QUANTIFIER:
            raise self.refused(f"more than {MOST_LETTERS} repetitions", "repeat less often, or without an end: `+`")
        least, most = _SIGNS.get(found[0]) or _bounds(found)
        if most is not None and most < least:
            raise self.refused(f"`{found[0]}` has the larger number first", "the smaller one comes first")
        self.at = found.end()
        self.take("?")
        if _QUANTIFIER.match(self.text, self.at):
            raise self.refused("this repeats what is repeated", "write a group, (?:a{2})*; `a++` is `a+` here")
        return Repeated(item, least, most)

    def atom(self) -> Regex:
        """One letter, class or group."""
        self.refuse_irregular()
        match self.text[self.at]:
            case "(":
                return self.group()
            case "[":
                return self.letters()
            case ".":
                self.at += 1
                return ANY
            case _:
                return self.letter()

    def group(self) -> Regex:
        start = self.at
        self.at += 1
        if self.text.startswith("?:", self.at):
            self.at += 2
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise self.refused(f"more than {_MOST_NESTED} groups are nested", "leave out groups that say nothing")
        inner = self.choice()
        self.depth -= 1
        if not self.take(")"):
            self.at = start
            raise self.refused("`(` has no `)`", r"a literal one is written \(")
        return inner

    def letters(self) -> Letters:
        """A class: `[...]`; a `]` that comes first is a letter."""
        start = self.at
        self.at += 1
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while not ranges or self.text[self.at : self.at + 1] != "]":
            if self.at >= len(self.text):
                self.at = start
                raise self.refused("`[` has no `]`", r"a literal one is written \[")
            low = self.letter()
            ranges += self.range(low) if self.spans() else low.ranges
        self.at += 1
        found = Letters.of(ranges)
        return found.others if negated else found

    def spans(self) -> bool:
        """Whether a `-` that makes a range comes next."""
        return self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in {"", "]"}

    def range(self, low: Letters) -> tuple[tuple[int, int], ...]:
        start = self.at
        self.at += 1
        high = self.letter()
        ((first, last),), ((least, most),) = low.ranges[:1], high.ranges[:1]
        if first != last or least != most or most < first:
            self.at = start
            raise self.refused("this is no range of letters", r"a literal `-` stands first, last, or is written \-")
        return ((first, most),)

    def letter(self) -> Letters:
        """A letter as itself, or behind a backslash."""
        letter = self.text[self.at]
        self.at += 1
        if letter != "\\":
            return Letters(((ord(letter), ord(letter)),))
        letter = self.text[self.at : self.at + 1]
        if found := _CODE.match(self.text, self.at):
            self.at = found.end()
            code = int(found[0][1:], 16)
        elif letter.lower() in _CLASSES:
            self.at += 1
            known = _CLASSES[letter.lower()]
            return known if letter.islower() else known.others
        elif letter in _CONTROLS:
            self.at += 1
            code = ord(_CONTROLS[letter])
        elif letter and not (letter.isalnum() and letter.isascii()):
            self.at += 1
            code = ord(letter)
        else:
            self.at -= 1
            raise self.refused(f"`\\{letter}` means nothing", r"a literal backslash is written \\")
        return Letters(((code, code),))

    def take(self, letter: str) -> bool:
        """Go past a letter, if it comes next."""
        found = self.text.startswith(letter, self.at)
        self.at += found
        return found

    def refuse_irregular(self) -> None:
        """Raises `SimulatorError` where something begins that no automaton does, or that is not supported."""
        for what, why, instead in _REFUSED:
            if found := re.compile(what).match(self.text, self.at):
                raise self.refused(f"`{found[0]}` {why}, which is not supported", instead)

    def refused(self, why: str, instead: str) -> SimulatorError:
        """The error of what stands here."""
        return SimulatorError(why, source=self.text, column=self.at + 1, hint=instead)
