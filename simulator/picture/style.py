"""How pictures look: one style sheet, light and dark.

Lives here: colours, lines and faces by the roles of shapes. Must not live here: places and sizes.

Kinds of marks differ by sign (`mark`), by line style and by colour; every colour of a text has at least 4.5 times the
luminance of its background or the other way round (WCAG 2.2, 1.4.3). Colours that an author chose for what is behind
arrows are thin, so that this holds on light and dark paper.
"""

_LIGHT = {
    "paper": "#ffffff",
    "ink": "#1d2430",
    "faint": "#5c6675",
    "line": "#8b95a5",
    "head": "#eef2f8",
    "note": "#fff8d6",
    "box": "#f4f5f7",
    "tab": "#e3e8f0",
    "good": "#146c2e",
    "bad": "#b3261e",
    "odd": "#8a5000",
    "idle": "#5c6675",
}
_DARK = {
    "paper": "#14181f",
    "ink": "#e6eaf0",
    "faint": "#a3adba",
    "line": "#6b7686",
    "head": "#232b37",
    "note": "#3a3520",
    "box": "#1b212a",
    "tab": "#2d3746",
    "good": "#7ddc96",
    "bad": "#ff9c93",
    "odd": "#ffbe6b",
    "idle": "#a3adba",
}

_RULES = """
.sequence{font-family:Helvetica,Arial,"Liberation Sans",sans-serif}
.sequence text{fill:var(--s-ink);white-space:pre}
.sequence .message-text,.sequence .guard{paint-order:stroke;stroke:var(--s-paper);stroke-width:3px}
.sequence text.on-color{fill:#1d2430}
.sequence .b{font-weight:bold}.sequence .i{font-style:italic}.sequence .m{font-family:monospace}
.sequence .u{text-decoration:underline}.sequence .s{text-decoration:line-through}
.sequence .us{text-decoration:underline line-through}
.sequence path{fill:none;stroke:var(--s-ink);stroke-width:1.2}
.sequence .paper{fill:var(--s-paper)}
.sequence .lifeline{stroke:var(--s-line);stroke-width:1;stroke-dasharray:5 4}
.sequence .lifeline.delayed{stroke-dasharray:1 5}
.sequence .head-box{fill:var(--s-head)}
.sequence .bar{fill:var(--s-head);stroke-width:1}
.sequence .box{fill:var(--s-box);stroke:var(--s-line);stroke-width:1}
.sequence .box[style]{fill-opacity:.3}
.sequence path.note{fill:var(--s-note);stroke:var(--s-line);stroke-width:1}
.sequence .head{fill:var(--s-ink)}
.sequence .dashed .shaft{stroke-dasharray:5 3}
.sequence .dotted .shaft{stroke-dasharray:1.5 3}
.sequence .bold .shaft{stroke-width:2.4}
.sequence .cross{stroke-width:1.8}
.sequence .frame{stroke:var(--s-line);stroke-width:1.4}
.sequence .operand{stroke:none;fill-opacity:.35}
.sequence .tab{fill:var(--s-tab);stroke:var(--s-line)}
.sequence .cut{stroke:var(--s-line);stroke-dasharray:4 4}
.sequence .ref-box{fill:var(--s-paper);stroke:var(--s-line)}
.sequence .section-line{stroke:var(--s-line);stroke-width:1}
.sequence .section-box{fill:var(--s-tab);stroke:var(--s-line)}
.sequence .legend-box{fill:var(--s-box);stroke:var(--s-line)}
.sequence .delay,.sequence .footer,.sequence .header{fill:var(--s-faint)}
.sequence .passed text{fill:var(--s-good)}.sequence .passed path{stroke:var(--s-good)}
.sequence .passed .head{fill:var(--s-good)}
.sequence .missing text,.sequence .forbidden text{fill:var(--s-bad)}
.sequence .missing path,.sequence .forbidden path{stroke:var(--s-bad)}
.sequence .missing .head,.sequence .forbidden .head{fill:var(--s-bad)}
.sequence .missing .shaft{stroke-dasharray:2 4;stroke-width:2}
.sequence .forbidden .shaft{stroke-width:3}
.sequence .unexpected text,.sequence .different text,.sequence .moved text{fill:var(--s-odd)}
.sequence .unexpected path,.sequence .different path,.sequence .moved path{stroke:var(--s-odd)}
.sequence .unexpected .head,.sequence .different .head,.sequence .moved .head{fill:var(--s-odd)}
.sequence .unexpected .shaft{stroke-width:2.4}
.sequence .different .shaft{stroke-dasharray:9 3 2 3;stroke-width:1.8}
.sequence .moved .shaft{stroke-dasharray:12 4}
.sequence .never text{fill:var(--s-idle);font-style:italic}.sequence .never path{stroke:var(--s-idle)}
.sequence .never .shaft{stroke-dasharray:1 4}.sequence .never .head{fill:var(--s-idle)}
.sequence g:target path{stroke-width:3}
.sequence g:target text{font-weight:bold;text-decoration:underline}
"""


def _variables(colors: dict[str, str]) -> str:
    return ";".join(f"--s-{name}:{color}" for name, color in colors.items())


STYLE = (
    f".sequence{{{_variables(_LIGHT)}}}"
    f"@media (prefers-color-scheme:dark){{.sequence{{{_variables(_DARK)}}}}}" + _RULES.strip().replace("\n", "")
)
"""The style sheet, for a picture on its own and for pages that hold several."""
