"""`assert trace == conforms_to("name.puml")`: a diagram as what a test expects.

Lives here: comparing a trace with a diagram, and bringing the diagram up to date where that is asked for. Must not live
here: options and hooks of pytest (`pytest_plugin`), the wording (`report`).

Laws: without being asked, nothing is written. What is written allows the trace it was written for. A diagram that is
brought up to date keeps its comments, its layout and its names wherever the run does not contradict them.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from simulator import api
from simulator.conformance.check import Order
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.parser import parse
from simulator.errors import ConfigurationError, DiagramError, SimulatorError
from simulator.events import Trace
from simulator.recording.recorder import Recorder
from simulator.report.account import Account
from simulator.report.brief import brief
from simulator.report.line import plain
from simulator.report.result import Result
from simulator.report.revision import hunks, revised
from simulator.report.text import failure_lines

Update = Literal["none", "new", "all"]

# What is taken over inside of a fragment can make other lines differ: so often it is looked at again.
_ROUNDS = 5


@dataclass(slots=True)
class Keeping:
    """What a session of tests does with diagrams.

    folders: where diagrams are looked for, in this order. update: which are written. used: those that were compared
    with. written: those that were written, in order.
    """

    folders: Sequence[Path] = ()
    update: Update = "none"
    used: set[Path] = field(default_factory=set)
    written: list[Path] = field(default_factory=list)

    def find(self, name: str) -> Path:
        """The file called so, in the first folder that has it; else where it would be made."""
        folders = self.folders or (Path.cwd(),)
        found = next((folder / name for folder in folders if (folder / name).is_file()), folders[0] / name)
        here = Path.cwd()
        return found.relative_to(here) if found.is_relative_to(here) else found

    def write(self, path: Path, text: str) -> None:
        """Write a diagram, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{os.getpid()}.{path.name}")
        try:
            partial.write_bytes(text.encode())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        self.written.append(path)


KEEPING = Keeping()
"""That of this process."""


def conforms_to(name: str, /, *, order: Order | None = None, **bindings: str) -> "Conforming":
    """Give what equals every trace that a diagram allows, to be asserted with `==` or `!=`.

    name: of the file, or `FILE.puml#name` for one of several diagrams; looked for beside the test, then in the
    configured folder. order: as in `check`. bindings: values of holes that are known beforehand.
    The comparison raises `SimulatorError` for a diagram that cannot be read, and for what is no trace; `!=` also where
    there is no diagram, and it never writes one.
    """
    return Conforming(name, order, bindings, KEEPING)


class Conforming:
    """Equal to every trace that its diagram allows.

    explanation: why the last comparison came out as it did, all of it. brief: the first lines of it; complete: these
    leave out nothing.
    """

    __hash__ = None  # type: ignore[assignment]  # it is compared, and never looked up

    def __init__(self, name: str, order: Order | None, bindings: dict[str, str], keeping: Keeping) -> None:
        self.name = name
        self.explanation: Sequence[str] = ()
        self.brief: Sequence[str] = ()
        self.complete = True
        self._order: Order | None = order
        self._bindings = bindings
        self._keeping = keeping

    def __repr__(self) -> str:
        """Write it as the test does."""
        told = {**({"order": self._order} if self._order else {}), **self._bindings}
        return f"conforms_to({', '.join((repr(self.name), *(f'{name}={value!r}' for name, value in told.items())))})"

    def __eq__(self, other: object) -> bool:
        """Judge a trace, or what a recorder holds by now; write the diagram where that is asked for."""
        __tracebackhide__ = True
        try:
            trace, path = self._trace(other), self._path()
            return self._allows(trace, path) if path.is_file() else self._made(trace, path)
        except SimulatorError as error:
            # Where in our code it was found helps nobody.
            raise error.with_traceback(None) from None

    def __ne__(self, other: object) -> bool:
        """Judge the same, and write nothing."""
        __tracebackhide__ = True
        try:
            trace, path = self._trace(other), self._path()
            if not path.is_file():
                raise ConfigurationError(f"there is no diagram {path}", hint="`!=` says nothing without one")
            result = self._judged(self._diagram(path), trace)
        except SimulatorError as error:
            raise error.with_traceback(None) from None
        self._explain(f"the diagram allows the trace: {result.expectation.place}" if result.expectation else "")
        return result.outcome != "conforms"

    def _trace(self, other: object) -> Trace:
        if not isinstance(other, Trace | Recorder):
            what = type(other).__name__
            raise ConfigurationError(f"{self!r} is compared with a trace or a recorder, and this is of type {what}")
        return other.trace() if isinstance(other, Recorder) else other

    def _path(self) -> Path:
        path = self._keeping.find(self.name.partition("#")[0])
        self._keeping.used.add(path.resolve())
        return path

    def _diagram(self, path: Path) -> SequenceDiagram:
        _, mark, block = self.name.partition("#")
        return api.load_diagram(f"{path}{mark}{block}")

    def _judged(self, diagram: SequenceDiagram, trace: Trace) -> Result:
        return api.judged(diagram, trace, order=self._order, bindings=self._bindings)[1]

    def _allows(self, trace: Trace, path: Path) -> bool:
        result = self._judged(self._diagram(path), trace)
        if result.outcome == "conforms":
            return True
        if self._keeping.update == "all" and (text := renewed(path, result, lambda new: self._judged(new, trace))):
            self._keeping.write(path, text)
            return True
        self.explanation = plain(failure_lines(result)).strip("\n").split("\n")
        self.brief, self.complete = brief(result, self.explanation)
        return False

    def _made(self, trace: Trace, path: Path) -> bool:
        if self._keeping.update == "none":
            self._explain(f"there is no diagram {path}", "to draw it from this run: pytest --simulator-update")
            return False
        self._keeping.write(path, api.draw(trace))
        return True

    def _explain(self, *lines: str) -> None:
        self.explanation = self.brief = lines
        self.complete = True


def renewed(path: Path, result: Result, judged: Callable[[SequenceDiagram], Result]) -> str:
    """The text of a file, changed so that its diagram allows the run of `result`; empty where that cannot be had.

    judged: judges the run by another diagram. As few lines change as the deviations tell; where that is not enough, as
    in some fragments, and the file holds this diagram alone, it is drawn anew.
    """
    text = path.read_bytes().decode(errors="replace")
    if result.verdict is None or result.verdict.outcome == "inconclusive":
        return ""
    now = result
    for _ in range(_ROUNDS):
        if now.verdict is None or now.expectation is None:
            break
        asked = hunks(Account(now.verdict, now.events, now.expectation), text, now.expectation.place.file)
        if not asked:
            break
        text = revised(text, asked)
        diagram = _same(text, result)
        if diagram is None:
            break
        now = judged(diagram)
        if now.outcome == "conforms":
            return text
    drawn = api.draw(Trace(result.trace, result.events))
    return "" if "#" in result.diagram or judged(parse(drawn, str(path))[0]).outcome != "conforms" else drawn


def _same(text: str, result: Result) -> SequenceDiagram | None:
    """The diagram of the result, read from another text."""
    file = result.expectation.place.file if result.expectation is not None else ""
    try:
        found = parse(text.removeprefix("\ufeff"), file)
    except DiagramError:
        return None
    name = result.diagram.rpartition("#")[2] if "#" in result.diagram else ""
    named = [each for number, each in enumerate(found, start=1) if name in {"", each.name, str(number)}]
    return named[0] if named else None
