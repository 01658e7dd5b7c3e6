"""Calls: who answers whom, and which statements may not follow which.

Lives here: activations as PlantUML counts them while it reads (PlantUML, Sequence Diagram, "Lifeline Activation and
Destruction", "Return", "Participant creation"), as far as they decide what `return` means and what PlantUML refuses.
Must not live here: how a statement is written.

Law: reading a diagram statement by statement, every `return` gets a sender and a receiver, or is refused at its place.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Autoactivate,
    Box,
    Delay,
    Element,
    EndBox,
    Message,
    Participant,
    Return,
)
from simulator.errors import Place

_EDGES = frozenset((LEFT, RIGHT, SHORT))


@dataclass(slots=True)
class Calls:
    """What was called so far and has not answered.

    refuse: is told what PlantUML refuses: the place, what is wrong, what to do.
    """

    refuse: Callable[[Place, str, str], None]
    # The message before each activation that has not ended: what `return` answers.
    active: list[Message | Return] = field(default_factory=list)
    # The message before this place, an answer too; None where a fragment ended since.
    last: Message | Return | None = None
    # What was created and waits for the message that creates it.
    created: str | None = None
    # Nothing was sent since a delay.
    delayed: bool = False
    # Whether there was a message or a fragment, and what was active before.
    begun: bool = False
    initially: set[str] = field(default_factory=set)
    # What was deactivated since the last message, if no fragment has ended since.
    ended: set[str] = field(default_factory=set)
    sent: bool = False
    automatic: bool = False
    boxes: int = 0

    def follow(self, element: Element) -> Element | None:
        """Take the next element and give it back, a `Return` with its sender and receiver; None where it is refused."""
        match element:
            case Message():
                self._message(element)
            case Return():
                return self._return(element)
            case Activation() if not self._activation(element):
                return None
            case Participant(created=True):
                self.created = element.lifeline
            case Delay():
                self.delayed = True
            case Autoactivate(on=on):
                self.automatic = on
            case Box():
                self.boxes += 1
            case EndBox() if not self.boxes:
                self.refuse(element.place, "this `end box` closes nothing", "Remove it, or open a `box` before it.")
                return None
            case EndBox():
                self.boxes -= 1
        return element

    def end_fragment(self) -> None:
        """Take the end of a fragment, to which activations belong as to a message."""
        self._begin()
        self.sent = False
        self.last = None

    def _begin(self) -> None:
        self.begun = True
        self.ended.clear()

    def _send(self, place: Place, source: str, target: str) -> None:
        """Take that something is sent, a hidden message too."""
        self._begin()
        self.sent = True
        self.delayed = False
        if self.created is not None and self.created != (source if target in _EDGES else target):
            self.refuse(
                place,
                f"{self.created!r} was just created, but this message goes to {target!r}",
                f"Write `create` right before the first message to {self.created!r}.",
            )
        self.created = None

    def _message(self, message: Message) -> None:
        self._send(message.place, message.source, message.target)
        if message.hidden:
            return
        self.last = message
        mark = message.activation
        if self.automatic and not mark:
            mark = "--" if message.dashed else "++"
        if "--" in mark:
            self._deactivate()
            self.ended.add(message.source)
        if "++" in mark:
            self.active.append(message)
        if "!!" in mark:
            self.ended.add(message.target)

    def _return(self, answer: Return) -> Return | None:
        asked = self.active[-1] if self.active else self.last
        if asked is None or (not self.active and not _EDGES.isdisjoint((asked.source, asked.target))):
            self.refuse(
                answer.place,
                "there is nothing to return from",
                "`return` answers what was activated, or else a message between two participants right before it.",
            )
            return None
        self._send(answer.place, asked.target, asked.source)
        if self.active:
            self.active.pop()
            self.ended.add(asked.target)
        self.last = Return(answer.label, answer.parallel, asked.target, asked.source, answer.place)
        return self.last

    def _activation(self, activation: Activation) -> bool:
        kind, name = activation.kind, activation.lifeline
        if self.delayed:
            self.refuse(activation.place, f"`{kind}` cannot stand just after a delay", "Move it before the delay.")
            return False
        if name is None and self.active:
            name = self.active[-1].target
        if name is None or not (kind == "activate" or self.begun or name in self.initially):
            self.refuse(activation.place, "there is nothing to deactivate", "`activate` begins what `deactivate` ends.")
            return False
        if kind == "activate" and name in self.ended:
            self.refuse(
                activation.place,
                f"{name!r} was deactivated since the last message",
                "It is activated again after the next one.",
            )
            return False
        if kind != "activate":
            self.ended |= {name} if self.sent else set()
        elif not self.begun:
            self.initially.add(name)
        if kind == "activate" and self.last is not None:
            self.active.append(self.last)
        elif kind == "deactivate":
            self._deactivate()
        return True

    def _deactivate(self) -> None:
        # PlantUML ends the activation that began last, whatever lifeline is named.
        if self.active:
            self.active.pop()
