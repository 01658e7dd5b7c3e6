"""From bytes to the lines of each diagram: decoding, `@startuml` blocks, comments, continued lines.

Lives here: everything that can be said about a diagram's text line by line, and where each line came from. Must not
live here: what a line means (`parser`), what is wrong with it (`mistakes`).

Law: a `Line` knows the place in the file of each of its letters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import NamedTuple, Never

from simulator.diagram.fences import SUFFIXES, regions
from simulator.diagram.kinds import STARTS
from simulator.errors import DiagramError, Place

BLANKS = " \t\u00a0"
"""What PlantUML skips between the parts of a statement: blank, tab, no-break space."""

QUOTES = '"“”'
"""What may stand around a name; PlantUML lets any of them close what another opened."""

MAX_BYTES = 100_000_000
"""How long a file may be, in bytes: more than any that is meant, and less than what a memory holds."""

_START = re.compile(r"[ \t\u00a0]*@start(\w*)([({]?)(.*)")
# What may stand before it in the comment of another language; PlantUML takes it away from the lines behind, too.
_COMMENTED = re.compile(rf"((?:[^\w@<~{QUOTES}]|<[^<>]*>)*+)@start")
_ID = re.compile(r"\bid[ \t\u00a0]*=[ \t\u00a0]*([\w.-]+)")
_END = re.compile(r"[ \t\u00a0]*@end")
_LONGEST = 80
_BETWEEN = "A diagram stands between a line `@startuml` and a line `@enduml`."
_IN_FENCES = f"{_BETWEEN[:-1]}, or in a block that is marked as `plantuml`."
_INNER_COMMENT = re.compile(r"/'''.*?'''/")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part of a line's text was written: from letter `start` (0-based) to the next span.

    fixed: all its letters stand for what is written at that one place (a macro, say), else they follow one by one.
    """

    start: int
    number: int
    column: int
    written: str
    fixed: bool = False


