"""Writing: syntax tree to canonical PlantUML.

Lives here: one function per node that gives its lines. Must not live here: reading, which texts can be written
(`writable`), layout by taste - a diagram has one canonical text: a statement a line, what is inside a fragment indented
by two blanks, no blank lines.

Laws: `parse(print_diagram(d)) == (d,)` for every diagram that can be written; one that cannot raises DiagramError. This
does not rest on the checks of `writable`, which know the reasons: what was written is read back and compared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from simulator.diagram.arrows import plain, read_arrow
from simulator.diagram.ast import (
    LEFT,
    RIGHT,
    SHORT,
    Activation,
    Autoactivate,
    Box,
    Decoration,
    Delay,
    Directive,
    Duration,
    Element,
    Else,
    EndBox,
    Fragment,
    Heading,
    Message,
    Note,
    Page,
    Participant,
    Ref,
    Return,
    Section,
    SequenceDiagram,
    Space,
)
from simulator.diagram.parser import MAX_DEPTH, parse
from simulator.diagram.source import BLANKS
from simulator.diagram.writable import (
    block_lines,
    check_alias,
    check_arrow,
    check_color,
    check_first_word,
    check_kind,
    check_label_of_fragment,
    check_order,
    check_text,
    guarded,
    is_bare,
    is_name,
    name,
    refuse,
)
from simulator.errors import DiagramError, Place

INDENTATION = "  "

_NOT_TOLD = ("place", "end", "body")
_BORDERS = (LEFT, RIGHT, SHORT)


def print_diagram(diagram: SequenceDiagram, depth: int = MAX_DEPTH) -> str:
    """Write a diagram as PlantUML that reads back equal, ending with a line feed.

    depth: how deep fragments may be nested.
    Raises DiagramError, with the place of the element, where PlantUML has no way to write a value: a name with a
    quote, a label of two lines, a diagram without elements, ...
    """
    if all(isinstance(element, Decoration) for element in diagram.body):
        refuse(diagram.place, "a diagram without elements cannot be written")
    check_text(diagram.name, "the name of the diagram", diagram.place)
    lines = [
        (f"@startuml {diagram.name}".rstrip(BLANKS), diagram.place),
        *_lines(diagram, depth),
        ("@enduml", diagram.place),
        ("", diagram.place),
    ]
    text = "\n".join(line for line, _ in lines)
    _read_back(diagram, text, lines, depth)
    return text


def _read_back(diagram: SequenceDiagram, text: str, lines: Sequence[tuple[str, Place]], depth: int) -> None:
    """Refuse what reads back as something else; lines: each with the place of its element."""
    try:
        read = parse(text, depth=depth)
    except DiagramError as error:
        line, place = lines[error.place.line - 1 if error.place else 0]
        refuse(place, f"the line {line.strip(BLANKS)!r} cannot be written here: {error.message}", error.hint)
    if read == (diagram,):
        return
    for ours, theirs in zip_longest(diagram.elements(), read[0].elements()):
        if ours is None or _alone(ours) != _alone(theirs):
            refuse((ours or diagram).place, f"{_shown(ours)} would be read as {_shown(theirs)}")
    refuse(diagram.place, f"the name {diagram.name!r} would be read as {read[0].name!r}")


def _alone(element: Element | None) -> Element | None:
    return replace(element, body=()) if isinstance(element, Fragment) else element


def _shown(element: Element | None) -> str:
    """Tell of an element what was said of it."""
    if element is None:
        return "nothing"
    given = ((name, getattr(element, name)) for name in element.__dataclass_fields__ if name not in _NOT_TOLD)
    return f"{type(element).__name__}({', '.join(f'{name}={value!r}' for name, value in given if value)})"


def _lines(diagram: SequenceDiagram, deepest: int) -> Iterator[tuple[str, Place]]:
    """Walk the elements without recursion, which deep nesting would exhaust."""
    walk = [iter(diagram.body)]
    while walk:
        element = next(walk[-1], None)
        if element is None:
            walk.pop()
            if walk:
                yield INDENTATION * (len(walk) - 1) + "end", diagram.place
            continue
        depth = len(walk) - 1
        if isinstance(element, Else):
            if not depth:
                refuse(element.place, "an `else` stands in a fragment")
            depth -= 1
        for line in _WRITERS[type(element)](element):
            yield guarded(INDENTATION * depth + line, element.place) if line else line, element.place
        if isinstance(element, Fragment):
            if len(walk) > deepest:
                refuse(element.place, f"groups nested deeper than {deepest} cannot be written")
            walk.append(iter(element.body))


def _message(message: Message) -> Iterator[str]:
    place = message.place
    arrow = message.arrow or plain(dashed=message.dashed, backwards=message.backwards, both=message.both)
    check_arrow(message, read_arrow, arrow)
    left, right = (message.target, message.source) if message.backwards else (message.source, message.target)
    if left in _BORDERS and right in _BORDERS:
        refuse(place, "a message from border to border cannot be written")
    names = {participant.lifeline: participant for participant in message.introduces}
    if left in _BORDERS:
        line = f"{left}{arrow} {_named(right, names, place)}"
    elif right in _BORDERS:
        line = f"{_named(left, names, place)} {arrow}{right}"
    else:
        line = f"{_named(left, names, place)} {arrow} {_named(right, names, place)}"
    if message.parallel or message.anchor:
        before = ("& " if message.parallel else "") + (f"{{{message.anchor}}} " if message.anchor else "")
        line = before + line
    line += "".join(f" & {name(receiver, place)}" for receiver in message.receivers)
    check_color(message.color, place)
    line += _behind(message.activation, message.color, _stereotype(message.stereotype, place), _url(message.url, place))
    yield _labelled(line, message.label, place)


def _named(lifeline: str, introduced: Mapping[str, Participant], place: Place) -> str:
    participant = introduced.get(lifeline)
    if participant is None:
        return name(lifeline, place)
    check_alias(participant.alias or "", place)
    return f"{name(participant.name, place, quoted=True)} as {participant.alias}"


def _labelled(line: str, label: str, place: Place, what: str = "the label") -> str:
    check_text(label, what, place)
    return f"{line}: {label}" if label else line


def _behind(*parts: str) -> str:
    """Write what stands behind names, in the order in which PlantUML reads it."""
    return "".join(f" {part}" for part in parts if part)


def _stereotype(text: str, place: Place) -> str:
    check_text(text, "the stereotype", place)
    return f"<<{text}>>" if text else ""


def _url(text: str, place: Place) -> str:
    check_text(text, "the link", place)
    return f"[[{text}]]" if text else ""


def _return(answer: Return) -> Iterator[str]:
    check_text(answer.label, "the label", answer.place)
    yield f"{'& ' if answer.parallel else ''}return {answer.label}".rstrip(BLANKS)


def _participant(participant: Participant) -> Iterator[str]:
    place, alias = participant.place, participant.alias
    check_kind(participant.kind, place)
    line = f"{'create ' if participant.created else ''}{participant.kind} "
    check_color(participant.color, place)
    order = "" if participant.order is None else f"order {participant.order}"
    check_order(participant.order or 0, place)
    behind = _behind(_stereotype(participant.stereotype, place), order, _url(participant.url, place), participant.color)
    if alias is None:
        if "\n" in participant.name:
            refuse(place, "a name of several lines needs an alias")
        yield line + name(participant.name, place) + behind
        return
    if is_name(participant.name) and is_bare(alias):
        yield f"{line}{name(participant.name, place)} as {alias}{behind}"
        return
    # Between brackets any text can stand, also that of one line, and any name before them.
    if not is_name(alias):
        check_alias(alias, place)
    yield f"{line}{name(alias, place)}{behind} ["
    for text in block_lines(participant.name, "the name", "]", place):
        yield INDENTATION + text if text else text
    yield "]"


def _note(note: Note) -> Iterator[str]:
    place = note.place
    lifelines = len(note.on)
    allowed = {"over": (1, 2), "left": (0, 1), "right": (0, 1)}.get(note.position, (0,))
    if lifelines not in allowed:
        refuse(place, f"a note {note.position} cannot stand on {lifelines} lifelines")
    names = ", ".join(name(each, place) for each in note.on)
    head = f"{'/ ' if note.aligned else ''}{'& ' if note.parallel else ''}{note.shape} {note.position}"
    if names:
        head += f" {names}" if note.position == "over" else f" of {names}"
    check_color(note.color, place)
    head += _behind(_stereotype(note.stereotype, place), note.color)
    if "\n" not in note.text:
        check_text(note.text, "the text of the note", place)
        yield f"{head}: {note.text}" if note.text else f"{head}:"
        return
    yield head
    for line in block_lines(note.text, "the text of the note", "end note", place):
        yield INDENTATION + line if line else line
    yield "end note"


def _ref(ref: Ref) -> Iterator[str]:
    check_color(ref.color, ref.place)
    if not ref.on:
        refuse(ref.place, "a `ref` stands over one lifeline or more")
    names = ", ".join(name(each, ref.place) for each in ref.on)
    gradient = ref.color if set(ref.color) & set(":;|/\\-") else ""
    head = f"ref over {names} {gradient}" if gradient else f"ref{ref.color} over {names}"
    if "\n" not in ref.text and not gradient:
        check_text(ref.text, "the text of the reference", ref.place)
        yield f"{head}: {ref.text}" if ref.text else f"{head}:"
        return
    yield head
    for line in block_lines(ref.text, "the text of the reference", "end ref", ref.place):
        yield INDENTATION + line if line else line
    yield "end ref"


def _section(section: Section) -> Iterator[str]:
    check_text(section.title, "the title", section.place)
    yield f"== {section.title} ==" if section.title else "== =="


def _fragment(fragment: Fragment) -> Iterator[str]:
    place = fragment.place
    check_label_of_fragment(fragment)
    check_color(fragment.color, place)
    check_color(fragment.head_color, place)
    line = f"{'& ' if fragment.parallel else ''}{fragment.operator}{fragment.head_color} {fragment.color}".rstrip(
        BLANKS
    )
    yield f"{line} {fragment.label}".rstrip(BLANKS)


def _else(operand: Else) -> Iterator[str]:
    check_text(operand.label, "the label", operand.place)
    check_color(operand.color, operand.place)
    check_first_word(operand.label, operand.color, operand.place)
    yield " ".join(part for part in ("else", operand.color, operand.label) if part)


def _activation(activation: Activation) -> Iterator[str]:
    check_color(activation.color, activation.place, several=True)
    if activation.lifeline is None:
        if activation.kind != "deactivate" or activation.color:
            refuse(activation.place, f"`{activation.kind}` needs the name of a lifeline")
        yield "deactivate"
        return
    line = f"{activation.kind} {name(activation.lifeline, activation.place)}"
    yield f"{line} {activation.color}" if activation.color else line


def _autoactivate(element: Autoactivate) -> Iterator[str]:
    yield f"autoactivate {'on' if element.on else 'off'}"


def _box(box: Box) -> Iterator[str]:
    check_color(box.color, box.place)
    check_text(box.title, "the title", box.place)
    # Quotes are part of a title where they do not stand around all of it.
    title = name(box.title, box.place, quoted=True) if is_name(box.title) else box.title
    yield f"{f'box {title}'.rstrip(BLANKS)}{f' {box.color}' if box.color else ''}"


def _end_box(_: EndBox) -> Iterator[str]:
    yield "end box"


def _delay(delay: Delay) -> Iterator[str]:
    check_text(delay.text, "the text of the delay", delay.place)
    yield f"... {delay.text} ..." if delay.text else "..."


def _space(space: Space) -> Iterator[str]:
    if space.size is not None and space.size < 0:
        refuse(space.place, f"a space of {space.size} pixels cannot be written")
    yield "|||" if space.size is None else f"||{space.size}||"


def _page(page: Page) -> Iterator[str]:
    check_text(page.title, "the title", page.place)
    yield _after_word("newpage", page.title)


def _after_word(word: str, text: str) -> str:
    """Write the text behind a word after which one colon is skipped."""
    return f"{word} : {text}" if text.startswith(":") else f"{word} {text}".rstrip(BLANKS)


def _duration(duration: Duration) -> Iterator[str]:
    for anchor in (duration.first, duration.second):
        if not anchor.isidentifier() and not anchor.isalnum():
            refuse(duration.place, f"the anchor {anchor!r} cannot be written")
    yield _labelled(f"{{{duration.first}}} <-> {{{duration.second}}}", duration.text, duration.place)


def _heading(heading: Heading) -> Iterator[str]:
    place = heading.place
    if "\n" not in heading.text and heading.text and heading.kind != "legend":
        check_text(heading.text, f"the {heading.kind}", place)
        yield _after_word(f"{heading.align} {heading.kind}".strip(BLANKS), heading.text)
        return
    yield (
        f"legend {heading.align}".rstrip(BLANKS)
        if heading.kind == "legend"
        else f"{heading.align} {heading.kind}".strip(BLANKS)
    )
    for line in block_lines(heading.text, f"the {heading.kind}", f"end {heading.kind}", place):
        yield INDENTATION + line if line else line
    yield f"end {heading.kind}"


def _directive(directive: Directive) -> Iterator[str]:
    if not directive.text:
        refuse(directive.place, "a directive without text cannot be written")
    yield from directive.text.split("\n")


_WRITERS: Mapping[type[Element], Callable[..., Iterator[str]]] = {
    Message: _message,
    Return: _return,
    Participant: _participant,
    Note: _note,
    Ref: _ref,
    Section: _section,
    Fragment: _fragment,
    Else: _else,
    Activation: _activation,
    Autoactivate: _autoactivate,
    Box: _box,
    EndBox: _end_box,
    Delay: _delay,
    Space: _space,
    Page: _page,
    Duration: _duration,
    Heading: _heading,
    Directive: _directive,
}
