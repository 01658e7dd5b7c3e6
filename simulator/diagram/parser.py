"""Reading: PlantUML text to syntax tree.

Lives here: how statements follow each other and nest, and going on after what is wrong. Must not live here: the
language itself (`sequence.lark`, `grammar`), the nodes of statements (`statements`), who returns to whom (`calls`),
comments and blocks (`source`), macros and includes (`preprocess`), explanations of mistakes (`mistakes`).

Laws: every text gives a reading, in linear time; the place of each error is inside the text. What is read without
error is written and read back: `parse(print_diagram(d)) == (d,)`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from simulator.diagram import source, statements
from simulator.diagram.ast import Decoration, Element, Fragment, SequenceDiagram
from simulator.diagram.calls import Calls
from simulator.diagram.colors import AnElement, colorless, colors_of, unknown
from simulator.diagram.grammar import Grammar, grammar
from simulator.diagram.includes import NO_FILES, Includes
from simulator.diagram.mistakes import (
    Mistake,
    body_after,
    find_mistake,
    misplaced,
    no_color,
    nothing_shown,
    of_another_kind,
    too_deep,
    unclosed,
)
from simulator.diagram.preprocess import expand
from simulator.diagram.reading import Reading
from simulator.errors import DiagramError, Place

MAX_DEPTH = 200
"""How deep fragments may be nested, unless somebody says otherwise."""

MAX_ERRORS = 20
"""How many errors of one diagram are explained; the others are only counted."""

# Statements that only a sequence diagram has.
_SURE = frozenset(
    ("FRAGMENT", "ACTIVATION", "SUFFIX_ALONE", "AUTOACTIVATE", "RETURN", "SECTION", "REF", "REF_BLOCK", "DURATION")
)
_BLANK = re.compile(r"[ \t\u00a0\n]*+")


def parse(
    text: str, file: str = "<text>", includes: Includes = NO_FILES, depth: int = MAX_DEPTH
) -> tuple[SequenceDiagram, ...]:
    """Read all `@startuml` blocks of a text; `file` is the name that places carry, `includes` says where others are.

    depth: how deep fragments may be nested.
    Raises DiagramError, with the place, when one of them is no sequence diagram, or when there is none. Of several
    errors it is the first.
    """
    return read(text, file, includes, depth).checked()


def parse_file(path: Path, roots: Sequence[Path] = (), depth: int = MAX_DEPTH) -> tuple[SequenceDiagram, ...]:
    """Read all diagrams of a file (UTF-8, any line ends); errors as `parse`, and DiagramError for unreadable files.

    roots: folders that includes may come from, beside that of the file. depth: as in `parse`.
    """
    return read_file(path, roots, depth).checked()


def read(text: str, file: str = "<text>", includes: Includes = NO_FILES, depth: int = MAX_DEPTH) -> Reading:
    """Read as `parse` does, going on after errors: what can be read, and all that is wrong."""
    try:
        blocks = source.blocks(text, file)
    except DiagramError as error:
        return Reading(errors=(error,))
    readers = [_reader(block, includes, depth) for block in blocks]
    partial = [(reader.diagram(), reader) for reader in readers]
    others = [reader.another for reader in readers if reader.another]
    diagrams = [diagram for diagram, reader in partial if not (reader.errors or reader.another)]
    errors = [error for reader in readers for error in reader.errors]
    if diagrams and others:
        left_out = [(other.place or Place(file), f"{other.message}: it is left out") for other in others]
        diagrams[0] = replace(diagrams[0], warnings=(*diagrams[0].warnings, *left_out))
    elif not errors:
        errors = others
    return Reading(
        tuple(diagrams),
        tuple(diagram for diagram, _ in partial if diagram.body),
        tuple(errors),
        sum(reader.more for reader in readers),
    )


def read_file(path: Path, roots: Sequence[Path] = (), depth: int = MAX_DEPTH) -> Reading:
    """Read all diagrams of a file as `read` does; that it cannot be opened or decoded is an error of the reading."""
    try:
        text = source.read(path)
    except DiagramError as error:
        return Reading(errors=(error,))
    return read(text, str(path), Includes(path.parent, tuple(roots)), depth)


def _reader(block: source.Block, includes: Includes, depth: int) -> "_Reader":
    """What reads a block, once it is expanded."""
    try:
        return _Reader(expand(block, includes), grammar(), depth, errors=list(block.errors), another=block.another)
    except DiagramError as error:
        return _Reader(replace(block, lines=()), grammar(), depth, errors=[*block.errors, error])


@dataclass(slots=True)
class _Reader:
    """Makes the tree of one block."""

    block: source.Block
    grammar: Grammar
    depth: int
    body: list[Element] = field(default_factory=list)
    above: list[tuple[Fragment, list[Element]]] = field(default_factory=list)
    calls: Calls = field(init=False)
    errors: list[DiagramError] = field(default_factory=list)
    more: int = 0
    # Why this is another kind of diagram.
    another: DiagramError | None = None
    # Statements of several lines that no later line can close.
    never_closed: frozenset[str] = frozenset()
    # A line that tells of another kind of diagram, where none told yet that this is a sequence diagram.
    stranger: DiagramError | None = None
    sure: bool = False
    # Wrong lines that seem meant to open a fragment: their `end` is no error of its own.
    meant: int = 0

    # Wrong lines behind a statement that is never closed are its text.
    in_text: bool = False

    def __post_init__(self) -> None:
        """Hear of what the calls refuse."""
        self.calls = Calls(self._refuse)

    def diagram(self) -> SequenceDiagram:
        """Read the block; fragments still open at its end are closed there, wrong lines are left out."""
        text = "\n".join([line.text for line in self.block.lines])
        find, lines = self.grammar.find, self.block.lines
        index = position = 0
        after = _end(_BLANK.match(text))
        while True:
            index += text.count("\n", position, after)
            position = after
            if position == len(text):
                break
            if statement := find(text, position, self.never_closed):
                kind, found = statement
                self.in_text = False
                after = found.end()
                place = lines[index].place(position - text.rfind("\n", 0, position) - 1)
                if not self._take(kind, found, place, index):
                    break
            else:
                after = self._skip(text, position, index)
        for head, before in reversed(self.above):
            before.append(statements.closed(head, self.body, self.block.end))
            self.body = before
        if self.stranger and not self.sure:
            self.errors, self.more, self.body, self.another = [], 0, [], self.stranger
        if not (self.errors or self.another) and all(isinstance(element, Decoration) for element in self.body):
            self.errors.append(nothing_shown(self.block.place, self.block.source))
        return SequenceDiagram(self.block.name, tuple(self.body), self.block.place, self.block.warnings)

    def _take(self, kind: str, found: re.Match[str], place: Place, index: int) -> bool:
        """Add a statement to the tree; False where reading cannot go on."""
        if read := self.grammar.readers.get(kind):
            self.sure = self.sure or kind in _SURE or found.string.startswith("participant", found.start())
            element = self.calls.follow(cast(Element, read(found, place)))
            if element is not None:
                self.body.append(self._colored(element, found.group(), index))
            return True
        self.sure = self.sure or kind == "FRAGMENT"
        return self._nest(kind, found.group(), place, index)

    def _nest(self, kind: str, statement: str, place: Place, index: int) -> bool:
        """Open or close a fragment, or begin its next operand; False where reading cannot go on."""
        match kind:
            case "FRAGMENT":
                if len(self.above) == self.depth:
                    self._wrong(index, too_deep(self.depth))
                    return False
                fragment = self._colored(statements.fragment(statement, place), statement, index)
                self.above.append((fragment, self.body))
                self.body = []
            case _ if not self.above:
                if not self.meant:
                    self._wrong(index, misplaced(statement))
                elif kind == "END":
                    self.meant -= 1
            case "ELSE":
                self.body.append(self._colored(statements.otherwise(statement, place), statement, index))
            case _:
                self.calls.end_fragment()
                head, before = self.above.pop()
                before.append(statements.closed(head, self.body, place))
                self.body = before
        return True

    def _skip(self, text: str, position: int, index: int) -> int:
        """Say what is wrong with a line that is no statement; give the place where reading goes on."""
        end = _line_end(text, position)
        line = text[position:end].rstrip(source.BLANKS)
        kind = self.grammar.opens(line)
        if kind:
            # What one pair of braces lacks, the next may have; nothing later closes any other.
            self.never_closed |= {kind} - {"BRACED"}
            self._wrong(index, unclosed(kind))
        elif self._enough:
            self.more += not self.in_text
        elif not self.in_text:
            if self.stranger is None and (another := of_another_kind(line)):
                self.stranger = self._error(index, another)
            mistake = find_mistake(line, self.grammar.shapes)
            self.meant += mistake.opens
            self._wrong(index, mistake)
            end = body_after(text, end, line)
        self.in_text = self.in_text or bool(kind)
        return _end(_BLANK.match(text, end))

    def _colored(self, element: AnElement, statement: str, index: int) -> AnElement:
        """Give the element, without its colours if one is unknown."""
        if "#" not in statement:
            return element
        wrong = [name for color in colors_of(element) if (name := unknown(color))]
        for name in wrong:
            if self._enough:
                self.more += 1
            else:
                self._wrong(index, no_color(name, statement.index(name, statement.index("#"))))
        return colorless(element) if wrong else element

    def _wrong(self, index: int, mistake: Mistake) -> None:
        self._add(self._error(index, mistake))

    def _error(self, index: int, mistake: Mistake) -> DiagramError:
        line = self.block.lines[index]
        column = _end(_BLANK.match(line.text)) + mistake.column
        # What was left out may be what a line needs that is no statement.
        left_out = [] if self.errors else [f"{place}: {message}." for place, message in self.block.warnings]
        return DiagramError(
            mistake.message,
            place=line.place(column),
            source=line.source(column),
            expected=mistake.expected,
            hint=" ".join(filter(None, (mistake.hint, line.remark, *left_out))) or None,
        )

    def _refuse(self, place: Place, message: str, hint: str) -> None:
        if self._enough:
            self.more += 1
            return
        starts = ((line, _end(_BLANK.match(line.text))) for line in self.block.lines)
        written = next((line.source(start) for line, start in starts if line.place(start) == place), None)
        self._add(DiagramError(message, place=place, source=written, hint=hint))

    def _add(self, error: DiagramError) -> None:
        if self._enough:
            self.more += 1
        else:
            self.errors.append(error)

    @property
    def _enough(self) -> bool:
        """Whether no more errors are explained, which takes longer than to count them."""
        return len(self.errors) >= MAX_ERRORS


def _end(found: re.Match[str] | None) -> int:
    """Where a match ends that cannot fail."""
    return found.end() if found else 0


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
