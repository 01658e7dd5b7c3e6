"""Values that a system makes up as it goes (numbers of tickets, random names), and how steps name them.

Lives here: `Made`, which marks them in annotations, and those of one run. Must not live here: how they look in events.

The first ticket that is made is `ticket1`, the next one `ticket2`: for the system and for its model, though the values
are others.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Made:
    """Marks a text that the system makes up, `Annotated[str, Made("ticket")]`, as an answer and as an argument."""

    kind: str


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What was made up in one run, by name."""

    values: dict[str, str] = field(default_factory=dict)

    def named(self, kind: str, value: str) -> tuple[str, bool]:
        """The name of a value, and whether it is new."""
        if (known := self.name_of(value)) != value:
            return known, False
        name = f"{kind}{sum(kind_of(each) == kind for each in self.values) + 1}"
        self.values[name] = value
        return name, True

    def name_of(self, value: str) -> str:
        """The name of a value that was made up; any other value is its own."""
        return next((name for name, each in self.values.items() if each == value), value)

    def told(self, text: str) -> str:
        """A text with names for values."""
        for name, value in self.values.items():
            text = text.replace(value, name)
        return text

    def fork(self) -> "MadeUp":
        """A copy."""
        return MadeUp(dict(self.values))


def kind_of(name: str) -> str:
    """What `ticket1` is one of."""
    return name.rstrip("0123456789")
