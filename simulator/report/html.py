"""A report, or pictures, as one HTML file that needs nothing else (HTML Living Standard; WCAG 2.2 AA).

Lives here: the template's environment; all that the project knows of jinja2. Must not live here: what a page shows
(`page`), how a diagram is drawn (`picture`).

Laws: the same report gives the same bytes. Every text is escaped. The page loads nothing, from anywhere: its policy
forbids it, and names the one script that may run. Without that script all content is there.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from simulator.diagram.ast import SequenceDiagram
from simulator.picture.style import STYLE
from simulator.report.album import album
from simulator.report.line import Line, utf8
from simulator.report.page import page
from simulator.report.result import Report

if TYPE_CHECKING:
    from jinja2 import Template

# Narrows the list to what contains the words of the search field, which shows only where this runs; opens the folded
# result that a link leads into, in browsers that do not.
_SCRIPT = """
const field = document.getElementById("search");
const label = document.getElementById("search-label");
label.hidden = false;
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const each of document.querySelectorAll("[data-search]")) {
    each.hidden = !words.every((word) => each.dataset.search.includes(word));
    shown += each.hidden ? 0 : 1;
  }
  document.getElementById("found").textContent = words.length ? `${shown} found` : "";
});
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  if (target) target.scrollIntoView({block: "center", inline: "center"});
};
addEventListener("hashchange", reveal);
if (location.hash) reveal();
"""


def html_report(report: Report) -> str:
    """Write a report as a page. Raises nothing of its own."""
    shown = page(report)
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return utf8(_template("report").render(page=shown, style=STYLE, script=_SCRIPT, digest=digest, classes=_classes))


def html_pictures(named: Sequence[tuple[str, SequenceDiagram]], title: str) -> str:
    """Write a page with the pictures of diagrams, each under its name; it has no script, and loads nothing."""
    return utf8(_template("pictures").render(pictures=list(album(named)), title=title, style=STYLE))


def _classes(line: Line) -> list[tuple[str, str]]:
    """The pieces of a line, each with the class that colours it."""
    return [(span.text, span.style) for span in line.spans]


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined

    text = files("simulator.report").joinpath(f"{name}.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return environment.from_string(text)
