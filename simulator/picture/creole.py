"""The markup in labels and notes: bold, italic, coloured ... (PlantUML, Creole).

Lives here: cutting a text into lines of runs that look alike. Must not live here: their widths (`block`).

Law: what is no markup is text, letter for letter; nothing is lost but the markup.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

_MARKS = {"**": "bold", "//": "italic", '""': "monospaced", "--": "struck", "__": "underlined", "~~": "underlined"}
_RAISED = {"sub": -1, "sup": 1}
_TAGS = {"b": "bold", "i": "italic", "u": "underlined", "w": "underlined", "s": "struck", "strike": "struck"}
_BREAK = re.compile(r"\n|<br\s*/?>", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<escape>~(?:\*\*|//|\"\"|--|__|~~|<|\[\[|#|=))"
    r"|(?P<mark>\*\*|//|\"\"|--|__|~~)"
    r"|<(?P<shut>/)?(?P<tag>b|i|u|w|s|strike|code|sub|sup)(?::[^>\n]*)?>"
    r"|<(?P<style>color|back|size|font)(?P<end>)(?:[:\s][^>\n]*?(?:color\s*=\s*)?)?[:=\s\"]*(?P<value>#?\w+)\"?\s*>"
    r"|</(?P<after>color|back|size|font)>"
    r"|\[\[(?P<link>\S+?)(?:\s+(?P<said>[^\]]*?))?\]\]"
    r"|<U\+(?P<code>[0-9A-F]{4,6})>|&\#(?P<number>\d{1,7});"
    r"|<(?P<icon>[&:$][\w-]+:?)>",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(?:^|\s)(={1,4})\s+(?=\S)")
_BULLET = re.compile(r"^\s*(\*{1,3})\s+")
_BULLETS = ("•", "◦", "▪")


@dataclass(frozen=True, slots=True)
class Run:
    """Text that looks alike throughout; color: as CSS writes it, empty for the usual one. size: in pixels, 0: usual.

    raised: 1 for `<sup>`, -1 for `<sub>`.
    """

    text: str
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    monospaced: bool = False
    color: str = ""
    size: int = 0
    raised: int = 0


def runs(text: str, *, plain: Run = Run("")) -> tuple[tuple[Run, ...], ...]:
    r"""The lines of a text as runs; lines end at line feeds, `\n`, `\l`, `\r` and `<br>`. plain: how text looks."""
    found: list[tuple[Run, ...]] = []
    for line in _BREAK.split(_escapes(text)):
        if re.fullmatch(r"[-=_.]{2,}", line.strip()):
            found.append((replace(plain, text=line.strip()),))
            continue
        bullet = _BULLET.match(line)
        said = f"{'  ' * (len(bullet[1]) - 1)}{_BULLETS[len(bullet[1]) - 1]} {line[bullet.end() :]}" if bullet else line
        heading = _HEADING.match(said)
        look = replace(plain, bold=True) if heading else plain
        found.append(tuple(_runs(said[heading.end() :] if heading else said, look)))
    return tuple(found)


def _escapes(text: str) -> str:
    return re.sub(r"\\([nlrt\\])", lambda found: {"t": "    ", "\\": "\\"}.get(found[1], "\n"), text)


def _runs(line: str, plain: Run) -> Iterator[Run]:
    look, pending, start = plain, "", 0
    opened = set[str]()
    for token in _TOKEN.finditer(line):
        pending += line[start : token.start()]
        start = token.end()
        said = _said(token)
        if said is None and (mark := token["mark"]):
            if mark in opened or _is_paired(line, token):
                opened ^= {mark}
            else:
                said = mark
        if said is not None:
            pending += said
            continue
        if pending:
            yield replace(look, text=pending)
        pending, look = "", _changed(look, token, plain, opened)
    if pending := pending + line[start:]:
        yield replace(look, text=pending)


def _said(token: re.Match[str]) -> str | None:
    """What a token stands for, where it is text."""
    if token["escape"]:
        return token["escape"][1:]
    if token["link"]:
        return token["said"] or token["link"]
    code = int(token["code"], 16) if token["code"] else int(token["number"] or 0)
    if code:
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else token[0]  # noqa: PLR2004  # Unicode's
    return f"({token['icon'].strip('&:$')})" if token["icon"] else None


def _is_paired(line: str, token: re.Match[str]) -> bool:
    """Whether a mark opens something: alone it is text, as in `a -- b` or `https://`."""
    rest = line[token.end() :]
    return token["mark"] in rest and not rest.startswith(" ") and not line[: token.start()].endswith(":")


def _changed(look: Run, token: re.Match[str], plain: Run, opened: AbstractSet[str]) -> Run:
    if mark := token["mark"]:
        name = _MARKS[mark]
        return _with(look, name, on=mark in opened or getattr(plain, name))
    if (tag := token["tag"]) and tag.lower() in _RAISED:
        smaller = replace(look, raised=_RAISED[tag.lower()], size=round(look.size * 0.75))
        return replace(look, raised=0, size=plain.size) if token["shut"] else smaller
    if tag:
        name = _TAGS.get(tag.lower(), "monospaced")
        return _with(look, name, on=not token["shut"])
    if token["style"]:
        return _styled(look, token["style"].lower(), token["value"])
    name = "size" if token["after"].lower() == "size" else "color"
    return replace(look, **{name: getattr(plain, name)})


def _with(look: Run, name: str, *, on: bool) -> Run:
    change: Any = {name: on}
    return replace(look, **change)


def _styled(look: Run, style: str, value: str) -> Run:
    if style in {"color", "font"} and not value.isdigit():
        return replace(look, color=css(value))
    if value.isdigit() and style in {"size", "font"}:
        return replace(look, size=min(max(int(value), 6), 48))
    return look


def literal(text: str) -> str:
    """The text written so that none of it is markup."""
    return _MARKUP.sub(r"~\g<0>", text)


_MARKUP = re.compile(r"\*\*|//|\"\"|--|__|~~|<|\[\[|#|=")


def css(color: str) -> str:
    """A colour as CSS writes it: of `#red|blue` the first, of `#back:red;line:blue` the background; empty for none."""
    styles = dict(part.partition(":")[::2] for part in color.lstrip("#").split(";") if part)
    first = styles.get("back") or next((name for name, value in styles.items() if not value), "")
    name = re.split(r"[|/\\-]", first.lstrip("#"))[0].lower()
    if name in {"", "automatic", "background", "transparent"}:
        return ""
    if re.fullmatch(r"[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3}|[0-9a-f]", name):
        return f"#{name * 3}" if len(name) == 1 else f"#{name}"
    return _LAYERS.get(name, name if name.isalpha() else "")


_LAYERS = {
    "application": "#a9dcdf",
    "business": "#ffffcc",
    "implementation": "#ffe0e0",
    "motivation": "#ecd9ec",
    "physical": "#97ff97",
    "strategy": "#f8e7c0",
    "technology": "#97ff97",
}
