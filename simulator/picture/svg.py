"""A picture as SVG: one file, no font, no script, no link to anywhere (SVG 1.1; CSS for light and dark).

Lives here: writing shapes as elements. Must not live here: places and sizes.

Laws: the output is well-formed XML whatever the texts hold. Every text can be selected, and is as wide as it was
measured. The picture has a title and a description; what a mark says is the title of its element.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from simulator.picture.creole import Run
from simulator.picture.mark import Mark
from simulator.picture.picture import Picture
from simulator.picture.shapes import Group, Path, Shape, Text, number
from simulator.picture.style import STYLE

_MARGIN = 10
# What XML 1.0 cannot hold at all (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stacked(pictures: Sequence[Picture]) -> str:
    """Write pictures below each other, as one; at least one."""
    if len(pictures) == 1:
        return svg(pictures[0])
    sizes = [_size(each) for each in pictures]
    tops = list(accumulate((height for _, height in sizes), initial=0.0))
    size = f'width="{number(max(width for width, _ in sizes))}" height="{number(tops[-1])}"'
    inside = [
        svg(picture, name=f"diagram-{place}", style=False, y=top)
        for place, (picture, top) in enumerate(zip(pictures, tops, strict=False), start=1)
    ]
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', f"<style>{STYLE}</style>", *inside, "</svg>\n"]
    )


def _size(picture: Picture) -> tuple[float, float]:
    room = picture.room
    return room.right - room.left + 2 * _MARGIN, room.bottom - room.top + 2 * _MARGIN


def svg(picture: Picture, *, name: str = "diagram", style: bool = True, y: float = 0) -> str:
    """Write a picture.

    name: begins every id, so that several pictures can stand in one page. style: False where the page has `STYLE`.
    y: how far down it stands in another picture, in pixels.
    """
    left, top = picture.room.left - _MARGIN, picture.room.top - _MARGIN
    width, height = _size(picture)
    labels = _attribute(f"{name}-title {name}-desc")
    box = " ".join(map(number, (left, top, width, height)))
    place = f'y="{number(y)}" ' if y else ""
    size = f'{place}width="{number(width)}" height="{number(height)}" viewBox="{box}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sequence" role="img" aria-labelledby={labels} {size}>',
        f"<title id={_attribute(f'{name}-title')}>{_text(picture.title)}</title>",
        f"<desc id={_attribute(f'{name}-desc')}>{_text(picture.description)}</desc>",
        *([f"<style>{STYLE}</style>"] if style else []),
        f'<rect class="paper" x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height)}"/>',
        *(line for shape in picture.shapes for line in _written(shape)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _written(shape: Shape) -> Iterator[str]:
    match shape:
        case Path():
            paint = _paint(shape.fill, shape.stroke)
            yield f'<path class="{shape.role}" d="{shape.data}"{paint}/>'
        case Text():
            yield from _lines(shape)
        case Group():
            yield from _group(shape)


def _paint(fill: str, stroke: str) -> str:
    styles = []
    if fill:
        styles.append(f"fill:{fill}")
    if stroke:
        styles.append(f"stroke:{stroke}")
    return f' style="{";".join(styles)}"' if styles else ""


def _group(group: Group) -> Iterator[str]:
    mark = group.mark
    kind = f" {mark.kind}" if mark.kind else ""
    identity = f" id={_attribute(mark.anchor)}" if mark.anchor else ""
    if mark.href:
        yield f"<a href={_attribute(mark.href)}>"
    yield f'<g class="{group.role}{kind}"{identity}>'
    if told := _told(mark):
        yield f"<title>{_text(told)}</title>"
    for shape in group.shapes:
        yield from _written(shape)
    yield "</g>"
    if mark.href:
        yield "</a>"


def _told(mark: Mark) -> str:
    return ": ".join(filter(None, (mark.kind or "", mark.tip)))


def _lines(text: Text) -> Iterator[str]:
    y = text.y
    for line, width, height in zip(text.block.lines, text.block.widths, text.block.heights, strict=True):
        said = "".join(run.text for run in line)
        if said.strip():
            x = text.x + (text.block.width - width) / 2 if text.centered else text.x
            size = max(run.size for run in line)
            length = f' textLength="{number(width)}" lengthAdjust="spacingAndGlyphs"'
            place = f'x="{number(x)}" y="{number(y + height * 0.77)}"'
            yield f'<text class="{text.role}" {place} font-size="{size}"{length}>{"".join(_runs(line, size))}</text>'
        y += height


def _runs(line: Sequence[Run], size: int) -> Iterator[str]:
    """The runs of a line; size: what its element says."""
    height = 0.0
    for run in line:
        raised = run.raised * size * 0.3
        moved = f' dy="{number(height - raised)}"' if raised != height else ""
        height = raised
        yield _run(run, moved + (f' font-size="{run.size}"' if run.size != size else ""))


def _run(run: Run, attributes: str) -> str:
    classes = [
        name
        for name, on in (
            ("b", run.bold),
            ("i", run.italic),
            ("m", run.monospaced),
            ("u", run.underlined and not run.struck),
            ("s", run.struck and not run.underlined),
            ("us", run.struck and run.underlined),
        )
        if on
    ]
    attributes += f' class="{" ".join(classes)}"' if classes else ""
    attributes += f' style="fill:{run.color}"' if run.color else ""
    said = _text(run.text)
    return f"<tspan{attributes}>{said}</tspan>" if attributes else said


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))
