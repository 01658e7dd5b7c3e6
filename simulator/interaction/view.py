"""How what was recorded is seen: lifelines by the names of the diagrams, volatile parts marked, some events left out.

Lives here: `View`. Pure. Must not live here: where it is configured (`config`), what is done with what is seen.

Laws: renaming and marking keep the number and the order of events. To see twice is to see once. What a view leaves out
counts nowhere: not in the trace, not in the diagram.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from simulator.errors import Place, SimulatorError
from simulator.events import Event, Trace
from simulator.interaction.hole_types import Types, types_with
from simulator.interaction.patterns import TextPattern, fold, parse_text
from simulator.interaction.terms import Expected
from simulator.recording.normalise import Rules

_Shape = tuple[str | None, ...]
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class View:
    """One way to see traces.

    lifelines: names in diagrams by recorded name; others are the same in both. rules: mark volatile parts of texts.
    ignored: what is left out. An entry is the name of a lifeline (in diagrams), the label of a message, where it may
    have holes (`exists (${SIZE} bytes)`), or the operation of a recorded call, which takes its answer with it.
    """

    lifelines: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[TextPattern, ...] = ()
    rules: Rules = field(default_factory=Rules)
    _literal: frozenset[str] = frozenset()
    _shapes: frozenset[_Shape] = frozenset()

    @classmethod
    def read(
        cls,
        lifelines: Mapping[str, str],
        ignore: Iterable[str] = (),
        normalise: Iterable[tuple[str, str]] = (),
        types: Mapping[str, str] = NO_NAMES,
    ) -> "View":
        """Make a view of settings as people write them; types: of holes, by name.

        Raises `SimulatorError` for a rule, an entry or a type that is none.
        """
        ignored = patterns(ignore, types_with(types))
        literal = frozenset(str(each) for each in ignored if not each.holes)
        holed = tuple(each for each in ignored if each.holes)
        return cls(names(lifelines), holed, Rules.read(normalise), literal, frozenset(map(_shape, holed)))

    def see(self, trace: Trace) -> Trace:
        """The same events, with the names that diagrams have and with what is volatile about them."""
        if not self.lifelines and not self.rules.rules:
            return trace
        return Trace(trace.name, tuple(map(self.see_event, trace.events)))

    def see_event(self, event: Event) -> Event:
        """The same event, with the names that diagrams have and with what is volatile about it."""
        return self.rules.apply(self._renamed(event))

    def kept(self, trace: Trace) -> Trace:
        """What is seen of a trace, without what is left out."""
        seen = self.see(trace)
        return Trace(seen.name, tuple(event for event in seen.events if not self.leaves_out(event)))

    def leaves_out(self, event: Event | Expected) -> bool:
        """Whether an event, seen in this way or expected by a diagram, is left out. Marks never are."""
        if not self._literal and not self.ignored:
            return False
        if event.kind == "note":
            return all(self._fits(lifeline) for lifeline in event.on)
        if event.kind != "message":
            return False
        if self._fits(event.source) or self._fits(event.target):
            return True
        if isinstance(event, Event):
            operation = event.attributes.get("operation")
            return self._fits(fold(event.label)) or (isinstance(operation, str) and operation in self._literal)
        return self._fits(str(event.text)) or _shape(event.text) in self._shapes

    def _fits(self, text: str) -> bool:
        return text in self._literal or any(next(each.match(text, {}, ()), None) is not None for each in self.ignored)

    def _renamed(self, event: Event) -> Event:
        drawn = self.lifelines
        if event.kind == "message" and (event.source in drawn or event.target in drawn):
            source, target = drawn.get(event.source, event.source), drawn.get(event.target, event.target)
            return msgspec.structs.replace(event, source=source, target=target)
        if event.kind == "note" and not drawn.keys().isdisjoint(event.on):
            return msgspec.structs.replace(event, on=tuple(dict.fromkeys(drawn.get(each, each) for each in event.on)))
        return event


def names(lifelines: Mapping[str, str]) -> Mapping[str, str]:
    """The names in diagrams by recorded name. Raises `SimulatorError` where seeing twice would not be seeing once."""
    for recorded, drawn in lifelines.items():
        if recorded != drawn and lifelines.get(drawn, drawn) != drawn:
            raise SimulatorError(
                f"{recorded!r} is to be {drawn!r}, and that {lifelines[drawn]!r}",
                hint="give each recorded lifeline the name that it has in the end",
            )
    return lifelines


def patterns(entries: Iterable[str], types: Types) -> tuple[TextPattern, ...]:
    """Read what is to be ignored. Raises `SimulatorError` for what is no text with holes."""
    read = []
    for entry in entries:
        pattern = parse_text(entry, Place(""), types)
        if not pattern.parts:
            raise SimulatorError("what is empty names nothing", expected=("a lifeline", "the label of a message"))
        read.append(pattern)
    return tuple(read)


def _shape(text: TextPattern) -> _Shape:
    """A text with holes, whatever they are called."""
    return tuple(part if isinstance(part, str) else None for part in text.parts)


# What the configuration is asked about settings that it does not know the meaning of, by name.
CHECKS: Mapping[str, Callable[[Any], object]] = {
    "types": lambda settings: types_with(settings.types),
    "normalise": lambda settings: Rules.read(settings.normalise),
    "lifelines": lambda settings: names(settings.lifelines),
    "ignore": lambda settings: patterns(settings.ignore, types_with(settings.types)),
}
