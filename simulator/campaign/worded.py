"""What a system did in one step, in words when somebody asks: mostly nobody does.

Lives here: `Worded`, and what such a step is remembered by. Must not live here: what is remembered (`judging`).

Laws: steps with one key have events of one `shape`, whatever the words are; for what was made up is so long and random
that it stands nowhere by chance.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from simulator.campaign.shape import is_word, of_parts, sign
from simulator.campaign.system import Parts
from simulator.events import Event, Operation

# Shorter values that a system made up may stand in a text by chance.
_RANDOM = 16


class Worded(Sequence[Event]):
    """Operations as events."""

    def __init__(self, operations: Sequence[Operation], word: Callable[[Operation], Event]) -> None:
        self.operations = operations
        self._word = word

    @cached_property
    def all(self) -> tuple[Event, ...]:
        """All of them."""
        return tuple(map(self._word, self.operations))

    def key(self, parts: Parts) -> Hashable | None:
        """What the step is remembered by, with signs for what was made up; None where it is like no other.

        parts: what its operation consists of.
        """
        frame, values_of, made_up = of_parts(parts)
        texts: list[str | int] = [*values_of]
        for told in self.operations:
            frame += (told.name, told.source, told.target, len(told.values), *told.values)
            texts += told.values.values()
            if told.volatile:
                made_up += told.volatile.values()
        if not made_up:
            return tuple(frame), tuple(texts)
        values = tuple(dict.fromkeys(made_up))
        if min(map(len, values)) < _RANDOM:
            return None
        frame += map(is_word, values)
        for number, value in enumerate(values):
            for index, text in enumerate(texts):
                if isinstance(text, str) and value in text:
                    texts[index] = text.replace(value, sign(number))
        return tuple(frame), tuple(texts)

    def __iter__(self) -> Iterator[Event]:
        """One after the other."""
        return iter(self.all)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.operations)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Event, ...]: ...
    def __getitem__(self, index: int | slice) -> Event | tuple[Event, ...]:
        """One of them, or some."""
        return self.all[index]

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process they are a tuple: words may be a function that cannot go there."""
        return tuple, (self.all,)
