"""Which lines are run: `!if`, `!while`, `!foreach` and their ends.

Lives here: what is open at a line, and whether lines count there. Must not live here: conditions and values
(`expressions`), the lines themselves (`preprocess`).

Law: what is never closed ends with the file or the macro, as in PlantUML; an end that closes nothing is `Wrong`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.diagram.values import Value, Wrong


@dataclass(slots=True)
class _Open:
    """One structure: active: whether its lines count now. done: no other branch of an `!if` will count."""

    kind: str
    active: bool
    done: bool = False
    start: int = 0
    items: Iterator[Value] = field(default_factory=lambda: iter(()))


@dataclass(slots=True)
class Control:
    """What is open, from the outside to the inside; loops: how much of it may run its lines again."""

    stack: list[_Open] = field(default_factory=list)
    loops: int = 0

    @property
    def active(self) -> bool:
        """Whether the lines here are run. What is inside of something inactive is inactive too."""
        return not self.stack or self.stack[-1].active

    def begin_if(self, *, condition: bool) -> None:
        """`!if`, `!ifdef`, `!ifndef`."""
        active = self.active and condition
        self.stack.append(_Open("!if", active, done=active or not self.active))

    def wants_condition(self) -> bool:
        """Whether the condition of an `!elseif` here matters. Raises `Wrong`."""
        return not self._innermost("!elseif", "!if").done

    def otherwise(self, *, condition: bool) -> None:
        """`!elseif` and `!else`."""
        innermost = self._innermost("!else", "!if")
        innermost.active = condition and not innermost.done
        innermost.done = innermost.done or innermost.active

    def end_if(self) -> None:
        """`!endif`."""
        self._innermost("!endif", "!if")
        self.stack.pop()

    def begin_while(self, start: int, *, condition: bool) -> None:
        """`!while` in line `start`, with the value that its condition has now."""
        self.loops += 1
        self.stack.append(_Open("!while", self.active and condition, start=start))

    def end_while(self) -> int | None:
        """`!endwhile`: the line of its `!while`, where that is to be asked again."""
        self._innermost("!endwhile", "!while")
        self.loops -= 1
        ended = self.stack.pop()
        return ended.start if ended.active else None

    def begin_for(self, start: int, items: Iterator[Value]) -> Value | None:
        """`!foreach` in line `start`: the first item, if there is one."""
        self.loops += 1
        first = next(items, None) if self.active else None
        self.stack.append(_Open("!foreach", first is not None, start=start, items=items))
        return first

    def end_for(self) -> tuple[int, Value] | None:
        """`!endfor`: the line of its `!foreach` and the next item, where there is one."""
        innermost = self._innermost("!endfor", "!foreach")
        item = next(innermost.items, None) if innermost.active else None
        if item is not None:
            return innermost.start, item
        self.loops -= 1
        self.stack.pop()
        return None

    def _innermost(self, end: str, kind: str) -> _Open:
        if not self.stack:
            raise Wrong(f"this `{end}` belongs to no `{kind}`")
        if self.stack[-1].kind != kind:
            raise Wrong(f"this `{end}` belongs to no `{kind}`: `{self.stack[-1].kind}` is open")
        return self.stack[-1]
