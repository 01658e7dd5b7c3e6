"""Mails wait in a folder until they are sent: a system under test, in some thirty lines."""

from collections.abc import Iterator
from typing import Literal

from simulator import SimpleSystem, Stage, Step

Mail = Literal["hello", "bye"]


class Outbox:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.watch("outbox", name="disk")

    def write(self, mail: Mail) -> None:
        (self.folder / mail).write_text(mail)

    def send(self) -> str | None:
        for path in sorted(self.folder.iterdir()):
            self.stage.tell("send", "Mail", Subject=path.name)
            path.unlink()
            return path.name
        return None

    def violations(self, model: "Waiting") -> Iterator[str]:
        if {path.name for path in self.folder.iterdir()} != model.mails:
            yield "a mail is lost, or sent and still there"


class Waiting:
    def __init__(self) -> None:
        self.mails: set[str] = set()

    def write(self, mail: Mail) -> None:
        self.mails.add(mail)

    def send(self) -> str | None:
        mail = min(self.mails, default=None)
        self.mails -= {mail}
        return mail

    def facts(self, step: Step) -> Iterator[str]:
        if step.do == "write" and step.text("mail") in self.mails:
            yield "again"
        if step.do == "send" and not self.mails:
            yield "nothing"


OUTBOX = SimpleSystem(Outbox, Waiting)