class Line(NamedTuple):
    """One line of a diagram.

    text: without comments, and with the lines that continue it; may be blank.
    file, number, column: where `text` begins, 1-based.
    written: the whole line as it stands in the file.
    spans: where its parts come from, in order, the first one from 0; empty where `text` is a part of `written`.
    origin: the line of the macro that wrote this one; its place is then that of the call.
    """

    text: str
    file: str
    number: int
    column: int
    written: str
    spans: tuple[Span, ...] = ()
    origin: "Line | None" = None

    def place(self, index: int) -> Place:
        """Give the place of letter `index` (0-based) of `text`."""
        if not self.spans:
            return Place(self.file, self.number, self.column + index)
        span = self._span(index)
        return Place(self.file, span.number, span.column + (0 if span.fixed else index - span.start))

    def source(self, index: int) -> str:
        """Give the line of the file that holds letter `index` of `text`."""
        return self._span(index).written

    def part(self, begin: int, end: int, start: int) -> Iterator[Span]:
        """Where the letters from `begin` to `end` were written, as spans of a text that has them at `start`."""
        if not self.spans:
            yield Span(start, self.number, self.column + begin, self.written)
            return
        spans = self.spans
        ends = [*(span.start for span in spans[1:]), end]
        for span, until in zip(spans, ends, strict=True):
            first = max(begin, span.start)
            if first < min(end, until):
                column = span.column + (0 if span.fixed else first - span.start)
                yield replace(span, start=start + first - begin, column=column)

    @property
    def remark(self) -> str:
        """What the preprocessor made of what is written there, for people; empty where it did nothing."""
        if self.origin:
            return f"Line {self.origin.number} of {self.origin.file} makes this `{shown(self.text)}`."
        if any(span.fixed for span in self.spans):
            return f"The preprocessor makes this `{shown(self.text)}`."
        return ""

    def _span(self, index: int) -> Span:
        for span in reversed(self.spans):
            if span.start <= index:
                return span
        return Span(0, self.number, self.column, self.written)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between one `@startuml` and its `@enduml`.

    name: the text after `@startuml`, trimmed. place, end: where the two stand. source: the line at `place`.
    lines: those that could be read.
    errors: what is wrong with the lines. another: what the block is, where it is no `@startuml`.
    warnings: what is worth knowing about them, each with its place.
    """

    name: str
    lines: tuple[Line, ...]
    place: Place
    end: Place
    errors: tuple[DiagramError, ...] = ()
    another: DiagramError | None = None
    source: str = ""
    warnings: tuple[tuple[Place, str], ...] = ()


def read(path: Path) -> str:
    """Return the text of a file; DiagramError where there is none."""
    place = Place(str(path))
    if path.is_dir():
        raise DiagramError(f"{path} is a folder, not a diagram", hint="Name one of the .puml files in it.")
    if path.exists() and not path.is_file():
        raise DiagramError(f"{path} is not a regular file")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DiagramError(f"{path} is longer than {MAX_BYTES} bytes")
        content = path.read_bytes()
    except FileNotFoundError:
        raise DiagramError(f"there is no file {path}", hint="Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DiagramError(f"cannot read {path}: {reason}") from error
    if not content:
        raise DiagramError("the file is empty", place=place, expected=("`@startuml`",))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _split(error.object[: error.start].decode("utf-8", "replace"))
        raise DiagramError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            place=Place(str(path), len(before), len(before[-1]) + 1),
            hint="Save the diagram as UTF-8.",
        ) from None


def blocks(text: str, file: str) -> tuple[Block, ...]:
    """Find the diagrams of a text; what stands outside of `@startuml` ... `@enduml` is ignored.

    Where the name of the file is that of Markdown or AsciiDoc, its blocks marked as PlantUML are diagrams, too.
    Raises DiagramError where there is no block. What is wrong with one stands in it.
    """
    written = _split(text)
    if "\0" in text:
        _refuse_binary(written, file)
    suffix = PurePath(file).suffix.lower()
    if suffix in SUFFIXES:
        found = tuple(_embedded(written, file, suffix))
    else:
        if any("@start" in line and not _START.match(line) for line in written):
            written = list(_bare(written))
        found = tuple(_blocks(written, file, 1, len(written)))
    if not found:
        _refuse_no_block(written, file)
    return found


def lines_of(text: str, file: str) -> tuple[Line, ...]:
    """All lines of a text that is no diagram by itself. Raises DiagramError for a comment that is never closed."""
    written = _split(text)
    return _checked(written, 0, len(written), file)


def included(text: str, file: str, chosen: str) -> tuple[int, tuple[Line, ...]]:
    """The part of a text that `!include` means, and the line where it begins (0 for all of it).

    chosen: the number of a block, from 0, or its name; without it the first block, or all lines where there is none.
    Raises LookupError where there is no such block, DiagramError for a comment that is never closed.
    """
    written = _split(text)
    starts = [(number, found) for number, line in enumerate(written, 1) if (found := _START.match(line))]
    if not starts and not chosen:
        return 0, lines_of(text, file)
    for index, (number, start) in enumerate(starts):
        if chosen in {"", str(index)} or chosen == _called(start):
            behind = range(number, len(written))
            end = next((each for each in behind if _END.match(written[each])), len(written))
            return number, _checked(written, number, end, file)
    raise LookupError(chosen)


def uncommented(line: str) -> tuple[str, int]:
    """Take the comments out of a line that does not open one (`opens_comment`).

    Return what is left and how many letters went at the left. PlantUML looks for comments at the two ends of a line
    (in this order, one of them), and for `/''' '''/` anywhere.
    """
    trimmed = line.strip(BLANKS)
    if trimmed.startswith("'") or (trimmed.startswith("/'") and trimmed.endswith("'/")):
        return "", 0
    if trimmed.startswith("/'") and "'/" in trimmed:
        left = line.index("'/") + 2
        return line[left:], left
    if trimmed.endswith("'/") and "/'" in trimmed:
        return line[: line.rindex("/'")], 0
    return _INNER_COMMENT.sub("", line), 0


def opens_comment(line: str) -> bool:
    """Whether a comment begins with this line that ends with a later one."""
    return line.lstrip(BLANKS).startswith("/'") and "'/" not in line


def continues(line: str) -> bool:
    """Whether the next line belongs to this one: it ends with one backslash, not with two."""
    return line.endswith("\\") and not line.endswith("\\\\")


def joined(lines: Sequence[Line], *, by: str = "") -> Line:
    """One line of several: all but the last lose the backslash at their ends, or are joined by `by` as they are."""
    spans: list[Span] = []
    parts: list[str] = []
    length = 0
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        text = line.text if last else line.text + by if by else line.text[:-1]
        spans.extend(line.part(0, len(text), length))
        parts.append(text)
        length += len(text)
    return lines[0]._replace(text="".join(parts), spans=tuple(spans))


def shown(text: str, longest: int = _LONGEST) -> str:
    """A text as messages show it: shortened beyond `longest` letters, escaped where it cannot be seen."""
    visible = text.strip(BLANKS)
    visible = visible if visible.isprintable() else ascii(visible)[1:-1]
    return visible if len(visible) <= longest else f"{visible[:longest]}..."


def dedent(lines: Sequence[str]) -> list[str]:
    """Take away the indentation that all lines share, counted in letters, and blanks at their ends."""
    trimmed = [line.rstrip(BLANKS) for line in lines]
    indentation = min((len(line) - len(line.lstrip(BLANKS)) for line in trimmed if line), default=0)
    return [line[indentation:] for line in trimmed]


def _split(text: str) -> list[str]:
    # PlantUML reads an en dash as a hyphen, everywhere.
    return text.removeprefix("\ufeff").replace("\u2013", "-").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _bare(written: Sequence[str]) -> Iterator[str]:
    """Blanks in the place of what stands before `@startuml`, and of the same before the lines behind it."""
    before = ""
    for line in written:
        if "@start" in line and (found := _COMMENTED.match(line)):
            before = found[1]
        if not before.strip(BLANKS):
            yield line
        elif line.startswith(before):
            yield " " * len(before) + line[len(before) :]
        else:
            yield "" if before.startswith(line) else line


def _embedded(written: Sequence[str], file: str, suffix: str) -> Iterator[Block]:
    """Find the diagrams in a text about something else."""
    for region in regions(written, suffix):
        inside = range(region.first, region.last + 1)
        if not region.ours or any(_START.match(written[number - 1]) for number in inside):
            for block in _blocks(written, file, region.first, region.last):
                yield replace(block, name=block.name or region.name)
            continue
        fence = written[region.opening - 1]
        place = Place(file, region.opening, len(fence) - len(fence.lstrip()) + 1)
        end = Place(file, min(region.last + 1, len(written)))
        yield _block(Block(region.name, (), place, end), written, region.opening, region.last)


def _blocks(written: Sequence[str], file: str, begin: int, until: int) -> Iterator[Block]:
    """Find the diagrams in the lines `begin` ... `until`."""
    start: re.Match[str] | None = None
    first = 0
    closed = False
    for number in range(begin, until + 1):
        line = written[number - 1]
        if "@" not in line:
            continue
        found = _START.match(line)
        if start and found:
            yield _abandoned(start, first, file)
        elif start and _END.match(line):
            yield _started(start, written, first, number, file, closed=True)
            start, closed = None, True
        if found:
            start, first = found, number
    if start and closed:
        yield _abandoned(start, first, file)
    elif start:
        yield _started(start, written, first, until + 1, file, closed=False)


def _abandoned(start: re.Match[str], first: int, file: str) -> Block:
    """A block without its end in a file with others: PlantUML drops it."""
    place = Place(file, first, start.string.index("@") + 1)
    return Block("", (), place, place, another=_unclosed(start.string, place))


def _started(start: re.Match[str], written: Sequence[str], first: int, last: int, file: str, *, closed: bool) -> Block:
    """Read the block between the lines `first` and `last`; not closed: `last` is no `@enduml`."""
    place = Place(file, first, start.string.index("@") + 1)
    if start[1] != "uml":
        return Block("", (), place, place, another=_another(start, place))
    line = written[last - 1] if closed else ""
    block = Block(_called(start), (), place, Place(file, last if closed else last - 1, line.find("@") + 1 or 1))
    if not closed:
        return _block(replace(block, errors=(_unclosed(start.string, place),)), written, first, last - 1)
    return _block(block, written, first, last - 1)


def _block(block: Block, written: Sequence[str], first: int, last: int) -> Block:
    """The block with the lines `first + 1` ... `last`."""
    errors = list(block.errors)
    lines = tuple(_lines(written, first, last, block.place.file, errors))
    if not errors and not any(line.text.strip(BLANKS) for line in lines):
        errors.append(empty(block.place, written[first - 1]))
    return replace(block, lines=lines, errors=tuple(errors), source=written[first - 1])


def _another(start: re.Match[str], place: Place) -> DiagramError:
    kind = STARTS.get(start[1], "no sequence diagram")
    return DiagramError(
        f"`@start{start[1]}` begins {kind}",
        place=place,
        source=start.string,
        expected=("`@startuml`",),
        hint="Keep other kinds of diagrams in files of their own.",
    )


def _called(start: re.Match[str]) -> str:
    """The name in `@startuml name`, `@startuml(id=name)`, `@startuml{name.png, title}`."""
    _, bracket, rest = start.groups()
    if bracket == "(":
        found = _ID.search(rest)
        return found[1] if found else ""
    if bracket == "{":
        return rest.partition("}")[0].partition(",")[0].strip(BLANKS)
    name = rest.strip(BLANKS)
    return name[1:-1].strip(BLANKS) if name[:1] == name[-1:] == '"' and len(name) > 1 else name


def _checked(written: Sequence[str], first: int, last: int, file: str) -> tuple[Line, ...]:
    errors: list[DiagramError] = []
    lines = tuple(_lines(written, first, last, file, errors))
    if errors:
        raise errors[0]
    return lines


def _lines(written: Sequence[str], first: int, last: int, file: str, errors: list[DiagramError]) -> Iterator[Line]:
    """Give the lines `first + 1` ... `last` without comments, continued lines joined; what is wrong goes to errors."""
    comment: int | None = None
    pending: list[Line] = []
    for number in range(first + 1, last + 1):
        raw = text = written[number - 1]
        left = 0
        if comment is not None:
            if raw.rstrip(BLANKS).endswith("'/"):
                comment = None
            continue
        if "'" in raw:
            if opens_comment(raw):
                comment = number
                continue
            text, left = uncommented(raw)
            if not text:
                continue
            if left and text.lstrip(BLANKS).startswith(("'", "/'")):
                place = Place(file, number, left + 1 + len(text) - len(text.lstrip(BLANKS)))
                errors.append(_two_comments(place, raw))
                continue
        line = Line(text, file, number, left + 1, raw)
        if text[-1:] == "\\" and continues(text):
            pending.append(line)
        elif pending:
            yield joined([*pending, line])
            pending = []
        else:
            yield line
    if comment is not None:
        place = Place(file, comment, written[comment - 1].index("/'") + 1)
        errors.append(_open_comment(place, written[comment - 1]))
    if pending:
        errors.append(_continued_by_nothing(pending[-1]))


def _two_comments(place: Place, source: str) -> DiagramError:
    hint = "Write each in a line of its own."
    return DiagramError("two comments stand one behind the other", place=place, source=source, hint=hint)


def _open_comment(place: Place, source: str) -> DiagramError:
    return DiagramError("this comment is never closed", place=place, source=source, hint="End a line with `'/`.")


def _continued_by_nothing(line: Line) -> DiagramError:
    return DiagramError(
        "this line ends with `\\`, but no line follows that continues it",
        place=Place(line.file, line.number, len(line.written)),
        source=line.written,
    )


def empty(place: Place, source: str | None = None) -> DiagramError:
    """The error of a diagram that says nothing."""
    expected = ("a message", "a participant", "a section")
    return DiagramError("the diagram is empty", place=place, source=source, expected=expected)


def _unclosed(source: str, place: Place) -> DiagramError:
    return DiagramError(
        "this `@startuml` has no `@enduml`",
        place=place,
        source=source,
        hint="Add a line `@enduml` after the last line of the diagram.",
    )


def _refuse_binary(written: Sequence[str], file: str) -> Never:
    number, line = next((number, line) for number, line in enumerate(written, 1) if "\0" in line)
    raise DiagramError(
        "this is no text: it holds a zero byte",
        place=Place(file, number, line.index("\0") + 1),
        source=line,
    )


def _refuse_no_block(written: Sequence[str], file: str) -> Never:
    """Say why no diagram was found."""
    for number, line in enumerate(written, 1):
        trimmed = line.strip(BLANKS)
        if trimmed.startswith("@enduml"):
            raise DiagramError(
                "this `@enduml` has no `@startuml`",
                place=Place(file, number, line.index("@") + 1),
                source=line,
                hint="Add a line `@startuml` before the first line of the diagram.",
            )
        if trimmed.lower().startswith("@startuml"):
            raise DiagramError(
                f"`{trimmed.split()[0]}` begins no diagram",
                place=Place(file, number, line.index("@") + 1),
                source=line,
                expected=("`@startuml`, in small letters",),
            )
    raise DiagramError(
        "there is no diagram in this text",
        place=Place(file),
        source=written[0],
        expected=("`@startuml`",),
        hint=_IN_FENCES if PurePath(file).suffix.lower() in SUFFIXES else _BETWEEN,
    )
