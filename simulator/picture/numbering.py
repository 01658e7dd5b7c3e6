"""`autonumber`: the numbers before messages (PlantUML, Sequence Diagram, "Message sequence numbering").

Lives here: counting. Must not live here: which messages are counted.
"""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"autonumber\b\s*(.*)", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(r'"([^"]*)"')
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_DIGITS = re.compile(r"0+|#+")


@dataclass(slots=True)
class Numbering:
    """number: of the last message, digits of several levels apart. running: whether messages get numbers now."""

    number: list[int]
    step: int = 1
    layout: str = "**#**"
    running: bool = False

    @classmethod
    def new(cls) -> "Numbering":
        """No numbers until somebody asks."""
        return cls([0])

    def read(self, directive: str) -> None:
        """Do what a statement says, if it is about numbers."""
        command = _COMMAND.match(directive.strip())
        if command is None:
            return
        rest = _FORMAT.sub("", command[1])
        if layout := _FORMAT.search(command[1]):
            self.layout = _closed(layout[1] if _DIGITS.search(layout[1]) else f"{layout[1]} **#**")
        words = rest.split()
        match words:
            case ["stop", *_]:
                self.running = False
            case ["resume", *more]:
                self.running = True
                self.step = int(more[0]) if more and more[0].isdigit() else self.step
            case ["inc", level, *_] if level.isalpha():
                place = min(ord(level.upper()[0]) - ord("A"), len(self.number) - 1)
                self.number = [*self.number[:place], self.number[place] + 1, *[0] * (len(self.number) - place - 1)]
            case _:
                digits = [[int(part) for part in re.findall(r"\d+", word)] for word in words if word[0].isdigit()]
                self.step = digits[1][0] if len(digits) > 1 else 1
                first = digits[0] if digits else [1]
                self.number = [*first[:-1], first[-1] - self.step]
                self.running = True

    def next(self) -> str:
        """What stands before the next message; empty while nothing is counted."""
        if not self.running:
            return ""
        self.number[-1] += self.step
        said = ".".join(map(str, self.number))

        def digits(found: re.Match[str]) -> str:
            return said.zfill(len(found[0])) if found[0].startswith("0") else said

        return f"{_DIGITS.sub(digits, self.layout, count=1)} "


def _closed(layout: str) -> str:
    """The format with all its markup closed: what it says of the number it does not say of the message."""
    unclosed: list[str] = []
    for shut, tag in _TAG.findall(layout):
        if not shut:
            unclosed.append(tag)
        elif tag in unclosed:
            unclosed.remove(tag)
    return layout + "".join(f"</{tag}>" for tag in reversed(unclosed))
