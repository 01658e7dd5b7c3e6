"""Diagrams inside of other texts: fenced blocks of Markdown, listing blocks of AsciiDoc.

Lives here: where they begin and end. Must not live here: what is in them (`source`).

Laws: one pass; what stands in a listing of another language is no diagram, even where it looks like one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
ASCIIDOC = (".adoc", ".asciidoc", ".asc")
SUFFIXES = (*MARKDOWN, *ASCIIDOC)
"""What the names of files end with whose diagrams are looked for here."""

_FENCE = re.compile(r"[ \t]*+(?P<mark>`{3,}|~{3,})[ \t]*+(?P<info>[^`]*)")
_DELIMITER = re.compile(r"(?P<mark>-{4,}|\.{4,}|--|`{3,})(?P<info>[\w-]*)[ \t]*")
_ATTRIBUTES = re.compile(r"\[(?P<info>[^\]]*)\][ \t]*")
_TITLE = re.compile(r"\.[^ \t.]|[ \t]*$")
_LANGUAGE = re.compile(r"[{.\s]*(?:source[ \t]*,[ \t]*)?(?P<language>[\w-]+)")
_OURS = ("plantuml", "puml")
_NAMED = re.compile(
    r"#([\w.-]+)|\b(?:id|target)[ \t]*=[ \t]*\"?([\w./-]+)|^[\w-]+[ \t]*,[ \t]*\"?([\w./-]+)\"?[ \t]*(?:,|$)"
)


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that may hold diagrams: `first` ... `last` (1-based, `last` may be before `first`).

    opening: the line of the fence, 0 for text outside of fences. ours: all of it is a diagram, unless it holds a
    `@startuml`; else only what stands between `@startuml` and `@enduml`. name: what the fence calls it.
    """

    first: int
    last: int
    opening: int = 0
    ours: bool = False
    name: str = ""


def regions(written: Sequence[str], suffix: str) -> Iterator[Region]:
    """The parts of a text that may hold diagrams, in order; suffix: that of its file."""
    asciidoc = suffix in ASCIIDOC
    outside, number, info = 1, 1, ""
    while number <= len(written):
        line = written[number - 1]
        fence = _DELIMITER.fullmatch(line) if asciidoc else _FENCE.fullmatch(line)
        if fence:
            yield Region(outside, number - 1)
            last = _last(written, number, fence["mark"], asciidoc=asciidoc)
            yield from _fenced(number, last, fence["info"] or info)
            number = outside = last + 2
            info = ""
            continue
        attributes = _ATTRIBUTES.fullmatch(line) if asciidoc else None
        if attributes and not _is_ours(info):
            info = attributes["info"]
        elif not attributes and not _TITLE.match(line):
            info = ""
        number += 1
    yield Region(outside, len(written))


def _last(written: Sequence[str], opening: int, mark: str, *, asciidoc: bool) -> int:
    """The last line inside of a fence; one that is never closed goes to the end of the text."""
    for number in range(opening + 1, len(written) + 1):
        line = written[number - 1].strip()
        if line == mark or (not asciidoc and line.startswith(mark) and not line.strip(mark[0])):
            return number - 1
    return len(written)


def _fenced(opening: int, last: int, info: str) -> Iterator[Region]:
    if _is_ours(info):
        named = _NAMED.search(info)
        name = next((each for each in named.groups() if each), "") if named else ""
        yield Region(opening + 1, last, opening, ours=True, name=name)
    elif not info.strip():
        yield Region(opening + 1, last, opening)


def _is_ours(info: str) -> bool:
    found = _LANGUAGE.match(info)
    return found is not None and found["language"].lower().startswith(_OURS)
