"""One hostile file: what becomes of it, and what is wrong with that.

Lives here: the folder that it is read in, and everything that is done with it. Must not live here: how hostile files
are made (`mutations`). Laws looked at: a file gives diagrams or errors within its limits; nothing outside of its folder
and no socket is opened; the place of every error, warning and element is in the text; what is read without error is
written and reads back equal; its meaning, its report and its Mermaid end in themselves or a `DiagramError`.
"""

import os
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from simulator.config import Configuration
from simulator.diagram.ast import SequenceDiagram
from simulator.diagram.mermaid import print_mermaid
from simulator.diagram.printer import print_diagram
from simulator.diagram.source import MAX_BYTES
from simulator.errors import DiagramError, Place
from simulator.meaning import Reader
from simulator.report.json_parse import parse_json
from simulator.report.result import Parse, ParsedFile
from simulator.report.tree import parse_lines
from tests.hostile.mutations import Mutant
from tests.opened import opened

SECONDS = 5.0
"""How much processor time a file may take."""

_SETTINGS = Configuration()


class TooSlowError(BaseException):
    """No code that is looked at catches it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file; `problem` is what should not have: what kind it is, and behind a colon what it says."""

    diagrams: int
    errors: int
    seconds: float
    problem: str = ""


def make_folder(around: Path) -> Path:
    """Make the folder that files are read in, with all that a hostile one may name, inside and outside of it."""
    inside = around / "inside"
    (inside / "sub").mkdir(parents=True)
    (around / "outside.iuml").write_text("!startsub S\nA -> B : outside\n!endsub\n", "utf-8")
    (inside / "inside.iuml").write_text("A -> B\n!startsub S\nB -> A\n!endsub\n", "utf-8")
    (inside / "other.puml").write_text("@startuml\nA -> B\nref over A : x\nref over A : other\n@enduml\n", "utf-8")
    (inside / "many.iuml").write_text("!include_many many.iuml\n" * 100, "utf-8")
    (inside / "latin.iuml").write_bytes(b"A -> B : gr\xf6\xdfe")
    (inside / "nul.iuml").write_bytes(b"A -> B : \0\n")
    (inside / "link.iuml").symlink_to("../outside.iuml")
    (inside / "up").symlink_to("..")
    (inside / "loop.iuml").symlink_to("loop.iuml")
    for name in ("huge.iuml", "huge.puml"):
        with (inside / name).open("wb") as file:
            file.truncate(MAX_BYTES + 1)
    (inside / "secret.puml").symlink_to("../outside.iuml")
    os.mkfifo(inside / "pipe.iuml")
    os.mkfifo(inside / "pipe.puml")
    look(inside, Mutant("x.puml", b"@startuml\nA -> B\nwrong\n@enduml\n", ()))
    return inside


def look(folder: Path, mutant: Mutant, seconds: float = SECONDS) -> Outcome:
    """Read a file in the folder made for it, do all that can be done with it, and say what is wrong."""
    path = folder / mutant.name
    path.write_bytes(mutant.content)
    counts = [0, 0]
    start = time.process_time()
    with opened() as names:
        try:
            with _limited(seconds):
                problem = next(_problems(path, counts), "")
        except TooSlowError as error:
            problem = f"slow in {_where(error)}: more than {seconds} s"
        except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
            problem = f"{type(error).__name__} in {_where(error)}: {error}"
    # What the interpreter imports late is no doing of the diagram.
    opened_by = [Path(name).resolve() for name in names if not name.endswith((".py", ".pyc"))]
    outside = [path for path in opened_by if not path.is_relative_to(folder)]
    if outside and not problem:
        problem = f"opened: {outside[0]}"
    path.unlink()
    return Outcome(counts[0], counts[1], time.process_time() - start, problem)


def _problems(path: Path, counts: list[int]) -> Iterator[str]:
    """Everything that is wrong; counts: of diagrams and errors."""
    parsed = Reader(_SETTINGS).parsed(path, "", lenient=True)
    counts[:] = len(parsed.diagrams) if parsed.valid else 0, len(parsed.errors)
    if not parsed.diagrams and not parsed.errors:
        yield "neither diagram nor error: nothing is said"
    yield from _misplaced(parsed)
    whole = Parse((parsed,), lenient=True)
    parse_json(whole)
    for _line in parse_lines(whole):
        pass
    for each in parsed.diagrams:
        yield from _unwritten(each.diagram, required=parsed.valid)


def _unwritten(diagram: SequenceDiagram, *, required: bool) -> Iterator[str]:
    """Write it; `print_diagram` reads back itself, and refuses what is not equal."""
    try:
        print_diagram(diagram)
    except DiagramError as error:
        if required:
            yield f"not written: {error}"
    with suppress(DiagramError):
        print_mermaid(diagram)


def _misplaced(parsed: ParsedFile) -> Iterator[str]:
    """Places that are not in the text."""
    texts: dict[str, list[str]] = {}
    placed: list[tuple[str, Place | None, str | None]] = [
        *(("error", error.place, error.source) for error in parsed.errors),
        *(("warning", each.place, None) for each in parsed.warnings),
        *(("element", element.place, None) for each in parsed.diagrams for element in each.diagram.elements()),
    ]
    for what, place, source in placed:
        if place is None:
            yield f"{what} without place"
            continue
        if place.file not in texts:
            texts[place.file] = _lines(Path(place.file))
        lines = texts[place.file]
        if not 1 <= place.line <= len(lines) or not 1 <= place.column <= len(lines[place.line - 1]) + 1:
            yield f"{what} misplaced: {place}"
        elif source is not None and not _shows(source, lines[place.line - 1]):
            yield f"{what} shows another line: {place}, {source!r}"
    for error in parsed.errors:
        str(error)


def _shows(source: str, line: str) -> bool:
    """Whether it is this line; blanks may stand for the marks of a comment that the diagram stands in."""
    bare = source.lstrip(" ")
    return source == line or not bare or (len(source) == len(line) and line.endswith(bare))


def _lines(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` after so much processor time."""

    def stop(_number: int, frame: FrameType | None) -> None:
        if frame and frame.f_code.co_name == "gc_callback":
            # What is raised in a callback of the garbage collector (Hypothesis has one) is lost: a little later then.
            signal.setitimer(signal.ITIMER_PROF, 0.001)
            return
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _where(error: BaseException) -> str:
    """The function of ours that it comes from."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "simulator" in Path(each.filename).parts]
    return f"{Path(frames[-1].filename).name} {frames[-1].name}" if frames else "the test"
