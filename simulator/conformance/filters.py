"""Messages that may come in between other events: those of `ignore` and `consider`.

Lives here: `Filter`. Pure. Must not live here: whether a message is one of them (`fitting`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.interaction.patterns import TextPattern

Names = frozenset[str]
NO_NAMES: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Filter:
    """Messages that may come in between: whose label is one of `messages`; or, `considered`, none of them.

    named: the holes of the messages that are also holes of events; others are free for each message.
    Of the lifelines `among`, such a message has exactly those of `touching`.
    """

    messages: tuple[TextPattern, ...]
    named: Names = NO_NAMES
    considered: bool = False
    among: Names = NO_NAMES
    touching: Names = NO_NAMES

    def narrowed(self, among: Names, touching: Names) -> "Filter | None":
        """The same for those messages that have of `among` exactly `touching`; None where none can."""
        if self.touching & among != touching & self.among:
            return None
        return replace(self, among=self.among | among, touching=self.touching | touching)

    def renamed(self, names: Mapping[str, str]) -> "Filter":
        """The same with other names of holes."""
        messages = tuple(each.renamed(names) for each in self.messages)
        return replace(self, messages=messages, named=frozenset(names.get(name, name) for name in self.named))
